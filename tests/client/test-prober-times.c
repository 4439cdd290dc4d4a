/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * When queries are sent. Time is the test's, and so are the interfaces: what is below stands in for
 * protocol/client/interfaces.c.
 */
#include "protocol/client/prober.h"

#include "tests/client/fake-timer.h"

typedef struct
{
  ParlanceClock clock;
  gint64 now_ms;
  ParlanceProber *prober;
} Fixture;

/* --- the interfaces --------------------------------------------------------------------------- */

static struct
{
  GPtrArray *present;      /* of ParlanceInterface; (nullable): %NULL: they cannot be listed */
  gboolean is_unwatchable; /* the system does not tell of changes */
  void (*changed) (gpointer);
  gpointer user_data;
  guint n_listed;
} system_links;

static void
interface_free (gpointer data)
{
  ParlanceInterface *self = data;

  g_array_unref (self->ipv4);
  g_array_unref (self->ipv6);
  g_free (self);
}

/* Of @n interfaces none has an address: nothing is sent. */
static void
set_links (guint n)
{
  g_clear_pointer (&system_links.present, g_ptr_array_unref);
  system_links.present = g_ptr_array_new_with_free_func (interface_free);
  for (guint i = 0; i < n; i++)
    {
      ParlanceInterface *interface = g_new0 (ParlanceInterface, 1);

      interface->index = i + 1;
      interface->ipv4 = g_array_new (FALSE, FALSE, sizeof (ParlanceInterfaceIpv4));
      interface->ipv6 = g_array_new (FALSE, FALSE, sizeof (struct in6_addr));
      g_ptr_array_add (system_links.present, interface);
    }
}

GPtrArray *
parlance_interfaces_list (GError **error)
{
  system_links.n_listed++;
  if (system_links.present != NULL)
    return g_ptr_array_ref (system_links.present);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "no list");
  return NULL;
}

gboolean
parlance_interfaces_equal (const GPtrArray *a, const GPtrArray *b)
{
  return a->len == b->len;
}

gboolean
parlance_interfaces_have (const GPtrArray *interfaces, GInetAddress *address)
{
  return FALSE;
}

gboolean
parlance_interfaces_reach (const GPtrArray *interfaces, GInetAddress *address)
{
  return FALSE;
}

GSource *
parlance_interfaces_watch (GMainContext *context, void (*changed) (gpointer), gpointer user_data)
{
  GSource *source;

  if (system_links.is_unwatchable)
    return NULL;
  system_links.changed = changed;
  system_links.user_data = user_data;
  source = g_timeout_source_new (G_MAXINT); /* for its life alone */
  g_source_attach (source, context);
  return source;
}

static void
change_links (guint n)
{
  set_links (n);
  system_links.changed (system_links.user_data);
}

/* --- time ------------------------------------------------------------------------------------- */

static gint64
get_now_ms (gpointer data)
{
  return ((Fixture *)data)->now_ms;
}

static GSource *
timer_new (gpointer data, guint delay_ms)
{
  return fake_timer_new (&((Fixture *)data)->now_ms, delay_ms);
}

static void
on_heard (const ParlanceHeard *heard, gpointer user_data)
{
  g_assert_not_reached ();
}

static void
setup (Fixture *fixture, gconstpointer data)
{
  fixture->clock = (ParlanceClock){ .now_ms = get_now_ms, .timer_new = timer_new, .data = fixture };
  fixture->now_ms = 1000;
  system_links.is_unwatchable = FALSE;
  system_links.n_listed = 0;
  set_links (1);
  fixture->prober = parlance_prober_new (1, on_heard, fixture);
  parlance_prober_set_clock (fixture->prober, &fixture->clock);
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  parlance_prober_free (fixture->prober);
  g_clear_pointer (&system_links.present, g_ptr_array_unref);
}

