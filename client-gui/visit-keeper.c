/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Changes come in bursts, a read position with every message; so the whole of a visit is taken down
 * some time after the first of them, when nothing else is to be done. A thread writes it: the disk
 * may take its time. It gets a text of its own.
 */
#include "client-gui/visit-keeper.h"

#include <string.h>

#include "client-gui/composer-recall.h"
#include "protocol/client/recent.h"
#include "protocol/client/state-file.h"

#define SAVE_S 2             /* [s] after a change */
#define MAX_NAME_BYTES 256   /* of a server: a stranger's text */
#define MAX_TOKEN_BYTES 1024 /* a longer one is not worth the room */

struct _ParlanceVisitKeeper
{
  GObject parent_instance;
  ParlanceClient *client; /* (not owned) */
  ParlanceChat *chat;     /* (nullable): whose changes are heard */
  ParlanceSessionStore *store;
  GPtrArray *uses;    /* of ParlanceRecentUse, to be noted with the next save */
  guint save_source;  /* 0: there is nothing to save */
  gboolean is_saving; /* in a thread */
  gboolean is_due;    /* to be saved again when that has ended */
};

typedef struct
{
  char *path;
  char *text;
  GPtrArray *uses; /* of ParlanceRecentUse */
} Copy;

G_DEFINE_FINAL_TYPE (ParlanceVisitKeeper, parlance_visit_keeper, G_TYPE_OBJECT)

const ParlanceSessionStore *
parlance_visit_keeper_get_store (ParlanceVisitKeeper *self)
{
  g_return_val_if_fail (PARLANCE_IS_VISIT_KEEPER (self), NULL);

  return self->store;
}

/* --- how the visit stands --------------------------------------------------------------------- */

static char **
dup_addresses (ParlanceChat *chat)
{
  const char *const *known = parlance_chat_get_addresses (chat);
  const char *best = parlance_chat_get_address (chat);
  g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func (g_free);

  if (best != NULL)
    g_ptr_array_add (addresses, g_strdup (best));
  for (; *known != NULL && addresses->len < PARLANCE_SERVER_MAX_ADDRESSES; known++)
    {
      if (g_strcmp0 (*known, best) != 0)
        g_ptr_array_add (addresses, g_strdup (*known));
    }
  g_ptr_array_add (addresses, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&addresses), FALSE);
}

static char *
dup_short (const char *text, gsize max_bytes)
{
  gsize n_bytes = strnlen (text, max_bytes + 1);

  if (n_bytes <= max_bytes)
    return g_strdup (text);
  const char *end = g_utf8_find_prev_char (text, text + max_bytes);
  return g_strndup (text, end == NULL ? 0 : (gsize)(end - text));
}

static void
add_line (GString *text, const char *line)
{
  if (text->len > 0)
    g_string_append_c (text, '\n');
  g_string_append (text, line);
}

/* As it would be typed; a card was not. */
static void
add_message (GString *text, ParlanceMessage *message)
{
  ParlanceMessageKind kind = parlance_message_get_kind (message);

  if (kind != PARLANCE_MESSAGE_TEXT && kind != PARLANCE_MESSAGE_ACTION)
    return;
  g_autofree char *line = parlance_recall_text (message);
  add_line (text, line);
}

/* Returns: (transfer full): what the server has not stored, and what is being written: to be there
 * again if all ends now */
static char *
dup_draft (ParlanceConversation *conversation)
{
  ParlanceMessageList *messages =
      parlance_room_get_messages (parlance_conversation_get_room (conversation));
  guint n_messages = parlance_message_list_get_n (messages);
  GString *text = g_string_new (NULL);
  const char *draft = parlance_conversation_get_draft (conversation);

  for (guint i = n_messages - parlance_message_list_get_n_unsent (messages); i < n_messages; i++)
    add_message (text, parlance_message_list_get (messages, i));
  if (draft != NULL && *draft != '\0')
    add_line (text, draft);
  return g_string_free (text, FALSE);
}

