/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows the current conversation.
 */
#include "client-gui/room-header.h"

#include <glib/gi18n.h>

#include "client-gui/plain-text.h"
#include "client-gui/topic-popover.h"

struct _ParlanceRoomHeader
{
  GtkWidget parent_instance;
  ParlanceClient *client;
  ParlanceRoom *room; /* (nullable): that is shown */
  gboolean show_back;
  gboolean show_end_title_buttons;

  GtkWidget *bar;
  GtkMenuButton *title_button;
  AdwWindowTitle *title;
  ParlanceTopicPopover *topic_popover;
};

enum
{
  PROP_0,
  PROP_SHOW_BACK,
  PROP_SHOW_END_TITLE_BUTTONS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ParlanceRoomHeader, parlance_room_header, GTK_TYPE_WIDGET)

static void
show_room (ParlanceRoomHeader *self)
{
  const char *name = self->room != NULL ? parlance_room_get_name (self->room) : "";
  const char *topic = self->room != NULL ? parlance_room_get_topic (self->room) : "";
  g_autofree char *line = parlance_plain_excerpt (topic, PARLANCE_PLAIN_EXCERPT);
  g_autofree char *isolated = parlance_plain_isolate (name);
  g_autofree char *label = g_strdup_printf (_ ("Topic of %s"), isolated);

  adw_window_title_set_title (self->title, name);
  adw_window_title_set_subtitle (self->title, line);
  gtk_widget_set_sensitive (GTK_WIDGET (self->title_button), self->room != NULL);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->title_button),
                               *topic != '\0' ? topic : _ ("Set a Topic"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->title_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, topic, -1);
}

static void
drop_room (ParlanceRoomHeader *self)
{
  if (self->room != NULL)
    g_signal_handlers_disconnect_by_data (self->room, self);
  g_clear_object (&self->room);
}

static void
on_current (ParlanceRoomHeader *self)
{
  ParlanceConversation *current = parlance_client_get_current (self->client);

  drop_room (self);
  if (current != NULL)
    {
      self->room = g_object_ref (parlance_conversation_get_room (current));
      g_signal_connect_swapped (self->room, "notify::name", G_CALLBACK (show_room), self);
      g_signal_connect_swapped (self->room, "notify::topic", G_CALLBACK (show_room), self);
    }
  show_room (self);
}

void
parlance_room_header_set_client (ParlanceRoomHeader *self, ParlanceClient *client)
{
  g_return_if_fail (PARLANCE_IS_ROOM_HEADER (self));
  g_return_if_fail (self->client == NULL);

  self->client = g_object_ref (client);
  parlance_topic_popover_set_client (self->topic_popover, client);
  g_signal_connect_object (client, "notify::current", G_CALLBACK (on_current), self,
                           G_CONNECT_SWAPPED);
  on_current (self);
}

static void
parlance_room_header_dispose (GObject *object)
{
  ParlanceRoomHeader *self = PARLANCE_ROOM_HEADER (object);

  drop_room (self);
  g_clear_pointer (&self->bar, gtk_widget_unparent);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (parlance_room_header_parent_class)->dispose (object);
}

static void
parlance_room_header_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ParlanceRoomHeader *self = PARLANCE_ROOM_HEADER (object);

  switch (id)
    {
    case PROP_SHOW_BACK:
      g_value_set_boolean (value, self->show_back);
      break;
    case PROP_SHOW_END_TITLE_BUTTONS:
      g_value_set_boolean (value, self->show_end_title_buttons);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
parlance_room_header_set_property (GObject *object,
                                   guint id,
                                   const GValue *value,
                                   GParamSpec *pspec)
{
  ParlanceRoomHeader *self = PARLANCE_ROOM_HEADER (object);

  switch (id)
    {
    case PROP_SHOW_BACK:
      self->show_back = g_value_get_boolean (value);
      break;
    case PROP_SHOW_END_TITLE_BUTTONS:
      self->show_end_title_buttons = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
parlance_room_header_class_init (ParlanceRoomHeaderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = parlance_room_header_dispose;
  object_class->get_property = parlance_room_header_get_property;
  object_class->set_property = parlance_room_header_set_property;
  properties[PROP_SHOW_BACK] = g_param_spec_boolean ("show-back", NULL, NULL, FALSE,
                                                     G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SHOW_END_TITLE_BUTTONS] =
      g_param_spec_boolean ("show-end-title-buttons", NULL, NULL, TRUE,
                            G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (PARLANCE_TYPE_TOPIC_POPOVER);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/room-header.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceRoomHeader, bar);
  gtk_widget_class_bind_template_child (widget_class, ParlanceRoomHeader, title_button);
  gtk_widget_class_bind_template_child (widget_class, ParlanceRoomHeader, title);
  gtk_widget_class_bind_template_child (widget_class, ParlanceRoomHeader, topic_popover);
}

static void
parlance_room_header_init (ParlanceRoomHeader *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
