/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The line is read byte by byte, so that what follows it stays for whoever goes on to use the
 * connection. It is short, and asked for once a server.
 */
#include "protocol/client/plain-probe.h"

#include <string.h>

#include "protocol/client/answer.h"
#include "protocol/wire/errors.h"

static const char question[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n";
static char probe_tag; /* its address marks our tasks */

typedef struct
{
  char line[PARLANCE_PLAIN_PROBE_MAX];
  gsize n_bytes;
} Probe;

/* What is an error of the "ping" alone is an answer like another. */
static gboolean
judge (const Probe *self, GError **error)
{
  ParlanceAnswer answer;
  g_autoptr (GError) refusal = NULL;

  if (!parlance_answer_parse (self->line, self->n_bytes, &answer, error))
    return FALSE;
  if (answer.kind != PARLANCE_ANSWER_ERROR && answer.kind != PARLANCE_ANSWER_FAULT)
    return TRUE;
  refusal = parlance_answer_to_error (&answer.body);
  if (g_error_matches (refusal, PARLANCE_ERROR, PARLANCE_REASON_TLS_REQUIRED))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED,
                           "the connection was cut before it was encrypted");
      return FALSE;
    }
  if (!g_error_matches (refusal, PARLANCE_ERROR, PARLANCE_REASON_SERVER_FULL) &&
      !g_error_matches (refusal, PARLANCE_ERROR, PARLANCE_REASON_SHUTTING_DOWN) &&
      !g_error_matches (refusal, PARLANCE_ERROR, PARLANCE_REASON_BANNED))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&refusal));
  return FALSE;
}

static void on_byte (GObject *source, GAsyncResult *result, gpointer user_data);

/* @task: (transfer full) */
static void
read_byte (GTask *task, GInputStream *input)
{
  Probe *self = g_task_get_task_data (task);

  g_input_stream_read_async (input, self->line + self->n_bytes, 1, G_PRIORITY_DEFAULT,
                             g_task_get_cancellable (task), on_byte, task);
}

static void
on_byte (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Probe *self = g_task_get_task_data (task);
  GError *error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (n == 0)
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED,
                         "the server closed the connection");
  else if (n > 0 && self->line[self->n_bytes] == '\n')
    {
      if (judge (self, &error))
        {
          g_task_return_boolean (task, TRUE);
          return;
        }
    }
  /* What does not begin like an answer need not have an end. */
  else if (n > 0 && (self->line[0] != '{' || ++self->n_bytes == sizeof self->line))
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         "what answers is not a Parlance server");
  if (error != NULL)
    g_task_return_error (task, error);
  else
    read_byte (g_steal_pointer (&task), G_INPUT_STREAM (source));
}

static void
on_asked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GIOStream *connection = G_IO_STREAM (g_task_get_source_object (task));
  GError *error = NULL;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  read_byte (g_steal_pointer (&task), g_io_stream_get_input_stream (connection));
}

void
parlance_plain_probe_async (GSocketConnection *connection,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GTask *task = g_task_new (connection, cancellable, callback, user_data);

  g_task_set_source_tag (task, &probe_tag);
  g_task_set_task_data (task, g_new0 (Probe, 1), g_free);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (G_IO_STREAM (connection)),
                                   question, strlen (question), G_PRIORITY_DEFAULT, cancellable,
                                   on_asked, task);
}

gboolean
parlance_plain_probe_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, &probe_tag), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
