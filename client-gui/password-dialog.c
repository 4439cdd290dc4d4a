/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which of the rows are shown depends on the purpose. No password is copied here: it goes from the
 * entry, whose buffer wipes what it held, into the call.
 */
#include "client-gui/password-dialog.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client-gui/account-problem.h"
#include "client-gui/button-label.h"
#include "client-gui/connection-error.h"
#include "client-gui/plain-text.h"
#include "protocol/client/account.h"

#define CLIENT "parlance-gtk/" PARLANCE_VERSION

struct _ParlancePasswordDialog
{
  AdwWindow parent_instance;
  ParlanceClient *client;
  ParlanceChat *chat; /* (nullable): whose server has been asked */
  ParlancePasswordPurpose purpose;
  char *nick; /* (nullable): of whom, where it is somebody else */
  gboolean is_asking;
  gboolean asks_server_password; /* it wants that as well */
  GCancellable *cancellable;

  GtkWidget *accept_button;
  GtkSpinner *spinner;
  GtkLabel *words;
  GtkWidget *rows;
  GtkWidget *nick_row;
  GtkWidget *password_row;
  GtkWidget *new_row;
  GtkWidget *again_row;
  GtkWidget *server_row;
  GtkWidget *rule;
  GtkLabel *problem;
};

enum
{
  SIGNAL_DONE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ParlancePasswordDialog, parlance_password_dialog, ADW_TYPE_WINDOW)

/* --- what is typed ---------------------------------------------------------------------------- */

static const char *
get_text (GtkWidget *row)
{
  return gtk_editable_get_text (GTK_EDITABLE (row));
}

/* @problem: (nullable): %NULL: nothing is wrong */
static void
show_problem (ParlancePasswordDialog *self, const char *problem)
{
  gtk_label_set_text (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
}

/* Returns: (transfer none) (nullable): what is wrong with what has been written, not: what is
 * missing
 */
static const char *
find_problem (ParlancePasswordDialog *self)
{
  const char *password = get_text (self->new_row);
  const char *again = get_text (self->again_row);

  if (!gtk_widget_get_visible (self->new_row) || *again == '\0')
    return NULL;
  const char *problem = parlance_password_problem (password);
  if (problem != NULL)
    return problem;
  return strncmp (password, again, strlen (again)) != 0 ? _ ("The two passwords are different.")
                                                        : NULL;
}

static gboolean
is_filled_in (ParlancePasswordDialog *self)
{
  GtkWidget *rows[] = { self->nick_row, self->password_row, self->new_row, self->again_row,
                        self->server_row };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (gtk_widget_get_visible (rows[i]) && *get_text (rows[i]) == '\0')
      return FALSE;
  return !gtk_widget_get_visible (self->new_row) ||
         (parlance_password_problem (get_text (self->new_row)) == NULL &&
          strcmp (get_text (self->new_row), get_text (self->again_row)) == 0);
}

static void
update_button (ParlancePasswordDialog *self)
{
  gtk_widget_set_sensitive (self->accept_button, !self->is_asking && is_filled_in (self));
}

static void
check (ParlancePasswordDialog *self)
{
  if (self->is_asking)
    return;
  show_problem (self, find_problem (self));
  update_button (self);
}

static void
set_asking (ParlancePasswordDialog *self, gboolean is_asking)
{
  self->is_asking = is_asking;
  gtk_widget_set_sensitive (self->rows, !is_asking);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), is_asking);
  gtk_spinner_set_spinning (self->spinner, is_asking);
  update_button (self);
}

static void
clear (GtkWidget *row)
{
  gtk_editable_set_text (GTK_EDITABLE (row), "");
}

/* --- what comes of it ------------------------------------------------------------------------- */

/* What has been done is told, whether the dialog is still there or not. */
static void
succeed (ParlancePasswordDialog *self)
{
  g_signal_emit (self, signals[SIGNAL_DONE], 0);
  gtk_window_close (GTK_WINDOW (self));
}

