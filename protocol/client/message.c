/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceMessage: rooms hold a hundred thousand of them, so names are shared between messages and
 * what few have costs a pointer.
 */
#include "protocol/client/message.h"

#include <string.h>

#include "protocol/client/fields.h"
#include "protocol/client/message-private.h"
#include "protocol/wire/limits.h"

struct _ParlanceMessage
{
  GObject parent_instance;
  gint64 seq;      /* 0: none yet */
  gint64 time_ms;  /* [ms since 1970, UTC] */
  gint64 reply_to; /* 0: nothing */
  char *room;      /* a GRefString, interned */
  char *from;      /* a GRefString, interned */
  char *text;
  char *key;            /* (nullable) */
  ParlanceEntry *entry; /* (nullable) */
  GError *error;        /* (nullable) */
  guint8 kind;          /* ParlanceMessageKind */
  guint8 state;         /* ParlanceMessageState */
  gboolean is_own;
  guint32 n_bytes; /* that it came in */
};

enum
{
  PROP_0,
  PROP_ROOM,
  PROP_SEQ,
  PROP_TIME_MS,
  PROP_FROM,
  PROP_KIND,
  PROP_TEXT,
  PROP_REPLY_TO,
  PROP_ENTRY,
  PROP_KEY,
  PROP_IS_OWN,
  PROP_STATE,
  PROP_ERROR,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ParlanceMessage, parlance_message, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (ParlanceMessageKind,
                    parlance_message_kind,
                    G_DEFINE_ENUM_VALUE (PARLANCE_MESSAGE_TEXT, "text"),
                    G_DEFINE_ENUM_VALUE (PARLANCE_MESSAGE_ACTION, "action"),
                    G_DEFINE_ENUM_VALUE (PARLANCE_MESSAGE_DEFINITION, "definition"),
                    G_DEFINE_ENUM_VALUE (PARLANCE_MESSAGE_OTHER, "other"))

G_DEFINE_ENUM_TYPE (ParlanceMessageState,
                    parlance_message_state,
                    G_DEFINE_ENUM_VALUE (PARLANCE_MESSAGE_PENDING, "pending"),
                    G_DEFINE_ENUM_VALUE (PARLANCE_MESSAGE_SENT, "sent"),
                    G_DEFINE_ENUM_VALUE (PARLANCE_MESSAGE_FAILED, "failed"))

static const char *const kind_names[] = {
  [PARLANCE_MESSAGE_TEXT] = "text",
  [PARLANCE_MESSAGE_ACTION] = "action",
  [PARLANCE_MESSAGE_DEFINITION] = "definition",
  [PARLANCE_MESSAGE_OTHER] = "other",
};

/* A message as it comes over the wire. */
typedef struct
{
  char *room;
  gint64 seq;
  gint64 time_ms;
  char *from;
  char *kind; /* (nullable) */
  char *text;
  gint64 reply_to;
  ParlanceJsonValue entry; /* without text: absent */
  char *key;               /* (nullable) */
} WireMessage;

static const ParlanceField wire_fields[] = {
  { "room", PARLANCE_FIELD_STRING, TRUE, G_STRUCT_OFFSET (WireMessage, room) },
  { "seq", PARLANCE_FIELD_INTEGER, TRUE, G_STRUCT_OFFSET (WireMessage, seq) },
  { "time", PARLANCE_FIELD_INTEGER, TRUE, G_STRUCT_OFFSET (WireMessage, time_ms) },
  { "from", PARLANCE_FIELD_STRING, TRUE, G_STRUCT_OFFSET (WireMessage, from) },
  { "kind", PARLANCE_FIELD_STRING, FALSE, G_STRUCT_OFFSET (WireMessage, kind) },
  { "text", PARLANCE_FIELD_STRING, TRUE, G_STRUCT_OFFSET (WireMessage, text) },
  { "reply_to", PARLANCE_FIELD_INTEGER, FALSE, G_STRUCT_OFFSET (WireMessage, reply_to) },
  { "entry", PARLANCE_FIELD_OBJECT, FALSE, G_STRUCT_OFFSET (WireMessage, entry) },
  { "key", PARLANCE_FIELD_STRING, FALSE, G_STRUCT_OFFSET (WireMessage, key) },
};

static void
wire_message_clear (WireMessage *self)
{
  g_free (self->room);
  g_free (self->from);
  g_free (self->kind);
  g_free (self->text);
  g_free (self->key);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WireMessage, wire_message_clear)

static ParlanceMessageKind
kind_from_name (const char *name)
{
  if (name == NULL)
    return PARLANCE_MESSAGE_TEXT;
  for (guint i = 0; i < PARLANCE_MESSAGE_OTHER; i++)
    if (g_str_equal (name, kind_names[i]))
      return (ParlanceMessageKind)i;
  return PARLANCE_MESSAGE_OTHER;
}

/* No message is longer than the line it was sent in. */
static gboolean
check_wire_message (const WireMessage *wire, GError **error)
{
  const char *what = NULL;

  if (wire->seq < 1 || wire->seq == G_MAXINT64)
    what = "a seq that is out of range";
  else if (wire->reply_to < 0)
    what = "a reply_to that is out of range";
  else if (strlen (wire->text) > PARLANCE_MAX_LINE || strlen (wire->room) > PARLANCE_MAX_LINE)
    what = "more text than could be sent";
  else if (strlen (wire->from) > PARLANCE_MESSAGE_MAX_FROM)
    what = "a sender with too long a nick";
  if (what == NULL)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "a message has %s", what);
  return FALSE;
}

