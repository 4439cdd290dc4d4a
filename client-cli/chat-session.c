/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Beginning a chat: the nick, the first connection.
 */
#include "client-cli/chat-session.h"

#include <string.h>

#include "client-cli/login.h"
#include "client-cli/password-input.h"
#include "protocol/client/account.h"
#include "protocol/client/nick.h"
#include "protocol/client/token-store.h"
#include "protocol/wire/limits.h"
#include "protocol/wire/names.h"

#define MAX_ALTERNATIVES 9
#define N_PATIENT 5 /* attempts to have a nick that was given, after the first */
#define N_HASTY 3   /* … one that has alternatives */
#define N_PASSWORDS 3
#define FIRST_PATIENCE_MS 20
#define MAX_KEPT 100 /* messages of a room that is only passed on */

struct _ChatSession
{
  App *app;
  const ChatSessionEvents *events;
  gpointer user_data;
  ParlanceChat *chat;
  char *nick;              /* what was wanted first */
  gboolean nick_is_wanted; /* somebody said so: take no other one */
  guint n_alternatives;
  guint n_attempts;      /* for the nick that is wanted */
  guint patience_source; /* 0: not waiting for the next one */
  gboolean waiting;      /* for the first answer, with app_wait_begin() */
  gboolean was_online;
  gboolean lost;
  guint n_passwords;      /* that were asked for */
  ParlanceSession *scout; /* (nullable): asks for the id of the server, which tokens are kept by */
  GPtrArray *rooms;       /* of ParlanceRoom: by chat_session_enter() */
};

static void
end_wait (ChatSession *self)
{
  if (self->waiting)
    app_wait_end (self->app);
  self->waiting = FALSE;
}

static void
begin_wait (ChatSession *self)
{
  app_wait_begin (self->app);
  self->waiting = TRUE;
}

static void
on_renamed_offline (GObject *source, GAsyncResult *result, gpointer user_data)
{
  (void)parlance_chat_set_nick_finish (PARLANCE_CHAT (source), result, NULL);
}

static void
fail_first (ChatSession *self, const GError *error)
{
  const char *advice = "";
  g_autofree char *on_trust = NULL;

  if (error->domain == PARLANCE_TRUST_ERROR)
    {
      on_trust = app_advice_on_trust (self->app, error);
      advice = on_trust;
    }
  else if (g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_NICK_IN_USE))
    advice = ". Take another one with --nick.";
  else if (g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_AUTH_REQUIRED) ||
           g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_AUTH_FAILED))
    advice = ". --password-file FILE reads the password from a file, and “parlance account "
             "login” keeps you logged in.";
  else if (error->domain != PARLANCE_ERROR)
    advice = ". Check that parlanced runs there, or name another server with --server "
             "HOST[:PORT].";
  app_fail (self->app, EXIT_FAILED, "%s: %s%s", self->app->options.server, error->message, advice);
}

static gboolean
on_patience (gpointer user_data)
{
  ChatSession *self = user_data;

  self->patience_source = 0;
  parlance_chat_connect (self->chat);
  return G_SOURCE_REMOVE;
}

/* A script that runs the program again and again comes so soon that the server may not have noticed
 * the end of the run before. Who somebody is must not hang on that, so the same nick is asked for
 * again at first.
 *
 * Returns: whether another attempt is under way */
static gboolean
try_again (ChatSession *self)
{
  if (self->n_attempts < (self->nick_is_wanted ? N_PATIENT : N_HASTY))
    {
      self->patience_source =
          g_timeout_add (FIRST_PATIENCE_MS << self->n_attempts++, on_patience, self);
      return TRUE;
    }
  if (self->nick_is_wanted || self->n_alternatives == MAX_ALTERNATIVES)
    return FALSE;
  g_autofree char *nick = parlance_nick_alternative (self->nick, ++self->n_alternatives);
  parlance_chat_set_nick_async (self->chat, nick, NULL, on_renamed_offline, NULL);
  parlance_chat_connect (self->chat);
  return TRUE;
}

static gboolean
wants_password (const GError *error)
{
  return g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_AUTH_REQUIRED) ||
         g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_AUTH_FAILED);
}

