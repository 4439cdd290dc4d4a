/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From the ready JSON text of an entry to the text of a DICT response. Runs without an escape are
 * copied whole; line ends are escapes, so only there a dot can need doubling.
 */
#include "server/front/dict-commands.h"

#include "protocol/wire/json-writer.h"

#include <string.h>

/* The character behind one escape of ours (\n \t \" \\ \u00XX); moves @at behind it. */
static char
escape_resolve (const char **at, const char *end)
{
  const char *p = *at;
  char kind = p[0];

  *at = p + 1;
  if (kind == 'n')
    return '\n';
  if (kind == 't')
    return '\t';
  if (kind == 'u' && end - p >= 5)
    {
      *at = p + 5;
      return (char)(g_ascii_xdigit_value (p[3]) << 4 | g_ascii_xdigit_value (p[4]));
    }
  return kind;
}

void
dict_append_text (GString *reply, const char *json, gsize n_json)
{
  const char *end = json + n_json;
  gboolean at_line_start = TRUE;

  /* A line end and a dot behind it, three bytes, become four; a dot may open and a line end close
   * the whole. With that much room nothing below has to ask for more. */
  g_string_set_size (reply, reply->len + n_json + n_json / 3 + 3);
  char *out = reply->str + reply->len - (n_json + n_json / 3 + 3);

  for (const char *p = json; p < end;)
    {
      const char *escape = memchr (p, '\\', (gsize)(end - p));
      gsize n_run = (gsize)((escape != NULL ? escape : end) - p);

      if (n_run > 0)
        {
          if (at_line_start && *p == '.')
            *out++ = '.';
          memcpy (out, p, n_run);
          out += n_run;
          at_line_start = FALSE;
        }
      if (escape == NULL || escape + 1 >= end)
        break;
      p = escape + 1;

      char resolved = escape_resolve (&p, end);
      at_line_start = resolved == '\n';
      if (at_line_start)
        *out++ = '\r';
      *out++ = resolved;
    }
  if (!at_line_start)
    {
      *out++ = '\r';
      *out++ = '\n';
    }
  g_string_truncate (reply, (gsize)(out - reply->str));
}

void
dict_append_plain_text (GString *reply, const char *text)
{
  g_autoptr (GString) json = g_string_new (NULL);

  parlance_json_append_escaped (json, text, strlen (text));
  dict_append_text (reply, json->str, json->len);
}

void
dict_append_quoted (GString *reply, const char *json, gsize n_json)
{
  const char *end = json + n_json;

  g_string_append_c (reply, '"');
  for (const char *p = json; p < end;)
    {
      const char *escape = memchr (p, '\\', (gsize)(end - p));
      const char *run_end = escape != NULL ? escape : end;

      parlance_append (reply, p, (gsize)(run_end - p));
      if (escape == NULL || escape + 1 >= end)
        break;
      p = escape + 1;

      /* A status or list line is one line: what would break it is shown as a space. */
      char resolved = escape_resolve (&p, end);
      if (resolved == '"' || resolved == '\\')
        g_string_append_c (reply, '\\');
      g_string_append_c (reply, (guchar)resolved < 0x20 ? ' ' : resolved);
    }
  g_string_append_c (reply, '"');
}

void
dict_append_quoted_plain (GString *reply, const char *text)
{
  g_autoptr (GString) json = g_string_new (NULL);

  parlance_json_append_escaped (json, text, strlen (text));
  dict_append_quoted (reply, json->str, json->len);
}

void
dict_begin_text (Connection *connection, GString *reply)
{
  const DictState *state = door_state (connection);

  if (state->wants_mime)
    PARLANCE_APPEND_LITERAL (reply, "Content-type: text/plain; charset=utf-8\r\n"
                                    "Content-transfer-encoding: 8bit\r\n\r\n");
}

void
dict_end_text (GString *reply)
{
  PARLANCE_APPEND_LITERAL (reply, ".\r\n250 ok\r\n");
}
