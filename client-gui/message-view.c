/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One list for all conversations; each one's place is kept with it, by message. Nothing is loaded
 * that is not looked at: the newest hundred when a room is first shown, and a hundred more whenever
 * the beginning comes near.
 */
#include "client-gui/message-view.h"

#include <glib/gi18n.h>

#include "client-gui/lookup-popover.h"
#include "client-gui/message-row.h"
#include "client-gui/message-scroll.h"
#include "client-gui/message-times.h"
#include "client-gui/timeline.h"
#include "protocol/wire/limits.h"

#define PAGE 100      /* messages that scrolling up loads at a time */
#define OLDER_ROWS 8  /* of them, that a frame is given: a page at once takes 170 ms */
#define RETRY_MS 1000 /* [ms] until a server that was busy is asked again */
#define PLACE "parlance-message-view-place"

/* Where a conversation was left. */
typedef struct
{
  gint64 seq; /* of the message at the top; 0: it followed */
  int y;      /* [px] where its top was */
} Place;

struct _ParlanceMessageView
{
  GtkWidget parent_instance;
  ParlanceClient *client;
  ParlanceConversation *conversation; /* (nullable) */
  ParlanceRoom *room;                 /* (nullable): of it */
  ParlanceTimeline *timeline;         /* (nullable): of it */
  ParlanceMessageScroll *scroll;
  GtkWidget *popover;
  GtkWindow *window;         /* (nullable): whose being active is watched */
  GCancellable *cancellable; /* of what is loaded for @conversation */
  gboolean is_loading;
  guint older_tick;  /* 0, or shows some of a page of history in the next frame */
  guint retry;       /* 0, or loads again */
  guint tomorrow;    /* 0, or renames the days */
  gint64 wanted_seq; /* 0, or the message that is loaded to be shown */

  GtkStack *pages;
  GtkScrolledWindow *scroller;
  GtkListView *list;
  GtkRevealer *loading;
  GtkRevealer *newest;
  GtkWidget *newest_button;
  GtkLabel *newest_label;
};

G_DEFINE_FINAL_TYPE (ParlanceMessageView, parlance_message_view, GTK_TYPE_WIDGET)

static void load_if_near (ParlanceMessageView *self);
static void show_wanted (ParlanceMessageView *self);

/* --- reading ---------------------------------------------------------------------------------- */

static void
mark_read (ParlanceMessageView *self)
{
  if (self->conversation != NULL && self->window != NULL && gtk_window_is_active (self->window) &&
      gtk_widget_get_mapped (GTK_WIDGET (self)) &&
      parlance_message_scroll_get_following (self->scroll))
    parlance_conversation_mark_read (self->conversation);
}

