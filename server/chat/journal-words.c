/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Taking texts apart into words.
 */
#include "server/chat/journal-words.h"

#include <string.h>

#define MAX_QUERY_WORDS 64 /* each is a list to be read */

typedef enum
{
  KIND_SEPARATOR,
  KIND_LETTER,
  KIND_ALONE, /* a word by itself */
} Kind;

typedef struct
{
  gunichar first;
  gunichar last;
} Range;

/* Marks that people leave out, or have no key for: what SQLite calls diacritics, the points of
 * Hebrew, and those of Arabic. Those of other scripts tell words apart. And what chooses the looks
 * of emoji. */
static const Range optional_marks[] = {
  { 0x0300, 0x036f }, { 0x0591, 0x05bd }, { 0x05bf, 0x05bf }, { 0x05c1, 0x05c2 },
  { 0x05c4, 0x05c5 }, { 0x05c7, 0x05c7 }, { 0x0610, 0x061a }, { 0x064b, 0x065f },
  { 0x0670, 0x0670 }, { 0x06d6, 0x06dc }, { 0xfe00, 0xfe0f }, { 0x1f3fb, 0x1f3ff },
};

static gboolean
is_optional_mark (gunichar c)
{
  for (guint i = 0; i < G_N_ELEMENTS (optional_marks); i++)
    {
      if (c >= optional_marks[i].first && c <= optional_marks[i].last)
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_written_without_spaces (gunichar c)
{
  switch (g_unichar_get_script (c))
    {
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_BOPOMOFO:
    case G_UNICODE_SCRIPT_HANGUL:
    case G_UNICODE_SCRIPT_THAI:
    case G_UNICODE_SCRIPT_LAO:
    case G_UNICODE_SCRIPT_KHMER:
    case G_UNICODE_SCRIPT_MYANMAR:
    case G_UNICODE_SCRIPT_TIBETAN:
      return TRUE;
    default:
      return c == 0x30fc; /* the long vowel of both Japanese syllabaries */
    }
}

static Kind
kind_of (gunichar c)
{
  if (c < 0x80)
    return g_ascii_isalnum ((char)c) ? KIND_LETTER : KIND_SEPARATOR;
  switch (g_unichar_type (c))
    {
    case G_UNICODE_LOWERCASE_LETTER:
    case G_UNICODE_MODIFIER_LETTER:
    case G_UNICODE_OTHER_LETTER:
    case G_UNICODE_TITLECASE_LETTER:
    case G_UNICODE_UPPERCASE_LETTER:
    case G_UNICODE_DECIMAL_NUMBER:
    case G_UNICODE_LETTER_NUMBER:
    case G_UNICODE_OTHER_NUMBER:
    case G_UNICODE_SPACING_MARK:
    case G_UNICODE_ENCLOSING_MARK:
    case G_UNICODE_NON_SPACING_MARK:
    case G_UNICODE_PRIVATE_USE:
      return is_written_without_spaces (c) ? KIND_ALONE : KIND_LETTER;
    case G_UNICODE_OTHER_SYMBOL:
      return KIND_ALONE;
    default:
      return KIND_SEPARATOR;
    }
}

/* Accents off, and what is not seen (a soft hyphen, joiners), in place. */
static void
drop_marks (char *text)
{
  char *end = text;

  for (char *at = text, *next; *at; at = next)
    {
      gunichar c;

      next = g_utf8_next_char (at);
      c = g_utf8_get_char (at);
      if (is_optional_mark (c) || g_unichar_type (c) == G_UNICODE_FORMAT)
        continue;
      memmove (end, at, (gsize)(next - at));
      end += next - at;
    }
  *end = '\0';
}

static gboolean
is_ascii (const char *text, gsize n_bytes)
{
  for (gsize i = 0; i < n_bytes; i++)
    {
      if ((guchar)text[i] >= 0x80)
        return FALSE;
    }
  return TRUE;
}

/* %NULL: it is no UTF-8. */
static char *
fold (const char *text, gsize n_bytes)
{
  g_autofree char *apart = NULL;
  g_autofree char *folded = NULL;

  if (is_ascii (text, n_bytes))
    return g_ascii_strdown (text, (gssize)n_bytes);
  apart = g_utf8_normalize (text, (gssize)n_bytes, G_NORMALIZE_NFKD);
  if (!apart)
    return NULL;
  folded = g_utf8_casefold (apart, -1);
  drop_marks (folded);
  return g_utf8_normalize (folded, -1, G_NORMALIZE_NFKC);
}

typedef struct
{
  char *at; /* in a folded text */
  const char *word;
  gsize n_word; /* [bytes] */
  gboolean is_alone;
  gboolean follows; /* the word before directly, and both are single characters */
} Scan;

/* FALSE: there are no more words. */
static gboolean
scan_next (Scan *self)
{
  gboolean was_alone = self->is_alone;

  self->is_alone = FALSE;
  for (char *next; *self->at; self->at = next)
    {
      Kind kind = kind_of (g_utf8_get_char (self->at));

      next = g_utf8_next_char (self->at);
      if (kind == KIND_SEPARATOR)
        {
          was_alone = FALSE;
          continue;
        }
      self->word = self->at;
      self->is_alone = kind == KIND_ALONE;
      self->follows = was_alone && self->is_alone;
      while (!self->is_alone && *next && kind_of (g_utf8_get_char (next)) == KIND_LETTER)
        next = g_utf8_next_char (next);
      self->n_word = (gsize)(next - self->at);
      self->at = next;
      return TRUE;
    }
  return FALSE;
}

guint
journal_words_append (GString *out, const char *text, gsize n_bytes)
{
  g_autofree char *folded = fold (text, n_bytes);
  Scan scan = { .at = folded };
  guint n = 0;

  for (; folded && scan_next (&scan); n++)
    {
      g_string_append_len (out, scan.word, (gssize)scan.n_word);
      g_string_append_c (out, ' ');
    }
  return n;
}

gboolean
journal_words_append_query (GString *out, const char *text)
{
  g_autofree char *folded = fold (text, strlen (text));
  Scan scan = { .at = folded };
  guint n = 0;

  for (; folded && n < MAX_QUERY_WORDS && scan_next (&scan); n++)
    {
      if (n > 0)
        g_string_append (out, scan.follows ? " " : "\" \"");
      else
        g_string_append_c (out, '"');
      g_string_append_len (out, scan.word, (gssize)scan.n_word);
    }
  if (n > 0)
    g_string_append_c (out, '"');
  return n > 0;
}
