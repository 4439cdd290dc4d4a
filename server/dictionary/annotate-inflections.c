/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Inflections of a text's words: what dictionaries list, possessives, and where there is neither
 * the rules of English.
 */
#include "server/dictionary/annotate-inflections.h"

#include <string.h>

#include "server/dictionary/layout.h"

#define ANY_DICTIONARY LIBRARY_MAX_DICTIONARIES /* as a lemma's: it holds for each */

gboolean
inflection_holds (const Library *library, const Lemma *item, guint8 dictionary)
{
  return item->dictionary == ANY_DICTIONARY || lemmas_hold (library, item, dictionary);
}

static gboolean
is_known (const Library *library, const Inflections *self, const Lemma *lemma)
{
  for (guint i = 0; i < self->n_items; i++)
    {
      const Lemma *item = &self->items[i];

      if (item->n_text == lemma->n_text && memcmp (item->text, lemma->text, lemma->n_text) == 0 &&
          (item->dictionary == ANY_DICTIONARY || lemmas_hold (library, lemma, item->dictionary)))
        return TRUE;
    }
  return FALSE;
}

static void
add_lemmas (Inflections *self, InflectionStore *store)
{
  for (guint i = 0; i < store->lemmas.n_items && self->n_items < ANNOTATE_MAX_INFLECTIONS; i++)
    {
      const Lemma *lemma = &store->lemmas.items[i];

      if (!is_known (store->library, self, lemma))
        self->items[self->n_items++] = *lemma;
    }
}

static gboolean
add_listed (Inflections *self, InflectionStore *store, const char *text, gsize n_text)
{
  LibraryKey *key = &store->key;

  memcpy (key->text, text, n_text);
  key->text[n_text] = '\0';
  key->n_bytes = (guint32)n_text;
  if (!lemmas_gather (store->library, key, layout_hash (text, n_text), &store->lemmas))
    return FALSE;
  add_lemmas (self, store);
  return TRUE;
}

/* *cat's* is a form of *cat*, and *children's* of *children* and of *child*. */
static gboolean
add_possessor (Inflections *self, InflectionStore *store, const char *text, gsize n_text)
{
  gsize n_base = n_text - 2;

  if (n_text <= 2 || memcmp (text + n_base, "'s", 2) != 0)
    return TRUE;
  if (self->n_items < ANNOTATE_MAX_INFLECTIONS)
    self->items[self->n_items++] = (Lemma){
      .text = text,
      .n_text = (guint32)n_base,
      .hash = layout_hash (text, n_base),
      .dictionary = ANY_DICTIONARY,
    };
  return add_listed (self, store, text, n_base);
}

const Inflections *
inflections_of (InflectionStore *self, guint index)
{
  Inflections *inflections = &self->kept[index % INFLECTION_STORE_SIZE];
  const Unit *unit = annotate_text_unit (self->text, index);
  const char *text = annotate_text_key (self->text, unit);

  if (inflections->is_set && inflections->unit == index)
    return inflections;
  inflections->is_set = TRUE;
  inflections->unit = index;
  inflections->n_items = 0;
  inflections->n_listed = 0;
  if (unit->kind != TOKEN_WORD || unit->n_key > LIBRARY_MAX_KEY)
    return inflections;
  if (!add_listed (inflections, self, text, unit->n_key) ||
      !add_possessor (inflections, self, text, unit->n_key))
    return NULL;
  inflections->n_listed = inflections->n_items;
  if (inflections->n_items > 0)
    return inflections;
  /* add_listed() has left the word in the scratch key. */
  if (!lemmas_guess (self->library, &self->key, &self->lemmas))
    return NULL;
  add_lemmas (inflections, self);
  return inflections;
}
