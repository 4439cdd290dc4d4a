/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Gathering what a word is an inflection of.
 */
#include "server/dictionary/lemmas.h"

#include <string.h>

#include "server/dictionary/library-parts.h"

gboolean
lemmas_gather (const Library *library, const LibraryKey *key, guint64 hash, Lemmas *ret_lemmas)
{
  ret_lemmas->n_items = 0;
  for (guint i = 0; i < library->n_dictionaries; i++)
    {
      const Dictionary *dictionary = library->dictionaries[i];
      DictionaryRange range = { NULL, 0 };

      if (dictionary_lemmas (dictionary, key->text, key->n_bytes, hash, &range) ==
          DICTIONARY_DAMAGED)
        return FALSE;
      for (guint32 j = 0; j < range.n && ret_lemmas->n_items < LEMMAS_MAX; j++)
        {
          DictionaryKey lemma;

          if (!dictionary_key (dictionary, range.addresses[j], &lemma))
            return FALSE;
          ret_lemmas->items[ret_lemmas->n_items++] = (Lemma){
            .text = lemma.text,
            .n_text = lemma.n_text,
            .hash = layout_hash (lemma.text, lemma.n_text),
            .dictionary = (guint8)i,
          };
        }
    }
  return TRUE;
}

static gboolean
is_of_same_language (const Library *library, guint8 a, guint8 b)
{
  const char *language = library->infos[a].source;

  return *language && g_str_equal (language, library->infos[b].source);
}

static guint
add_once (const Lemma *lemma, guint n_lemmas, const Lemma *ret_lemmas[LEMMAS_MAX])
{
  for (guint i = 0; i < n_lemmas; i++)
    {
      if (ret_lemmas[i]->n_text == lemma->n_text &&
          memcmp (ret_lemmas[i]->text, lemma->text, lemma->n_text) == 0)
        return n_lemmas;
    }
  ret_lemmas[n_lemmas] = lemma;
  return n_lemmas + 1;
}

guint
lemmas_for (const Lemmas *self,
            const Library *library,
            guint8 dictionary,
            const Lemma *ret_lemmas[LEMMAS_MAX])
{
  guint n = 0;

  for (guint i = 0; i < self->n_items; i++)
    {
      if (self->items[i].dictionary == dictionary)
        n = add_once (&self->items[i], n, ret_lemmas);
    }
  for (guint i = 0; i < self->n_items; i++)
    {
      if (self->items[i].dictionary != dictionary &&
          is_of_same_language (library, self->items[i].dictionary, dictionary))
        n = add_once (&self->items[i], n, ret_lemmas);
    }
  return n;
}
