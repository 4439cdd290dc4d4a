/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The thread and its batches. authority-parts.h tells how a batch goes.
 */
#include "server/chat/authority-parts.h"

#include "server/log.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

/* What is stored at a time, and what one sender's own frame may cost. */
#define BATCH_MAX_STEPS 256
#define BATCH_MAX_BYTES (512 * 1024) /* one frame must not fill a member's whole output */
#define LINGER_US 60

/* What an address may register at first; then one comes back in 30 s. */
#define REGISTRATIONS 10
#define REGISTRATION_PERIOD_MS 30000
#define REGISTRATION_ADDRESSES 8192       /* that are remembered */
#define COMPLAIN_US (10 * G_USEC_PER_SEC) /* at most one line in this time about a full disk */

typedef struct
{
  void (*take) (Authority *self, Step *step);
  void (*tell) (Authority *self, Step *step);
} Method;

static const Method methods[] = {
  [CHAT_HELLO] = { authority_take_hello, authority_tell_hello },
  [CHAT_JOIN] = { authority_take_join, authority_tell_join },
  [CHAT_LEAVE] = { authority_take_leave, authority_tell_leave },
  [CHAT_ROOMS] = { authority_take_rooms, authority_tell_rooms },
  [CHAT_MEMBERS] = { authority_take_members, authority_tell_members },
  [CHAT_TOPIC] = { authority_take_topic, authority_tell_topic },
  [CHAT_SEND] = { authority_take_send, authority_tell_send },
  [CHAT_TYPING] = { authority_take_typing, authority_tell_typing },
  [CHAT_HISTORY] = { authority_take_archive, authority_tell_archive },
  [CHAT_SEARCH] = { authority_take_archive, authority_tell_archive },
  [CHAT_CATCH_UP] = { authority_take_catch_up, authority_tell_catch_up },
  [CHAT_GONE] = { authority_take_gone, authority_tell_ended },
  [CHAT_REGISTER] = { authority_take_register, authority_tell_hello },
  [CHAT_PASSWORD] = { authority_take_password, authority_tell_ended },
  [CHAT_DELETE] = { authority_take_delete, authority_tell_logout },
  [CHAT_ACCOUNT] = { authority_take_account, authority_tell_ended },
  [CHAT_LOGOUT] = { authority_take_logout, authority_tell_logout },
  [CHAT_KICK] = { authority_take_kick, authority_tell_ended },
  [CHAT_BAN] = { authority_take_ban, authority_tell_ended },
  [CHAT_UNBAN] = { authority_take_unban, authority_tell_ended },
  [CHAT_BANS] = { authority_take_bans, authority_tell_ended },
  [CHAT_MUTE] = { authority_take_mute, authority_tell_ended },
  [CHAT_UNMUTE] = { authority_take_unmute, authority_tell_ended },
  [CHAT_CLOSE_ROOM] = { authority_take_close_room, authority_tell_close_room },
  [CHAT_OPEN_ROOM] = { authority_take_open_room, authority_tell_ended },
  [CHAT_NOTICE] = { authority_take_notice, authority_tell_notice },
  [CHAT_SET_OPERATOR] = { authority_take_set_operator, authority_tell_set_operator },
  [CHAT_STATS] = { authority_take_stats, authority_tell_ended },
};

ChatLimits *
chat_limits_new (void)
{
  ChatLimits *self = g_new0 (ChatLimits, 1);

  self->rooms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->operators = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->unlimited = g_array_new (FALSE, FALSE, sizeof (NetworkRange));
  return self;
}

void
chat_limits_free (ChatLimits *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->rooms);
  g_hash_table_unref (self->operators);
  g_array_unref (self->unlimited);
  g_free (self->password_hash);
  g_free (self);
}

/* --- the batch -------------------------------------------------------------------------------- */

static void
step_clear (gpointer data)
{
  Step *step = data;

  g_clear_pointer (&step->ended, g_ptr_array_unref);
  g_clear_pointer (&step->nick, g_ref_string_release);
  g_clear_pointer (&step->nick_folded, g_ref_string_release);
  g_clear_pointer (&step->old_nick, g_ref_string_release);
  g_clear_pointer (&step->company, g_ptr_array_unref);
}

/* Behind what its client has asked for before, until the hasher is done. */
static void
park (ChatRequest *request)
{
  ChatRequest **end = &request->client->parked;

  while (*end != NULL)
    end = &(*end)->next;
  *end = request;
}

