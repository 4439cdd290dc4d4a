/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a connection sends, the limits on it, and how long its peer may take.
 *
 * Source: docs/protocol.md, section 7
 */
#include "server/net/connection-parts.h"

#include <sys/epoll.h>

void
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
  if ((parlance_line_reader_is_unfinished (&self->reader) || connection_has_begun_record (self)) &&
      !connection_is_held_back (self) && !(self->is_throttled && self->n_backlog > 0))
    {
      if (!line_went_on)
        worker_set_deadline (self->worker, &self->deadline, WORKER_DEADLINE_LINE);
      return;
    }
  worker_set_deadline (self->worker, &self->deadline,
                       self->is_patient ? WORKER_DEADLINE_NEVER : WORKER_DEADLINE_IDLE);
}

void
connection_flush (Connection *self)
{
  gsize n_sent;
  OutputPool *pool = worker_pool (self->worker);
  OutputStatus status =
      self->tls != NULL
          ? transport_tls_flush (self->tls, &self->output, pool, self->source.fd, &n_sent)
          : output_flush (&self->output, pool, self->source.fd, &n_sent);

  worker_count (&worker_own_counters (self->worker)->n_bytes_out, n_sent);
  if (status == OUTPUT_FAILED)
    {
      connection_close (self);
      return;
    }
  /* Where nothing had been left over the peer has had no time yet. */
  if (connection_has_output (self) && (n_sent > 0 || (self->source.events & EPOLLOUT) == 0))
    self->progress_ms = loop_now_ms (worker_loop (self->worker));
  /* Last words take as long as they need while the peer goes on to read them. */
  if (n_sent > 0 && self->state == CONNECTION_ENDING)
    connection_update_deadline (self, FALSE);
  if (self->is_paused && self->output.n_bytes < CONNECTION_RESUME_BYTES)
    {
      self->is_paused = false;
      connection_update_deadline (self, FALSE);
    }
}

void
connection_set_accounted (Connection *self, gsize n_bytes)
{
  /* The struct goes soon, and perhaps in a turn that tells nobody. */
  if (self->state == CONNECTION_CLOSED)
    n_bytes = 0;
  worker_account (self->worker, (gint64)n_bytes - (gint64)self->n_accounted);
  self->n_accounted = (guint32)n_bytes;
}

void
connection_touch (Connection *self)
{
  if (self->in_touched || self->in_step)
    return;
  self->in_touched = true;
  worker_add_touched (self->worker, self);
}

void
connection_notify (Connection *self, DoorNotice notice)
{
  self->in_notice = true;
  self->door->notice (self, notice);
  self->in_notice = false;
}

static gboolean
connection_fits (const Connection *self, gsize n_bytes)
{
  return self->in_notice || self->output.n_bytes + n_bytes <= CONNECTION_MAX_OUTPUT;
}

/* Whether @n_bytes more may be queued; a connection that has no room for them is ended. */
static gboolean
connection_takes_output (Connection *self, gsize n_bytes)
{
  /* Whoever is told why the connection ends hears nothing after it. */
  if (!connection_takes_lines (self))
    return FALSE;
  if (connection_fits (self, n_bytes))
    return TRUE;
  /* What was queued in one step was not offered to the kernel yet: its peer may be reading. */
  connection_flush (self);
  if (!connection_takes_lines (self))
    return FALSE;
  if (connection_fits (self, n_bytes))
    return TRUE;
  output_drop_whole_lines (&self->output, worker_pool (self->worker));
  connection_notify (self, DOOR_NOTICE_SLOW_CONSUMER);
  connection_end (self);
  return FALSE;
}

static void
connection_queued (Connection *self)
{
  if (self->is_paused || self->output.n_bytes <= CONNECTION_PAUSE_BYTES)
    return;
  self->is_paused = true;
  /* After a step of its own that is done anyway. */
  if (!self->in_step && connection_takes_lines (self))
    connection_update_deadline (self, FALSE);
}

void
connection_send (Connection *self, const char *bytes, gsize n_bytes)
{
  if (!connection_takes_output (self, n_bytes))
    return;
  output_append (&self->output, worker_pool (self->worker), bytes, n_bytes);
  connection_queued (self);
  connection_touch (self);
}

void
connection_send_frame (Connection *self, OutputFrame *frame)
{
  if (!connection_takes_output (self, frame->n_bytes))
    return;
  output_append_frame (&self->output, worker_pool (self->worker), frame);
  connection_queued (self);
}

gsize
connection_n_unsent (const Connection *self)
{
  return self->output.n_bytes;
}

gboolean
connection_has_room (const Connection *self)
{
  /* A stop waits for nobody else's reading. */
  gboolean has_to_wait =
      self->state == CONNECTION_OPEN && self->peer != NULL && !peer_takes_answers (self->peer);

  return !has_to_wait && self->output.n_bytes < CONNECTION_RESUME_BYTES;
}

void
connection_tell_ended (Connection *self)
{
  if (self->door->ended != NULL)
    self->door->ended (self);
}

gsize
connection_n_own_unsent (const Connection *self)
{
  return self->output.n_bytes - self->output.n_shared;
}

void
connection_end (Connection *self)
{
  if (!connection_takes_lines (self))
    return;
  self->state = CONNECTION_ENDING;
  compute_jobs_cancel (self->jobs);
  connection_tell_ended (self);
  connection_update_deadline (self, FALSE);
  connection_touch (self);
}

/* --- when memory runs out --------------------------------------------------------------------- */

gboolean
connection_has_much_unsent (const Connection *self)
{
  return self->state != CONNECTION_CLOSED && self->output.n_bytes >= CONNECTION_SLOW_BYTES;
}

gboolean
connection_is_slow (const Connection *self)
{
  return connection_has_much_unsent (self) &&
         loop_now_ms (worker_loop (self->worker)) - self->progress_ms >= CONNECTION_SLOW_MS;
}

void
connection_shed_slow (Connection *self)
{
  if (!connection_takes_lines (self))
    {
      connection_close (self);
      return;
    }
  output_drop_whole_lines (&self->output, worker_pool (self->worker));
  /* The rest of a long line would be kept, for words behind it that nobody comes to. */
  if (connection_has_much_unsent (self))
    {
      connection_close (self);
      return;
    }
  connection_notify (self, DOOR_NOTICE_SLOW_CONSUMER);
  connection_end (self);
  connection_drop_input (self);
}

gboolean
connection_is_idle (const Connection *self)
{
  return connection_takes_lines (self) && !self->is_patient && self->n_waiting == 0;
}

void
connection_shed_idle (Connection *self)
{
  if (connection_is_shaking_hands (self))
    {
      connection_close (self);
      return;
    }
  connection_notify (self, DOOR_NOTICE_SERVER_FULL);
  connection_end (self);
  connection_drop_input (self);
  connection_flush (self);
  /* Who does not read would keep its output, and TLS's state for that, for as long as a line has:
   * others would have to go instead. */
  if (self->state != CONNECTION_CLOSED && connection_has_output (self))
    connection_close (self);
}