static void
show_newest (ParlanceMessageView *self)
{
  gboolean following = parlance_message_scroll_get_following (self->scroll);
  guint n_unread =
      self->conversation != NULL ? parlance_conversation_get_n_unread (self->conversation) : 0;

  gtk_revealer_set_reveal_child (self->newest, !following && self->conversation != NULL);
  g_autofree char *label =
      n_unread == 0
          ? g_strdup (_ ("Newest"))
          : g_strdup_printf (ngettext ("%u new message", "%u new messages", n_unread), n_unread);
  gtk_label_set_text (self->newest_label, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->newest_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
on_following (ParlanceMessageScroll *scroll, GParamSpec *property, ParlanceMessageView *self)
{
  mark_read (self);
  show_newest (self);
}

static void
on_unread (ParlanceConversation *conversation, GParamSpec *property, ParlanceMessageView *self)
{
  mark_read (self);
  /* The first that comes while nobody looks begins what is new. */
  if (parlance_conversation_get_n_unread (conversation) == 1)
    parlance_timeline_set_read_seq (self->timeline,
                                    parlance_conversation_get_read_seq (conversation));
  show_newest (self);
}

static void
on_active (GtkWindow *window, GParamSpec *property, ParlanceMessageView *self)
{
  mark_read (self);
}

/* --- history ---------------------------------------------------------------------------------- */

static void
show_page (ParlanceMessageView *self)
{
  gboolean is_empty =
      self->timeline != NULL && g_list_model_get_n_items (G_LIST_MODEL (self->timeline)) == 0 &&
      parlance_room_get_state (self->room) == PARLANCE_ROOM_JOINED &&
      !parlance_message_list_get_has_older (parlance_room_get_messages (self->room));

  gtk_stack_set_visible_child_name (self->pages, is_empty ? "empty" : "messages");
}

static gboolean
on_retry (gpointer user_data)
{
  ParlanceMessageView *self = user_data;

  self->retry = 0;
  load_if_near (self);
  return G_SOURCE_REMOVE;
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ParlanceMessageView) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean loaded = parlance_room_load_older_finish (PARLANCE_ROOM (source), result, NULL, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->is_loading = FALSE;
  gtk_revealer_set_reveal_child (self->loading, FALSE);
  show_page (self);
  if (!loaded && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED) && self->retry == 0)
    self->retry = g_timeout_add (RETRY_MS, on_retry, self);
  if (loaded && self->wanted_seq != 0)
    show_wanted (self);
  else if (loaded)
    load_if_near (self);
}

static void
load (ParlanceMessageView *self, guint n_messages)
{
  if (self->is_loading)
    return;
  self->is_loading = TRUE;
  gtk_revealer_set_reveal_child (self->loading, TRUE);
  parlance_room_load_older_async (self->room, n_messages, self->cancellable, on_loaded,
                                  g_object_ref (self));
}

static gboolean
may_load (ParlanceMessageView *self)
{
  return self->room != NULL && parlance_room_get_state (self->room) == PARLANCE_ROOM_JOINED &&
         parlance_message_list_get_has_older (parlance_room_get_messages (self->room));
}

/* Whether nothing is in view, or what is comes soon after the first that is loaded. Before it has
 * been laid out an adjustment says nothing. */
static gboolean
is_near_start (ParlanceMessageView *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  double page_size = gtk_adjustment_get_page_size (adjustment);

  if (g_list_model_get_n_items (G_LIST_MODEL (self->timeline)) == 0)
    return TRUE;
  return !parlance_timeline_has_older_waiting (self->timeline) && page_size > 0 &&
         gtk_adjustment_get_value (adjustment) < page_size &&
         !parlance_message_scroll_is_moving (self->scroll);
}

static void
load_if_near (ParlanceMessageView *self)
{
  if (may_load (self) && self->retry == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)) &&
      is_near_start (self))
    load (self, PAGE);
}

static void
show_wanted (ParlanceMessageView *self)
{
  ParlanceMessageList *messages = parlance_room_get_messages (self->room);
  gint64 first_seq = parlance_message_list_get_first_seq (messages);
  guint position;

  if (parlance_timeline_find (self->timeline, self->wanted_seq, &position))
    {
      self->wanted_seq = 0;
      parlance_message_scroll_go_to (self->scroll, position, PARLANCE_MESSAGE_SCROLL_MIDDLE);
    }
  else if (may_load (self) && (first_seq == 0 || first_seq > self->wanted_seq))
    load (self, PARLANCE_MAX_HISTORY);
  else if (parlance_room_get_state (self->room) == PARLANCE_ROOM_JOINED)
    {
      self->wanted_seq = 0;
      gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s",
                                  _ ("That message is not kept any more"));
    }
}

void
parlance_message_view_scroll_pages (ParlanceMessageView *self, int n_pages)
{
  g_return_if_fail (PARLANCE_IS_MESSAGE_VIEW (self));

  parlance_message_scroll_pages (self->scroll, n_pages);
}

void
parlance_message_view_show_message (ParlanceMessageView *self, gint64 seq)
{
  g_return_if_fail (PARLANCE_IS_MESSAGE_VIEW (self));
  g_return_if_fail (seq > 0);

  if (self->room == NULL)
    return;
  self->wanted_seq = seq;
  show_wanted (self);
}

static void
on_arrived (ParlanceMessageScroll *scroll, ParlanceMessageRow *row, ParlanceMessageView *self)
{
  parlance_message_row_flash (row);
}

static void
on_settled (ParlanceMessageScroll *scroll, ParlanceMessageView *self)
{
  load_if_near (self);
}

