/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * GtkListView knows the heights of the rows around its anchor only, and an adjustment that is set
 * while rows come and go shows others than it says. So both ways go through the list's action: one
 * idle after a change for the newest; for a place in the middle the action, and when the row has
 * been laid out, the rest in pixels.
 */
#include "client-gui/message-scroll.h"

#define PAGE 0.9       /* of what is in view: the rest shows where one was */
#define NEAR_PX 2      /* [px] from the end is at the end */
#define LAYOUT_TICKS 2 /* frames until a row that was scrolled to has been laid out */

struct _ParlanceMessageScroll
{
  GObject parent_instance;
  GtkListView *list; /* not owned: cleared when it is gone */
  GtkAdjustment *adjustment;
  gboolean following;
  guint idle; /* 0, or goes to the newest, or to @target */

  ParlanceTimelineItem *target; /* (nullable): on the way to it */
  guint target_position;
  int target_y;
  guint tick; /* 0, or waits until @target has been laid out */
  guint n_ticks;
};

enum
{
  PROP_0,
  PROP_FOLLOWING,
  N_PROPS
};

enum
{
  SIGNAL_ARRIVED,
  SIGNAL_SETTLED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ParlanceMessageScroll, parlance_message_scroll, G_TYPE_OBJECT)

static void
set_following (ParlanceMessageScroll *self, gboolean following)
{
  if (self->following == following)
    return;
  self->following = following;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FOLLOWING]);
}

static gboolean
is_at_end (ParlanceMessageScroll *self)
{
  return gtk_adjustment_get_value (self->adjustment) +
             gtk_adjustment_get_page_size (self->adjustment) >=
         gtk_adjustment_get_upper (self->adjustment) - NEAR_PX;
}

/* --- rows ------------------------------------------------------------------------------------- */

/* Returns: (nullable): the row in a child of the list, if it shows something and is laid out */
static ParlanceMessageRow *
row_of (GtkWidget *child)
{
  GtkWidget *row = gtk_widget_get_first_child (child);

  if (!PARLANCE_IS_MESSAGE_ROW (row) || !gtk_widget_get_child_visible (child) ||
      parlance_message_row_get_item (PARLANCE_MESSAGE_ROW (row)) == NULL)
    return NULL;
  return PARLANCE_MESSAGE_ROW (row);
}

static gboolean
get_bounds (ParlanceMessageScroll *self, ParlanceMessageRow *row, graphene_rect_t *ret_bounds)
{
  return gtk_widget_compute_bounds (gtk_widget_get_parent (GTK_WIDGET (row)),
                                    GTK_WIDGET (self->list), ret_bounds);
}

static ParlanceMessageRow *
find_row (ParlanceMessageScroll *self, ParlanceTimelineItem *item)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->list)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      ParlanceMessageRow *row = row_of (child);
      if (row != NULL && parlance_message_row_get_item (row) == item)
        return row;
    }
  return NULL;
}

ParlanceMessageRow *
parlance_message_scroll_get_top (ParlanceMessageScroll *self, int *ret_y)
{
  ParlanceMessageRow *top = NULL;
  float top_y = G_MAXFLOAT;

  g_return_val_if_fail (PARLANCE_IS_MESSAGE_SCROLL (self), NULL);

  /* The children are in no order that could be relied on. */
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->list)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      ParlanceMessageRow *row = row_of (child);
      graphene_rect_t bounds;
      if (row == NULL || !get_bounds (self, row, &bounds) ||
          bounds.origin.y + bounds.size.height <= 0 || bounds.origin.y >= top_y)
        continue;
      top = row;
      top_y = bounds.origin.y;
    }
  if (top != NULL)
    *ret_y = (int)top_y;
  return top;
}

/* --- going ------------------------------------------------------------------------------------ */

static void
scroll_to_item (ParlanceMessageScroll *self, guint position)
{
  gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", position);
}

static guint
get_n_items (ParlanceMessageScroll *self)
{
  GtkSelectionModel *model = gtk_list_view_get_model (self->list);

  return model != NULL ? g_list_model_get_n_items (G_LIST_MODEL (model)) : 0;
}