/* @again: where to type again */
static void
fail (ParlancePasswordDialog *self, char *problem, GtkWidget *again)
{
  set_asking (self, FALSE);
  show_problem (self, problem);
  gtk_widget_grab_focus (again);
  g_free (problem);
}

static void
on_registered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ParlancePasswordDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *nick = NULL;
  g_autofree char *token =
      parlance_session_register_finish (PARLANCE_SESSION (source), result, &nick, &error);

  if (token != NULL)
    {
      parlance_account_state_take_token (parlance_client_get_account (self->client),
                                         PARLANCE_SESSION (source), token);
      succeed (self);
      return;
    }
  if (!gtk_widget_get_visible (GTK_WIDGET (self)))
    return;
  gboolean wants_server = g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_AUTH_REQUIRED) &&
                          !self->asks_server_password;
  if (wants_server || self->asks_server_password)
    {
      self->asks_server_password = TRUE;
      gtk_widget_set_visible (self->server_row, TRUE);
    }
  fail (self,
        wants_server ? g_strdup (_ ("The server asks for its own password as well."))
                     : parlance_account_problem (error),
        wants_server ? self->server_row : self->new_row);
}

/* The account is over, and the server ends the session behind its answer. */
static void
forget_account (ParlancePasswordDialog *self)
{
  if (self->chat != parlance_client_get_chat (self->client))
    return;
  parlance_account_state_forget (parlance_client_get_account (self->client));
  parlance_client_leave (self->client);
}

static void
on_changed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ParlancePasswordDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *json = parlance_session_call_finish (PARLANCE_SESSION (source), result, &error);

  if (json != NULL)
    {
      if (self->purpose == PARLANCE_PASSWORD_DELETE)
        forget_account (self);
      succeed (self);
      return;
    }
  parlance_account_state_heed (parlance_client_get_account (self->client), error);
  if (gtk_widget_get_visible (GTK_WIDGET (self)))
    fail (self, parlance_account_problem (error), self->password_row);
}

static void
on_arrived (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ParlancePasswordDialog) self = user_data;
  g_autoptr (GError) error = NULL;

  gboolean arrived = parlance_client_arrive_finish (PARLANCE_CLIENT (source), result, &error);

  if (!gtk_widget_get_visible (GTK_WIDGET (self)))
    return;
  if (arrived)
    succeed (self);
  else
    fail (self, parlance_connection_error_describe (error), self->password_row);
}

/* --- asking ----------------------------------------------------------------------------------- */

/* Beside the connection that there is: nothing is lost when the password is not right. */
static void
log_in (ParlancePasswordDialog *self)
{
  ParlanceChat *chat = parlance_client_get_chat (self->client);
  const ParlanceVisit visit = {
    .name = parlance_client_get_server_name (self->client),
    .addresses = parlance_chat_get_addresses (chat),
    .nick = get_text (self->nick_row),
    .password = get_text (self->password_row),
    .trust = parlance_chat_get_trust (chat),
  };

  parlance_client_arrive_async (self->client, &visit, self->cancellable, on_arrived,
                                g_object_ref (self));
}

