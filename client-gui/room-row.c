/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A busy room says many things between two frames: what changes is written down once, when the main
 * loop has nothing else to do.
 */
#include "client-gui/room-row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client-gui/operator-actions.h"
#include "client-gui/plain-text.h"
#include "client-gui/room-problem.h"

#define MOST_SHOWN 999

struct _ParlanceRoomRow
{
  GtkListBoxRow parent_instance;
  ParlanceConversation *conversation;
  guint update_id;
  GtkWidget *popover; /* (nullable): made when it is asked for */

  GtkLabel *name;
  GtkLabel *detail;
  GtkImage *problem;
  GtkLabel *mention;
  GtkLabel *unread;
  GMenuModel *menu;
};

enum
{
  PROP_0,
  PROP_CONVERSATION,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ParlanceRoomRow, parlance_room_row, GTK_TYPE_LIST_BOX_ROW)

GtkWidget *
parlance_room_row_new (ParlanceConversation *conversation)
{
  return g_object_new (PARLANCE_TYPE_ROOM_ROW, "conversation", conversation, NULL);
}

ParlanceConversation *
parlance_room_row_get_conversation (ParlanceRoomRow *self)
{
  g_return_val_if_fail (PARLANCE_IS_ROOM_ROW (self), NULL);

  return self->conversation;
}

/* --- what it says ----------------------------------------------------------------------------- */

/* Returns: (transfer full): what was said last, else what the room is about */
static char *
describe (ParlanceRoom *room)
{
  ParlanceMessageList *messages = parlance_room_get_messages (room);
  guint n = parlance_message_list_get_n (messages);

  if (parlance_room_get_state (room) == PARLANCE_ROOM_FAILED)
    return g_strdup (_ ("Could not be joined"));
  if (parlance_room_get_state (room) == PARLANCE_ROOM_JOINING && n == 0)
    return g_strdup (_ ("Joining…"));
  if (n == 0)
    return parlance_plain_excerpt (parlance_room_get_topic (room), PARLANCE_PLAIN_EXCERPT);

  ParlanceMessage *last = parlance_message_list_get (messages, n - 1);
  g_autofree char *said =
      parlance_plain_excerpt (parlance_message_get_text (last), PARLANCE_PLAIN_EXCERPT);
  g_autofree char *from = parlance_plain_isolate (parlance_message_get_from (last));
  if (parlance_message_get_kind (last) == PARLANCE_MESSAGE_ACTION)
    return g_strdup_printf ("%s %s", from, said);
  /* Translators: who said it, and what was said */
  return g_strdup_printf (_ ("%s: %s"), from, said);
}

static void
show_unread (ParlanceRoomRow *self)
{
  guint n_unread = parlance_conversation_get_n_unread (self->conversation);
  g_autofree char *count = n_unread > MOST_SHOWN ? g_strdup_printf ("%d+", MOST_SHOWN)
                                                 : g_strdup_printf ("%u", n_unread);

  gtk_label_set_text (self->unread, count);
  gtk_widget_set_visible (GTK_WIDGET (self->unread), n_unread > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->mention),
                          parlance_conversation_get_has_mention (self->conversation));
  if (n_unread > 0)
    gtk_widget_add_css_class (GTK_WIDGET (self), "unread");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "unread");
}

/* What a screen reader says of it: "lobby, 3 unread, mentions you". */
static void
say (ParlanceRoomRow *self)
{
  ParlanceRoom *room = parlance_conversation_get_room (self->conversation);
  guint n_unread = parlance_conversation_get_n_unread (self->conversation);
  g_autoptr (GString) label = g_string_new (parlance_room_get_name (room));

  if (n_unread > 0)
    {
      g_string_append (label, ", ");
      g_string_append_printf (label, ngettext ("%u unread", "%u unread", n_unread), n_unread);
    }
  if (parlance_conversation_get_has_mention (self->conversation))
    g_string_append_printf (label, ", %s", _ ("mentions you"));
  if (parlance_room_get_state (room) == PARLANCE_ROOM_FAILED)
    g_string_append_printf (label, ", %s", _ ("could not be joined"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label->str,
                                  -1);
}

static void
update (ParlanceRoomRow *self)
{
  ParlanceRoom *room = parlance_conversation_get_room (self->conversation);
  gboolean failed = parlance_room_get_state (room) == PARLANCE_ROOM_FAILED;
  g_autofree char *detail = describe (room);

  gtk_label_set_text (self->name, parlance_room_get_name (room));
  gtk_label_set_text (self->detail, detail);
  gtk_widget_set_visible (GTK_WIDGET (self->detail), *detail != '\0');
  gtk_widget_set_visible (GTK_WIDGET (self->problem), failed);
  g_autofree char *problem = failed ? parlance_room_problem (parlance_room_get_error (room)) : NULL;
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->problem), problem);
  show_unread (self);
  say (self);
}

