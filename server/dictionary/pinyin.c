/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading and writing pinyin; see pinyin.h.
 *
 * Where a tone's number is given, the mark goes on the a or e of the last vowels before it, on the
 * o of ou, otherwise on the last vowel; that is the rule of the orthography, and it needs no list
 * of syllables.
 */
#include "server/dictionary/pinyin.h"

#include <string.h>

#define N_TONES 4 /* that have a mark */

static const gunichar combining[N_TONES] = { 0x304, 0x301, 0x30C, 0x300 };

static const struct
{
  char letter;
  gunichar marked[N_TONES]; /* 0: no code point of its own */
} letters[] = {
  { 'a', { 0x101, 0xE1, 0x1CE, 0xE0 } }, { 'e', { 0x113, 0xE9, 0x11B, 0xE8 } },
  { 'i', { 0x12B, 0xED, 0x1D0, 0xEC } }, { 'o', { 0x14D, 0xF3, 0x1D2, 0xF2 } },
  { 'u', { 0x16B, 0xFA, 0x1D4, 0xF9 } }, { 'v', { 0x1D6, 0x1D8, 0x1DA, 0x1DC } },
  { 'm', { 0, 0x1E3F, 0, 0 } },          { 'n', { 0, 0x144, 0x148, 0x1F9 } },
};

static gboolean
is_vowel (char letter)
{
  return letter != '\0' && strchr ("aeiouv", letter) != NULL;
}

/* --- reading --- */

/* What separates syllables, as people and CC-CEDICT write it. */
static gboolean
is_separator (gunichar c)
{
  switch (c)
    {
    case ' ':
    case '\'':
    case '-':
    case ',':
    case 0xB7:  /* middle dot */
    case 0x2BC: /* apostrophes */
    case 0x2018:
    case 0x2019:
      return TRUE;
    default:
      return FALSE;
    }
}

/* FALSE: @c is no letter of pinyin. */
static gboolean
decode_letter (gunichar c, PinyinLetter *ret_letter)
{
  ret_letter->tone = 0;
  if (c == 0xFC)
    c = 'v';
  if (c >= 'a' && c <= 'z')
    {
      ret_letter->letter = (char)c;
      return TRUE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (letters); i++)
    for (guint tone = 0; tone < N_TONES; tone++)
      if (letters[i].marked[tone] == c)
        {
          ret_letter->letter = letters[i].letter;
          ret_letter->tone = (guint8)(tone + 1);
          return TRUE;
        }
  return FALSE;
}

static gboolean
add_letter (Pinyin *self, PinyinLetter letter)
{
  if (self->n == PINYIN_MAX)
    return FALSE;
  self->has_tones |= letter.tone > 0;
  self->letters[self->n++] = letter;
  return TRUE;
}

/* A mark that has no code point together with its letter. */
static gboolean
add_combining (Pinyin *self, gunichar c)
{
  for (guint tone = 0; tone < N_TONES; tone++)
    if (combining[tone] == c && self->n > 0 && self->letters[self->n - 1].tone == 0)
      {
        self->letters[self->n - 1].tone = (guint8)(tone + 1);
        self->has_tones = TRUE;
        return TRUE;
      }
  return FALSE;
}

/* Which of the letters from @begin on bears the mark of a tone; -1: none can. */
static int
find_bearer (const Pinyin *self, guint begin)
{
  guint end = self->n;
  while (end > begin && !is_vowel (self->letters[end - 1].letter))
    end--;
  if (end == begin)
    {
      int bearer = -1; /* of `ng2`, `hm4` */
      for (guint i = self->n; i > begin; i--)
        {
          char letter = self->letters[i - 1].letter;
          if (letter == 'm' || letter == 'n')
            bearer = (int)i - 1;
          else if (letter != 'g' && letter != 'h')
            return -1;
        }
      return bearer;
    }
  for (guint i = end; i > begin && is_vowel (self->letters[i - 1].letter); i--)
    {
      char letter = self->letters[i - 1].letter;
      if (letter == 'a' || letter == 'e')
        return (int)i - 1;
      if (letter == 'o' && i < end && self->letters[i].letter == 'u')
        return (int)i - 1;
    }
  return (int)end - 1;
}

/* The number of a tone after the letters from @begin on. */
static gboolean
add_number (Pinyin *self, guint begin, guint tone)
{
  if (self->n == begin)
    return FALSE;
  if (tone == 0 || tone > N_TONES)
    {
      self->is_neutral = TRUE;
      return TRUE;
    }
  int bearer = find_bearer (self, begin);
  if (bearer < 0 || self->letters[bearer].tone > 0)
    return FALSE;
  self->letters[bearer].tone = (guint8)tone;
  self->has_tones = TRUE;
  return TRUE;
}

gboolean
pinyin_parse (const char *text, gsize n_text, Pinyin *ret_pinyin)
{
  const char *end = text + n_text;
  guint begin = 0; /* of the letters that a tone's number may belong to */
  gboolean is_border = FALSE;
  ret_pinyin->n = 0;
  ret_pinyin->has_tones = FALSE;
  ret_pinyin->is_neutral = FALSE;

  for (const char *at = text; at < end; at += g_utf8_skip[(guchar)*at])
    {
      gunichar c = g_unichar_tolower (g_utf8_get_char (at));
      PinyinLetter letter = { .is_border = is_border };
      if (c == ':' && ret_pinyin->n > begin && ret_pinyin->letters[ret_pinyin->n - 1].letter == 'u')
        ret_pinyin->letters[ret_pinyin->n - 1].letter = 'v';
      else if (is_separator (c) || (c >= '0' && c <= '5'))
        {
          if (c >= '0' && c <= '5' && !add_number (ret_pinyin, begin, c - '0'))
            return FALSE;
          is_border = TRUE;
          begin = ret_pinyin->n;
        }
      else if (decode_letter (c, &letter))
        {
          if (!add_letter (ret_pinyin, letter))
            return FALSE;
          is_border = FALSE;
        }
      else if (!add_combining (ret_pinyin, c))
        return FALSE;
    }
  return ret_pinyin->n > 0;
}

