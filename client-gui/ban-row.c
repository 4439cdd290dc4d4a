/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Nicks and reasons are strangers' texts: each is put on one line, and isolated in sentences.
 */
#include "client-gui/ban-row.h"

#include <glib/gi18n.h>

#include "client-gui/moment.h"
#include "client-gui/plain-text.h"

struct _ParlanceBanRow
{
  GtkWidget parent_instance;
  ParlanceBan *ban; /* (nullable) */

  GtkWidget *box;
  GtkLabel *target;
  GtkLabel *details;
  GtkLabel *reason;
  GtkWidget *lift_button;
};

enum
{
  SIGNAL_LIFT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ParlanceBanRow, parlance_ban_row, GTK_TYPE_WIDGET)

GtkWidget *
parlance_ban_row_new (void)
{
  return g_object_new (PARLANCE_TYPE_BAN_ROW, NULL);
}

/* "Nick banned until 2026-11-29 14:03, by teacher" */
static char *
describe (ParlanceBan *ban)
{
  static const char *const kinds[] = {
    [PARLANCE_BAN_NICK] = N_ ("Nick banned"),
    [PARLANCE_BAN_ACCOUNT] = N_ ("Account banned"),
    [PARLANCE_BAN_ADDRESS] = N_ ("Address banned"),
    [PARLANCE_BAN_MUTE] = N_ ("Muted"),
  };
  const char *kind = _ (kinds[parlance_ban_get_kind (ban)]);
  g_autofree char *by = parlance_plain_isolate (parlance_ban_get_by (ban));
  g_autofree char *until = parlance_moment (parlance_ban_get_expires_ms (ban));

  if (parlance_ban_get_expires_ms (ban) == 0)
    /* Translators: "Nick banned", and the operator's nick */
    return g_strdup_printf (_ ("%s for good, by %s"), kind, by);
  /* Translators: "Nick banned", 2026-11-28 14:03, and the operator's nick */
  return g_strdup_printf (_ ("%s until %s, by %s"), kind, until, by);
}

void
parlance_ban_row_set_ban (ParlanceBanRow *self, ParlanceBan *ban)
{
  g_return_if_fail (PARLANCE_IS_BAN_ROW (self));
  g_return_if_fail (PARLANCE_IS_BAN (ban));

  g_autofree char *target = parlance_plain_isolate (parlance_ban_get_target (ban));
  g_autofree char *reason = parlance_plain_excerpt (parlance_ban_get_reason (ban), 300);
  g_autofree char *details = describe (ban);
  g_autofree char *name = g_strdup_printf ("%s, %s, %s", target, details, reason);
  /* Translators: %s is a nick, an account or an address */
  g_autofree char *label = g_strdup_printf (_ ("Lift the ban of %s"), target);
  GtkWidget *item = gtk_widget_get_parent (GTK_WIDGET (self));

  g_set_object (&self->ban, ban);
  gtk_label_set_text (self->target, target);
  gtk_label_set_text (self->details, details);
  gtk_label_set_text (self->reason, reason);
  gtk_widget_set_visible (GTK_WIDGET (self->reason), *reason != '\0');
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->lift_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, -1);
  /* What has the focus is the item around it. */
  if (item != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

ParlanceBan *
parlance_ban_row_get_ban (ParlanceBanRow *self)
{
  g_return_val_if_fail (PARLANCE_IS_BAN_ROW (self), NULL);

  return self->ban;
}

static void
on_lift (ParlanceBanRow *self)
{
  if (self->ban != NULL)
    g_signal_emit (self, signals[SIGNAL_LIFT], 0);
}

static void
parlance_ban_row_dispose (GObject *object)
{
  ParlanceBanRow *self = PARLANCE_BAN_ROW (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->ban);
  G_OBJECT_CLASS (parlance_ban_row_parent_class)->dispose (object);
}

static void
parlance_ban_row_class_init (ParlanceBanRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = parlance_ban_row_dispose;
  signals[SIGNAL_LIFT] = g_signal_new ("lift", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/ban-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceBanRow, box);
  gtk_widget_class_bind_template_child (widget_class, ParlanceBanRow, target);
  gtk_widget_class_bind_template_child (widget_class, ParlanceBanRow, details);
  gtk_widget_class_bind_template_child (widget_class, ParlanceBanRow, reason);
  gtk_widget_class_bind_template_child (widget_class, ParlanceBanRow, lift_button);
  gtk_widget_class_bind_template_callback (widget_class, on_lift);
}

static void
parlance_ban_row_init (ParlanceBanRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
