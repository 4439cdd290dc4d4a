/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Bytes are read into the worker's scratch buffer and handed to the front door line by line, in
 * place. A connection owns memory beyond this struct only while a line is unfinished (in the line
 * reader), input is kept back (the backlog: the budget is used up, or the peer does not read its
 * answers), or output is unsent.
 *
 * It dies in two steps: connection_close() gives the descriptor back, and the struct goes when no
 * list of the worker and no answer under way can name it any more.
 *
 * Source: docs/protocol.md, sections 1 and 7
 */
#include "server/net/connection.h"

#include "protocol/wire/line-reader.h"
#include "server/net/compute.h"
#include "server/net/worker.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define TLS_HANDSHAKE 0x16 /* the first byte of a TLS client; plain text never begins with it */

typedef enum
{
  CONNECTION_OPEN,      /* reads, answers */
  CONNECTION_DRAINING,  /* the server stops: reads and answers what the kernel has, then ends */
  CONNECTION_ENDING,    /* takes no more lines; output is being flushed */
  CONNECTION_LINGERING, /* our side is shut; input is thrown away until the peer closes */
  CONNECTION_CLOSED,    /* without a descriptor, waits to be freed */
} ConnectionState;

struct Connection
{
  LoopSource source; /* first: leads from the loop to the connection */
  guint8 state;      /* ConnectionState */
  bool is_local : 1;
  bool is_refused : 1; /* one too many: it takes nobody's place */
  bool at_eof : 1;     /* the peer has shut its side */
  bool is_paused : 1;  /* too much unsent output: reading stops */
  bool in_ready : 1;   /* in the worker's list of those to go on with */
  bool in_touched : 1; /* in the worker's list of those to flush */
  bool in_step : 1;    /* its lines or its output are being handled: flush and burial come after */
  bool in_notice : 1;  /* the last words are being queued: no limit stops them */
  bool has_spoken : 1; /* the first byte was seen */
  guint8 budget;       /* lines that may still be handled in this step */
  guint16 n_waiting;   /* answers under way in other threads */
  guint32 n_undrained; /* [bytes] that a stop still reads of what comes in */
  Worker *worker;
  const Door *door;
  ComputeJob *jobs; /* (nullable): for whoever cancels them */
  DeadlineLink deadline;
  ParlanceLineReader reader;
  Output output;
  char *backlog; /* (nullable): complete and incomplete lines not yet looked at */
  guint32 n_backlog;
  max_align_t door_state[];
};

static inline gboolean
takes_lines (const Connection *self)
{
  return self->state == CONNECTION_OPEN || self->state == CONNECTION_DRAINING;
}

static void
connection_bury_if_free (Connection *self)
{
  if (self->state == CONNECTION_CLOSED && self->n_waiting == 0 && !self->in_ready &&
      !self->in_touched && !self->in_step)
    worker_bury (self->worker, self);
}

/* Memory for input that will not be looked at any more. */
static void
connection_drop_input (Connection *self)
{
  g_clear_pointer (&self->backlog, g_free);
  self->n_backlog = 0;
  parlance_line_reader_clear (&self->reader);
}

static void
count_closed (Worker *worker, gboolean is_refused)
{
  WorkerCounters *counters = worker_own_counters (worker);

  worker_count (is_refused ? &counters->n_refused_closed : &counters->n_closed, 1);
}

void
connection_close (Connection *self)
{
  if (self->state == CONNECTION_CLOSED)
    return;
  self->state = CONNECTION_CLOSED;
  compute_jobs_cancel (self->jobs);
  deadlines_clear (&self->deadline);
  /* Closing takes the socket out of the epoll set: no other descriptor leads to it. */
  close (self->source.fd);
  connection_drop_input (self);
  output_clear (&self->output, worker_pool (self->worker));
  count_closed (self->worker, self->is_refused);
  connection_bury_if_free (self);
}

void
connection_free (Connection *self)
{
  g_free (self);
}

/* --- deadlines and interest ------------------------------------------------------------------- */

/* Whether the server is what keeps the next line from being handled. */
static inline gboolean
is_held_back (const Connection *self)
{
  return self->is_paused || self->n_waiting >= CONNECTION_MAX_WAITING ||
         (self->door->answers_in_order && self->n_waiting > 0);
}