static void
drop_target (ParlanceMessageScroll *self)
{
  if (self->tick != 0 && self->list != NULL)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self->list), self->tick);
  self->tick = 0;
  g_clear_object (&self->target);
}

static void
arrive (ParlanceMessageScroll *self)
{
  g_autoptr (ParlanceTimelineItem) target = g_steal_pointer (&self->target);
  ParlanceMessageRow *row = find_row (self, target);
  graphene_rect_t bounds;

  if (row == NULL || !get_bounds (self, row, &bounds))
    return;
  float y = (float)self->target_y;
  if (self->target_y == PARLANCE_MESSAGE_SCROLL_MIDDLE)
    y = ((float)gtk_widget_get_height (GTK_WIDGET (self->list)) - bounds.size.height) / 2;
  gtk_adjustment_set_value (self->adjustment,
                            gtk_adjustment_get_value (self->adjustment) + bounds.origin.y - y);
  set_following (self, is_at_end (self));
  g_signal_emit (self, signals[SIGNAL_ARRIVED], 0, row);
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  ParlanceMessageScroll *self = user_data;

  if (++self->n_ticks <= LAYOUT_TICKS)
    return G_SOURCE_CONTINUE;
  self->tick = 0;
  if (self->target != NULL)
    arrive (self);
  g_signal_emit (self, signals[SIGNAL_SETTLED], 0);
  return G_SOURCE_REMOVE;
}

static gboolean
on_idle (gpointer user_data)
{
  ParlanceMessageScroll *self = user_data;

  self->idle = 0;
  if (self->list == NULL)
    return G_SOURCE_REMOVE;
  if (self->target != NULL)
    {
      scroll_to_item (self, self->target_position);
      self->n_ticks = 0;
      self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self->list), on_tick, self, NULL);
    }
  else
    {
      if (get_n_items (self) > 0)
        scroll_to_item (self, get_n_items (self) - 1);
      /* In the next frame: the rows have not been laid out yet. */
      self->n_ticks = 0;
      if (self->tick == 0)
        self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self->list), on_tick, self, NULL);
    }
  return G_SOURCE_REMOVE;
}

static void
queue (ParlanceMessageScroll *self)
{
  if (self->idle == 0)
    self->idle = g_idle_add (on_idle, self);
}

void
parlance_message_scroll_follow (ParlanceMessageScroll *self)
{
  g_return_if_fail (PARLANCE_IS_MESSAGE_SCROLL (self));

  drop_target (self);
  queue (self);
  set_following (self, TRUE);
}

void
parlance_message_scroll_go_to (ParlanceMessageScroll *self, guint position, int y)
{
  g_return_if_fail (PARLANCE_IS_MESSAGE_SCROLL (self));
  g_return_if_fail (position < get_n_items (self));

  drop_target (self);
  self->target =
      g_list_model_get_item (G_LIST_MODEL (gtk_list_view_get_model (self->list)), position);
  self->target_position = position;
  self->target_y = y;
  queue (self);
  set_following (self, FALSE);
}

gboolean
parlance_message_scroll_is_moving (ParlanceMessageScroll *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE_SCROLL (self), FALSE);

  return self->idle != 0 || self->tick != 0;
}

gboolean
parlance_message_scroll_get_following (ParlanceMessageScroll *self)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE_SCROLL (self), FALSE);

  return self->following;
}

/* --- what moves it ---------------------------------------------------------------------------- */

static void
on_changed (GtkAdjustment *adjustment, ParlanceMessageScroll *self)
{
  if (self->following && self->target == NULL)
    queue (self);
}

static void
on_value_changed (GtkAdjustment *adjustment, ParlanceMessageScroll *self)
{
  if (self->idle == 0 && self->target == NULL)
    set_following (self, is_at_end (self));
}

/* Somebody wants to see what stands further up. While messages keep coming an idle is nearly always
 * pending, and the adjustment alone would not tell. */
static void
let_go (ParlanceMessageScroll *self)
{
  if (gtk_adjustment_get_value (self->adjustment) <= 0)
    return;
  drop_target (self);
  g_clear_handle_id (&self->idle, g_source_remove);
  set_following (self, FALSE);
}

