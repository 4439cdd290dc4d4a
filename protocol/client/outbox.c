/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sending our messages in order, one at a time. The answer of a connection that is gone is told by
 * its cancellable, @answering.
 */
#include "protocol/client/outbox.h"

#include "protocol/client/chat-answers.h"
#include "protocol/client/message-list-private.h"
#include "protocol/client/message-private.h"
#include "protocol/wire/chat-append.h"

#define LEAST_WAIT_MS 50
#define DEFAULT_WAIT_MS 1000
#define MOST_WAIT_MS 60000

typedef struct
{
  ParlanceRoom *room;
  ParlanceMessage *message;
  char *in_doubt; /* (nullable): the nick it was sent with, when the answer was lost */
} Item;

struct _ParlanceOutbox
{
  GObject *owner; /* not owned: it owns us */
  ParlanceLink *link;
  void (*changed) (GObject *owner);
  GQueue items;            /* of Item */
  Item *out;               /* (nullable): of @items */
  GCancellable *answering; /* (nullable): with @out */
  GSource *wait_timer;     /* (nullable) */
  gboolean hold;
};

static void
item_free (gpointer data)
{
  Item *item = data;

  g_object_unref (item->room);
  g_object_unref (item->message);
  g_free (item->in_doubt);
  g_free (item);
}

static void
remove_item (ParlanceOutbox *self, Item *item)
{
  g_queue_remove (&self->items, item);
  if (self->out == item)
    self->out = NULL;
  item_free (item);
}

static void
fail_item (ParlanceOutbox *self, Item *item, const GError *error)
{
  g_autoptr (ParlanceMessage) message = g_object_ref (item->message);

  remove_item (self, item);
  if (parlance_message_get_state (message) == PARLANCE_MESSAGE_PENDING)
    parlance_message_set_failed (message, error);
}

static gboolean
on_wait_timer (gpointer user_data)
{
  ParlanceOutbox *self = user_data;
  g_autoptr (GObject) owner = g_object_ref (self->owner);

  parlance_clock_stop_timer (&self->wait_timer);
  parlance_outbox_wake (self);
  return G_SOURCE_REMOVE;
}

static void
put_off (ParlanceOutbox *self, gint64 retry_after_ms)
{
  gint64 wait_ms = retry_after_ms > 0 ? retry_after_ms : DEFAULT_WAIT_MS;

  parlance_clock_start_timer (parlance_link_get_clock (self->link), &self->wait_timer,
                              parlance_link_get_context (self->link),
                              (guint)CLAMP (wait_ms, LEAST_WAIT_MS, MOST_WAIT_MS), on_wait_timer,
                              self);
}

static void
sent (ParlanceOutbox *self, Item *item, gint64 seq, gint64 time_ms)
{
  g_autoptr (ParlanceRoom) room = g_object_ref (item->room);
  g_autoptr (ParlanceMessage) message = g_object_ref (item->message);

  remove_item (self, item);
  parlance_message_list_acknowledge (parlance_room_get_messages (room), message, seq, time_ms);
}

/* The server has not taken the message. */
static void
refused (ParlanceOutbox *self, Item *item, const GError *error, gint64 retry_after_ms)
{
  if (g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_RATE_LIMITED) ||
      g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_BUSY))
    put_off (self, retry_after_ms);
  else
    fail_item (self, item, error);
}

