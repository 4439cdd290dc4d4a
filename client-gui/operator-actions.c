/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the window owns beside the actions of its class: they follow the client's account.
 */
#include "client-gui/operator-actions.h"

#include <glib/gi18n.h>

#include "client-gui/account-problem.h"
#include "client-gui/account-window.h"
#include "client-gui/bans-window.h"
#include "client-gui/device.h"
#include "client-gui/display-line.h"
#include "client-gui/operate-dialog.h"
#include "client-gui/password-dialog.h"
#include "client-gui/plain-text.h"
#include "client-gui/toast.h"
#include "protocol/client/account.h"

#define MAX_NICK_CHARS 64 /* of one that a server says */

static const char *const operator_actions[] = { "show-bans", "send-notice", "operate" };

typedef struct
{
  GtkWindow *window; /* (not owned): it owns this */
  ParlanceClient *client;
  AdwToastOverlay *toasts; /* (not owned): as the window */
} Desk;

static void
desk_free (gpointer data)
{
  Desk *desk = data;

  g_object_unref (desk->client);
  g_free (desk);
}

/* --- windows ---------------------------------------------------------------------------------- */

static void
show_account (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  const Desk *desk = user_data;

  gtk_window_present (parlance_account_window_new (desk->window, desk->client));
}

static void
show_bans (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  const Desk *desk = user_data;

  gtk_window_present (parlance_bans_window_new (desk->window, desk->client));
}

static void
on_done (ParlanceOperateDialog *dialog, const char *words, gpointer user_data)
{
  parlance_toast (user_data, words);
}

