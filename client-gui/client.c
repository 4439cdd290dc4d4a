/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A ParlanceChat belongs to one server; the list of conversations outlives it and follows the rooms
 * of the chat that there is.
 */
#include "client-gui/client.h"

#include <string.h>

#include "client-gui/client-private.h"
#include "client-gui/display-line.h"
#include "protocol/client/lookout.h"

#define LOBBY "lobby"         /* the room that every server has */
#define MAX_NOTICE_BYTES 4096 /* of several: then the older ones have been there long enough */
#define MAX_SHARED_BYTES (8 * 1024) /* of an entry; escaped it still fits a line */

struct _ParlanceClient
{
  GObject parent_instance;
  GSettings *settings;
  ParlanceChat *chat;            /* (nullable) */
  char *name;                    /* of the server, until it has said it itself */
  char *id;                      /* (nullable): the same */
  GListStore *conversations;     /* in step with the rooms of @chat */
  ParlanceConversation *current; /* (nullable) */
  ParlanceWordBook *word_book;
  ParlanceDictionary *dictionary;
  ParlanceVisitKeeper *keeper;
  ParlanceLookout *lookout; /* (nullable): of @chat */
  ParlanceLocalServer *local_server;
  ParlanceAccountState *account;
  char *notice; /* (nullable) */
};

enum
{
  PROP_0,
  PROP_SETTINGS,
  PROP_CHAT,
  PROP_SERVER_NAME,
  PROP_CONVERSATIONS,
  PROP_CURRENT,
  PROP_WORD_BOOK,
  PROP_NOTICE,
  N_PROPS
};

enum
{
  SIGNAL_MESSAGE,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ParlanceClient, parlance_client, G_TYPE_OBJECT)

ParlanceClient *
parlance_client_new (GSettings *settings)
{
  return g_object_new (PARLANCE_TYPE_CLIENT, "settings", settings, NULL);
}

GSettings *
parlance_client_get_settings (ParlanceClient *self)
{
  g_return_val_if_fail (PARLANCE_IS_CLIENT (self), NULL);

  return self->settings;
}

ParlanceChat *
parlance_client_get_chat (ParlanceClient *self)
{
  g_return_val_if_fail (PARLANCE_IS_CLIENT (self), NULL);

  return self->chat;
}

ParlanceSession *
parlance_client_get_session (ParlanceClient *self)
{
  g_return_val_if_fail (PARLANCE_IS_CLIENT (self), NULL);

  return self->chat == NULL ? NULL : parlance_chat_get_session (self->chat);
}

const char *
parlance_client_get_server_name (ParlanceClient *self)
{
  g_return_val_if_fail (PARLANCE_IS_CLIENT (self), NULL);

  if (self->chat == NULL)
    return "";
  ParlanceServerInfo *info = parlance_chat_get_server_info (self->chat);
  return info != NULL ? parlance_server_info_get_name (info) : self->name;
}

const char *
parlance_client_get_server_id (ParlanceClient *self)
{
  g_return_val_if_fail (PARLANCE_IS_CLIENT (self), NULL);

  if (self->chat == NULL)
    return NULL;
  ParlanceServerInfo *info = parlance_chat_get_server_info (self->chat);
  return info != NULL ? parlance_server_info_get_id (info) : self->id;
}

/* --- conversations ---------------------------------------------------------------------------- */

GListModel *
parlance_client_get_conversations (ParlanceClient *self)
{
  g_return_val_if_fail (PARLANCE_IS_CLIENT (self), NULL);

  return G_LIST_MODEL (self->conversations);
}

/* Returns: (transfer none) (nullable) */
static ParlanceConversation *
find_conversation (ParlanceClient *self, ParlanceRoom *room)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->conversations));

  for (guint i = 0; room != NULL && i < n; i++)
    {
      g_autoptr (ParlanceConversation) conversation =
          g_list_model_get_item (G_LIST_MODEL (self->conversations), i);

      if (parlance_conversation_get_room (conversation) == room)
        return conversation;
    }
  return NULL;
}

ParlanceConversation *
parlance_client_get_conversation (ParlanceClient *self, const char *name)
{
  g_return_val_if_fail (PARLANCE_IS_CLIENT (self), NULL);

  if (self->chat == NULL)
    return NULL;
  return find_conversation (self, parlance_chat_get_room (self->chat, name));
}

