/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The error table of the wire. The table is constant; any thread may read it.
 * Source: docs/protocol.md, section 2.
 */
#include "protocol/wire/errors.h"

#include <string.h>

typedef struct
{
  int code;
  const char *symbol;
  const char *message;
} ReasonRow;

static const ReasonRow reasons[PARLANCE_N_REASONS] = {
  [PARLANCE_REASON_PARSE_ERROR] = { -32700, "parse_error",
                                    "The line could not be read: it is not well-formed JSON in "
                                    "UTF-8" },
  [PARLANCE_REASON_INVALID_REQUEST] = { -32600, "invalid_request",
                                        "The line is JSON, but not a JSON-RPC 2.0 request" },
  [PARLANCE_REASON_METHOD_NOT_FOUND] = { -32601, "method_not_found",
                                         "This server has no such method" },
  [PARLANCE_REASON_INVALID_PARAMS] = { -32602, "invalid_params",
                                       "A parameter is missing, of the wrong type or out of "
                                       "range" },
  [PARLANCE_REASON_INTERNAL] = { -32603, "internal",
                                 "The request failed through a fault of the server; its log says "
                                 "more" },
  [PARLANCE_REASON_NOT_IDENTIFIED] = { -32001, "not_identified",
                                       "This method needs a nick: say hello with one first" },
  [PARLANCE_REASON_NICK_IN_USE] = { -32002, "nick_in_use",
                                    "The nick belongs to another session: choose a different one" },
  [PARLANCE_REASON_INVALID_NAME] = { -32003, "invalid_name",
                                     "The name is too long, or holds characters a name may not "
                                     "have" },
  [PARLANCE_REASON_NO_SUCH_ROOM] = { -32004, "no_such_room", "There is no room of that name" },
  [PARLANCE_REASON_NOT_IN_ROOM] = { -32005, "not_in_room",
                                    "You are not in that room: join it first" },
  [PARLANCE_REASON_RATE_LIMITED] = { -32006, "rate_limited",
                                     "Too many messages in a short time: wait, then send it "
                                     "again" },
  [PARLANCE_REASON_TOO_LONG] = { -32007, "too_long", "Something sent is longer than its limit" },
  [PARLANCE_REASON_AUTH_REQUIRED] = { -32008, "auth_required", "This needs a password" },
  [PARLANCE_REASON_AUTH_FAILED] = { -32009, "auth_failed", "The password is wrong" },
  [PARLANCE_REASON_NO_SUCH_DICTIONARY] = { -32010, "no_such_dictionary",
                                           "This server has no dictionary of that name" },
  [PARLANCE_REASON_NO_SUCH_STRATEGY] = { -32011, "no_such_strategy",
                                         "This server has no matching strategy of that name" },
  [PARLANCE_REASON_TLS_REQUIRED] = { -32012, "tls_required",
                                     "This server takes encrypted connections only: connect with "
                                     "TLS" },
  [PARLANCE_REASON_NOT_STORED] = { -32013, "not_stored",
                                   "The message could not be stored and was not accepted" },
  [PARLANCE_REASON_SERVER_FULL] = { -32014, "server_full",
                                    "The server has as many connections as it takes: try again "
                                    "later" },
  [PARLANCE_REASON_SHUTTING_DOWN] = { -32015, "shutting_down", "The server is shutting down" },
  [PARLANCE_REASON_SLOW_CONSUMER] = { -32016, "slow_consumer",
                                      "The connection was closed: what it was sent was not read in "
                                      "time" },
  [PARLANCE_REASON_BUSY] = { -32017, "busy",
                             "The server has too much to compute: try again later" },
  [PARLANCE_REASON_FORBIDDEN] = { -32018, "forbidden", "Only operators of the server may do this" },
  [PARLANCE_REASON_BANNED] = { -32019, "banned", "An operator has banned you from this server" },
  [PARLANCE_REASON_MUTED] = { -32020, "muted",
                              "An operator has muted you: you may read and not "
                              "write" },
  [PARLANCE_REASON_KICKED] = { -32021, "kicked", "An operator has ended your connection" },
  [PARLANCE_REASON_NO_SUCH_NICK] = { -32022, "no_such_nick", "There is nobody of that nick" },
};

G_DEFINE_QUARK (parlance_error, parlance_error)

static const ReasonRow *
find_row (ParlanceReason reason)
{
  g_assert ((guint)reason < PARLANCE_N_REASONS);
  return &reasons[reason];
}

ParlanceFault
parlance_fault_field (ParlanceReason reason, const char *field)
{
  return (ParlanceFault){
    .reason = reason, .member = "field", .value = field, .n_value = strlen (field)
  };
}

int
parlance_reason_code (ParlanceReason reason)
{
  return find_row (reason)->code;
}

const char *
parlance_reason_symbol (ParlanceReason reason)
{
  return find_row (reason)->symbol;
}

const char *
parlance_reason_message (ParlanceReason reason)
{
  return find_row (reason)->message;
}

gboolean
parlance_reason_from_symbol (const char *symbol, ParlanceReason *ret_reason)
{
  for (guint i = 0; i < PARLANCE_N_REASONS; i++)
    {
      if (strcmp (symbol, reasons[i].symbol) == 0)
        {
          *ret_reason = (ParlanceReason)i;
          return TRUE;
        }
    }
  return FALSE;
}