/* --- writing --- */

static void
append_letter (GString *out, char letter, guint tone, gboolean is_upper)
{
  if (tone == 0 && letter != 'v')
    {
      g_string_append_c (out, is_upper ? g_ascii_toupper (letter) : letter);
      return;
    }
  gunichar c = letter == 'v' ? 0xFC : (gunichar)letter;
  gunichar mark = tone > 0 ? combining[tone - 1] : 0;
  for (gsize i = 0; tone > 0 && i < G_N_ELEMENTS (letters); i++)
    if (letters[i].letter == letter && letters[i].marked[tone - 1] != 0)
      {
        c = letters[i].marked[tone - 1];
        mark = 0;
      }
  g_string_append_unichar (out, is_upper ? g_unichar_toupper (c) : c);
  if (mark != 0)
    g_string_append_unichar (out, mark);
}

void
pinyin_write (const Pinyin *self, guint form, GString *out)
{
  for (guint i = 0; i < self->n; i++)
    {
      const PinyinLetter *letter = &self->letters[i];
      char written = letter->letter;
      /* After j, q, x and y a u is always ü, and written without its dots. */
      if (written == 'v' &&
          ((form & PINYIN_PLAIN_U) || (i > 0 && strchr ("jqxy", letter[-1].letter) != NULL)))
        written = 'u';
      if ((form & PINYIN_APOSTROPHES) && i > 0 && letter->is_border &&
          strchr ("aeo", written) != NULL)
        g_string_append_c (out, '\'');
      append_letter (out, written, form & PINYIN_TONES ? letter->tone : 0, FALSE);
    }
  if ((form & PINYIN_TONES) && self->is_neutral && !self->has_tones)
    g_string_append_c (out, '5');
}

gboolean
pinyin_key (const LibraryKey *key, LibraryKey *ret_key)
{
  Pinyin pinyin;
  /* Most words that are asked are one of plain letters: their own key. */
  gsize n_plain = strspn (key->text, "abcdefghijklmnopqrstuwxyz");
  if (n_plain == key->n_bytes || !pinyin_parse (key->text, key->n_bytes, &pinyin))
    return FALSE;
  g_autoptr (GString) text = g_string_sized_new (key->n_bytes + 1);
  pinyin_write (&pinyin, PINYIN_TONES | PINYIN_APOSTROPHES, text);
  if (text->len > LIBRARY_MAX_KEY ||
      (text->len == key->n_bytes && memcmp (text->str, key->text, text->len) == 0))
    return FALSE;
  memcpy (ret_key->text, text->str, text->len + 1);
  ret_key->n_bytes = (guint32)text->len;
  return TRUE;
}

/* --- as it is printed --- */

/* Appends the syllable at @at, whose letters are followed by the number @tone. */
static gboolean
append_syllable (GString *out, const char *at, gsize n_letters, guint tone)
{
  Pinyin pinyin;
  if (!pinyin_parse (at, n_letters, &pinyin) || pinyin.has_tones)
    return FALSE;
  int bearer = tone >= 1 && tone <= N_TONES ? find_bearer (&pinyin, 0) : -1;
  const char *letter = at;
  for (guint i = 0; i < pinyin.n; i++)
    {
      append_letter (out, pinyin.letters[i].letter, (int)i == bearer ? tone : 0,
                     g_ascii_isupper (*letter));
      letter += letter[1] == ':' ? 2 : 1;
    }
  return TRUE;
}

/* Appends what begins at @at and is no syllable: letters without a tone, or one other character.
 * Returns: its end */
static const char *
append_other (GString *out, const char *at, const char *stop, const char *end)
{
  if (stop == at)
    stop = at + MIN (g_utf8_skip[(guchar)*at], end - at);
  /* `A1 , B1` */
  if (*at == ',' && out->len > 0 && out->str[out->len - 1] == ' ')
    g_string_truncate (out, out->len - 1);
  g_string_append_len (out, at, stop - at);
  return stop;
}

void
pinyin_append_marked (GString *out, const char *text, gsize n_text)
{
  const char *end = text + n_text;
  gboolean is_after_syllable = FALSE;
  for (const char *at = text; at < end;)
    {
      const char *stop = at;
      while (stop < end && (g_ascii_isalpha (*stop) || (*stop == ':' && stop > at)))
        stop++;
      gboolean is_syllable = stop > at && stop < end && *stop >= '1' && *stop <= '5';
      if (!is_syllable)
        at = append_other (out, at, stop, end);
      else
        {
          if (is_after_syllable)
            g_string_append_c (out, ' ');
          if (!append_syllable (out, at, (gsize)(stop - at), (guint)(*stop - '0')))
            g_string_append_len (out, at, stop + 1 - at);
          at = stop + 1;
        }
      is_after_syllable = is_syllable;
    }
}
