/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The first byte of an answer is enough: whatever it is, it is plain text.
 */
#include "protocol/client/plain-probe.h"

#include <string.h>

static const char question[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n";
static char probe_tag; /* its address marks our tasks */

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, n > 0);
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
  g_input_stream_read_async (g_io_stream_get_input_stream (connection), g_task_get_task_data (task),
                             1, G_PRIORITY_DEFAULT, g_task_get_cancellable (task), on_answer,
                             g_object_ref (task));
}

void
parlance_plain_probe_async (GSocketConnection *connection,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GTask *task = g_task_new (connection, cancellable, callback, user_data);

  g_task_set_source_tag (task, &probe_tag);
  g_task_set_task_data (task, g_new (char, 1), g_free);
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