static void
ask (const Desk *desk, ParlanceOperateVerb verb, const char *whom)
{
  ParlanceOperateDialog *dialog =
      parlance_operate_dialog_new (desk->window, desk->client, verb, whom);

  g_signal_connect_object (dialog, "done", G_CALLBACK (on_done), desk->toasts, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
send_notice (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  const Desk *desk = user_data;
  ParlanceConversation *current = parlance_client_get_current (desk->client);

  ask (desk, PARLANCE_OPERATE_NOTICE,
       current != NULL ? parlance_room_get_name (parlance_conversation_get_room (current)) : NULL);
}

/* --- accounts, and what needs no form
 * --------------------------------------------------------------------------- */

static void
on_password_set (ParlancePasswordDialog *dialog, gpointer user_data)
{
  parlance_toast (user_data, _ ("The password is set"));
}

static void
on_deleted (ParlancePasswordDialog *dialog, gpointer user_data)
{
  parlance_toast (user_data, _ ("The account is deleted"));
}

static void
ask_password (const Desk *desk, ParlancePasswordPurpose purpose, const char *nick, GCallback done)
{
  ParlancePasswordDialog *dialog =
      parlance_password_dialog_new (desk->window, desk->client, purpose, nick);

  g_signal_connect_object (dialog, "done", done, desk->toasts, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* Who is told, whether the window is still there or not. */
typedef struct
{
  AdwToastOverlay *toasts;
  ParlanceAccountState *account;
} Opening;

static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Opening *opening = user_data;
  g_autoptr (AdwToastOverlay) toasts = opening->toasts;
  g_autoptr (ParlanceAccountState) account = opening->account;
  g_autoptr (GError) error = NULL;
  g_autofree char *json = parlance_session_call_finish (PARLANCE_SESSION (source), result, &error);
  g_autofree char *problem = json == NULL ? parlance_account_problem (error) : NULL;

  if (json == NULL)
    parlance_account_state_heed (account, error);
  parlance_toast (toasts, problem != NULL ? problem : _ ("The room is open"));
}

/* Nobody is put out: it needs no question. */
static void
open_room (const Desk *desk, const char *room)
{
  const ParlanceOperation operation = { .method = "open_room", .member = "room", .value = room };
  ParlanceSession *session = parlance_client_get_session (desk->client);

  if (session == NULL)
    return;
  Opening *opening = g_new (Opening, 1);
  *opening = (Opening){ g_object_ref (desk->toasts),
                        g_object_ref (parlance_client_get_account (desk->client)) };
  parlance_session_operate_async (session, &operation, on_opened, opening);
}

static void
operate (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  static const struct
  {
    const char *name;
    ParlanceOperateVerb verb;
  } verbs[] = {
    { "kick", PARLANCE_OPERATE_KICK },     { "mute", PARLANCE_OPERATE_MUTE },
    { "ban", PARLANCE_OPERATE_BAN },       { "make-operator", PARLANCE_OPERATE_MAKE_OPERATOR },
    { "revoke", PARLANCE_OPERATE_REVOKE }, { "close-room", PARLANCE_OPERATE_CLOSE_ROOM },
  };
  const Desk *desk = user_data;
  const char *name;
  const char *whom;

  g_variant_get (parameter, "(&s&s)", &name, &whom);
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (g_str_equal (name, verbs[i].name))
      ask (desk, verbs[i].verb, whom);
  if (g_str_equal (name, "set-password"))
    ask_password (desk, PARLANCE_PASSWORD_RESET, whom, G_CALLBACK (on_password_set));
  else if (g_str_equal (name, "delete-account"))
    ask_password (desk, PARLANCE_PASSWORD_DELETE_OTHER, whom, G_CALLBACK (on_deleted));
  else if (g_str_equal (name, "open-room"))
    open_room (desk, whom);
}

/* --- who may ---------------------------------------------------------------------------------- */

static void
set_enabled (const Desk *desk, const char *name, gboolean is_enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (desk->window), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), is_enabled);
}

static void
update (GtkWindow *window)
{
  const Desk *desk = g_object_get_data (G_OBJECT (window), "parlance-operator-actions");
  gboolean is_operator =
      parlance_account_state_get_is_operator (parlance_client_get_account (desk->client));

  set_enabled (desk, "show-account", parlance_client_get_chat (desk->client) != NULL);
  for (guint i = 0; i < G_N_ELEMENTS (operator_actions); i++)
    set_enabled (desk, operator_actions[i], is_operator);
}

/* Who logs in on one device too many is told which one went for it. */
static void
say_dropped (GtkWindow *window)
{
  const Desk *desk = g_object_get_data (G_OBJECT (window), "parlance-operator-actions");
  ParlanceChat *chat = parlance_client_get_chat (desk->client);
  ParlanceServerInfo *info = chat != NULL ? parlance_chat_get_server_info (chat) : NULL;
  const ParlanceDroppedDevice *dropped =
      info != NULL ? parlance_server_info_get_dropped (info) : NULL;

  if (dropped == NULL || parlance_account_state_get_kind (
                             parlance_client_get_account (desk->client)) != PARLANCE_ACCOUNT_OWN)
    return;
  g_autofree char *name = parlance_device_name (dropped->client);
  g_autofree char *device = parlance_plain_isolate (name);
  /* Translators: %s is a program, parlance/1.0 */
  g_autofree char *words =
      g_strdup_printf (_ ("You were on too many devices: %s is logged out"), device);
  parlance_toast (desk->toasts, words);
}

/* Menus come and go: it is said why. @by: (nullable) */
static void
say_rights (ParlanceAccountState *account, const char *by, gpointer user_data)
{
  const Desk *desk = g_object_get_data (user_data, "parlance-operator-actions");
  gboolean is_operator = parlance_account_state_get_is_operator (account);

  if (by == NULL)
    {
      parlance_toast (desk->toasts, is_operator ? _ ("You are an operator")
                                                : _ ("You are not an operator any more"));
      return;
    }
  g_autofree char *nick = parlance_display_line_dup_isolated (by, MAX_NICK_CHARS);
  /* Translators: %s is a nick */
  g_autofree char *words = g_strdup_printf (
      is_operator ? _ ("%s has made you an operator") : _ ("%s has revoked your operator’s rights"),
      nick);
  parlance_toast (desk->toasts, words);
}

void
parlance_operator_actions_attach (GtkApplicationWindow *window,
                                  ParlanceClient *client,
                                  AdwToastOverlay *toasts)
{
  static const GActionEntry entries[] = {
    { .name = "show-account", .activate = show_account },
    { .name = "show-bans", .activate = show_bans },
    { .name = "send-notice", .activate = send_notice },
    { .name = "operate", .activate = operate, .parameter_type = "(ss)" },
  };
  Desk *desk = g_new (Desk, 1);

  *desk = (Desk){ GTK_WINDOW (window), g_object_ref (client), toasts };
  g_object_set_data_full (G_OBJECT (window), "parlance-operator-actions", desk, desk_free);
  g_action_map_add_action_entries (G_ACTION_MAP (window), entries, G_N_ELEMENTS (entries), desk);
  g_signal_connect_object (client, "notify::chat", G_CALLBACK (update), window, G_CONNECT_SWAPPED);
  g_signal_connect_object (parlance_client_get_account (client), "notify::is-operator",
                           G_CALLBACK (update), window, G_CONNECT_SWAPPED);
  g_signal_connect_object (parlance_client_get_account (client), "rights", G_CALLBACK (say_rights),
                           window, 0);
  g_signal_connect_object (parlance_client_get_account (client), "notify::kind",
                           G_CALLBACK (say_dropped), window, G_CONNECT_SWAPPED);
  update (GTK_WINDOW (window));
}

gboolean
parlance_operator_actions_are_enabled (GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);

  return G_IS_ACTION_GROUP (root) &&
         g_action_group_get_action_enabled (G_ACTION_GROUP (root), "operate");
}

typedef struct
{
  const char *label;
  const char *name; /* of win.operate */
} Item;

static void
append_section (GMenu *menu, const Item *items, guint n_items, const char *nick)
{
  g_autoptr (GMenu) section = g_menu_new ();

  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (_ (items[i].label), NULL);
      g_menu_item_set_action_and_target (item, "win.operate", "(ss)", items[i].name, nick);
      g_menu_append_item (section, item);
    }
  g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
}

GMenuModel *
parlance_operator_actions_menu (const char *nick)
{
  static const Item of_order[] = {
    { N_ ("_Kick…"), "kick" },
    { N_ ("_Mute…"), "mute" },
    { N_ ("_Ban…"), "ban" },
  };
  static const Item of_accounts[] = {
    { N_ ("Make _Operator…"), "make-operator" },
    { N_ ("_Revoke Operator’s Rights…"), "revoke" },
    { N_ ("Set _Password…"), "set-password" },
    { N_ ("_Delete Account…"), "delete-account" },
  };
  g_autoptr (GMenu) menu = g_menu_new ();

  append_section (menu, of_order, G_N_ELEMENTS (of_order), nick);
  append_section (menu, of_accounts, G_N_ELEMENTS (of_accounts), nick);
  return G_MENU_MODEL (g_steal_pointer (&menu));
}