static void
ask (ParlancePasswordDialog *self, ParlanceSession *session)
{
  const char *new_password = get_text (self->new_row);

  switch (self->purpose)
    {
    case PARLANCE_PASSWORD_REGISTER:
      parlance_session_register_async (
          session, parlance_account_state_get_nick (parlance_client_get_account (self->client)),
          new_password, self->asks_server_password ? get_text (self->server_row) : NULL, CLIENT,
          on_registered, g_object_ref (self));
      break;
    case PARLANCE_PASSWORD_LOG_IN:
      log_in (self);
      break;
    case PARLANCE_PASSWORD_CHANGE:
    case PARLANCE_PASSWORD_RESET:
      parlance_session_password_change_async (session, self->nick, get_text (self->password_row),
                                              new_password, on_changed, g_object_ref (self));
      break;
    case PARLANCE_PASSWORD_DELETE:
    case PARLANCE_PASSWORD_DELETE_OTHER:
      parlance_session_account_delete_async (session, self->nick, get_text (self->password_row),
                                             on_changed, g_object_ref (self));
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
submit (ParlancePasswordDialog *self)
{
  ParlanceSession *session = parlance_client_get_session (self->client);

  if (self->is_asking || !is_filled_in (self))
    return;
  if (session == NULL)
    {
      show_problem (self, _ ("There is no connection to the server. Try again when it is back."));
      return;
    }
  show_problem (self, NULL);
  set_asking (self, TRUE);
  g_set_object (&self->chat, parlance_client_get_chat (self->client));
  ask (self, session);
  /* A new one that the server's password is asked for besides would have to be typed again. */
  if (self->purpose != PARLANCE_PASSWORD_REGISTER)
    {
      clear (self->password_row);
      clear (self->new_row);
      clear (self->again_row);
    }
}

/* --- the object ------------------------------------------------------------------------------- */

static void
set_words (ParlancePasswordDialog *self)
{
  static const struct
  {
    const char *title;
    const char *button;
    const char *words;
    const char *new_title;
  } texts[] = {
    [PARLANCE_PASSWORD_REGISTER] = { N_ ("Register Nick"), N_ ("_Register"),
                                     N_ ("From then on %s needs this password on this server, and "
                                         "nobody else can use it."),
                                     N_ ("Password") },
    [PARLANCE_PASSWORD_LOG_IN] = { N_ ("Log In"), N_ ("_Log In"), NULL, N_ ("New Password") },
    [PARLANCE_PASSWORD_CHANGE] = { N_ ("Change Password"), N_ ("C_hange"),
                                   N_ ("Your other devices have to log in again."),
                                   N_ ("New Password") },
    [PARLANCE_PASSWORD_RESET] = { N_ ("Set Password"), N_ ("_Set"),
                                  N_ ("%s is logged out everywhere, and logs in with the new "
                                      "password."),
                                  N_ ("New Password") },
    [PARLANCE_PASSWORD_DELETE] = { N_ ("Delete Account"), N_ ("_Delete"),
                                   N_ ("You are logged out everywhere, and %s is anybody’s. What "
                                       "you "
                                       "said stays. There is no way back."),
                                   N_ ("New Password") },
    [PARLANCE_PASSWORD_DELETE_OTHER] = { N_ ("Delete Account"), N_ ("_Delete"),
                                         N_ ("%s is logged out everywhere, and the nick is "
                                             "anybody’s. "
                                             "What was said under it stays."),
                                         N_ ("New Password") },
  };
  const ParlancePasswordPurpose purpose = self->purpose;
  const char *nick =
      self->nick != NULL
          ? self->nick
          : parlance_account_state_get_nick (parlance_client_get_account (self->client));
  g_autofree char *isolated = parlance_plain_isolate (nick);
  const char *template = texts[purpose].words != NULL ? _ (texts[purpose].words) : "";
  g_auto (GStrv) parts = g_strsplit (template, "%s", 2);
  g_autofree char *words = g_strjoinv (isolated, parts);

  gtk_window_set_title (GTK_WINDOW (self), _ (texts[purpose].title));
  parlance_button_set_label (GTK_BUTTON (self->accept_button), _ (texts[purpose].button));
  gtk_label_set_text (self->words, words);
  gtk_widget_set_visible (GTK_WIDGET (self->words), *words != '\0');
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->new_row), _ (texts[purpose].new_title));
  if (purpose == PARLANCE_PASSWORD_LOG_IN)
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->password_row), _ ("Password"));
  else if (self->nick != NULL)
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->password_row),
                                   _ ("Your Own Password"));
}