/* Returns: whether another attempt is under way, or the program has failed */
static gboolean
ask_for_password (ChatSession *self, const GError *error)
{
  App *app = self->app;
  g_autofree char *question =
      g_strdup_printf ("Password for %s", parlance_chat_get_nick (self->chat));
  char *password;

  if (self->n_passwords == N_PASSWORDS || !password_input_can_ask (app) ||
      (self->n_passwords > 0 && app->options.password_file != NULL))
    return FALSE;
  self->n_passwords++;
  end_wait (self);
  output_remark (app->output, error->message);
  password = password_input_ask (app, question, FALSE);
  if (password == NULL)
    return TRUE;
  parlance_chat_set_token (self->chat, NULL, NULL);
  parlance_chat_set_password (self->chat, password);
  password_input_free (password);
  begin_wait (self);
  parlance_chat_connect (self->chat);
  return TRUE;
}

static void
on_failed (ChatSession *self)
{
  const GError *error = parlance_chat_get_error (self->chat);

  if (!self->was_online && wants_password (error) && ask_for_password (self, error))
    return;
  if (!self->was_online && g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_NICK_IN_USE) &&
      try_again (self))
    return;
  end_wait (self);
  if (!self->was_online)
    fail_first (self, error);
  else if (self->events->failed != NULL)
    self->events->failed (error, self->user_data);
  else
    app_fail_with (self->app, error);
}

static void
on_online (ChatSession *self)
{
  gboolean first = !self->was_online;

  ParlanceServerInfo *info = parlance_chat_get_server_info (self->chat);

  end_wait (self);
  if (parlance_server_info_is_account (info))
    login_keep (self->app, parlance_chat_get_session (self->chat),
                parlance_server_info_get_id (info), parlance_chat_get_nick (self->chat),
                parlance_chat_get_token (self->chat));
  login_tell_dropped (self->app, info);
  self->was_online = TRUE;
  self->lost = FALSE;
  self->events->online (first, self->user_data);
}

static void
on_waiting (ChatSession *self)
{
  const GError *error = parlance_chat_get_error (self->chat);

  if (!self->was_online)
    {
      end_wait (self);
      fail_first (self, error);
      return;
    }
  if (self->lost)
    return;
  self->lost = TRUE;
  if (self->events->lost != NULL)
    self->events->lost (parlance_chat_get_retry_s (self->chat), error, self->user_data);
}

static void
on_state (ParlanceChat *chat, GParamSpec *property, gpointer user_data)
{
  ChatSession *self = user_data;

  switch (parlance_chat_get_state (chat))
    {
    case PARLANCE_CHAT_ONLINE:
      on_online (self);
      break;
    case PARLANCE_CHAT_WAITING:
      on_waiting (self);
      break;
    case PARLANCE_CHAT_FAILED:
      on_failed (self);
      break;
    default:
      break;
    }
}

gboolean
chat_session_was_online (const ChatSession *self)
{
  return self->was_online;
}

ParlanceChat *
chat_session_get_chat (ChatSession *self)
{
  return self->chat;
}

/* The token is for a server that shows what it did when the token came, and the chat sends it to no
 * other; on this machine, where nothing is shown, to none but at the scout's address. */
static void
take_token (ChatSession *self, ParlanceServerInfo *info)
{
  const char *voucher = parlance_session_get_voucher (self->scout);
  g_autofree char *peer = parlance_session_dup_peer (self->scout);
  g_autofree char *token =
      parlance_token_store_find (NULL, parlance_server_info_get_id (info), self->nick, voucher);

  if (token != NULL && parlance_session_get_peer_fingerprint (self->scout) == NULL)
    parlance_chat_set_addresses (self->chat, (const char *const[]){ peer, NULL });
  parlance_chat_set_token (self->chat, token, voucher);
}

/* Whatever is wrong with the server, it is the chat that says so. */
static void
on_introduced (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ChatSession *self = user_data;
  g_autoptr (ParlanceServerInfo) info =
      parlance_session_hello_finish (PARLANCE_SESSION (source), result, NULL);

  if (self->app->quitting)
    return;
  if (info != NULL)
    take_token (self, info);
  parlance_session_close (self->scout);
  parlance_chat_connect (self->chat);
}

