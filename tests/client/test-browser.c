/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What becomes of answers: rows, their addresses, and their end. Answers and time are the test's.
 */
#include "protocol/client/browser.h"

#include "protocol/client/address.h"

#define ID_A "00000000-0000-4000-8000-00000000000a"
#define ID_B "00000000-0000-4000-8000-00000000000b"
#define SECOND G_USEC_PER_SEC
#define START (1000 * SECOND)

typedef struct
{
  ParlanceBrowser *browser;
  GPtrArray *mirror; /* the rows, as told by items-changed */
  guint n_changes;
} Fixture;

static void
on_items_changed (
    GListModel *model, guint position, guint n_removed, guint n_added, gpointer user_data)
{
  Fixture *fixture = user_data;

  if (n_removed > 0)
    g_ptr_array_remove_range (fixture->mirror, position, n_removed);
  for (guint i = 0; i < n_added; i++)
    g_ptr_array_insert (fixture->mirror, (gint)(position + i),
                        g_list_model_get_item (model, position + i));
  fixture->n_changes++;
}

static void
setup (Fixture *fixture, gconstpointer data)
{
  fixture->browser = parlance_browser_new (0);
  fixture->mirror = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect (fixture->browser, "items-changed", G_CALLBACK (on_items_changed), fixture);
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  GListModel *model = G_LIST_MODEL (fixture->browser);

  g_assert_cmpuint (g_list_model_get_n_items (model), ==, fixture->mirror->len);
  for (guint i = 0; i < fixture->mirror->len; i++)
    {
      g_autoptr (ParlanceServer) server = g_list_model_get_item (model, i);
      g_assert_true (server == g_ptr_array_index (fixture->mirror, i));
    }
  g_ptr_array_unref (fixture->mirror);
  g_assert_finalize_object (fixture->browser);
}

static guint
n_rows (const Fixture *fixture)
{
  return g_list_model_get_n_items (G_LIST_MODEL (fixture->browser));
}

typedef struct
{
  const char *id;
  const char *name;
  const char *address;
  guint round;
  gint64 now_us;
  guint n_users;
  gboolean is_local;
} Answer;

static void
hear (Fixture *fixture, const Answer *answer)
{
  g_autoptr (GInetSocketAddress) address = parlance_address_parse_numeric (answer->address);
  g_assert_nonnull (address);
  ParlanceBeacon beacon = { .port = g_inet_socket_address_get_port (address),
                            .n_users = answer->n_users };
  const ParlanceHeard heard = {
    .beacon = &beacon, .address = address, .round = answer->round, .is_local = answer->is_local
  };

  g_strlcpy (beacon.id, answer->id, sizeof beacon.id);
  g_strlcpy (beacon.name, answer->name != NULL ? answer->name : "a", sizeof beacon.name);
  parlance_browser_hear (fixture->browser, &heard, answer->now_us);
}

static char *
addresses_of (const Fixture *fixture, const char *id)
{
  ParlanceServer *server = parlance_browser_find (fixture->browser, id);
  g_assert_nonnull (server);
  g_auto (GStrv) addresses = parlance_server_dup_addresses (server);

  g_assert_cmpstr (addresses[0], ==, parlance_server_get_address (server));
  return g_strjoinv (" ", addresses);
}

#define assert_addresses(fixture, id, expected)                                                    \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *actual_addresses = addresses_of (fixture, id);                                \
    g_assert_cmpstr (actual_addresses, ==, expected);                                              \
  }                                                                                                \
  G_STMT_END

static void
test_one_row_for_all_addresses (Fixture *fixture, gconstpointer data)
{
  hear (fixture, &(Answer){ ID_A, "Study room", "192.0.2.1:9502", 1, START, 3, FALSE });
  hear (fixture, &(Answer){ ID_A, "Study room", "[fe80::1%lo]:9502", 1, START, 3, FALSE });
  hear (fixture, &(Answer){ ID_A, "Study room", "198.51.100.1:9502", 1, START, 3, FALSE });
  g_assert_cmpuint (n_rows (fixture), ==, 1);
  assert_addresses (fixture, ID_A, "192.0.2.1:9502 [fe80::1%lo]:9502 198.51.100.1:9502");

  ParlanceServer *server = parlance_browser_find (fixture->browser, ID_A);
  g_assert_cmpstr (parlance_server_get_name (server), ==, "Study room");
  g_assert_cmpuint (parlance_server_get_port (server), ==, 9502);
  g_assert_cmpuint (parlance_server_get_n_users (server), ==, 3);
  g_assert_false (parlance_server_get_is_local (server));
}

