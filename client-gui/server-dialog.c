/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is shown does not change while it is: it is about one connection.
 */
#include "client-gui/server-dialog.h"

#include <glib/gi18n.h>

#include "client-gui/fingerprint.h"
#include "client-gui/plain-text.h"

struct _ParlanceServerDialog
{
  AdwMessageDialog parent_instance;

  GtkWidget *certificate;
  GtkLabel *fingerprint;
};

G_DEFINE_FINAL_TYPE (ParlanceServerDialog, parlance_server_dialog, ADW_TYPE_MESSAGE_DIALOG)

gboolean
parlance_server_dialog_is_encrypted (ParlanceChat *chat)
{
  return parlance_chat_get_state (chat) == PARLANCE_CHAT_ONLINE &&
         parlance_trust_get_fingerprint (parlance_chat_get_trust (chat)) != NULL;
}

static char *
describe (ParlanceChat *chat)
{
  const char *address = parlance_chat_get_address (chat);
  const char *words;

  if (parlance_chat_get_state (chat) != PARLANCE_CHAT_ONLINE)
    words = _ ("There is no connection at the moment.");
  else if (parlance_server_dialog_is_encrypted (chat))
    words = _ ("The connection is encrypted: nobody on the network can read along.");
  else
    words = _ ("The connection is not encrypted: others on the network can read along.");
  return address != NULL ? g_strdup_printf ("%s\n\n%s", address, words) : g_strdup (words);
}

GtkWindow *
parlance_server_dialog_new (GtkWindow *parent, ParlanceClient *client)
{
  ParlanceChat *chat = parlance_client_get_chat (client);

  g_return_val_if_fail (chat != NULL, NULL);

  ParlanceServerDialog *self =
      g_object_new (PARLANCE_TYPE_SERVER_DIALOG, "transient-for", parent, NULL);
  gboolean is_encrypted = parlance_server_dialog_is_encrypted (chat);
  g_autofree char *name = parlance_plain_isolate (parlance_client_get_server_name (client));
  g_autofree char *body = describe (chat);

  adw_message_dialog_set_heading (ADW_MESSAGE_DIALOG (self), name);
  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (self), body);
  gtk_widget_set_visible (self->certificate, is_encrypted);
  if (is_encrypted)
    {
      g_autofree char *grouped = parlance_fingerprint_group (
          parlance_trust_get_fingerprint (parlance_chat_get_trust (chat)));
      gtk_label_set_text (self->fingerprint, grouped);
    }
  return GTK_WINDOW (self);
}

static void
parlance_server_dialog_class_init (ParlanceServerDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/server-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceServerDialog, certificate);
  gtk_widget_class_bind_template_child (widget_class, ParlanceServerDialog, fingerprint);
}

static void
parlance_server_dialog_init (ParlanceServerDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
