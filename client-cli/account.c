/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * parlance account: registering a nick, logging in on this device and out, another password.
 */
#include <string.h>

#include "client-cli/answer-table.h"
#include "client-cli/command.h"
#include "client-cli/login.h"
#include "client-cli/password-input.h"
#include "protocol/client/account.h"

#define CLIENT "parlance/" PARLANCE_VERSION

typedef struct
{
  App *app;
  char *nick;
  char *server_id;
  char *password;  /* (nullable): of registering, while the server's may be asked for */
  gboolean is_out; /* when the call under way is done, the token is worth nothing */
} Account;

static void
account_free (gpointer data)
{
  Account *self = data;

  g_free (self->nick);
  g_free (self->server_id);
  password_input_free (self->password);
  g_free (self);
}

/* @nick: (nullable) */
static void
say (App *app, const char *nick, const char *what)
{
  if (!app->options.json)
    g_string_append_printf (output_get_buffer (app->output), "%s%s\n", nick != NULL ? nick : "",
                            what);
}

/* --- register --- */

static void try_to_register (Account *self, const char *server_password);

static void
on_registered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Account *self = user_data;
  App *app = self->app;
  g_autoptr (GError) error = NULL;
  g_autofree char *nick = NULL;
  g_autofree char *token =
      parlance_session_register_finish (PARLANCE_SESSION (source), result, &nick, &error);

  app_wait_end (app);
  if (app->quitting)
    return;
  if (token == NULL && g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_AUTH_REQUIRED) &&
      password_input_can_ask (app))
    {
      char *server_password = password_input_ask (app, "Password of the server", FALSE);

      if (server_password != NULL)
        try_to_register (self, server_password);
      password_input_free (server_password);
      return;
    }
  if (token == NULL)
    {
      app_fail_with (app, error);
      return;
    }
  login_keep (app, app->session, self->server_id, nick, token);
  say (app, nick, " is yours, and logged in here.");
  app_quit (app);
}

static void
try_to_register (Account *self, const char *server_password)
{
  app_wait_begin (self->app);
  parlance_session_register_async (self->app->session, self->nick, self->password, server_password,
                                   CLIENT, on_registered, self);
}

static void
on_introduced (App *app, ParlanceServerInfo *info, gpointer user_data)
{
  Account *self = user_data;

  self->server_id = g_strdup (parlance_server_info_get_id (info));
  g_autofree char *question = g_strdup_printf ("New password for %s", self->nick);
  self->password = password_input_ask (app, question, TRUE);
  if (self->password != NULL)
    try_to_register (self, NULL);
}

/* --- what needs a login --- */

static void
on_logged_in (App *app, ParlanceServerInfo *info)
{
  say (app, parlance_server_info_get_nick (info), " is logged in here.");
  app_quit (app);
}

/* Of a call whose answer says nothing. */
static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Account *self = user_data;
  g_autofree char *json = answer_finish (self->app, source, result);

  if (json == NULL)
    return;
  if (self->is_out)
    login_keep (self->app, PARLANCE_SESSION (source), self->server_id, self->nick, NULL);
  say (self->app, NULL, "Done.");
  app_quit (self->app);
}

static void
change_password (App *app, ParlanceServerInfo *info)
{
  Account *self = app->command_data;
  char *password = password_input_ask (app, "Password so far", FALSE);
  char *new_password = password != NULL ? password_input_ask (app, "New password", TRUE) : NULL;

  if (new_password != NULL)
    {
      app_wait_begin (app);
      parlance_session_password_change_async (app->session, NULL, password, new_password, on_done,
                                              self);
    }
  password_input_free (password);
  password_input_free (new_password);
}

static void
delete_account (App *app, ParlanceServerInfo *info)
{
  Account *self = app->command_data;
  g_autofree char *question =
      g_strdup_printf ("To delete the account of %s for good: its password", self->nick);
  char *password = password_input_ask (app, question, FALSE);

  if (password != NULL)
    {
      self->is_out = TRUE;
      self->server_id = g_strdup (parlance_server_info_get_id (info));
      app_wait_begin (app);
      parlance_session_account_delete_async (app->session, NULL, password, on_done, self);
    }
  password_input_free (password);
}

