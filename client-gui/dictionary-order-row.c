/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The row finds its place in the list when it is to move: others may have moved meanwhile.
 */
#include "client-gui/dictionary-order-row.h"

#include <glib/gi18n.h>

struct _ParlanceDictionaryOrderRow
{
  AdwActionRow parent_instance;
  ParlanceDictionaryChoice *choice;
  ParlanceDictionaryItem *item;

  GtkWidget *up;
  GtkWidget *down;
  GtkWidget *shown;
};

G_DEFINE_FINAL_TYPE (ParlanceDictionaryOrderRow, parlance_dictionary_order_row, ADW_TYPE_ACTION_ROW)

/* Returns: its place, or -1 */
static int
find_place (ParlanceDictionaryOrderRow *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->choice));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ParlanceDictionaryItem) item =
          g_list_model_get_item (G_LIST_MODEL (self->choice), i);

      if (item == self->item)
        return (int)i;
    }
  return -1;
}

static void
show_place (ParlanceDictionaryOrderRow *self)
{
  int place = find_place (self);
  int n = (int)g_list_model_get_n_items (G_LIST_MODEL (self->choice));

  gtk_widget_set_sensitive (self->up, place > 0);
  gtk_widget_set_sensitive (self->down, place >= 0 && place < n - 1);
}

/* The list makes another row for the dictionary that moved: the button there has the focus. */
static void
move (ParlanceDictionaryOrderRow *self, int step)
{
  int to = find_place (self) + step;
  GtkListBox *list = GTK_LIST_BOX (gtk_widget_get_parent (GTK_WIDGET (self)));

  if (to < 0 || to >= (int)g_list_model_get_n_items (G_LIST_MODEL (self->choice)))
    return;
  parlance_dictionary_choice_move (self->choice, (guint)(to - step), (guint)to);
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (list, to);
  if (!PARLANCE_IS_DICTIONARY_ORDER_ROW (row))
    return;
  ParlanceDictionaryOrderRow *moved = PARLANCE_DICTIONARY_ORDER_ROW (row);
  if (!gtk_widget_grab_focus (step < 0 ? moved->up : moved->down))
    gtk_widget_grab_focus (step < 0 ? moved->down : moved->up);
}

static void
move_up (ParlanceDictionaryOrderRow *self)
{
  g_autoptr (ParlanceDictionaryOrderRow) alive = g_object_ref (self);

  move (self, -1);
}

static void
move_down (ParlanceDictionaryOrderRow *self)
{
  g_autoptr (ParlanceDictionaryOrderRow) alive = g_object_ref (self);

  move (self, 1);
}

/* Returns: (transfer full): how large it is, and of which languages */
static char *
describe (ParlanceDictionaryInfo *info)
{
  gint64 n = parlance_dictionary_info_get_n_entries (info);
  const char *source = parlance_dictionary_info_get_source (info);
  const char *target = parlance_dictionary_info_get_target (info);
  g_autofree char *entries =
      g_strdup_printf (ngettext ("%lu entry", "%lu entries", (gulong)n), (gulong)n);

  if (*source == '\0' || *target == '\0')
    return g_steal_pointer (&entries);
  return g_strdup_printf ("%s · %s → %s", entries, source, target);
}

GtkWidget *
parlance_dictionary_order_row_new (ParlanceDictionaryChoice *choice, ParlanceDictionaryItem *item)
{
  ParlanceDictionaryOrderRow *self = g_object_new (PARLANCE_TYPE_DICTIONARY_ORDER_ROW, NULL);
  const char *title = parlance_dictionary_item_get_title (item);
  g_autofree char *subtitle = describe (parlance_dictionary_item_get_info (item));
  g_autofree char *label = g_strdup_printf (_ ("Look words up in %s"), title);

  self->choice = g_object_ref (choice);
  self->item = g_object_ref (item);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), subtitle);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->shown), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, -1);
  g_object_bind_property (item, "shown", self->shown, "active",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_signal_connect_object (choice, "items-changed", G_CALLBACK (show_place), self,
                           G_CONNECT_SWAPPED);
  show_place (self);
  return GTK_WIDGET (self);
}

static void
parlance_dictionary_order_row_dispose (GObject *object)
{
  ParlanceDictionaryOrderRow *self = PARLANCE_DICTIONARY_ORDER_ROW (object);

  g_clear_object (&self->choice);
  g_clear_object (&self->item);
  G_OBJECT_CLASS (parlance_dictionary_order_row_parent_class)->dispose (object);
}

static void
parlance_dictionary_order_row_class_init (ParlanceDictionaryOrderRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = parlance_dictionary_order_row_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/parlance/Parlance/dictionary-order-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceDictionaryOrderRow, up);
  gtk_widget_class_bind_template_child (widget_class, ParlanceDictionaryOrderRow, down);
  gtk_widget_class_bind_template_child (widget_class, ParlanceDictionaryOrderRow, shown);
  gtk_widget_class_bind_template_callback (widget_class, move_up);
  gtk_widget_class_bind_template_callback (widget_class, move_down);
}

static void
parlance_dictionary_order_row_init (ParlanceDictionaryOrderRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
