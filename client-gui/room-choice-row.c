/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The row's words are those of the list item around it too, which is what has the focus.
 */
#include "client-gui/room-choice-row.h"

#include <glib/gi18n.h>

#include "client-gui/plain-text.h"

struct _ParlanceRoomChoiceRow
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkLabel *name;
  GtkLabel *topic;
  GtkWidget *joined;
  GtkLabel *people;
};

G_DEFINE_FINAL_TYPE (ParlanceRoomChoiceRow, parlance_room_choice_row, GTK_TYPE_WIDGET)

GtkWidget *
parlance_room_choice_row_new (void)
{
  return g_object_new (PARLANCE_TYPE_ROOM_CHOICE_ROW, NULL);
}

/* What a screen reader says of it: "lobby, 3 people, joined". */
static void
say (ParlanceRoomChoiceRow *self, const char *name, const char *people, gboolean joined)
{
  g_autoptr (GString) label = g_string_new (name);
  GtkWidget *item = gtk_widget_get_parent (GTK_WIDGET (self));

  g_string_append_printf (label, ", %s", people);
  if (joined)
    g_string_append_printf (label, ", %s", _ ("joined"));
  if (item != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    label->str, -1);
}

void
parlance_room_choice_row_set (ParlanceRoomChoiceRow *self,
                              ParlanceRoomChoice *choice,
                              gboolean joined)
{
  g_return_if_fail (PARLANCE_IS_ROOM_CHOICE_ROW (self));
  g_return_if_fail (PARLANCE_IS_ROOM_CHOICE (choice));

  ParlanceRoomInfo *info = parlance_room_choice_get_info (choice);
  gint64 n = parlance_room_info_get_n_members (info);
  g_autofree char *topic =
      parlance_plain_excerpt (parlance_room_info_get_topic (info), PARLANCE_PLAIN_EXCERPT);
  g_autofree char *people =
      g_strdup_printf (ngettext ("%lu person", "%lu people", (gulong)n), (gulong)n);

  gtk_label_set_text (self->name, parlance_room_info_get_name (info));
  gtk_label_set_text (self->topic, topic);
  gtk_widget_set_visible (GTK_WIDGET (self->topic), *topic != '\0');
  gtk_label_set_text (self->people, people);
  gtk_widget_set_visible (self->joined, joined);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), topic);
  say (self, parlance_room_info_get_name (info), people, joined);
}

static void
parlance_room_choice_row_dispose (GObject *object)
{
  g_clear_pointer (&PARLANCE_ROOM_CHOICE_ROW (object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS (parlance_room_choice_row_parent_class)->dispose (object);
}

static void
parlance_room_choice_row_class_init (ParlanceRoomChoiceRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = parlance_room_choice_row_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/room-choice-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceRoomChoiceRow, box);
  gtk_widget_class_bind_template_child (widget_class, ParlanceRoomChoiceRow, name);
  gtk_widget_class_bind_template_child (widget_class, ParlanceRoomChoiceRow, topic);
  gtk_widget_class_bind_template_child (widget_class, ParlanceRoomChoiceRow, joined);
  gtk_widget_class_bind_template_child (widget_class, ParlanceRoomChoiceRow, people);
}

static void
parlance_room_choice_row_init (ParlanceRoomChoiceRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
