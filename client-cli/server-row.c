/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The columns of `parlance discover`.
 */
#include "client-cli/server-row.h"

#include <string.h>

#include "client-cli/display-text.h"
#include "protocol/wire/json-writer.h"

#define ADDRESS_COLUMNS 22 /* an IPv4 address with its port */
#define USERS_COLUMNS 5
#define DICTIONARIES_COLUMNS 12
#define VERSION_COLUMNS 7
#define TLS_COLUMNS 4
#define GAP "  "

/* Appends @text, harmless already, filled up with spaces. */
static void
append_padded (GString *out, const char *text, guint columns, gboolean to_the_right)
{
  guint width = display_width (text);
  guint n_spaces = width < columns ? columns - width : 0;

  for (guint i = 0; to_the_right && i < n_spaces; i++)
    g_string_append_c (out, ' ');
  g_string_append (out, text);
  for (guint i = 0; !to_the_right && i < n_spaces; i++)
    g_string_append_c (out, ' ');
  g_string_append (out, GAP);
}

const char *
server_row_tls (ParlanceServer *server)
{
  static const char *const texts[] = {
    [PARLANCE_TLS_OFF] = "no",
    [PARLANCE_TLS_OPTIONAL] = "yes",
    [PARLANCE_TLS_REQUIRED] = "only",
  };

  return texts[parlance_server_get_tls (server)];
}

void
server_row_append_titles (GString *out, const RenderStyle *style)
{
  g_autoptr (GString) line = g_string_new (NULL);

  append_padded (line, "ADDRESS", ADDRESS_COLUMNS, FALSE);
  append_padded (line, "USERS", USERS_COLUMNS, TRUE);
  append_padded (line, "DICTIONARIES", DICTIONARIES_COLUMNS, TRUE);
  append_padded (line, "VERSION", VERSION_COLUMNS, FALSE);
  append_padded (line, "TLS", TLS_COLUMNS, FALSE);
  g_string_append (line, "NAME");
  render_text (out, style, RENDER_DIM, line->str);
  g_string_append_c (out, '\n');
}

void
server_row_append (GString *out, const RenderStyle *style, ParlanceServer *server)
{
  g_autofree char *version = display_dup_line (parlance_server_get_version (server));
  g_autofree char *n_users = g_strdup_printf ("%u", parlance_server_get_n_users (server));
  g_autofree char *n_dictionaries =
      g_strdup_printf ("%u", parlance_server_get_n_dictionaries (server));

  append_padded (out, parlance_server_get_address (server), ADDRESS_COLUMNS, FALSE);
  append_padded (out, n_users, USERS_COLUMNS, TRUE);
  append_padded (out, n_dictionaries, DICTIONARIES_COLUMNS, TRUE);
  append_padded (out, version, VERSION_COLUMNS, FALSE);
  append_padded (out, server_row_tls (server), TLS_COLUMNS, FALSE);
  render_text (out, style, RENDER_STRONG, parlance_server_get_name (server));
  if (parlance_server_get_is_local (server))
    render_text (out, style, RENDER_DIM, " (this machine)");
  g_string_append_c (out, '\n');
}

static void
append_text_member (GString *json, const char *name, const char *value)
{
  g_string_append_printf (json, ",\"%s\":", name);
  parlance_json_append_string (json, value, strlen (value));
}

void
server_row_append_json (GString *json, ParlanceServer *server, const char *event)
{
  g_auto (GStrv) addresses = parlance_server_dup_addresses (server);

  g_string_append_c (json, '{');
  if (event != NULL)
    g_string_append_printf (json, "\"event\":\"%s\",", event);
  g_string_append_printf (json, "\"id\":\"%s\"", parlance_server_get_id (server));
  append_text_member (json, "name", parlance_server_get_name (server));
  g_string_append (json, ",\"addresses\":[");
  for (guint i = 0; addresses[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (json, ',');
      parlance_json_append_string (json, addresses[i], strlen (addresses[i]));
    }
  g_string_append_printf (json, "],\"port\":%u,\"tls\":\"%s\"", parlance_server_get_port (server),
                          parlance_tls_mode_name (parlance_server_get_tls (server)));
  append_text_member (json, "fingerprint", parlance_server_get_fingerprint (server));
  append_text_member (json, "version", parlance_server_get_version (server));
  g_string_append_printf (json, ",\"users\":%u,\"dictionaries\":%u,\"local\":%s}",
                          parlance_server_get_n_users (server),
                          parlance_server_get_n_dictionaries (server),
                          parlance_server_get_is_local (server) ? "true" : "false");
}