ParlanceMessage *
parlance_message_new_from_value (const ParlanceJsonValue *value, GError **error)
{
  g_auto (WireMessage) wire = { 0 };

  if (!parlance_fields_read (value, wire_fields, G_N_ELEMENTS (wire_fields), &wire, error) ||
      !check_wire_message (&wire, error))
    return NULL;

  ParlanceMessage *self = g_object_new (PARLANCE_TYPE_MESSAGE, NULL);
  self->seq = wire.seq;
  self->time_ms = wire.time_ms;
  self->reply_to = wire.reply_to;
  self->room = g_ref_string_new_intern (wire.room);
  self->from = g_ref_string_new_intern (wire.from);
  self->kind = (guint8)kind_from_name (wire.kind);
  self->text = g_steal_pointer (&wire.text);
  self->key = g_steal_pointer (&wire.key);
  self->state = PARLANCE_MESSAGE_SENT;
  self->n_bytes = value->n_bytes;
  /* A card that makes no sense is still a message, with a text. */
  if (wire.entry.text != NULL && wire.entry.n_bytes <= PARLANCE_MAX_LINE)
    self->entry = parlance_entry_new_from_value (&wire.entry, NULL);
  return self;
}

/* A page of messages as it comes over the wire. */
typedef struct
{
  ParlanceJsonValue messages;
  gboolean more;
} WirePage;

static const ParlanceField page_fields[] = {
  { "messages", PARLANCE_FIELD_ARRAY, TRUE, G_STRUCT_OFFSET (WirePage, messages) },
  { "more", PARLANCE_FIELD_BOOLEAN, FALSE, G_STRUCT_OFFSET (WirePage, more) },
};

GPtrArray *
parlance_messages_from_json (const char *json, gboolean *ret_more, GError **error)
{
  WirePage page = { 0 };
  ParlanceJsonValue value;
  if (!parlance_fields_parse (json, &value, error) ||
      !parlance_fields_read (&value, page_fields, G_N_ELEMENTS (page_fields), &page, error))
    {
      g_prefix_error_literal (error, "the server's page of messages makes no sense: ");
      return NULL;
    }

  GPtrArray *messages = g_ptr_array_new_with_free_func (g_object_unref);
  guint32 cursor = 0;
  while (parlance_json_next_element (&page.messages, &cursor, &value))
    {
      ParlanceMessage *message = parlance_message_new_from_value (&value, NULL);
      if (message != NULL)
        g_ptr_array_add (messages, message);
    }
  if (ret_more != NULL)
    *ret_more = page.more;
  return messages;
}

ParlanceMessage *
parlance_message_new_own (const char *room,
                          const char *from,
                          ParlanceMessageKind kind,
                          const char *text,
                          gint64 reply_to,
                          ParlanceEntry *entry,
                          const char *key)
{
  ParlanceMessage *self = g_object_new (PARLANCE_TYPE_MESSAGE, NULL);

  self->time_ms = g_get_real_time () / 1000;
  self->reply_to = MAX (reply_to, 0);
  self->room = g_ref_string_new_intern (room);
  self->from = g_ref_string_new_intern (from);
  self->kind = (guint8)kind;
  self->text = g_strdup (text);
  self->key = key != NULL ? g_strdup (key) : g_uuid_string_random ();
  self->entry = entry != NULL ? parlance_entry_ref (entry) : NULL;
  self->state = PARLANCE_MESSAGE_PENDING;
  self->n_bytes = (guint32)MIN (strlen (text), PARLANCE_MAX_LINE);
  self->is_own = TRUE;
  return self;
}

static void
set_state (ParlanceMessage *self, ParlanceMessageState state)
{
  if (self->state == state)
    return;
  self->state = (guint8)state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
set_error (ParlanceMessage *self, const GError *error)
{
  if (self->error == NULL && error == NULL)
    return;
  g_clear_error (&self->error);
  self->error = error != NULL ? g_error_copy (error) : NULL;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
}

void
parlance_message_set_own (ParlanceMessage *self)
{
  if (self->is_own)
    return;
  self->is_own = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_OWN]);
}

void
parlance_message_set_sent (ParlanceMessage *self, gint64 seq, gint64 time_ms)
{
  g_object_freeze_notify (G_OBJECT (self));
  if (self->seq != seq)
    {
      self->seq = seq;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEQ]);
    }
  if (self->time_ms != time_ms)
    {
      self->time_ms = time_ms;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TIME_MS]);
    }
  set_error (self, NULL);
  set_state (self, PARLANCE_MESSAGE_SENT);
  g_object_thaw_notify (G_OBJECT (self));
}

