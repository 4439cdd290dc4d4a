/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What hello tells, ping, stats: what concerns the connection and the server itself.
 *
 * Source: docs/protocol.md, section 5
 */
#include "protocol/wire/json-writer.h"
#include "server/front/jsonrpc-call.h"

#include <string.h>

/* What this server does, for `hello`. */
static const char capabilities[] = "[\"define\",\"match\",\"search\",\"annotate\"]";
static const char capabilities_with_chat[] =
    "[\"define\",\"match\",\"search\",\"annotate\",\"chat\",\"history\",\"accounts\"]";

static const char *const method_names[FRONT_N_METHODS] = {
  [FRONT_METHOD_ANNOTATE] = "annotate",
  [FRONT_METHOD_DEFINE] = "define",
  [FRONT_METHOD_DICTIONARIES] = "dictionaries",
  [FRONT_METHOD_HELLO] = "hello",
  [FRONT_METHOD_MATCH] = "match",
  [FRONT_METHOD_PING] = "ping",
  [FRONT_METHOD_SEARCH] = "search",
  [FRONT_METHOD_STATS] = "stats",
  [FRONT_METHOD_JOIN] = "join",
  [FRONT_METHOD_LEAVE] = "leave",
  [FRONT_METHOD_ROOMS] = "rooms",
  [FRONT_METHOD_MEMBERS] = "members",
  [FRONT_METHOD_TOPIC] = "topic",
  [FRONT_METHOD_SEND] = "send",
  [FRONT_METHOD_HISTORY] = "history",
  [FRONT_METHOD_SEARCH_MESSAGES] = "search_messages",
  [FRONT_METHOD_TYPING] = "typing",
  [FRONT_METHOD_REGISTER] = "register",
  [FRONT_METHOD_PASSWORD_CHANGE] = "password_change",
  [FRONT_METHOD_ACCOUNT] = "account",
  [FRONT_METHOD_ACCOUNT_DELETE] = "account_delete",
  [FRONT_METHOD_LOGOUT] = "logout",
  [FRONT_METHOD_KICK] = "kick",
  [FRONT_METHOD_BAN] = "ban",
  [FRONT_METHOD_UNBAN] = "unban",
  [FRONT_METHOD_BANS] = "bans",
  [FRONT_METHOD_MUTE] = "mute",
  [FRONT_METHOD_UNMUTE] = "unmute",
  [FRONT_METHOD_CLOSE_ROOM] = "close_room",
  [FRONT_METHOD_OPEN_ROOM] = "open_room",
  [FRONT_METHOD_NOTICE] = "notice",
  [FRONT_METHOD_SET_OPERATOR] = "set_operator",
  [FRONT_METHOD_DICT] = "dict",
};

static void
append_number (GString *reply, const char *name, gint64 number)
{
  g_string_append (reply, name);
  parlance_json_append_int64 (reply, number);
}

static void
append_text (GString *reply, const char *name, const char *text)
{
  g_string_append (reply, name);
  parlance_json_append_string (reply, text, strlen (text));
}

static gint64
now_ms (void)
{
  return g_get_real_time () / 1000;
}

void
jsonrpc_append_hello (GString *reply, Connection *connection, const GString *session)
{
  static const char *const accesses[] = {
    [CHAT_ACCESS_OPEN] = "open",
    [CHAT_ACCESS_PASSWORD] = "password",
    [CHAT_ACCESS_ACCOUNTS] = "accounts",
  };
  const FrontServer *server = front_context (connection)->server;

  append_number (reply, "{\"protocol\":", PARLANCE_PROTOCOL_VERSION);
  append_text (reply, ",\"server\":{\"id\":", server->id);
  append_text (reply, ",\"name\":", server->name);
  append_text (reply, ",\"version\":", PARLANCE_VERSION);
  append_number (reply, ",\"time\":", now_ms ());
  if (server->authority != NULL)
    append_text (reply, ",\"access\":", accesses[authority_get_access (server->authority)]);
  g_string_append_c (reply, '}');
  if (session != NULL)
    {
      PARLANCE_APPEND_LITERAL (reply, ",\"session\":");
      parlance_append (reply, session->str, session->len);
    }
  append_number (reply, ",\"limits\":{\"max_line\":", PARLANCE_MAX_LINE);
  append_number (reply, ",\"max_text\":", PARLANCE_MAX_TEXT);
  append_number (reply, ",\"max_word\":", PARLANCE_MAX_WORD);
  append_number (reply, ",\"max_rooms\":", PARLANCE_MAX_ROOMS);
  g_string_append (reply, "},\"capabilities\":");
  g_string_append (reply, server->authority != NULL ? capabilities_with_chat : capabilities);
  g_string_append_c (reply, '}');
}

void
jsonrpc_ping (Connection *connection, const ParlanceRequest *request)
{
  GString *reply = jsonrpc_begin (connection, request);

  append_number (reply, "{\"time\":", now_ms ());
  g_string_append_c (reply, '}');
  jsonrpc_send (connection, request);
}

typedef struct
{
  guint64 n_connections;
  guint64 n_bytes_in;
  guint64 n_bytes_out;
  guint64 n_lookups;
  guint64 n_calls[FRONT_N_METHODS];
} Totals;

static guint64
read_counter (const _Atomic guint64 *counter)
{
  return atomic_load_explicit (counter, memory_order_relaxed);
}