static void
test_the_first_address_stays_preferred (Fixture *fixture, gconstpointer data)
{
  for (guint round = 1; round < 5; round++)
    {
      gint64 now_us = START + round * 5 * SECOND;

      if (round == 1)
        hear (fixture, &(Answer){ ID_A, NULL, "192.0.2.1:9502", round, now_us, 0, FALSE });
      hear (fixture, &(Answer){ ID_A, NULL, "192.0.2.2:9502", round, now_us, 0, FALSE });
      if (round > 1)
        hear (fixture, &(Answer){ ID_A, NULL, "192.0.2.1:9502", round, now_us + 9000, 0, FALSE });
      assert_addresses (fixture, ID_A, "192.0.2.1:9502 192.0.2.2:9502");
    }
}

static void
count_notify (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  (*(guint *)user_data)++;
}

static void
test_a_server_that_moved_keeps_its_row (Fixture *fixture, gconstpointer data)
{
  guint n_notified = 0;

  hear (fixture, &(Answer){ ID_A, NULL, "192.0.2.1:9502", 1, START, 0, FALSE });
  ParlanceServer *server = parlance_browser_find (fixture->browser, ID_A);
  g_signal_connect (server, "notify::address", G_CALLBACK (count_notify), &n_notified);
  hear (fixture, &(Answer){ ID_A, NULL, "192.0.2.9:9600", 2, START + 5 * SECOND, 0, FALSE });
  assert_addresses (fixture, ID_A, "192.0.2.1:9502 192.0.2.9:9600");
  hear (fixture, &(Answer){ ID_A, NULL, "192.0.2.9:9600", 3, START + 10 * SECOND, 0, FALSE });
  assert_addresses (fixture, ID_A, "192.0.2.9:9600 192.0.2.1:9502");
  g_assert_cmpuint (n_notified, ==, 1);

  g_assert_cmpint (parlance_browser_expire (fixture->browser, START + 16 * SECOND), ==,
                   START + 26 * SECOND);
  assert_addresses (fixture, ID_A, "192.0.2.9:9600");
  g_assert_true (parlance_browser_find (fixture->browser, ID_A) == server);
  g_assert_cmpuint (fixture->n_changes, ==, 1);
}

static void
test_another_port_is_the_same_address (Fixture *fixture, gconstpointer data)
{
  hear (fixture, &(Answer){ ID_A, NULL, "192.0.2.1:9502", 1, START, 0, FALSE });
  hear (fixture, &(Answer){ ID_A, NULL, "192.0.2.1:9600", 2, START + 5 * SECOND, 0, FALSE });
  assert_addresses (fixture, ID_A, "192.0.2.1:9600");
}

static void
test_silent_for_16_s_is_gone (Fixture *fixture, gconstpointer data)
{
  hear (fixture, &(Answer){ ID_A, NULL, "192.0.2.1:9502", 1, START, 0, FALSE });
  hear (fixture, &(Answer){ ID_B, NULL, "192.0.2.2:9502", 1, START + SECOND, 0, FALSE });
  g_assert_cmpint (parlance_browser_expire (fixture->browser, START + 16 * SECOND - 1), ==,
                   START + 16 * SECOND);
  g_assert_cmpuint (n_rows (fixture), ==, 2);
  g_assert_cmpint (parlance_browser_expire (fixture->browser, START + 16 * SECOND), ==,
                   START + 17 * SECOND);
  g_assert_cmpuint (n_rows (fixture), ==, 1);
  g_assert_null (parlance_browser_find (fixture->browser, ID_A));
  g_assert_cmpint (parlance_browser_expire (fixture->browser, START + 17 * SECOND), ==, G_MAXINT64);
  g_assert_cmpuint (n_rows (fixture), ==, 0);

  /* And comes back as another row. */
  hear (fixture, &(Answer){ ID_A, NULL, "192.0.2.1:9502", 9, START + 60 * SECOND, 0, FALSE });
  g_assert_cmpuint (n_rows (fixture), ==, 1);
}

