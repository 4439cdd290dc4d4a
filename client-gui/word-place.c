/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The server knows better where a word ends. This is for when it cannot be asked, and for saying
 * what was not found.
 */
#include "client-gui/word-place.h"

#include "protocol/wire/utf8.h"

#include <string.h>

#define WINDOW_CHARS 200 /* on either side */
#define MAX_SINGLES 8    /* characters of a script without spaces that may be one word */
#define MAX_NEIGHBOURS 6 /* words on either side that a phrase may have */

char *
parlance_word_place_dup_window (const char *text, gint64 at, gint64 *ret_start)
{
  const char *place = text;
  for (gint64 i = 0; i < at && *place != '\0'; i++)
    place = parlance_utf8_next (place);

  const char *start = place;
  gint64 n_before = 0;
  for (; start > text && n_before < WINDOW_CHARS; n_before++)
    start = g_utf8_prev_char (start);

  const char *end = place;
  for (guint i = 0; *end != '\0' && i < WINDOW_CHARS; i++)
    end = parlance_utf8_next (end);

  *ret_start = at - n_before;
  return g_strndup (start, (gsize)(end - start));
}

/* --- words ------------------------------------------------------------------------------------ */

typedef enum
{
  CLASS_OTHER,
  CLASS_LETTER, /* joins its neighbours to a word */
  CLASS_JOINER, /* joins the letters at both sides */
  CLASS_SINGLE, /* may be a word by itself: Chinese characters, kana, Thai, … */
} CharClass;

static CharClass
classify (gunichar c)
{
  if (c == '\'' || c == 0x2019 || c == '-')
    return CLASS_JOINER;
  if (!g_unichar_isalnum (c) && !g_unichar_ismark (c))
    return CLASS_OTHER;
  switch (g_unichar_get_script (c))
    {
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_BOPOMOFO:
    case G_UNICODE_SCRIPT_THAI:
    case G_UNICODE_SCRIPT_LAO:
    case G_UNICODE_SCRIPT_KHMER:
    case G_UNICODE_SCRIPT_MYANMAR:
      return CLASS_SINGLE;
    default:
      return CLASS_LETTER;
    }
}

static gboolean
is_letter (const gunichar *chars, glong n_chars, glong i)
{
  return 0 <= i && i < n_chars && classify (chars[i]) == CLASS_LETTER;
}

/* Whether @chars[i] belongs to a word of letters. */
static gboolean
is_inside (const gunichar *chars, glong n_chars, glong i)
{
  return is_letter (chars, n_chars, i) ||
         (0 <= i && i < n_chars && classify (chars[i]) == CLASS_JOINER &&
          is_letter (chars, n_chars, i - 1) && is_letter (chars, n_chars, i + 1));
}

/* The word at @at among @chars; FALSE where there is none. */
static gboolean
find_word (const gunichar *chars, glong n_chars, glong at, glong *ret_start, glong *ret_end)
{
  if (at < 0 || at >= n_chars)
    return FALSE;
  glong start = at;
  glong end = at + 1;
  if (is_inside (chars, n_chars, at))
    {
      while (is_inside (chars, n_chars, start - 1))
        start--;
      while (is_inside (chars, n_chars, end))
        end++;
    }
  else if (classify (chars[at]) != CLASS_SINGLE)
    return FALSE;
  *ret_start = start;
  *ret_end = end;
  return TRUE;
}

gboolean
parlance_word_place_find (const char *text, gint64 at, gint64 *ret_start, gint64 *ret_end)
{
  gint64 offset;
  g_autofree char *window = parlance_word_place_dup_window (text, at, &offset);
  glong n_chars;
  g_autofree gunichar *chars = g_utf8_to_ucs4_fast (window, -1, &n_chars);
  glong start;
  glong end;

  if (!find_word (chars, n_chars, (glong)(at - offset), &start, &end))
    return FALSE;
  *ret_start = offset + start;
  *ret_end = offset + end;
  return TRUE;
}