static void
on_value_changed (GtkAdjustment *adjustment, ParlanceMessageView *self)
{
  load_if_near (self);
}

/* The room has been joined, or there turn out to be messages. */
static void
on_room (GObject *object, GParamSpec *property, ParlanceMessageView *self)
{
  show_page (self);
  if (self->wanted_seq != 0)
    show_wanted (self);
  load_if_near (self);
}

static gboolean
on_older_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  ParlanceMessageView *self = PARLANCE_MESSAGE_VIEW (widget);

  if (self->timeline != NULL)
    parlance_timeline_show_some_older (self->timeline, OLDER_ROWS);
  if (self->timeline != NULL && parlance_timeline_has_older_waiting (self->timeline))
    return G_SOURCE_CONTINUE;
  self->older_tick = 0;
  return G_SOURCE_REMOVE;
}

static void
on_older_wait (ParlanceTimeline *timeline, ParlanceMessageView *self)
{
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    parlance_timeline_show_older (timeline);
  else if (self->older_tick == 0)
    self->older_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_older_tick, NULL, NULL);
}

static void
on_timeline (GListModel *timeline, guint position, guint n_removed, guint n_added, gpointer data)
{
  show_page (data);
}

/* --- conversations ---------------------------------------------------------------------------- */

static void
keep_place (ParlanceMessageView *self)
{
  Place *place = g_new0 (Place, 1);
  ParlanceMessageRow *row = parlance_message_scroll_get_top (self->scroll, &place->y);

  if (row != NULL && !parlance_message_scroll_get_following (self->scroll))
    place->seq = parlance_message_get_seq (
        parlance_timeline_item_get_message (parlance_message_row_get_item (row)));
  g_object_set_data_full (G_OBJECT (self->conversation), PLACE, place, g_free);
}

static void
close_conversation (ParlanceMessageView *self)
{
  if (self->conversation == NULL)
    return;
  keep_place (self);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->retry, g_source_remove);
  self->is_loading = FALSE;
  self->wanted_seq = 0;
  gtk_revealer_set_reveal_child (self->loading, FALSE);
  gtk_list_view_set_model (self->list, NULL);
  g_signal_handlers_disconnect_by_data (self->conversation, self);
  g_signal_handlers_disconnect_by_data (self->room, self);
  g_signal_handlers_disconnect_by_data (parlance_room_get_messages (self->room), self);
  g_clear_object (&self->timeline);
  g_clear_object (&self->room);
  g_clear_object (&self->conversation);
}

static void
restore_place (ParlanceMessageView *self)
{
  const Place *place = g_object_get_data (G_OBJECT (self->conversation), PLACE);
  guint position;

  if (place != NULL && place->seq != 0 &&
      parlance_timeline_find (self->timeline, place->seq, &position))
    parlance_message_scroll_go_to (self->scroll, position, place->y);
  else
    parlance_message_scroll_follow (self->scroll);
}

static void
open_conversation (ParlanceMessageView *self, ParlanceConversation *conversation)
{
  self->conversation = g_object_ref (conversation);
  self->room = g_object_ref (parlance_conversation_get_room (conversation));
  self->cancellable = g_cancellable_new ();
  ParlanceMessageList *messages = parlance_room_get_messages (self->room);
  self->timeline = parlance_timeline_new (messages);
  if (parlance_conversation_get_n_unread (conversation) > 0)
    parlance_timeline_set_read_seq (self->timeline,
                                    parlance_conversation_get_read_seq (conversation));
  g_signal_connect (conversation, "notify::n-unread", G_CALLBACK (on_unread), self);
  g_signal_connect (self->room, "notify::state", G_CALLBACK (on_room), self);
  g_signal_connect (messages, "notify::has-older", G_CALLBACK (on_room), self);
  g_signal_connect (self->timeline, "older-wait", G_CALLBACK (on_older_wait), self);
  g_signal_connect (self->timeline, "items-changed", G_CALLBACK (on_timeline), self);

  g_autoptr (GtkNoSelection) selection =
      gtk_no_selection_new (G_LIST_MODEL (g_object_ref (self->timeline)));
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
  restore_place (self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)) &&
      parlance_timeline_has_older_waiting (self->timeline))
    on_older_wait (self->timeline, self);
  show_page (self);
  load_if_near (self);
  mark_read (self);
}

