/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * It stays, with what was typed, until the server has agreed. The nick is then the one to arrive
 * with elsewhere too.
 */
#include "client-gui/nick-dialog.h"

#include "client-gui/name-rules.h"
#include "client-gui/nick-problem.h"

struct _ParlanceNickDialog
{
  AdwWindow parent_instance;
  ParlanceClient *client;
  GCancellable *cancellable;
  char *wanted; /* (nullable): that the server was asked for */

  GtkWidget *change_button;
  AdwEntryRow *entry;
  GtkLabel *problem;
};

G_DEFINE_FINAL_TYPE (ParlanceNickDialog, parlance_nick_dialog, ADW_TYPE_WINDOW)

static void
show_problem (ParlanceNickDialog *self, const char *problem)
{
  gtk_label_set_text (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
}

static void
check (ParlanceNickDialog *self)
{
  const char *typed = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  g_autofree char *problem = parlance_nick_problem (typed);

  show_problem (self, problem);
  gtk_widget_set_sensitive (self->change_button, *typed != '\0' && problem == NULL);
}

static void
on_changed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  (void)parlance_chat_set_nick_finish (PARLANCE_CHAT (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* and @user_data may be gone */

  ParlanceNickDialog *self = user_data;
  if (error == NULL)
    {
      g_settings_set_string (parlance_client_get_settings (self->client), "nick", self->wanted);
      gtk_window_close (GTK_WINDOW (self));
      return;
    }
  g_autofree char *problem = parlance_nick_refusal (error, self->wanted);
  show_problem (self, problem);
  gtk_widget_set_sensitive (self->change_button, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

static void
change (ParlanceNickDialog *self)
{
  ParlanceChat *chat = parlance_client_get_chat (self->client);

  if (chat == NULL)
    return;
  g_free (self->wanted);
  self->wanted = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry)));
  show_problem (self, NULL);
  gtk_widget_set_sensitive (self->change_button, FALSE);
  parlance_chat_set_nick_async (chat, self->wanted, self->cancellable, on_changed, self);
}

ParlanceNickDialog *
parlance_nick_dialog_new (GtkWindow *parent, ParlanceClient *client)
{
  ParlanceNickDialog *self =
      g_object_new (PARLANCE_TYPE_NICK_DIALOG, "transient-for", parent, NULL);

  self->client = g_object_ref (client);
  gtk_editable_set_text (GTK_EDITABLE (self->entry),
                         parlance_chat_get_nick (parlance_client_get_chat (client)));
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  return self;
}

static void
parlance_nick_dialog_dispose (GObject *object)
{
  g_cancellable_cancel (PARLANCE_NICK_DIALOG (object)->cancellable);
  G_OBJECT_CLASS (parlance_nick_dialog_parent_class)->dispose (object);
}

static void
parlance_nick_dialog_finalize (GObject *object)
{
  ParlanceNickDialog *self = PARLANCE_NICK_DIALOG (object);

  g_object_unref (self->cancellable);
  g_clear_object (&self->client);
  g_free (self->wanted);
  G_OBJECT_CLASS (parlance_nick_dialog_parent_class)->finalize (object);
}

static void
parlance_nick_dialog_class_init (ParlanceNickDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = parlance_nick_dialog_dispose;
  object_class->finalize = parlance_nick_dialog_finalize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/nick-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceNickDialog, change_button);
  gtk_widget_class_bind_template_child (widget_class, ParlanceNickDialog, entry);
  gtk_widget_class_bind_template_child (widget_class, ParlanceNickDialog, problem);
  gtk_widget_class_bind_template_callback (widget_class, check);
  gtk_widget_class_bind_template_callback (widget_class, change);
}

static void
parlance_nick_dialog_init (ParlanceNickDialog *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}