static gboolean
is_around (gunichar c)
{
  CharClass class = classify (c);

  return class == CLASS_OTHER || class == CLASS_JOINER;
}

/* All of @chars from @start to before @end; no number. */
static gboolean
is_one_word (const gunichar *chars, glong n_chars, glong start, glong end)
{
  glong word_start;
  glong word_end;
  gboolean has_letter = FALSE;

  if (classify (chars[start]) == CLASS_SINGLE)
    {
      for (glong i = start; i < end; i++)
        {
          if (classify (chars[i]) != CLASS_SINGLE)
            return FALSE;
        }
      return end - start <= MAX_SINGLES;
    }
  for (glong i = start; i < end; i++)
    has_letter = has_letter || g_unichar_isalpha (chars[i]);
  return has_letter && find_word (chars, n_chars, start, &word_start, &word_end) &&
         word_start == start && word_end == end;
}

gboolean
parlance_word_place_narrow (const char *text, gint64 *start, gint64 *end)
{
  gint64 offset;
  g_autofree char *window = parlance_word_place_dup_window (text, *start, &offset);
  glong n_chars;
  g_autofree gunichar *chars = g_utf8_to_ucs4_fast (window, -1, &n_chars);
  glong first = (glong)(*start - offset);
  glong last = (glong)(*end - offset);

  if (last > n_chars)
    return FALSE;
  while (first < last && is_around (chars[first]))
    first++;
  while (first < last && is_around (chars[last - 1]))
    last--;
  if (first == last || !is_one_word (chars, n_chars, first, last))
    return FALSE;
  *start = offset + first;
  *end = offset + last;
  return TRUE;
}

/* --- candidates ------------------------------------------------------------------------------- */

/* The next word after @end that belongs to the same phrase: beside it, or one space away. */
static gboolean
find_next (const gunichar *chars, glong n_chars, glong end, glong *ret_end)
{
  glong start = end;
  glong next_start;

  if (end < n_chars && chars[end] == ' ')
    start++;
  return find_word (chars, n_chars, start, &next_start, ret_end);
}

static gboolean
find_previous (const gunichar *chars, glong n_chars, glong start, glong *ret_start)
{
  glong last = start - 1;
  glong previous_end;

  if (last >= 0 && chars[last] == ' ')
    last--;
  return find_word (chars, n_chars, last, ret_start, &previous_end);
}

/* Keeps the longest first; of equal ones that which came first. */
static void
insert_by_length (GPtrArray *candidates, char *candidate)
{
  glong n_chars = g_utf8_strlen (candidate, -1);
  guint place = candidates->len;

  while (place > 0 && g_utf8_strlen (candidates->pdata[place - 1], -1) < n_chars)
    place--;
  g_ptr_array_insert (candidates, (int)place, candidate);
}

char **
parlance_word_place_list_candidates (const char *text, gint64 at)
{
  gint64 offset;
  g_autofree char *window = parlance_word_place_dup_window (text, at, &offset);
  glong n_chars;
  g_autofree gunichar *chars = g_utf8_to_ucs4_fast (window, -1, &n_chars);
  GPtrArray *candidates = g_ptr_array_new ();
  glong start;
  glong end;

  gboolean any = find_word (chars, n_chars, (glong)(at - offset), &start, &end);
  for (guint before = 0; any && before <= MAX_NEIGHBOURS; before++)
    {
      glong last = end;
      for (guint after = 0; after <= MAX_NEIGHBOURS; after++)
        {
          insert_by_length (candidates,
                            g_ucs4_to_utf8 (chars + start, last - start, NULL, NULL, NULL));
          if (!find_next (chars, n_chars, last, &last))
            break;
        }
      any = find_previous (chars, n_chars, start, &start);
    }
  g_ptr_array_add (candidates, NULL);
  return (char **)g_ptr_array_free (candidates, FALSE);
}