void
parlance_message_scroll_pages (ParlanceMessageScroll *self, int n_pages)
{
  double step = PAGE * gtk_adjustment_get_page_size (self->adjustment);

  g_return_if_fail (PARLANCE_IS_MESSAGE_SCROLL (self));

  if (n_pages < 0)
    let_go (self);
  gtk_adjustment_set_value (self->adjustment,
                            gtk_adjustment_get_value (self->adjustment) + n_pages * step);
}

static gboolean
on_scroll (GtkEventControllerScroll *controller, double dx, double dy, ParlanceMessageScroll *self)
{
  if (dy < 0)
    let_go (self);
  return GDK_EVENT_PROPAGATE;
}

static gboolean
on_key (GtkEventControllerKey *controller,
        guint keyval,
        guint keycode,
        GdkModifierType modifiers,
        ParlanceMessageScroll *self)
{
  /* Others may only move the caret in a text. */
  if ((modifiers & gtk_accelerator_get_default_mod_mask ()) == 0 &&
      (keyval == GDK_KEY_Page_Up || keyval == GDK_KEY_KP_Page_Up))
    let_go (self);
  return GDK_EVENT_PROPAGATE;
}

static void
on_bar_pressed (
    GtkGestureClick *gesture, int n_press, double x, double y, ParlanceMessageScroll *self)
{
  let_go (self);
}

static void
add_controller (ParlanceMessageScroll *self,
                GtkWidget *widget,
                GtkEventController *controller,
                const char *signal,
                GCallback callback)
{
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect_object (controller, signal, callback, self, 0);
  gtk_widget_add_controller (widget, controller);
}

/* --- the object ------------------------------------------------------------------------------- */

ParlanceMessageScroll *
parlance_message_scroll_new (GtkListView *list, GtkAdjustment *adjustment)
{
  ParlanceMessageScroll *self = g_object_new (PARLANCE_TYPE_MESSAGE_SCROLL, NULL);
  GtkWidget *scroller = gtk_widget_get_ancestor (GTK_WIDGET (list), GTK_TYPE_SCROLLED_WINDOW);
  GtkWidget *bar = gtk_scrolled_window_get_vscrollbar (GTK_SCROLLED_WINDOW (scroller));

  g_set_weak_pointer (&self->list, list);
  self->adjustment = g_object_ref (adjustment);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (on_changed), self, 0);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (on_value_changed), self, 0);
  add_controller (self, GTK_WIDGET (list),
                  gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL), "scroll",
                  G_CALLBACK (on_scroll));
  add_controller (self, GTK_WIDGET (list), gtk_event_controller_key_new (), "key-pressed",
                  G_CALLBACK (on_key));
  add_controller (self, bar, GTK_EVENT_CONTROLLER (gtk_gesture_click_new ()), "pressed",
                  G_CALLBACK (on_bar_pressed));
  return self;
}

static void
parlance_message_scroll_dispose (GObject *object)
{
  ParlanceMessageScroll *self = PARLANCE_MESSAGE_SCROLL (object);

  g_clear_handle_id (&self->idle, g_source_remove);
  drop_target (self);
  g_clear_weak_pointer (&self->list);
  g_clear_object (&self->adjustment);
  G_OBJECT_CLASS (parlance_message_scroll_parent_class)->dispose (object);
}

static void
parlance_message_scroll_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_FOLLOWING)
    g_value_set_boolean (value, PARLANCE_MESSAGE_SCROLL (object)->following);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
parlance_message_scroll_class_init (ParlanceMessageScrollClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = parlance_message_scroll_dispose;
  object_class->get_property = parlance_message_scroll_get_property;
  properties[PROP_FOLLOWING] =
      g_param_spec_boolean ("following", NULL, NULL, TRUE,
                            G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[SIGNAL_ARRIVED] =
      g_signal_new ("arrived", PARLANCE_TYPE_MESSAGE_SCROLL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, PARLANCE_TYPE_MESSAGE_ROW);
  signals[SIGNAL_SETTLED] = g_signal_new ("settled", PARLANCE_TYPE_MESSAGE_SCROLL,
                                          G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
parlance_message_scroll_init (ParlanceMessageScroll *self)
{
  self->following = TRUE;
}
