/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a terminal sends, taken apart into keys: characters, control and Alt keys, the sequences of
 * cursor keys, and pasted text. Sequences and characters may come in pieces. Pure.
 * Source: ECMA-48, section 5.4; xterm's ctlseqs, "PC-Style Function Keys", "Bracketed Paste Mode".
 */
#pragma once

#include <glib.h>

typedef enum
{
  KEY_CHARACTER, /* to be inserted; LF among them when it was pasted or typed as Alt-Enter */
  KEY_CONTROL,   /* Ctrl and the lower-case letter in `character` */
  KEY_ALT,       /* Alt and the `character` */
  KEY_ENTER,
  KEY_TAB,
  KEY_BACK_TAB,
  KEY_BACKSPACE,
  KEY_ALT_BACKSPACE,
  KEY_DELETE,
  KEY_LEFT,
  KEY_RIGHT,
  KEY_WORD_LEFT,
  KEY_WORD_RIGHT,
  KEY_UP,
  KEY_DOWN,
  KEY_HOME,
  KEY_END,
  KEY_ESCAPE,
  KEY_POSITION, /* the terminal says where its cursor is: `column`, counted from 0 */
} KeyKind;

typedef struct
{
  KeyKind kind;
  gunichar character;
  guint column;
} Key;

#define KEY_SEQUENCE_MAX 32 /* [bytes] longer sequences are passed over */

typedef enum
{
  KEY_STATE_GROUND,
  KEY_STATE_CHARACTER, /* in a character of several bytes */
  KEY_STATE_ESCAPE,    /* after ESC */
  KEY_STATE_CSI,       /* after ESC [ */
  KEY_STATE_SS3,       /* after ESC O */
} KeyState;

typedef struct
{
  KeyState state;
  gboolean alt;     /* the character of several bytes came after ESC */
  gboolean pasting; /* between the marks of a bracketed paste */
  gboolean after_cr;
  guint n_missing; /* [bytes] of the character, with %KEY_STATE_CHARACTER */
  guint n_bytes;
  char bytes[KEY_SEQUENCE_MAX + 1];
} KeyDecoder;

/** key_decoder_init: any terminal's start. There is nothing to clear. */
void key_decoder_init (KeyDecoder *self);

/**
 * key_decoder_feed:
 *
 * Returns: whether @byte completed a key, which is then in @ret_key. What is no key, is not UTF-8
 *   or is unknown completes nothing
 */
gboolean key_decoder_feed (KeyDecoder *self, char byte, Key *ret_key);

/** key_decoder_is_waiting: whether what came so far may be a key by itself or go on. */
gboolean key_decoder_is_waiting (const KeyDecoder *self);

/**
 * key_decoder_expire:
 *
 * Nothing followed for a while: what is begun is as long as it gets.
 *
 * Returns: whether that is a key, as ESC alone is
 */
gboolean key_decoder_expire (KeyDecoder *self, Key *ret_key);
