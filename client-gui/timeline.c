/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is shown is a stretch of the messages: @n_shown of them, behind the @n_before that wait for
 * parlance_timeline_show_older(). A change at or behind its end only moves how many are still to be
 * shown. Positions are those in the list of messages unless they go to the outside.
 */
#include "client-gui/timeline.h"

#include "client-gui/message-times.h"

#define FRAME_MS 16 /* [ms] between two lots of arrived messages */
#define LATE_MS 16  /* [ms] when the lot before took this long, the next one is smaller */
#define MOST_ROWS                                                                                  \
  6 /* in one of them: with what else a frame does, half of what one can wait for                  \
     */
#define MOST_ROWS_CALM 16 /* when nothing comes meanwhile, and the rest is to be caught up with */
#define FIRST_ROWS 24     /* that a conversation begins with */
#define LEAST_ROWS 2      /* and the first: rows have to be made, which takes longest */
#define MOST_OWN 32       /* of our own among the unread that are looked past */

struct _ParlanceTimeline
{
  GObject parent_instance;
  ParlanceMessageList *messages;
  GHashTable *living; /* ParlanceMessage to ParlanceTimelineItem, neither owned */
  guint n_before;
  guint n_shown;
  guint n_rows;    /* of the next lot */
  gboolean calm;   /* nothing has come since the last lot */
  guint timer;     /* 0, or shows more */
  gint64 shown_us; /* [us, monotonic] when some were shown the last time */
  gint64 read_seq;
};

enum
{
  SIGNAL_OLDER_WAIT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ParlanceTimeline,
                               parlance_timeline,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

/* --- marks ------------------------------------------------------------------------------------ */

/* Returns: a number for the day in local time, another one for another day */
static gint64
day_of (ParlanceMessage *message)
{
  g_autoptr (GDateTime) time =
      parlance_message_times_local (parlance_message_get_time_ms (message));

  if (time == NULL)
    return 0;
  return (gint64)g_date_time_get_year (time) * 1000 + g_date_time_get_day_of_year (time);
}

static gboolean
is_unread (ParlanceTimeline *self, ParlanceMessage *message)
{
  return parlance_message_get_seq (message) > self->read_seq;
}

static gboolean
is_first_unread (ParlanceTimeline *self, guint position, ParlanceMessage *message)
{
  if (self->read_seq < 0 || parlance_message_get_is_own (message) || !is_unread (self, message))
    return FALSE;
  for (guint i = 1; i <= MIN (position, MOST_OWN); i++)
    {
      ParlanceMessage *before = parlance_message_list_get (self->messages, position - i);
      if (!is_unread (self, before))
        return TRUE;
      if (!parlance_message_get_is_own (before))
        return FALSE;
    }
  return TRUE;
}

static gboolean
goes_on (ParlanceMessage *before, ParlanceMessage *message)
{
  gint64 gap_ms = parlance_message_get_time_ms (message) - parlance_message_get_time_ms (before);

  return gap_ms <= PARLANCE_TIMELINE_GROUP_MS &&
         parlance_message_get_kind (before) == parlance_message_get_kind (message) &&
         parlance_message_get_is_own (before) == parlance_message_get_is_own (message) &&
         g_str_equal (parlance_message_get_from (before), parlance_message_get_from (message));
}

static ParlanceTimelineMarks
marks_at (ParlanceTimeline *self, guint position)
{
  ParlanceMessage *message = parlance_message_list_get (self->messages, position);
  ParlanceMessage *before =
      position > 0 ? parlance_message_list_get (self->messages, position - 1) : NULL;
  ParlanceTimelineMarks marks = 0;

  if (before == NULL || day_of (before) != day_of (message))
    marks |= PARLANCE_TIMELINE_STARTS_DAY;
  if (is_first_unread (self, position, message))
    marks |= PARLANCE_TIMELINE_FIRST_UNREAD;
  if (marks != 0 || !goes_on (before, message))
    marks |= PARLANCE_TIMELINE_STARTS_GROUP;
  return marks;
}

static void
update_at (ParlanceTimeline *self, guint position)
{
  if (position >= self->n_before + self->n_shown)
    return;
  ParlanceTimelineItem *item =
      g_hash_table_lookup (self->living, parlance_message_list_get (self->messages, position));
  if (item != NULL)
    parlance_timeline_item_set_marks (item, marks_at (self, position));
}

/* What was acknowledged has the server's time; it need not change its place for that. */
static void
on_unsent (ParlanceMessageList *messages, GParamSpec *property, ParlanceTimeline *self)
{
  guint n = parlance_message_list_get_n (messages);
  guint n_last = parlance_message_list_get_n_unsent (messages) + 2;

  for (guint i = n - MIN (n, n_last); i < n; i++)
    update_at (self, i);
}

/* --- showing ---------------------------------------------------------------------------------- */

static void show_more (ParlanceTimeline *self);

static gboolean
on_timer (gpointer user_data)
{
  ParlanceTimeline *self = user_data;

  self->timer = 0;
  if (g_get_monotonic_time () - self->shown_us > (FRAME_MS + LATE_MS) * 1000)
    self->n_rows = MAX (self->n_rows / 2, LEAST_ROWS);
  else
    self->n_rows = MIN (self->n_rows + 1, self->calm ? MOST_ROWS_CALM : MOST_ROWS);
  self->calm = TRUE;
  show_more (self);
  return G_SOURCE_REMOVE;
}

/* Returns: how many messages have come behind what is shown */
static guint
count_behind (ParlanceTimeline *self)
{
  return parlance_message_list_get_n (self->messages) - self->n_before - self->n_shown;
}

static void
show_behind (ParlanceTimeline *self, guint n_added)
{
  self->n_shown += n_added;
  if (n_added > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), self->n_shown - n_added, 0, n_added);
}

