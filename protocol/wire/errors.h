/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The error table of the wire: one reason, one code, one sentence for people. Programs decide by
 * the reason's symbol, never by the message. Source: docs/protocol.md, section 2.
 */
#pragma once

#include <glib.h>

typedef enum
{
  PARLANCE_REASON_PARSE_ERROR,
  PARLANCE_REASON_INVALID_REQUEST,
  PARLANCE_REASON_METHOD_NOT_FOUND,
  PARLANCE_REASON_INVALID_PARAMS,
  PARLANCE_REASON_INTERNAL,
  PARLANCE_REASON_NOT_IDENTIFIED,
  PARLANCE_REASON_NICK_IN_USE,
  PARLANCE_REASON_INVALID_NAME,
  PARLANCE_REASON_NO_SUCH_ROOM,
  PARLANCE_REASON_NOT_IN_ROOM,
  PARLANCE_REASON_RATE_LIMITED,
  PARLANCE_REASON_TOO_LONG,
  PARLANCE_REASON_AUTH_REQUIRED,
  PARLANCE_REASON_AUTH_FAILED,
  PARLANCE_REASON_NO_SUCH_DICTIONARY,
  PARLANCE_REASON_NO_SUCH_STRATEGY,
  PARLANCE_REASON_TLS_REQUIRED,
  PARLANCE_REASON_NOT_STORED,
  PARLANCE_REASON_SERVER_FULL,
  PARLANCE_REASON_SHUTTING_DOWN,
  PARLANCE_REASON_SLOW_CONSUMER,
  PARLANCE_REASON_BUSY,
  PARLANCE_REASON_FORBIDDEN,
  PARLANCE_REASON_BANNED,
  PARLANCE_REASON_MUTED,
  PARLANCE_REASON_KICKED,
  PARLANCE_REASON_NO_SUCH_NICK,
} ParlanceReason;

#define PARLANCE_N_REASONS (PARLANCE_REASON_NO_SUCH_NICK + 1)

/* What was wrong with a request, ready to be written as the `error` of its reply. Borrows every
 * string: they live as long as the request's line, or are constants. */
typedef struct
{
  ParlanceReason reason;
  const char *detail;    /* (nullable) for people; NULL: the table's sentence */
  const char *member;    /* (nullable) the extra member of `data` that holds a string: "field",
                            "method", "dictionary", "strategy", "room", "nick" */
  const char *value;     /* with @member: its value, UTF-8, not yet escaped */
  gsize n_value;         /* [bytes] of @value */
  gint64 limit;          /* `data.limit`, with PARLANCE_REASON_TOO_LONG; 0: left out */
  gint64 retry_after_ms; /* `data.retry_after_ms` [ms]; 0: left out */
} ParlanceFault;

/**
 * parlance_fault_field:
 * @field: (transfer none): name of the member of `params` that is at fault, a constant
 *
 * Returns: a fault whose `data.field` is @field
 */
ParlanceFault parlance_fault_field (ParlanceReason reason, const char *field);

int parlance_reason_code (ParlanceReason reason);
const char *parlance_reason_symbol (ParlanceReason reason);
const char *parlance_reason_message (ParlanceReason reason);

/**
 * parlance_reason_from_symbol:
 *
 * Returns: %TRUE and sets @ret_reason when @symbol is in the table
 */
gboolean parlance_reason_from_symbol (const char *symbol, ParlanceReason *ret_reason);

/* Errors that came over the wire: the code is a ParlanceReason, the message is the server's. */
#define PARLANCE_ERROR (parlance_error_quark ())
GQuark parlance_error_quark (void);
