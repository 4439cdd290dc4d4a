/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * parlance admin: what operators of a server do.
 */
#include <string.h>

#include "client-cli/answer-table.h"
#include "client-cli/command.h"
#include "client-cli/display-text.h"
#include "client-cli/login.h"
#include "client-cli/password-input.h"
#include "protocol/client/account.h"
#include "protocol/wire/limits.h"

static void
admin_free (gpointer data)
{
  g_free (data);
}

static void
add_ban (GPtrArray *cells, const ParlanceJsonValue *ban)
{
  static const char *const targets[] = { "nick", "account", "address" };
  char *name = NULL;
  const char *target = "";
  char *reason = answer_dup_text (ban, "reason");
  char *by = answer_dup_text (ban, "by");

  for (guint i = 0; i < G_N_ELEMENTS (targets) && name == NULL; i++)
    {
      name = answer_dup_text (ban, targets[i]);
      target = targets[i];
    }
  g_ptr_array_add (cells, answer_dup_number (ban, "id"));
  g_ptr_array_add (cells, g_strdup (answer_is_true (ban, "mute") ? "mute" : target));
  g_ptr_array_add (cells, name != NULL ? name : g_strdup (""));
  g_ptr_array_add (cells, answer_dup_time (ban, "expires", "for good"));
  g_ptr_array_add (cells, by != NULL ? by : g_strdup (""));
  g_ptr_array_add (cells, reason != NULL ? reason : g_strdup (""));
}

static void
show_bans (App *app, const char *json)
{
  static const char *const titles[] = { "number", "of", "who", "until", "by", "reason" };
  static const RenderTable table = { .titles = titles, .n_columns = G_N_ELEMENTS (titles) };

  answer_show_table (app, json, "bans", "bans", &table, add_ban);
}

/* What --address-of came to. */
static void
show_address (App *app, const char *json)
{
  ParlanceJsonValue answer;
  g_autofree char *address = parlance_json_parse (json, strlen (json), PARLANCE_MAX_DEPTH, &answer)
                                 ? answer_dup_text (&answer, "address")
                                 : NULL;

  if (address == NULL)
    app_fail (app, EXIT_FAILED, "the server's answer to ban makes no sense");
  else
    {
      GString *out = output_get_buffer (app->output);

      display_append (out, address, strlen (address), DISPLAY_LINE);
      g_string_append (out, " is banned.\n");
    }
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  App *app = user_data;
  g_autofree char *json = answer_finish (app, source, result);

  if (json == NULL)
    return;
  if (app->options.json)
    output_append_json (app->output, json, strlen (json));
  else if (strcmp (app->options.words[0], "bans") == 0)
    show_bans (app, json);
  else if (app->options.admin.address_of != NULL)
    show_address (app, json);
  if (!app->quitting)
    app_quit (app);
}

/* The operator's own password, and the new one of somebody else. */
static void
change_password (App *app, const char *nick)
{
  g_autofree char *question = g_strdup_printf ("New password for %s", nick);
  char *password = password_input_ask (app, "Your own password", FALSE);
  char *new_password = password != NULL ? password_input_ask (app, question, TRUE) : NULL;

  if (new_password != NULL)
    {
      app_wait_begin (app);
      parlance_session_password_change_async (app->session, nick, password, new_password,
                                              on_answered, app);
    }
  password_input_free (password);
  password_input_free (new_password);
}

static void
delete_account (App *app, const char *nick)
{
  g_autofree char *question =
      g_strdup_printf ("To delete the account of %s for good: your own password", nick);
  char *password = password_input_ask (app, question, FALSE);

  if (password != NULL)
    {
      app_wait_begin (app);
      parlance_session_account_delete_async (app->session, nick, password, on_answered, app);
    }
  password_input_free (password);
}

/* ban and unban, of whatever the options name. */
static void
ban (App *app, const char *method, const char *nick)
{
  const AdminOptions *admin = &app->options.admin;
  const char *member = admin->address != NULL      ? "address"
                       : admin->address_of != NULL ? "address_of"
                       : admin->account != NULL    ? "account"
                                                   : "nick";
  const char *value = admin->address != NULL      ? admin->address
                      : admin->address_of != NULL ? admin->address_of
                      : admin->account != NULL    ? admin->account
                                                  : nick;

  const ParlanceOperation operation = {
    .method = method,
    .member = member,
    .value = value,
    .reason = admin->reason,
    .duration_s = strcmp (method, "ban") == 0 ? admin->duration_s : 0,
  };

  parlance_session_operate_async (app->session, &operation, on_answered, app);
}

