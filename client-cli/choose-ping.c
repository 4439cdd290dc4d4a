/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The connection is for the question alone, and has a trust of its own: what a stranger shows here
 * is no word of the server that the command will speak to.
 */
#include "client-cli/choose-ping.h"

#include "protocol/client/lookup.h"
#include "protocol/wire/errors.h"

static char ping_tag; /* its address marks our tasks */

static void
complete (GTask *task, const GError *error)
{
  ParlanceSession *session = g_task_get_task_data (task);

  parlance_session_close (session);
  g_task_return_boolean (task, error == NULL || error->domain == PARLANCE_ERROR ||
                                   error->domain == PARLANCE_TRUST_ERROR);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  gint64 time_ms;

  (void)parlance_session_ping_finish (PARLANCE_SESSION (source), result, &time_ms, &error);
  complete (task, error);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ParlanceSession *session = PARLANCE_SESSION (source);
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr (GError) error = NULL;

  if (parlance_session_connect_finish (session, result, &error))
    parlance_session_ping_async (session, cancellable, on_answer, g_steal_pointer (&task));
  else
    complete (task, error);
}

void
choose_ping_async (const char *const *addresses,
                   ParlanceTlsUse tls,
                   GCancellable *cancellable,
                   GAsyncReadyCallback callback,
                   gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  ParlanceSession *session = parlance_session_new_for_addresses (addresses);
  g_autoptr (ParlanceTrust) trust = parlance_trust_new (tls);

  g_task_set_source_tag (task, &ping_tag);
  g_task_set_task_data (task, session, g_object_unref);
  parlance_session_set_trust (session, trust);
  parlance_session_connect_async (session, cancellable, on_connected, task);
}

gboolean
choose_ping_finish (GAsyncResult *result)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, &ping_tag), FALSE);

  return g_task_propagate_boolean (G_TASK (result), NULL);
}
