/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Putting messages in order, and repairing gaps. One page is fetched at a time; its callback is
 * told by @fetching, a cancellable, whether this is still the connection it was asked on.
 */
#include "protocol/client/delivery.h"

#include "protocol/client/answer.h"
#include "protocol/client/message-list-private.h"
#include "protocol/client/message-private.h"
#include "protocol/wire/chat-append.h"
#include "protocol/wire/limits.h"

#define RETRY_MS 1000

struct _ParlanceDelivery
{
  GObject *owner; /* not owned: it owns us */
  ParlanceLink *link;
  ParlanceMessageList *list; /* not owned: @owner does */
  void (*delivered) (GObject *owner, ParlanceMessage *message);

  char *room;             /* (nullable) */
  gboolean begun;         /* the list's last seq means something */
  gboolean open;          /* joined on this connection: what comes may be delivered */
  GPtrArray *held;        /* of ParlanceMessage, by seq, all above the list's last one */
  gint64 highest_seq;     /* that was heard of on this connection */
  gint64 n_missed;        /* messages, when it was joined */
  GCancellable *fetching; /* (nullable) */
  GSource *retry_timer;   /* (nullable) */
  guint n_tries;
};

static void fetch (ParlanceDelivery *self);

static gint64
last_seq (ParlanceDelivery *self)
{
  return parlance_message_list_get_last_seq (self->list);
}

static gint64
held_seq (ParlanceDelivery *self, guint index)
{
  return parlance_message_get_seq (g_ptr_array_index (self->held, index));
}

static void
deliver (ParlanceDelivery *self, ParlanceMessage *message)
{
  if (parlance_link_is_own_nick (self->link, parlance_message_get_from (message)))
    parlance_message_set_own (message);

  g_autoptr (ParlanceMessage) listed =
      g_object_ref (parlance_message_list_deliver (self->list, message));
  self->delivered (self->owner, listed);
}

/* The most of what is held may be fetched again later; so where there is no room, the last goes. */
static void
hold (ParlanceDelivery *self, ParlanceMessage *message)
{
  gint64 seq = parlance_message_get_seq (message);
  guint index = self->held->len;

  while (index > 0 && held_seq (self, index - 1) > seq)
    index--;
  if (index > 0 && held_seq (self, index - 1) == seq)
    return;
  g_ptr_array_insert (self->held, (int)index, g_object_ref (message));
  if (self->held->len > PARLANCE_DELIVERY_MOST_HELD)
    g_ptr_array_set_size (self->held, PARLANCE_DELIVERY_MOST_HELD);
}

/* Delivers what is held as far as it goes on without a gap. Callbacks may pause us: then nothing is
 * held. */
static void
deliver_held (ParlanceDelivery *self)
{
  while (self->held->len > 0 && held_seq (self, 0) <= last_seq (self) + 1)
    {
      g_autoptr (ParlanceMessage) message = g_ptr_array_steal_index (self->held, 0);
      if (parlance_message_get_seq (message) > last_seq (self))
        deliver (self, message);
    }
}

/* What is missing cannot be had. */
static void
skip_gap (ParlanceDelivery *self)
{
  self->n_tries = 0;
  if (self->held->len > 0)
    {
      g_autoptr (ParlanceMessage) message = g_ptr_array_steal_index (self->held, 0);
      deliver (self, message);
      deliver_held (self);
    }
  else
    self->highest_seq = last_seq (self);
}

static void
go_on (ParlanceDelivery *self)
{
  deliver_held (self);
  if (self->highest_seq > last_seq (self))
    fetch (self);
}

static gboolean
on_retry_timer (gpointer user_data)
{
  ParlanceDelivery *self = user_data;
  g_autoptr (GObject) owner = g_object_ref (self->owner);

  parlance_clock_stop_timer (&self->retry_timer);
  go_on (self);
  return G_SOURCE_REMOVE;
}

static void
fetch_failed (ParlanceDelivery *self, const GError *error)
{
  if (error->domain == G_IO_ERROR && error->code != G_IO_ERROR_INVALID_DATA)
    return; /* the connection is gone, and with the next one the room is joined again */

  if (parlance_error_may_pass (error) && ++self->n_tries < PARLANCE_DELIVERY_TRIES)
    parlance_clock_start_timer (parlance_link_get_clock (self->link), &self->retry_timer,
                                parlance_link_get_context (self->link), RETRY_MS, on_retry_timer,
                                self);
  else
    {
      skip_gap (self);
      go_on (self);
    }
}