static void
totals_add (Totals *totals, const FrontContext *context)
{
  const WorkerCounters *counters = worker_counters (context->worker);

  totals->n_connections += read_counter (&counters->n_opened) - read_counter (&counters->n_closed);
  totals->n_bytes_in += read_counter (&counters->n_bytes_in);
  totals->n_bytes_out += read_counter (&counters->n_bytes_out);
  totals->n_lookups += read_counter (&context->n_lookups);
  for (gsize i = 0; i < FRONT_N_METHODS; i++)
    totals->n_calls[i] += read_counter (&context->n_calls[i]);
}

static void
append_loading (GString *reply, const FrontContext *context)
{
  if (context->loading == NULL)
    {
      PARLANCE_APPEND_LITERAL (reply, ",\"loading\":null");
      return;
    }
  append_text (reply, ",\"loading\":{\"dictionary\":", context->loading);
  append_number (reply, ",\"done\":", (gint64)context->n_loaded);
  append_number (reply, ",\"total\":", (gint64)context->n_to_load);
  g_string_append_c (reply, '}');
}

/* Which dictionaries cannot be searched yet. */
static void
append_indexing (GString *reply, const Library *library)
{
  gboolean is_first = TRUE;

  PARLANCE_APPEND_LITERAL (reply, ",\"indexing\":[");
  for (guint i = 0; i < library_n_dictionaries (library); i++)
    {
      if (library_index_state (library, i) != LIBRARY_INDEX_BUILDING)
        continue;
      append_text (reply, is_first ? "" : ",", library_info (library, i)->name);
      is_first = FALSE;
    }
  g_string_append_c (reply, ']');
}

/* How often somebody was put off because of its address. */
static void
append_refused (GString *reply, const Peers *peers)
{
  static const char *const names[PEER_N_RATES] = {
    [PEER_CONNECTS] = ",\"refused\":{\"connections\":",
    [PEER_REQUESTS] = ",\"requests\":",
    [PEER_HEAVY] = ",\"heavy\":",
    [PEER_SENDS] = ",\"sends\":",
  };

  for (guint i = 0; i < PEER_N_RATES; i++)
    if (names[i] != NULL)
      append_number (reply, names[i],
                     peers != NULL ? (gint64)peers_n_refused (peers, (PeerRate)i) : 0);
  g_string_append_c (reply, '}');
}

static void
append_memory (GString *reply, const Memory *memory)
{
  append_number (reply,
                 ",\"memory\":{\"used\":", memory != NULL ? (gint64)memory_n_used (memory) : 0);
  append_number (reply, ",\"limit\":", memory != NULL ? (gint64)memory_limit (memory) : 0);
  append_number (reply, ",\"ended\":", memory != NULL ? (gint64)memory_n_ended (memory) : 0);
  g_string_append_c (reply, '}');
}

static void
send_stats (Connection *connection, const ParlanceRequest *request)
{
  const FrontServer *server = front_context (connection)->server;
  Totals totals = { 0 };
  AuthorityCounts chat = { 0 };

  for (guint i = 0; i < server->n_contexts; i++)
    totals_add (&totals, server->contexts[i]);
  if (server->authority != NULL)
    chat = authority_counts (server->authority);

  GString *reply = jsonrpc_begin (connection, request);
  append_number (reply, "{\"uptime_ms\":", (g_get_monotonic_time () - server->started_us) / 1000);
  append_number (reply, ",\"connections\":", (gint64)totals.n_connections);
  append_number (reply, ",\"sessions\":", (gint64)chat.n_sessions);
  append_number (reply, ",\"rooms\":", (gint64)chat.n_rooms);
  append_number (reply, ",\"messages_stored\":", (gint64)chat.n_messages);
  append_loading (reply, front_context (connection));
  append_indexing (reply, front_context (connection)->library);
  append_number (reply, ",\"lookups\":", (gint64)totals.n_lookups);
  append_number (reply, ",\"bytes_in\":", (gint64)totals.n_bytes_in);
  append_number (reply, ",\"bytes_out\":", (gint64)totals.n_bytes_out);
  append_refused (reply, server->peers);
  append_memory (reply, server->memory);
  g_string_append (reply, ",\"methods\":{");
  for (gsize i = 0; i < FRONT_N_METHODS; i++)
    {
      g_string_append (reply, i > 0 ? ",\"" : "\"");
      g_string_append (reply, method_names[i]);
      append_number (reply, "\":", (gint64)totals.n_calls[i]);
    }
  g_string_append (reply, "}}");
  jsonrpc_send (connection, request);
}

static void
stats_answer (DeskRequest *desk)
{
  const ChatCall *self = (const ChatCall *)desk;

  if (desk->chat.is_refused)
    jsonrpc_send_fault (desk->connection, &self->request, &desk->chat.fault);
  else
    send_stats (desk->connection, &self->request);
}

void
jsonrpc_stats (Connection *connection, const ParlanceRequest *request)
{
  DeskClient *client = ((const JsonrpcState *)door_state (connection))->client;

  if (connection_is_local (connection))
    send_stats (connection, request);
  else if (client == NULL)
    {
      const ParlanceFault fault = { .reason = PARLANCE_REASON_AUTH_REQUIRED,
                                    .detail = CHAT_STATS_REFUSED };
      jsonrpc_send_fault (connection, request, &fault);
    }
  else
    {
      /* Who is an operator may not be one any more by now. */
      ChatCall *call = chat_call_new (request, CHAT_STATS, 0);

      call->desk.answer = stats_answer;
      chat_call_submit (call, connection, client, CHAT_CALL_LIGHT);
    }
}
