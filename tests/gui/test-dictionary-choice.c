/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which dictionaries are asked, and in which order, follows from the settings.
 */
#include "client-gui/dictionary-choice.h"
#include "client-gui/settings.h"

typedef struct
{
  GSettings *settings;
  ParlanceDictionaryChoice *choice;
  guint n_changed;
} Fixture;

static void
on_changed (ParlanceDictionaryChoice *choice, gpointer user_data)
{
  ++*(guint *)user_data;
}

static GPtrArray *
make_infos (void)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *infos = parlance_dictionary_info_list_new_from_json (
      "{\"dictionaries\":[{\"name\":\"a\",\"title\":\"First\",\"entries\":1},"
      "{\"name\":\"b\",\"title\":\"\",\"entries\":1},"
      "{\"name\":\"c\",\"title\":\"Third\",\"entries\":1}]}",
      &error);

  g_assert_no_error (error);
  return infos;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) infos = make_infos ();

  fixture->settings = parlance_settings_new ();
  g_settings_reset (fixture->settings, "dictionary-order");
  g_settings_reset (fixture->settings, "hidden-dictionaries");
  fixture->choice = parlance_dictionary_choice_new (fixture->settings);
  parlance_dictionary_choice_set_dictionaries (fixture->choice, infos);
  g_signal_connect (fixture->choice, "changed", G_CALLBACK (on_changed), &fixture->n_changed);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->choice);
  g_object_unref (fixture->settings);
}

static void
expect_names (Fixture *fixture, const char *wanted)
{
  const char *const *names = parlance_dictionary_choice_get_names (fixture->choice);
  g_autoptr (GString) joined = g_string_new (NULL);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    g_string_append_printf (joined, "%s%s", i > 0 ? " " : "", names[i]);
  g_assert_cmpstr (names != NULL ? joined->str : NULL, ==, wanted);
}

static ParlanceDictionaryItem *
get_item (Fixture *fixture, guint position)
{
  ParlanceDictionaryItem *item = g_list_model_get_item (G_LIST_MODEL (fixture->choice), position);

  g_object_unref (item); /* the model has another */
  return item;
}

static void
test_all_are_asked_at_first (Fixture *fixture, gconstpointer data)
{
  expect_names (fixture, NULL);
  g_assert_cmpstr (parlance_dictionary_item_get_title (get_item (fixture, 0)), ==, "First");
  g_assert_cmpstr (parlance_dictionary_item_get_title (get_item (fixture, 1)), ==, "b");
  g_assert_cmpstr (parlance_dictionary_choice_get_title (fixture->choice, "c"), ==, "Third");
  g_assert_cmpstr (parlance_dictionary_choice_get_title (fixture->choice, "zz"), ==, "zz");
}

static void
test_hidden_ones_are_not_asked (Fixture *fixture, gconstpointer data)
{
  parlance_dictionary_item_set_shown (get_item (fixture, 0), FALSE);
  expect_names (fixture, "b c");
  g_assert_cmpuint (fixture->n_changed, ==, 1);

  g_auto (GStrv) hidden_names = g_settings_get_strv (fixture->settings, "hidden-dictionaries");
  g_assert_cmpuint (g_strv_length (hidden_names), ==, 1);
  g_assert_cmpstr (hidden_names[0], ==, "a");

  parlance_dictionary_item_set_shown (get_item (fixture, 0), TRUE);
  expect_names (fixture, NULL);
}

static void
test_hiding_all_asks_all (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 3; i++)
    parlance_dictionary_item_set_shown (get_item (fixture, i), FALSE);
  expect_names (fixture, NULL);
}

static void
test_order_is_the_persons (Fixture *fixture, gconstpointer data)
{
  parlance_dictionary_choice_move (fixture->choice, 2, 0);
  expect_names (fixture, "c a b");
  g_auto (GStrv) order = g_settings_get_strv (fixture->settings, "dictionary-order");
  g_assert_cmpstr (order[0], ==, "c");
  parlance_dictionary_choice_move (fixture->choice, 0, 2);
  expect_names (fixture, NULL);
}

static void
test_follows_the_settings (Fixture *fixture, gconstpointer data)
{
  static const char *const order[] = { "elsewhere", "c", NULL };
  static const char *const hidden_names[] = { "b", "elsewhere", NULL };

  g_settings_set_strv (fixture->settings, "dictionary-order", order);
  expect_names (fixture, "c a b");
  g_settings_set_strv (fixture->settings, "hidden-dictionaries", hidden_names);
  expect_names (fixture, "c a");

  /* What is said of dictionaries of other servers is kept. */
  parlance_dictionary_item_set_shown (get_item (fixture, 0), FALSE);
  parlance_dictionary_choice_move (fixture->choice, 0, 1);
  g_auto (GStrv) new_order = g_settings_get_strv (fixture->settings, "dictionary-order");
  g_auto (GStrv) new_hidden = g_settings_get_strv (fixture->settings, "hidden-dictionaries");
  g_assert_true (g_strv_contains ((const char *const *)new_order, "elsewhere"));
  g_assert_true (g_strv_contains ((const char *const *)new_hidden, "elsewhere"));
}

static void
add (const char *name, void (*function) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_strconcat ("/gui/dictionary-choice/", name, NULL);

  g_test_add (path, Fixture, NULL, set_up, function, tear_down);
}

int
main (int argc, char **argv)
{
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_test_init (&argc, &argv, NULL);
  add ("all-are-asked-at-first", test_all_are_asked_at_first);
  add ("hidden-ones-are-not-asked", test_hidden_ones_are_not_asked);
  add ("hiding-all-asks-all", test_hiding_all_asks_all);
  add ("order-is-the-persons", test_order_is_the_persons);
  add ("follows-the-settings", test_follows_the_settings);
  return g_test_run ();
}