ParlancePasswordDialog *
parlance_password_dialog_new (GtkWindow *parent,
                              ParlanceClient *client,
                              ParlancePasswordPurpose purpose,
                              const char *nick)
{
  g_return_val_if_fail (PARLANCE_IS_CLIENT (client), NULL);

  ParlancePasswordDialog *self =
      g_object_new (PARLANCE_TYPE_PASSWORD_DIALOG, "transient-for", parent, NULL);
  gboolean has_old = purpose != PARLANCE_PASSWORD_REGISTER;
  gboolean deletes =
      purpose == PARLANCE_PASSWORD_DELETE || purpose == PARLANCE_PASSWORD_DELETE_OTHER;
  gboolean has_new = purpose != PARLANCE_PASSWORD_LOG_IN && !deletes;

  self->client = g_object_ref (client);
  self->purpose = purpose;
  self->nick = g_strdup (nick);
  gtk_widget_set_visible (self->nick_row, purpose == PARLANCE_PASSWORD_LOG_IN);
  gtk_widget_set_visible (self->password_row, has_old);
  gtk_widget_set_visible (self->new_row, has_new);
  gtk_widget_set_visible (self->again_row, has_new);
  gtk_widget_set_visible (self->rule, has_new);
  gtk_widget_add_css_class (self->accept_button,
                            deletes ? "destructive-action" : "suggested-action");
  set_words (self);
  gtk_widget_grab_focus (purpose == PARLANCE_PASSWORD_LOG_IN ? self->nick_row
                         : has_old                           ? self->password_row
                                                             : self->new_row);
  return self;
}

static gboolean
parlance_password_dialog_close_request (GtkWindow *window)
{
  ParlancePasswordDialog *self = PARLANCE_PASSWORD_DIALOG (window);

  /* What is under way holds a reference: nothing is disposed of before it has ended. */
  g_cancellable_cancel (self->cancellable);
  clear (self->password_row);
  clear (self->new_row);
  clear (self->again_row);
  clear (self->server_row);
  return GTK_WINDOW_CLASS (parlance_password_dialog_parent_class)->close_request (window);
}

static void
parlance_password_dialog_dispose (GObject *object)
{
  g_cancellable_cancel (PARLANCE_PASSWORD_DIALOG (object)->cancellable);
  G_OBJECT_CLASS (parlance_password_dialog_parent_class)->dispose (object);
}

static void
parlance_password_dialog_finalize (GObject *object)
{
  ParlancePasswordDialog *self = PARLANCE_PASSWORD_DIALOG (object);

  g_object_unref (self->cancellable);
  g_clear_object (&self->chat);
  g_clear_object (&self->client);
  g_free (self->nick);
  G_OBJECT_CLASS (parlance_password_dialog_parent_class)->finalize (object);
}

static void
parlance_password_dialog_class_init (ParlancePasswordDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = parlance_password_dialog_dispose;
  object_class->finalize = parlance_password_dialog_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = parlance_password_dialog_close_request;
  signals[SIGNAL_DONE] = g_signal_new ("done", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/password-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlancePasswordDialog, accept_button);
  gtk_widget_class_bind_template_child (widget_class, ParlancePasswordDialog, spinner);
  gtk_widget_class_bind_template_child (widget_class, ParlancePasswordDialog, words);
  gtk_widget_class_bind_template_child (widget_class, ParlancePasswordDialog, rows);
  gtk_widget_class_bind_template_child (widget_class, ParlancePasswordDialog, nick_row);
  gtk_widget_class_bind_template_child (widget_class, ParlancePasswordDialog, password_row);
  gtk_widget_class_bind_template_child (widget_class, ParlancePasswordDialog, new_row);
  gtk_widget_class_bind_template_child (widget_class, ParlancePasswordDialog, again_row);
  gtk_widget_class_bind_template_child (widget_class, ParlancePasswordDialog, server_row);
  gtk_widget_class_bind_template_child (widget_class, ParlancePasswordDialog, rule);
  gtk_widget_class_bind_template_child (widget_class, ParlancePasswordDialog, problem);
  gtk_widget_class_bind_template_callback (widget_class, check);
  gtk_widget_class_bind_template_callback (widget_class, submit);
}

static void
parlance_password_dialog_init (ParlancePasswordDialog *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}
