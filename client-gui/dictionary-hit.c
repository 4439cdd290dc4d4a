/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Holds copies.
 */
#include "client-gui/dictionary-hit.h"

struct _ParlanceDictionaryHit
{
  GObject parent_instance;
  char *headword;
  char *dictionaries;
  char *snippet; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (ParlanceDictionaryHit, parlance_dictionary_hit, G_TYPE_OBJECT)

ParlanceDictionaryHit *
parlance_dictionary_hit_new (const char *headword, const char *dictionaries, const char *snippet)
{
  ParlanceDictionaryHit *self = g_object_new (PARLANCE_TYPE_DICTIONARY_HIT, NULL);

  self->headword = g_strdup (headword);
  self->dictionaries = g_strdup (dictionaries);
  self->snippet = g_strdup (snippet);
  return self;
}

const char *
parlance_dictionary_hit_get_headword (ParlanceDictionaryHit *self)
{
  g_return_val_if_fail (PARLANCE_IS_DICTIONARY_HIT (self), NULL);

  return self->headword;
}

const char *
parlance_dictionary_hit_get_dictionaries (ParlanceDictionaryHit *self)
{
  g_return_val_if_fail (PARLANCE_IS_DICTIONARY_HIT (self), NULL);

  return self->dictionaries;
}

const char *
parlance_dictionary_hit_get_snippet (ParlanceDictionaryHit *self)
{
  g_return_val_if_fail (PARLANCE_IS_DICTIONARY_HIT (self), NULL);

  return self->snippet;
}

static void
parlance_dictionary_hit_finalize (GObject *object)
{
  ParlanceDictionaryHit *self = PARLANCE_DICTIONARY_HIT (object);

  g_free (self->headword);
  g_free (self->dictionaries);
  g_free (self->snippet);
  G_OBJECT_CLASS (parlance_dictionary_hit_parent_class)->finalize (object);
}

static void
parlance_dictionary_hit_class_init (ParlanceDictionaryHitClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = parlance_dictionary_hit_finalize;
}

static void
parlance_dictionary_hit_init (ParlanceDictionaryHit *self)
{
}
