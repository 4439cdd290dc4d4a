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

#define TOO_LONG "is longer than " G_STRINGIFY (PARLANCE_MAX_WORD) " bytes"

static GError *
refuse (const Words *self, guint64 number, ParlanceReason reason, const char *why)
{
  const char *place = self->from_input ? "standard input, line" : "word";

  return g_error_new (PARLANCE_ERROR, (int)reason, "%s %" G_GUINT64_FORMAT " %s", place, number,
                      why);
}

static gboolean
is_blank (const char *bytes, gsize n_bytes)
{
  while (n_bytes > 0 && (bytes[n_bytes - 1] == ' ' || bytes[n_bytes - 1] == '\t'))
    n_bytes--;
  return n_bytes == 0;
}

static WordsStatus
give_word (const Words *self,
           const char *bytes,
           gsize n_bytes,
           guint64 number,
           char **ret_word,
           GError **ret_refusal)
{
  GError *refusal = NULL;

  if (is_blank (bytes, n_bytes))
    refusal = refuse (self, number, PARLANCE_REASON_INVALID_PARAMS, "is empty");
  else if (n_bytes > PARLANCE_MAX_WORD)
    refusal = refuse (self, number, PARLANCE_REASON_TOO_LONG, TOO_LONG);
  else if (!g_utf8_validate_len (bytes, n_bytes, NULL))
    refusal = refuse (self, number, PARLANCE_REASON_INVALID_PARAMS, "is not UTF-8 text");

  if (refusal == NULL)
    {
      *ret_word = g_strndup (bytes, n_bytes);
      return WORDS_READY;
    }
  *ret_word = g_utf8_make_valid (bytes, (gssize)n_bytes);
  *ret_refusal = refusal;
  return WORDS_REFUSED;
}

static WordsStatus
next_argument (Words *self, char **ret_word, GError **ret_refusal)
{
  const Options *options = &self->app->options;

  if (self->next_argument == options->n_words)
    return WORDS_END;
  const char *argument = options->words[self->next_argument++];
  return give_word (self, argument, strlen (argument), self->next_argument, ret_word, ret_refusal);
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
next_line (Words *self, char **ret_word, GError **ret_refusal)
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
          *ret_word = NULL;
          *ret_refusal =
              refuse (self, self->n_line_ends + !has_ended, PARLANCE_REASON_TOO_LONG, TOO_LONG);
          return WORDS_REFUSED;
        }
      if (!is_blank (line, n_bytes))
        return give_word (self, line, n_bytes, self->n_line_ends + self->ended, ret_word,
                          ret_refusal);
    }

  if (self->ended)
    return WORDS_END;
  if (self->source == 0)
    self->source = g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_input, self);
  return WORDS_WAIT;
}

WordsStatus
words_next (Words *self, char **ret_word, GError **ret_refusal)
{
  return self->from_input ? next_line (self, ret_word, ret_refusal)
                          : next_argument (self, ret_word, ret_refusal);
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
  parlance_line_reader_init (&self->reader, WORDS_MAX_LINE);
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