static void
remember_rooms (ParlanceVisitKeeper *self, ParlanceVisitMemory *visit)
{
  GListModel *conversations = parlance_client_get_conversations (self->client);
  ParlanceConversation *current = parlance_client_get_current (self->client);

  for (guint i = 0; i < g_list_model_get_n_items (conversations); i++)
    {
      g_autoptr (ParlanceConversation) conversation = g_list_model_get_item (conversations, i);
      ParlanceRoom *room = parlance_conversation_get_room (conversation);

      if (parlance_room_get_state (room) == PARLANCE_ROOM_FAILED)
        continue;
      g_autofree char *draft = dup_draft (conversation);
      parlance_visit_memory_add_room (visit, parlance_room_get_name (room),
                                      parlance_conversation_get_read_seq (conversation), draft);
      if (conversation == current)
        visit->current = g_strdup (parlance_room_get_name (room));
    }
}

void
parlance_visit_keeper_remember (ParlanceVisitKeeper *self)
{
  g_return_if_fail (PARLANCE_IS_VISIT_KEEPER (self));

  ParlanceChat *chat = parlance_client_get_chat (self->client);
  const char *id = parlance_client_get_server_id (self->client);

  if (id == NULL || !g_uuid_string_is_valid (id))
    return;
  ParlanceVisitMemory *visit = parlance_visit_memory_new (id);
  const char *token = parlance_chat_get_token (chat);
  visit->name = dup_short (parlance_client_get_server_name (self->client), MAX_NAME_BYTES);
  visit->addresses = dup_addresses (chat);
  visit->typed = g_strdup (parlance_trust_get_address (parlance_chat_get_trust (chat)));
  visit->nick = g_strdup (parlance_chat_get_nick (chat));
  if (token != NULL && strlen (token) <= MAX_TOKEN_BYTES)
    {
      visit->token = g_strdup (token);
      visit->voucher = g_strdup (parlance_chat_get_token_voucher (chat));
    }
  remember_rooms (self, visit);
  parlance_session_store_put (self->store, visit);
}

/* --- writing it down -------------------------------------------------------------------------- */

static GPtrArray *
uses_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)parlance_recent_use_free);
}

static void
copy_free (gpointer data)
{
  Copy *copy = data;

  g_free (copy->path);
  g_free (copy->text);
  g_ptr_array_unref (copy->uses);
  g_free (copy);
}

/* Read just before: the command-line client writes it, too. */
static void
note_uses (GPtrArray *uses)
{
  g_autoptr (ParlanceRecent) recent = parlance_recent_load (NULL);
  g_autoptr (GError) error = NULL;

  while (uses->len > 0)
    parlance_recent_note (recent, g_ptr_array_steal_index (uses, 0));
  if (!parlance_recent_save (recent, &error))
    g_info ("the server is not remembered: %s", error->message);
}

static void
write_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Copy *copy = data;
  g_autoptr (GError) error = NULL;

  /* The next start begins with the choice of a server, then. */
  if (!parlance_state_file_save_text (copy->text, copy->path, &error))
    g_info ("the visit is not remembered: %s", error->message);
  if (copy->uses->len > 0)
    note_uses (copy->uses);
  g_task_return_boolean (task, TRUE);
}

static void start_saving (ParlanceVisitKeeper *self);

static void
on_saved (GObject *object, GAsyncResult *result, gpointer user_data)
{
  ParlanceVisitKeeper *self = PARLANCE_VISIT_KEEPER (object);

  self->is_saving = FALSE;
  if (self->is_due)
    start_saving (self);
}

static void
start_saving (ParlanceVisitKeeper *self)
{
  self->is_due = self->is_saving;
  if (self->is_saving)
    return;
  g_autoptr (GTask) task = g_task_new (self, NULL, on_saved, NULL);
  Copy *copy = g_new (Copy, 1);
  copy->path = g_strdup (parlance_session_store_get_path (self->store));
  copy->text = parlance_session_store_to_text (self->store);
  copy->uses = g_steal_pointer (&self->uses);
  self->uses = uses_new ();
  self->is_saving = TRUE;
  g_task_set_task_data (task, copy, copy_free);
  g_task_run_in_thread (task, write_in_thread);
}

/* What is left to save is taken down now. */
static void
save_now (ParlanceVisitKeeper *self)
{
  if (self->save_source == 0)
    return;
  g_clear_handle_id (&self->save_source, g_source_remove);
  parlance_visit_keeper_remember (self);
  start_saving (self);
}

