/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Holds what the server told, and whether the person wants it.
 */
#include "client-gui/dictionary-item.h"

struct _ParlanceDictionaryItem
{
  GObject parent_instance;
  ParlanceDictionaryInfo *info;
  gboolean shown;
};

enum
{
  PROP_0,
  PROP_NAME,
  PROP_TITLE,
  PROP_SHOWN,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ParlanceDictionaryItem, parlance_dictionary_item, G_TYPE_OBJECT)

ParlanceDictionaryItem *
parlance_dictionary_item_new (ParlanceDictionaryInfo *info, gboolean shown)
{
  ParlanceDictionaryItem *self = g_object_new (PARLANCE_TYPE_DICTIONARY_ITEM, NULL);

  self->info = parlance_dictionary_info_ref (info);
  self->shown = shown;
  return self;
}

ParlanceDictionaryInfo *
parlance_dictionary_item_get_info (ParlanceDictionaryItem *self)
{
  g_return_val_if_fail (PARLANCE_IS_DICTIONARY_ITEM (self), NULL);

  return self->info;
}

const char *
parlance_dictionary_item_get_name (ParlanceDictionaryItem *self)
{
  g_return_val_if_fail (PARLANCE_IS_DICTIONARY_ITEM (self), NULL);

  return parlance_dictionary_info_get_name (self->info);
}

const char *
parlance_dictionary_item_get_title (ParlanceDictionaryItem *self)
{
  g_return_val_if_fail (PARLANCE_IS_DICTIONARY_ITEM (self), NULL);

  const char *title = parlance_dictionary_info_get_title (self->info);
  return title[0] != '\0' ? title : parlance_dictionary_info_get_name (self->info);
}

gboolean
parlance_dictionary_item_get_shown (ParlanceDictionaryItem *self)
{
  g_return_val_if_fail (PARLANCE_IS_DICTIONARY_ITEM (self), FALSE);

  return self->shown;
}

void
parlance_dictionary_item_set_shown (ParlanceDictionaryItem *self, gboolean shown)
{
  g_return_if_fail (PARLANCE_IS_DICTIONARY_ITEM (self));

  if (self->shown == shown)
    return;
  self->shown = shown;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOWN]);
}

static void
parlance_dictionary_item_finalize (GObject *object)
{
  parlance_dictionary_info_unref (PARLANCE_DICTIONARY_ITEM (object)->info);
  G_OBJECT_CLASS (parlance_dictionary_item_parent_class)->finalize (object);
}

static void
parlance_dictionary_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ParlanceDictionaryItem *self = PARLANCE_DICTIONARY_ITEM (object);

  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, parlance_dictionary_item_get_name (self));
      break;
    case PROP_TITLE:
      g_value_set_string (value, parlance_dictionary_item_get_title (self));
      break;
    case PROP_SHOWN:
      g_value_set_boolean (value, self->shown);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
parlance_dictionary_item_set_property (GObject *object,
                                       guint id,
                                       const GValue *value,
                                       GParamSpec *pspec)
{
  if (id == PROP_SHOWN)
    parlance_dictionary_item_set_shown (PARLANCE_DICTIONARY_ITEM (object),
                                        g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
parlance_dictionary_item_class_init (ParlanceDictionaryItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = parlance_dictionary_item_finalize;
  object_class->get_property = parlance_dictionary_item_get_property;
  object_class->set_property = parlance_dictionary_item_set_property;
  properties[PROP_NAME] =
      g_param_spec_string ("name", NULL, NULL, "", G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_TITLE] =
      g_param_spec_string ("title", NULL, NULL, "", G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SHOWN] =
      g_param_spec_boolean ("shown", NULL, NULL, TRUE,
                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
parlance_dictionary_item_init (ParlanceDictionaryItem *self)
{
}