/* The hasher is done with @client: what has waited comes next. */
static void
unpark (Authority *self, ChatClient *client)
{
  ChatRequest *first = g_steal_pointer (&client->parked);
  ChatRequest *last = first;

  client->is_checked = FALSE;
  g_hash_table_remove (self->checked, client);
  if (first == NULL)
    return;
  while (last->next != NULL)
    last = last->next;
  if (self->queue == NULL)
    self->queue_end = &last->next;
  last->next = self->queue;
  self->queue = first;
}

static ChatRequest *
queue_pop (Authority *self)
{
  ChatRequest *request = self->queue;

  self->queue = g_steal_pointer (&request->next);
  if (self->queue == NULL)
    self->queue_end = &self->queue;
  return request;
}

static void
batch_take (Authority *self)
{
  gsize n_bytes = 0;

  while (self->queue != NULL && self->steps->len < BATCH_MAX_STEPS && n_bytes < BATCH_MAX_BYTES)
    {
      ChatRequest *request = queue_pop (self);
      Step step = { .request = request };

      n_bytes += request->n_body;
      if (request->check.is_done)
        unpark (self, request->client);
      else if (request->client->is_checked)
        {
          park (request);
          continue;
        }
      methods[request->verb].take (self, &step);
      if (!step.is_parked)
        g_array_append_val (self->steps, step);
    }
}

static void
batch_store (Authority *self)
{
  g_autoptr (GError) error = NULL;

  self->is_stored = TRUE;
  if (self->entries->len == 0 && !journal_has_pending (self->journal))
    return;
  self->is_stored = journal_append (self->journal, (JournalEntry *)(gpointer)self->entries->data,
                                    self->entries->len, &error);
  if (self->is_stored)
    {
      if (self->entries->len > 0)
        archive_note (self->archive);
      return;
    }
  if (self->complained_us == 0 || self->now_us - self->complained_us > COMPLAIN_US)
    {
      log_error ("%s; messages are refused until it works again", error->message);
      self->complained_us = self->now_us;
    }
}

static void
batch_tell (Authority *self)
{
  for (guint i = 0; i < self->steps->len; i++)
    {
      Step *step = &g_array_index (self->steps, Step, i);

      if (step->request->is_refused)
        authority_answer (self, step->request);
      else
        methods[step->request->verb].tell (self, step);
    }
  authority_seal_all (self);
}

static void
forget_lonely_rooms (Authority *self)
{
  for (guint i = 0; i < self->lonely_rooms->len; i++)
    {
      Room *room = g_ptr_array_index (self->lonely_rooms, i);

      /* It may be here twice: nothing is to be freed before the last look at it. */
      if (!room_is_forgettable (room) || strcmp (room->folded, "lobby") == 0 ||
          g_hash_table_lookup (self->rooms, room->folded) != room)
        self->lonely_rooms->pdata[i] = NULL;
      else
        g_hash_table_steal (self->rooms, room->folded);
    }
  for (guint i = 0; i < self->lonely_rooms->len; i++)
    {
      Room *room = g_ptr_array_index (self->lonely_rooms, i);

      if (room == NULL)
        continue;
      g_ptr_array_remove_fast (self->keep.rooms, room);
      journal_remove_room (self->journal, room->id);
      room_free (room);
    }
  g_ptr_array_set_size (self->lonely_rooms, 0);
}

static void
batch_end (Authority *self)
{
  authority_post_ops (self);
  g_array_set_size (self->steps, 0);
  g_array_set_size (self->entries, 0);
  g_ptr_array_set_size (self->dead_sessions, 0);
  forget_lonely_rooms (self);
  atomic_store_explicit (&self->n_sessions, g_hash_table_size (self->nicks), memory_order_relaxed);
  atomic_store_explicit (&self->n_rooms, g_hash_table_size (self->rooms), memory_order_relaxed);
  atomic_store_explicit (&self->n_messages, journal_n_messages (self->journal),
                         memory_order_relaxed);
}

static void
authority_batch (Authority *self)
{
  self->now_us = g_get_monotonic_time ();
  self->now_ms = g_get_real_time () / 1000;
  batch_take (self);
  batch_store (self);
  batch_tell (self);
  batch_end (self);
}

/* --- the thread ------------------------------------------------------------------------------- */

/* In a conversation the next message follows soon, and falling asleep and being woken takes longer
 * than storing one. Every other thread goes first. Returns: whether something has come */
static gboolean
authority_linger (Authority *self)
{
  gint64 until_us = g_get_monotonic_time () + LINGER_US;

  mailbox_set_watched (self->mailbox);
  while (mailbox_is_empty (self->mailbox) && g_get_monotonic_time () < until_us)
    (void)sched_yield ();
  return !mailbox_set_asleep (self->mailbox);
}

