/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * parlance trust: whatever the server shows is what it is known by from now on. That has happened
 * when the connection stands, and the server has told its id; here it is told.
 */
#include <string.h>

#include "client-cli/command.h"
#include "protocol/client/lookup.h"
#include "protocol/wire/errors.h"
#include "protocol/wire/json-writer.h"

static void
append_member (GString *json, const char *name, const char *value)
{
  g_string_append_printf (json, "\"%s\":", name);
  if (value != NULL)
    parlance_json_append_string (json, value, strlen (value));
  else
    g_string_append (json, "null");
}

static void
tell (App *app)
{
  const char *shown = parlance_trust_get_fingerprint (app->trust);
  const char *known = parlance_trust_get_known (app->trust);
  g_autofree char *peer = parlance_session_dup_peer (app->session);
  const char *address = peer != NULL ? peer : app->options.server;
  GString *out = output_get_buffer (app->output);

  if (app->options.json)
    {
      g_autoptr (GString) json = g_string_new ("{");

      append_member (json, "address", address);
      g_string_append_c (json, ',');
      append_member (json, "fingerprint", shown);
      g_string_append_c (json, ',');
      append_member (json, "known", known);
      g_string_append_c (json, '}');
      output_append_json (app->output, json->str, json->len);
    }
  else
    {
      if (known != NULL)
        g_string_append_printf (out, "%s was known by %s\n", address, known);
      g_string_append_printf (out, "%s is known by %s\n", address,
                              shown != NULL ? shown : "nothing: it does not encrypt");
    }
  app_quit (app);
}

/* One that has no time for a hello is known by its place all the same. */
static void
on_greeted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  App *app = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ParlanceServerInfo) info =
      parlance_session_hello_finish (PARLANCE_SESSION (source), result, &error);

  app_wait_end (app);
  if (app->quitting)
    return;
  if (info != NULL || error->domain == PARLANCE_ERROR)
    tell (app);
  else
    app_fail_with (app, error);
}

void
trust_start (App *app)
{
  app_wait_begin (app);
  parlance_session_hello_async (app->session, "parlance/" PARLANCE_VERSION, NULL, on_greeted, app);
}
