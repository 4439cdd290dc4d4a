/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One of the two entries is shown. What is no answer cannot be given: the button waits.
 */
#include "client-gui/ask-dialog.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client-gui/nick-entry.h"

struct _ParlanceAskDialog
{
  AdwMessageDialog parent_instance;
  gboolean asks_nick; /* or else for a password */

  ParlanceNickEntry *nick_entry;
  GtkWidget *password_box;
  AdwPasswordEntryRow *password_row;
};

enum
{
  SIGNAL_ANSWERED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ParlanceAskDialog, parlance_ask_dialog, ADW_TYPE_MESSAGE_DIALOG)

static const char *
get_text (ParlanceAskDialog *self)
{
  return self->asks_nick ? parlance_nick_entry_get_text (self->nick_entry)
                         : gtk_editable_get_text (GTK_EDITABLE (self->password_row));
}

static gboolean
is_answer (ParlanceAskDialog *self)
{
  return self->asks_nick ? parlance_nick_entry_is_valid (self->nick_entry)
                         : *get_text (self) != '\0';
}

static void
on_changed (ParlanceAskDialog *self)
{
  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (self), "answer", is_answer (self));
}

static void
on_activated (ParlanceAskDialog *self)
{
  if (!is_answer (self))
    return;
  /* Unlike a press of the button, this does not close it. */
  g_object_ref (self);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (self), "answer");
  gtk_window_destroy (GTK_WINDOW (self));
  g_object_unref (self);
}

static void
parlance_ask_dialog_response (AdwMessageDialog *dialog, const char *response)
{
  ParlanceAskDialog *self = PARLANCE_ASK_DIALOG (dialog);

  if (strcmp (response, "answer") == 0)
    g_signal_emit (self, signals[SIGNAL_ANSWERED], 0, get_text (self));
}

static ParlanceAskDialog *
dialog_new (GtkWindow *parent, const char *heading, const char *words, gboolean asks_nick)
{
  ParlanceAskDialog *self = g_object_new (PARLANCE_TYPE_ASK_DIALOG, "transient-for", parent, NULL);

  self->asks_nick = asks_nick;
  adw_message_dialog_set_heading (ADW_MESSAGE_DIALOG (self), heading);
  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (self), words);
  gtk_widget_set_visible (GTK_WIDGET (self->nick_entry), asks_nick);
  gtk_widget_set_visible (self->password_box, !asks_nick);
  return self;
}

GtkWindow *
parlance_ask_dialog_new_nick (GtkWindow *parent, const char *words, const char *nick)
{
  ParlanceAskDialog *self = dialog_new (parent, _ ("Take Another Nick"), words, TRUE);

  parlance_nick_entry_set_text (self->nick_entry, nick);
  on_changed (self);
  parlance_nick_entry_edit (self->nick_entry);
  return GTK_WINDOW (self);
}

GtkWindow *
parlance_ask_dialog_new_password (GtkWindow *parent, const char *words)
{
  ParlanceAskDialog *self = dialog_new (parent, _ ("Password Needed"), words, FALSE);

  on_changed (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->password_row));
  return GTK_WINDOW (self);
}

static void
parlance_ask_dialog_class_init (ParlanceAskDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  ADW_MESSAGE_DIALOG_CLASS (klass)->response = parlance_ask_dialog_response;
  signals[SIGNAL_ANSWERED] = g_signal_new ("answered", PARLANCE_TYPE_ASK_DIALOG, G_SIGNAL_RUN_LAST,
                                           0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  g_type_ensure (PARLANCE_TYPE_NICK_ENTRY);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/ask-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceAskDialog, nick_entry);
  gtk_widget_class_bind_template_child (widget_class, ParlanceAskDialog, password_box);
  gtk_widget_class_bind_template_child (widget_class, ParlanceAskDialog, password_row);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_activated);
}

static void
parlance_ask_dialog_init (ParlanceAskDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
