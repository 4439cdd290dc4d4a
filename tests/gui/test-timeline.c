/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What rows know of their neighbours, and that it costs nothing where nobody looks.
 */
#include "client-gui/timeline.h"
#include "protocol/client/message-list-private.h"
#include "protocol/client/message-private.h"

#define NOON_MS G_GINT64_CONSTANT (1763640000000) /* 2025-11-20 12:00 UTC */
#define MINUTE_MS 60000
#define DAY PARLANCE_TIMELINE_STARTS_DAY
#define GROUP PARLANCE_TIMELINE_STARTS_GROUP
#define UNREAD PARLANCE_TIMELINE_FIRST_UNREAD

static ParlanceMessage *
make (gint64 seq, const char *from, gint64 time_ms)
{
  g_autofree char *json =
      g_strdup_printf ("{\"messages\":[{\"room\":\"lobby\",\"seq\":%" G_GINT64_FORMAT
                       ",\"time\":%" G_GINT64_FORMAT ",\"from\":\"%s\",\"text\":\"hello\"}],"
                       "\"more\":false}",
                       seq, time_ms, from);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) messages = parlance_messages_from_json (json, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (messages->len, ==, 1);
  return g_object_ref (g_ptr_array_index (messages, 0));
}

static void
deliver (ParlanceMessageList *list, gint64 seq, const char *from, gint64 time_ms)
{
  g_autoptr (ParlanceMessage) message = make (seq, from, time_ms);

  parlance_message_list_deliver (list, message);
}

static void
wait_for_n (ParlanceTimeline *timeline, guint n)
{
  while (g_list_model_get_n_items (G_LIST_MODEL (timeline)) < n)
    g_main_context_iteration (NULL, TRUE);
}

static ParlanceTimelineMarks
marks_at (ParlanceTimeline *timeline, guint position)
{
  g_autoptr (ParlanceTimelineItem) item = g_list_model_get_item (G_LIST_MODEL (timeline), position);

  return parlance_timeline_item_get_marks (item);
}

static void
test_groups (void)
{
  g_autoptr (ParlanceMessageList) list = parlance_message_list_new ();
  deliver (list, 1, "bob", NOON_MS);
  deliver (list, 2, "bob", NOON_MS + MINUTE_MS);
  deliver (list, 3, "carol", NOON_MS + MINUTE_MS);
  deliver (list, 4, "carol", NOON_MS + 7 * MINUTE_MS);
  deliver (list, 5, "carol", NOON_MS + 24 * 60 * MINUTE_MS);
  g_autoptr (ParlanceTimeline) timeline = parlance_timeline_new (list);

  g_assert_cmpuint (marks_at (timeline, 0), ==, DAY | GROUP);
  g_assert_cmpuint (marks_at (timeline, 1), ==, 0);
  g_assert_cmpuint (marks_at (timeline, 2), ==, GROUP);
  g_assert_cmpuint (marks_at (timeline, 3), ==, GROUP);
  g_assert_cmpuint (marks_at (timeline, 4), ==, DAY | GROUP);
}

static void
test_unread_line (void)
{
  g_autoptr (ParlanceMessageList) list = parlance_message_list_new ();
  for (int i = 1; i <= 4; i++)
    deliver (list, i, "bob", NOON_MS);
  g_autoptr (ParlanceTimeline) timeline = parlance_timeline_new (list);
  g_autoptr (ParlanceTimelineItem) third = g_list_model_get_item (G_LIST_MODEL (timeline), 2);

  g_assert_cmpuint (parlance_timeline_item_get_marks (third), ==, 0);
  parlance_timeline_set_read_seq (timeline, 2);
  g_assert_cmpuint (parlance_timeline_item_get_marks (third), ==, GROUP | UNREAD);
  g_assert_cmpuint (marks_at (timeline, 3), ==, 0);
  parlance_timeline_set_read_seq (timeline, -1);
  g_assert_cmpuint (parlance_timeline_item_get_marks (third), ==, 0);
}

static void
count_wait (ParlanceTimeline *timeline, guint *n_waits)
{
  (*n_waits)++;
}

static void
count_change (GListModel *model, guint position, guint n_removed, guint n_added, guint *n_changes)
{
  (*n_changes)++;
}