static void
start (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (parlance_prober_start (fixture->prober, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (parlance_prober_get_round (fixture->prober), ==, 1);
}

static void
turn (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

/* Lets time pass until a round more is asked. Returns: [ms] how long that was; -1: for @limit_ms
 * none was */
static gint64
wait_for_round (Fixture *fixture, gint64 limit_ms)
{
  guint round = parlance_prober_get_round (fixture->prober);

  for (gint64 ms = 1; ms <= limit_ms; ms++)
    {
      fixture->now_ms++;
      turn ();
      if (parlance_prober_get_round (fixture->prober) > round)
        return ms;
    }
  return -1;
}

/* --- cases ------------------------------------------------------------------------------------ */

static void
test_a_quarter_1_and_3_s_and_then_every_5_s (Fixture *fixture, gconstpointer data)
{
  static const gint64 gaps_ms[] = { 250, 750, 2000, 5000, 5000, 5000, 5000 };

  start (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (gaps_ms); i++)
    g_assert_cmpint (wait_for_round (fixture, 10000), ==, gaps_ms[i]);
  parlance_prober_restart (fixture->prober);
  for (guint i = 0; i < G_N_ELEMENTS (gaps_ms); i++)
    g_assert_cmpint (wait_for_round (fixture, 10000), ==, gaps_ms[i]);
}

static void
test_a_change_begins_the_series_when_it_has_settled (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpint (wait_for_round (fixture, 10000), >, 0);
  g_assert_cmpint (wait_for_round (fixture, 1000), ==, -1);

  /* However many there are, and though they go on: the first one's time counts. */
  for (guint n = 2; n < 12; n++)
    change_links (n);
  g_assert_cmpint (wait_for_round (fixture, 40), ==, -1);
  change_links (12);
  g_assert_cmpuint (system_links.n_listed, ==, 1);
  g_assert_cmpint (wait_for_round (fixture, 10000), ==, 10);
  g_assert_cmpuint (system_links.n_listed, ==, 2);
  g_assert_cmpuint (parlance_prober_get_interfaces (fixture->prober)->len, ==, 12);
  g_assert_cmpint (wait_for_round (fixture, 10000), ==, 250);
  g_assert_cmpint (wait_for_round (fixture, 10000), ==, 750);

  /* Word of what has not changed is none. */
  change_links (12);
  g_assert_cmpint (wait_for_round (fixture, 10000), ==, 2000);
}

static void
test_changes_without_end_are_asked_about_every_250_ms (Fixture *fixture, gconstpointer data)
{
  const guint n_ms = 10000;
  guint n_before;

  start (fixture);
  n_before = parlance_prober_get_round (fixture->prober);
  for (guint i = 0; i < n_ms; i++)
    {
      change_links (1 + i % 7);
      fixture->now_ms++;
      turn ();
    }
  guint n_rounds = parlance_prober_get_round (fixture->prober) - n_before;
  g_assert_cmpuint (n_rounds, <=, n_ms / 250);
  g_assert_cmpuint (n_rounds, >=, n_ms / 350);
}

static void
test_a_stop_forgets_changes (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  change_links (2);
  parlance_prober_stop (fixture->prober);
  g_assert_cmpint (wait_for_round (fixture, 1000), ==, -1);
  g_assert_cmpuint (system_links.n_listed, ==, 1);
}

static void
test_without_word_of_changes_each_round_looks (Fixture *fixture, gconstpointer data)
{
  system_links.is_unwatchable = TRUE;
  start (fixture);
  set_links (3);
  g_assert_cmpint (wait_for_round (fixture, 10000), ==, 250);
  g_assert_cmpuint (parlance_prober_get_interfaces (fixture->prober)->len, ==, 3);
}

static void
test_what_could_not_be_listed_is_looked_at_again (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&system_links.present, g_ptr_array_unref);
  start (fixture);
  g_assert_cmpint (wait_for_round (fixture, 10000), ==, 250);
  g_assert_cmpuint (parlance_prober_get_interfaces (fixture->prober)->len, ==, 0);
  set_links (3);
  g_assert_cmpint (wait_for_round (fixture, 10000), ==, 750);
  g_assert_cmpuint (parlance_prober_get_interfaces (fixture->prober)->len, ==, 3);

  /* And not any more once that went well: changes are heard of. */
  guint n_listed = system_links.n_listed;
  g_assert_cmpint (wait_for_round (fixture, 10000), ==, 2000);
  g_assert_cmpuint (system_links.n_listed, ==, n_listed);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "a-quarter-1-and-3-s-and-then-every-5-s", test_a_quarter_1_and_3_s_and_then_every_5_s },
    { "a-change-begins-the-series-when-it-has-settled",
      test_a_change_begins_the_series_when_it_has_settled },
    { "changes-without-end-are-asked-about-every-250-ms",
      test_changes_without_end_are_asked_about_every_250_ms },
    { "a-stop-forgets-changes", test_a_stop_forgets_changes },
    { "without-word-of-changes-each-round-looks", test_without_word_of_changes_each_round_looks },
    { "what-could-not-be-listed-is-looked-at-again",
      test_what_could_not_be_listed_is_looked_at_again },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strdup_printf ("/client/prober-times/%s", tests[i].name);
      g_test_add (path, Fixture, NULL, setup, tests[i].test, teardown);
    }
  return g_test_run ();
}
