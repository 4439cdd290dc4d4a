/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Messages between threads: none lost, none twice, each sender's in order, and a wake-up only when
 * there is something to wake up for.
 */
#include "server/net/mailbox.h"

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/eventfd.h>

#define N_SENDERS 4
#define N_EACH 20000
#define DEADLINE_MS 20000

typedef struct
{
  MailboxMessage message;
  guint sender;
  guint number;
} Letter;

typedef struct
{
  guint next[N_SENDERS]; /* the number expected of each sender */
  guint n_delivered;
} Receiver;

static _Atomic guint n_discarded;

static void
letter_deliver (MailboxMessage *message, void *data)
{
  Letter *letter = (Letter *)message;
  Receiver *receiver = data;

  g_assert_cmpuint (letter->number, ==, receiver->next[letter->sender]);
  receiver->next[letter->sender]++;
  receiver->n_delivered++;
  g_free (letter);
}

static void
letter_discard (MailboxMessage *message)
{
  atomic_fetch_add (&n_discarded, 1);
  g_free (message);
}

static void
post (Mailbox *mailbox, guint sender, guint number)
{
  Letter *letter = g_new0 (Letter, 1);

  letter->message.deliver = letter_deliver;
  letter->message.discard = letter_discard;
  letter->sender = sender;
  letter->number = number;
  mailbox_post (mailbox, &letter->message);
}

/* How often the mailbox was woken since the last call. */
static guint64
take_wakeups (Mailbox *mailbox)
{
  eventfd_t n = 0;

  return eventfd_read (mailbox_fd (mailbox), &n) == 0 ? n : 0;
}

static void
test_keeps_the_order (void)
{
  Mailbox *mailbox = mailbox_new (NULL);
  Receiver receiver = { .n_delivered = 0 };

  for (guint i = 0; i < 1000; i++)
    post (mailbox, 0, i);
  g_assert_cmpuint (receiver.n_delivered, ==, 0);
  mailbox_drain (mailbox, &receiver);
  g_assert_cmpuint (receiver.n_delivered, ==, 1000);
  mailbox_free (mailbox);
}

static void
test_wakes_only_when_it_turns_non_empty (void)
{
  Mailbox *mailbox = mailbox_new (NULL);
  Receiver receiver = { .n_delivered = 0 };

  g_assert_cmpuint (take_wakeups (mailbox), ==, 0);
  post (mailbox, 0, 0);
  post (mailbox, 0, 1);
  post (mailbox, 0, 2);
  g_assert_cmpuint (take_wakeups (mailbox), ==, 1);
  mailbox_drain (mailbox, &receiver);
  g_assert_cmpuint (take_wakeups (mailbox), ==, 0);
  post (mailbox, 0, 3);
  g_assert_cmpuint (take_wakeups (mailbox), ==, 1);
  mailbox_drain (mailbox, &receiver);
  mailbox_drain (mailbox, &receiver);
  g_assert_cmpuint (receiver.n_delivered, ==, 4);
  mailbox_free (mailbox);
}

static void
test_discards_what_was_not_drained (void)
{
  Mailbox *mailbox = mailbox_new (NULL);
  Receiver receiver = { .n_delivered = 0 };

  atomic_store (&n_discarded, 0);
  post (mailbox, 0, 0);
  mailbox_drain (mailbox, &receiver);
  post (mailbox, 0, 1);
  post (mailbox, 0, 2);
  mailbox_free (mailbox);
  g_assert_cmpuint (atomic_load (&n_discarded), ==, 2);
  g_assert_cmpuint (receiver.n_delivered, ==, 1);
  mailbox_free (NULL);
}

static void
answer_deliver (MailboxMessage *message, void *data)
{
  Mailbox *mailbox = data;

  g_free (message);
  post (mailbox, 0, 0);
}

/* What is posted during a drain waits for the next one, and wakes for it. */
static void
test_posting_while_draining_wakes_again (void)
{
  Mailbox *mailbox = mailbox_new (NULL);
  MailboxMessage *message = g_new0 (MailboxMessage, 1);
  Receiver receiver = { .n_delivered = 0 };

  message->deliver = answer_deliver;
  mailbox_post (mailbox, message);
  g_assert_cmpuint (take_wakeups (mailbox), ==, 1);
  mailbox_drain (mailbox, mailbox);
  g_assert_cmpuint (take_wakeups (mailbox), ==, 1);
  mailbox_drain (mailbox, &receiver);
  g_assert_cmpuint (receiver.n_delivered, ==, 1);
  mailbox_free (mailbox);
}