void
parlance_visit_keeper_save (ParlanceVisitKeeper *self)
{
  g_return_if_fail (PARLANCE_IS_VISIT_KEEPER (self));

  save_now (self);
  while (self->is_saving)
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
on_save (gpointer user_data)
{
  save_now (user_data);
  return G_SOURCE_REMOVE;
}

static void
queue_save (ParlanceVisitKeeper *self)
{
  if (self->save_source == 0)
    self->save_source = g_timeout_add_seconds_full (G_PRIORITY_LOW, SAVE_S, on_save, self, NULL);
}

void
parlance_visit_keeper_note (ParlanceVisitKeeper *self, ParlanceServer *server)
{
  g_return_if_fail (PARLANCE_IS_VISIT_KEEPER (self));

  g_ptr_array_add (self->uses, parlance_recent_use_new (server, g_get_real_time ()));
  queue_save (self);
}

void
parlance_visit_keeper_leave (ParlanceVisitKeeper *self)
{
  g_return_if_fail (PARLANCE_IS_VISIT_KEEPER (self));

  parlance_session_store_leave (self->store);
  queue_save (self);
}

/* --- changes ---------------------------------------------------------------------------------- */

static void
on_change (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  queue_save (user_data);
}

static void
on_conversations (
    GListModel *model, guint position, guint n_removed, guint n_added, gpointer user_data)
{
  ParlanceVisitKeeper *self = user_data;

  for (guint i = position; i < position + n_added; i++)
    {
      g_autoptr (ParlanceConversation) conversation = g_list_model_get_item (model, i);
      g_signal_connect_object (conversation, "notify::read-seq", G_CALLBACK (on_change), self, 0);
      g_signal_connect_object (conversation, "notify::draft", G_CALLBACK (on_change), self, 0);
      g_signal_connect_object (
          parlance_room_get_messages (parlance_conversation_get_room (conversation)),
          "notify::n-unsent", G_CALLBACK (on_change), self, 0);
    }
  if (parlance_client_get_chat (self->client) != NULL)
    queue_save (self);
}

static void
on_chat (ParlanceClient *client, GParamSpec *pspec, gpointer user_data)
{
  ParlanceVisitKeeper *self = user_data;
  static const char *const changes[] = { "notify::token", "notify::nick", "notify::server-info" };

  if (self->chat != NULL)
    g_signal_handlers_disconnect_by_data (self->chat, self);
  g_set_object (&self->chat, parlance_client_get_chat (client));
  for (gsize i = 0; self->chat != NULL && i < G_N_ELEMENTS (changes); i++)
    g_signal_connect (self->chat, changes[i], G_CALLBACK (on_change), self);
  queue_save (self);
}

ParlanceVisitKeeper *
parlance_visit_keeper_new (ParlanceClient *client)
{
  ParlanceVisitKeeper *self = g_object_new (PARLANCE_TYPE_VISIT_KEEPER, NULL);

  self->client = client;
  self->store = parlance_session_store_load (NULL);
  g_signal_connect_object (client, "notify::chat", G_CALLBACK (on_chat), self, 0);
  g_signal_connect_object (client, "notify::current", G_CALLBACK (on_change), self, 0);
  g_signal_connect_object (parlance_client_get_conversations (client), "items-changed",
                           G_CALLBACK (on_conversations), self, 0);
  return self;
}

static void
parlance_visit_keeper_dispose (GObject *object)
{
  ParlanceVisitKeeper *self = PARLANCE_VISIT_KEEPER (object);

  g_clear_handle_id (&self->save_source, g_source_remove);
  if (self->chat != NULL)
    g_signal_handlers_disconnect_by_data (self->chat, self);
  g_clear_object (&self->chat);
  G_OBJECT_CLASS (parlance_visit_keeper_parent_class)->dispose (object);
}

static void
parlance_visit_keeper_finalize (GObject *object)
{
  ParlanceVisitKeeper *self = PARLANCE_VISIT_KEEPER (object);

  g_clear_pointer (&self->store, parlance_session_store_free);
  g_ptr_array_unref (self->uses);
  G_OBJECT_CLASS (parlance_visit_keeper_parent_class)->finalize (object);
}

static void
parlance_visit_keeper_class_init (ParlanceVisitKeeperClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = parlance_visit_keeper_dispose;
  object_class->finalize = parlance_visit_keeper_finalize;
}

static void
parlance_visit_keeper_init (ParlanceVisitKeeper *self)
{
  self->uses = uses_new ();
}
