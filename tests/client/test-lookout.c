/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A chat that has lost its server, and what is heard of that server meanwhile.
 */
#include "protocol/client/lookout.h"

#include <string.h>

#include "protocol/client/address.h"
#include "tests/client/fake-chat.h"
#include "tests/client/tls-server.h"

#define ID "6f0d3c1e-2b6a-4c0e-9d0b-0a1b2c3d4e5f"
#define OTHER_ID "0f0d3c1e-2b6a-4c0e-9d0b-0a1b2c3d4e5f"
#define NOBODY "127.0.0.1:1" /* a port that nobody listens at */

typedef struct
{
  FakeChat fake;
  ParlanceBrowser *browser;
  ParlanceLookout *lookout;
  guint n_attempts;
} Fixture;

static void
on_state (ParlanceChat *chat, GParamSpec *pspec, gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->n_attempts += (guint)(parlance_chat_get_state (chat) == PARLANCE_CHAT_CONNECTING);
}

static void
setup (Fixture *fixture, gconstpointer data)
{
  fake_chat_set_up (&fixture->fake, NULL);
  fixture->fake.random = 0.9;
  g_signal_connect (fixture->fake.chat, "notify::state", G_CALLBACK (on_state), fixture);
  /* Its own questions go where nobody answers. */
  fixture->browser = parlance_browser_new (1);
  fixture->lookout = parlance_lookout_new (fixture->fake.chat, fixture->browser, ID);
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->lookout);
  g_object_unref (fixture->browser);
  g_signal_handlers_disconnect_by_data (fixture->fake.chat, fixture);
  fake_chat_tear_down (&fixture->fake, NULL);
}

static void
hear (Fixture *fixture, const char *id, const char *place)
{
  g_autoptr (GInetSocketAddress) address = parlance_address_parse_numeric (place);
  ParlanceBeacon beacon = { .port = g_inet_socket_address_get_port (address) };
  const ParlanceHeard heard = { .beacon = &beacon, .address = address, .round = 1 };

  g_strlcpy (beacon.id, id, sizeof beacon.id);
  g_strlcpy (beacon.name, "Study", sizeof beacon.name);
  parlance_browser_hear (fixture->browser, &heard, g_get_monotonic_time ());
}

/* The chat waits for a server that is not where it was. */
static void
lose_at (Fixture *fixture, const char *address)
{
  parlance_chat_set_address (fixture->fake.chat, address);
  parlance_chat_connect (fixture->fake.chat);
  fake_chat_wait_state (&fixture->fake, PARLANCE_CHAT_WAITING);
}

static guint
n_addresses (Fixture *fixture)
{
  const char *const *addresses = parlance_chat_get_addresses (fixture->fake.chat);
  guint n = 0;

  while (addresses[n] != NULL)
    n++;
  return n;
}

static void
test_a_server_that_moved_is_found (Fixture *fixture, gconstpointer data)
{
  ParlanceChat *chat = fixture->fake.chat;

  lose_at (fixture, NOBODY);
  hear (fixture, ID, fixture->fake.server.address);
  g_assert_cmpint (parlance_chat_get_state (chat), ==, PARLANCE_CHAT_CONNECTING);
  fake_chat_greet (&fixture->fake);
  fake_chat_wait_state (&fixture->fake, PARLANCE_CHAT_ONLINE);
  g_assert_cmpstr (parlance_chat_get_address (chat), ==, fixture->fake.server.address);
  /* It may move back. */
  g_assert_true (g_strv_contains (parlance_chat_get_addresses (chat), NOBODY));
}

