/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Only as many as a view has rows exist at a time: the model behind may be a hundred thousand
 * messages long.
 */
#include "client-gui/timeline-item.h"

struct _ParlanceTimelineItem
{
  GObject parent_instance;
  GHashTable *living;
  ParlanceMessage *message;
  ParlanceTimelineMarks marks;
};

enum
{
  PROP_0,
  PROP_MESSAGE,
  PROP_MARKS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ParlanceTimelineItem, parlance_timeline_item, G_TYPE_OBJECT)

ParlanceTimelineItem *
parlance_timeline_item_new (GHashTable *living,
                            ParlanceMessage *message,
                            ParlanceTimelineMarks marks)
{
  ParlanceTimelineItem *self = g_object_new (PARLANCE_TYPE_TIMELINE_ITEM, NULL);

  self->living = g_hash_table_ref (living);
  self->message = g_object_ref (message);
  self->marks = marks;
  g_hash_table_insert (living, message, self);
  return self;
}

ParlanceMessage *
parlance_timeline_item_get_message (ParlanceTimelineItem *self)
{
  g_return_val_if_fail (PARLANCE_IS_TIMELINE_ITEM (self), NULL);

  return self->message;
}

ParlanceTimelineMarks
parlance_timeline_item_get_marks (ParlanceTimelineItem *self)
{
  g_return_val_if_fail (PARLANCE_IS_TIMELINE_ITEM (self), 0);

  return self->marks;
}

void
parlance_timeline_item_set_marks (ParlanceTimelineItem *self, ParlanceTimelineMarks marks)
{
  g_return_if_fail (PARLANCE_IS_TIMELINE_ITEM (self));

  if (self->marks == marks)
    return;
  self->marks = marks;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MARKS]);
}

static void
parlance_timeline_item_finalize (GObject *object)
{
  ParlanceTimelineItem *self = PARLANCE_TIMELINE_ITEM (object);

  g_hash_table_remove (self->living, self->message);
  g_hash_table_unref (self->living);
  g_object_unref (self->message);
  G_OBJECT_CLASS (parlance_timeline_item_parent_class)->finalize (object);
}

static void
parlance_timeline_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ParlanceTimelineItem *self = PARLANCE_TIMELINE_ITEM (object);

  switch (id)
    {
    case PROP_MESSAGE:
      g_value_set_object (value, self->message);
      break;
    case PROP_MARKS:
      g_value_set_uint (value, self->marks);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
parlance_timeline_item_class_init (ParlanceTimelineItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = parlance_timeline_item_finalize;
  object_class->get_property = parlance_timeline_item_get_property;
  properties[PROP_MESSAGE] =
      g_param_spec_object ("message", NULL, NULL, PARLANCE_TYPE_MESSAGE, readable);
  properties[PROP_MARKS] = g_param_spec_uint ("marks", NULL, NULL, 0, G_MAXUINT, 0, readable);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
parlance_timeline_item_init (ParlanceTimelineItem *self)
{
}