static void
show_more (ParlanceTimeline *self)
{
  gint64 now_us = g_get_monotonic_time ();

  if (count_behind (self) == 0 || self->timer != 0)
    return;
  if (now_us - self->shown_us >= FRAME_MS * 1000)
    {
      self->shown_us = now_us;
      show_behind (self, MIN (count_behind (self), self->n_rows));
    }
  /* Behind what a frame does, so that it is drawn before more comes. */
  if (count_behind (self) > 0 && self->timer == 0)
    self->timer = g_timeout_add_full (G_PRIORITY_DEFAULT_IDLE, FRAME_MS, on_timer, self, NULL);
}

/* A window full; what stands before it waits as a page of history does. */
static void
show_end (ParlanceTimeline *self)
{
  guint n = parlance_message_list_get_n (self->messages);

  self->n_shown = MIN (n, FIRST_ROWS);
  self->n_before = n - self->n_shown;
}

static void
show_all_behind (ParlanceTimeline *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  show_behind (self, count_behind (self));
}

void
parlance_timeline_show_some_older (ParlanceTimeline *self, guint n_most)
{
  g_return_if_fail (PARLANCE_IS_TIMELINE (self));

  guint n_added = MIN (self->n_before, n_most);
  self->n_before -= n_added;
  self->n_shown += n_added;
  if (n_added > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, n_added);
}

void
parlance_timeline_show_older (ParlanceTimeline *self)
{
  parlance_timeline_show_some_older (self, G_MAXUINT);
}

gboolean
parlance_timeline_has_older_waiting (ParlanceTimeline *self)
{
  g_return_val_if_fail (PARLANCE_IS_TIMELINE (self), FALSE);

  return self->n_before > 0;
}

/* Returns: whether the change was before what is shown, and that is all */
static gboolean
change_before (ParlanceTimeline *self, guint position, guint n_removed, guint n_added)
{
  gboolean is_page = position == 0 && n_removed == 0 && n_added > 1 && self->n_shown > 0;

  if (!is_page && position + n_removed > self->n_before)
    return FALSE;
  if (!is_page && (n_removed == 0 || position >= self->n_before))
    return FALSE;
  self->n_before = self->n_before - n_removed + n_added;
  update_at (self, position + n_added);
  if (is_page)
    g_signal_emit (self, signals[SIGNAL_OLDER_WAIT], 0);
  return TRUE;
}

static void
on_items_changed (ParlanceMessageList *messages,
                  guint position,
                  guint n_removed,
                  guint n_added,
                  ParlanceTimeline *self)
{
  guint end = self->n_before + self->n_shown;

  if (self->n_before + self->n_shown == 0 && n_added > FIRST_ROWS)
    {
      show_end (self);
      g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, self->n_shown);
      g_signal_emit (self, signals[SIGNAL_OLDER_WAIT], 0);
      return;
    }
  if (change_before (self, position, n_removed, n_added))
    return;
  if (position < end)
    {
      guint n_lost = position < self->n_before ? self->n_before - position : 0;
      n_removed = MIN (n_removed, end - position) - n_lost;
      self->n_before -= n_lost;
      self->n_shown = self->n_shown - n_removed + n_added;
      g_list_model_items_changed (G_LIST_MODEL (self), position - self->n_before, n_removed,
                                  n_added);
      update_at (self, position + n_added);
    }
  /* What arrives comes one by one; several at once are a page that somebody waits for. */
  if (n_added > 1)
    show_all_behind (self);
  else
    {
      self->calm = FALSE;
      show_more (self);
    }
}

