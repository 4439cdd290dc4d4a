/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each thread has a mailbox. The authority, which alone submits, deals requests out in turn: all
 * take the same time.
 */
#include "server/chat/hasher.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/resource.h>

/* Those who talk and look words up go first; but who logs in waits for it, and gives up after 10 s,
 * on a busy machine too. */
#define HASHER_NICE 5

typedef struct
{
  Hasher *hasher;
  Mailbox *mailbox;
  int poll_fd;
  gboolean started;
  gboolean stopping;
  pthread_t thread;
} HasherThread;

struct Hasher
{
  void (*done) (ChatRequest *request, void *data);
  void *data;
  HasherThread threads[HASHER_THREADS];
  guint next;               /* thread; the authority's */
  guint n_waiting;          /* the authority's */
  GHashTable *n_by_address; /* the authority's: name of the address (owned) -> how many of them */
  _Atomic gboolean is_stopping;
};

static void
check (PasswordCheck *self)
{
  self->verdict = self->known != NULL ? password_verify (self->known, self->tried) : PASSWORD_RIGHT;
  if (self->verdict != PASSWORD_RIGHT || self->fresh == NULL)
    return;
  self->hash = password_hash (self->fresh);
  if (self->hash == NULL)
    self->verdict = PASSWORD_NO_MEMORY;
}

static void
request_deliver (MailboxMessage *message, void *receiver)
{
  Hasher *self = ((HasherThread *)receiver)->hasher;
  ChatRequest *request = (ChatRequest *)message;

  if (!atomic_load_explicit (&self->is_stopping, memory_order_relaxed))
    check (&request->check);
  self->done (request, self->data);
}

static void
stop_deliver (MailboxMessage *message, void *receiver)
{
  g_free (message);
  ((HasherThread *)receiver)->stopping = TRUE;
}

static void
stop_discard (MailboxMessage *message)
{
  g_free (message);
}

static void *
hasher_run (void *data)
{
  HasherThread *self = data;

  /* An unprivileged process may always lower its own priority; where it fails nothing is lost. */
  (void)setpriority (PRIO_PROCESS, 0, HASHER_NICE);
  while (!self->stopping)
    {
      struct epoll_event event;

      if (epoll_wait (self->poll_fd, &event, 1, -1) < 0 && errno != EINTR)
        g_assert_not_reached ();
      mailbox_drain (self->mailbox, self);
    }
  return NULL;
}

static gboolean
thread_init (HasherThread *self, Hasher *hasher, GError **error)
{
  struct epoll_event event = { .events = EPOLLIN | EPOLLET };

  self->hasher = hasher;
  self->mailbox = mailbox_new (error);
  if (self->mailbox == NULL)
    return FALSE;
  self->poll_fd = epoll_create1 (EPOLL_CLOEXEC);
  if (self->poll_fd >= 0 &&
      epoll_ctl (self->poll_fd, EPOLL_CTL_ADD, mailbox_fd (self->mailbox), &event) == 0)
    return TRUE;
  g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (errno),
               "cannot watch the hasher's mailbox: %s", g_strerror (errno));
  return FALSE;
}

Hasher *
hasher_new (void (*done) (ChatRequest *request, void *data), void *data, GError **error)
{
  Hasher *self = g_new0 (Hasher, 1);

  self->done = done;
  self->data = data;
  self->n_by_address = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < HASHER_THREADS; i++)
    self->threads[i].poll_fd = -1;
  for (guint i = 0; i < HASHER_THREADS; i++)
    {
      if (!thread_init (&self->threads[i], self, error))
        {
          hasher_free (self);
          return NULL;
        }
    }
  return self;
}

gboolean
hasher_start (Hasher *self, GError **error)
{
  for (guint i = 0; i < HASHER_THREADS; i++)
    {
      int code = pthread_create (&self->threads[i].thread, NULL, hasher_run, &self->threads[i]);

      if (code != 0)
        {
          g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (code),
                       "cannot start a thread of the hasher: %s", g_strerror (code));
          return FALSE;
        }
      self->threads[i].started = TRUE;
    }
  return TRUE;
}

void
hasher_stop (Hasher *self)
{
  if (self == NULL)
    return;
  atomic_store_explicit (&self->is_stopping, TRUE, memory_order_relaxed);
  for (guint i = 0; i < HASHER_THREADS; i++)
    {
      HasherThread *thread = &self->threads[i];
      MailboxMessage *order;

      if (!thread->started)
        continue;
      order = g_new0 (MailboxMessage, 1);
      order->deliver = stop_deliver;
      order->discard = stop_discard;
      mailbox_post (thread->mailbox, order);
      if (pthread_join (thread->thread, NULL) != 0)
        g_assert_not_reached ();
      thread->started = FALSE;
    }
}

void
hasher_free (Hasher *self)
{
  if (self == NULL)
    return;
  hasher_stop (self);
  for (guint i = 0; i < HASHER_THREADS; i++)
    {
      mailbox_free (self->threads[i].mailbox);
      if (self->threads[i].poll_fd >= 0)
        close (self->threads[i].poll_fd);
    }
  g_hash_table_unref (self->n_by_address);
  g_free (self);
}

static guint
n_from (const Hasher *self, const char *address)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->n_by_address, address));
}

gboolean
hasher_has_room (const Hasher *self, const NetworkAddress *from)
{
  g_autofree char *address = network_address_to_name (from);

  return self->n_waiting < HASHER_MAX_WAITING && n_from (self, address) < HASHER_MAX_OF_ADDRESS;
}

void
hasher_submit (Hasher *self, ChatRequest *request)
{
  char *address = network_address_to_name (&request->peer.address);
  guint n = n_from (self, address) + 1;

  self->n_waiting++;
  g_hash_table_replace (self->n_by_address, address, GUINT_TO_POINTER (n));
  request->message.deliver = request_deliver;
  mailbox_post (self->threads[self->next].mailbox, &request->message);
  self->next = (self->next + 1) % HASHER_THREADS;
}

void
hasher_returned (Hasher *self, const ChatRequest *request)
{
  g_autofree char *address = network_address_to_name (&request->peer.address);
  guint n = n_from (self, address) - 1;

  self->n_waiting--;
  if (n == 0)
    g_hash_table_remove (self->n_by_address, address);
  else
    g_hash_table_replace (self->n_by_address, g_steal_pointer (&address), GUINT_TO_POINTER (n));
}
