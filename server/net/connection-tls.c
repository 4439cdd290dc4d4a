/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a connection does differently when its peer speaks TLS, and with the first byte, which
 * decides that.
 *
 * A handshake is the dearest thing that a stranger can ask for: a worker takes part in a few of
 * them a turn (worker_may_shake_hands()), and what the others have sent is kept back as input over
 * the budget is. It has to be over in the time that a line has, however often something comes.
 *
 * Source: docs/protocol.md, sections 1 and 7
 */
#include "server/net/connection-parts.h"

#include "server/net/transport-tls.h"

#include <string.h>

/* An alert may be waiting, and is all that is sent. */
static void
connection_fail_tls (Connection *self)
{
  output_clear (&self->output, worker_pool (self->worker));
  connection_end (self);
}

/* The server that is full says so in the language of whoever comes. */
static void
connection_turn_away (Connection *self)
{
  connection_notify (self, self->is_crowd ? DOOR_NOTICE_CROWD : DOOR_NOTICE_SERVER_FULL);
  connection_end (self);
}

void
connection_open_refused (Connection *self)
{
  if (self->offers_tls && worker_tls (self->worker) != NULL)
    worker_set_deadline (self->worker, &self->deadline, WORKER_DEADLINE_LINGER);
  else
    connection_turn_away (self);
}

gboolean
connection_expired_unspoken (Connection *self)
{
  if (!self->is_refused || self->has_spoken || !connection_takes_lines (self))
    return FALSE;
  connection_turn_away (self);
  return TRUE;
}

gboolean
connection_note_beginning (Connection *self, const char *bytes, gsize n_bytes)
{
  TlsContext *context = self->offers_tls ? worker_tls (self->worker) : NULL;

  self->has_spoken = n_bytes > 0;
  if (n_bytes == 0 || bytes[0] != TLS_HANDSHAKE)
    {
      if (!self->is_refused || !connection_takes_lines (self))
        return TRUE;
      connection_turn_away (self);
      return FALSE;
    }
  if (context != NULL && (self->peer == NULL || peer_has_room (self->peer)))
    self->tls = transport_tls_new (context, worker_tls_scratch (self->worker));
  /* Without TLS a handshake would be taken for an endless line: an end is what its client
   * understands. And saying that there is no room would take what there is no room for. */
  if (self->tls == NULL)
    {
      connection_close (self);
      return FALSE;
    }
  /* What it takes now counts before the next of its address begins. */
  connection_tell_peer (self);
  connection_touch (self);
  worker_set_deadline (self->worker, &self->deadline,
                       self->is_refused ? WORKER_DEADLINE_LINGER : WORKER_DEADLINE_LINE);
  return TRUE;
}

gboolean
connection_is_shaking_hands (const Connection *self)
{
  return self->tls != NULL && transport_tls_status (self->tls) == TLS_HANDSHAKING;
}

gboolean
connection_has_begun_record (const Connection *self)
{
  return self->tls != NULL && transport_tls_has_begun_record (self->tls);
}

gboolean
connection_has_output (const Connection *self)
{
  return self->output.n_bytes > 0 || (self->tls != NULL && transport_tls_n_unsent (self->tls) > 0);
}

static void
connection_keep_for_next_turn (Connection *self, const char *bytes, gsize n_bytes)
{
  self->backlog = g_memdup2 (bytes, n_bytes);
  self->n_backlog = (guint32)n_bytes;
  if (self->in_ready)
    return;
  self->in_ready = true;
  worker_add_ready (self->worker, self);
}

/* The socket's end. What the peer did not end itself, by a word of TLS, may have been cut short by
 * somebody else: an unfinished line is none. */
static void
connection_tls_cut (Connection *self)
{
  if (connection_is_shaking_hands (self))
    {
      connection_close (self);
      return;
    }
  parlance_line_reader_clear (&self->reader);
  parlance_line_reader_init (&self->reader, self->door->line_limit);
  connection_step (self, "", "");
}

void
connection_tls_received (Connection *self, const char *bytes, gsize n_bytes)
{
  gboolean was_shaking_hands = connection_is_shaking_hands (self);
  gboolean had_begun = connection_has_begun_record (self);
  gsize n_before = transport_tls_n_bytes (self->tls);
  char *plain;
  gsize n_plain;

  if (n_bytes == 0)
    {
      connection_tls_cut (self);
      return;
    }
  if (was_shaking_hands && !worker_may_shake_hands (self->worker))
    {
      connection_keep_for_next_turn (self, bytes, n_bytes);
      return;
    }
  TlsStatus status = transport_tls_receive (self->tls, bytes, n_bytes, &plain, &n_plain);
  /* What it has to send, and what it takes, is looked at then. */
  if (transport_tls_n_unsent (self->tls) > 0 || transport_tls_n_bytes (self->tls) != n_before)
    connection_touch (self);
  if (status == TLS_FAILED)
    connection_fail_tls (self);
  else if (status != TLS_HANDSHAKING && self->is_refused)
    connection_turn_away (self);
  else if (status != TLS_HANDSHAKING)
    {
      if (status == TLS_ENDED)
        self->at_eof = true;
      if (n_plain > 0 || was_shaking_hands || self->at_eof)
        connection_step (self, plain, plain + n_plain);
      /* What has begun is to be finished in the time that a line has; what is finished was in time,
       * with nothing in it for us as well. */
      else if (had_begun != connection_has_begun_record (self))
        connection_update_deadline (self, parlance_line_reader_is_unfinished (&self->reader));
    }
  explicit_bzero (plain, n_plain);
}

gboolean
connection_tls_said_goodbye (Connection *self)
{
  if (self->tls == NULL)
    return TRUE;
  transport_tls_end (self->tls);
  connection_flush (self);
  return self->state != CONNECTION_CLOSED && transport_tls_n_unsent (self->tls) == 0;
}

gboolean
connection_refuses_plain (const Connection *self)
{
  return self->requires_tls && self->tls == NULL;
}

gboolean
connection_is_encrypted (const Connection *self)
{
  return self->tls != NULL;
}
