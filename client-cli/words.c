/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The words to look up. Standard input is polled and then read once, so that a read never blocks,
 * without making a terminal that others share non-blocking.
 */
#include "client-cli/words.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

#include "protocol/wire/limits.h"
#include "protocol/wire/line-reader.h"

#define BUFFER_SIZE 65536 /* [bytes] */

struct _Words
{
  App *app;
  void (*on_ready) (gpointer user_data);
  gpointer user_data;

  guint next_argument;

  gboolean from_input;
  gboolean ended;
  guint source; /* 0: not waiting for input */
  ParlanceLineReader reader;
  guint64 n_line_ends; /* passed so far: what lines are counted by */
  const char *cursor;  /* what is left of the buffer */
  const char *end;
  char buffer[BUFFER_SIZE];
};

static void
    G_GNUC_PRINTF (3, 4) complain_of_line (Words *self, guint64 line, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *what = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  g_autofree char *message =
      self->from_input
          ? g_strdup_printf ("standard input, line %" G_GUINT64_FORMAT " %s; skipped", line, what)
          : g_strdup_printf ("word %" G_GUINT64_FORMAT " %s; skipped", line, what);
  output_complain (self->app->output, message);
  app_note (self->app, EXIT_USAGE);
}

/* Returns: (nullable): the word, or %NULL after a complaint or when there is nothing to look up */
static char *
check_word (Words *self, const char *bytes, gsize n_bytes, guint64 number)
{
  gsize n_blank = 0;
  while (n_blank < n_bytes && strchr (" \t", bytes[n_blank]) != NULL && bytes[n_blank] != '\0')
    n_blank++;

  if (n_blank == n_bytes)
    {
      if (!self->from_input)
        complain_of_line (self, number, "is empty");
    }
  else if (n_bytes > PARLANCE_MAX_WORD)
    complain_of_line (self, number, "is longer than %d bytes", PARLANCE_MAX_WORD);
  else if (memchr (bytes, '\0', n_bytes) != NULL || !g_utf8_validate (bytes, (gssize)n_bytes, NULL))
    complain_of_line (self, number, "is not UTF-8 text");
  else
    return g_strndup (bytes, n_bytes);
  return NULL;
}

static WordsStatus
next_argument (Words *self, char **ret_word)
{
  const Options *options = &self->app->options;

  while (self->next_argument < options->n_words)
    {
      const char *argument = options->words[self->next_argument++];
      char *word = check_word (self, argument, strlen (argument), self->next_argument);
      if (word != NULL)
        {
          *ret_word = word;
          return WORDS_READY;
        }
    }
  return WORDS_END;
}

static gboolean
on_input (int fd, GIOCondition condition, gpointer user_data)
{
  Words *self = user_data;
  ssize_t n_bytes = read (fd, self->buffer, sizeof self->buffer);

  if (n_bytes < 0 && (errno == EINTR || errno == EAGAIN))
    return G_SOURCE_CONTINUE;

  self->source = 0;
  self->cursor = self->buffer;
  self->end = self->buffer + MAX (n_bytes, 0);
  if (n_bytes < 0)
    app_fail (self->app, EXIT_FAILED, "cannot read the words from standard input: %s",
              g_strerror (errno));
  if (n_bytes <= 0)
    self->ended = TRUE;
  self->on_ready (self->user_data);
  return G_SOURCE_REMOVE;
}

static void
count_line_ends (Words *self, const char *from)
{
  while ((from = memchr (from, '\n', (gsize)(self->cursor - from))) != NULL)
    {
      self->n_line_ends++;
      from++;
    }
}

static WordsStatus
next_line (Words *self, char **ret_word)
{
  for (;;)
    {
      const char *from = self->cursor;
      const char *line;
      gsize n_bytes;
      ParlanceLineStatus status = self->ended
                                      ? parlance_line_reader_finish (&self->reader, &line, &n_bytes)
                                      : parlance_line_reader_next (&self->reader, &self->cursor,
                                                                   self->end, &line, &n_bytes);
      if (status == PARLANCE_LINE_NONE)
        break;
      count_line_ends (self, from);

      if (status == PARLANCE_LINE_TOO_LONG)
        {
          /* It is said as soon as it is known, which may be before the line's end has come. */
          gboolean has_ended = self->cursor > from && self->cursor[-1] == '\n';
          complain_of_line (self, self->n_line_ends + !has_ended, "is longer than %d bytes",
                            PARLANCE_MAX_WORD);
        }
      else
        {
          char *word = check_word (self, line, n_bytes, self->n_line_ends + self->ended);
          if (word != NULL)
            {
              *ret_word = word;
              return WORDS_READY;
            }
        }
    }

  if (self->ended)
    return WORDS_END;
  if (self->source == 0)
    self->source = g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_input, self);
  return WORDS_WAIT;
}

WordsStatus
words_next (Words *self, char **ret_word)
{
  return self->from_input ? next_line (self, ret_word) : next_argument (self, ret_word);
}

Words *
words_new (App *app, void (*on_ready) (gpointer user_data), gpointer user_data)
{
  const Options *options = &app->options;
  Words *self = g_new0 (Words, 1);

  self->app = app;
  self->on_ready = on_ready;
  self->user_data = user_data;
  self->from_input =
      options->n_words == 0 || (options->n_words == 1 && strcmp (options->words[0], "-") == 0);
  self->cursor = self->buffer;
  self->end = self->buffer;
  parlance_line_reader_init (&self->reader, PARLANCE_MAX_WORD);
  return self;
}

void
words_free (Words *self)
{
  if (self->source != 0)
    g_source_remove (self->source);
  parlance_line_reader_clear (&self->reader);
  g_free (self);
}
