/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The checkpointer. SQLite begins the log again by itself, with the first commit that finds all of
 * it carried over and nobody reading it. A writer that never rests does not let that happen: there
 * is always a commit since the last checkpoint. So the thread takes the turn away from the writer
 * for the small rest; and a writer that is faster than the disk gives it up himself when the log is
 * as long as it may get. (SQLite's own way, SQLITE_CHECKPOINT_RESTART, would let the writer wait
 * for the whole log and for every reader.)
 *
 * A checkpoint must not start on a log that is carried over already while the writer may begin it
 * again: SQLite before 3.51.3 can then take what is written next for carried over, and lose it
 * (https://sqlite.org/wal.html#walresetbug). Nobody else makes checkpoints here, so a log with more
 * in it than the last one found stays until the next; and one without is left alone.
 */
#include "server/chat/journal-checkpoint.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>

#include "server/chat/journal-schema.h"

/* Whoever waits for a message goes first: on two cores a checkpoint in their way is what the
 * slowest of a hundred waits for. */
#define NICENESS 5

/* [pages] of 4 KiB */
#define WORTH_PAGES 3000 /* a start after a kill reads them in some 20 ms */
#define MOST_PAGES 16384

struct JournalCheckpointer
{
  sqlite3 *db; /* the thread's */
  int n_done;  /* the thread's: [pages] of the log that are carried over */
  pthread_t thread;

  pthread_mutex_t mutex; /* guards what follows */
  pthread_cond_t asked;
  gboolean is_stopping;
  gboolean is_asked;
  int n_asked; /* [pages] in the log at that time */

  /* Held by whoever writes, and by the thread while nobody may. Guards n_log. */
  pthread_mutex_t turn;
  pthread_cond_t turn_is_over;
  _Atomic gboolean wants_turn; /* the thread does, or is to have it */
  int n_log;                   /* [pages] after the last commit */

  int ask_at; /* the writer's: [pages] */
};

static void
checkpoint (JournalCheckpointer *self)
{
  int n_done = 0;

  /* A failure is no loss: all of it is in the log, and the next call tries again. */
  if (sqlite3_wal_checkpoint_v2 (self->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, &n_done) ==
      SQLITE_OK)
    self->n_done = n_done;
}

static void
take_turn (JournalCheckpointer *self)
{
  atomic_store (&self->wants_turn, TRUE);
  pthread_mutex_lock (&self->turn);
}

static void
give_turn (JournalCheckpointer *self)
{
  atomic_store (&self->wants_turn, FALSE);
  pthread_cond_signal (&self->turn_is_over);
  pthread_mutex_unlock (&self->turn);
}

/* Between two transactions: in the middle of one the log may hold more than is known of. Returns:
 * whether there is more in it than was carried over */
static gboolean
look (JournalCheckpointer *self, gboolean carries_over)
{
  gboolean has_more;

  take_turn (self);
  has_more = self->n_log != self->n_done;
  if (has_more && carries_over)
    checkpoint (self);
  give_turn (self);
  return has_more;
}

static void
serve (JournalCheckpointer *self, int n_asked)
{
  gboolean is_long = n_asked >= MOST_PAGES;

  if (look (self, is_long) && !is_long)
    {
      checkpoint (self);
      /* What came meanwhile, so that all is carried over and the log begins again. */
      (void)look (self, TRUE);
    }
}

static void *
checkpointer_run (void *data)
{
  JournalCheckpointer *self = data;

  /* A refusal costs no more than that. */
  (void)setpriority (PRIO_PROCESS, 0, NICENESS);
  pthread_mutex_lock (&self->mutex);
  while (!self->is_stopping)
    {
      int n_asked = self->n_asked;

      if (!self->is_asked)
        {
          pthread_cond_wait (&self->asked, &self->mutex);
          continue;
        }
      self->is_asked = FALSE;
      pthread_mutex_unlock (&self->mutex);
      serve (self, n_asked);
      pthread_mutex_lock (&self->mutex);
    }
  pthread_mutex_unlock (&self->mutex);
  return NULL;
}

/* SQLite's hook after each commit, in the writer's thread and turn. */
static int
on_commit (void *data, sqlite3 *db, const char *name, int n_pages)
{
  JournalCheckpointer *self = data;

  if (n_pages < self->n_log)
    self->ask_at = WORTH_PAGES; /* it began again */
  self->n_log = n_pages;
  if (n_pages < self->ask_at)
    return SQLITE_OK;
  /* A reader may hold back a checkpoint: not again with every commit. */
  self->ask_at = n_pages + WORTH_PAGES;
  if (n_pages < MOST_PAGES)
    self->ask_at = MIN (self->ask_at, MOST_PAGES);
  else
    atomic_store (&self->wants_turn, TRUE);
  pthread_mutex_lock (&self->mutex);
  self->is_asked = TRUE;
  self->n_asked = n_pages;
  pthread_cond_signal (&self->asked);
  pthread_mutex_unlock (&self->mutex);
  return SQLITE_OK;
}

void
journal_checkpointer_watch (JournalCheckpointer *self, sqlite3 *db)
{
  /* Takes the place of SQLite's own checkpoints. */
  (void)sqlite3_wal_hook (db, on_commit, self);
}

void
journal_checkpointer_enter (JournalCheckpointer *self)
{
  pthread_mutex_lock (&self->turn);
  while (atomic_load (&self->wants_turn))
    pthread_cond_wait (&self->turn_is_over, &self->turn);
}

void
journal_checkpointer_leave (JournalCheckpointer *self)
{
  pthread_mutex_unlock (&self->turn);
}

JournalCheckpointer *
journal_checkpointer_start (const char *data_dir, GError **error)
{
  JournalCheckpointer *self;
  sqlite3 *db = journal_schema_open (data_dir, JOURNAL_DURABILITY_PROCESS, FALSE, error);
  sigset_t all, before;
  int code;

  if (!db)
    return NULL;
  self = g_new0 (JournalCheckpointer, 1);
  self->db = db;
  self->ask_at = WORTH_PAGES;
  pthread_mutex_init (&self->mutex, NULL);
  pthread_cond_init (&self->asked, NULL);
  pthread_mutex_init (&self->turn, NULL);
  pthread_cond_init (&self->turn_is_over, NULL);

  /* Signals are for the thread that waits for them. */
  (void)sigfillset (&all);
  (void)pthread_sigmask (SIG_SETMASK, &all, &before);
  code = pthread_create (&self->thread, NULL, checkpointer_run, self);
  (void)pthread_sigmask (SIG_SETMASK, &before, NULL);
  if (code == 0)
    return self;
  g_set_error (error, JOURNAL_ERROR, JOURNAL_ERROR_STORE, "cannot start the checkpointer: %s",
               g_strerror (code));
  journal_schema_close (self->db);
  g_free (self);
  return NULL;
}

void
journal_checkpointer_stop (JournalCheckpointer *self)
{
  if (!self)
    return;
  pthread_mutex_lock (&self->mutex);
  self->is_stopping = TRUE;
  pthread_cond_signal (&self->asked);
  pthread_mutex_unlock (&self->mutex);
  if (pthread_join (self->thread, NULL) != 0)
    g_assert_not_reached ();
  journal_schema_close (self->db);
  pthread_cond_destroy (&self->turn_is_over);
  pthread_mutex_destroy (&self->turn);
  pthread_cond_destroy (&self->asked);
  pthread_mutex_destroy (&self->mutex);
  g_free (self);
}