static void *
authority_run (void *data)
{
  Authority *self = data;
  int wait_ms = 0;

  while (!self->stopping)
    {
      struct epoll_event event;

      if (wait_ms != 0 && authority_linger (self))
        wait_ms = 0;
      if (epoll_wait (self->poll_fd, &event, 1, wait_ms) < 0 && errno != EINTR)
        g_assert_not_reached ();
      mailbox_drain (self->mailbox, self);
      while (self->queue != NULL)
        authority_batch (self);
      wait_ms = authority_keep_step (self);
    }
  return NULL;
}

static void
requests_deliver (MailboxMessage *message, void *receiver)
{
  Authority *self = receiver;
  ChatRequest *first = (ChatRequest *)message;

  *self->queue_end = first;
  while (*self->queue_end != NULL)
    self->queue_end = &(*self->queue_end)->next;
}

static void
checked_deliver (MailboxMessage *message, void *receiver)
{
  Authority *self = receiver;
  ChatRequest *request = (ChatRequest *)message;

  hasher_returned (self->hasher, request);
  request->check.is_done = TRUE;
  *self->queue_end = request;
  self->queue_end = &request->next;
}

/* On a thread of the hasher. */
static void
authority_checked (ChatRequest *request, void *data)
{
  request->message.deliver = checked_deliver;
  mailbox_post (((Authority *)data)->mailbox, &request->message);
}

void
authority_post (Authority *self, ChatRequest *requests)
{
  requests->message.deliver = requests_deliver;
  mailbox_post (self->mailbox, &requests->message);
}

typedef struct
{
  MailboxMessage message;
  ChatLimits *limits; /* (nullable): %NULL: stop */
} Order;

static void
order_discard (MailboxMessage *message)
{
  Order *order = (Order *)message;

  chat_limits_free (order->limits);
  g_free (order);
}

static void
order_deliver (MailboxMessage *message, void *receiver)
{
  Authority *self = receiver;
  Order *order = (Order *)message;

  if (order->limits == NULL)
    self->stopping = TRUE;
  else
    {
      ChatLimits *before = self->limits;

      self->limits = g_steal_pointer (&order->limits);
      authority_tell_operators (self, before);
      chat_limits_free (before);
      self->ring_budget.max_bytes = self->limits->ring_bytes;
      atomic_store_explicit (&self->access, (int)self->limits->access, memory_order_relaxed);
      authority_keep_now (self);
    }
  order_discard (message);
}

static void
post_order (Authority *self, ChatLimits *limits)
{
  Order *order = g_new0 (Order, 1);

  order->message.deliver = order_deliver;
  order->message.discard = order_discard;
  order->limits = limits;
  mailbox_post (self->mailbox, &order->message);
}

void
authority_set_limits (Authority *self, ChatLimits *limits)
{
  post_order (self, limits);
}

void
authority_post_message (Authority *self, MailboxMessage *message)
{
  mailbox_post (self->mailbox, message);
}

/* --- life ------------------------------------------------------------------------------------- */

static gboolean
authority_watch (Authority *self, GError **error)
{
  struct epoll_event event = { .events = EPOLLIN | EPOLLET };

  self->mailbox = mailbox_new (error);
  if (self->mailbox == NULL)
    return FALSE;
  self->poll_fd = epoll_create1 (EPOLL_CLOEXEC);
  if (self->poll_fd >= 0 &&
      epoll_ctl (self->poll_fd, EPOLL_CTL_ADD, mailbox_fd (self->mailbox), &event) == 0)
    return TRUE;
  g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (errno),
               "cannot watch the authority's mailbox: %s", g_strerror (errno));
  return FALSE;
}

