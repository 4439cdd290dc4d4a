/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One table says what of the form each verb shows, and its words. The form is the question whether
 * it is meant: its button names what will happen.
 */
#include "client-gui/operate-dialog.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client-gui/account-problem.h"
#include "client-gui/button-label.h"
#include "client-gui/plain-text.h"
#include "protocol/client/account.h"
#include "protocol/wire/errors.h"

/* Source: docs/protocol.md, section 11. */
#define MAX_REASON_BYTES 256
#define MAX_NOTICE_BYTES 1024

#define HOUR_S 3600
#define DAY_S 86400

struct _ParlanceOperateDialog
{
  AdwWindow parent_instance;
  ParlanceClient *client;
  ParlanceOperateVerb verb;
  char *whom; /* (nullable) */
  gboolean is_asking;

  GtkWidget *accept_button;
  GtkSpinner *spinner;
  GtkLabel *words;
  GtkWidget *rows;
  AdwComboRow *kind_row;
  GtkWidget *value_row;
  AdwComboRow *duration_row;
  GtkWidget *reason_row;
  GtkLabel *problem;
};

/* How long, in the order of duration_row. */
static const gint64 durations_s[] = { 600, 1800, 2 * HOUR_S, DAY_S, 7 * DAY_S, 0 };

/* What kind_row offers, for the server. */
static const char *const ban_members[] = { "nick", "account", "address_of" };
static const char *const any_members[] = { "nick", "account", "address" };

typedef struct
{
  const char *title;
  const char *button;
  const char *words; /* one %s: whom */
  const char *done;  /* the same */
  const char *value; /* (nullable): the title of value_row */
  int duration;      /* the one that is offered first; -1: none */
  gboolean has_reason;
  gboolean is_destructive;
} Verb;

static const Verb verbs[] = {
  [PARLANCE_OPERATE_KICK] = { N_ ("Kick"), N_ ("_Kick"),
                              N_ ("%s is disconnected, and told why. They may come back."),
                              N_ ("%s was kicked"), NULL, -1, TRUE, TRUE },
  [PARLANCE_OPERATE_MUTE] = { N_ ("Mute"), N_ ("_Mute"),
                              N_ ("%s can read what is said, and cannot write."),
                              N_ ("%s is muted"), NULL, 1, TRUE, TRUE },
  [PARLANCE_OPERATE_BAN] = { N_ ("Ban"), N_ ("_Ban"),
                             N_ ("%s is disconnected, and cannot chat on this server."),
                             N_ ("%s is banned"), NULL, 3, TRUE, TRUE },
  [PARLANCE_OPERATE_BAN_ANY] = { N_ ("Add Ban"), N_ ("_Ban"),
                                 N_ ("Whom it concerns is disconnected, and cannot chat on this "
                                     "server."),
                                 N_ ("%s is banned"), N_ ("Nick, Account or Address"), 3, TRUE,
                                 TRUE },
  [PARLANCE_OPERATE_MAKE_OPERATOR] = { N_ ("Make Operator"), N_ ("_Make"),
                                       N_ ("%s can then kick, mute and ban others, close rooms, "
                                           "set passwords, delete accounts, and make more "
                                           "operators."),
                                       N_ ("%s is an operator"), NULL, -1, FALSE, FALSE },
  [PARLANCE_OPERATE_REVOKE] = { N_ ("Revoke Rights"), N_ ("_Revoke"),
                                N_ ("%s is not an operator any more, and keeps the account."),
                                N_ ("%s is not an operator any more"), NULL, -1, FALSE, TRUE },
  [PARLANCE_OPERATE_CLOSE_ROOM] = { N_ ("Close Room"), N_ ("_Close"),
                                    N_ ("Everybody is put out of %s, and only operators come in. "
                                        "What was said there stays readable."),
                                    N_ ("%s is closed"), NULL, -1, TRUE, TRUE },
  [PARLANCE_OPERATE_NOTICE] = { N_ ("Send Notice"), N_ ("_Send"),
                                N_ ("It is shown above the conversations."),
                                N_ ("The notice is sent"), N_ ("Text"), -1, FALSE, FALSE },
};

enum
{
  SIGNAL_DONE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ParlanceOperateDialog, parlance_operate_dialog, ADW_TYPE_WINDOW)

/* Returns: (transfer full): @template with @whom for its "%s", if there is one */
static char *
fill_in (const char *template, const char *whom)
{
  g_auto (GStrv) parts = g_strsplit (template, "%s", 2);
  g_autofree char *isolated = parlance_plain_isolate (whom != NULL ? whom : "");

  return g_strjoinv (isolated, parts);
}

/* --- what is written -------------------------------------------------------------------------- */

static const char *
get_value (ParlanceOperateDialog *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->value_row));
}

static const char *
get_reason (ParlanceOperateDialog *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->reason_row));
}

