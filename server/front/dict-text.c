/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From the ready JSON text of an entry to the text of a DICT response. Runs without an escape are
 * copied whole; line ends are escapes, so only there a dot can need doubling.
 */
#include "server/front/dict-commands.h"

#include "protocol/wire/json-writer.h"

#include <string.h>

#define DICT_MAX_TEXT_LINE                                                                         \
  1022 /* [bytes] CR LF not counted, a doubled dot counted: RFC 2229, 2.4.1 */

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

/* Where a line with room for @n_room more bytes of @text is best broken: behind a space if there is
 * one towards the end, else between two characters. */
static gsize
break_at (const char *text, gsize n_room)
{
  gsize n = n_room;

  while (n > n_room - n_room / 4 && text[n - 1] != ' ')
    n--;
  if (n > n_room - n_room / 4)
    return n;
  for (n = n_room; n > 0 && ((guchar)text[n] & 0xc0) == 0x80;)
    n--;
  return n; /* perhaps 0: the next line has room */
}

typedef struct
{
  char *out;
  gsize n_line; /* [bytes] of the line that is being written */
} TextWriter;

/* A piece of one line; a line that gets too long is broken. */
static inline void
write_run (TextWriter *writer, const char *run, gsize n_run)
{
  for (;;)
    {
      if (writer->n_line == 0 && n_run > 0 && *run == '.')
        {
          *writer->out++ = '.';
          writer->n_line = 1;
        }
      if (G_LIKELY (writer->n_line + n_run <= DICT_MAX_TEXT_LINE))
        break;
      gsize n = break_at (run, DICT_MAX_TEXT_LINE - writer->n_line);
      memcpy (writer->out, run, n);
      memcpy (writer->out + n, "\r\n", 2);
      writer->out += n + 2;
      writer->n_line = 0;
      run += n;
      n_run -= n;
    }
  memcpy (writer->out, run, n_run);
  writer->out += n_run;
  writer->n_line += n_run;
}

void
dict_append_text (GString *reply, const char *json, gsize n_json)
{
  const char *end = json + n_json;
  gsize n_before = reply->len;

  /* A line end and a dot behind it, three bytes, become four; a long line gets an end and perhaps a
   * dot each time it is broken, which is not before three quarters of it are written; a dot may
   * open and a line end close the whole. With that much room nothing below has to ask for more. */
  g_string_set_size (reply, n_before + n_json + n_json / 3 + n_json / 128 + 16);
  TextWriter writer = { .out = reply->str + n_before };
  gboolean at_line_start = TRUE;

  for (const char *p = json; p < end;)
    {
      const char *escape = memchr (p, '\\', (gsize)(end - p));
      gsize n_run = (gsize)((escape != NULL ? escape : end) - p);

      write_run (&writer, p, n_run);
      at_line_start = at_line_start && n_run == 0;
      if (escape == NULL || escape + 1 >= end)
        break;
      p = escape + 1;

      char resolved = escape_resolve (&p, end);
      at_line_start = resolved == '\n';
      if (at_line_start)
        {
          *writer.out++ = '\r';
          *writer.out++ = '\n';
          writer.n_line = 0;
        }
      else
        write_run (&writer, &resolved, 1);
    }
  if (!at_line_start)
    {
      *writer.out++ = '\r';
      *writer.out++ = '\n';
    }
  g_string_truncate (reply, (gsize)(writer.out - reply->str));
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
