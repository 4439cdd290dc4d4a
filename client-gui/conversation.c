/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What was said by others since the last look is unread. What the room tells is counted as it
 * comes; of what was said before this run, the newest page is asked for, once.
 */
#include "client-gui/conversation.h"

#include "protocol/client/mention.h"

#define MOST_COUNTED 200 /* [messages] of a room, at the start */

typedef struct
{
  guint n;
  gboolean mentioned;
} Unread;

struct _ParlanceConversation
{
  GObject parent_instance;
  ParlanceChat *chat;
  ParlanceRoom *room;
  Unread backlog; /* said before this run */
  Unread live;
  gint64 read_seq; /* -1: unknown */
  gint64 live_seq; /* what came after it was told by the room; -1: not joined as yet */
  gboolean counting;
  gboolean counted;
  GCancellable *cancellable;
  char *draft;
};

enum
{
  PROP_0,
  PROP_CHAT,
  PROP_ROOM,
  PROP_N_UNREAD,
  PROP_HAS_MENTION,
  PROP_READ_SEQ,
  PROP_DRAFT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ParlanceConversation, parlance_conversation, G_TYPE_OBJECT)

ParlanceConversation *
parlance_conversation_new (ParlanceChat *chat, ParlanceRoom *room)
{
  return g_object_new (PARLANCE_TYPE_CONVERSATION, "chat", chat, "room", room, NULL);
}

ParlanceChat *
parlance_conversation_get_chat (ParlanceConversation *self)
{
  g_return_val_if_fail (PARLANCE_IS_CONVERSATION (self), NULL);

  return self->chat;
}

ParlanceRoom *
parlance_conversation_get_room (ParlanceConversation *self)
{
  g_return_val_if_fail (PARLANCE_IS_CONVERSATION (self), NULL);

  return self->room;
}

guint
parlance_conversation_get_n_unread (ParlanceConversation *self)
{
  g_return_val_if_fail (PARLANCE_IS_CONVERSATION (self), 0);

  return self->backlog.n + self->live.n;
}

gboolean
parlance_conversation_get_has_mention (ParlanceConversation *self)
{
  g_return_val_if_fail (PARLANCE_IS_CONVERSATION (self), FALSE);

  return self->backlog.mentioned || self->live.mentioned;
}

gint64
parlance_conversation_get_read_seq (ParlanceConversation *self)
{
  g_return_val_if_fail (PARLANCE_IS_CONVERSATION (self), -1);

  return self->read_seq;
}

const char *
parlance_conversation_get_draft (ParlanceConversation *self)
{
  g_return_val_if_fail (PARLANCE_IS_CONVERSATION (self), NULL);

  return self->draft;
}

void
parlance_conversation_set_draft (ParlanceConversation *self, const char *draft)
{
  g_return_if_fail (PARLANCE_IS_CONVERSATION (self));

  if (g_strcmp0 (self->draft, draft) == 0)
    return;
  g_free (self->draft);
  self->draft = g_strdup (draft);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DRAFT]);
}

/* --- what is unread --------------------------------------------------------------------------- */

static void
set_unread (ParlanceConversation *self, Unread backlog, Unread live)
{
  guint n_before = self->backlog.n + self->live.n;
  gboolean mentioned_before = self->backlog.mentioned || self->live.mentioned;

  self->backlog = backlog;
  self->live = live;
  if (backlog.n + live.n != n_before)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_UNREAD]);
  if ((backlog.mentioned || live.mentioned) != mentioned_before)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_MENTION]);
}

static void
move_read_seq (ParlanceConversation *self, gint64 seq)
{
  if (self->read_seq == seq)
    return;
  self->read_seq = seq;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_READ_SEQ]);
}

void
parlance_conversation_mark_read (ParlanceConversation *self)
{
  g_return_if_fail (PARLANCE_IS_CONVERSATION (self));

  const Unread nothing = { 0 };

  set_unread (self, nothing, nothing);
  /* Before it was joined, nothing is known of how far it goes. */
  if (self->live_seq >= 0)
    move_read_seq (self, parlance_room_get_last_seq (self->room));
}

static void
count (ParlanceConversation *self, ParlanceMessage *message, Unread *unread)
{
  if (parlance_message_get_is_own (message) || parlance_message_get_seq (message) <= self->read_seq)
    return;
  unread->n++;
  unread->mentioned =
      unread->mentioned || parlance_text_mentions (parlance_message_get_text (message),
                                                   parlance_chat_get_nick (self->chat));
}

static void
on_message (ParlanceRoom *room, ParlanceMessage *message, gpointer user_data)
{
  ParlanceConversation *self = user_data;
  gint64 seq = parlance_message_get_seq (message);
  Unread live = self->live;

  if (self->live_seq < 0)
    self->live_seq = seq - 1;
  if (self->read_seq < 0)
    move_read_seq (self, seq - 1);
  count (self, message, &live);
  set_unread (self, self->backlog, live);
  if (self->read_seq == seq - 1 && parlance_message_get_is_own (message))
    move_read_seq (self, seq);
}

/* --- what was said before this run ------------------------------------------------------------ */