void
parlance_message_set_failed (ParlanceMessage *self, const GError *error)
{
  g_object_freeze_notify (G_OBJECT (self));
  set_error (self, error);
  set_state (self, PARLANCE_MESSAGE_FAILED);
  g_object_thaw_notify (G_OBJECT (self));
}

void
parlance_message_set_pending (ParlanceMessage *self)
{
  g_object_freeze_notify (G_OBJECT (self));
  set_error (self, NULL);
  set_state (self, PARLANCE_MESSAGE_PENDING);
  g_object_thaw_notify (G_OBJECT (self));
}

const char *
parlance_message_get_room (ParlanceMessage *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE (self), NULL);

  return self->room;
}

gint64
parlance_message_get_seq (ParlanceMessage *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE (self), 0);

  return self->seq;
}

guint32
parlance_message_get_n_bytes (ParlanceMessage *self)
{
  return self->n_bytes;
}

gint64
parlance_message_get_time_ms (ParlanceMessage *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE (self), 0);

  return self->time_ms;
}

const char *
parlance_message_get_from (ParlanceMessage *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE (self), NULL);

  return self->from;
}

ParlanceMessageKind
parlance_message_get_kind (ParlanceMessage *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE (self), PARLANCE_MESSAGE_OTHER);

  return (ParlanceMessageKind)self->kind;
}

const char *
parlance_message_get_kind_name (ParlanceMessage *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE (self), NULL);

  return kind_names[self->kind];
}

const char *
parlance_message_get_text (ParlanceMessage *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE (self), NULL);

  return self->text;
}

gint64
parlance_message_get_reply_to (ParlanceMessage *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE (self), 0);

  return self->reply_to;
}

ParlanceEntry *
parlance_message_get_entry (ParlanceMessage *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE (self), NULL);

  return self->entry;
}

const char *
parlance_message_get_key (ParlanceMessage *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE (self), NULL);

  return self->key;
}

gboolean
parlance_message_get_is_own (ParlanceMessage *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE (self), FALSE);

  return self->is_own;
}

ParlanceMessageState
parlance_message_get_state (ParlanceMessage *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE (self), PARLANCE_MESSAGE_FAILED);

  return (ParlanceMessageState)self->state;
}

const GError *
parlance_message_get_error (ParlanceMessage *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE (self), NULL);

  return self->error;
}

static void
parlance_message_finalize (GObject *object)
{
  ParlanceMessage *self = PARLANCE_MESSAGE (object);

  g_clear_pointer (&self->room, g_ref_string_release);
  g_clear_pointer (&self->from, g_ref_string_release);
  g_free (self->text);
  g_free (self->key);
  g_clear_pointer (&self->entry, parlance_entry_unref);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (parlance_message_parent_class)->finalize (object);
}

static void
parlance_message_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ParlanceMessage *self = PARLANCE_MESSAGE (object);

  switch (id)
    {
    case PROP_ROOM:
      g_value_set_string (value, self->room);
      break;
    case PROP_SEQ:
      g_value_set_int64 (value, self->seq);
      break;
    case PROP_TIME_MS:
      g_value_set_int64 (value, self->time_ms);
      break;
    case PROP_FROM:
      g_value_set_string (value, self->from);
      break;
    case PROP_KIND:
      g_value_set_enum (value, self->kind);
      break;
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    case PROP_REPLY_TO:
      g_value_set_int64 (value, self->reply_to);
      break;
    case PROP_ENTRY:
      g_value_set_boxed (value, self->entry);
      break;
    case PROP_KEY:
      g_value_set_string (value, self->key);
      break;
    case PROP_IS_OWN:
      g_value_set_boolean (value, self->is_own);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static GParamSpec *
int64_property (const char *name)
{
  return g_param_spec_int64 (name, NULL, NULL, G_MININT64, G_MAXINT64, 0,
                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static GParamSpec *
string_property (const char *name)
{
  return g_param_spec_string (name, NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static void
parlance_message_class_init (ParlanceMessageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = parlance_message_finalize;
  object_class->get_property = parlance_message_get_property;
  properties[PROP_ROOM] = string_property ("room");
  properties[PROP_SEQ] = int64_property ("seq");
  properties[PROP_TIME_MS] = int64_property ("time-ms");
  properties[PROP_FROM] = string_property ("from");
  properties[PROP_KIND] = g_param_spec_enum ("kind", NULL, NULL, PARLANCE_TYPE_MESSAGE_KIND,
                                             PARLANCE_MESSAGE_TEXT, flags);
  properties[PROP_TEXT] = string_property ("text");
  properties[PROP_REPLY_TO] = int64_property ("reply-to");
  properties[PROP_ENTRY] = g_param_spec_boxed ("entry", NULL, NULL, PARLANCE_TYPE_ENTRY, flags);
  properties[PROP_KEY] = string_property ("key");
  properties[PROP_IS_OWN] = g_param_spec_boolean ("is-own", NULL, NULL, FALSE, flags);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, PARLANCE_TYPE_MESSAGE_STATE,
                                              PARLANCE_MESSAGE_PENDING, flags);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
parlance_message_init (ParlanceMessage *self)
{
}