/* Asked at 0, 0.25, 1 and 3 s and then every 5 s, it is never silent for 16 s, also where it misses
 * two rounds in a row. */
static void
test_one_that_goes_on_answering_stays (Fixture *fixture, gconstpointer data)
{
  static const gint64 answered_s[] = { 0, 1, 3, 8, 23, 28, 43, 58 };

  for (guint i = 0; i < G_N_ELEMENTS (answered_s); i++)
    {
      gint64 now_us = START + answered_s[i] * SECOND;

      parlance_browser_expire (fixture->browser, now_us);
      hear (fixture, &(Answer){ ID_A, NULL, "192.0.2.1:9502", i + 1, now_us, 0, FALSE });
      g_assert_cmpint (parlance_browser_expire (fixture->browser, now_us), ==,
                       now_us + 16 * SECOND);
    }
  g_assert_cmpuint (n_rows (fixture), ==, 1);
  g_assert_cmpuint (fixture->n_changes, ==, 1);
}

static void
test_changes_are_notified (Fixture *fixture, gconstpointer data)
{
  guint n_name = 0;
  guint n_users = 0;
  guint n_local = 0;

  hear (fixture, &(Answer){ ID_A, "old", "192.0.2.1:9502", 1, START, 1, FALSE });
  ParlanceServer *server = parlance_browser_find (fixture->browser, ID_A);
  g_signal_connect (server, "notify::name", G_CALLBACK (count_notify), &n_name);
  g_signal_connect (server, "notify::n-users", G_CALLBACK (count_notify), &n_users);
  g_signal_connect (server, "notify::is-local", G_CALLBACK (count_notify), &n_local);
  hear (fixture, &(Answer){ ID_A, "old", "192.0.2.1:9502", 2, START, 1, FALSE });
  g_assert_cmpuint (n_name + n_users + n_local, ==, 0);
  hear (fixture, &(Answer){ ID_A, "new", "192.0.2.1:9502", 3, START, 2, FALSE });
  hear (fixture, &(Answer){ ID_A, "new", "127.0.0.1:9502", 3, START, 2, TRUE });
  g_assert_cmpuint (n_name, ==, 1);
  g_assert_cmpuint (n_users, ==, 1);
  g_assert_cmpuint (n_local, ==, 1);

  g_autofree char *name = NULL;
  g_autofree char *address = NULL;
  gboolean is_local;
  guint users;
  g_object_get (server, "name", &name, "address", &address, "is-local", &is_local, "n-users",
                &users, NULL);
  g_assert_cmpstr (name, ==, "new");
  g_assert_cmpstr (address, ==, "192.0.2.1:9502");
  g_assert_true (is_local);
  g_assert_cmpuint (users, ==, 2);
}

static void
test_who_uses_the_id_of_another_changes_no_name (Fixture *fixture, gconstpointer data)
{
  hear (fixture, &(Answer){ ID_A, "honest", "192.0.2.1:9502", 1, START, 0, FALSE });
  hear (fixture, &(Answer){ ID_A, "evil", "192.0.2.66:1", 1, START, 0, FALSE });
  hear (fixture, &(Answer){ ID_A, "evil", "192.0.2.66:1", 2, START + SECOND, 0, FALSE });
  hear (fixture, &(Answer){ ID_A, "honest", "192.0.2.1:9502", 2, START + SECOND, 0, FALSE });
  ParlanceServer *server = parlance_browser_find (fixture->browser, ID_A);
  g_assert_cmpstr (parlance_server_get_name (server), ==, "honest");
  g_assert_cmpstr (parlance_server_get_address (server), ==, "192.0.2.1:9502");
}

