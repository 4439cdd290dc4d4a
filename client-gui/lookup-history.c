/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A list of words and the place in it.
 */
#include "client-gui/lookup-history.h"

struct _ParlanceLookupHistory
{
  GObject parent_instance;
  GPtrArray *words;
  guint n_visited; /* the current word is the last of so many; 0: there is none */
};

enum
{
  PROP_0,
  PROP_CAN_GO_BACK,
  PROP_CAN_GO_FORWARD,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ParlanceLookupHistory, parlance_lookup_history, G_TYPE_OBJECT)

ParlanceLookupHistory *
parlance_lookup_history_new (void)
{
  return g_object_new (PARLANCE_TYPE_LOOKUP_HISTORY, NULL);
}

static void
notify (ParlanceLookupHistory *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_GO_BACK]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_GO_FORWARD]);
}

void
parlance_lookup_history_visit (ParlanceLookupHistory *self, const char *word)
{
  g_return_if_fail (PARLANCE_IS_LOOKUP_HISTORY (self));
  g_return_if_fail (word != NULL);

  if (g_strcmp0 (parlance_lookup_history_get_current (self), word) == 0)
    return;
  g_ptr_array_set_size (self->words, (int)self->n_visited);
  g_ptr_array_add (self->words, g_strdup (word));
  if (self->words->len > PARLANCE_LOOKUP_HISTORY_MAX)
    g_ptr_array_remove_index (self->words, 0);
  self->n_visited = self->words->len;
  notify (self);
}

const char *
parlance_lookup_history_get_current (ParlanceLookupHistory *self)
{
  g_return_val_if_fail (PARLANCE_IS_LOOKUP_HISTORY (self), NULL);

  return self->n_visited > 0 ? self->words->pdata[self->n_visited - 1] : NULL;
}

const char *
parlance_lookup_history_go_back (ParlanceLookupHistory *self)
{
  g_return_val_if_fail (PARLANCE_IS_LOOKUP_HISTORY (self), NULL);

  if (!parlance_lookup_history_get_can_go_back (self))
    return NULL;
  self->n_visited--;
  notify (self);
  return parlance_lookup_history_get_current (self);
}

const char *
parlance_lookup_history_go_forward (ParlanceLookupHistory *self)
{
  g_return_val_if_fail (PARLANCE_IS_LOOKUP_HISTORY (self), NULL);

  if (!parlance_lookup_history_get_can_go_forward (self))
    return NULL;
  self->n_visited++;
  notify (self);
  return parlance_lookup_history_get_current (self);
}

gboolean
parlance_lookup_history_get_can_go_back (ParlanceLookupHistory *self)
{
  g_return_val_if_fail (PARLANCE_IS_LOOKUP_HISTORY (self), FALSE);

  return self->n_visited > 1;
}

gboolean
parlance_lookup_history_get_can_go_forward (ParlanceLookupHistory *self)
{
  g_return_val_if_fail (PARLANCE_IS_LOOKUP_HISTORY (self), FALSE);

  return self->n_visited < self->words->len;
}

void
parlance_lookup_history_clear (ParlanceLookupHistory *self)
{
  g_return_if_fail (PARLANCE_IS_LOOKUP_HISTORY (self));

  g_ptr_array_set_size (self->words, 0);
  self->n_visited = 0;
  notify (self);
}

static void
parlance_lookup_history_finalize (GObject *object)
{
  g_ptr_array_unref (PARLANCE_LOOKUP_HISTORY (object)->words);
  G_OBJECT_CLASS (parlance_lookup_history_parent_class)->finalize (object);
}

static void
parlance_lookup_history_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ParlanceLookupHistory *self = PARLANCE_LOOKUP_HISTORY (object);

  if (id == PROP_CAN_GO_BACK)
    g_value_set_boolean (value, parlance_lookup_history_get_can_go_back (self));
  else if (id == PROP_CAN_GO_FORWARD)
    g_value_set_boolean (value, parlance_lookup_history_get_can_go_forward (self));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
parlance_lookup_history_class_init (ParlanceLookupHistoryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = parlance_lookup_history_finalize;
  object_class->get_property = parlance_lookup_history_get_property;
  properties[PROP_CAN_GO_BACK] = g_param_spec_boolean ("can-go-back", NULL, NULL, FALSE, flags);
  properties[PROP_CAN_GO_FORWARD] =
      g_param_spec_boolean ("can-go-forward", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
parlance_lookup_history_init (ParlanceLookupHistory *self)
{
  self->words = g_ptr_array_new_with_free_func (g_free);
}
