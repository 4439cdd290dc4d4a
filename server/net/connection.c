/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Bytes are read into the worker's intake, those of all that is ready first, and handed to the
 * front door line by line, in place. A connection owns memory beyond this struct only while a
 * line is unfinished (in the line reader), input is kept back (the backlog: the budget is used up,
 * or the peer does not read its answers), or output is unsent.
 *
 * It dies in two steps: connection_close() gives the descriptor back, and the struct goes when no
 * list of the worker and no answer under way can name it any more.
 *
 * Source: docs/protocol.md, sections 1 and 7
 */
#include "server/net/connection-parts.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECTION_UNREAD_TIMEOUT_MS 105000 /* as long as keepalive takes, see listener.c */

static void
connection_bury_if_free (Connection *self)
{
  if (self->state == CONNECTION_CLOSED && self->n_waiting == 0 && !self->in_ready &&
      !self->in_touched && !self->in_step)
    worker_bury (self->worker, self);
}

void
connection_drop_input (Connection *self)
{
  if (self->backlog != NULL)
    explicit_bzero (self->backlog, self->n_backlog);
  g_clear_pointer (&self->backlog, g_free);
  self->n_backlog = 0;
  parlance_line_reader_clear (&self->reader);
}

static gint64
connection_struct_bytes (const Door *door)
{
  return (gint64)(sizeof (Connection) + door->n_state_bytes);
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
  gboolean was_open = connection_takes_lines (self);

  if (self->state == CONNECTION_CLOSED)
    return;
  self->state = CONNECTION_CLOSED;
  compute_jobs_cancel (self->jobs);
  if (was_open)
    connection_tell_ended (self);
  deadlines_clear (&self->deadline);
  /* Closing takes the socket out of the epoll set: no other descriptor leads to it. */
  close (self->source.fd);
  connection_drop_input (self);
  output_clear (&self->output, worker_pool (self->worker));
  g_clear_pointer (&self->tls, transport_tls_free);
  count_closed (self->worker, self->is_refused);
  connection_expect (self, 0);
  peer_disconnected (self->peer);
  connection_set_accounted (self, 0);
  connection_tell_peer (self);
  worker_account (self->worker, -connection_struct_bytes (self->door));
  connection_bury_if_free (self);
}

void
connection_free (Connection *self)
{
  peer_unref (self->peer);
  g_free (self);
}