static void
show_problem (ParlanceOperateDialog *self, const char *problem)
{
  gtk_label_set_text (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
}

static void
check (ParlanceOperateDialog *self)
{
  const char *problem = NULL;
  gboolean lacks_value = verbs[self->verb].value != NULL && *get_value (self) == '\0';

  if (strlen (get_reason (self)) > MAX_REASON_BYTES)
    problem = _ ("The reason is too long. Shorten it.");
  else if (self->verb == PARLANCE_OPERATE_NOTICE && strlen (get_value (self)) > MAX_NOTICE_BYTES)
    problem = _ ("The text is too long. Shorten it.");
  show_problem (self, problem);
  gtk_widget_set_sensitive (self->accept_button,
                            !self->is_asking && problem == NULL && !lacks_value);
}

/* Where there is nothing to be written, the answer is yes or no. */
static void
edit (ParlanceOperateDialog *self)
{
  const Verb *verb = &verbs[self->verb];

  gtk_widget_grab_focus (verb->value != NULL ? self->value_row
                         : verb->has_reason  ? self->reason_row
                                             : self->accept_button);
}

static void
set_asking (ParlanceOperateDialog *self, gboolean is_asking)
{
  self->is_asking = is_asking;
  gtk_widget_set_sensitive (self->rows, !is_asking);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), is_asking);
  gtk_spinner_set_spinning (self->spinner, is_asking);
  check (self);
}

/* --- asking ----------------------------------------------------------------------------------- */

static gboolean
is_about_rights (ParlanceOperateDialog *self)
{
  return self->verb == PARLANCE_OPERATE_MAKE_OPERATOR || self->verb == PARLANCE_OPERATE_REVOKE;
}

static char *
describe (ParlanceOperateDialog *self, const GError *error)
{
  if (self->verb == PARLANCE_OPERATE_BAN_ANY &&
      g_str_equal (any_members[adw_combo_row_get_selected (self->kind_row)], "address") &&
      g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_INVALID_PARAMS))
    return g_strdup (_ ("This is no address, and no range of them like 10.1.0.0/16."));
  if (g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_NO_SUCH_NICK) &&
      self->verb == PARLANCE_OPERATE_BAN)
    return g_strdup (_ ("Nobody of this name is there, or has an account. Ban the nick instead."));
  if (g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_NO_SUCH_NICK) &&
      is_about_rights (self))
    return g_strdup (
        _ ("Nobody has registered this nick, and only who has an account can be an operator."));
  if (g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_FORBIDDEN) &&
      self->verb == PARLANCE_OPERATE_REVOKE)
    return g_strdup (_ ("The server does not allow it: only operators may do that, and whom its "
                        "configuration names stays one."));
  return parlance_account_problem (error);
}

static void
succeed (ParlanceOperateDialog *self)
{
  g_autofree char *words =
      fill_in (_ (verbs[self->verb].done),
               self->verb == PARLANCE_OPERATE_BAN_ANY ? get_value (self) : self->whom);

  g_signal_emit (self, signals[SIGNAL_DONE], 0, words);
  gtk_window_close (GTK_WINDOW (self));
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ParlanceOperateDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *json = parlance_session_call_finish (PARLANCE_SESSION (source), result, &error);

  /* What has been done is told, whether the dialog is still there or not. */
  if (json != NULL)
    {
      succeed (self);
      return;
    }
  parlance_account_state_heed (parlance_client_get_account (self->client), error);
  if (!gtk_widget_get_visible (GTK_WIDGET (self)))
    return;
  g_autofree char *problem = describe (self, error);
  set_asking (self, FALSE);
  show_problem (self, problem);
  edit (self);
}

static void
send_notice (ParlanceOperateDialog *self, ParlanceSession *session)
{
  gboolean is_for_room = adw_combo_row_get_selected (self->kind_row) == 1;

  parlance_session_notice_async (session, get_value (self), is_for_room ? self->whom : NULL,
                                 on_done, g_object_ref (self));
}

static void
operate (ParlanceOperateDialog *self, ParlanceSession *session)
{
  static const char *const methods[] = {
    [PARLANCE_OPERATE_KICK] = "kick",
    [PARLANCE_OPERATE_MUTE] = "mute",
    [PARLANCE_OPERATE_BAN] = "ban",
    [PARLANCE_OPERATE_BAN_ANY] = "ban",
    [PARLANCE_OPERATE_CLOSE_ROOM] = "close_room",
  };
  guint kind = adw_combo_row_get_selected (self->kind_row);
  ParlanceOperation operation = { .method = methods[self->verb],
                                  .member = "nick",
                                  .value = self->whom };

  if (self->verb == PARLANCE_OPERATE_BAN)
    operation.member = ban_members[kind];
  else if (self->verb == PARLANCE_OPERATE_CLOSE_ROOM)
    operation.member = "room";
  else if (self->verb == PARLANCE_OPERATE_BAN_ANY)
    {
      operation.member = any_members[kind];
      operation.value = get_value (self);
    }
  if (*get_reason (self) != '\0')
    operation.reason = get_reason (self);
  if (verbs[self->verb].duration >= 0)
    operation.duration_s = durations_s[adw_combo_row_get_selected (self->duration_row)];
  parlance_session_operate_async (session, &operation, on_done, g_object_ref (self));
}

