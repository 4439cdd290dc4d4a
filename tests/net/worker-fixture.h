/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A real worker, a compute pool, and clients over loopback, with a door that does what its lines
 * say:
 *
 *   echo TEXT       answers TEXT
 *   charge TEXT     takes the whole turn
 *   big N           answers one line of N bytes, its LF not counted
 *   flood N         answers N lines of 64 KiB, from one call
 *   job TEXT        answers TEXT from the pool, after fixture_open_gate(); "refused TEXT" when the
 *                   pool is full
 *   late N          the same as flood and job: N lines of 64 KiB and N, from the pool
 *   endless TEXT    the same, and ends when it is cancelled
 *   end TEXT        answers TEXT and ends the connection
 *   patient TEXT    answers TEXT; the peer may be silent from now on
 *   impatient TEXT  answers TEXT; it may not
 *   frames N        sends the same frame of 64 KiB N times
 *   await TEXT      answers TEXT, and "room" when there is room
 *   hold N          holds itself with that weight, and answers N
 *   release N       releases whoever has held itself last, and answers N
 *   chores N        answers N; the chore asks for as many more turns
 *   want TEXT       wants the chore once more, from the end of this connection, and answers TEXT
 *
 * Anything else is counted and not answered. A line that is too long is answered with "too long", a
 * notice with "notice full", "notice crowd", "notice stopping" or "notice slow".
 */
#pragma once

#include "server/net/compute.h"
#include "server/net/worker.h"

#include <netinet/in.h>
#include <pthread.h>
#include <semaphore.h>

#define FIXTURE_LINE_LIMIT 1000 /* [bytes] */
#define FLOOD_LINE_BYTES 65536  /* [bytes], the LF counted */

typedef struct
{
  Worker *worker;
  ComputePool *pool;
  int listen_fd;
  struct sockaddr_in address;
  gboolean answers_in_order; /* the door of the next connections */
  gboolean is_full;          /* of the next connection's seed */
  gboolean is_crowd;         /* too */
  ConnectionTls tls;         /* too */
  Peer *peer;                /* (nullable) (owned): too, and of that one only */
  int send_buffer_bytes; /* of the server's side of the next connection; 0: the kernel's choice */
  _Atomic guint n_lines; /* that the door was given */
  _Atomic guint n_foreseen; /* calls of foresee(), which only the door in order has */
  _Atomic guint n_ended;    /* calls of the door's ended() */
  _Atomic guint n_chores;
  _Atomic guint n_chores_left;         /* that the chore asks for */
  _Atomic gint64 n_expected_by_others; /* [bytes] from when somebody has room on */
  _Atomic guint n_chores_wanted;       /* by ended(): those that were done */
  gboolean is_chore_wanted;            /* the worker's own */
  gboolean wants_chore;                /* the worker's own: ended() is to want one */
  Connection *holder;                  /* the worker's own: who has held itself last */
  _Atomic guint n_jobs_begun;
  _Atomic guint n_jobs_freed;
  _Atomic gboolean is_job_done_elsewhere; /* on another thread than the worker's */
  sem_t gate;
  pthread_mutex_t mutex;
  GString *tags; /* under @mutex: the last byte of every line, <N> where N was fetched, in the order
                    of the door's calls */
} WorkerFixture;

/** worker_fixture_new: the worker is not started: what is sent before is there in its first turn */
WorkerFixture *worker_fixture_new (const WorkerTimeouts *timeouts, guint pool_queue_limit);
void worker_fixture_start (WorkerFixture *self);
/** worker_fixture_free: stops the worker and the pool, and joins them */
void worker_fixture_free (WorkerFixture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WorkerFixture, worker_fixture_free)

/** fixture_open_gate: lets @n_jobs jobs go on */
void fixture_open_gate (WorkerFixture *self, guint n_jobs);
/** fixture_n_open: connections that the worker has */
guint fixture_n_open (const WorkerFixture *self);
/** fixture_tags: (transfer full) */
char *fixture_tags (WorkerFixture *self);

/* Waits for @condition, which other threads make true, and fails after the deadline. */
#define FIXTURE_WAIT_FOR(condition)                                                                \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 wait_until_us =                                                                         \
        g_get_monotonic_time () + FIXTURE_DEADLINE_MS * G_GINT64_CONSTANT (1000);                  \
    while (!(condition))                                                                           \
      {                                                                                            \
        g_assert_cmpint (g_get_monotonic_time (), <, wait_until_us);                               \
        fixture_yield ();                                                                          \
      }                                                                                            \
  }                                                                                                \
  G_STMT_END

#define FIXTURE_DEADLINE_MS 15000

/** fixture_yield: lets other threads run for a moment */
void fixture_yield (void);

typedef struct
{
  int fd;
  GString *received; /* and not yet expected */
} Client;

/** client_new: connects, and hands the other end to the worker */
Client *client_new (WorkerFixture *fixture);
/** client_new_slow: with little room for what it does not read */
Client *client_new_slow (WorkerFixture *fixture);
void client_free (Client *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Client, client_free)

/** client_send: all of @text, whatever the server does; fails where the server is gone */
void client_send (Client *self, const char *text);
void client_send_bytes (Client *self, const char *bytes, gsize n_bytes);
/** client_try_send: (not blocking): whether the server's end still takes something */
gboolean client_try_send (Client *self, const char *text);
/** client_half_close: says no more, and goes on to read */
void client_half_close (Client *self);
/** client_reset: closes so that the server gets ECONNRESET */
void client_reset (Client *self);

/** client_expect: the next bytes are @text */
void client_expect (Client *self, const char *text);
/** client_expect_run: the next line is @n_bytes times @letter */
void client_expect_run (Client *self, char letter, gsize n_bytes);
/** client_skip: throws the next @n_bytes bytes away */
void client_skip (Client *self, gsize n_bytes);
/** client_expect_end: nothing more, and an orderly end: no reset */
void client_expect_end (Client *self);
/** client_expect_last: whatever comes, and then @text and an orderly end */
void client_expect_last (Client *self, const char *text);
/** client_stays_open: whether nothing comes and the server does not close for @time_ms */
gboolean client_stays_open (Client *self, int time_ms);
/** client_round_trips: @n turns of the worker at least have passed when it returns */
void client_round_trips (Client *self, guint n);