/* Whether @error is of the end of a connection, which answers nothing. */
static gboolean
is_loss (const GError *error)
{
  return error->domain != PARLANCE_ERROR || error->code == PARLANCE_REASON_SERVER_FULL ||
         error->code == PARLANCE_REASON_SHUTTING_DOWN ||
         error->code == PARLANCE_REASON_SLOW_CONSUMER ||
         error->code == PARLANCE_REASON_TLS_REQUIRED;
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ParlanceSession *session = PARLANCE_SESSION (source);
  g_autoptr (GError) error = NULL;
  g_autofree char *json = parlance_session_call_finish (session, result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* and @user_data may be gone */

  ParlanceOutbox *self = user_data;
  g_autoptr (GObject) owner = g_object_ref (self->owner);
  Item *item = self->out;
  gint64 seq;
  gint64 time_ms;
  if (json == NULL && is_loss (error))
    return; /* a pause follows */

  g_clear_object (&self->answering);
  self->out = NULL;
  if (item == NULL)
    ; /* the room was left meanwhile */
  else if (json == NULL)
    {
      g_clear_pointer (&item->in_doubt, g_free);
      refused (self, item, error, parlance_session_call_get_retry_after_ms (session, result));
    }
  else if (parlance_send_answer_parse (json, &seq, &time_ms, &error))
    sent (self, item, seq, time_ms);
  else
    fail_item (self, item, error);
  parlance_outbox_wake (self);
  self->changed (self->owner);
}

static void
send_item (ParlanceOutbox *self, Item *item, ParlanceSession *session)
{
  ParlanceMessage *message = item->message;
  g_autoptr (GString) entry = g_string_new (NULL);
  g_autoptr (GString) params = g_string_new (NULL);

  if (parlance_message_get_kind (message) == PARLANCE_MESSAGE_DEFINITION &&
      parlance_message_get_entry (message) != NULL)
    parlance_entry_append_json (parlance_message_get_entry (message), entry);
  parlance_send_append (params, &(ParlanceSendParams){
                                    .room = parlance_room_get_name (item->room),
                                    .text = parlance_message_get_text (message),
                                    .kind = parlance_message_get_kind_name (message),
                                    .key = parlance_message_get_key (message),
                                    .reply_to = parlance_message_get_reply_to (message),
                                    .entry = entry->len > 0 ? entry->str : NULL,
                                });
  g_free (item->in_doubt);
  item->in_doubt = g_strdup (parlance_link_get_nick (self->link));
  self->out = item;
  self->answering = g_cancellable_new ();
  parlance_session_call_async (session, "send", params->str, self->answering, on_answer, self);
}

/* Keys are of one nick: under another, what may have arrived already would be another message. */
static gboolean
is_lost (ParlanceOutbox *self, const Item *item)
{
  return item->in_doubt != NULL && !parlance_link_is_own_nick (self->link, item->in_doubt);
}

static void
fail_lost (ParlanceOutbox *self, Item *item)
{
  g_autoptr (GError) error = g_error_new_literal (
      G_IO_ERROR, G_IO_ERROR_FAILED,
      "the connection was lost while it was sent, under another nick: it may have arrived");

  fail_item (self, item, error);
}

/* Returns: (nullable): the first one that can be sent; those that need not, or must not, go */
static Item *
find_next (ParlanceOutbox *self)
{
  GList *link = self->items.head;
  while (link != NULL)
    {
      Item *item = link->data;
      link = link->next;
      if (parlance_message_get_state (item->message) != PARLANCE_MESSAGE_PENDING)
        remove_item (self, item); /* passed on before it was answered */
      else if (parlance_room_get_state (item->room) != PARLANCE_ROOM_JOINED)
        continue;
      else if (is_lost (self, item))
        {
          /* This may call anybody, who may change anything. */
          fail_lost (self, item);
          link = self->items.head;
        }
      else
        return item;
    }
  return NULL;
}

void
parlance_outbox_wake (ParlanceOutbox *self)
{
  ParlanceSession *session = parlance_link_get_session (self->link);
  if (session == NULL || self->answering != NULL || self->wait_timer != NULL || self->hold)
    return;

  guint n_before = g_queue_get_length (&self->items);
  Item *item = find_next (self);
  if (item != NULL && parlance_link_get_session (self->link) == session)
    send_item (self, item, session);
  if (g_queue_get_length (&self->items) != n_before)
    self->changed (self->owner);
}

void
parlance_outbox_add (ParlanceOutbox *self, ParlanceRoom *room, ParlanceMessage *message)
{
  Item *item = g_new0 (Item, 1);

  item->room = g_object_ref (room);
  item->message = g_object_ref (message);
  g_queue_push_tail (&self->items, item);
  parlance_outbox_wake (self);
  self->changed (self->owner);
}

void
parlance_outbox_pause (ParlanceOutbox *self)
{
  if (self->answering != NULL)
    g_cancellable_cancel (self->answering);
  g_clear_object (&self->answering);
  self->out = NULL;
  parlance_clock_stop_timer (&self->wait_timer);
  self->changed (self->owner);
}

void
parlance_outbox_hold (ParlanceOutbox *self, gboolean hold)
{
  self->hold = hold;
  parlance_outbox_wake (self);
}

gboolean
parlance_outbox_is_out (const ParlanceOutbox *self)
{
  return self->answering != NULL;
}

void
parlance_outbox_fail (ParlanceOutbox *self, ParlanceRoom *room, const GError *error)
{
  g_autoptr (GPtrArray) failed = g_ptr_array_new_with_free_func (g_object_unref);

  for (GList *link = self->items.head, *next; link != NULL; link = next)
    {
      Item *item = link->data;
      next = link->next;
      if (room != NULL && item->room != room)
        continue;
      g_ptr_array_add (failed, g_object_ref (item->message));
      remove_item (self, item);
    }
  for (guint i = 0; i < failed->len; i++)
    {
      ParlanceMessage *message = g_ptr_array_index (failed, i);
      if (parlance_message_get_state (message) == PARLANCE_MESSAGE_PENDING)
        parlance_message_set_failed (message, error);
    }
  self->changed (self->owner);
}

guint
parlance_outbox_get_n (const ParlanceOutbox *self)
{
  return self->items.length;
}

ParlanceOutbox *
parlance_outbox_new (GObject *owner, ParlanceLink *link, void (*changed) (GObject *owner))
{
  ParlanceOutbox *self = g_new0 (ParlanceOutbox, 1);

  self->owner = owner;
  self->link = g_object_ref (link);
  self->changed = changed;
  g_queue_init (&self->items);
  return self;
}

void
parlance_outbox_free (ParlanceOutbox *self)
{
  if (self->answering != NULL)
    g_cancellable_cancel (self->answering);
  g_clear_object (&self->answering);
  parlance_clock_stop_timer (&self->wait_timer);
  g_queue_clear_full (&self->items, item_free);
  g_object_unref (self->link);
  g_free (self);
}