static void
test_a_silent_old_place_is_given_up (Fixture *fixture, gconstpointer data)
{
  ParlanceChat *chat = fixture->fake.chat;
  FakeServer silent = { 0 };

  fake_server_init (&silent);
  lose_at (fixture, NOBODY);
  parlance_chat_set_address (chat, silent.address);
  parlance_chat_retry_now (chat);
  fake_server_wait_lines (&silent, 1);
  hear (fixture, ID, silent.address);
  g_assert_null (fixture->fake.server.connection);
  hear (fixture, ID, fixture->fake.server.address);
  fake_chat_greet (&fixture->fake);
  fake_chat_wait_state (&fixture->fake, PARLANCE_CHAT_ONLINE);
  g_assert_cmpstr (parlance_chat_get_address (chat), ==, fixture->fake.server.address);
  fake_server_clear (&silent);
}

static void
test_another_server_is_not_ours (Fixture *fixture, gconstpointer data)
{
  lose_at (fixture, NOBODY);
  hear (fixture, OTHER_ID, fixture->fake.server.address);
  g_assert_cmpint (parlance_chat_get_state (fixture->fake.chat), ==, PARLANCE_CHAT_WAITING);
  g_assert_cmpuint (n_addresses (fixture), ==, 1);
}

static void
test_a_short_wait_is_kept_to (Fixture *fixture, gconstpointer data)
{
  lose_at (fixture, NOBODY);
  hear (fixture, ID, NOBODY);
  g_assert_cmpint (parlance_chat_get_state (fixture->fake.chat), ==, PARLANCE_CHAT_WAITING);
}

static void
test_a_long_wait_ends_with_news (Fixture *fixture, gconstpointer data)
{
  lose_at (fixture, NOBODY);
  while (parlance_chat_get_retry_s (fixture->fake.chat) <= 2)
    {
      fake_chat_advance (&fixture->fake, 2000);
      fake_chat_advance (&fixture->fake, 2000);
      fake_chat_wait_state (&fixture->fake, PARLANCE_CHAT_WAITING);
    }
  hear (fixture, ID, NOBODY);
  g_assert_cmpint (parlance_chat_get_state (fixture->fake.chat), ==, PARLANCE_CHAT_CONNECTING);
  /* That it is still heard of is no news, and no reason to ask without end. */
  fake_chat_wait_state (&fixture->fake, PARLANCE_CHAT_WAITING);
  guint n_attempts = fixture->n_attempts;
  hear (fixture, ID, NOBODY);
  fake_chat_turn ();
  g_assert_cmpuint (fixture->n_attempts, ==, n_attempts);
}

static void
test_another_service_in_its_place (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  FakeServer stranger = { 0 };

  fake_server_init (&stranger);
  parlance_chat_set_address (fixture->fake.chat, stranger.address);
  parlance_chat_connect (fixture->fake.chat);
  fake_server_wait_lines (&stranger, 1);
  fake_server_send (&stranger, "220 mail.example.com ESMTP\r\n");
  fake_chat_wait_state (&fixture->fake, PARLANCE_CHAT_FAILED);
  hear (fixture, ID, fixture->fake.server.address);
  g_assert_cmpint (parlance_chat_get_state (fixture->fake.chat), ==, PARLANCE_CHAT_CONNECTING);
  fake_chat_greet (&fixture->fake);
  fake_chat_wait_state (&fixture->fake, PARLANCE_CHAT_ONLINE);
  fake_server_clear (&stranger);
}

static void
test_what_it_said_holds_everywhere (Fixture *fixture, gconstpointer data)
{
  parlance_chat_connect (fixture->fake.chat);
  fake_chat_expect (&fixture->fake, "hello");
  fake_chat_refuse (&fixture->fake, PARLANCE_REASON_NICK_IN_USE, NULL);
  fake_chat_wait_state (&fixture->fake, PARLANCE_CHAT_FAILED);
  hear (fixture, ID, "127.0.0.1:2");
  g_assert_cmpint (parlance_chat_get_state (fixture->fake.chat), ==, PARLANCE_CHAT_FAILED);
}

