/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Standard input is polled and then read once, so that a read never blocks, without making a
 * terminal that others share non-blocking.
 */
#include "client-cli/line-input.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

#include "protocol/wire/line-reader.h"

#define BUFFER_SIZE 16384 /* [bytes] */

struct _LineInput
{
  const LineInputEvents *events;
  gpointer user_data;
  gboolean paused;
  gboolean ended; /* the input is, though lines may be left of it */
  gboolean told;  /* `end` was called */
  char *failure;  /* (nullable) */
  guint input_source;
  guint lines_source; /* goes on giving the lines that are left in @buffer */
  ParlanceLineReader reader;
  const char *cursor;
  const char *limit;
  char buffer[BUFFER_SIZE];
};

static void go_on (LineInput *self);

/* A line that is too long is told of before its end has come, as the last one may have none. */
static guint
line_number (const LineInput *self)
{
  gboolean has_ended = !self->ended && self->cursor > self->buffer && self->cursor[-1] == '\n';

  return self->reader.n_ended + (has_ended ? 0 : 1);
}

static void
give (LineInput *self, ParlanceLineStatus status, const char *line, gsize n_bytes)
{
  const char *problem = NULL;

  if (status == PARLANCE_LINE_TOO_LONG)
    problem = "is longer than " G_STRINGIFY (LINE_INPUT_MAX) " bytes";
  else if (!g_utf8_validate_len (line, n_bytes, NULL))
    problem = "is not UTF-8 text";

  if (problem != NULL)
    {
      g_autofree char *why =
          g_strdup_printf ("standard input, line %u %s", line_number (self), problem);
      self->events->refused (why, self->user_data);
      return;
    }
  g_autofree char *copy = g_strndup (line, n_bytes);
  self->events->line (copy, self->user_data);
}

static gboolean
on_lines (gpointer user_data)
{
  LineInput *self = user_data;

  self->lines_source = 0;
  while (!self->paused)
    {
      const char *line;
      gsize n_bytes;
      ParlanceLineStatus status = self->ended
                                      ? parlance_line_reader_finish (&self->reader, &line, &n_bytes)
                                      : parlance_line_reader_next (&self->reader, &self->cursor,
                                                                   self->limit, &line, &n_bytes);
      if (status == PARLANCE_LINE_NONE)
        break;
      give (self, status, line, n_bytes);
    }
  go_on (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_input (int fd, GIOCondition condition, gpointer user_data)
{
  LineInput *self = user_data;
  ssize_t n_bytes = read (fd, self->buffer, sizeof self->buffer);

  if (n_bytes < 0 && (errno == EINTR || errno == EAGAIN))
    return G_SOURCE_CONTINUE;
  self->input_source = 0;
  self->cursor = self->buffer;
  self->limit = self->buffer + MAX (n_bytes, 0);
  self->ended = n_bytes <= 0;
  if (n_bytes < 0)
    self->failure = g_strdup_printf ("cannot read standard input: %s", g_strerror (errno));
  (void)on_lines (self);
  return G_SOURCE_REMOVE;
}

/* Waits for what is next: lines that are there already, more input, or nothing. */
static void
go_on (LineInput *self)
{
  if (self->paused || self->told)
    return;
  if (self->cursor < self->limit)
    {
      if (self->lines_source == 0)
        self->lines_source = g_idle_add_full (G_PRIORITY_DEFAULT, on_lines, self, NULL);
    }
  else if (!self->ended && self->input_source == 0)
    self->input_source =
        g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_input, self);
  else if (self->ended)
    {
      self->told = TRUE;
      self->events->end (self->failure, self->user_data);
    }
}

void
line_input_pause (LineInput *self, gboolean paused)
{
  if (self->paused == paused)
    return;
  self->paused = paused;
  if (paused && self->input_source != 0)
    {
      g_source_remove (self->input_source);
      self->input_source = 0;
    }
  /* Not from here: the caller may be in the middle of something. */
  if (!paused && self->lines_source == 0)
    self->lines_source = g_idle_add_full (G_PRIORITY_DEFAULT, on_lines, self, NULL);
}

LineInput *
line_input_new (const LineInputEvents *events, gpointer user_data)
{
  LineInput *self = g_new0 (LineInput, 1);

  self->events = events;
  self->user_data = user_data;
  self->cursor = self->buffer;
  self->limit = self->buffer;
  parlance_line_reader_init (&self->reader, LINE_INPUT_MAX);
  go_on (self);
  return self;
}

void
line_input_free (LineInput *self)
{
  if (self == NULL)
    return;
  if (self->input_source != 0)
    g_source_remove (self->input_source);
  if (self->lines_source != 0)
    g_source_remove (self->lines_source);
  parlance_line_reader_clear (&self->reader);
  g_free (self->failure);
  g_free (self);
}