static void
hear_forged (Fixture *fixture, guint number, const char *address)
{
  g_autofree char *id = g_strdup_printf ("ffffffff-0000-4000-8000-%012x", number);

  hear (fixture, &(Answer){ id, "\xe2\x80\xae\x1b[2J", address, 1, START, 0, FALSE });
}

static void
test_forged_servers_are_bounded (Fixture *fixture, gconstpointer data)
{
  hear (fixture, &(Answer){ ID_A, NULL, "192.0.2.1:9502", 1, START, 0, FALSE });
  for (guint i = 0; i < 10000; i++)
    hear_forged (fixture, i, "192.0.2.66:9502");
  g_assert_cmpuint (n_rows (fixture), ==, 1 + PARLANCE_BROWSER_MAX_PER_HOST);

  for (guint i = 10000; i < 20000; i++)
    {
      g_autofree char *address = g_strdup_printf ("10.0.%u.%u:9502", i / 250 % 250, i % 250);
      hear_forged (fixture, i, address);
    }
  g_assert_cmpuint (n_rows (fixture), ==, PARLANCE_BROWSER_MAX_SERVERS);

  /* Whoever was there before them stays, and goes on being heard. */
  hear (fixture, &(Answer){ ID_A, NULL, "192.0.2.1:9502", 2, START + 10 * SECOND, 5, FALSE });
  ParlanceServer *server = parlance_browser_find (fixture->browser, ID_A);
  g_assert_cmpuint (parlance_server_get_n_users (server), ==, 5);

  /* The forged ones go as any other. */
  parlance_browser_expire (fixture->browser, START + 16 * SECOND);
  g_assert_cmpuint (n_rows (fixture), ==, 1);
}

static void
test_addresses_are_bounded (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *address = g_strdup_printf ("10.0.%u.%u:9502", i / 250, i % 250);
      hear (fixture, &(Answer){ ID_A, NULL, address, 1, START, 0, FALSE });
    }
  g_auto (GStrv) addresses =
      parlance_server_dup_addresses (parlance_browser_find (fixture->browser, ID_A));
  g_assert_cmpuint (g_strv_length (addresses), ==, PARLANCE_SERVER_MAX_ADDRESSES);
  g_assert_cmpstr (addresses[0], ==, "10.0.0.0:9502");
}

/* The main loop has others to serve: it is not kept busy by waiting for an end that is far off. */
static void
test_waiting_costs_nothing (Fixture *fixture, gconstpointer data)
{
  guint n_turns = 0;

  hear (fixture, &(Answer){ ID_A, NULL, "192.0.2.1:9502", 1, g_get_monotonic_time (), 0, FALSE });
  g_assert_true (parlance_browser_start (fixture->browser, NULL));
  while (g_main_context_iteration (NULL, FALSE))
    g_assert_cmpuint (n_turns++, <, 1000);
  g_assert_cmpuint (n_rows (fixture), ==, 1);
  parlance_browser_stop (fixture->browser);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "one-row-for-all-addresses", test_one_row_for_all_addresses },
    { "the-first-address-stays-preferred", test_the_first_address_stays_preferred },
    { "a-server-that-moved-keeps-its-row", test_a_server_that_moved_keeps_its_row },
    { "another-port-is-the-same-address", test_another_port_is_the_same_address },
    { "silent-for-16-s-is-gone", test_silent_for_16_s_is_gone },
    { "one-that-goes-on-answering-stays", test_one_that_goes_on_answering_stays },
    { "waiting-costs-nothing", test_waiting_costs_nothing },
    { "changes-are-notified", test_changes_are_notified },
    { "who-uses-the-id-of-another-changes-no-name",
      test_who_uses_the_id_of_another_changes_no_name },
    { "forged-servers-are-bounded", test_forged_servers_are_bounded },
    { "addresses-are-bounded", test_addresses_are_bounded },
  };

  g_setenv ("PARLANCE_DISCOVERY_PORT", "1", TRUE); /* where nobody answers */
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strdup_printf ("/client/browser/%s", tests[i].name);
      g_test_add (path, Fixture, NULL, setup, tests[i].test, teardown);
    }
  return g_test_run ();
}
