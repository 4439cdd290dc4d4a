/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The ways to write how a Chinese word is read. People type `ni3 hao3`, `nǐhǎo`, `ni hao`,
 * `lvxing`, `xi'an`; under each of them the same key has to be found. So keys have one form, and
 * what is asked is brought to it:
 *
 * - without spaces: `nihao`, with tones as marks: `nǐhǎo`;
 * - a syllable within that begins with a, o or e after an apostrophe, where the borders are known:
 *   `xi'an` is asked for by `xi an` and `xi1an1`, and `xian` stands for it, too;
 * - v and u: are ü, and u stands for it, too;
 * - where all tones are neutral, which has no mark, and are given, a 5 at the end: `le5`.
 */
#pragma once

#include "server/dictionary/library.h"

#define PINYIN_MAX 256 /* letters of one reading */

typedef struct
{
  char letter;        /* a to z; v for ü */
  guint8 tone;        /* 1 to 4, of the syllable that it bears the mark of; 0: none */
  gboolean is_border; /* a syllable begins here, as it is written */
} PinyinLetter;

typedef struct
{
  PinyinLetter letters[PINYIN_MAX];
  guint n;
  gboolean has_tones;
  gboolean is_neutral; /* a neutral tone is given */
} Pinyin;

typedef enum
{
  PINYIN_TONES = 1 << 0,       /* with tones */
  PINYIN_APOSTROPHES = 1 << 1, /* with apostrophes */
  PINYIN_PLAIN_U = 1 << 2,     /* u instead of ü */
} PinyinForm;

/**
 * pinyin_parse:
 * @text: letters in any case, tones as marks or as numbers after a syllable
 *
 * Whether syllables are ones of Chinese is not looked at: what is none finds nothing.
 *
 * Returns: %FALSE where something stands that has no place in pinyin
 */
gboolean pinyin_parse (const char *text, gsize n_text, Pinyin *ret_pinyin);

/** pinyin_write: appends a key in the form that @form, of %PinyinForm, says. */
void pinyin_write (const Pinyin *self, guint form, GString *out);

/**
 * pinyin_key:
 * @key: what is asked, folded
 *
 * Returns: %FALSE when @key is no pinyin, or is the form that keys have already
 */
gboolean pinyin_key (const LibraryKey *key, LibraryKey *ret_key);

/**
 * pinyin_append_marked:
 * @text: `Bei3 jing1`
 *
 * Appends it as it is printed, `Běi jīng`. What is no syllable stays as it is.
 */
void pinyin_append_marked (GString *out, const char *text, gsize n_text);