ParlanceConversation *
parlance_client_get_current (ParlanceClient *self)
{
  g_return_val_if_fail (PARLANCE_IS_CLIENT (self), NULL);

  return self->current;
}

void
parlance_client_set_current (ParlanceClient *self, ParlanceConversation *conversation)
{
  g_return_if_fail (PARLANCE_IS_CLIENT (self));

  if (g_set_object (&self->current, conversation))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CURRENT]);
}

static void
set_first_current (ParlanceClient *self)
{
  g_autoptr (ParlanceConversation) first =
      g_list_model_get_item (G_LIST_MODEL (self->conversations), 0);

  parlance_client_set_current (self, first);
}

static void
on_rooms_changed (
    GListModel *rooms, guint position, guint n_removed, guint n_added, gpointer user_data)
{
  ParlanceClient *self = user_data;
  g_autoptr (GPtrArray) added = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n_added; i++)
    {
      g_autoptr (ParlanceRoom) room = g_list_model_get_item (rooms, position + i);
      g_ptr_array_add (added, parlance_conversation_new (self->chat, room));
    }
  g_list_store_splice (self->conversations, position, n_removed, added->pdata, n_added);
  if (self->current != NULL &&
      find_conversation (self, parlance_conversation_get_room (self->current)) == NULL)
    set_first_current (self);
}

ParlanceConversation *
parlance_client_join (ParlanceClient *self, const char *name)
{
  g_return_val_if_fail (PARLANCE_IS_CLIENT (self), NULL);

  if (self->chat == NULL)
    return NULL;
  ParlanceConversation *conversation =
      find_conversation (self, parlance_chat_join (self->chat, name));
  parlance_client_set_current (self, conversation);
  return conversation;
}

void
parlance_client_share (ParlanceClient *self, ParlanceEntry *entry)
{
  g_return_if_fail (PARLANCE_IS_CLIENT (self));
  g_return_if_fail (entry != NULL);

  if (self->current != NULL)
    parlance_client_share_in (self, self->current, entry);
}

void
parlance_client_share_in (ParlanceClient *self,
                          ParlanceConversation *conversation,
                          ParlanceEntry *entry)
{
  g_return_if_fail (PARLANCE_IS_CLIENT (self));
  g_return_if_fail (PARLANCE_IS_CONVERSATION (conversation));
  g_return_if_fail (entry != NULL);

  /* The card has the entry; the text is for who cannot show one. */
  g_autofree char *meaning = parlance_display_line_dup (parlance_entry_get_text (entry), 300);
  g_autofree char *text = g_strdup_printf ("%s: %s", parlance_entry_get_headword (entry), meaning);
  g_autoptr (ParlanceEntry) passed_on = parlance_entry_shorten (entry, MAX_SHARED_BYTES);
  ParlanceSendOptions options = { .kind = PARLANCE_MESSAGE_DEFINITION, .entry = passed_on };
  parlance_chat_send (parlance_conversation_get_chat (conversation),
                      parlance_conversation_get_room (conversation), text, &options);
}

static void
on_message (ParlanceChat *chat, ParlanceRoom *room, ParlanceMessage *message, gpointer user_data)
{
  ParlanceClient *self = user_data;
  ParlanceConversation *conversation = find_conversation (self, room);

  if (conversation != NULL)
    g_signal_emit (self, signals[SIGNAL_MESSAGE], 0, conversation, message);
}

/* --- notices ---------------------------------------------------------------------------------- */

const char *
parlance_client_get_notice (ParlanceClient *self)
{
  g_return_val_if_fail (PARLANCE_IS_CLIENT (self), NULL);

  return self->notice;
}

/* @notice: (transfer full) (nullable) */
static void
set_notice (ParlanceClient *self, char *notice)
{
  g_free (self->notice);
  self->notice = notice;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NOTICE]);
}

void
parlance_client_dismiss_notice (ParlanceClient *self)
{
  g_return_if_fail (PARLANCE_IS_CLIENT (self));

  if (self->notice != NULL)
    set_notice (self, NULL);
}

/* One that has not been put away stays above the next. */
static void
on_notice (ParlanceChat *chat, const char *text, gpointer user_data)
{
  ParlanceClient *self = user_data;
  g_autofree char *line = parlance_display_line_dup (text, MAX_NOTICE_BYTES);

  if (self->notice != NULL && strlen (self->notice) + strlen (line) < MAX_NOTICE_BYTES)
    set_notice (self, g_strdup_printf ("%s\n%s", self->notice, line));
  else
    set_notice (self, g_steal_pointer (&line));
}