static void
connection_update_deadline (Connection *self, gboolean line_went_on)
{
  if (self->state == CONNECTION_LINGERING)
    {
      worker_set_deadline (self->worker, &self->deadline, WORKER_DEADLINE_LINGER);
      return;
    }
  if (self->state == CONNECTION_ENDING)
    {
      /* A peer that half-closed may take its time to read its answers; one that is shown the door
       * has as long as for a line. */
      worker_set_deadline (self->worker, &self->deadline,
                           self->at_eof ? WORKER_DEADLINE_IDLE : WORKER_DEADLINE_LINE);
      return;
    }
  /* While input is held back an unfinished line is not the peer's fault. */
  if (parlance_line_reader_is_unfinished (&self->reader) && !is_held_back (self))
    {
      if (!line_went_on)
        worker_set_deadline (self->worker, &self->deadline, WORKER_DEADLINE_LINE);
      return;
    }
  worker_set_deadline (self->worker, &self->deadline, WORKER_DEADLINE_IDLE);
}

static void
connection_update_interest (Connection *self)
{
  /* Input that was kept back for the next turn does not end the interest: toggling it would cost
   * two system calls a turn. Kept back for longer it does, or the loop would spin. */
  gboolean reads = takes_lines (self) && !self->at_eof && !self->is_paused &&
                   (self->n_backlog == 0 || self->in_ready);
  uint32_t events = reads || self->state == CONNECTION_LINGERING ? EPOLLIN : 0;

  if (self->output.n_bytes > 0)
    events |= EPOLLOUT;
  loop_modify (worker_loop (self->worker), &self->source, events);
}

/* --- output ----------------------------------------------------------------------------------- */

static void
connection_flush (Connection *self)
{
  gsize n_sent;
  OutputStatus status =
      output_flush (&self->output, worker_pool (self->worker), self->source.fd, &n_sent);

  worker_count (&worker_own_counters (self->worker)->n_bytes_out, n_sent);
  if (status == OUTPUT_FAILED)
    {
      connection_close (self);
      return;
    }
  /* Last words take as long as they need while the peer goes on to read them. */
  if (n_sent > 0 && self->state == CONNECTION_ENDING)
    connection_update_deadline (self, FALSE);
  if (self->is_paused && self->output.n_bytes < CONNECTION_RESUME_BYTES)
    {
      self->is_paused = false;
      connection_update_deadline (self, FALSE);
    }
}

static void
connection_touch (Connection *self)
{
  if (self->in_touched || self->in_step)
    return;
  self->in_touched = true;
  worker_add_touched (self->worker, self);
}

static void
connection_notify (Connection *self, DoorNotice notice)
{
  self->in_notice = true;
  self->door->notice (self, notice);
  self->in_notice = false;
}

void
connection_send (Connection *self, const char *bytes, gsize n_bytes)
{
  /* Whoever is told why the connection ends hears nothing after it. */
  if (!takes_lines (self))
    return;
  if (!self->in_notice && self->output.n_bytes + n_bytes > CONNECTION_MAX_OUTPUT)
    {
      output_drop_whole_lines (&self->output, worker_pool (self->worker));
      connection_notify (self, DOOR_NOTICE_SLOW_CONSUMER);
      connection_end (self);
      return;
    }
  output_append (&self->output, worker_pool (self->worker), bytes, n_bytes);
  if (self->output.n_bytes > CONNECTION_PAUSE_BYTES)
    self->is_paused = true;
  connection_touch (self);
}

void
connection_end (Connection *self)
{
  if (!takes_lines (self))
    return;
  self->state = CONNECTION_ENDING;
  compute_jobs_cancel (self->jobs);
  connection_update_deadline (self, FALSE);
  connection_touch (self);
}