static void
on_current (ParlanceClient *client, GParamSpec *property, ParlanceMessageView *self)
{
  ParlanceConversation *current = parlance_client_get_current (client);

  if (current == self->conversation)
    return;
  close_conversation (self);
  if (current != NULL)
    open_conversation (self, current);
  show_newest (self);
}

void
parlance_message_view_set_client (ParlanceMessageView *self, ParlanceClient *client)
{
  g_return_if_fail (PARLANCE_IS_MESSAGE_VIEW (self));
  g_return_if_fail (self->client == NULL);

  self->client = g_object_ref (client);
  self->popover = parlance_lookup_popover_new (client);
  gtk_widget_set_parent (self->popover, GTK_WIDGET (self));
  g_signal_connect_object (client, "notify::current", G_CALLBACK (on_current), self, 0);
  on_current (client, NULL, self);
}

/* --- rows ------------------------------------------------------------------------------------- */

static void
on_look_up (ParlanceMessageRow *row,
            const char *text,
            gint64 at,
            const GdkRectangle *where,
            ParlanceMessageView *self)
{
  ParlanceMessage *message =
      parlance_timeline_item_get_message (parlance_message_row_get_item (row));
  ParlanceWordContext context = { .sentence = parlance_message_get_text (message),
                                  .room = parlance_message_get_room (message),
                                  .from = parlance_message_get_from (message),
                                  .time_ms = parlance_message_get_time_ms (message),
                                  .seq = parlance_message_get_seq (message) };

  parlance_lookup_popover_show_at (PARLANCE_LOOKUP_POPOVER (self->popover), GTK_WIDGET (row), where,
                                   text, at, &context);
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, ParlanceMessageView *self)
{
  GtkWidget *row = parlance_message_row_new (self->client);

  g_signal_connect_object (row, "look-up", G_CALLBACK (on_look_up), self, 0);
  gtk_list_item_set_selectable (item, FALSE);
  gtk_list_item_set_activatable (item, FALSE);
  gtk_list_item_set_child (item, row);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, ParlanceMessageView *self)
{
  parlance_message_row_bind (PARLANCE_MESSAGE_ROW (gtk_list_item_get_child (item)),
                             gtk_list_item_get_item (item));
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *item, ParlanceMessageView *self)
{
  parlance_message_row_bind (PARLANCE_MESSAGE_ROW (gtk_list_item_get_child (item)), NULL);
}

/* --- menus ------------------------------------------------------------------------------------ */

static void
on_secondary (GtkGestureClick *gesture, int n_press, double x, double y, ParlanceMessageView *self)
{
  GtkWidget *picked = gtk_widget_pick (GTK_WIDGET (self->list), x, y, GTK_PICK_DEFAULT);
  GtkWidget *row =
      picked != NULL ? gtk_widget_get_ancestor (picked, PARLANCE_TYPE_MESSAGE_ROW) : NULL;
  double row_x;
  double row_y;

  if (row == NULL ||
      !gtk_widget_translate_coordinates (GTK_WIDGET (self->list), row, x, y, &row_x, &row_y))
    return;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  parlance_message_row_show_menu (PARLANCE_MESSAGE_ROW (row),
                                  &(GdkRectangle){ (int)row_x, (int)row_y, 1, 1 });
}

static void
show_menu (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkWidget *focus = gtk_window_get_focus (PARLANCE_MESSAGE_VIEW (widget)->window);
  GtkWidget *row =
      focus != NULL ? gtk_widget_get_ancestor (focus, PARLANCE_TYPE_MESSAGE_ROW) : NULL;

  if (row != NULL)
    parlance_message_row_show_menu (PARLANCE_MESSAGE_ROW (row),
                                    &(GdkRectangle){ 48, gtk_widget_get_height (row), 1, 1 });
}

static void
on_newest_clicked (GtkButton *button, ParlanceMessageView *self)
{
  parlance_message_scroll_follow (self->scroll);
}