/* A person has to decide on it, and is not asked again for what is heard all the time. */
static void
test_a_refused_server_is_not_tried_again (Fixture *fixture, gconstpointer data)
{
#ifdef __SANITIZE_THREAD__
  g_test_skip ("what GLib's threads do would be taken for races");
#else
  g_autoptr (ParlanceTrust) trust = parlance_trust_new (PARLANCE_TLS_USE_REQUIRE);
  TlsServer server;

  tls_server_init (&server);
  server.kind = TLS_SERVER_SAYS_SO;
  parlance_chat_set_trust (fixture->fake.chat, trust);
  parlance_chat_set_address (fixture->fake.chat, server.address);
  parlance_chat_connect (fixture->fake.chat);
  fake_chat_wait_state (&fixture->fake, PARLANCE_CHAT_FAILED);
  g_assert_true (parlance_chat_get_error (fixture->fake.chat)->domain == PARLANCE_TRUST_ERROR);
  hear (fixture, ID, server.address);
  g_assert_cmpint (parlance_chat_get_state (fixture->fake.chat), ==, PARLANCE_CHAT_FAILED);
  /* But the right one may be elsewhere. */
  parlance_browser_expire (fixture->browser, G_MAXINT64);
  hear (fixture, ID, NOBODY);
  g_assert_cmpint (parlance_chat_get_state (fixture->fake.chat), ==, PARLANCE_CHAT_CONNECTING);
  tls_server_clear (&server);
#endif
}

static void
test_forged_addresses_have_an_end (Fixture *fixture, gconstpointer data)
{
  lose_at (fixture, NOBODY);
  for (guint i = 2; i < 200; i++)
    {
      g_autofree char *place = g_strdup_printf ("127.0.0.1:%u", i);
      hear (fixture, ID, place);
      fake_chat_wait_state (&fixture->fake, PARLANCE_CHAT_WAITING);
    }
  g_assert_cmpuint (n_addresses (fixture), <=, PARLANCE_SERVER_MAX_ADDRESSES);
}

static void
test_forged_news_does_not_keep_us_from_it (Fixture *fixture, gconstpointer data)
{
  FakeServer *real = &fixture->fake.server;
  FakeServer silent = { 0 };

  fake_server_init (&silent);
  lose_at (fixture, NOBODY);
  parlance_chat_set_address (fixture->fake.chat, silent.address);
  parlance_chat_retry_now (fixture->fake.chat);
  fake_server_wait_lines (&silent, 1);
  hear (fixture, ID, real->address);
  fake_server_wait_lines (real, 1);

  g_autoptr (GSocketConnection) connection = g_object_ref (real->connection);
  parlance_browser_expire (fixture->browser, G_MAXINT64);
  hear (fixture, ID, "127.0.0.1:2");
  fake_chat_greet (&fixture->fake);
  fake_chat_wait_state (&fixture->fake, PARLANCE_CHAT_ONLINE);
  g_assert_true (real->connection == connection);
  fake_server_clear (&silent);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*function) (Fixture *, gconstpointer);
  } tests[] = {
    { "a-server-that-moved-is-found", test_a_server_that_moved_is_found },
    { "a-silent-old-place-is-given-up", test_a_silent_old_place_is_given_up },
    { "another-server-is-not-ours", test_another_server_is_not_ours },
    { "a-short-wait-is-kept-to", test_a_short_wait_is_kept_to },
    { "a-long-wait-ends-with-news", test_a_long_wait_ends_with_news },
    { "another-service-in-its-place", test_another_service_in_its_place },
    { "what-it-said-holds-everywhere", test_what_it_said_holds_everywhere },
    { "a-refused-server-is-not-tried-again", test_a_refused_server_is_not_tried_again },
    { "forged-addresses-have-an-end", test_forged_addresses_have_an_end },
    { "forged-news-does-not-keep-us-from-it", test_forged_news_does_not_keep_us_from_it },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/client/lookout/", tests[i].name, NULL);
      g_test_add (path, Fixture, NULL, setup, tests[i].function, teardown);
    }
  return g_test_run ();
}