static void
on_backlog (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) page =
      parlance_chat_history_finish (PARLANCE_CHAT (source), result, NULL, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* and @user_data may be gone */

  ParlanceConversation *self = user_data;
  self->counting = FALSE;
  /* Without an answer the guess stands until the room is joined again. */
  if (page == NULL || page->len == 0)
    return;
  gint64 n_not_seen = parlance_message_get_seq (g_ptr_array_index (page, 0)) - 1 - self->read_seq;
  Unread backlog = { .n = (guint)CLAMP (n_not_seen, 0, G_MAXINT) };
  for (guint i = 0; i < page->len; i++)
    count (self, g_ptr_array_index (page, i), &backlog);
  set_unread (self, backlog, self->live);
  self->counted = TRUE;
}

static void
count_backlog (ParlanceConversation *self)
{
  gint64 n = self->live_seq - self->read_seq;

  if (self->counting || self->counted || n <= 0)
    return;
  self->counting = TRUE;
  set_unread (self, (Unread){ .n = (guint)MIN (n, G_MAXINT) }, self->live);
  parlance_chat_history_async (self->chat, parlance_room_get_name (self->room), self->live_seq + 1,
                               -1, (guint)MIN (n, MOST_COUNTED), self->cancellable, on_backlog,
                               self);
}

static void
on_state (ParlanceConversation *self)
{
  gint64 last = parlance_room_get_last_seq (self->room);

  if (parlance_room_get_state (self->room) != PARLANCE_ROOM_JOINED)
    return;
  if (self->live_seq < 0)
    self->live_seq = last;
  /* A room that one comes to for the first time, and a server that has begun anew. */
  if (self->read_seq < 0 || self->read_seq > last)
    {
      const Unread nothing = { 0 };
      self->live_seq = last;
      set_unread (self, nothing, nothing);
      move_read_seq (self, last);
    }
  count_backlog (self);
}

void
parlance_conversation_restore_read_seq (ParlanceConversation *self, gint64 seq)
{
  g_return_if_fail (PARLANCE_IS_CONVERSATION (self));

  move_read_seq (self, seq);
  on_state (self);
}

/* --- the object ------------------------------------------------------------------------------- */

static void
parlance_conversation_constructed (GObject *object)
{
  ParlanceConversation *self = PARLANCE_CONVERSATION (object);

  G_OBJECT_CLASS (parlance_conversation_parent_class)->constructed (object);
  g_signal_connect_object (self->room, "message", G_CALLBACK (on_message), self, 0);
  g_signal_connect_object (self->room, "notify::state", G_CALLBACK (on_state), self,
                           G_CONNECT_SWAPPED);
  on_state (self);
}

static void
parlance_conversation_finalize (GObject *object)
{
  ParlanceConversation *self = PARLANCE_CONVERSATION (object);

  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_clear_object (&self->room);
  g_clear_object (&self->chat);
  g_free (self->draft);
  G_OBJECT_CLASS (parlance_conversation_parent_class)->finalize (object);
}

static void
parlance_conversation_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ParlanceConversation *self = PARLANCE_CONVERSATION (object);

  switch (id)
    {
    case PROP_CHAT:
      g_value_set_object (value, self->chat);
      break;
    case PROP_ROOM:
      g_value_set_object (value, self->room);
      break;
    case PROP_N_UNREAD:
      g_value_set_uint (value, parlance_conversation_get_n_unread (self));
      break;
    case PROP_HAS_MENTION:
      g_value_set_boolean (value, parlance_conversation_get_has_mention (self));
      break;
    case PROP_READ_SEQ:
      g_value_set_int64 (value, self->read_seq);
      break;
    case PROP_DRAFT:
      g_value_set_string (value, self->draft);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
parlance_conversation_set_property (GObject *object,
                                    guint id,
                                    const GValue *value,
                                    GParamSpec *pspec)
{
  ParlanceConversation *self = PARLANCE_CONVERSATION (object);

  switch (id)
    {
    case PROP_CHAT:
      self->chat = g_value_dup_object (value);
      break;
    case PROP_ROOM:
      self->room = g_value_dup_object (value);
      break;
    case PROP_DRAFT:
      parlance_conversation_set_draft (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
parlance_conversation_class_init (ParlanceConversationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = parlance_conversation_constructed;
  object_class->finalize = parlance_conversation_finalize;
  object_class->get_property = parlance_conversation_get_property;
  object_class->set_property = parlance_conversation_set_property;
  properties[PROP_CHAT] =
      g_param_spec_object ("chat", NULL, NULL, PARLANCE_TYPE_CHAT,
                           G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_ROOM] =
      g_param_spec_object ("room", NULL, NULL, PARLANCE_TYPE_ROOM,
                           G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_N_UNREAD] =
      g_param_spec_uint ("n-unread", NULL, NULL, 0, G_MAXUINT, 0,
                         G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_HAS_MENTION] =
      g_param_spec_boolean ("has-mention", NULL, NULL, FALSE,
                            G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_READ_SEQ] =
      g_param_spec_int64 ("read-seq", NULL, NULL, -1, G_MAXINT64, -1,
                          G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_DRAFT] =
      g_param_spec_string ("draft", NULL, NULL, "",
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
parlance_conversation_init (ParlanceConversation *self)
{
  self->read_seq = -1;
  self->live_seq = -1;
  self->cancellable = g_cancellable_new ();
  self->draft = g_strdup ("");
}
