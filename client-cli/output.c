/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Standard output and error, by write(2): stdio would lose the error of a failed flush.
 */
#include "client-cli/output.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "client-cli/display-text.h"
#include "client-cli/wrap.h"

#define MUCH 65536 /* [bytes] worth a write of their own */

struct _Output
{
  GString *buffer;
  guint flush_source; /* 0: none */
  int failed_errno;   /* of the write that failed, 0: none; nothing is written after it */
  gboolean shares_terminal;
  guint columns; /* of standard error's terminal; 0: do not wrap remarks */
};

static gboolean
write_all (int fd, const char *bytes, gsize n_bytes)
{
  while (n_bytes > 0)
    {
      ssize_t n = write (fd, bytes, n_bytes);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      bytes += n;
      n_bytes -= (gsize)n;
    }
  return TRUE;
}

static void
die_of_sigpipe (void)
{
  /* GIO ignores the signal for its sockets' sake. */
  (void)signal (SIGPIPE, SIG_DFL);
  (void)raise (SIGPIPE);
}

gboolean
output_flush (Output *self)
{
  if (self->failed_errno == 0 && !write_all (STDOUT_FILENO, self->buffer->str, self->buffer->len))
    {
      self->failed_errno = errno;
      if (errno == EPIPE)
        die_of_sigpipe ();
    }
  g_string_truncate (self->buffer, 0);
  errno = self->failed_errno;
  return self->failed_errno == 0;
}

static gboolean
on_idle (gpointer user_data)
{
  Output *self = user_data;

  self->flush_source = 0;
  (void)output_flush (self); /* the failure is kept, for the last flush to report */
  return G_SOURCE_REMOVE;
}

void
output_commit (Output *self)
{
  if (self->buffer->len >= MUCH)
    (void)output_flush (self);
  else if (self->buffer->len > 0 && self->flush_source == 0)
    self->flush_source = g_idle_add (on_idle, self);
}

static void
write_message (Output *self, const char *prefix, const char *message, guint columns)
{
  g_autoptr (GString) line = g_string_new (prefix);
  g_autoptr (GString) wrapped = g_string_new (NULL);

  if (self->shares_terminal)
    (void)output_flush (self);
  display_append (line, message, strlen (message), DISPLAY_LINE);
  wrap_append (wrapped, line->str, 0, columns);
  (void)write_all (STDERR_FILENO, wrapped->str,
                   wrapped->len); /* there is no place left to say it */
}

void
output_complain (Output *self, const char *message)
{
  write_message (self, "parlance: ", message, 0);
}

void
output_remark (Output *self, const char *message)
{
  write_message (self, "", message, self->columns);
}

void
output_hint (Output *self, const char *message)
{
  if (self->columns > 0)
    output_remark (self, message);
}

void
output_set_columns (Output *self, guint columns)
{
  self->columns = columns;
}

GString *
output_get_buffer (Output *self)
{
  return self->buffer;
}

void
output_append_json (Output *self, const char *json, gsize n_bytes)
{
  display_append_json (self->buffer, json, n_bytes);
  g_string_append_c (self->buffer, '\n');
}

Output *
output_new (void)
{
  Output *self = g_new0 (Output, 1);

  self->buffer = g_string_sized_new (MUCH);
  self->shares_terminal = isatty (STDOUT_FILENO) && isatty (STDERR_FILENO);
  return self;
}

void
output_free (Output *self)
{
  if (self->flush_source != 0)
    g_source_remove (self->flush_source);
  g_string_free (self->buffer, TRUE);
  g_free (self);
}
