/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * First the words at the place, then the definition of the longest.
 */
#include "client-gui/lookup-popover.h"

struct _ParlanceLookupPopover
{
  GtkPopover parent_instance;
  ParlanceClient *client;

  GtkLabel *label;
};

G_DEFINE_FINAL_TYPE (ParlanceLookupPopover, parlance_lookup_popover, GTK_TYPE_POPOVER)

GtkWidget *
parlance_lookup_popover_new (ParlanceClient *client)
{
  ParlanceLookupPopover *self = g_object_new (PARLANCE_TYPE_LOOKUP_POPOVER, NULL);

  self->client = g_object_ref (client);
  return GTK_WIDGET (self);
}

void
parlance_lookup_popover_show_at (ParlanceLookupPopover *self,
                                 GtkWidget *relative_to,
                                 const GdkRectangle *where,
                                 const char *text,
                                 gint64 at,
                                 const ParlanceWordContext *context)
{
  double x;
  double y;

  g_return_if_fail (PARLANCE_IS_LOOKUP_POPOVER (self));

  if (!gtk_widget_translate_coordinates (relative_to, gtk_widget_get_parent (GTK_WIDGET (self)),
                                         where->x, where->y, &x, &y))
    return;
  gtk_label_set_text (self->label, text);
  gtk_popover_set_pointing_to (GTK_POPOVER (self),
                               &(GdkRectangle){ (int)x, (int)y, where->width, where->height });
  gtk_popover_popup (GTK_POPOVER (self));
}

static void
parlance_lookup_popover_dispose (GObject *object)
{
  g_clear_object (&PARLANCE_LOOKUP_POPOVER (object)->client);
  G_OBJECT_CLASS (parlance_lookup_popover_parent_class)->dispose (object);
}

static void
parlance_lookup_popover_class_init (ParlanceLookupPopoverClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = parlance_lookup_popover_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/lookup-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceLookupPopover, label);
}

static void
parlance_lookup_popover_init (ParlanceLookupPopover *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