static void
submit (ParlanceOperateDialog *self)
{
  ParlanceSession *session = parlance_client_get_session (self->client);

  if (self->is_asking || !gtk_widget_get_sensitive (self->accept_button))
    return;
  if (session == NULL)
    {
      show_problem (self, _ ("There is no connection to the server. Try again when it is back."));
      return;
    }
  set_asking (self, TRUE);
  if (self->verb == PARLANCE_OPERATE_NOTICE)
    send_notice (self, session);
  else if (is_about_rights (self))
    parlance_session_set_operator_async (session, self->whom,
                                         self->verb == PARLANCE_OPERATE_MAKE_OPERATOR, on_done,
                                         g_object_ref (self));
  else
    operate (self, session);
}

/* --- the object ------------------------------------------------------------------------------- */

static void
offer_kinds (ParlanceOperateDialog *self)
{
  g_autoptr (GtkStringList) kinds = gtk_string_list_new (NULL);
  g_autofree char *room = NULL;

  switch (self->verb)
    {
    case PARLANCE_OPERATE_BAN:
      gtk_string_list_append (kinds, _ ("This nick"));
      gtk_string_list_append (kinds, _ ("Their account"));
      gtk_string_list_append (kinds, _ ("Their address"));
      break;
    case PARLANCE_OPERATE_BAN_ANY:
      gtk_string_list_append (kinds, _ ("Nick"));
      gtk_string_list_append (kinds, _ ("Account"));
      gtk_string_list_append (kinds, _ ("Address or range"));
      break;
    case PARLANCE_OPERATE_NOTICE:
      gtk_string_list_append (kinds, _ ("Everybody"));
      room = self->whom != NULL ? fill_in (_ ("Those in %s"), self->whom) : NULL;
      if (room != NULL)
        gtk_string_list_append (kinds, room);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->kind_row), _ ("To"));
      break;
    default:
      gtk_widget_set_visible (GTK_WIDGET (self->kind_row), FALSE);
    }
  adw_combo_row_set_model (self->kind_row, G_LIST_MODEL (kinds));
}

static void
set_verb (ParlanceOperateDialog *self)
{
  const Verb *verb = &verbs[self->verb];
  g_autofree char *words = fill_in (_ (verb->words), self->whom);

  gtk_window_set_title (GTK_WINDOW (self), _ (verb->title));
  parlance_button_set_label (GTK_BUTTON (self->accept_button), _ (verb->button));
  gtk_widget_add_css_class (self->accept_button,
                            verb->is_destructive ? "destructive-action" : "suggested-action");
  gtk_label_set_text (self->words, words);
  gtk_widget_set_visible (self->value_row, verb->value != NULL);
  if (verb->value != NULL)
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->value_row), _ (verb->value));
  gtk_widget_set_visible (GTK_WIDGET (self->duration_row), verb->duration >= 0);
  if (verb->duration >= 0)
    adw_combo_row_set_selected (self->duration_row, (guint)verb->duration);
  gtk_widget_set_visible (self->reason_row, verb->has_reason);
  gtk_widget_set_visible (self->rows, !is_about_rights (self));
  offer_kinds (self);
}

ParlanceOperateDialog *
parlance_operate_dialog_new (GtkWindow *parent,
                             ParlanceClient *client,
                             ParlanceOperateVerb verb,
                             const char *whom)
{
  g_return_val_if_fail (PARLANCE_IS_CLIENT (client), NULL);

  ParlanceOperateDialog *self =
      g_object_new (PARLANCE_TYPE_OPERATE_DIALOG, "transient-for", parent, NULL);

  self->client = g_object_ref (client);
  self->verb = verb;
  self->whom = g_strdup (whom);
  set_verb (self);
  check (self);
  edit (self);
  return self;
}

static void
parlance_operate_dialog_finalize (GObject *object)
{
  ParlanceOperateDialog *self = PARLANCE_OPERATE_DIALOG (object);

  g_clear_object (&self->client);
  g_free (self->whom);
  G_OBJECT_CLASS (parlance_operate_dialog_parent_class)->finalize (object);
}

static void
parlance_operate_dialog_class_init (ParlanceOperateDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = parlance_operate_dialog_finalize;
  signals[SIGNAL_DONE] = g_signal_new ("done", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/operate-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceOperateDialog, accept_button);
  gtk_widget_class_bind_template_child (widget_class, ParlanceOperateDialog, spinner);
  gtk_widget_class_bind_template_child (widget_class, ParlanceOperateDialog, words);
  gtk_widget_class_bind_template_child (widget_class, ParlanceOperateDialog, rows);
  gtk_widget_class_bind_template_child (widget_class, ParlanceOperateDialog, kind_row);
  gtk_widget_class_bind_template_child (widget_class, ParlanceOperateDialog, value_row);
  gtk_widget_class_bind_template_child (widget_class, ParlanceOperateDialog, duration_row);
  gtk_widget_class_bind_template_child (widget_class, ParlanceOperateDialog, reason_row);
  gtk_widget_class_bind_template_child (widget_class, ParlanceOperateDialog, problem);
  gtk_widget_class_bind_template_callback (widget_class, check);
  gtk_widget_class_bind_template_callback (widget_class, submit);
}

static void
parlance_operate_dialog_init (ParlanceOperateDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
