/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * hello, ping, stats: what concerns the connection and the server itself.
 *
 * Source: docs/protocol.md, section 5
 */
#include "protocol/wire/json-writer.h"
#include "server/front/jsonrpc-methods.h"

#include <string.h>

/* What this server does, for `hello`. */
static const char capabilities[] = "[\"define\",\"match\",\"search\",\"annotate\"]";

static const char *const method_names[FRONT_N_METHODS] = {
  [FRONT_METHOD_ANNOTATE] = "annotate",
  [FRONT_METHOD_DEFINE] = "define",
  [FRONT_METHOD_DICTIONARIES] = "dictionaries",
  [FRONT_METHOD_HELLO] = "hello",
  [FRONT_METHOD_MATCH] = "match",
  [FRONT_METHOD_PING] = "ping",
  [FRONT_METHOD_SEARCH] = "search",
  [FRONT_METHOD_STATS] = "stats",
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

/* A string member that may be absent. */
static gboolean
check_string (const ParlanceJsonValue *params, const char *name)
{
  ParlanceJsonValue value;

  return !parlance_json_get_member (params, name, &value) || value.type == PARLANCE_JSON_STRING;
}

static gboolean
hello_check (const ParlanceJsonValue *params, ParlanceFault *ret_fault)
{
  static const char *const strings[] = { "client", "nick", "password", "resume" };
  ParlanceJsonValue protocol;
  gint64 version;

  if (params->text == NULL || !parlance_json_get_member (params, "protocol", &protocol) ||
      !parlance_json_get_int64 (&protocol, &version) || version != PARLANCE_PROTOCOL_VERSION)
    {
      *ret_fault = parlance_fault_field (PARLANCE_REASON_INVALID_PARAMS, "protocol");
      ret_fault->detail = "this server speaks protocol 1";
      return FALSE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (strings); i++)
    {
      if (!check_string (params, strings[i]))
        {
          *ret_fault = parlance_fault_field (PARLANCE_REASON_INVALID_PARAMS, strings[i]);
          return FALSE;
        }
    }
  return TRUE;
}

void
jsonrpc_hello (Connection *connection, const ParlanceRequest *request)
{
  const FrontServer *server = front_context (connection)->server;
  ParlanceFault fault;

  if (!hello_check (&request->params, &fault))
    {
      jsonrpc_send_fault (connection, request, &fault);
      return;
    }
  GString *reply = jsonrpc_begin (connection, request);
  append_number (reply, "{\"protocol\":", PARLANCE_PROTOCOL_VERSION);
  append_text (reply, ",\"server\":{\"id\":", server->id);
  append_text (reply, ",\"name\":", server->name);
  append_text (reply, ",\"version\":", PARLANCE_VERSION);
  append_number (reply, ",\"time\":", now_ms ());
  append_number (reply, "},\"limits\":{\"max_line\":", PARLANCE_MAX_LINE);
  append_number (reply, ",\"max_text\":", PARLANCE_MAX_TEXT);
  append_number (reply, ",\"max_word\":", PARLANCE_MAX_WORD);
  append_number (reply, ",\"max_rooms\":", PARLANCE_MAX_ROOMS);
  g_string_append (reply, "},\"capabilities\":");
  g_string_append (reply, capabilities);
  g_string_append_c (reply, '}');
  jsonrpc_send (connection, request);
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

void
jsonrpc_stats (Connection *connection, const ParlanceRequest *request)
{
  const FrontServer *server = front_context (connection)->server;
  Totals totals = { 0 };

  if (!connection_is_local (connection))
    {
      const ParlanceFault fault = { .reason = PARLANCE_REASON_AUTH_REQUIRED,
                                    .detail = "stats are shown on the server's own machine only" };
      jsonrpc_send_fault (connection, request, &fault);
      return;
    }
  for (guint i = 0; i < server->n_contexts; i++)
    totals_add (&totals, server->contexts[i]);

  GString *reply = jsonrpc_begin (connection, request);
  append_number (reply, "{\"uptime_ms\":", (g_get_monotonic_time () - server->started_us) / 1000);
  append_number (reply, ",\"connections\":", (gint64)totals.n_connections);
  /* There is no chat in this version: nobody is in it, and nothing is stored. */
  append_number (reply, ",\"sessions\":", 0);
  append_number (reply, ",\"rooms\":", 0);
  append_number (reply, ",\"messages_stored\":", 0);
  append_loading (reply, front_context (connection));
  append_indexing (reply, front_context (connection)->library);
  append_number (reply, ",\"lookups\":", (gint64)totals.n_lookups);
  append_number (reply, ",\"bytes_in\":", (gint64)totals.n_bytes_in);
  append_number (reply, ",\"bytes_out\":", (gint64)totals.n_bytes_out);
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