static void
test_history_changes_the_first (void)
{
  g_autoptr (ParlanceMessageList) list = parlance_message_list_new ();
  deliver (list, 10, "bob", NOON_MS);
  g_autoptr (ParlanceTimeline) timeline = parlance_timeline_new (list);
  g_autoptr (ParlanceTimelineItem) first = g_list_model_get_item (G_LIST_MODEL (timeline), 0);
  g_autoptr (GPtrArray) page = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_changes = 0;

  g_assert_cmpuint (parlance_timeline_item_get_marks (first), ==, DAY | GROUP);
  g_signal_connect (timeline, "items-changed", G_CALLBACK (count_change), &n_changes);
  for (int i = 1; i < 10; i++)
    g_ptr_array_add (page, make (i, "bob", NOON_MS - MINUTE_MS));
  parlance_message_list_prepend (list, page);
  g_assert_cmpuint (n_changes, ==, 0);
  g_assert_true (parlance_timeline_has_older_waiting (timeline));
  parlance_timeline_show_older (timeline);
  g_assert_cmpuint (n_changes, ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), ==, 10);
  g_assert_cmpuint (parlance_timeline_item_get_marks (first), ==, 0);
  g_autoptr (ParlanceTimelineItem) same = g_list_model_get_item (G_LIST_MODEL (timeline), 9);
  g_assert_true (same == first);
}

/* Whatever comes meanwhile, a view that follows the changes has the same as the list. */
static void
test_pages_wait_in_front (void)
{
  g_autoptr (ParlanceMessageList) list = parlance_message_list_new ();
  g_autoptr (ParlanceMessage) own =
      parlance_message_new_own ("lobby", "alice", PARLANCE_MESSAGE_TEXT, "hi", 0, NULL, "key");
  deliver (list, 100, "bob", NOON_MS);
  g_autoptr (ParlanceTimeline) timeline = parlance_timeline_new (list);
  g_autoptr (GPtrArray) page = g_ptr_array_new_with_free_func (g_object_unref);
  guint position = 0;

  parlance_message_list_add_own (list, own);
  for (int i = 50; i < 60; i++)
    g_ptr_array_add (page, make (i, "bob", NOON_MS));
  parlance_message_list_prepend (list, page);
  deliver (list, 101, "bob", NOON_MS);
  parlance_message_list_acknowledge (list, own, 102, NOON_MS);
  deliver (list, 102, "alice", NOON_MS);
  wait_for_n (timeline, 3);
  g_assert_true (parlance_timeline_find (timeline, 101, &position));
  g_assert_cmpuint (position, ==, 1);
  g_assert_true (parlance_timeline_find (timeline, 55, &position));
  g_assert_cmpuint (position, ==, 5);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), ==, 13);

  parlance_message_list_prepend (list, page); /* again: of what is there nothing is added */
  parlance_message_list_restart (list, 200);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), ==, 0);
}

static void
test_restart_while_pages_wait (void)
{
  g_autoptr (ParlanceMessageList) list = parlance_message_list_new ();
  deliver (list, 100, "bob", NOON_MS);
  g_autoptr (ParlanceTimeline) timeline = parlance_timeline_new (list);
  g_autoptr (GPtrArray) page = g_ptr_array_new_with_free_func (g_object_unref);

  for (int i = 50; i < 60; i++)
    g_ptr_array_add (page, make (i, "bob", NOON_MS));
  parlance_message_list_prepend (list, page);
  parlance_message_list_set_limit (list, 4);
  deliver (list, 101, "bob", NOON_MS);
  g_assert_true (parlance_timeline_has_older_waiting (timeline));
  parlance_message_list_restart (list, 200);
  g_assert_false (parlance_timeline_has_older_waiting (timeline));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), ==, 0);
}

static void
test_settling_regroups (void)
{
  g_autoptr (ParlanceMessageList) list = parlance_message_list_new ();
  g_autoptr (ParlanceMessage) own =
      parlance_message_new_own ("lobby", "alice", PARLANCE_MESSAGE_TEXT, "hi", 0, NULL, "key");
  deliver (list, 1, "bob", g_get_real_time () / 1000);
  parlance_message_list_add_own (list, own);
  g_autoptr (ParlanceTimeline) timeline = parlance_timeline_new (list);
  g_autoptr (ParlanceTimelineItem) item = g_list_model_get_item (G_LIST_MODEL (timeline), 1);

  /* The clocks of servers are their own. */
  g_assert_cmpuint (parlance_timeline_item_get_marks (item), ==, GROUP);
  parlance_message_list_acknowledge (list, own, 2, NOON_MS);
  g_assert_cmpuint (parlance_timeline_item_get_marks (item), ==, DAY | GROUP);
}

