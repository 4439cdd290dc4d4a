/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the method groups of the JSON-RPC front door share with its dispatcher; nobody else includes
 * it.
 */
#pragma once

#include "protocol/wire/request.h"
#include "server/front/context.h"

/* What the door keeps for a connection. */
typedef struct
{
  DeskClient *client; /* (nullable): since it has said hello with a nick */
  guint8 n_bad_lines; /* unparsable ones in a row */
} JsonrpcState;

/* Answers one request, at once or later. Called for notifications too: they are carried out like
 * any other and jsonrpc_send_* answers nothing. @request is borrowed for the call. */
typedef void (*JsonrpcMethod) (Connection *connection, const ParlanceRequest *request);

/* jsonrpc-lookup.c */
void jsonrpc_define (Connection *connection, const ParlanceRequest *request);
void jsonrpc_dictionaries (Connection *connection, const ParlanceRequest *request);

/* jsonrpc-annotate.c */
void jsonrpc_annotate (Connection *connection, const ParlanceRequest *request);

/* jsonrpc-match.c */
void jsonrpc_match (Connection *connection, const ParlanceRequest *request);

/* jsonrpc-search.c */
void jsonrpc_search (Connection *connection, const ParlanceRequest *request);

/* jsonrpc-chat.c */
void jsonrpc_join (Connection *connection, const ParlanceRequest *request);
void jsonrpc_leave (Connection *connection, const ParlanceRequest *request);
void jsonrpc_rooms (Connection *connection, const ParlanceRequest *request);
void jsonrpc_members (Connection *connection, const ParlanceRequest *request);
void jsonrpc_topic (Connection *connection, const ParlanceRequest *request);
void jsonrpc_send_message (Connection *connection, const ParlanceRequest *request);
void jsonrpc_history (Connection *connection, const ParlanceRequest *request);
void jsonrpc_search_messages (Connection *connection, const ParlanceRequest *request);
void jsonrpc_typing (Connection *connection, const ParlanceRequest *request);
/* of the door */
void jsonrpc_ended (Connection *connection);
void jsonrpc_has_room (Connection *connection);

/* jsonrpc-account.c */
void jsonrpc_hello (Connection *connection, const ParlanceRequest *request);
void jsonrpc_register (Connection *connection, const ParlanceRequest *request);
void jsonrpc_password_change (Connection *connection, const ParlanceRequest *request);
void jsonrpc_account (Connection *connection, const ParlanceRequest *request);
void jsonrpc_account_delete (Connection *connection, const ParlanceRequest *request);
void jsonrpc_logout (Connection *connection, const ParlanceRequest *request);
void jsonrpc_operate (Connection *connection, const ParlanceRequest *request);

/* jsonrpc-session.c */
void jsonrpc_ping (Connection *connection, const ParlanceRequest *request);
void jsonrpc_stats (Connection *connection, const ParlanceRequest *request);

/**
 * jsonrpc_begin:
 *
 * Returns: (transfer none): the worker's scratch, holding the reply's text up to its result
 */
GString *jsonrpc_begin (Connection *connection, const ParlanceRequest *request);

/** jsonrpc_send: closes the reply that jsonrpc_begin() opened, and queues it */
void jsonrpc_send (Connection *connection, const ParlanceRequest *request);

void jsonrpc_send_fault (Connection *connection,
                         const ParlanceRequest *request,
                         const ParlanceFault *fault);

/** jsonrpc_append_hello: the result of hello; @session: (nullable): JSON text */
void jsonrpc_append_hello (GString *reply, Connection *connection, const GString *session);
