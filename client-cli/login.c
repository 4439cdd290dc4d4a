/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * First hello asks for the id of the server, which the token is kept by; then comes the one with
 * the nick, with the token or with a password.
 */
#include "client-cli/login.h"

#include <string.h>

#include "client-cli/answer-table.h"
#include "client-cli/password-input.h"
#include "protocol/client/account.h"
#include "protocol/client/nick.h"
#include "protocol/client/token-store.h"
#include "protocol/wire/limits.h"
#include "protocol/wire/names.h"

#define CLIENT "parlance/" PARLANCE_VERSION

typedef struct
{
  App *app;
  char *nick;
  char *server_id;
  gboolean with_password;
  void (*done) (App *app, ParlanceServerInfo *info);
} Login;

static void
login_free (gpointer data)
{
  Login *self = data;

  g_free (self->nick);
  g_free (self->server_id);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Login, login_free)

char *
login_nick (App *app, const char *word)
{
  const char *given = word != NULL ? word : app->options.chat.nick;
  g_autofree char *nick = given != NULL ? g_strdup (given) : parlance_nick_default ();

  if (g_utf8_validate (nick, -1, NULL) && parlance_nick_is_valid (nick, strlen (nick)))
    return g_steal_pointer (&nick);
  app_fail (app, EXIT_USAGE, "“%s” is no nick: it has 1 to %d letters, digits and -_.", nick,
            PARLANCE_MAX_NICK);
  return NULL;
}

void
login_keep (
    App *app, ParlanceSession *session, const char *server_id, const char *nick, const char *token)
{
  const char *voucher = parlance_session_get_voucher (session);
  g_autoptr (GError) error = NULL;

  if (!parlance_token_store_set (NULL, server_id, nick, voucher, token, &error))
    output_complain (app->output, error->message);
}

void
login_tell_dropped (App *app, const ParlanceServerInfo *info)
{
  const ParlanceDroppedDevice *dropped = parlance_server_info_get_dropped (info);

  if (dropped == NULL)
    return;
  g_autofree char *used = answer_format_time (dropped->used_ms);
  g_autofree char *remark = g_strdup_printf (
      "Device %" G_GINT64_FORMAT " (%s), used last on %s, was logged out: an account is logged in "
      "on at most %d, and it was the one unused longest",
      dropped->id, *dropped->client != '\0' ? dropped->client : "an unknown program", used,
      PARLANCE_MAX_DEVICES);
  output_remark (app->output, remark);
}

static void say_hello (Login *self, const char *password, const char *token);

static void
ask_and_say_hello (Login *self)
{
  g_autofree char *question = g_strdup_printf ("Password of %s", self->nick);
  char *password = password_input_ask (self->app, question, FALSE);

  self->with_password = TRUE;
  if (password != NULL)
    say_hello (self, password, NULL);
  else
    login_free (self);
  password_input_free (password);
}

static void
on_greeted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Login) self = user_data;
  App *app = self->app;
  g_autoptr (GError) error = NULL;
  g_autoptr (ParlanceServerInfo) info =
      parlance_session_hello_finish (PARLANCE_SESSION (source), result, &error);

  app_wait_end (app);
  if (app->quitting)
    return;
  if (info == NULL && !self->with_password &&
      g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_AUTH_REQUIRED))
    {
      /* The token is over. */
      ask_and_say_hello (g_steal_pointer (&self));
      return;
    }
  if (info == NULL)
    {
      app_fail_with (app, error);
      return;
    }
  if (!parlance_server_info_is_account (info))
    {
      app_fail (app, EXIT_FAILED,
                "nobody has registered %s on this server. “parlance account register %s” does",
                self->nick, self->nick);
      return;
    }
  login_keep (app, app->session, self->server_id, self->nick,
              parlance_server_info_get_token (info));
  login_tell_dropped (app, info);
  self->done (app, info);
}

static void
say_hello (Login *self, const char *password, const char *token)
{
  const ParlanceHelloParams hello = {
    .client = CLIENT, .nick = self->nick, .password = password, .resume = token
  };

  app_wait_begin (self->app);
  parlance_session_log_in_async (self->app->session, &hello, NULL, on_greeted, self);
}

typedef struct
{
  App *app;
  LoginIntroduced done;
  gpointer data;
  GDestroyNotify data_free; /* (nullable) */
} Introduction;

static void
on_introduced (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Introduction *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ParlanceServerInfo) info =
      parlance_session_hello_finish (PARLANCE_SESSION (source), result, &error);

  app_wait_end (self->app);
  if (info != NULL && !self->app->quitting)
    {
      self->done (self->app, info, self->data);
      return;
    }
  if (!self->app->quitting)
    app_fail_with (self->app, error);
  if (self->data_free != NULL)
    self->data_free (self->data);
}

void
login_introduce (App *app, LoginIntroduced done, gpointer data, GDestroyNotify data_free)
{
  Introduction *self = g_new (Introduction, 1);

  *self = (Introduction){ .app = app, .done = done, .data = data, .data_free = data_free };
  app_wait_begin (app);
  parlance_session_hello_async (app->session, CLIENT, NULL, on_introduced, self);
}

static void
look_for_token (App *app, ParlanceServerInfo *info, gpointer user_data)
{
  Login *self = user_data;

  self->server_id = g_strdup (parlance_server_info_get_id (info));
  g_autofree char *token =
      self->with_password ? NULL
                          : parlance_token_store_find (NULL, self->server_id, self->nick,
                                                       parlance_session_get_voucher (app->session));
  if (token != NULL)
    say_hello (self, NULL, token);
  else
    ask_and_say_hello (self);
}

void
login_start (App *app,
             const char *nick,
             gboolean with_password,
             void (*done) (App *app, ParlanceServerInfo *info))
{
  Login *self = g_new0 (Login, 1);

  self->app = app;
  self->nick = g_strdup (nick);
  self->with_password = with_password;
  self->done = done;
  login_introduce (app, look_for_token, self, login_free);
}
