/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The recent messages of rooms. A message here is its number and a LF.
 */
#include "server/chat/ring.h"

#include <string.h>

#define LARGE_BYTES (60 * 1024) /* four of these fit into a ring, and five do not */

/* Appends messages @first to @last as one frame. */
static void
append (Ring *ring, gint64 first, gint64 last)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autoptr (SharedFrame) frame = NULL;
  guint32 ends[16];

  for (gint64 seq = first; seq <= last; seq++)
    {
      g_string_append_printf (lines, "%d\n", (int)seq);
      ends[seq - first] = (guint32)lines->len;
    }
  frame = shared_frame_new (lines->str, lines->len);
  ring_append (ring, frame, ends, (guint)(last - first + 1), first);
}

/* One message of @n_bytes. */
static void
append_large (Ring *ring, gint64 seq, guint32 n_bytes)
{
  g_autofree char *line = g_malloc (n_bytes);
  g_autoptr (SharedFrame) frame = NULL;

  memset (line, 'x', n_bytes);
  line[n_bytes - 1] = '\n';
  frame = shared_frame_new (line, n_bytes);
  ring_append (ring, frame, &n_bytes, 1, seq);
}

static void
expect_after (const Ring *ring, gint64 after, const char *lines)
{
  g_autoptr (SharedFrame) frame = ring_after (ring, after);

  if (lines == NULL)
    {
      g_assert_null (frame);
      return;
    }
  g_assert_nonnull (frame);
  g_assert_cmpmem (shared_frame_bytes (frame), shared_frame_n_bytes (frame), lines, strlen (lines));
}

static void
test_empty (void)
{
  RingBudget budget = { 0 };
  Ring *ring = ring_new (&budget);

  g_assert_cmpint (ring_first_seq (ring), ==, 0);
  g_assert_true (ring_covers (ring, 0, 0));
  g_assert_true (ring_covers (ring, 7, 7));
  g_assert_true (ring_covers (ring, G_MAXINT64, 7));
  g_assert_false (ring_covers (ring, 6, 7));
  expect_after (ring, 0, NULL);
  ring_trim (ring, 5);
  ring_free (ring);
  ring_free (NULL);
  g_assert_cmpuint (budget.n_bytes, ==, 0);
}

static void
test_after (void)
{
  RingBudget budget = { 0 };
  Ring *ring = ring_new (&budget);

  append (ring, 4, 5);
  append (ring, 6, 6);
  append (ring, 7, 9);
  g_assert_cmpint (ring_first_seq (ring), ==, 4);
  g_assert_false (ring_covers (ring, 2, 9));
  g_assert_true (ring_covers (ring, 3, 9));
  g_assert_true (ring_covers (ring, 8, 9));
  g_assert_true (ring_covers (ring, 9, 9));
  /* It ends before the room does. */
  g_assert_false (ring_covers (ring, 8, 10));
  expect_after (ring, 3, "4\n5\n6\n7\n8\n9\n");
  expect_after (ring, 4, "5\n6\n7\n8\n9\n");
  expect_after (ring, 5, "6\n7\n8\n9\n");
  expect_after (ring, 8, "9\n");
  expect_after (ring, 9, NULL);
  ring_free (ring);
  g_assert_cmpuint (budget.n_bytes, ==, 0);
}

/* Another writer's messages are in between. */
static void
test_a_gap_forgets_what_was_before (void)
{
  RingBudget budget = { 0 };
  Ring *ring = ring_new (&budget);

  append (ring, 1, 3);
  append (ring, 5, 6);
  g_assert_cmpint (ring_first_seq (ring), ==, 5);
  g_assert_false (ring_covers (ring, 3, 6));
  g_assert_true (ring_covers (ring, 4, 6));
  expect_after (ring, 4, "5\n6\n");
  append (ring, 1, 1);
  expect_after (ring, 0, "1\n");
  ring_free (ring);
}

static void
test_trim (void)
{
  RingBudget budget = { 0 };
  Ring *ring = ring_new (&budget);

  append (ring, 1, 3);
  append (ring, 4, 6);
  ring_trim (ring, 1);
  g_assert_cmpint (ring_first_seq (ring), ==, 1);
  /* Part of a frame stays. */
  ring_trim (ring, 3);
  g_assert_cmpint (ring_first_seq (ring), ==, 1);
  ring_trim (ring, 4);
  g_assert_cmpint (ring_first_seq (ring), ==, 4);
  ring_trim (ring, 100);
  g_assert_cmpint (ring_first_seq (ring), ==, 0);
  g_assert_cmpuint (budget.n_bytes, ==, 0);
  g_assert_null (budget.newest);
  g_assert_null (budget.oldest);
  append (ring, 7, 7);
  expect_after (ring, 6, "7\n");
  ring_free (ring);
}

