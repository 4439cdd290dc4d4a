/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceRoom: what is known of one room, and the calls that keep it so. A call of a connection
 * that is gone is told by its cancellable, @calls, which a pause replaces.
 */
#include "protocol/client/room.h"

#include <string.h>

#include "protocol/client/answer.h"
#include "protocol/client/backoff.h"
#include "protocol/client/chat-answers.h"
#include "protocol/client/delivery.h"
#include "protocol/client/member-private.h"
#include "protocol/client/message-list-private.h"
#include "protocol/client/message-private.h"
#include "protocol/client/room-private.h"
#include "protocol/client/typists.h"
#include "protocol/wire/chat-append.h"
#include "protocol/wire/limits.h"
#include "protocol/wire/names.h"

struct _ParlanceRoom
{
  GObject parent_instance;
  ParlanceLink *link;
  char *name;
  char *folded;
  char *topic;
  ParlanceRoomState state;
  GError *error; /* (nullable): why it could not be joined */

  ParlanceMessageList *messages;
  ParlanceDelivery *delivery;
  gboolean loading_older;

  ParlanceMemberList *members;
  gboolean members_live;
  gboolean refreshing; /* of our own accord */
  ParlanceTypists *typists;
  gint64 may_type_ms;

  GCancellable *calls;
  GSource *join_timer; /* (nullable) */
  ParlanceBackoff join_backoff;
};

enum
{
  PROP_0,
  PROP_NAME,
  PROP_TOPIC,
  PROP_STATE,
  PROP_ERROR,
  PROP_LAST_SEQ,
  PROP_MEMBERS_LIVE,
  PROP_TYPING,
  PROP_MESSAGES,
  PROP_MEMBERS,
  N_PROPS
};