Authority *
authority_new (const char *data_dir,
               JournalDurability durability,
               ChatLimits *limits,
               ChatPort *const *ports,
               guint n_ports,
               GError **error)
{
  Authority *self = g_new0 (Authority, 1);

  self->poll_fd = -1;
  self->limits = limits;
  self->ring_budget.max_bytes = limits->ring_bytes;
  atomic_init (&self->access, (int)limits->access);
  self->ports = ports;
  self->n_ports = n_ports;
  self->rooms = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)room_free);
  self->nicks = g_hash_table_new (g_str_hash, g_str_equal);
  authority_init_tokens (self);
  self->queue_end = &self->queue;
  self->steps = g_array_new (FALSE, FALSE, sizeof (Step));
  g_array_set_clear_func (self->steps, step_clear);
  self->entries = g_array_new (FALSE, FALSE, sizeof (JournalEntry));
  self->ops = g_new0 (GArray *, n_ports);
  for (guint i = 0; i < n_ports; i++)
    self->ops[i] = g_array_new (FALSE, FALSE, sizeof (ChatOp));
  self->checked = g_hash_table_new (NULL, NULL);
  self->guesses = guesses_new ();
  self->registrations =
      throttle_new (REGISTRATIONS, REGISTRATION_PERIOD_MS, REGISTRATION_ADDRESSES);
  self->room_makers = room_makers_new ();
  self->open_rooms = g_ptr_array_new ();
  self->lonely_rooms = g_ptr_array_new ();
  self->dead_sessions = g_ptr_array_new_with_free_func ((GDestroyNotify)session_free);
  self->keep.rooms = g_ptr_array_new ();

  if (authority_watch (self, error))
    self->journal = journal_open (data_dir, durability, error);
  if (self->journal != NULL && authority_load (self, error) &&
      authority_load_accounts (self, durability == JOURNAL_DURABILITY_NONE ? NULL : data_dir,
                               error))
    self->hasher = hasher_new (authority_checked, self, error);
  if (self->hasher != NULL)
    self->archive = archive_new (durability == JOURNAL_DURABILITY_NONE ? NULL : data_dir, error);
  if (self->archive == NULL)
    {
      authority_free (self);
      return NULL;
    }
  return self;
}

gboolean
authority_start (Authority *self, GError **error)
{
  if (!archive_start (self->archive, error) || !hasher_start (self->hasher, error))
    return FALSE;

  int code = pthread_create (&self->thread, NULL, authority_run, self);
  if (code != 0)
    {
      g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (code),
                   "cannot start the authority's thread: %s", g_strerror (code));
      return FALSE;
    }
  self->started = TRUE;
  return TRUE;
}

void
authority_stop (Authority *self)
{
  if (self == NULL)
    return;
  if (self->started)
    {
      post_order (self, NULL);
      if (pthread_join (self->thread, NULL) != 0)
        g_assert_not_reached ();
      self->started = FALSE;
    }
  archive_stop (self->archive);
  hasher_stop (self->hasher);
}

static void
free_sessions (Authority *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->nicks);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      for (Session *twin = session_leave_twins (value); twin != NULL;)
        {
          Session *next = session_leave_twins (twin);

          session_free (twin);
          twin = next;
        }
      session_free (value);
    }
  g_hash_table_unref (self->nicks);
}

/* What was posted to one that never started. */
static void
discard_queue (Authority *self)
{
  GHashTableIter iter;
  gpointer client;

  if (self->mailbox != NULL)
    mailbox_drain (self->mailbox, self);
  g_hash_table_iter_init (&iter, self->checked);
  while (g_hash_table_iter_next (&iter, &client, NULL))
    {
      *self->queue_end = g_steal_pointer (&((ChatClient *)client)->parked);
      while (*self->queue_end != NULL)
        self->queue_end = &(*self->queue_end)->next;
    }
  while (self->queue != NULL)
    {
      ChatRequest *request = queue_pop (self);

      request->message.discard (&request->message);
    }
}

void
authority_free (Authority *self)
{
  if (self == NULL)
    return;
  authority_stop (self);
  discard_queue (self);
  archive_free (self->archive);
  hasher_free (self->hasher);
  mailbox_free (self->mailbox);
  if (self->poll_fd >= 0)
    close (self->poll_fd);
  free_sessions (self);
  authority_clear_tokens (self);
  g_hash_table_unref (self->rooms);
  journal_close (self->journal);
  bans_free (self->bans);
  accounts_free (self->accounts);
  account_store_close (self->store);
  guesses_free (self->guesses);
  throttle_free (self->registrations);
  room_makers_free (self->room_makers);
  g_hash_table_unref (self->checked);
  authority_forget_digest (self);
  chat_limits_free (self->limits);
  g_array_unref (self->steps);
  g_array_unref (self->entries);
  for (guint i = 0; i < self->n_ports; i++)
    g_array_unref (self->ops[i]);
  g_free (self->ops);
  g_ptr_array_unref (self->open_rooms);
  g_ptr_array_unref (self->lonely_rooms);
  g_ptr_array_unref (self->dead_sessions);
  g_ptr_array_unref (self->keep.rooms);
  g_free (self);
}

ChatAccess
authority_get_access (const Authority *self)
{
  return (ChatAccess)atomic_load_explicit (&self->access, memory_order_relaxed);
}

AuthorityCounts
authority_counts (const Authority *self)
{
  return (AuthorityCounts){
    .n_sessions = atomic_load_explicit (&self->n_sessions, memory_order_relaxed),
    .n_rooms = atomic_load_explicit (&self->n_rooms, memory_order_relaxed),
    .n_messages = atomic_load_explicit (&self->n_messages, memory_order_relaxed),
  };
}
