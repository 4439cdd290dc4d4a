/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How many passwords may wait to be hashed, and how many are at a time: each takes 64 MiB.
 */
#include "server/chat/hasher.h"

#include <semaphore.h>
#include <stdatomic.h>

#define N_REQUESTS (HASHER_MAX_WAITING + 1)

typedef struct
{
  Hasher *hasher;
  ChatRequest requests[N_REQUESTS];
  guint n_submitted;
  sem_t begun;
  sem_t may_end;
  _Atomic guint n_at_once;
  _Atomic guint n_most;
} Fixture;

static void
stay (MailboxMessage *message)
{
  /* It is the fixture's. */
}

/* On a thread of the hasher, which is busy so long. */
static void
done (ChatRequest *request, void *data)
{
  Fixture *self = data;
  guint n = atomic_fetch_add (&self->n_at_once, 1) + 1;
  guint most = atomic_load (&self->n_most);

  while (n > most && !atomic_compare_exchange_weak (&self->n_most, &most, n))
    continue;
  g_assert_cmpint (sem_post (&self->begun), ==, 0);
  while (sem_wait (&self->may_end) != 0)
    continue;
  atomic_fetch_sub (&self->n_at_once, 1);
}

static void
setup (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->hasher = hasher_new (done, self, &error);
  g_assert_no_error (error);
  g_assert_cmpint (sem_init (&self->begun, 0, 0), ==, 0);
  g_assert_cmpint (sem_init (&self->may_end, 0, 0), ==, 0);
}

static void
teardown (Fixture *self, gconstpointer data)
{
  hasher_free (self->hasher);
  g_assert_cmpint (sem_destroy (&self->begun), ==, 0);
  g_assert_cmpint (sem_destroy (&self->may_end), ==, 0);
}

static NetworkAddress
address (const char *text)
{
  NetworkRange range;

  g_assert_true (network_range_parse (text, &range));
  return range.address;
}

/* With nothing to compare with, so that it takes no time. Returns: whether there was room */
static gboolean
submit_from (Fixture *self, const char *text)
{
  ChatRequest *request = &self->requests[self->n_submitted];

  request->message.discard = stay;
  request->peer.address = address (text);
  if (!hasher_has_room (self->hasher, &request->peer.address))
    return FALSE;
  self->n_submitted++;
  hasher_submit (self->hasher, request);
  return TRUE;
}

static void
test_an_address_has_so_many (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < 8; i++)
    g_assert_true (submit_from (self, i % 2 == 0 ? "2001:db8:1:2::1" : "2001:db8:1:2::2"));
  g_assert_false (submit_from (self, "2001:db8:1:2::3"));
  g_assert_true (submit_from (self, "2001:db8:1:3::1"));
  g_assert_true (submit_from (self, "192.0.2.1"));
  hasher_returned (self->hasher, &self->requests[0]);
  g_assert_true (submit_from (self, "2001:db8:1:2::3"));
}

static void
test_so_many_wait (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < 64; i++)
    {
      g_autofree char *text = g_strdup_printf ("192.0.2.%u", i);

      g_assert_true (submit_from (self, text));
    }
  g_assert_false (submit_from (self, "192.0.2.200"));
  hasher_returned (self->hasher, &self->requests[0]);
  g_assert_true (submit_from (self, "192.0.2.200"));
}

/* All that it may do at a time is begun before any ends. */
static void
test_two_at_a_time (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 8; i++)
    g_assert_true (submit_from (self, "192.0.2.1"));
  g_assert_true (hasher_start (self->hasher, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < HASHER_THREADS; i++)
    while (sem_wait (&self->begun) != 0)
      continue;
  for (guint i = 0; i < 8; i++)
    g_assert_cmpint (sem_post (&self->may_end), ==, 0);
  hasher_stop (self->hasher);
  g_assert_cmpuint (atomic_load (&self->n_most), ==, 2);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, setup, function, teardown)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/chat/hasher/an-address-has-so-many", test_an_address_has_so_many);
  ADD ("/chat/hasher/so-many-wait", test_so_many_wait);
  ADD ("/chat/hasher/two-at-a-time", test_two_at_a_time);
  return g_test_run ();
}
