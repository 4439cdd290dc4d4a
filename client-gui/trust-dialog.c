/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who is in a hurry does not read: the answer at hand is the one that does no harm.
 */
#include "client-gui/trust-dialog.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client-gui/fingerprint.h"
#include "client-gui/plain-text.h"

struct _ParlanceTrustDialog
{
  AdwMessageDialog parent_instance;
  ParlanceTrust *trust; /* (nullable): until it is given */

  GtkLabel *known;
  GtkLabel *shown;
};

enum
{
  SIGNAL_TRUSTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ParlanceTrustDialog, parlance_trust_dialog, ADW_TYPE_MESSAGE_DIALOG)

gboolean
parlance_trust_dialog_is_about (const GError *error)
{
  return g_error_matches (error, PARLANCE_TRUST_ERROR, PARLANCE_TRUST_ERROR_CHANGED) ||
         g_error_matches (error, PARLANCE_TRUST_ERROR, PARLANCE_TRUST_ERROR_PLAIN);
}

static void
accept_shown (ParlanceTrustDialog *self)
{
  g_autoptr (GError) error = NULL;

  if (parlance_trust_accept (self->trust, &error))
    return;
  g_info ("the certificate is not remembered: %s", error->message);
  gtk_widget_activate_action (
      GTK_WIDGET (gtk_window_get_transient_for (GTK_WINDOW (self))), "win.toast", "s",
      _ ("This could not be written down. You will be asked again at the next start."));
}

static void
parlance_trust_dialog_response (AdwMessageDialog *dialog, const char *response)
{
  ParlanceTrustDialog *self = PARLANCE_TRUST_DIALOG (dialog);

  if (strcmp (response, "trust") != 0 || self->trust == NULL)
    return;
  accept_shown (self);
  g_signal_emit (self, signals[SIGNAL_TRUSTED], 0);
}

/* @fingerprint: (nullable) */
static void
show_fingerprint (GtkLabel *label, const char *fingerprint)
{
  g_autofree char *grouped = fingerprint != NULL ? parlance_fingerprint_group (fingerprint) : NULL;

  gtk_label_set_text (label, grouped != NULL ? grouped : _ ("None: nothing is encrypted"));
}

GtkWindow *
parlance_trust_dialog_new (GtkWindow *parent,
                           ParlanceTrust *trust,
                           const GError *error,
                           const char *server)
{
  g_return_val_if_fail (trust != NULL, NULL);
  g_return_val_if_fail (parlance_trust_dialog_is_about (error), NULL);

  ParlanceTrustDialog *self =
      g_object_new (PARLANCE_TYPE_TRUST_DIALOG, "transient-for", parent, NULL);
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (self);
  gboolean is_plain = error->code == PARLANCE_TRUST_ERROR_PLAIN;
  g_autofree char *isolated = parlance_plain_isolate (server);
  /* Translators: %s is the name or the address of a server. */
  g_autofree char *body = g_strdup_printf (
      is_plain ? _ ("%s has encrypted until now. It may be set up differently today. But somebody "
                    "on the network may also have taken its place, to read along and to speak for "
                    "you.\n\nGo on only if whoever runs the server says that this is right.")
               : _ ("%s shows another certificate than before. It may have been set up anew. But "
                    "somebody on the network may also have taken its place, to read along and to "
                    "speak for you.\n\nGo on only if whoever runs the server confirms the new "
                    "fingerprint."),
      isolated);

  self->trust = parlance_trust_ref (trust);
  adw_message_dialog_set_heading (dialog, is_plain ? _ ("This Server Does Not Encrypt Any More")
                                                   : _ ("Is This Still the Same Server?"));
  adw_message_dialog_set_body (dialog, body);
  adw_message_dialog_set_response_label (dialog, "trust",
                                         is_plain ? _ ("Connect _Without Encryption")
                                                  : _ ("_Trust the New Certificate"));
  show_fingerprint (self->known, parlance_trust_get_known (trust));
  show_fingerprint (self->shown, parlance_trust_get_fingerprint (trust));
  return GTK_WINDOW (self);
}

static void
parlance_trust_dialog_finalize (GObject *object)
{
  parlance_trust_unref (PARLANCE_TRUST_DIALOG (object)->trust);
  G_OBJECT_CLASS (parlance_trust_dialog_parent_class)->finalize (object);
}

static void
parlance_trust_dialog_class_init (ParlanceTrustDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = parlance_trust_dialog_finalize;
  ADW_MESSAGE_DIALOG_CLASS (klass)->response = parlance_trust_dialog_response;
  signals[SIGNAL_TRUSTED] = g_signal_new ("trusted", PARLANCE_TYPE_TRUST_DIALOG, G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/trust-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceTrustDialog, known);
  gtk_widget_class_bind_template_child (widget_class, ParlanceTrustDialog, shown);
}

static void
parlance_trust_dialog_init (ParlanceTrustDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