static void
test_a_ring_is_bounded (void)
{
  RingBudget budget = { 0 };
  Ring *ring = ring_new (&budget);

  for (gint64 seq = 1; seq <= 10; seq++)
    {
      append_large (ring, seq, LARGE_BYTES);
      g_assert_cmpuint (budget.n_bytes, <=, RING_MAX_BYTES);
    }
  g_assert_cmpint (ring_first_seq (ring), ==, 7);
  /* The newest stays, whatever its size. */
  append_large (ring, 11, 2 * RING_MAX_BYTES);
  g_assert_cmpint (ring_first_seq (ring), ==, 11);
  append (ring, 12, 12);
  g_assert_cmpint (ring_first_seq (ring), ==, 12);
  ring_free (ring);
  g_assert_cmpuint (budget.n_bytes, ==, 0);
}

/* Those that have been silent longest go, whole; one that has just spoken never. */
static void
test_all_rings_share_a_budget (void)
{
  RingBudget budget = { 0 };
  const guint n_fit = RING_BUDGET_BYTES / (4 * (LARGE_BYTES + 64));
  g_autoptr (GPtrArray) rings = g_ptr_array_new_with_free_func ((GDestroyNotify)ring_free);

  for (guint i = 0; i < 2 * n_fit; i++)
    {
      Ring *ring = ring_new (&budget);

      g_ptr_array_add (rings, ring);
      for (gint64 seq = 1; seq <= 4; seq++)
        append_large (ring, seq, LARGE_BYTES);
      /* The first speaks again and again. */
      append (g_ptr_array_index (rings, 0), (gint64)i + 5, (gint64)i + 5);
      g_assert_cmpuint (budget.n_bytes, <=, RING_BUDGET_BYTES);
    }
  g_assert_cmpuint (budget.n_bytes, >, RING_BUDGET_BYTES - 5 * LARGE_BYTES);
  g_assert_cmpint (ring_first_seq (g_ptr_array_index (rings, 0)), >, 0);
  g_assert_cmpint (ring_first_seq (g_ptr_array_index (rings, 0)), <=, 5);
  g_assert_cmpint (ring_first_seq (g_ptr_array_index (rings, 1)), ==, 0);
  g_assert_cmpint (ring_first_seq (g_ptr_array_index (rings, rings->len - 1)), ==, 1);

  /* One that was emptied begins anew. */
  append (g_ptr_array_index (rings, 1), 9, 9);
  g_assert_true (ring_covers (g_ptr_array_index (rings, 1), 8, 9));
  g_ptr_array_set_size (rings, 0);
  g_assert_cmpuint (budget.n_bytes, ==, 0);
  g_assert_null (budget.newest);
  g_assert_null (budget.oldest);
}

static void
test_a_budget_may_be_smaller (void)
{
  RingBudget budget = { .max_bytes = 4 * LARGE_BYTES };
  Ring *first = ring_new (&budget);
  Ring *second = ring_new (&budget);

  for (gint64 seq = 1; seq <= 3; seq++)
    append_large (first, seq, LARGE_BYTES);
  for (gint64 seq = 1; seq <= 3; seq++)
    append_large (second, seq, LARGE_BYTES);
  g_assert_cmpuint (budget.n_bytes, <=, 4 * LARGE_BYTES);
  g_assert_cmpint (ring_first_seq (first), ==, 0);
  g_assert_cmpint (ring_first_seq (second), ==, 1);
  ring_free (first);
  ring_free (second);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chat/ring/empty", test_empty);
  g_test_add_func ("/chat/ring/gives-what-is-behind-a-message", test_after);
  g_test_add_func ("/chat/ring/a-gap-forgets-what-was-before", test_a_gap_forgets_what_was_before);
  g_test_add_func ("/chat/ring/is-trimmed-by-frames", test_trim);
  g_test_add_func ("/chat/ring/is-bounded", test_a_ring_is_bounded);
  g_test_add_func ("/chat/ring/all-share-a-budget", test_all_rings_share_a_budget);
  g_test_add_func ("/chat/ring/a-budget-may-be-smaller", test_a_budget_may_be_smaller);
  return g_test_run ();
}