gboolean
parlance_timeline_find (ParlanceTimeline *self, gint64 seq, guint *ret_position)
{
  guint position;

  g_return_val_if_fail (PARLANCE_IS_TIMELINE (self), FALSE);

  if (parlance_message_list_find (self->messages, seq, &position) == NULL)
    return FALSE;
  if (position < self->n_before)
    parlance_timeline_show_older (self);
  if (position >= self->n_before + self->n_shown)
    show_all_behind (self);
  if (ret_position != NULL)
    *ret_position = position - self->n_before;
  return TRUE;
}

static GType
list_model_get_item_type (GListModel *model)
{
  return PARLANCE_TYPE_TIMELINE_ITEM;
}

static guint
list_model_get_n_items (GListModel *model)
{
  return PARLANCE_TIMELINE (model)->n_shown;
}

static gpointer
list_model_get_item (GListModel *model, guint position)
{
  ParlanceTimeline *self = PARLANCE_TIMELINE (model);

  if (position >= self->n_shown)
    return NULL;
  guint at = self->n_before + position;
  ParlanceMessage *message = parlance_message_list_get (self->messages, at);
  ParlanceTimelineItem *item = g_hash_table_lookup (self->living, message);
  if (item != NULL)
    return g_object_ref (item);
  return parlance_timeline_item_new (self->living, message, marks_at (self, at));
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = list_model_get_item_type;
  iface->get_n_items = list_model_get_n_items;
  iface->get_item = list_model_get_item;
}

/* --- the object ------------------------------------------------------------------------------- */

static gboolean
find_message (ParlanceTimeline *self, ParlanceMessage *message, guint *ret_position)
{
  gint64 seq = parlance_message_get_seq (message);
  guint n = parlance_message_list_get_n (self->messages);

  if (seq > 0)
    return parlance_message_list_find (self->messages, seq, ret_position) == message;
  for (guint i = n - MIN (n, parlance_message_list_get_n_unsent (self->messages)); i < n; i++)
    if (parlance_message_list_get (self->messages, i) == message)
      {
        *ret_position = i;
        return TRUE;
      }
  return FALSE;
}

void
parlance_timeline_refresh (ParlanceTimeline *self)
{
  g_return_if_fail (PARLANCE_IS_TIMELINE (self));

  /* A row may be made or dropped because of what another one says. */
  g_autoptr (GList) messages = g_hash_table_get_keys (self->living);
  for (GList *link = messages; link != NULL; link = link->next)
    {
      guint position;
      ParlanceTimelineItem *item = g_hash_table_lookup (self->living, link->data);
      if (item != NULL && find_message (self, link->data, &position))
        parlance_timeline_item_set_marks (item, marks_at (self, position));
    }
}

void
parlance_timeline_set_read_seq (ParlanceTimeline *self, gint64 read_seq)
{
  g_return_if_fail (PARLANCE_IS_TIMELINE (self));
  g_return_if_fail (read_seq >= -1);

  if (self->read_seq == read_seq)
    return;
  self->read_seq = read_seq;
  parlance_timeline_refresh (self);
}

gint64
parlance_timeline_get_read_seq (ParlanceTimeline *self)
{
  g_return_val_if_fail (PARLANCE_IS_TIMELINE (self), -1);

  return self->read_seq;
}

ParlanceTimeline *
parlance_timeline_new (ParlanceMessageList *messages)
{
  ParlanceTimeline *self = g_object_new (PARLANCE_TYPE_TIMELINE, NULL);

  self->messages = g_object_ref (messages);
  show_end (self);
  g_signal_connect_object (messages, "items-changed", G_CALLBACK (on_items_changed), self, 0);
  g_signal_connect_object (messages, "notify::n-unsent", G_CALLBACK (on_unsent), self, 0);
  return self;
}

static void
parlance_timeline_finalize (GObject *object)
{
  ParlanceTimeline *self = PARLANCE_TIMELINE (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_hash_table_unref (self->living);
  g_object_unref (self->messages);
  G_OBJECT_CLASS (parlance_timeline_parent_class)->finalize (object);
}

static void
parlance_timeline_class_init (ParlanceTimelineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = parlance_timeline_finalize;
  signals[SIGNAL_OLDER_WAIT] = g_signal_new (
      "older-wait", PARLANCE_TYPE_TIMELINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
parlance_timeline_init (ParlanceTimeline *self)
{
  self->living = g_hash_table_new (NULL, NULL);
  self->read_seq = -1;
  self->n_rows = LEAST_ROWS;
}
