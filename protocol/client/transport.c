/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lines over one open connection. Reading and writing are pollable and never block; a reference
 * held while received lines are handed out lets a callback free the transport.
 */
#include "protocol/client/transport.h"

#include "protocol/wire/limits.h"
#include "protocol/wire/line-reader.h"

#define SCRATCH_SIZE 65536 /* [bytes] read at once */

struct _ParlanceTransport
{
  guint n_refs;
  gboolean closed;
  GIOStream *stream;
  GMainContext *context;
  const ParlanceTransportEvents *events;
  gpointer user_data;

  GSource *read_source;
  ParlanceLineReader reader;
  char *scratch;

  GSource *write_source; /* (nullable): set while something waits to be sent */
  GString *output;
  gsize n_sent; /* [bytes] of @output that the kernel has */
  gboolean write_failed;
};

static void
transport_unref (ParlanceTransport *self)
{
  if (--self->n_refs > 0)
    return;
  parlance_line_reader_clear (&self->reader);
  g_string_free (self->output, TRUE);
  g_free (self->scratch);
  g_object_unref (self->stream);
  g_main_context_unref (self->context);
  g_free (self);
}

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
transport_lose (ParlanceTransport *self, const GError *error)
{
  parlance_transport_close (self);
  self->events->lost (self->user_data, error);
}

static void
transport_lose_for (ParlanceTransport *self, GIOErrorEnum code, const char *message)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, (int)code, message);

  transport_lose (self, error);
}

static void
hand_out_lines (ParlanceTransport *self, gsize n_bytes)
{
  const char *cursor = self->scratch;
  const char *end = cursor + n_bytes;

  while (!self->closed)
    {
      const char *line;
      gsize n_line;
      switch (parlance_line_reader_next (&self->reader, &cursor, end, &line, &n_line))
        {
        case PARLANCE_LINE_READY:
          self->events->line (self->user_data, line, n_line);
          break;
        case PARLANCE_LINE_TOO_LONG:
          transport_lose_for (self, G_IO_ERROR_INVALID_DATA,
                              "the server sent a line of more than 4 MiB, which is not Parlance");
          return;
        case PARLANCE_LINE_NONE:
        default:
          return;
        }
    }
}

static gboolean
on_readable (GObject *stream, gpointer user_data)
{
  ParlanceTransport *self = user_data;
  g_autoptr (GError) error = NULL;
  gssize n_bytes = g_pollable_input_stream_read_nonblocking (
      G_POLLABLE_INPUT_STREAM (stream), self->scratch, SCRATCH_SIZE, NULL, &error);

  if (n_bytes < 0 && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return G_SOURCE_CONTINUE;

  self->n_refs++;
  if (n_bytes < 0)
    transport_lose (self, error);
  else if (n_bytes == 0)
    transport_lose_for (self, G_IO_ERROR_CONNECTION_CLOSED, "the server closed the connection");
  else
    hand_out_lines (self, (gsize)n_bytes);

  gboolean go_on = !self->closed;
  transport_unref (self);
  return go_on ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* Returns: whether all is sent, or nothing more can be */
static gboolean
send_output (ParlanceTransport *self)
{
  GPollableOutputStream *stream =
      G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (self->stream));

  while (self->n_sent < self->output->len)
    {
      g_autoptr (GError) error = NULL;
      gssize n_bytes = g_pollable_output_stream_write_nonblocking (
          stream, self->output->str + self->n_sent, self->output->len - self->n_sent, NULL, &error);
      if (n_bytes >= 0)
        self->n_sent += (gsize)n_bytes;
      else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        return FALSE;
      else
        {
          /* The peer may have said why it hung up, in lines that are still to be read. Reading
           * finds the end of the connection after them. */
          self->write_failed = TRUE;
          break;
        }
    }
  g_string_truncate (self->output, 0);
  self->n_sent = 0;
  return TRUE;
}

static gboolean
on_writable (GObject *stream, gpointer user_data)
{
  ParlanceTransport *self = user_data;

  if (!send_output (self))
    return G_SOURCE_CONTINUE;
  clear_source (&self->write_source);
  return G_SOURCE_REMOVE;
}

static gboolean
on_turn_over (gpointer user_data)
{
  ParlanceTransport *self = user_data;
  gboolean done = send_output (self);

  clear_source (&self->write_source);
  if (!done)
    {
      GOutputStream *stream = g_io_stream_get_output_stream (self->stream);
      self->write_source =
          g_pollable_output_stream_create_source (G_POLLABLE_OUTPUT_STREAM (stream), NULL);
      g_source_set_callback (self->write_source, G_SOURCE_FUNC (on_writable), self, NULL);
      g_source_attach (self->write_source, self->context);
    }
  return G_SOURCE_REMOVE;
}

ParlanceTransport *
parlance_transport_new (GIOStream *stream,
                        GMainContext *context,
                        const ParlanceTransportEvents *events,
                        gpointer user_data)
{
  GInputStream *input = g_io_stream_get_input_stream (stream);
  ParlanceTransport *self = g_new0 (ParlanceTransport, 1);

  self->n_refs = 1;
  self->stream = g_object_ref (stream);
  self->context = g_main_context_ref (context);
  self->events = events;
  self->user_data = user_data;
  self->output = g_string_new (NULL);
  self->scratch = g_malloc (SCRATCH_SIZE);
  parlance_line_reader_init (&self->reader, PARLANCE_MAX_REPLY_LINE);

  self->read_source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (input), NULL);
  g_source_set_callback (self->read_source, G_SOURCE_FUNC (on_readable), self, NULL);
  g_source_attach (self->read_source, self->context);
  return self;
}

GString *
parlance_transport_get_output (ParlanceTransport *self)
{
  if (self->write_failed)
    g_string_truncate (self->output, 0);
  else if (self->write_source == NULL && !self->closed)
    {
      self->write_source = g_idle_source_new ();
      g_source_set_priority (self->write_source, G_PRIORITY_DEFAULT);
      g_source_set_callback (self->write_source, on_turn_over, self, NULL);
      g_source_attach (self->write_source, self->context);
    }
  return self->output;
}

void
parlance_transport_close (ParlanceTransport *self)
{
  if (self->closed)
    return;
  self->closed = TRUE;
  clear_source (&self->read_source);
  clear_source (&self->write_source);

  /* There is nobody to tell: the connection is given up either way, and the descriptor goes with
   * the stream. TLS would say goodbye first, and wait for a peer that takes nothing more. */
  g_autoptr (GIOStream) socket = NULL;
  if (G_IS_TLS_CONNECTION (self->stream))
    g_object_get (self->stream, "base-io-stream", &socket, NULL);
  (void)g_io_stream_close (socket != NULL ? socket : self->stream, NULL, NULL);
}

void
parlance_transport_free (ParlanceTransport *self)
{
  if (self == NULL)
    return;
  parlance_transport_close (self);
  transport_unref (self);
}
