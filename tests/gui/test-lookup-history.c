/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Back and forward through words, as in a browser.
 */
#include "client-gui/lookup-history.h"

static void
count_notify (GObject *object, GParamSpec *property, gpointer user_data)
{
  ++*(guint *)user_data;
}

static void
test_goes_back_and_forward (void)
{
  g_autoptr (ParlanceLookupHistory) history = parlance_lookup_history_new ();

  g_assert_null (parlance_lookup_history_get_current (history));
  g_assert_false (parlance_lookup_history_get_can_go_back (history));
  parlance_lookup_history_visit (history, "one");
  g_assert_false (parlance_lookup_history_get_can_go_back (history));
  parlance_lookup_history_visit (history, "two");
  parlance_lookup_history_visit (history, "three");

  g_assert_cmpstr (parlance_lookup_history_go_back (history), ==, "two");
  g_assert_cmpstr (parlance_lookup_history_go_back (history), ==, "one");
  g_assert_null (parlance_lookup_history_go_back (history));
  g_assert_cmpstr (parlance_lookup_history_get_current (history), ==, "one");
  g_assert_cmpstr (parlance_lookup_history_go_forward (history), ==, "two");
  g_assert_cmpstr (parlance_lookup_history_go_forward (history), ==, "three");
  g_assert_null (parlance_lookup_history_go_forward (history));
}

static void
test_another_word_forgets_what_lay_ahead (void)
{
  g_autoptr (ParlanceLookupHistory) history = parlance_lookup_history_new ();

  parlance_lookup_history_visit (history, "one");
  parlance_lookup_history_visit (history, "two");
  (void)parlance_lookup_history_go_back (history);
  parlance_lookup_history_visit (history, "other");

  g_assert_false (parlance_lookup_history_get_can_go_forward (history));
  g_assert_cmpstr (parlance_lookup_history_go_back (history), ==, "one");
  g_assert_cmpstr (parlance_lookup_history_go_forward (history), ==, "other");
}

static void
test_same_word_is_one_visit (void)
{
  g_autoptr (ParlanceLookupHistory) history = parlance_lookup_history_new ();

  parlance_lookup_history_visit (history, "one");
  parlance_lookup_history_visit (history, "two");
  (void)parlance_lookup_history_go_back (history);
  /* As happens when what one went back to is shown. */
  parlance_lookup_history_visit (history, "one");
  g_assert_true (parlance_lookup_history_get_can_go_forward (history));
  g_assert_false (parlance_lookup_history_get_can_go_back (history));
}

static void
test_is_bounded (void)
{
  g_autoptr (ParlanceLookupHistory) history = parlance_lookup_history_new ();
  guint n = 0;

  for (guint i = 0; i < PARLANCE_LOOKUP_HISTORY_MAX + 50; i++)
    {
      g_autofree char *word = g_strdup_printf ("%u", i);
      parlance_lookup_history_visit (history, word);
    }
  while (parlance_lookup_history_go_back (history) != NULL)
    n++;
  g_assert_cmpuint (n, ==, PARLANCE_LOOKUP_HISTORY_MAX - 1);
  g_assert_cmpstr (parlance_lookup_history_get_current (history), ==, "50");
}

static void
test_says_when_buttons_change (void)
{
  g_autoptr (ParlanceLookupHistory) history = parlance_lookup_history_new ();
  guint n_back = 0;

  g_signal_connect (history, "notify::can-go-back", G_CALLBACK (count_notify), &n_back);
  parlance_lookup_history_visit (history, "one");
  parlance_lookup_history_visit (history, "two");
  g_assert_cmpuint (n_back, >, 0);
  guint n_before = n_back;
  parlance_lookup_history_clear (history);
  g_assert_cmpuint (n_back, >, n_before);
  g_assert_false (parlance_lookup_history_get_can_go_back (history));
  g_assert_null (parlance_lookup_history_get_current (history));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/lookup-history/goes-back-and-forward", test_goes_back_and_forward);
  g_test_add_func ("/gui/lookup-history/another-word-forgets-what-lay-ahead",
                   test_another_word_forgets_what_lay_ahead);
  g_test_add_func ("/gui/lookup-history/same-word-is-one-visit", test_same_word_is_one_visit);
  g_test_add_func ("/gui/lookup-history/is-bounded", test_is_bounded);
  g_test_add_func ("/gui/lookup-history/says-when-buttons-change", test_says_when_buttons_change);
  return g_test_run ();
}