static void
connection_update_interest (Connection *self)
{
  /* Input that was kept back for the next turn does not end the interest: toggling it would cost
   * two system calls a turn. Kept back for longer it does, or the loop would spin. */
  gboolean reads = connection_takes_lines (self) && !self->at_eof && !self->is_paused &&
                   (self->n_backlog == 0 || (self->in_ready && !self->is_throttled));
  uint32_t events = reads || self->state == CONNECTION_LINGERING ? EPOLLIN : 0;

  if (connection_has_output (self))
    events |= EPOLLOUT;
  loop_modify (worker_loop (self->worker), &self->source, events);
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

  /* A stop waits for no handshake: nothing was asked yet. */
  if (self->state == CONNECTION_DRAINING && connection_is_shaking_hands (self))
    {
      connection_close (self);
      return;
    }
  if (connection_takes_lines (self) && !has_input && self->n_waiting == 0)
    {
      if (self->state == CONNECTION_DRAINING &&
          (self->n_undrained == 0 || !connection_has_unread (self)))
        {
          connection_notify (self, DOOR_NOTICE_SHUTTING_DOWN);
          connection_end (self);
          connection_flush (self);
        }
      else if (self->state == CONNECTION_OPEN && self->at_eof && !self->wants_room)
        connection_end (self);
    }
  if (self->state == CONNECTION_ENDING && self->output.n_bytes == 0 &&
      connection_tls_said_goodbye (self))
    {
      if (self->at_eof)
        {
          connection_close (self);
          return;
        }
      self->state = CONNECTION_LINGERING;
      connection_drop_input (self);
      g_clear_pointer (&self->tls, transport_tls_free);
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
  if (self->wants_room && connection_takes_lines (self))
    {
      connection_tell_peer (self); /* what it has just read is room */
      if (connection_has_room (self))
        {
          self->wants_room = false;
          self->door->has_room (self);
        }
    }
  /* The door may have met others of its address that were faster. */
  if (self->wants_room && connection_takes_lines (self) && self->peer != NULL &&
      !connection_has_output (self))
    connection_await_address (self);
  if (self->state != CONNECTION_CLOSED)
    connection_advance (self);
  if (self->state != CONNECTION_CLOSED)
    {
      if (connection_takes_lines (self) && self->n_backlog > 0 && !connection_is_held_back (self) &&
          !self->in_ready)
        {
          self->in_ready = true;
          if (self->is_throttled)
            worker_add_throttled (self->worker, self);
          else
            worker_add_ready (self->worker, self);
        }
      connection_update_interest (self);
    }
}

void
connection_push (Connection *self)
{
  /* One that is closed may be buried already. Where the kernel takes no more it says when it does:
   * trying again for each frame would let everybody wait for those that do not read. */
  if (self->in_touched || self->in_step || self->state == CONNECTION_CLOSED)
    return;
  if ((self->source.events & EPOLLOUT) != 0)
    connection_tell_peer (self);
  else
    connection_finish_step (self);
}

void
connection_finish_step (Connection *self)
{
  self->in_touched = false;
  /* It may close here: buried is it at the end, and once. */
  self->in_step = true;
  connection_settle (self);
  connection_account (self);
  connection_tell_peer (self);
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

      if (!connection_takes_lines (self) || connection_is_held_back (self))
        break;
      /* What has come before a stop is answered without delay. */
      if (self->peer != NULL && *cursor < end && self->state == CONNECTION_OPEN &&
          !connection_may_ask (self))
        break;
      ParlanceLineStatus status =
          parlance_line_reader_next (&self->reader, cursor, end, &line, &n_bytes);
      if (status == PARLANCE_LINE_NONE)
        break;
      if (self->n_paid > 0)
        self->n_paid--;
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

  if (connection_takes_lines (self) &&
      parlance_line_reader_finish (&self->reader, &line, &n_bytes) == PARLANCE_LINE_READY)
    self->door->line (self, line, n_bytes);
}

void
connection_step (Connection *self, const char *begin, const char *end)
{
  gboolean was_unfinished = parlance_line_reader_is_unfinished (&self->reader);
  guint32 n_ended = self->reader.n_ended;

  self->in_step = true;
  connection_handle_lines (self, &begin, end);
  if (connection_takes_lines (self))
    {
      self->n_backlog = (guint32)(end - begin);
      if (self->n_backlog > 0)
        self->backlog = g_memdup2 (begin, self->n_backlog);
      else if (self->at_eof)
        connection_handle_last_line (self);
    }
  if (connection_takes_lines (self))
    connection_update_deadline (self, was_unfinished && self->reader.n_ended == n_ended);
  connection_tell_peer (self);
  self->in_step = false;
  connection_touch (self);
}

/* What came in is handled when all of the turn is received: intake_handle(). */
static void
connection_read (Connection *self)
{
  gsize n_room;
  Intake *intake = worker_intake (self->worker);
  char *room = intake_room (intake, &n_room);
  ssize_t n = recv (self->source.fd, room, n_room, MSG_DONTWAIT);

  if (n < 0)
    {
      if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
        connection_close (self);
      return;
    }
  worker_count (&worker_own_counters (self->worker)->n_bytes_in, (guint64)n);
  intake_add (intake, self, (gsize)n);
}

guint64
connection_foresee (Connection *self, const char *bytes, gsize n_bytes)
{
  return self->door->foresee != NULL && n_bytes > 0 && self->tls == NULL
             ? self->door->foresee (self, bytes, n_bytes)
             : 0;
}

void
connection_fetch (Connection *self, guint64 foreseen)
{
  self->door->fetch (self, foreseen);
}

void
connection_received (Connection *self, const char *bytes, gsize n_bytes)
{
  /* The mailbox may have brought its end in between. */
  if (self->state == CONNECTION_CLOSED)
    return;
  if (self->state == CONNECTION_LINGERING)
    {
      if (n_bytes == 0)
        connection_close (self);
      return;
    }
  if (self->state == CONNECTION_DRAINING)
    self->n_undrained -= (guint32)MIN (n_bytes, (gsize)self->n_undrained);
  if (n_bytes == 0)
    self->at_eof = true;
  if (!self->has_spoken && !connection_note_beginning (self, bytes, n_bytes))
    return;
  if (self->tls != NULL)
    connection_tls_received (self, bytes, n_bytes);
  else
    connection_step (self, bytes, bytes + n_bytes);
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

/* One that its address keeps waiting is asked for 50 times a second: what it has sent is not moved
 * for that. */
static gboolean
connection_has_to_wait (Connection *self)
{
  return self->is_throttled && self->state == CONNECTION_OPEN && self->n_backlog > 0 &&
         !connection_is_held_back (self) && !connection_may_ask (self);
}

void
connection_resume (Connection *self)
{
  if (self->wants_room)
    connection_touch (self);
  if (connection_has_to_wait (self))
    {
      /* What it has not read is its own matter: for that it has no more time. */
      if (!connection_has_output (self))
        connection_update_deadline (self, FALSE);
      worker_add_throttled (self->worker, self);
      return;
    }

  gboolean was_throttled = self->is_throttled;
  gboolean had_backlog = self->n_backlog > 0;

  self->in_ready = false;
  self->is_throttled = false;
  /* Who waits for others is not idle, and an unfinished line of which the rest was here has its
   * time from now on. */
  if (was_throttled && connection_takes_lines (self) &&
      (!connection_has_output (self) || (had_backlog && !connection_is_held_back (self))))
    connection_update_deadline (self, !had_backlog);
  if (connection_takes_lines (self) && self->n_backlog > 0 && connection_is_held_back (self))
    {
      connection_touch (self);
      return;
    }
  if (connection_takes_lines (self) && self->n_backlog > 0)
    {
      g_autofree char *input = g_steal_pointer (&self->backlog);
      guint32 n_input = self->n_backlog;

      self->n_backlog = 0;
      if (connection_is_shaking_hands (self))
        connection_tls_received (self, input, n_input);
      else
        connection_step (self, input, input + n_input);
      explicit_bzero (input, n_input);
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
  self->is_crowd = seed->is_crowd != FALSE;
  self->peer = seed->peer;
  self->offers_tls = seed->tls != CONNECTION_TLS_OFF;
  self->requires_tls = seed->tls == CONNECTION_TLS_REQUIRED;
  parlance_line_reader_init (&self->reader, seed->door->line_limit);
  if (!self->is_refused)
    worker_count (&worker_own_counters (worker)->n_opened, 1);
  worker_account (worker, connection_struct_bytes (self->door));
  if (!loop_add (worker_loop (worker), &self->source, EPOLLIN))
    {
      count_closed (worker, self->is_refused);
      close (seed->fd);
      peer_disconnected (self->peer);
      worker_account (worker, -connection_struct_bytes (self->door));
      connection_free (self);
      return NULL;
    }
  worker_set_deadline (worker, &self->deadline, WORKER_DEADLINE_IDLE);

  if (seed->is_full)
    {
      connection_open_refused (self);
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
  if (connection_expired_unspoken (self))
    return;
  /* So that it is not taken for one that somebody on the way has cut. */
  if (self->tls != NULL && self->output.n_bytes == 0)
    (void)connection_tls_said_goodbye (self);
  connection_close (self);
}

void
connection_hold (Connection *self, guint weight)
{
  self->n_waiting = (guint16)(self->n_waiting + weight);
}

void
connection_release (Connection *self, guint weight)
{
  gboolean was_held_back = connection_is_held_back (self);

  self->n_waiting = (guint16)(self->n_waiting - weight);
  if (was_held_back && !self->in_step && connection_takes_lines (self))
    connection_update_deadline (self, FALSE);
  if (self->state == CONNECTION_CLOSED)
    connection_bury_if_free (self);
  else
    connection_touch (self);
}

void
connection_await_room (Connection *self)
{
  self->wants_room = true;
  connection_touch (self);
}

void
connection_set_patient (Connection *self, gboolean is_patient)
{
  unsigned int timeout_ms = is_patient ? CONNECTION_UNREAD_TIMEOUT_MS : 0;

  /* Keepalive does not run while data is under way, and no deadline of ours ends a peer that is
   * gone then. Where the kernel refuses, TCP gives up in its own time. */
  (void)setsockopt (self->source.fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout_ms, sizeof timeout_ms);
  self->is_patient = is_patient != FALSE;
  if (self->state != CONNECTION_CLOSED)
    connection_update_deadline (self, TRUE);
}

ComputeJob **
connection_jobs (Connection *self)
{
  return &self->jobs;
}

gboolean
connection_is_open (const Connection *self)
{
  return connection_takes_lines (self);
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