/* --- the server ------------------------------------------------------------------------------- */

static void
on_server_info (ParlanceChat *chat, GParamSpec *property, gpointer user_data)
{
  ParlanceClient *self = user_data;
  ParlanceServerInfo *info = parlance_chat_get_server_info (chat);

  if (info != NULL)
    parlance_word_book_set_server (self->word_book, parlance_server_info_get_id (info));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SERVER_NAME]);
}

static void
drop_chat (ParlanceClient *self)
{
  if (self->chat == NULL)
    return;
  parlance_visit_keeper_remember (self->keeper);
  g_clear_object (&self->lookout);
  g_signal_handlers_disconnect_by_data (self->chat, self);
  g_signal_handlers_disconnect_by_data (parlance_chat_get_rooms (self->chat), self);
  parlance_chat_disconnect (self->chat);
  parlance_client_dismiss_notice (self);
  parlance_client_set_current (self, NULL);
  g_list_store_remove_all (self->conversations);
  g_clear_object (&self->chat);
}

static void
notify_server (ParlanceClient *self)
{
  parlance_dictionary_set_chat (self->dictionary, self->chat);
  parlance_account_state_set_chat (self->account, self->chat);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHAT]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SERVER_NAME]);
}

/* Into the rooms that were joined the last time, behind what was read there. */
static void
enter_rooms (ParlanceClient *self, const ParlanceVisitMemory *memory)
{
  const char *current = memory != NULL ? memory->current : NULL;

  for (guint i = 0; memory != NULL && i < memory->rooms->len; i++)
    {
      const ParlanceRoomMemory *room = g_ptr_array_index (memory->rooms, i);
      ParlanceConversation *conversation = find_conversation (
          self, parlance_chat_join_after (self->chat, room->name, room->read_seq));

      parlance_conversation_restore_read_seq (conversation, room->read_seq);
      parlance_conversation_set_draft (conversation, room->draft);
    }
  if (current != NULL && parlance_client_get_conversation (self, current) != NULL)
    parlance_client_join (self, current);
  else if (g_list_model_get_n_items (G_LIST_MODEL (self->conversations)) == 0)
    parlance_client_join (self, LOBBY);
  else
    set_first_current (self);
}

void
parlance_client_take_chat (ParlanceClient *self,
                           ParlanceChat *chat,
                           const char *name,
                           const char *id)
{
  const ParlanceSessionStore *store = parlance_visit_keeper_get_store (self->keeper);
  g_autoptr (ParlanceBrowser) browser = parlance_browser_new (0);

  drop_chat (self);
  const ParlanceVisitMemory *memory =
      id != NULL ? parlance_session_store_find (store, id)
                 : parlance_session_store_find_address (store, parlance_chat_get_address (chat));
  g_free (self->name);
  self->name = g_strdup (name);
  g_free (self->id);
  self->id = g_strdup (id);
  self->chat = g_object_ref (chat);
  self->lookout = parlance_lookout_new (chat, browser, id);
  parlance_word_book_set_server (self->word_book, id);
  g_signal_connect (chat, "notify::server-info", G_CALLBACK (on_server_info), self);
  g_signal_connect (chat, "notice", G_CALLBACK (on_notice), self);
  g_signal_connect_after (chat, "message", G_CALLBACK (on_message), self);
  g_signal_connect (parlance_chat_get_rooms (chat), "items-changed", G_CALLBACK (on_rooms_changed),
                    self);
  notify_server (self);
  enter_rooms (self, memory);
}

void
parlance_client_leave (ParlanceClient *self)
{
  g_return_if_fail (PARLANCE_IS_CLIENT (self));

  if (self->chat == NULL)
    return;
  drop_chat (self);
  parlance_visit_keeper_leave (self->keeper);
  notify_server (self);
}

void
parlance_client_save (ParlanceClient *self)
{
  g_return_if_fail (PARLANCE_IS_CLIENT (self));

  parlance_visit_keeper_save (self->keeper);
}

ParlanceVisitKeeper *
parlance_client_get_keeper (ParlanceClient *self)
{
  return self->keeper;
}

ParlanceLocalServer *
parlance_client_get_local_server (ParlanceClient *self)
{
  g_return_val_if_fail (PARLANCE_IS_CLIENT (self), NULL);

  return self->local_server;
}