/* --- the object ------------------------------------------------------------------------------- */

static gboolean
on_tomorrow (gpointer user_data)
{
  ParlanceMessageView *self = user_data;

  self->tomorrow =
      g_timeout_add_seconds (parlance_message_times_until_tomorrow (), on_tomorrow, self);
  if (self->timeline != NULL)
    parlance_timeline_refresh (self->timeline);
  return G_SOURCE_REMOVE;
}

static void
drop_window (ParlanceMessageView *self)
{
  if (self->window == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->window, self);
  g_clear_weak_pointer (&self->window);
}

static void
parlance_message_view_root (GtkWidget *widget)
{
  ParlanceMessageView *self = PARLANCE_MESSAGE_VIEW (widget);

  GTK_WIDGET_CLASS (parlance_message_view_parent_class)->root (widget);
  GtkRoot *root = gtk_widget_get_root (widget);
  if (!GTK_IS_WINDOW (root))
    return;
  g_set_weak_pointer (&self->window, GTK_WINDOW (root));
  g_signal_connect (root, "notify::is-active", G_CALLBACK (on_active), self);
}

static void
parlance_message_view_unroot (GtkWidget *widget)
{
  drop_window (PARLANCE_MESSAGE_VIEW (widget));
  GTK_WIDGET_CLASS (parlance_message_view_parent_class)->unroot (widget);
}

static void
parlance_message_view_map (GtkWidget *widget)
{
  ParlanceMessageView *self = PARLANCE_MESSAGE_VIEW (widget);

  GTK_WIDGET_CLASS (parlance_message_view_parent_class)->map (widget);
  if (self->timeline != NULL && parlance_timeline_has_older_waiting (self->timeline))
    on_older_wait (self->timeline, self);
  load_if_near (self);
  mark_read (self);
}

static void
parlance_message_view_dispose (GObject *object)
{
  ParlanceMessageView *self = PARLANCE_MESSAGE_VIEW (object);
  GtkWidget *child;

  g_clear_handle_id (&self->tomorrow, g_source_remove);
  if (self->scroller != NULL)
    close_conversation (self);
  drop_window (self);
  g_clear_object (&self->scroll);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (parlance_message_view_parent_class)->dispose (object);
}

static void
parlance_message_view_class_init (ParlanceMessageViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = parlance_message_view_dispose;
  widget_class->root = parlance_message_view_root;
  widget_class->unroot = parlance_message_view_unroot;
  widget_class->map = parlance_message_view_map;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/message-view.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceMessageView, pages);
  gtk_widget_class_bind_template_child (widget_class, ParlanceMessageView, scroller);
  gtk_widget_class_bind_template_child (widget_class, ParlanceMessageView, list);
  gtk_widget_class_bind_template_child (widget_class, ParlanceMessageView, loading);
  gtk_widget_class_bind_template_child (widget_class, ParlanceMessageView, newest);
  gtk_widget_class_bind_template_child (widget_class, ParlanceMessageView, newest_button);
  gtk_widget_class_bind_template_child (widget_class, ParlanceMessageView, newest_label);
  gtk_widget_class_bind_template_callback (widget_class, on_newest_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_secondary);
  gtk_widget_class_install_action (widget_class, "messages.menu", NULL, show_menu);
}

static void
parlance_message_view_init (ParlanceMessageView *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (factory, "setup", G_CALLBACK (on_setup), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (on_bind), self, 0);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (on_unbind), self, 0);
  gtk_list_view_set_factory (self->list, factory);
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  self->scroll = parlance_message_scroll_new (self->list, adjustment);
  g_signal_connect_object (self->scroll, "notify::following", G_CALLBACK (on_following), self, 0);
  g_signal_connect_object (self->scroll, "settled", G_CALLBACK (on_settled), self, 0);
  g_signal_connect_object (self->scroll, "arrived", G_CALLBACK (on_arrived), self, 0);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (on_value_changed), self, 0);
  self->tomorrow =
      g_timeout_add_seconds (parlance_message_times_until_tomorrow (), on_tomorrow, self);
}