/* Whether input waits that was not read: closing then would be a reset. */
static gboolean
connection_has_unread (const Connection *self)
{
  char byte;

  return !self->at_eof && recv (self->source.fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

/* What follows from the state after lines were handled or bytes were sent. */
static void
connection_advance (Connection *self)
{
  gboolean has_input = self->n_backlog > 0;

  if (takes_lines (self) && !has_input && self->n_waiting == 0)
    {
      if (self->state == CONNECTION_DRAINING &&
          (self->n_undrained == 0 || !connection_has_unread (self)))
        {
          connection_notify (self, DOOR_NOTICE_SHUTTING_DOWN);
          connection_end (self);
          connection_flush (self);
        }
      else if (self->state == CONNECTION_OPEN && self->at_eof)
        connection_end (self);
    }
  if (self->state == CONNECTION_ENDING && self->output.n_bytes == 0)
    {
      if (self->at_eof)
        {
          connection_close (self);
          return;
        }
      self->state = CONNECTION_LINGERING;
      connection_drop_input (self);
      connection_update_deadline (self, FALSE);
      /* A server that stops waits for nobody but a peer that goes on sending. */
      if (shutdown (self->source.fd, SHUT_WR) != 0 ||
          (worker_is_stopping (self->worker) && !connection_has_unread (self)))
        connection_close (self);
    }
}

static void
connection_settle (Connection *self)
{
  if (self->state != CONNECTION_CLOSED)
    connection_flush (self);
  if (self->state != CONNECTION_CLOSED)
    connection_advance (self);
  if (self->state != CONNECTION_CLOSED)
    {
      if (takes_lines (self) && self->n_backlog > 0 && !is_held_back (self) && !self->in_ready)
        {
          self->in_ready = true;
          worker_add_ready (self->worker, self);
        }
      connection_update_interest (self);
    }
}

void
connection_finish_step (Connection *self)
{
  self->in_touched = false;
  /* It may close here: buried is it at the end, and once. */
  self->in_step = true;
  connection_settle (self);
  self->in_step = false;
  connection_bury_if_free (self);
}

/* --- input ------------------------------------------------------------------------------------ */

/* Hands lines to the door until the input or the budget is used up. */
static void
connection_handle_lines (Connection *self, const char **cursor, const char *end)
{
  for (self->budget = CONNECTION_LINES_PER_TURN; self->budget > 0; self->budget--)
    {
      const char *line;
      gsize n_bytes;

      if (!takes_lines (self) || is_held_back (self))
        break;
      ParlanceLineStatus status =
          parlance_line_reader_next (&self->reader, cursor, end, &line, &n_bytes);
      if (status == PARLANCE_LINE_NONE)
        break;
      if (status == PARLANCE_LINE_READY)
        self->door->line (self, line, n_bytes);
      else
        self->door->line_too_long (self);
    }
}

void
connection_charge (Connection *self, guint n_lines)
{
  self->budget = (guint8)(self->budget - MIN (n_lines, self->budget - 1U));
}

static void
connection_handle_last_line (Connection *self)
{
  const char *line;
  gsize n_bytes;

  if (takes_lines (self) &&
      parlance_line_reader_finish (&self->reader, &line, &n_bytes) == PARLANCE_LINE_READY)
    self->door->line (self, line, n_bytes);
}

/* One step: lines, the end of input, flush. There is no backlog when it begins. */
static void
connection_step (Connection *self, const char *begin, const char *end)
{
  gboolean was_unfinished = parlance_line_reader_is_unfinished (&self->reader);
  guint32 n_ended = self->reader.n_ended;

  self->in_step = true;
  connection_handle_lines (self, &begin, end);
  if (takes_lines (self))
    {
      self->n_backlog = (guint32)(end - begin);
      if (self->n_backlog > 0)
        self->backlog = g_memdup2 (begin, self->n_backlog);
      else if (self->at_eof)
        connection_handle_last_line (self);
    }
  if (takes_lines (self))
    connection_update_deadline (self, was_unfinished && self->reader.n_ended == n_ended);
  self->in_step = false;
  connection_touch (self);
}

static gboolean
connection_speaks_tls (Connection *self, const char *bytes)
{
  gboolean is_first = !self->has_spoken;

  self->has_spoken = true;
  return is_first && bytes[0] == TLS_HANDSHAKE;
}

static void
connection_read (Connection *self)
{
  char *scratch = worker_scratch (self->worker);
  ssize_t n = recv (self->source.fd, scratch, WORKER_SCRATCH_BYTES, MSG_DONTWAIT);

  if (n < 0)
    {
      if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
        connection_close (self);
      return;
    }
  worker_count (&worker_own_counters (self->worker)->n_bytes_in, (guint64)n);
  if (self->state == CONNECTION_LINGERING)
    {
      if (n == 0)
        connection_close (self);
      return;
    }
  if (self->state == CONNECTION_DRAINING)
    self->n_undrained -= (guint32)MIN ((gsize)n, (gsize)self->n_undrained);
  if (n == 0)
    self->at_eof = true;
  /* Without TLS a handshake would be taken for an endless line: an end is what its client
   * understands. */
  else if (connection_speaks_tls (self, scratch))
    {
      connection_close (self);
      return;
    }
  connection_step (self, scratch, scratch + n);
}

static void
connection_ready (LoopSource *source, uint32_t events)
{
  Connection *self = (Connection *)source;

  if (self->state == CONNECTION_CLOSED)
    return;
  if ((events & EPOLLIN) != 0 && (self->source.events & EPOLLIN) != 0)
    {
      if (self->n_backlog == 0)
        connection_read (self);
    }
  /* Both directions are dead, and reading would not be told. */
  else if ((events & (EPOLLERR | EPOLLHUP)) != 0)
    {
      connection_close (self);
      return;
    }
  if ((events & EPOLLOUT) != 0 && self->state != CONNECTION_CLOSED)
    connection_touch (self);
}

void
connection_resume (Connection *self)
{
  self->in_ready = false;
  if (takes_lines (self) && self->n_backlog > 0)
    {
      g_autofree char *input = g_steal_pointer (&self->backlog);
      guint32 n_input = self->n_backlog;

      self->n_backlog = 0;
      connection_step (self, input, input + n_input);
      return;
    }
  connection_bury_if_free (self);
}

/* --- life ------------------------------------------------------------------------------------- */

Connection *
connection_open (Worker *worker, const ConnectionSeed *seed)
{
  Connection *self = g_malloc0 (sizeof *self + seed->door->n_state_bytes);

  self->source.fd = seed->fd;
  self->source.ready = connection_ready;
  self->worker = worker;
  self->door = seed->door;
  self->is_local = seed->is_local != FALSE;
  self->is_refused = seed->is_full != FALSE;
  parlance_line_reader_init (&self->reader, seed->door->line_limit);
  if (!self->is_refused)
    worker_count (&worker_own_counters (worker)->n_opened, 1);
  if (!loop_add (worker_loop (worker), &self->source, EPOLLIN))
    {
      count_closed (worker, self->is_refused);
      close (seed->fd);
      g_free (self);
      return NULL;
    }
  worker_set_deadline (worker, &self->deadline, WORKER_DEADLINE_IDLE);

  if (seed->is_full)
    {
      connection_notify (self, DOOR_NOTICE_SERVER_FULL);
      connection_end (self);
      return self;
    }
  if (self->door->opened != NULL)
    self->door->opened (self);
  if (worker_is_stopping (worker))
    connection_drain (self);
  /* A client sends its first request right behind the handshake: it is here as a rule. */
  else
    connection_read (self);
  return self;
}

void
connection_drain (Connection *self)
{
  if (self->state == CONNECTION_LINGERING && !connection_has_unread (self))
    {
      connection_close (self);
      return;
    }
  if (self->state == CONNECTION_OPEN)
    {
      self->n_undrained = CONNECTION_MAX_DRAIN;
      self->state = CONNECTION_DRAINING;
    }
  connection_touch (self);
}

void
connection_expired (Connection *self)
{
  connection_close (self);
}

void
connection_hold (Connection *self)
{
  self->n_waiting++;
}

void
connection_release (Connection *self)
{
  self->n_waiting--;
  if (self->state == CONNECTION_CLOSED)
    connection_bury_if_free (self);
  else
    connection_touch (self);
}

ComputeJob **
connection_jobs (Connection *self)
{
  return &self->jobs;
}

gboolean
connection_is_open (const Connection *self)
{
  return takes_lines (self);
}

gboolean
connection_is_local (const Connection *self)
{
  return self->is_local;
}

Worker *
connection_worker (const Connection *self)
{
  return self->worker;
}

void *
door_state (Connection *connection)
{
  return connection->door_state;
}

Connection *
connection_from_deadline (DeadlineLink *link)
{
  return (Connection *)(void *)((char *)link - G_STRUCT_OFFSET (Connection, deadline));
}
