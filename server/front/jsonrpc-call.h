/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A request of chat on its way to the authority and back, as the JSON-RPC front door makes it.
 * Shared by the files of its chat methods; nobody else includes it.
 */
#pragma once

#include "server/front/chat-desk.h"
#include "server/front/jsonrpc-methods.h"

#define CHAT_CALL_LIGHT 1 /* weight of what is little work: connection_hold() */

/* What the authority gets, and what the reply needs. The strings of both stand behind it. */
typedef struct
{
  DeskRequest desk; /* first */
  ParlanceRequest request;
  char *end; /* of the strings */
  char strings[];
} ChatCall;

/** chat_call_new: @n_strings: [bytes] room for chat_call_add(), without what the id needs */
ChatCall *chat_call_new (const ParlanceRequest *request, ChatVerb verb, gsize n_strings);

/** chat_call_add: Returns: @text within the call, NUL-terminated: takes @n_bytes and one more of
 * its room */
const char *chat_call_add (ChatCall *self, const char *text, gsize n_bytes);

void chat_call_submit (ChatCall *self, Connection *connection, DeskClient *client, guint weight);

/** chat_call_client: the client that a chat method needs. Returns: (nullable): %NULL: the request
 * has been refused */
DeskClient *chat_call_client (Connection *connection, const ParlanceRequest *request);

/** chat_call_may_ask: whether the address may do that once more: %PEER_SENDS is for all that others
 * are told of, but for an end and for who types. Refuses the request if not */
gboolean chat_call_may_ask (Connection *connection, const ParlanceRequest *request, PeerRate rate);