static void
test_nobody_is_woken_who_looks_by_himself (void)
{
  Mailbox *mailbox = mailbox_new (NULL);
  Receiver receiver = { .n_delivered = 0 };

  g_assert_true (mailbox_is_empty (mailbox));
  mailbox_set_watched (mailbox);
  post (mailbox, 0, 0);
  g_assert_false (mailbox_is_empty (mailbox));
  g_assert_cmpuint (take_wakeups (mailbox), ==, 0);
  /* Nobody was woken for it: it has to be told. */
  g_assert_false (mailbox_set_asleep (mailbox));
  mailbox_drain (mailbox, &receiver);
  g_assert_true (mailbox_is_empty (mailbox));
  g_assert_true (mailbox_set_asleep (mailbox));
  post (mailbox, 0, 1);
  g_assert_cmpuint (take_wakeups (mailbox), ==, 1);
  mailbox_drain (mailbox, &receiver);
  g_assert_cmpuint (receiver.n_delivered, ==, 2);
  mailbox_free (mailbox);
}

typedef struct
{
  Mailbox *mailbox;
  guint sender;
} Sender;

static void *
send_all (void *data)
{
  const Sender *sender = data;

  for (guint i = 0; i < N_EACH; i++)
    post (sender->mailbox, sender->sender, i);
  return NULL;
}

/* @watches: the owner looks by itself for a moment before it goes to sleep */
static void
receive_from_many_threads (gboolean watches)
{
  Mailbox *mailbox = mailbox_new (NULL);
  struct pollfd wakeup = { .fd = mailbox_fd (mailbox), .events = POLLIN };
  Sender senders[N_SENDERS];
  pthread_t threads[N_SENDERS];
  Receiver receiver = { .n_delivered = 0 };
  gint64 deadline_us = g_get_monotonic_time () + DEADLINE_MS * G_GINT64_CONSTANT (1000);

  for (guint i = 0; i < N_SENDERS; i++)
    {
      senders[i] = (Sender){ .mailbox = mailbox, .sender = i };
      g_assert_cmpint (pthread_create (&threads[i], NULL, send_all, &senders[i]), ==, 0);
    }
  /* Only what a wake-up announced is fetched: a lost one ends in the deadline. */
  while (receiver.n_delivered < N_SENDERS * N_EACH)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline_us);
      if (watches)
        {
          mailbox_set_watched (mailbox);
          for (int i = 0; i < 100 && mailbox_is_empty (mailbox); i++)
            (void)sched_yield ();
          if (!mailbox_set_asleep (mailbox))
            {
              mailbox_drain (mailbox, &receiver);
              continue;
            }
        }
      if (poll (&wakeup, 1, DEADLINE_MS) == 1 && take_wakeups (mailbox) > 0)
        mailbox_drain (mailbox, &receiver);
    }
  for (guint i = 0; i < N_SENDERS; i++)
    {
      g_assert_cmpint (pthread_join (threads[i], NULL), ==, 0);
      g_assert_cmpuint (receiver.next[i], ==, N_EACH);
    }
  mailbox_free (mailbox);
}

static void
test_many_threads_lose_nothing (void)
{
  receive_from_many_threads (FALSE);
}

static void
test_going_to_sleep_loses_nothing (void)
{
  receive_from_many_threads (TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/mailbox/keeps-the-order", test_keeps_the_order);
  g_test_add_func ("/net/mailbox/wakes-only-when-it-turns-non-empty",
                   test_wakes_only_when_it_turns_non_empty);
  g_test_add_func ("/net/mailbox/discards-what-was-not-drained",
                   test_discards_what_was_not_drained);
  g_test_add_func ("/net/mailbox/posting-while-draining-wakes-again",
                   test_posting_while_draining_wakes_again);
  g_test_add_func ("/net/mailbox/nobody-is-woken-who-looks-by-himself",
                   test_nobody_is_woken_who_looks_by_himself);
  g_test_add_func ("/net/mailbox/many-threads-lose-nothing", test_many_threads_lose_nothing);
  g_test_add_func ("/net/mailbox/going-to-sleep-loses-nothing", test_going_to_sleep_loses_nothing);
  return g_test_run ();
}
