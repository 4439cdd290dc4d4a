/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In which order the archive answers, and how much of one address it lets wait. All is posted
 * before its threads run, so that all of it waits when the first is taken.
 * Source: docs/protocol.md, section 7
 */
#include "server/chat/archive.h"

#include "server/chat/mail.h"
#include "server/chat/turns.h"

#include <semaphore.h>
#include <stdatomic.h>

#define MAX_REQUESTS (TURNS_MAX_OF_ADDRESS + 50)
#define MAX_CLIENTS 100

typedef struct
{
  ChatPort port; /* first */
  Archive *archive;
  ChatClient clients[MAX_CLIENTS];
  ChatRequest requests[MAX_REQUESTS];
  guint n_requests;
  const ChatRequest *answered[MAX_REQUESTS]; /* in order; behind @n_answered the archive's */
  _Atomic guint n_posted;                    /* by either thread of the archive */
  sem_t n_answered;
} Fixture;

static char addresses[3]; /* to point to */

static void
stay (MailboxMessage *message)
{
  /* It is the fixture's. */
}

static void
port_post (ChatPort *port, MailboxMessage *message)
{
  Fixture *self = (Fixture *)port;
  ChatMail *mail = (ChatMail *)message;

  g_assert_cmpuint (mail->n_ops, ==, 1);
  g_assert_cmpint (mail->ops[0].kind, ==, CHAT_OP_ANSWER);
  self->answered[atomic_fetch_add (&self->n_posted, 1)] = mail->ops[0].request;
  chat_mail_free (mail);
  g_assert_cmpint (sem_post (&self->n_answered), ==, 0);
}

static void
setup (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->port.post = port_post;
  for (guint i = 0; i < MAX_CLIENTS; i++)
    self->clients[i].port = &self->port;
  g_assert_cmpint (sem_init (&self->n_answered, 0, 0), ==, 0);
  self->archive = archive_new (NULL, &error);
  g_assert_no_error (error);
}

static void
teardown (Fixture *self, gconstpointer data)
{
  archive_free (self->archive);
  for (guint i = 0; i < self->n_requests; i++)
    chat_request_clear (&self->requests[i]);
  g_assert_cmpint (sem_destroy (&self->n_answered), ==, 0);
}

/* @address: index, or -1: that has no limits */
static ChatRequest *
post (Fixture *self, guint client, int address, ChatVerb verb)
{
  ChatRequest *request = &self->requests[self->n_requests++];

  self->clients[client].address = address >= 0 ? &addresses[address] : NULL;
  request->message.discard = stay;
  request->client = &self->clients[client];
  request->verb = verb;
  request->after = -1;
  request->before = -1;
  request->limit = 50;
  request->room_name = g_strdup ("hall");
  archive_post (self->archive, request);
  return request;
}

static void
start (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (archive_start (self->archive, &error));
  g_assert_no_error (error);
}

static void
wait_for (Fixture *self, guint n)
{
  for (guint i = 0; i < n; i++)
    while (sem_wait (&self->n_answered) != 0)
      continue;
}

/* How many were answered before it. */
static guint
place_of (const Fixture *self, const ChatRequest *request)
{
  guint i = 0;

  while (self->answered[i] != request)
    g_assert_cmpuint (++i, <, self->n_requests);
  return i;
}

/* Those of the first @n that were posted are answered in their order. */
static void
expect_in_order (const Fixture *self, guint n)
{
  for (guint i = 1; i < n; i++)
    g_assert_cmpuint (place_of (self, &self->requests[i - 1]), <,
                      place_of (self, &self->requests[i]));
}

/* One address, on many connections, and behind it two others. */
static void
expect_turns_of_addresses (Fixture *self, ChatVerb verb)
{
  const guint n = 200;

  for (guint i = 0; i < n; i++)
    post (self, i % 50, 0, verb);
  const ChatRequest *second = post (self, 50, 1, verb);
  const ChatRequest *third = post (self, 51, 2, verb);
  const ChatRequest *last = post (self, 50, 1, verb);
  start (self);
  wait_for (self, self->n_requests);
  g_assert_cmpuint (place_of (self, second), ==, 1);
  g_assert_cmpuint (place_of (self, third), ==, 2);
  g_assert_cmpuint (place_of (self, last), ==, 4);
  expect_in_order (self, n);
}