static void
test_flood_comes_in_lots (void)
{
  g_autoptr (ParlanceMessageList) list = parlance_message_list_new ();
  g_autoptr (ParlanceTimeline) timeline = parlance_timeline_new (list);
  guint n_changes = 0;

  g_signal_connect (timeline, "items-changed", G_CALLBACK (count_change), &n_changes);
  for (int i = 1; i <= 100; i++)
    deliver (list, i, "bob", NOON_MS);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), ==, 1);
  wait_for_n (timeline, 100);
  g_assert_cmpuint (n_changes, <, 30);

  /* What one looks for is there at once. */
  for (int i = 101; i <= 200; i++)
    deliver (list, i, "bob", NOON_MS);
  guint position = 0;
  g_assert_true (parlance_timeline_find (timeline, 200, &position));
  g_assert_cmpuint (position, ==, 199);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), ==, 200);
}

static void
test_own_behind_a_flood (void)
{
  g_autoptr (ParlanceMessageList) list = parlance_message_list_new ();
  g_autoptr (ParlanceMessage) own =
      parlance_message_new_own ("lobby", "alice", PARLANCE_MESSAGE_TEXT, "hi", 0, NULL, "key");
  g_autoptr (ParlanceTimeline) timeline = parlance_timeline_new (list);

  parlance_message_list_add_own (list, own);
  for (int i = 1; i <= 50; i++)
    deliver (list, i, "bob", NOON_MS);
  parlance_message_list_acknowledge (list, own, 51, NOON_MS);
  deliver (list, 51, "alice", NOON_MS);
  wait_for_n (timeline, 51);
  for (guint i = 0; i < 51; i++)
    {
      g_autoptr (ParlanceTimelineItem) item = g_list_model_get_item (G_LIST_MODEL (timeline), i);
      g_assert_true (parlance_timeline_item_get_message (item) ==
                     parlance_message_list_get (list, i));
    }
}

/* To make all rows of a room at once would hold the window up. */
static void
test_begins_with_a_window_full (void)
{
  g_autoptr (ParlanceMessageList) list = parlance_message_list_new ();
  g_autoptr (GPtrArray) page = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (ParlanceTimeline) timeline = parlance_timeline_new (list);
  guint n_waits = 0;

  parlance_message_list_restart (list, 100);
  g_signal_connect (timeline, "older-wait", G_CALLBACK (count_wait), &n_waits);
  for (int i = 1; i <= 100; i++)
    g_ptr_array_add (page, make (i, "bob", NOON_MS));
  parlance_message_list_prepend (list, page);
  g_assert_cmpuint (n_waits, ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), ==, 24);
  g_autoptr (ParlanceTimeline) again = parlance_timeline_new (list);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (again)), ==, 24);
  g_autoptr (ParlanceTimelineItem) first = g_list_model_get_item (G_LIST_MODEL (again), 0);
  g_assert_true (parlance_timeline_item_get_message (first) ==
                 parlance_message_list_get (list, 76));
  parlance_timeline_show_some_older (again, 8);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (again)), ==, 32);
  parlance_timeline_show_older (again);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (again)), ==, 100);
}

static void
test_items_live_while_they_are_held (void)
{
  g_autoptr (ParlanceMessageList) list = parlance_message_list_new ();
  for (int i = 1; i <= 1000; i++)
    deliver (list, i, "bob", NOON_MS);
  g_autoptr (ParlanceTimeline) timeline = parlance_timeline_new (list);
  parlance_timeline_show_older (timeline);
  ParlanceTimelineItem *item = g_list_model_get_item (G_LIST_MODEL (timeline), 500);
  ParlanceTimelineItem *weak = item;

  g_object_add_weak_pointer (G_OBJECT (item), (gpointer *)&weak);
  g_autoptr (ParlanceTimelineItem) again = g_list_model_get_item (G_LIST_MODEL (timeline), 500);
  g_assert_true (again == item);
  g_clear_object (&again);
  g_object_unref (item);
  g_assert_null (weak);
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/timeline/groups", test_groups);
  g_test_add_func ("/gui/timeline/unread-line", test_unread_line);
  g_test_add_func ("/gui/timeline/history-changes-the-first", test_history_changes_the_first);
  g_test_add_func ("/gui/timeline/begins-with-a-window-full", test_begins_with_a_window_full);
  g_test_add_func ("/gui/timeline/pages-wait-in-front", test_pages_wait_in_front);
  g_test_add_func ("/gui/timeline/restart-while-pages-wait", test_restart_while_pages_wait);
  g_test_add_func ("/gui/timeline/settling-regroups", test_settling_regroups);
  g_test_add_func ("/gui/timeline/flood-comes-in-lots", test_flood_comes_in_lots);
  g_test_add_func ("/gui/timeline/own-behind-a-flood", test_own_behind_a_flood);
  g_test_add_func ("/gui/timeline/items-live-while-they-are-held",
                   test_items_live_while_they_are_held);
  return g_test_run ();
}
