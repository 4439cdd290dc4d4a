/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One turn at a time, over event descriptors.
 */
#include "server/net/loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

typedef struct Bell Bell;

struct Bell
{
  LoopSource source; /* first */
  Loop *loop;
  Bell *silences; /* (nullable): closed by this one's call */
  gboolean is_closed;
  guint n_calls;
  uint32_t last_events;
};

static void
bell_close (Bell *bell)
{
  if (bell->is_closed)
    return;
  loop_remove (bell->loop, &bell->source);
  close (bell->source.fd);
  bell->is_closed = TRUE;
}

static void
bell_ready (LoopSource *source, uint32_t events)
{
  Bell *bell = (Bell *)source;

  /* The owner's part of the contract: events that were fetched already may still arrive. */
  if (bell->is_closed)
    return;
  bell->n_calls++;
  bell->last_events = events;
  if (bell->silences != NULL)
    bell_close (bell->silences);
}

static void
bell_open (Bell *bell, Loop *loop, uint32_t events)
{
  *bell = (Bell){ .loop = loop, .source.ready = bell_ready };
  bell->source.fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  g_assert_cmpint (bell->source.fd, >=, 0);
  g_assert_true (loop_add (loop, &bell->source, events));
}

static void
bell_ring (Bell *bell)
{
  g_assert_cmpint (eventfd_write (bell->source.fd, 1), ==, 0);
}

static void
test_calls_what_is_ready (void)
{
  Loop *loop = loop_new (NULL);
  Bell rung;
  Bell quiet;

  bell_open (&rung, loop, EPOLLIN);
  bell_open (&quiet, loop, EPOLLIN);
  bell_ring (&rung);
  loop_turn (loop, 1000);
  g_assert_cmpuint (rung.n_calls, ==, 1);
  g_assert_cmpuint (rung.last_events, ==, EPOLLIN);
  g_assert_cmpuint (quiet.n_calls, ==, 0);
  bell_close (&rung);
  bell_close (&quiet);
  loop_free (loop);
}

static void
test_modify_changes_what_is_asked_for (void)
{
  Loop *loop = loop_new (NULL);
  Bell bell;

  bell_open (&bell, loop, EPOLLIN);
  bell_ring (&bell);
  loop_modify (loop, &bell.source, 0);
  loop_turn (loop, 0);
  g_assert_cmpuint (bell.n_calls, ==, 0);
  loop_modify (loop, &bell.source, EPOLLOUT);
  loop_turn (loop, 1000);
  g_assert_cmpuint (bell.last_events, ==, EPOLLOUT);
  loop_modify (loop, &bell.source, EPOLLIN);
  loop_turn (loop, 1000);
  g_assert_cmpuint (bell.last_events, ==, EPOLLIN);
  bell_close (&bell);
  loop_free (loop);
}

/* Both have events in the same turn; whichever comes first closes the other one. */
static void
test_a_source_closed_in_the_turn_stays_quiet (void)
{
  Loop *loop = loop_new (NULL);
  Bell one;
  Bell two;

  bell_open (&one, loop, EPOLLIN);
  bell_open (&two, loop, EPOLLIN);
  one.silences = &two;
  two.silences = &one;
  bell_ring (&one);
  bell_ring (&two);
  loop_turn (loop, 1000);
  g_assert_cmpuint (one.n_calls + two.n_calls, ==, 1);
  g_assert_cmpint (one.is_closed + two.is_closed, ==, 1);
  loop_turn (loop, 0);
  g_assert_cmpuint (one.n_calls + two.n_calls, ==, 2);
  bell_close (&one);
  bell_close (&two);
  loop_free (loop);
}

static void
test_adding_a_bad_descriptor_fails (void)
{
  Loop *loop = loop_new (NULL);
  Bell bell = { .source.fd = -1 };

  g_assert_false (loop_add (loop, &bell.source, EPOLLIN));
  loop_free (loop);
  loop_free (NULL);
}

static void
test_the_clock_goes_on_with_the_turns (void)
{
  Loop *loop = loop_new (NULL);
  int64_t before_ms = loop_now_ms (loop);

  g_assert_cmpint (loop_now_ms (loop), ==, before_ms);
  loop_turn (loop, 20);
  g_assert_cmpint (loop_now_ms (loop), >=, before_ms + 19);
  loop_free (loop);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/loop/calls-what-is-ready", test_calls_what_is_ready);
  g_test_add_func ("/net/loop/modify-changes-what-is-asked-for",
                   test_modify_changes_what_is_asked_for);
  g_test_add_func ("/net/loop/a-source-closed-in-the-turn-stays-quiet",
                   test_a_source_closed_in_the_turn_stays_quiet);
  g_test_add_func ("/net/loop/adding-a-bad-descriptor-fails", test_adding_a_bad_descriptor_fails);
  g_test_add_func ("/net/loop/the-clock-goes-on-with-the-turns",
                   test_the_clock_goes_on_with_the_turns);
  return g_test_run ();
}