static void
unban (App *app, const char *word)
{
  guint64 id;

  if (word != NULL && g_ascii_string_to_unsigned (word, 10, 1, G_MAXINT64, &id, NULL))
    parlance_session_unban_async (app->session, (gint64)id, on_answered, app);
  else
    ban (app, "unban", word);
}

/* What is about a nick, or a room. */
static void
operate (App *app, const char *verb, const char *word)
{
  const AdminOptions *admin = &app->options.admin;
  gboolean closes = strcmp (verb, "close-room") == 0;
  gboolean opens = strcmp (verb, "open-room") == 0;
  const ParlanceOperation operation = {
    .method = closes  ? "close_room"
              : opens ? "open_room"
                      : verb,
    .member = closes || opens ? "room" : "nick",
    .value = word,
    .reason = admin->reason,
    .duration_s = strcmp (verb, "mute") == 0 ? admin->duration_s : 0,
  };

  parlance_session_operate_async (app->session, &operation, on_answered, app);
}

static void
on_logged_in (App *app, ParlanceServerInfo *info)
{
  const AdminOptions *admin = &app->options.admin;
  const char *verb = app->options.words[0];
  const char *word = app->options.n_words > 1 ? app->options.words[1] : NULL;

  if (strcmp (verb, "password") == 0)
    {
      change_password (app, word);
      return;
    }
  if (strcmp (verb, "delete") == 0)
    {
      delete_account (app, word);
      return;
    }
  app_wait_begin (app);
  if (strcmp (verb, "bans") == 0)
    parlance_session_bans_async (app->session, on_answered, app);
  else if (strcmp (verb, "ban") == 0)
    ban (app, verb, word);
  else if (strcmp (verb, "unban") == 0)
    unban (app, word);
  else if (strcmp (verb, "notice") == 0)
    parlance_session_notice_async (app->session, word, admin->room, on_answered, app);
  else if (strcmp (verb, "op") == 0 || strcmp (verb, "deop") == 0)
    parlance_session_set_operator_async (app->session, word, strcmp (verb, "op") == 0, on_answered,
                                         app);
  else
    operate (app, verb, word);
}

/* Returns: (transfer full) (nullable): what is wrong with the words */
static char *
check_words (const Options *options)
{
  static const struct
  {
    const char *verb;
    const char *word; /* (nullable): what it takes */
    gboolean may_lack;
  } verbs[] = {
    { "kick", "a nick", FALSE },
    { "ban", "a nick", TRUE },
    { "unban", "a nick or a number", TRUE },
    { "bans", NULL, TRUE },
    { "mute", "a nick", FALSE },
    { "unmute", "a nick", FALSE },
    { "close-room", "a room", FALSE },
    { "open-room", "a room", FALSE },
    { "notice", "a text", FALSE },
    { "op", "a nick", FALSE },
    { "deop", "a nick", FALSE },
    { "password", "a nick", FALSE },
    { "delete", "a nick", FALSE },
  };
  const AdminOptions *admin = &options->admin;
  guint n_targets = (admin->address != NULL) + (admin->address_of != NULL) +
                    (admin->account != NULL) + (options->n_words > 1);

  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      if (strcmp (options->words[0], verbs[i].verb) != 0)
        continue;
      if (options->n_words > 1 && !g_utf8_validate (options->words[1], -1, NULL))
        return g_strdup ("what follows is not UTF-8");
      if (verbs[i].word == NULL && options->n_words > 1)
        return g_strdup_printf ("admin %s takes no words", verbs[i].verb);
      if (!verbs[i].may_lack && options->n_words < 2)
        return g_strdup_printf ("admin %s needs %s", verbs[i].verb, verbs[i].word);
      if (verbs[i].may_lack && verbs[i].word != NULL && n_targets != 1)
        return g_strdup_printf ("admin %s needs one of %s, --account, --address and --address-of",
                                verbs[i].verb, verbs[i].word);
      return NULL;
    }
  return g_strdup_printf (
      "admin is followed by kick, ban, unban, bans, mute, unmute, close-room, open-room, notice, "
      "op, deop, password or delete, not “%s”",
      options->words[0]);
}

void
admin_start (App *app)
{
  g_autofree char *problem = check_words (&app->options);
  char *nick;

  if (problem != NULL)
    {
      app_fail (app, EXIT_USAGE, "%s", problem);
      return;
    }
  nick = login_nick (app, NULL);
  app->command_data = nick;
  app->command_data_free = admin_free;
  if (nick != NULL)
    login_start (app, nick, FALSE, on_logged_in);
}
