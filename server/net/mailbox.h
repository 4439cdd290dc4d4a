/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How threads talk: any thread posts a message, one thread, the owner, drains them in the order
 * they were posted. Lock-free; the owner's eventfd is written only when the mailbox turns
 * non-empty, and not at all while the owner says that it looks by itself.
 */
#pragma once

#include <glib.h>

typedef struct Mailbox Mailbox;
typedef struct MailboxMessage MailboxMessage;

/* The head of every message; the sender embeds it and gives the whole away by posting it. */
struct MailboxMessage
{
  MailboxMessage *next; /* the mailbox's own */
  /* Runs on the owner's thread and takes the message. */
  void (*deliver) (MailboxMessage *self, void *receiver);
  /* Instead of deliver, when the mailbox goes before it was drained. Any thread. */
  void (*discard) (MailboxMessage *self);
};

/** mailbox_new: (transfer full): %NULL with an error when there is no descriptor left */
Mailbox *mailbox_new (GError **error);

/** mailbox_free: discards what was not drained. Nobody may post any more. */
void mailbox_free (Mailbox *self);

/**
 * mailbox_fd:
 *
 * Returns: an eventfd to poll edge-triggered (EPOLLET): it is never read
 */
int mailbox_fd (const Mailbox *self);

/** mailbox_is_empty: nothing has been posted since the last drain. The owner's thread */
gboolean mailbox_is_empty (const Mailbox *self);

/** mailbox_set_watched: the owner looks by itself, and need not be woken, until
 * mailbox_set_asleep(). The owner's thread */
void mailbox_set_watched (Mailbox *self);

/**
 * mailbox_set_asleep:
 *
 * From here on a message wakes the owner by the eventfd, as at first. The owner's thread.
 *
 * Returns: %FALSE when there is one already, which nobody was woken for: drain before sleeping
 */
gboolean mailbox_set_asleep (Mailbox *self);

/** mailbox_post: (transfer full) of @message. Any thread. */
void mailbox_post (Mailbox *self, MailboxMessage *message);

/** mailbox_drain: delivers what has been posted; the owner's thread only. */
void mailbox_drain (Mailbox *self, void *receiver);
