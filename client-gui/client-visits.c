/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Going to a server. Who arrives has a chat of their own, which becomes the client's when the
 * server has let it in: what goes wrong before is told to who asked and touches nothing else.
 */
#include "client-gui/client-private.h"

#include <string.h>

#include "protocol/client/wait-state.h"

/* @memory: (nullable): of an earlier visit: an old connection may hold the nick still */
static ParlanceChat *
chat_new (const char *const *addresses,
          const char *nick,
          ParlanceTrust *trust,
          const ParlanceVisitMemory *memory)
{
  ParlanceChat *chat = parlance_chat_new ("parlance-gtk/" PARLANCE_VERSION, NULL, nick);

  parlance_chat_set_addresses (chat, addresses);
  parlance_chat_set_trust (chat, trust);
  if (memory != NULL && strcmp (memory->nick, nick) == 0)
    parlance_chat_set_token (chat, memory->token, memory->voucher);
  return chat;
}

/* Returns: (transfer none) (nullable) */
static const ParlanceVisitMemory *
find_memory (ParlanceClient *self, ParlanceServer *server, const char *address)
{
  const ParlanceSessionStore *store =
      parlance_visit_keeper_get_store (parlance_client_get_keeper (self));

  return server != NULL ? parlance_session_store_find (store, parlance_server_get_id (server))
                        : parlance_session_store_find_address (store, address);
}

void
parlance_client_visit (ParlanceClient *self,
                       const char *name,
                       const char *const *addresses,
                       const char *nick)
{
  g_return_if_fail (PARLANCE_IS_CLIENT (self));
  g_return_if_fail (addresses != NULL && addresses[0] != NULL);

  g_autoptr (ParlanceTrust) trust = parlance_trust_new (PARLANCE_TLS_USE_AUTO);
  parlance_trust_set_address (trust, addresses[0]);
  g_autoptr (ParlanceChat) chat =
      chat_new (addresses, nick, trust, find_memory (self, NULL, addresses[0]));
  parlance_client_take_chat (self, chat, name != NULL ? name : addresses[0], NULL);
  parlance_chat_connect (chat);
}

/* --- arriving --------------------------------------------------------------------------------- */

typedef struct
{
  char *name;
  ParlanceServer *server; /* (nullable) */
} Arrival;

static void
arrival_free (gpointer data)
{
  Arrival *arrival = data;

  g_free (arrival->name);
  g_clear_object (&arrival->server);
  g_free (arrival);
}

static gboolean
return_arrival (GTask *task, gpointer object)
{
  ParlanceChat *chat = object;

  switch (parlance_chat_get_state (chat))
    {
    case PARLANCE_CHAT_ONLINE:
      g_task_return_boolean (task, TRUE);
      return TRUE;
    case PARLANCE_CHAT_WAITING:
    case PARLANCE_CHAT_FAILED:
      g_task_return_error (task, g_error_copy (parlance_chat_get_error (chat)));
      return TRUE;
    default:
      return FALSE;
    }
}

static void
on_arrived (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ParlanceChat) chat = PARLANCE_CHAT (source);
  g_autoptr (GTask) task = user_data;
  ParlanceClient *self = g_task_get_source_object (task);
  const Arrival *arrival = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      parlance_chat_disconnect (chat);
      g_task_return_error (task, error);
      return;
    }
  if (arrival->server != NULL)
    parlance_visit_keeper_note (parlance_client_get_keeper (self), arrival->server);
  parlance_client_take_chat (self, chat, arrival->name,
                             parlance_server_info_get_id (parlance_chat_get_server_info (chat)));
  g_task_return_boolean (task, TRUE);
}

void
parlance_client_arrive_async (ParlanceClient *self,
                              const ParlanceVisit *visit,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_return_if_fail (PARLANCE_IS_CLIENT (self));
  g_return_if_fail (visit->addresses != NULL && visit->addresses[0] != NULL);
  g_return_if_fail (visit->trust != NULL);

  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Arrival *arrival = g_new (Arrival, 1);
  arrival->name = g_strdup (visit->name != NULL ? visit->name : visit->addresses[0]);
  arrival->server = visit->server != NULL ? g_object_ref (visit->server) : NULL;
  g_task_set_task_data (task, arrival, arrival_free);

  ParlanceChat *chat = chat_new (visit->addresses, visit->nick, visit->trust,
                                 find_memory (self, visit->server, visit->addresses[0]));
  parlance_chat_set_password (chat, visit->password);
  parlance_chat_connect (chat);
  parlance_wait_state (g_task_new (chat, cancellable, on_arrived, task), chat, return_arrival);
}

gboolean
parlance_client_arrive_finish (ParlanceClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- returning -------------------------------------------------------------------------------- */

static void
on_restarted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ParlanceChat) chat = user_data;
  g_autoptr (GError) error = NULL;
  const char *address =
      parlance_local_server_start_finish (PARLANCE_LOCAL_SERVER (source), result, &error);

  if (address != NULL)
    parlance_chat_set_address (chat, address);
  else
    g_info ("%s", error->message);
  parlance_chat_connect (chat);
}

gboolean
parlance_client_return (ParlanceClient *self)
{
  g_return_val_if_fail (PARLANCE_IS_CLIENT (self), FALSE);

  const ParlanceVisitMemory *memory = parlance_session_store_get_last (
      parlance_visit_keeper_get_store (parlance_client_get_keeper (self)));
  ParlanceLocalServer *local_server = parlance_client_get_local_server (self);

  if (memory == NULL)
    return FALSE;
  g_autoptr (ParlanceTrust) trust = parlance_trust_new (PARLANCE_TLS_USE_AUTO);
  parlance_trust_set_id (trust, memory->id);
  parlance_trust_set_address (trust, memory->typed);
  g_autoptr (ParlanceChat) chat =
      chat_new ((const char *const *)memory->addresses, memory->nick, trust, memory);
  gboolean is_ended = parlance_local_server_has_id (local_server, memory->id) &&
                      !parlance_local_server_is_running (local_server);
  parlance_client_take_chat (self, chat, memory->name, memory->id);
  if (is_ended)
    parlance_local_server_start_async (local_server, NULL, on_restarted, g_object_ref (chat));
  else
    parlance_chat_connect (chat);
  return TRUE;
}