static gboolean
on_idle (gpointer user_data)
{
  ParlanceRoomRow *self = user_data;

  self->update_id = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

static void
queue_update (ParlanceRoomRow *self)
{
  if (self->update_id == 0)
    self->update_id = g_idle_add (on_idle, self);
}

/* --- its menu --------------------------------------------------------------------------------- */

/* The lobby stays open. */
static gboolean
can_be_closed (ParlanceRoomRow *self)
{
  ParlanceRoom *room = parlance_conversation_get_room (self->conversation);

  return parlance_operator_actions_are_enabled (GTK_WIDGET (self)) &&
         !g_str_equal (parlance_room_get_name (room), "lobby");
}

static void
show_menu (ParlanceRoomRow *self, const GdkRectangle *at)
{
  gboolean can_close = can_be_closed (self);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "row.close-room", can_close);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "row.open-room", can_close);
  if (self->popover == NULL)
    {
      self->popover = gtk_popover_menu_new_from_model (self->menu);
      gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
      gtk_widget_set_halign (self->popover, GTK_ALIGN_START);
      gtk_widget_set_parent (self->popover, GTK_WIDGET (self));
    }
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "row.mark-read",
                                 parlance_conversation_get_n_unread (self->conversation) > 0);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), at);
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

static void
on_secondary_click (GtkGestureClick *gesture, int n_press, double x, double y, gpointer user_data)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  show_menu (user_data, &(GdkRectangle){ (int)x, (int)y, 1, 1 });
}

static void
on_long_press (GtkGestureLongPress *gesture, double x, double y, gpointer user_data)
{
  show_menu (user_data, &(GdkRectangle){ (int)x, (int)y, 1, 1 });
}

static void
menu_by_key (GtkWidget *widget, const char *name, GVariant *parameter)
{
  show_menu (PARLANCE_ROOM_ROW (widget),
             &(GdkRectangle){ 0, gtk_widget_get_height (widget), 1, 1 });
}

static void
ask_window (GtkWidget *widget, const char *action)
{
  ParlanceRoomRow *self = PARLANCE_ROOM_ROW (widget);
  ParlanceRoom *room = parlance_conversation_get_room (self->conversation);

  gtk_widget_activate_action (widget, action, "s", parlance_room_get_name (room));
}

static void
mark_read (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ask_window (widget, "win.mark-read");
}

static void
leave (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ask_window (widget, "win.leave-room");
}

static void
operate (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceRoomRow *self = PARLANCE_ROOM_ROW (widget);
  ParlanceRoom *room = parlance_conversation_get_room (self->conversation);

  gtk_widget_activate_action (widget, "win.operate", "(ss)", strchr (name, '.') + 1,
                              parlance_room_get_name (room));
}

/* --- the object ------------------------------------------------------------------------------- */

static void
parlance_room_row_constructed (GObject *object)
{
  ParlanceRoomRow *self = PARLANCE_ROOM_ROW (object);
  ParlanceRoom *room = parlance_conversation_get_room (self->conversation);
  const GConnectFlags swapped = G_CONNECT_SWAPPED;

  G_OBJECT_CLASS (parlance_room_row_parent_class)->constructed (object);
  g_signal_connect_object (self->conversation, "notify", G_CALLBACK (queue_update), self, swapped);
  g_signal_connect_object (room, "notify", G_CALLBACK (queue_update), self, swapped);
  g_signal_connect_object (parlance_room_get_messages (room), "items-changed",
                           G_CALLBACK (queue_update), self, swapped);
  update (self);
}

static void
parlance_room_row_dispose (GObject *object)
{
  ParlanceRoomRow *self = PARLANCE_ROOM_ROW (object);

  g_clear_handle_id (&self->update_id, g_source_remove);
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  g_clear_object (&self->conversation);
  G_OBJECT_CLASS (parlance_room_row_parent_class)->dispose (object);
}

static void
parlance_room_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_CONVERSATION)
    PARLANCE_ROOM_ROW (object)->conversation = g_value_dup_object (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
parlance_room_row_class_init (ParlanceRoomRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = parlance_room_row_constructed;
  object_class->dispose = parlance_room_row_dispose;
  object_class->set_property = parlance_room_row_set_property;
  properties[PROP_CONVERSATION] =
      g_param_spec_object ("conversation", NULL, NULL, PARLANCE_TYPE_CONVERSATION,
                           G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/room-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceRoomRow, name);
  gtk_widget_class_bind_template_child (widget_class, ParlanceRoomRow, detail);
  gtk_widget_class_bind_template_child (widget_class, ParlanceRoomRow, problem);
  gtk_widget_class_bind_template_child (widget_class, ParlanceRoomRow, mention);
  gtk_widget_class_bind_template_child (widget_class, ParlanceRoomRow, unread);
  gtk_widget_class_bind_template_child (widget_class, ParlanceRoomRow, menu);
  gtk_widget_class_bind_template_callback (widget_class, on_secondary_click);
  gtk_widget_class_bind_template_callback (widget_class, on_long_press);
  gtk_widget_class_install_action (widget_class, "row.menu", NULL, menu_by_key);
  gtk_widget_class_install_action (widget_class, "row.mark-read", NULL, mark_read);
  gtk_widget_class_install_action (widget_class, "row.leave", NULL, leave);
  gtk_widget_class_install_action (widget_class, "row.close-room", NULL, operate);
  gtk_widget_class_install_action (widget_class, "row.open-room", NULL, operate);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "row.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "row.menu", NULL);
}

static void
parlance_room_row_init (ParlanceRoomRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
