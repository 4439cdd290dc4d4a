/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rows are recycled, as a room may hold thousands. Of a room that large the server does not tell
 * who comes and goes; a button asks. Operators have a menu for each, one popover for all of them:
 * rows are recycled.
 */
#include "client-gui/people-pane.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client-gui/operator-actions.h"
#include "client-gui/plain-text.h"

struct _ParlancePeoplePane
{
  GtkWidget parent_instance;
  ParlanceClient *client;
  ParlanceRoom *room; /* (nullable): that is shown */
  GtkFilter *filter;
  GtkFilterListModel *filtered;
  char *wanted; /* casefolded; "": everybody */
  GCancellable *cancellable;
  GtkWidget *menu; /* (nullable): of whom an operator has chosen */

  GtkWidget *box;
  GtkLabel *count;
  GtkWidget *refresh;
  GtkEditable *filter_entry;
  GtkListView *list;
};

G_DEFINE_FINAL_TYPE (ParlancePeoplePane, parlance_people_pane, GTK_TYPE_WIDGET)

/* --- what operators do ------------------------------------------------------------------------ */

static gboolean
is_own (ParlancePeoplePane *self, const char *nick)
{
  ParlanceChat *chat = parlance_client_get_chat (self->client);

  return chat != NULL && g_strcmp0 (nick, parlance_chat_get_nick (chat)) == 0;
}

static gboolean
is_operator (ParlancePeoplePane *self)
{
  return parlance_account_state_get_is_operator (parlance_client_get_account (self->client));
}

/* @row: what the menu is to point at */
static void
show_menu (ParlancePeoplePane *self, const char *nick, GtkWidget *row)
{
  g_autoptr (GMenuModel) model = NULL;
  graphene_rect_t bounds;

  if (!is_operator (self) || is_own (self, nick) ||
      !gtk_widget_compute_bounds (row, GTK_WIDGET (self), &bounds))
    return;
  model = parlance_operator_actions_menu (nick);
  if (self->menu == NULL)
    {
      self->menu = gtk_popover_menu_new_from_model (NULL);
      gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
    }
  gtk_popover_menu_set_menu_model (GTK_POPOVER_MENU (self->menu), model);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu),
                               &(GdkRectangle){ (int)bounds.origin.x, (int)bounds.origin.y,
                                                (int)bounds.size.width, (int)bounds.size.height });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
on_more (GtkButton *button, gpointer user_data)
{
  GtkListItem *item = user_data;
  GtkWidget *pane = gtk_widget_get_ancestor (GTK_WIDGET (button), PARLANCE_TYPE_PEOPLE_PANE);

  if (pane != NULL && gtk_list_item_get_item (item) != NULL)
    show_menu (PARLANCE_PEOPLE_PANE (pane),
               parlance_member_get_nick (gtk_list_item_get_item (item)), GTK_WIDGET (button));
}

/* By Enter on a row, a double-click, or the keys of menus. */
static void
on_activate (GtkListView *list, guint position, gpointer user_data)
{
  ParlancePeoplePane *self = user_data;
  g_autoptr (ParlanceMember) member =
      g_list_model_get_item (G_LIST_MODEL (self->filtered), position);
  GtkWidget *row = gtk_widget_get_focus_child (GTK_WIDGET (list));

  if (member != NULL)
    show_menu (self, parlance_member_get_nick (member), row != NULL ? row : GTK_WIDGET (list));
}

static void
menu_by_key (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkWidget *row = gtk_widget_get_focus_child (GTK_WIDGET (PARLANCE_PEOPLE_PANE (widget)->list));

  if (row != NULL)
    gtk_widget_activate (row);
}

/* --- rows ------------------------------------------------------------------------------------- */

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (NULL);
  GtkWidget *button = gtk_button_new_from_icon_name ("view-more-symbolic");

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect (button, "clicked", G_CALLBACK (on_more), item);
  gtk_box_append (GTK_BOX (row), label);
  gtk_box_append (GTK_BOX (row), button);
  gtk_list_item_set_child (item, row);
}

static void
show_button (ParlancePeoplePane *self, GtkWidget *button, const char *nick)
{
  g_autofree char *isolated = parlance_plain_isolate (nick);
  /* Translators: %s is a nick */
  g_autofree char *label = g_strdup_printf (_ ("Actions for %s"), isolated);

  gtk_widget_set_visible (button, is_operator (self) && !is_own (self, nick));
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  ParlancePeoplePane *self = user_data;
  const char *nick = parlance_member_get_nick (gtk_list_item_get_item (item));
  GtkWidget *row = gtk_list_item_get_child (item);
  GtkWidget *label = gtk_widget_get_first_child (row);
  gboolean own = is_own (self, nick);
  g_autofree char *isolated = parlance_plain_isolate (nick);
  /* Translators: a nick, of the person who reads this */
  g_autofree char *marked = g_strdup_printf (_ ("%s (you)"), isolated);

  gtk_label_set_text (GTK_LABEL (label), own ? marked : isolated);
  gtk_widget_set_tooltip_text (label, nick);
  /* What has the focus is the item around it. */
  show_button (self, gtk_widget_get_last_child (row), nick);
  if (gtk_widget_get_parent (row) != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (row)),
                                    GTK_ACCESSIBLE_PROPERTY_LABEL, own ? marked : nick, -1);
  if (own)
    gtk_widget_add_css_class (label, "heading");
  else
    gtk_widget_remove_css_class (label, "heading");
}

static gboolean
is_wanted (gpointer item, gpointer user_data)
{
  ParlancePeoplePane *self = user_data;

  if (*self->wanted == '\0')
    return TRUE;
  g_autofree char *folded = g_utf8_casefold (parlance_member_get_nick (item), -1);
  return strstr (folded, self->wanted) != NULL;
}