ParlanceAccountState *
parlance_client_get_account (ParlanceClient *self)
{
  g_return_val_if_fail (PARLANCE_IS_CLIENT (self), NULL);

  return self->account;
}

ParlanceWordBook *
parlance_client_get_word_book (ParlanceClient *self)
{
  g_return_val_if_fail (PARLANCE_IS_CLIENT (self), NULL);

  return self->word_book;
}

ParlanceDictionary *
parlance_client_get_dictionary (ParlanceClient *self)
{
  g_return_val_if_fail (PARLANCE_IS_CLIENT (self), NULL);

  return self->dictionary;
}

/* --- the object ------------------------------------------------------------------------------- */

static void
parlance_client_dispose (GObject *object)
{
  ParlanceClient *self = PARLANCE_CLIENT (object);

  drop_chat (self);
  parlance_account_state_set_chat (self->account, NULL);
  g_clear_object (&self->keeper);
  g_clear_object (&self->local_server);
  g_clear_object (&self->settings);
  g_clear_object (&self->word_book);
  g_clear_object (&self->dictionary);
  G_OBJECT_CLASS (parlance_client_parent_class)->dispose (object);
}

static void
parlance_client_finalize (GObject *object)
{
  ParlanceClient *self = PARLANCE_CLIENT (object);

  g_clear_object (&self->conversations);
  g_clear_object (&self->account);
  g_free (self->name);
  g_free (self->id);
  g_free (self->notice);
  G_OBJECT_CLASS (parlance_client_parent_class)->finalize (object);
}

static void
parlance_client_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ParlanceClient *self = PARLANCE_CLIENT (object);

  switch (id)
    {
    case PROP_SETTINGS:
      g_value_set_object (value, self->settings);
      break;
    case PROP_CHAT:
      g_value_set_object (value, self->chat);
      break;
    case PROP_SERVER_NAME:
      g_value_set_string (value, parlance_client_get_server_name (self));
      break;
    case PROP_CONVERSATIONS:
      g_value_set_object (value, self->conversations);
      break;
    case PROP_CURRENT:
      g_value_set_object (value, self->current);
      break;
    case PROP_WORD_BOOK:
      g_value_set_object (value, self->word_book);
      break;
    case PROP_NOTICE:
      g_value_set_string (value, self->notice);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
parlance_client_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ParlanceClient *self = PARLANCE_CLIENT (object);

  switch (id)
    {
    case PROP_SETTINGS:
      self->settings = g_value_dup_object (value);
      self->dictionary = parlance_dictionary_new (self->settings);
      break;
    case PROP_CURRENT:
      parlance_client_set_current (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
parlance_client_class_init (ParlanceClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = parlance_client_dispose;
  object_class->finalize = parlance_client_finalize;
  object_class->get_property = parlance_client_get_property;
  object_class->set_property = parlance_client_set_property;
  properties[PROP_SETTINGS] =
      g_param_spec_object ("settings", NULL, NULL, G_TYPE_SETTINGS,
                           G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_CHAT] = g_param_spec_object ("chat", NULL, NULL, PARLANCE_TYPE_CHAT, readable);
  properties[PROP_SERVER_NAME] = g_param_spec_string ("server-name", NULL, NULL, "", readable);
  properties[PROP_CONVERSATIONS] =
      g_param_spec_object ("conversations", NULL, NULL, G_TYPE_LIST_MODEL, readable);
  properties[PROP_CURRENT] =
      g_param_spec_object ("current", NULL, NULL, PARLANCE_TYPE_CONVERSATION,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_WORD_BOOK] =
      g_param_spec_object ("word-book", NULL, NULL, PARLANCE_TYPE_WORD_BOOK, readable);
  properties[PROP_NOTICE] = g_param_spec_string ("notice", NULL, NULL, NULL, readable);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_MESSAGE] =
      g_signal_new ("message", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, PARLANCE_TYPE_CONVERSATION, PARLANCE_TYPE_MESSAGE);
}

static void
parlance_client_init (ParlanceClient *self)
{
  self->conversations = g_list_store_new (PARLANCE_TYPE_CONVERSATION);
  self->local_server = parlance_local_server_new ();
  self->keeper = parlance_visit_keeper_new (self);
  self->word_book = parlance_word_book_new (NULL);
  self->account = parlance_account_state_new ();
}