static void
log_out (App *app, ParlanceServerInfo *info)
{
  Account *self = app->command_data;
  const char *which = app->options.n_words > 1 ? app->options.words[1] : NULL;
  gboolean others = g_strcmp0 (which, "others") == 0;
  guint64 device = 0;

  if (which != NULL && !others &&
      !g_ascii_string_to_unsigned (which, 10, 1, G_MAXINT64, &device, NULL))
    {
      app_fail (app, EXIT_USAGE, "logout takes the number of a device, or “others”, not “%s”",
                which);
      return;
    }
  self->is_out = which == NULL;
  self->server_id = g_strdup (parlance_server_info_get_id (info));
  app_wait_begin (app);
  parlance_session_logout_async (app->session, (gint64)device, others, on_done, self);
}

/* --- devices --- */

static void
add_device (GPtrArray *cells, const ParlanceJsonValue *device)
{
  char *client = answer_dup_text (device, "client");

  g_ptr_array_add (cells, answer_dup_number (device, "device"));
  g_ptr_array_add (cells, client != NULL ? client : g_strdup (""));
  g_ptr_array_add (cells, answer_dup_time (device, "created", ""));
  g_ptr_array_add (cells, answer_dup_time (device, "used", ""));
  g_ptr_array_add (cells, g_strdup (answer_is_true (device, "current")  ? "this one"
                                    : answer_is_true (device, "online") ? "online"
                                                                        : ""));
}

static void
show_devices (App *app, const char *json)
{
  static const char *const titles[] = { "device", "client", "since", "used", "" };
  static const RenderTable table = { .titles = titles, .n_columns = G_N_ELEMENTS (titles) };

  answer_show_table (app, json, "account", "devices", &table, add_device);
}

static void
on_account (GObject *source, GAsyncResult *result, gpointer user_data)
{
  App *app = ((Account *)user_data)->app;
  g_autofree char *json = answer_finish (app, source, result);

  if (json == NULL)
    return;
  if (app->options.json)
    output_append_json (app->output, json, strlen (json));
  else
    show_devices (app, json);
  if (!app->quitting)
    app_quit (app);
}

static void
list_devices (App *app, ParlanceServerInfo *info)
{
  app_wait_begin (app);
  parlance_session_account_async (app->session, on_account, app->command_data);
}

/* --- the command --- */

void
account_start (App *app)
{
  static const struct
  {
    const char *name;
    enum
    {
      TAKES_NOTHING,
      TAKES_NICK,
      TAKES_DEVICE,
    } takes;
    gboolean with_password;
    void (*done) (App *app, ParlanceServerInfo *info);
  } verbs[] = {
    { "register", TAKES_NICK, FALSE, NULL },
    { "login", TAKES_NICK, TRUE, on_logged_in },
    { "password", TAKES_NOTHING, FALSE, change_password },
    { "delete", TAKES_NOTHING, FALSE, delete_account },
    { "logout", TAKES_DEVICE, FALSE, log_out },
    { "devices", TAKES_NOTHING, FALSE, list_devices },
  };
  const Options *options = &app->options;
  Account *self = g_new0 (Account, 1);

  app->command_data = self;
  app->command_data_free = account_free;
  self->app = app;
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      if (strcmp (options->words[0], verbs[i].name) != 0)
        continue;
      if (options->n_words > 1 && verbs[i].takes == TAKES_NOTHING)
        {
          app_fail (app, EXIT_USAGE,
                    "nothing follows “account %s”; --nick says whose account it is", verbs[i].name);
          return;
        }
      self->nick = login_nick (
          app, options->n_words > 1 && verbs[i].takes == TAKES_NICK ? options->words[1] : NULL);
      if (self->nick == NULL)
        return;
      if (verbs[i].done == NULL)
        login_introduce (app, on_introduced, self, NULL);
      else
        login_start (app, self->nick, verbs[i].with_password, verbs[i].done);
      return;
    }
  app_fail (app, EXIT_USAGE,
            "account is followed by register, login, password, logout, devices or delete, not “%s”",
            options->words[0]);
}
