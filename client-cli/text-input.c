/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Text in pieces. What is read is polled for first, as words are.
 */
#include "client-cli/text-input.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/wire/limits.h"

#define READ_SIZE 16384 /* [bytes] */

struct _TextInput
{
  App *app;
  void (*on_ready) (gpointer user_data);
  gpointer user_data;

  const char *name; /* for people */
  int fd;           /* -1: all of the text is in @buffer */
  gboolean ended;
  gboolean by_line;
  guint source;     /* 0: not waiting for input */
  guint64 n_passed; /* [bytes] given out */
  GString *buffer;
};

static gboolean
on_input (int fd, GIOCondition condition, gpointer user_data)
{
  TextInput *self = user_data;
  char bytes[READ_SIZE];
  ssize_t n_bytes = read (fd, bytes, sizeof bytes);

  if (n_bytes < 0 && (errno == EINTR || errno == EAGAIN))
    return G_SOURCE_CONTINUE;

  self->source = 0;
  if (n_bytes < 0)
    app_fail (self->app, EXIT_FAILED, "cannot read %s: %s", self->name, g_strerror (errno));
  if (n_bytes > 0)
    g_string_append_len (self->buffer, bytes, n_bytes);
  else
    self->ended = TRUE;
  self->on_ready (self->user_data);
  return G_SOURCE_REMOVE;
}

/* Where the last of what ends in @ending ends, among @n_bytes; 0: nowhere. */
static gsize
last_end (const char *text, gsize n_bytes, const char *ending)
{
  const char *at = g_strrstr_len (text, (gssize)n_bytes, ending);

  return at != NULL ? (gsize)(at - text) + strlen (ending) : 0;
}

/* Where to cut @n_bytes of more text. */
static gsize
find_cut (const char *text, gsize n_bytes)
{
  static const char *const sentence_ends[] = { ". ", "! ", "? ", "。", "！", "？" };
  gsize cut = last_end (text, n_bytes, "\n");

  for (guint i = 0; cut == 0 && i < G_N_ELEMENTS (sentence_ends); i++)
    cut = MAX (cut, last_end (text, n_bytes, sentence_ends[i]));
  if (cut == 0)
    cut = last_end (text, n_bytes, " ");
  if (cut > 0)
    return cut;
  while (n_bytes > 1 && ((guchar)text[n_bytes] & 0xC0) == 0x80)
    n_bytes--;
  return n_bytes;
}

/* How much of the buffer is the next piece; 0: not enough is there. */
static gsize
piece_size (const TextInput *self)
{
  const GString *buffer = self->buffer;

  if (self->by_line && buffer->len > 0)
    {
      const char *line_end = memchr (buffer->str, '\n', MIN (buffer->len, PARLANCE_MAX_TEXT));
      if (line_end != NULL)
        return (gsize)(line_end - buffer->str) + 1;
    }
  if (buffer->len > PARLANCE_MAX_TEXT)
    return find_cut (buffer->str, PARLANCE_MAX_TEXT);
  return self->ended ? buffer->len : 0;
}

TextInputStatus
text_input_next (TextInput *self, char **ret_piece)
{
  gsize n_bytes = piece_size (self);
  const char *bad;

  if (self->app->quitting)
    return TEXT_INPUT_END;
  if (n_bytes == 0 && self->ended)
    return TEXT_INPUT_END;
  if (n_bytes == 0)
    {
      if (self->source == 0)
        self->source = g_unix_fd_add (self->fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_input, self);
      return TEXT_INPUT_WAIT;
    }
  if (!g_utf8_validate_len (self->buffer->str, n_bytes, &bad))
    {
      app_fail (self->app, EXIT_USAGE, "%s is not UTF-8 text at byte %" G_GUINT64_FORMAT,
                self->name, self->n_passed + (guint64)(bad - self->buffer->str) + 1);
      return TEXT_INPUT_END;
    }
  *ret_piece = g_strndup (self->buffer->str, n_bytes);
  g_string_erase (self->buffer, 0, (gssize)n_bytes);
  self->n_passed += n_bytes;
  return TEXT_INPUT_READY;
}

/* FALSE: it is there but cannot be opened. */
static gboolean
open_file (TextInput *self, const char *path)
{
  struct stat file;

  if (stat (path, &file) < 0)
    return TRUE; /* then it is a text */
  self->name = path;
  if (!S_ISDIR (file.st_mode))
    self->fd = open (path, O_RDONLY | O_CLOEXEC);
  else
    errno = EISDIR;
  if (self->fd >= 0)
    return TRUE;
  app_fail (self->app, EXIT_USAGE, "cannot read %s: %s", path, g_strerror (errno));
  return FALSE;
}

TextInput *
text_input_new (App *app, void (*on_ready) (gpointer user_data), gpointer user_data)
{
  const Options *options = &app->options;
  TextInput *self = g_new0 (TextInput, 1);

  self->app = app;
  self->on_ready = on_ready;
  self->user_data = user_data;
  self->name = "the text";
  self->fd = -1;
  self->buffer = g_string_new (NULL);

  if (options->n_words == 0 || (options->n_words == 1 && strcmp (options->words[0], "-") == 0))
    {
      self->name = "standard input";
      self->fd = STDIN_FILENO;
      self->by_line = isatty (STDIN_FILENO);
    }
  else if (options->n_words == 1 && !open_file (self, options->words[0]))
    {
      text_input_free (self);
      return NULL;
    }
  self->ended = self->fd < 0;
  for (guint i = 0; self->ended && i < options->n_words; i++)
    g_string_append_printf (self->buffer, "%s%s", i > 0 ? " " : "", options->words[i]);
  return self;
}

void
text_input_free (TextInput *self)
{
  if (self == NULL)
    return;
  if (self->source != 0)
    g_source_remove (self->source);
  if (self->fd > STDIN_FILENO)
    close (self->fd);
  g_string_free (self->buffer, TRUE);
  g_free (self);
}