static void
on_scout_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ChatSession *self = user_data;

  if (parlance_session_connect_finish (PARLANCE_SESSION (source), result, NULL))
    parlance_session_hello_async (self->scout, "parlance/" PARLANCE_VERSION, NULL, on_introduced,
                                  self);
  else if (!self->app->quitting)
    parlance_chat_connect (self->chat);
}

void
chat_session_connect (ChatSession *self)
{
  begin_wait (self);
  if (!parlance_token_store_has (NULL, self->nick))
    {
      parlance_chat_connect (self->chat);
      return;
    }
  self->scout = parlance_session_new_for_addresses (self->app->addresses);
  parlance_session_set_trust (self->scout, self->app->trust);
  parlance_session_connect_async (self->scout, NULL, on_scout_connected, self);
}

static void
on_room_state (ParlanceRoom *room, GParamSpec *property, gpointer user_data)
{
  ChatSession *self = user_data;

  if (parlance_room_get_state (room) == PARLANCE_ROOM_FAILED)
    app_fail_with (self->app, parlance_room_get_error (room));
}

ParlanceRoom *
chat_session_enter (ChatSession *self, const char *name, gint64 after_seq)
{
  ParlanceRoom *room = parlance_chat_join_after (self->chat, name, after_seq);

  parlance_message_list_set_limit (parlance_room_get_messages (room), MAX_KEPT);
  g_signal_connect (room, "notify::state", G_CALLBACK (on_room_state), self);
  g_ptr_array_add (self->rooms, g_object_ref (room));
  return room;
}

gboolean
chat_session_check_room (App *app, const char *name)
{
  if (g_utf8_validate (name, -1, NULL) && parlance_room_is_valid (name, strlen (name)))
    return TRUE;
  app_fail (app, EXIT_USAGE,
            "“%s” is no name of a room: it has 1 to %d letters, digits, -_. and single spaces",
            name, PARLANCE_MAX_ROOM);
  return FALSE;
}

ChatSession *
chat_session_new (App *app, const ChatSessionEvents *events, gpointer user_data)
{
  const char *given = app->options.chat.nick;
  const char *password = g_getenv ("PARLANCE_PASSWORD");
  g_autofree char *nick = given != NULL ? g_strdup (given) : parlance_nick_default ();

  if (!g_utf8_validate (nick, -1, NULL) || !parlance_nick_is_valid (nick, strlen (nick)))
    {
      app_fail (app, EXIT_USAGE,
                "PARLANCE_NICK is “%s”: a nick has 1 to %d letters, digits and -_.", nick,
                PARLANCE_MAX_NICK);
      return NULL;
    }
  ChatSession *self = g_new0 (ChatSession, 1);
  self->app = app;
  self->events = events;
  self->user_data = user_data;
  self->nick_is_wanted = given != NULL;
  self->rooms = g_ptr_array_new_with_free_func (g_object_unref);
  self->chat = parlance_chat_new ("parlance/" PARLANCE_VERSION, app->options.server, nick);
  parlance_chat_set_addresses (self->chat, app->addresses);
  parlance_chat_set_trust (self->chat, app->trust);
  self->nick = g_steal_pointer (&nick);
  if (password != NULL && *password != '\0')
    parlance_chat_set_password (self->chat, password);
  g_signal_connect (self->chat, "notify::state", G_CALLBACK (on_state), self);
  return self;
}

void
chat_session_free (ChatSession *self)
{
  if (self == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->chat, self);
  if (self->scout != NULL)
    {
      parlance_session_close (self->scout);
      while (g_main_context_iteration (NULL, FALSE))
        continue;
      g_object_unref (self->scout);
    }
  for (guint i = 0; i < self->rooms->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->rooms, i), self);
  g_ptr_array_unref (self->rooms);
  parlance_chat_disconnect (self->chat);
  end_wait (self);
  if (self->patience_source != 0)
    g_source_remove (self->patience_source);
  g_object_unref (self->chat);
  g_free (self->nick);
  g_free (self);
}
