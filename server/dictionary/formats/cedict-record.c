/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The text form of CC-CEDICT's records, and how their senses are printed.
 */
#include "server/dictionary/formats/cedict-record.h"

#include <string.h>

#include "server/dictionary/pinyin.h"

void
cedict_record_init (CedictRecord *self)
{
  self->traditional = g_string_new (NULL);
  self->simplified = g_string_new (NULL);
  self->pinyin = g_string_new (NULL);
  self->senses = g_string_new (NULL);
}

void
cedict_record_clear (CedictRecord *self)
{
  g_string_free (self->traditional, TRUE);
  g_string_free (self->simplified, TRUE);
  g_string_free (self->pinyin, TRUE);
  g_string_free (self->senses, TRUE);
}

/* --- lines --- */

static void
assign (GString *out, const char *begin, const char *end)
{
  g_string_truncate (out, 0);
  g_string_append_len (out, begin, end - begin);
}

/* Takes what stands before the next @separator; NULL: it does not come. */
static const char *
take_until (GString *out, const char *at, const char *end, char separator)
{
  const char *stop = memchr (at, separator, (gsize)(end - at));
  if (stop == NULL)
    return NULL;
  assign (out, at, stop);
  return stop + 1;
}

static void
take_senses (GString *out, const char *at, const char *end)
{
  g_string_truncate (out, 0);
  while (at < end)
    {
      const char *stop = memchr (at, '/', (gsize)(end - at));
      stop = stop == NULL ? end : stop;
      if (stop > at)
        {
          g_string_append_len (out, at, stop - at);
          g_string_append_c (out, '\n');
        }
      at = stop + 1;
    }
}

const char *
cedict_record_parse_line (CedictRecord *self, const char *line, gsize n_line)
{
  const char *end = line + n_line;
  const char *at = take_until (self->traditional, line, end, ' ');
  at = at == NULL ? NULL : take_until (self->simplified, at, end, ' ');
  if (at == NULL || self->traditional->len == 0 || self->simplified->len == 0)
    return "expected the traditional and the simplified form, each with a space after it";
  if (at == end || *at != '[')
    return "expected [, and pinyin, after the two forms";
  /* The second version of the format doubles the brackets. */
  gboolean is_double = end - at > 1 && at[1] == '[';
  at = take_until (self->pinyin, at + (is_double ? 2 : 1), end, ']');
  if (at == NULL || (is_double && (at == end || *at++ != ']')))
    return "the pinyin has no end";
  while (at < end && *at == ' ')
    at++;
  if (at == end || *at != '/')
    return "expected / and the senses after the pinyin";
  if (++at == end || end[-1] != '/')
    return "the senses have no / at their end: the line is cut off";
  take_senses (self->senses, at, end);
  return NULL;
}

/* --- senses --- */

/* Whether that stands in brackets to say how a word is read: `fa3`, `qi1yan2 lu:4shi1`; not `king`.
 */
static gboolean
is_reading (const char *text, gsize n_text)
{
  gboolean has_tone = FALSE;
  for (gsize i = 0; i < n_text; i++)
    {
      if (text[i] >= '1' && text[i] <= '5')
        has_tone = TRUE;
      else if (!g_ascii_isalpha (text[i]) && strchr (" :,-", text[i]) == NULL)
        return FALSE;
    }
  return has_tone;
}

/* Rewrites the word at the end of @out, the last of `CL:個|个`, as ` 个 (個)`. */
static void
turn_last_word (GString *out, gsize begin)
{
  gsize at = out->len;
  while (at > begin && strchr (" (:,;/\"", out->str[at - 1]) == NULL)
    at--;
  if (at > begin && strchr (":,;", out->str[at - 1]) != NULL)
    g_string_insert_c (out, (gssize)at++, ' ');
  const char *bar = strchr (out->str + at, '|');
  if (bar == NULL)
    return;
  gsize bar_at = (gsize)(bar - out->str);
  g_autofree char *traditional = g_strndup (out->str + at, bar_at - at);
  gboolean is_same = strcmp (traditional, out->str + bar_at + 1) == 0;
  g_string_erase (out, (gssize)at, (gssize)(bar_at + 1 - at));
  if (!is_same)
    g_string_append_printf (out, " (%s)", traditional);
}

void
cedict_append_sense (GString *out, const char *sense, gsize n_sense)
{
  const char *end = sense + n_sense;
  gsize begin = out->len;
  for (const char *at = sense; at < end;)
    {
      const char *opening = memchr (at, '[', (gsize)(end - at));
      const char *closing = opening == NULL ? NULL : memchr (opening, ']', (gsize)(end - opening));
      if (closing == NULL)
        {
          g_string_append_len (out, at, end - at);
          return;
        }
      g_string_append_len (out, at, opening - at);
      gsize n_reading = (gsize)(closing - opening - 1);
      at = closing + 1;
      if (!is_reading (opening + 1, n_reading))
        {
          g_string_append_len (out, opening, at - opening);
          continue;
        }
      turn_last_word (out, begin);
      if (out->len > begin && strchr (" (", out->str[out->len - 1]) == NULL)
        g_string_append_c (out, ' ');
      pinyin_append_marked (out, opening + 1, n_reading);
    }
}
