/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The check buttons are made anew when the list of dictionaries changes, which is seldom.
 */
#include "client-gui/dictionary-filter.h"

#include "client-gui/display-line.h"

#define MAX_CHARS 60

struct _ParlanceDictionaryFilter
{
  GtkWidget parent_instance;
  ParlanceDictionaryChoice *choice; /* (nullable) */

  GtkMenuButton *button;
  GtkLabel *title;
  GtkLabel *empty;
  GtkScrolledWindow *scroller;
  GtkBox *checks;
};

G_DEFINE_FINAL_TYPE (ParlanceDictionaryFilter, parlance_dictionary_filter, GTK_TYPE_WIDGET)

static void
add_check (ParlanceDictionaryFilter *self, ParlanceDictionaryItem *item)
{
  g_autofree char *line =
      parlance_display_line_dup (parlance_dictionary_item_get_title (item), MAX_CHARS);
  GtkWidget *check = gtk_check_button_new ();
  GtkWidget *label = gtk_label_new (line);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_tooltip_text (check, line);
  gtk_check_button_set_child (GTK_CHECK_BUTTON (check), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, line, -1);
  g_object_bind_property (item, "shown", check, "active",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  gtk_box_append (self->checks, check);
}

static void
on_items_changed (
    GListModel *choice, guint position, guint n_removed, guint n_added, gpointer user_data)
{
  ParlanceDictionaryFilter *self = user_data;
  guint n = g_list_model_get_n_items (choice);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->checks))) != NULL)
    gtk_box_remove (self->checks, child);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ParlanceDictionaryItem) item = g_list_model_get_item (choice, i);
      add_check (self, item);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->empty), n == 0);
  gtk_widget_set_visible (GTK_WIDGET (self->title), n > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->scroller), n > 0);
}

void
parlance_dictionary_filter_set_client (ParlanceDictionaryFilter *self, ParlanceClient *client)
{
  g_return_if_fail (PARLANCE_IS_DICTIONARY_FILTER (self));
  g_return_if_fail (self->choice == NULL);

  self->choice =
      g_object_ref (parlance_dictionary_get_choice (parlance_client_get_dictionary (client)));
  g_signal_connect_object (self->choice, "items-changed", G_CALLBACK (on_items_changed), self, 0);
  on_items_changed (G_LIST_MODEL (self->choice), 0, 0, 0, self);
}

static void
parlance_dictionary_filter_dispose (GObject *object)
{
  ParlanceDictionaryFilter *self = PARLANCE_DICTIONARY_FILTER (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->choice);
  G_OBJECT_CLASS (parlance_dictionary_filter_parent_class)->dispose (object);
}

static void
parlance_dictionary_filter_class_init (ParlanceDictionaryFilterClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = parlance_dictionary_filter_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/dictionary-filter.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceDictionaryFilter, button);
  gtk_widget_class_bind_template_child (widget_class, ParlanceDictionaryFilter, title);
  gtk_widget_class_bind_template_child (widget_class, ParlanceDictionaryFilter, empty);
  gtk_widget_class_bind_template_child (widget_class, ParlanceDictionaryFilter, scroller);
  gtk_widget_class_bind_template_child (widget_class, ParlanceDictionaryFilter, checks);
}

static void
parlance_dictionary_filter_init (ParlanceDictionaryFilter *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
