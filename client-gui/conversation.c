/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What was said by others since the last look is unread.
 */
#include "client-gui/conversation.h"

struct _ParlanceConversation
{
  GObject parent_instance;
  ParlanceRoom *room;
  guint n_unread;
  gboolean has_mention;
  gint64 read_seq;
  char *draft;
};

enum
{
  PROP_0,
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
parlance_conversation_new (ParlanceRoom *room)
{
  return g_object_new (PARLANCE_TYPE_CONVERSATION, "room", room, NULL);
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

  return self->n_unread;
}

gboolean
parlance_conversation_get_has_mention (ParlanceConversation *self)
{
  g_return_val_if_fail (PARLANCE_IS_CONVERSATION (self), FALSE);

  return self->has_mention;
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

static void
set_unread (ParlanceConversation *self, guint n_unread, gboolean has_mention)
{
  if (self->n_unread != n_unread)
    {
      self->n_unread = n_unread;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_UNREAD]);
    }
  if (self->has_mention != has_mention)
    {
      self->has_mention = has_mention;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_MENTION]);
    }
}

void
parlance_conversation_restore_read_seq (ParlanceConversation *self, gint64 seq)
{
  g_return_if_fail (PARLANCE_IS_CONVERSATION (self));

  if (self->read_seq == seq)
    return;
  self->read_seq = seq;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_READ_SEQ]);
}

void
parlance_conversation_mark_read (ParlanceConversation *self)
{
  g_return_if_fail (PARLANCE_IS_CONVERSATION (self));

  gint64 last = parlance_room_get_last_seq (self->room);
  set_unread (self, 0, FALSE);
  if (self->read_seq == last)
    return;
  self->read_seq = last;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_READ_SEQ]);
}

static void
on_message (ParlanceRoom *room, ParlanceMessage *message, gpointer user_data)
{
  ParlanceConversation *self = user_data;

  if (!parlance_message_get_is_own (message))
    set_unread (self, self->n_unread + 1, self->has_mention);
}

static void
parlance_conversation_constructed (GObject *object)
{
  ParlanceConversation *self = PARLANCE_CONVERSATION (object);

  G_OBJECT_CLASS (parlance_conversation_parent_class)->constructed (object);
  g_signal_connect_object (self->room, "message", G_CALLBACK (on_message), self, 0);
}

static void
parlance_conversation_finalize (GObject *object)
{
  ParlanceConversation *self = PARLANCE_CONVERSATION (object);

  g_clear_object (&self->room);
  g_free (self->draft);
  G_OBJECT_CLASS (parlance_conversation_parent_class)->finalize (object);
}

static void
parlance_conversation_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ParlanceConversation *self = PARLANCE_CONVERSATION (object);

  switch (id)
    {
    case PROP_ROOM:
      g_value_set_object (value, self->room);
      break;
    case PROP_N_UNREAD:
      g_value_set_uint (value, self->n_unread);
      break;
    case PROP_HAS_MENTION:
      g_value_set_boolean (value, self->has_mention);
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
  self->draft = g_strdup ("");
}