enum
{
  SIGNAL_MESSAGE,
  SIGNAL_JOINED,
  SIGNAL_LEFT,
  SIGNAL_TOPIC_CHANGED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ParlanceRoom, parlance_room, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (ParlanceRoomState,
                    parlance_room_state,
                    G_DEFINE_ENUM_VALUE (PARLANCE_ROOM_JOINING, "joining"),
                    G_DEFINE_ENUM_VALUE (PARLANCE_ROOM_JOINED, "joined"),
                    G_DEFINE_ENUM_VALUE (PARLANCE_ROOM_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (PARLANCE_ROOM_LEFT, "left"))

static void
notify (ParlanceRoom *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
set_name (ParlanceRoom *self, const char *name)
{
  if (g_strcmp0 (self->name, name) == 0)
    return;
  g_free (self->name);
  g_free (self->folded);
  self->name = g_strdup (name);
  self->folded = parlance_name_fold (name, strlen (name));
  notify (self, PROP_NAME);
}

static void
set_topic (ParlanceRoom *self, const char *topic)
{
  if (g_strcmp0 (self->topic, topic) == 0)
    return;
  g_free (self->topic);
  self->topic = g_strdup (topic);
  notify (self, PROP_TOPIC);
}

static void
set_state (ParlanceRoom *self, ParlanceRoomState state, const GError *error)
{
  g_object_freeze_notify (G_OBJECT (self));
  if (self->error != NULL || error != NULL)
    {
      g_autoptr (GError) old = g_steal_pointer (&self->error);
      self->error = error != NULL ? g_error_copy (error) : NULL;
      notify (self, PROP_ERROR);
    }
  if (self->state != state)
    notify (self, PROP_STATE);
  self->state = state;
  g_object_thaw_notify (G_OBJECT (self));
}

/* Rooms over the limit are silent about who comes and goes, and one at the limit may be over it by
 * somebody we were not told of. */
static void
judge_members (ParlanceRoom *self)
{
  gboolean live = parlance_member_list_get_n (self->members) < PARLANCE_QUIET_MEMBERS;

  if (live == self->members_live)
    return;
  self->members_live = live;
  notify (self, PROP_MEMBERS_LIVE);
}

void
parlance_room_set_members (ParlanceRoom *self, const char *const *nicks)
{
  parlance_member_list_set (self->members, nicks);
  judge_members (self);
}

static void
typists_changed (gpointer data)
{
  notify (data, PROP_TYPING);
}

static void
delivered (GObject *owner, ParlanceMessage *message)
{
  ParlanceRoom *self = PARLANCE_ROOM (owner);

  parlance_typists_remove (self->typists, parlance_message_get_from (message));
  notify (self, PROP_LAST_SEQ);
  g_signal_emit (self, signals[SIGNAL_MESSAGE], 0, message);
}

/* --- Joining ---------------------------------------------------------------------------------- */

static gboolean
on_join_timer (gpointer user_data)
{
  g_autoptr (ParlanceRoom) self = g_object_ref (user_data);

  parlance_clock_stop_timer (&self->join_timer);
  parlance_room_join (self);
  return G_SOURCE_REMOVE;
}

static void
join_failed (ParlanceRoom *self, const GError *error, gint64 retry_after_ms)
{
  const ParlanceClock *clock = parlance_link_get_clock (self->link);

  if (parlance_error_may_pass (error))
    {
      guint delay_ms =
          parlance_backoff_next_ms (&self->join_backoff, parlance_clock_random (clock));
      delay_ms +=
          (guint)CLAMP (retry_after_ms, PARLANCE_BACKOFF_LEAST_MS, PARLANCE_BACKOFF_MOST_MS);
      parlance_clock_start_timer (clock, &self->join_timer, parlance_link_get_context (self->link),
                                  delay_ms, on_join_timer, self);
    }
  else if (error->domain == PARLANCE_ERROR ||
           g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA))
    set_state (self, PARLANCE_ROOM_FAILED, error);
}

static void
joined (ParlanceRoom *self, const ParlanceJoinAnswer *answer)
{
  static const char *const nobody[] = { NULL };
  gboolean was_begun = parlance_delivery_is_begun (self->delivery);

  parlance_backoff_reset (&self->join_backoff);
  g_object_freeze_notify (G_OBJECT (self));
  set_name (self, answer->room);
  set_topic (self, answer->topic != NULL ? answer->topic : "");
  parlance_room_set_members (self, answer->members != NULL ? (const char *const *)answer->members
                                                           : nobody);
  set_state (self, PARLANCE_ROOM_JOINED, NULL);
  parlance_delivery_begin (self->delivery, self->name, answer->last_seq);
  if (!was_begun || parlance_message_list_get_first_seq (self->messages) == 0)
    parlance_message_list_set_has_older (
        self->messages, answer->first_seq <= parlance_message_list_get_last_seq (self->messages) &&
                            parlance_message_list_get_last_seq (self->messages) > 0);
  notify (self, PROP_LAST_SEQ);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
on_joined (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ParlanceSession *session = PARLANCE_SESSION (source);
  g_autoptr (GError) error = NULL;
  g_autofree char *json = parlance_session_call_finish (session, result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* and @user_data may be gone */

  g_autoptr (ParlanceRoom) self = g_object_ref (user_data);
  g_auto (ParlanceJoinAnswer) answer = { 0 };
  if (json != NULL && parlance_join_answer_parse (json, &answer, &error))
    joined (self, &answer);
  else
    join_failed (self, error, parlance_session_call_get_retry_after_ms (session, result));
}

void
parlance_room_join (ParlanceRoom *self)
{
  ParlanceSession *session = parlance_link_get_session (self->link);

  set_state (self, PARLANCE_ROOM_JOINING, NULL);
  if (session == NULL)
    return;
  g_autoptr (GString) params = g_string_new (NULL);
  parlance_join_append (params, self->name,
                        parlance_delivery_is_begun (self->delivery)
                            ? parlance_message_list_get_last_seq (self->messages)
                            : -1);
  parlance_session_call_async (session, "join", params->str, self->calls, on_joined, self);
}

void
parlance_room_pause (ParlanceRoom *self)
{
  g_cancellable_cancel (self->calls);
  g_object_unref (self->calls);
  self->calls = g_cancellable_new ();
  self->refreshing = FALSE;
  parlance_clock_stop_timer (&self->join_timer);
  parlance_delivery_pause (self->delivery);
  parlance_typists_clear (self->typists);
  if (self->state == PARLANCE_ROOM_JOINED)
    set_state (self, PARLANCE_ROOM_JOINING, NULL);
}

void
parlance_room_forget (ParlanceRoom *self)
{
  parlance_delivery_forget (self->delivery);
  parlance_message_list_restart (self->messages, 0);
  parlance_message_list_set_has_older (self->messages, FALSE);
}

void
parlance_room_leave (ParlanceRoom *self)
{
  parlance_room_pause (self);
  set_state (self, PARLANCE_ROOM_LEFT, NULL);
}

/* --- Notifications ---------------------------------------------------------------------------- */

static void
on_refreshed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ParlanceRoom *self = PARLANCE_ROOM (source);

  /* Without success the list stays as it is, until the next one comes or goes. */
  (void)parlance_room_refresh_members_finish (self, result, NULL);
  self->refreshing = FALSE;
}

/* In a room that was silent so far: it has become small, and we do not know by whose going. */
static void
refresh_members (ParlanceRoom *self)
{
  if (self->refreshing)
    return;
  self->refreshing = TRUE;
  parlance_room_refresh_members_async (self, self->calls, on_refreshed, NULL);
}

static void
take_joined (ParlanceRoom *self, const char *nick)
{
  if (!self->members_live)
    refresh_members (self);
  else if (parlance_member_list_add (self->members, nick))
    {
      judge_members (self);
      g_signal_emit (self, signals[SIGNAL_JOINED], 0, nick);
    }
}

static void
take_left (ParlanceRoom *self, const char *nick)
{
  parlance_typists_remove (self->typists, nick);
  if (!self->members_live)
    refresh_members (self);
  else if (parlance_member_list_remove (self->members, nick))
    g_signal_emit (self, signals[SIGNAL_LEFT], 0, nick);
}

static void
take_topic (ParlanceRoom *self, const ParlanceChatEvent *event)
{
  set_topic (self, event->topic);
  g_signal_emit (self, signals[SIGNAL_TOPIC_CHANGED], 0, event->topic,
                 event->by != NULL ? event->by : "");
}

void
parlance_room_take_event (ParlanceRoom *self, const char *method, const ParlanceChatEvent *event)
{
  g_autoptr (ParlanceRoom) alive = g_object_ref (self);

  if (self->state != PARLANCE_ROOM_JOINED)
    return;
  if (event->topic != NULL && g_str_equal (method, "topic"))
    take_topic (self, event);
  else if (event->nick == NULL || strlen (event->nick) > PARLANCE_MESSAGE_MAX_FROM)
    return;
  else if (g_str_equal (method, "joined"))
    take_joined (self, event->nick);
  else if (g_str_equal (method, "left"))
    take_left (self, event->nick);
  else if (g_str_equal (method, "typing") && !parlance_link_is_own_nick (self->link, event->nick))
    parlance_typists_add (self->typists, event->nick);
}

void
parlance_room_take_message (ParlanceRoom *self, ParlanceMessage *message)
{
  g_autoptr (ParlanceRoom) alive = g_object_ref (self);

  if (self->state != PARLANCE_ROOM_LEFT)
    parlance_delivery_take (self->delivery, message);
}

gboolean
parlance_room_rename (ParlanceRoom *self, const char *from, const char *to)
{
  parlance_typists_remove (self->typists, from);
  if (!parlance_member_list_remove (self->members, from))
    return FALSE;
  (void)parlance_member_list_add (self->members, to);
  return TRUE;
}

gboolean
parlance_room_may_type (ParlanceRoom *self)
{
  gint64 now_ms = parlance_clock_now_ms (parlance_link_get_clock (self->link));

  if (self->state != PARLANCE_ROOM_JOINED || now_ms < self->may_type_ms)
    return FALSE;
  self->may_type_ms = now_ms + PARLANCE_TYPING_MS;
  return TRUE;
}

gboolean
parlance_room_set_loading_older (ParlanceRoom *self, gboolean loading)
{
  if (loading == self->loading_older)
    return FALSE;
  self->loading_older = loading;
  return TRUE;
}

ParlanceLink *
parlance_room_get_link (ParlanceRoom *self)
{
  return self->link;
}

ParlanceDelivery *
parlance_room_get_delivery (ParlanceRoom *self)
{
  return self->delivery;
}

gboolean
parlance_room_has_name (ParlanceRoom *self, const char *folded)
{
  return strcmp (self->folded, folded) == 0;
}

gboolean
parlance_room_is_begun (ParlanceRoom *self)
{
  return parlance_delivery_is_begun (self->delivery);
}

const char *
parlance_room_get_name (ParlanceRoom *self)
{
  g_return_val_if_fail (PARLANCE_IS_ROOM (self), NULL);

  return self->name;
}

const char *
parlance_room_get_topic (ParlanceRoom *self)
{
  g_return_val_if_fail (PARLANCE_IS_ROOM (self), NULL);

  return self->topic;
}

ParlanceRoomState
parlance_room_get_state (ParlanceRoom *self)
{
  g_return_val_if_fail (PARLANCE_IS_ROOM (self), PARLANCE_ROOM_LEFT);

  return self->state;
}

const GError *
parlance_room_get_error (ParlanceRoom *self)
{
  g_return_val_if_fail (PARLANCE_IS_ROOM (self), NULL);

  return self->error;
}

ParlanceMessageList *
parlance_room_get_messages (ParlanceRoom *self)
{
  g_return_val_if_fail (PARLANCE_IS_ROOM (self), NULL);

  return self->messages;
}

ParlanceMemberList *
parlance_room_get_members (ParlanceRoom *self)
{
  g_return_val_if_fail (PARLANCE_IS_ROOM (self), NULL);

  return self->members;
}

gboolean
parlance_room_get_members_live (ParlanceRoom *self)
{
  g_return_val_if_fail (PARLANCE_IS_ROOM (self), FALSE);

  return self->members_live;
}

gint64
parlance_room_get_last_seq (ParlanceRoom *self)
{
  g_return_val_if_fail (PARLANCE_IS_ROOM (self), 0);

  return parlance_message_list_get_last_seq (self->messages);
}

const char *const *
parlance_room_get_typing (ParlanceRoom *self)
{
  g_return_val_if_fail (PARLANCE_IS_ROOM (self), NULL);

  return parlance_typists_get_nicks (self->typists);
}

ParlanceRoom *
parlance_room_new (ParlanceLink *link, const char *name)
{
  ParlanceRoom *self = g_object_new (PARLANCE_TYPE_ROOM, NULL);

  self->link = g_object_ref (link);
  self->delivery = parlance_delivery_new (G_OBJECT (self), link, self->messages, delivered);
  self->typists = parlance_typists_new (parlance_link_get_clock (link),
                                        parlance_link_get_context (link), typists_changed, self);
  set_name (self, name);
  return self;
}

static void
parlance_room_finalize (GObject *object)
{
  ParlanceRoom *self = PARLANCE_ROOM (object);

  g_cancellable_cancel (self->calls);
  g_object_unref (self->calls);
  parlance_clock_stop_timer (&self->join_timer);
  parlance_delivery_free (self->delivery);
  parlance_typists_free (self->typists);
  g_object_unref (self->messages);
  g_object_unref (self->members);
  g_object_unref (self->link);
  g_free (self->name);
  g_free (self->folded);
  g_free (self->topic);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (parlance_room_parent_class)->finalize (object);
}

static void
parlance_room_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ParlanceRoom *self = PARLANCE_ROOM (object);

  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_TOPIC:
      g_value_set_string (value, self->topic);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case PROP_LAST_SEQ:
      g_value_set_int64 (value, parlance_room_get_last_seq (self));
      break;
    case PROP_MEMBERS_LIVE:
      g_value_set_boolean (value, self->members_live);
      break;
    case PROP_TYPING:
      g_value_set_boxed (value, parlance_room_get_typing (self));
      break;
    case PROP_MESSAGES:
      g_value_set_object (value, self->messages);
      break;
    case PROP_MEMBERS:
      g_value_set_object (value, self->members);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
parlance_room_class_init (ParlanceRoomClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GType text = G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE;

  object_class->finalize = parlance_room_finalize;
  object_class->get_property = parlance_room_get_property;
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_TOPIC] = g_param_spec_string ("topic", NULL, NULL, NULL, flags);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, PARLANCE_TYPE_ROOM_STATE,
                                              PARLANCE_ROOM_JOINING, flags);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  properties[PROP_LAST_SEQ] = g_param_spec_int64 ("last-seq", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_MEMBERS_LIVE] = g_param_spec_boolean ("members-live", NULL, NULL, FALSE, flags);
  properties[PROP_TYPING] = g_param_spec_boxed ("typing", NULL, NULL, G_TYPE_STRV, flags);
  properties[PROP_MESSAGES] =
      g_param_spec_object ("messages", NULL, NULL, PARLANCE_TYPE_MESSAGE_LIST, flags);
  properties[PROP_MEMBERS] =
      g_param_spec_object ("members", NULL, NULL, PARLANCE_TYPE_MEMBER_LIST, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_MESSAGE] = g_signal_new ("message", PARLANCE_TYPE_ROOM, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 1, PARLANCE_TYPE_MESSAGE);
  signals[SIGNAL_JOINED] = g_signal_new ("joined", PARLANCE_TYPE_ROOM, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 1, text);
  signals[SIGNAL_LEFT] = g_signal_new ("left", PARLANCE_TYPE_ROOM, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                       NULL, G_TYPE_NONE, 1, text);
  signals[SIGNAL_TOPIC_CHANGED] =
      g_signal_new ("topic-changed", PARLANCE_TYPE_ROOM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, text, text);
}

static void
parlance_room_init (ParlanceRoom *self)
{
  self->topic = g_strdup ("");
  self->messages = parlance_message_list_new ();
  self->members = parlance_member_list_new ();
  self->calls = g_cancellable_new ();
}