static void
take_page (ParlanceDelivery *self, GPtrArray *page, gboolean more)
{
  gint64 before = last_seq (self);

  for (guint i = 0; i < page->len && self->open; i++)
    {
      ParlanceMessage *message = g_ptr_array_index (page, i);
      if (parlance_message_get_seq (message) > last_seq (self))
        deliver (self, message);
    }
  self->n_tries = 0;
  deliver_held (self);
  if (self->highest_seq > last_seq (self) && (!more || last_seq (self) == before))
    skip_gap (self);
  go_on (self);
}

static void
on_page (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *json = parlance_session_call_finish (PARLANCE_SESSION (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* and @user_data may be gone */

  ParlanceDelivery *self = user_data;
  g_autoptr (GObject) owner = g_object_ref (self->owner);
  gboolean more = FALSE;
  g_autoptr (GPtrArray) page =
      json != NULL ? parlance_messages_from_json (json, &more, &error) : NULL;
  g_clear_object (&self->fetching);
  if (page != NULL)
    take_page (self, page, more);
  else
    fetch_failed (self, error);
}

static void
fetch (ParlanceDelivery *self)
{
  ParlanceSession *session = parlance_link_get_session (self->link);
  if (self->fetching != NULL || self->retry_timer != NULL || session == NULL)
    return;

  g_autoptr (GString) params = g_string_new (NULL);
  parlance_history_append (params, self->room, 0, last_seq (self), PARLANCE_MAX_HISTORY);
  self->fetching = g_cancellable_new ();
  parlance_session_call_async (session, "history", params->str, self->fetching, on_page, self);
}

void
parlance_delivery_take (ParlanceDelivery *self, ParlanceMessage *message)
{
  gint64 seq = parlance_message_get_seq (message);

  if (self->open && seq <= last_seq (self))
    return;
  self->highest_seq = MAX (self->highest_seq, seq);
  hold (self, message);
  if (self->open)
    go_on (self);
}

gboolean
parlance_delivery_is_begun (const ParlanceDelivery *self)
{
  return self->begun;
}

void
parlance_delivery_begin (ParlanceDelivery *self, const char *room, gint64 joined_at_seq)
{
  g_free (self->room);
  self->room = g_strdup (room);
  self->n_missed = self->begun ? MAX (joined_at_seq - last_seq (self), 0) : 0;

  if (!self->begun || (!self->open && joined_at_seq < last_seq (self)))
    {
      /* Messages may have overtaken the answer. */
      if (self->held->len > 0)
        joined_at_seq = MIN (joined_at_seq, held_seq (self, 0) - 1);
      parlance_message_list_restart (self->list, joined_at_seq);
      self->begun = TRUE;
    }
  self->open = TRUE;
  go_on (self);
}

void
parlance_delivery_begin_after (ParlanceDelivery *self, gint64 seq)
{
  if (self->begun)
    return;
  parlance_message_list_restart (self->list, seq);
  self->begun = TRUE;
}

gint64
parlance_delivery_get_n_missed (const ParlanceDelivery *self)
{
  return self->n_missed;
}

void
parlance_delivery_pause (ParlanceDelivery *self)
{
  if (self->fetching != NULL)
    g_cancellable_cancel (self->fetching);
  g_clear_object (&self->fetching);
  parlance_clock_stop_timer (&self->retry_timer);
  g_ptr_array_set_size (self->held, 0);
  self->highest_seq = 0;
  self->n_tries = 0;
  self->open = FALSE;
}

void
parlance_delivery_forget (ParlanceDelivery *self)
{
  parlance_delivery_pause (self);
  self->begun = FALSE;
}

ParlanceDelivery *
parlance_delivery_new (GObject *owner,
                       ParlanceLink *link,
                       ParlanceMessageList *list,
                       void (*delivered) (GObject *owner, ParlanceMessage *message))
{
  ParlanceDelivery *self = g_new0 (ParlanceDelivery, 1);

  self->owner = owner;
  self->link = g_object_ref (link);
  self->list = list;
  self->delivered = delivered;
  self->held = g_ptr_array_new_with_free_func (g_object_unref);
  return self;
}

void
parlance_delivery_free (ParlanceDelivery *self)
{
  parlance_delivery_pause (self);
  g_ptr_array_unref (self->held);
  g_object_unref (self->link);
  g_free (self->room);
  g_free (self);
}
