/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Gathering what a word is an inflection of.
 */
#include "server/dictionary/lemmas.h"

#include <string.h>

#include "server/dictionary/english-forms.h"
#include "server/dictionary/library-parts.h"

static gboolean
may_be_english (const Library *library, guint dictionary)
{
  const char *language = library->infos[dictionary].source;

  return !*language || g_str_equal (language, "en");
}

/* Adds @text as a lemma for each dictionary of English, or of a language it does not tell, that has
 * it as a headword. FALSE: a file is damaged. */
static gboolean
add_english (const Library *library, const char *text, gsize n_text, Lemmas *lemmas)
{
  guint64 hash = layout_hash (text, n_text);

  for (guint i = 0; i < library->n_dictionaries && lemmas->n_items < LEMMAS_MAX; i++)
    {
      DictionaryKey found;
      DictionaryFind find;

      if (!may_be_english (library, i))
        continue;
      find = dictionary_find (library->dictionaries[i], text, n_text, hash, &found);
      if (find == DICTIONARY_DAMAGED)
        return FALSE;
      if (find == DICTIONARY_FOUND)
        lemmas->items[lemmas->n_items++] = (Lemma){ found.text, found.n_text, hash, (guint8)i };
    }
  return TRUE;
}

static gboolean
add_irregular (const Library *library, const LibraryKey *key, Lemmas *lemmas)
{
  const char *texts[ENGLISH_MAX_GUESSES];
  guint n_texts = english_irregular_lemmas (key->text, key->n_bytes, texts);

  for (guint i = 0; i < n_texts; i++)
    {
      if (!add_english (library, texts[i], strlen (texts[i]), lemmas))
        return FALSE;
    }
  return TRUE;
}

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
  return add_irregular (library, key, ret_lemmas);
}

gboolean
lemmas_guess (const Library *library, const LibraryKey *key, Lemmas *ret_lemmas)
{
  EnglishGuess guesses[ENGLISH_MAX_GUESSES];
  guint n_guesses = english_guess_lemmas (key->text, key->n_bytes, guesses);

  ret_lemmas->n_items = 0;
  for (guint i = 0; i < n_guesses && ret_lemmas->n_items == 0; i++)
    {
      if (!add_english (library, guesses[i].text, guesses[i].n_text, ret_lemmas))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_of_same_language (const Library *library, guint8 a, guint8 b)
{
  const char *language = library->infos[a].source;

  return *language && g_str_equal (language, library->infos[b].source);
}

gboolean
lemmas_hold (const Library *library, const Lemma *lemma, guint8 dictionary)
{
  return lemma->dictionary == dictionary ||
         is_of_same_language (library, lemma->dictionary, dictionary);
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
          lemmas_hold (library, &self->items[i], dictionary))
        n = add_once (&self->items[i], n, ret_lemmas);
    }
  return n;
}
