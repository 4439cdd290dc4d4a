/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * READY and a JSON object.
 */
#include "server/ready.h"

#include "protocol/wire/json-writer.h"
#include "server/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void
append_addresses (GString *out, const char *name, const GPtrArray *listeners)
{
  g_string_append (out, name);
  for (guint i = 0; i < listeners->len; i++)
    {
      const char *address = listener_address (g_ptr_array_index (listeners, i));

      if (i > 0)
        g_string_append (out, ", ");
      parlance_json_append_string (out, address, strlen (address));
    }
  g_string_append_c (out, ']');
}

void
ready_print (const GPtrArray *listeners,
             const GPtrArray *dict_listeners,
             const Discovery *discovery)
{
  g_autoptr (GString) line = g_string_new ("READY {");

  append_addresses (line, "\"listen\": [", listeners);
  append_addresses (line, ", \"dict_listen\": [", dict_listeners);
  g_string_append (line, ", \"discovery_port\": ");
  if (discovery != NULL)
    g_string_append_printf (line, "%u", discovery_port (discovery));
  else
    g_string_append (line, "null");
  g_string_append_printf (line, ", \"pid\": %d}\n", (int)getpid ());
  if (fputs (line->str, stdout) == EOF || fflush (stdout) != 0)
    log_warning ("cannot print the READY line: %s", g_strerror (errno));
}