static void
test_pages (Fixture *self, gconstpointer data)
{
  expect_turns_of_addresses (self, CHAT_HISTORY);
}

static void
test_searches (Fixture *self, gconstpointer data)
{
  expect_turns_of_addresses (self, CHAT_SEARCH);
}

static void
test_catching_up (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < 200; i++)
    post (self, i % 50, 0, CHAT_HISTORY);
  const ChatRequest *piece = post (self, 50, 1, CHAT_CATCH_UP);
  start (self);
  wait_for (self, self->n_requests);
  g_assert_cmpuint (place_of (self, piece), ==, 1);
}

/* Such as all of the server's own machine, or of a proxy. */
static void
test_no_limits (Fixture *self, gconstpointer data)
{
  const guint n = 200;

  for (guint i = 0; i < n; i++)
    post (self, 0, -1, CHAT_HISTORY);
  const ChatRequest *other = post (self, 1, -1, CHAT_HISTORY);
  const ChatRequest *limited = post (self, 2, 0, CHAT_HISTORY);
  start (self);
  wait_for (self, self->n_requests);
  g_assert_cmpuint (place_of (self, other), ==, 1);
  g_assert_cmpuint (place_of (self, limited), ==, 2);
  expect_in_order (self, n);
}

static void
expect_refused (const ChatRequest *request, ParlanceReason reason)
{
  g_assert_true (request->is_refused);
  g_assert_cmpint (request->fault.reason, ==, reason);
}

static void
test_so_many_wait (Fixture *self, gconstpointer data)
{
  const guint n = TURNS_MAX_OF_ADDRESS;

  for (guint i = 0; i < n; i++)
    post (self, i % 50, 0, CHAT_HISTORY);
  const ChatRequest *refused = post (self, 50, 0, CHAT_HISTORY);
  const ChatRequest *piece = post (self, 51, 0, CHAT_CATCH_UP);
  const ChatRequest *other = post (self, 52, 1, CHAT_HISTORY);
  start (self);
  wait_for (self, self->n_requests);
  expect_refused (refused, PARLANCE_REASON_BUSY);
  g_assert_cmpint (refused->fault.retry_after_ms, >, 0);
  for (guint i = 0; i < n; i++)
    g_assert_false (self->requests[i].is_refused);
  g_assert_false (piece->is_refused);
  g_assert_false (other->is_refused);

  const ChatRequest *again = post (self, 50, 0, CHAT_HISTORY);
  wait_for (self, 1);
  g_assert_false (again->is_refused);
}

/* A class behind one address: each comes back into a room and pages back, on two devices. */
static void
test_a_class (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < 100; i++)
    {
      post (self, i, 0, CHAT_CATCH_UP);
      post (self, i, 0, CHAT_HISTORY);
      post (self, i, 0, CHAT_HISTORY);
    }
  start (self);
  wait_for (self, self->n_requests);
  for (guint i = 0; i < self->n_requests; i++)
    g_assert_false (self->requests[i].is_refused);
}

static void
test_a_stop (Fixture *self, gconstpointer data)
{
  guint n_refused = 0;

  for (guint i = 0; i < 100; i++)
    post (self, i % 50, (int)(i % 3), i % 2 == 0 ? CHAT_HISTORY : CHAT_SEARCH);
  start (self);
  archive_stop (self->archive);
  g_assert_cmpuint (atomic_load (&self->n_posted), ==, self->n_requests);
  for (guint i = 0; i < self->n_requests; i++)
    {
      (void)place_of (self, &self->requests[i]);
      if (!self->requests[i].is_refused)
        continue;
      expect_refused (&self->requests[i], PARLANCE_REASON_SHUTTING_DOWN);
      n_refused++;
    }
  g_test_message ("%u were refused", n_refused);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, setup, function, teardown)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/chat/archive/pages-by-turns-over-addresses", test_pages);
  ADD ("/chat/archive/searches-by-turns-over-addresses", test_searches);
  ADD ("/chat/archive/catching-up-has-its-turn", test_catching_up);
  ADD ("/chat/archive/by-connection-where-an-address-has-no-limits", test_no_limits);
  ADD ("/chat/archive/so-many-of-an-address-wait", test_so_many_wait);
  ADD ("/chat/archive/a-class-behind-one-address-is-not-refused", test_a_class);
  ADD ("/chat/archive/a-stop-answers-what-waits", test_a_stop);
  return g_test_run ();
}
