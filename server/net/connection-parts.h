/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the files of the connection share; nobody else includes it. connection.c has its life and
 * its input, connection-output.c what goes out and the deadlines, connection-tls.c the first byte
 * and TLS.
 */
#pragma once

#include "protocol/wire/line-reader.h"
#include "server/net/compute.h"
#include "server/net/transport-tls.h"
#include "server/net/worker.h"

#include <stdbool.h>
#include <stddef.h>

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
  bool is_patient : 1; /* may say nothing for as long as it likes */
  bool wants_room : 1; /* the door is to be told when output has gone out */
  bool offers_tls : 1; /* if the first byte asks for it */
  bool requires_tls : 1;
  bool is_crowd : 1;     /* with is_refused: its address has too many */
  bool is_throttled : 1; /* its address asks too often: the rest of the input waits for a moment */
  guint8 budget;         /* lines that may still be handled in this step */
  guint8 n_paid;     /* lines that were taken off what the address may ask, and did not come yet */
  guint8 n_to_pay;   /* how many are taken off at once the next time */
  guint16 n_waiting; /* weight of the answers under way in other threads */
  guint32 n_undrained; /* [bytes] that a stop still reads of what comes in */
  Worker *worker;
  Peer *peer; /* (nullable) */
  const Door *door;
  ComputeJob *jobs; /* (nullable): for whoever cancels them */
  DeadlineLink deadline;
  ParlanceLineReader reader;
  Output output;
  int64_t progress_ms; /* while output waits: when some of it could be sent last */
  TransportTls *tls;   /* (nullable): plain text */
  char *backlog;       /* (nullable): complete and incomplete lines not yet looked at; before the
                          handshake is over what was received */
  guint32 n_backlog;
  guint32 n_accounted;   /* [bytes] that its worker knows of */
  guint32 n_told_unsent; /* [bytes] that its address is known to have for it */
  guint32 n_told_other;
  guint32 n_expected; /* [bytes] of answers that are being got ready */
  max_align_t door_state[];
};

static inline gboolean
connection_takes_lines (const Connection *self)
{
  return self->state == CONNECTION_OPEN || self->state == CONNECTION_DRAINING;
}

/* Whether the server is what keeps the next line from being handled. */
static inline gboolean
connection_is_held_back (const Connection *self)
{
  return self->is_paused || self->n_waiting >= CONNECTION_MAX_WAITING ||
         (self->door->answers_in_order && self->n_waiting > 0);
}

/* What is under way takes about so much for each of its weight, until it is answered. */
#define CONNECTION_WEIGHT_BYTES 2048

void connection_set_accounted (Connection *self, gsize n_bytes);

/** connection_n_held: [bytes] that it takes besides its struct and its output */
static inline gsize
connection_n_held (const Connection *self)
{
  gsize n_bytes =
      self->n_backlog + self->reader.n_allocated + self->n_waiting * (gsize)CONNECTION_WEIGHT_BYTES;

  return self->tls != NULL ? n_bytes + transport_tls_n_bytes (self->tls) : n_bytes;
}

/** connection_account: tells the worker what it takes besides its struct and its output */
static inline void
connection_account (Connection *self)
{
  gsize n_bytes = connection_n_held (self);

  if (n_bytes != self->n_accounted)
    connection_set_accounted (self, n_bytes);
}

/** connection_may_ask: whether its address, which it has, may ask once more; if not the rest of the
 * input waits */
gboolean connection_may_ask (Connection *self);
/** connection_await_address: it is looked at again in a moment: its address has to read, and
 * nothing of its own says when it has */
void connection_await_address (Connection *self);
/** connection_tell_peer: adds what it takes to what its address does */
void connection_tell_peer (Connection *self);

/** connection_update_deadline: @line_went_on: the unfinished line is the one it was before */
void connection_update_deadline (Connection *self, gboolean line_went_on);
/** connection_flush: gives the kernel what it takes; may close */
void connection_flush (Connection *self);
/** connection_drop_input: gives back the memory of input that will not be looked at any more */
void connection_drop_input (Connection *self);
/** connection_touch: connection_finish_step() is to come at the end of the turn */
void connection_touch (Connection *self);
/** connection_notify: has the door say its last words */
void connection_notify (Connection *self, DoorNotice notice);
/** connection_tell_ended: tells the door that this connection takes no more lines; once */
void connection_tell_ended (Connection *self);

/** connection_step: handles lines, and the end of input; there is no backlog when it begins */
void connection_step (Connection *self, const char *begin, const char *end);

/* In connection-tls.c. */

/** connection_open_refused: tells one too many so, or waits for its first byte to know how */
void connection_open_refused (Connection *self);
/** connection_expired_unspoken: Returns: whether that was due, and was done */
gboolean connection_expired_unspoken (Connection *self);
/** connection_note_beginning: of what the peer says first; 0: that it says nothing.
 * Returns: FALSE: the connection is ending */
gboolean connection_note_beginning (Connection *self, const char *bytes, gsize n_bytes);
gboolean connection_is_shaking_hands (const Connection *self);
/** connection_has_begun_record: whether a part of something encrypted has come */
gboolean connection_has_begun_record (const Connection *self);
/** connection_tls_received: as connection_received() */
void connection_tls_received (Connection *self, const char *bytes, gsize n_bytes);
/** connection_has_output: whether anything waits for the kernel */
gboolean connection_has_output (const Connection *self);
/**
 * connection_tls_said_goodbye:
 *
 * Says it when it was not said. May close.
 *
 * Returns: whether nothing of it is left to send, as in plain text
 */
gboolean connection_tls_said_goodbye (Connection *self);