static void
on_filter (ParlancePeoplePane *self)
{
  g_free (self->wanted);
  self->wanted = g_utf8_casefold (gtk_editable_get_text (self->filter_entry), -1);
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
}

/* --- the room --------------------------------------------------------------------------------- */

static void
show_count (ParlancePeoplePane *self)
{
  guint n =
      self->room != NULL ? parlance_member_list_get_n (parlance_room_get_members (self->room)) : 0;
  g_autofree char *count = g_strdup_printf (ngettext ("%u person", "%u people", n), n);

  gtk_label_set_text (self->count, count);
  gtk_widget_set_visible (self->refresh,
                          self->room != NULL &&
                              parlance_room_get_state (self->room) == PARLANCE_ROOM_JOINED &&
                              !parlance_room_get_members_live (self->room));
}

static void
on_refreshed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  (void)parlance_room_refresh_members_finish (PARLANCE_ROOM (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* and @user_data may be gone */

  ParlancePeoplePane *self = user_data;
  gtk_widget_set_sensitive (self->refresh, TRUE);
  if (error != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s",
                                _ ("The server did not say who is here. Try again later."));
}

static void
refresh_members (ParlancePeoplePane *self)
{
  if (self->room == NULL)
    return;
  gtk_widget_set_sensitive (self->refresh, FALSE);
  parlance_room_refresh_members_async (self->room, self->cancellable, on_refreshed, self);
}

/* Every row is bound again: it has a button, or has none any more. */
static void
on_operator (ParlancePeoplePane *self)
{
  GListModel *members = gtk_filter_list_model_get_model (self->filtered);

  if (members == NULL)
    return;
  g_object_ref (members);
  gtk_filter_list_model_set_model (self->filtered, NULL);
  gtk_filter_list_model_set_model (self->filtered, members);
  g_object_unref (members);
}

static void
drop_room (ParlancePeoplePane *self)
{
  if (self->room == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->room, self);
  g_signal_handlers_disconnect_by_data (parlance_room_get_members (self->room), self);
  g_clear_object (&self->room);
}

static void
on_current (ParlancePeoplePane *self)
{
  ParlanceConversation *current = parlance_client_get_current (self->client);

  drop_room (self);
  if (current != NULL)
    {
      self->room = g_object_ref (parlance_conversation_get_room (current));
      g_signal_connect_swapped (self->room, "notify::members-live", G_CALLBACK (show_count), self);
      g_signal_connect_swapped (self->room, "notify::state", G_CALLBACK (show_count), self);
      g_signal_connect_swapped (parlance_room_get_members (self->room), "items-changed",
                                G_CALLBACK (show_count), self);
    }
  gtk_filter_list_model_set_model (
      self->filtered,
      self->room != NULL ? G_LIST_MODEL (parlance_room_get_members (self->room)) : NULL);
  gtk_editable_set_text (self->filter_entry, "");
  show_count (self);
}

void
parlance_people_pane_set_client (ParlancePeoplePane *self, ParlanceClient *client)
{
  g_return_if_fail (PARLANCE_IS_PEOPLE_PANE (self));
  g_return_if_fail (self->client == NULL);

  self->client = g_object_ref (client);
  g_signal_connect_object (client, "notify::current", G_CALLBACK (on_current), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (parlance_client_get_account (client), "notify::is-operator",
                           G_CALLBACK (on_operator), self, G_CONNECT_SWAPPED);
  on_current (self);
}

/* --- the object ------------------------------------------------------------------------------- */

static void
parlance_people_pane_dispose (GObject *object)
{
  ParlancePeoplePane *self = PARLANCE_PEOPLE_PANE (object);

  g_cancellable_cancel (self->cancellable);
  drop_room (self);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->filtered);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (parlance_people_pane_parent_class)->dispose (object);
}

static void
parlance_people_pane_finalize (GObject *object)
{
  ParlancePeoplePane *self = PARLANCE_PEOPLE_PANE (object);

  g_object_unref (self->cancellable);
  g_free (self->wanted);
  G_OBJECT_CLASS (parlance_people_pane_parent_class)->finalize (object);
}

static void
parlance_people_pane_class_init (ParlancePeoplePaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = parlance_people_pane_dispose;
  object_class->finalize = parlance_people_pane_finalize;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/people-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlancePeoplePane, box);
  gtk_widget_class_bind_template_child (widget_class, ParlancePeoplePane, count);
  gtk_widget_class_bind_template_child (widget_class, ParlancePeoplePane, refresh);
  gtk_widget_class_bind_template_child (widget_class, ParlancePeoplePane, filter_entry);
  gtk_widget_class_bind_template_child (widget_class, ParlancePeoplePane, list);
  gtk_widget_class_bind_template_callback (widget_class, on_setup);
  gtk_widget_class_bind_template_callback (widget_class, on_bind);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_filter);
  gtk_widget_class_bind_template_callback (widget_class, refresh_members);
  gtk_widget_class_install_action (widget_class, "people.menu", NULL, menu_by_key);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "people.menu",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "people.menu", NULL);
}

static void
parlance_people_pane_init (ParlancePeoplePane *self)
{
  self->wanted = g_strdup ("");
  self->cancellable = g_cancellable_new ();
  self->filter = GTK_FILTER (gtk_custom_filter_new (is_wanted, self, NULL));
  self->filtered = gtk_filter_list_model_new (NULL, self->filter);
  gtk_widget_init_template (GTK_WIDGET (self));
  g_autoptr (GtkSelectionModel) selection =
      GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->filtered))));
  gtk_list_view_set_model (self->list, selection);
}
