/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * JSON-RPC 2.0 as this protocol uses it: one request a line, no batches; reading requests and
 * writing requests and replies. Source: docs/protocol.md, sections 1 and 2.
 */
#pragma once

#include "protocol/wire/errors.h"
#include "protocol/wire/json-reader.h"

/* One request, borrowed from its line. */
typedef struct
{
  ParlanceJsonValue id;     /* string or integer; text NULL: there is none to answer with */
  gboolean is_notification; /* a valid request without `id`: never answered */
  ParlanceJsonValue method; /* string */
  ParlanceJsonValue params; /* object; text NULL: absent */
} ParlanceRequest;

/**
 * parlance_request_parse:
 * @ret_request: (out): always set; after a fault only `id` is of use, for the reply
 * @ret_fault: (out): set on failure: parse_error, invalid_request, too_long (a string id over its
 *   limit is invalid_request), or invalid_params with field "params" when that is no object
 *
 * A text that is no valid request (no object, no "jsonrpc":"2.0", no method, a bad id) is answered
 * even when it has no id, with null, as JSON-RPC 2.0 shows it.
 *
 * Returns: %FALSE on a fault. When `ret_request->is_notification` is set, nothing is to be answered
 */
gboolean parlance_request_parse (const char *line,
                                 gsize n_bytes,
                                 ParlanceRequest *ret_request,
                                 ParlanceFault *ret_fault);

/**
 * parlance_request_append:
 * @params: (nullable): JSON text of an object
 *
 * Appends one request line, LF included.
 */
void parlance_request_append (GString *out, gint64 id, const char *method, const char *params);

/** parlance_notification_append: the same without `id`, which nobody answers. */
void parlance_notification_append (GString *out, const char *method, const char *params);

/** parlance_reply_begin: appends the reply's text up to where its result's JSON text goes. */
void parlance_reply_begin (GString *out, const ParlanceJsonValue *id);

/** parlance_reply_end: closes what parlance_reply_begin() opened, LF included. */
void parlance_reply_end (GString *out);

/**
 * parlance_reply_error:
 * @id: (nullable): %NULL, or a value without text: "id": null
 *
 * Appends a whole error reply, LF included.
 */
void parlance_reply_error (GString *out, const ParlanceJsonValue *id, const ParlanceFault *fault);
