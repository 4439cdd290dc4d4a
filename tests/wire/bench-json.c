/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What reading one ordinary request costs, with our reader and with json-c. Prints the fastest of
 * many short rounds, because what else runs on the machine only ever adds.
 * Run: meson test --benchmark json-reader --verbose. See docs/decisions/0001-own-json-reader.md.
 */
#include "protocol/wire/lookup.h"
#include "protocol/wire/request.h"

#include <json-c/json.h>
#include <string.h>

#define N_ROUNDS 50
#define N_REQUESTS 5000 /* a round */

static const char line[] = "{\"jsonrpc\":\"2.0\",\"id\":123456,\"method\":\"define\",\"params\":"
                           "{\"word\":\"serendipity\",\"max_entries\":20}}";
static const gsize n_line = sizeof line - 1;

static struct json_tokener *tokener;

static void
check_only (void)
{
  ParlanceJsonValue value;

  g_assert_true (parlance_json_parse (line, n_line, PARLANCE_MAX_DEPTH, &value));
}

static void
read_request (void)
{
  ParlanceRequest request;
  ParlanceFault fault;

  g_assert_true (parlance_request_parse (line, n_line, &request, &fault));
}

static void
read_request_and_lookup (void)
{
  ParlanceRequest request;
  ParlanceFault fault;
  ParlanceLookup lookup;

  g_assert_true (parlance_request_parse (line, n_line, &request, &fault));
  g_assert_true (parlance_define_parse (&request.params, &lookup, &fault));
}

static void
read_with_json_c (void)
{
  struct json_object *member;

  json_tokener_reset (tokener);
  struct json_object *root = json_tokener_parse_ex (tokener, line, (int)n_line + 1);
  g_assert_true (json_object_object_get_ex (root, "jsonrpc", &member));
  g_assert_true (json_object_object_get_ex (root, "id", &member));
  g_assert_true (json_object_object_get_ex (root, "method", &member));
  g_assert_true (json_object_object_get_ex (root, "params", &member));
  json_object_put (root);
}

static void
measure (const char *what, void (*read) (void))
{
  gint64 fastest_us = G_MAXINT64;

  for (guint round = 0; round < N_ROUNDS; round++)
    {
      gint64 start_us = g_get_monotonic_time ();
      for (guint i = 0; i < N_REQUESTS; i++)
        read ();
      fastest_us = MIN (fastest_us, g_get_monotonic_time () - start_us);
    }
  g_print ("%-40s %.3f us\n", what, (double)fastest_us / N_REQUESTS);
}

int
main (void)
{
  tokener = json_tokener_new ();
  json_tokener_set_flags (tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
  g_print ("one request of %zu bytes:\n", n_line);
  measure ("checked", check_only);
  measure ("checked, members found", read_request);
  measure ("checked, members and parameters found", read_request_and_lookup);
  measure ("json-c, members found", read_with_json_c);
  json_tokener_free (tokener);
  return 0;
}
