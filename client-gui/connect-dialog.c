/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is written is judged when it is to be used, not while it is being written.
 */
#include "client-gui/connect-dialog.h"

#include <glib/gi18n.h>

#include "protocol/client/address.h"

struct _ParlanceConnectDialog
{
  AdwWindow parent_instance;
  gboolean is_waiting;

  AdwEntryRow *address_row;
  GtkLabel *words;
  GtkWidget *connect_button;
  GtkSpinner *spinner;
};

enum
{
  SIGNAL_CONNECT,
  SIGNAL_CANCELLED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ParlanceConnectDialog, parlance_connect_dialog, ADW_TYPE_WINDOW)

/* @problem: (nullable): %NULL: how to write an address */
static void
say (ParlanceConnectDialog *self, const char *problem)
{
  if (problem == NULL)
    {
      gtk_label_set_text (self->words, _ ("For example 192.168.1.20, or library.local:9502"));
      gtk_widget_remove_css_class (GTK_WIDGET (self->words), "error");
      gtk_widget_add_css_class (GTK_WIDGET (self->words), "dim-label");
      gtk_widget_remove_css_class (GTK_WIDGET (self->address_row), "error");
      return;
    }
  gtk_label_set_text (self->words, problem);
  gtk_widget_add_css_class (GTK_WIDGET (self->words), "error");
  gtk_widget_remove_css_class (GTK_WIDGET (self->words), "dim-label");
  gtk_widget_add_css_class (GTK_WIDGET (self->address_row), "error");
}

static void
set_waiting (ParlanceConnectDialog *self, gboolean is_waiting)
{
  self->is_waiting = is_waiting;
  gtk_spinner_set_spinning (self->spinner, is_waiting);
  /* Whatever is being written in must notice that it is not any more. */
  if (is_waiting)
    gtk_window_set_focus (GTK_WINDOW (self), NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->address_row), !is_waiting);
  gtk_widget_set_sensitive (self->connect_button, !is_waiting);
}

void
parlance_connect_dialog_set_problem (ParlanceConnectDialog *self, const char *words)
{
  g_return_if_fail (PARLANCE_IS_CONNECT_DIALOG (self));

  set_waiting (self, FALSE);
  say (self, words);
  gtk_widget_grab_focus (GTK_WIDGET (self->address_row));
}

static void
on_changed (ParlanceConnectDialog *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->address_row));

  say (self, NULL);
  gtk_widget_set_sensitive (self->connect_button, *text != '\0');
}

static void
on_connect (ParlanceConnectDialog *self)
{
  g_autofree char *address =
      g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->address_row))));
  g_autoptr (GSocketConnectable) connectable = parlance_address_parse (address, NULL);

  if (connectable == NULL)
    {
      parlance_connect_dialog_set_problem (
          self, _ ("This is no address. Write the name or the number of a computer, and after a "
                   "colon its port if it is not 9502."));
      return;
    }
  say (self, NULL);
  set_waiting (self, TRUE);
  g_signal_emit (self, signals[SIGNAL_CONNECT], 0, address);
}

static gboolean
parlance_connect_dialog_close_request (GtkWindow *window)
{
  ParlanceConnectDialog *self = PARLANCE_CONNECT_DIALOG (window);

  if (self->is_waiting)
    {
      set_waiting (self, FALSE);
      g_signal_emit (self, signals[SIGNAL_CANCELLED], 0);
    }
  return GTK_WINDOW_CLASS (parlance_connect_dialog_parent_class)->close_request (window);
}

ParlanceConnectDialog *
parlance_connect_dialog_new (GtkWindow *parent, const char *address)
{
  ParlanceConnectDialog *self =
      g_object_new (PARLANCE_TYPE_CONNECT_DIALOG, "transient-for", parent, NULL);

  gtk_editable_set_text (GTK_EDITABLE (self->address_row), address);
  on_changed (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->address_row));
  return self;
}

static void
parlance_connect_dialog_class_init (ParlanceConnectDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  GTK_WINDOW_CLASS (klass)->close_request = parlance_connect_dialog_close_request;
  signals[SIGNAL_CONNECT] =
      g_signal_new ("connect", PARLANCE_TYPE_CONNECT_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_CANCELLED] = g_signal_new ("cancelled", PARLANCE_TYPE_CONNECT_DIALOG,
                                            G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/connect-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceConnectDialog, address_row);
  gtk_widget_class_bind_template_child (widget_class, ParlanceConnectDialog, words);
  gtk_widget_class_bind_template_child (widget_class, ParlanceConnectDialog, connect_button);
  gtk_widget_class_bind_template_child (widget_class, ParlanceConnectDialog, spinner);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_connect);
}

static void
parlance_connect_dialog_init (ParlanceConnectDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
