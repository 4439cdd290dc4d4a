/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A stack that many threads push on and one thread takes whole, then turns round: first posted,
 * first delivered. The push that finds the stack empty writes the eventfd; since a drain takes
 * everything, no wake-up is lost between an edge and its drain.
 */
#include "server/net/mailbox.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct Mailbox
{
  _Atomic (MailboxMessage *) newest;
  _Atomic gboolean is_watched;
  int fd;
};

Mailbox *
mailbox_new (GError **error)
{
  int fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (fd < 0)
    {
      g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (errno),
                   "cannot make an event descriptor: %s", g_strerror (errno));
      return NULL;
    }
  Mailbox *self = g_new0 (Mailbox, 1);
  self->fd = fd;
  atomic_init (&self->newest, NULL);
  atomic_init (&self->is_watched, FALSE);
  return self;
}

static MailboxMessage *
mailbox_take (Mailbox *self)
{
  MailboxMessage *newest = atomic_exchange_explicit (&self->newest, NULL, memory_order_acquire);
  MailboxMessage *oldest = NULL;

  while (newest != NULL)
    {
      MailboxMessage *next = newest->next;
      newest->next = oldest;
      oldest = newest;
      newest = next;
    }
  return oldest;
}

void
mailbox_free (Mailbox *self)
{
  if (self == NULL)
    return;
  MailboxMessage *message = mailbox_take (self);
  while (message != NULL)
    {
      MailboxMessage *next = message->next;
      message->discard (message);
      message = next;
    }
  close (self->fd);
  g_free (self);
}

int
mailbox_fd (const Mailbox *self)
{
  return self->fd;
}

void
mailbox_post (Mailbox *self, MailboxMessage *message)
{
  MailboxMessage *newest = atomic_load_explicit (&self->newest, memory_order_relaxed);

  do
    message->next = newest;
  while (!atomic_compare_exchange_weak_explicit (&self->newest, &newest, message,
                                                 memory_order_seq_cst, memory_order_relaxed));

  /* The counter cannot overflow: it grows once a drain at most. Either this sees that the owner has
   * gone to sleep, or mailbox_set_asleep() sees the message: both go by the one order that
   * sequentially consistent operations have. */
  if (newest == NULL && !atomic_load_explicit (&self->is_watched, memory_order_seq_cst))
    (void)eventfd_write (self->fd, 1);
}

gboolean
mailbox_is_empty (const Mailbox *self)
{
  return atomic_load_explicit (&self->newest, memory_order_relaxed) == NULL;
}

void
mailbox_set_watched (Mailbox *self)
{
  atomic_store_explicit (&self->is_watched, TRUE, memory_order_relaxed);
}

gboolean
mailbox_set_asleep (Mailbox *self)
{
  atomic_store_explicit (&self->is_watched, FALSE, memory_order_seq_cst);
  return atomic_load_explicit (&self->newest, memory_order_seq_cst) == NULL;
}

void
mailbox_drain (Mailbox *self, void *receiver)
{
  MailboxMessage *message = mailbox_take (self);

  while (message != NULL)
    {
      MailboxMessage *next = message->next;
      message->deliver (message, receiver);
      message = next;
    }
}
