/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Opening and building full-text indexes, and telling how far they are.
 */
#include "server/dictionary/indexing.h"

#include "server/dictionary/dictionary-parts.h"
#include "server/dictionary/library-parts.h"

/* [bytes] of a compiled form whose index takes a fraction of a second: a server with nothing larger
 * is whole when it begins to serve. */
#define SMALL_DICTIONARY (4 * 1024 * 1024)

static void
set_state (Dictionary *dictionary, LibraryIndexState state)
{
  atomic_store_explicit (&dictionary->index.state, state, memory_order_release);
}

static gboolean
open_index (Dictionary *dictionary, GError **error)
{
  DictionaryIndex *index = &dictionary->index;

  index->fulltext = fulltext_open (index->path, dictionary, error);
  if (!index->fulltext)
    return FALSE;
  set_state (dictionary, LIBRARY_INDEX_READY);
  return TRUE;
}

/* What was given up is still to be built. */
static void
build (Dictionary *dictionary, const char *name, const LibraryOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL;

  if (fulltext_build (dictionary->index.path, dictionary, name, options, &error) &&
      open_index (dictionary, &error))
    return;
  if (g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_INTR))
    {
      set_state (dictionary, LIBRARY_INDEX_BUILDING);
      return;
    }
  set_state (dictionary, LIBRARY_INDEX_NONE);
  message = g_strdup_printf ("%s is served without search: %s", name, error->message);
  if (options->report)
    options->report (message, options->data);
}

void
indexing_begin (Dictionary *dictionary, char *path, const char *name, const LibraryOptions *options)
{
  dictionary->index.path = path;
  if (open_index (dictionary, NULL))
    return;
  if (dictionary_n_bytes (dictionary) < SMALL_DICTIONARY)
    build (dictionary, name, options);
  else
    set_state (dictionary, LIBRARY_INDEX_BUILDING);
}

Fulltext *
indexing_fulltext (const Dictionary *dictionary, LibraryIndexState *ret_state)
{
  *ret_state = atomic_load_explicit (&dictionary->index.state, memory_order_acquire);
  return *ret_state == LIBRARY_INDEX_READY ? dictionary->index.fulltext : NULL;
}

LibraryIndexState
library_index_state (const Library *self, guint index)
{
  g_return_val_if_fail (index < self->n_dictionaries, LIBRARY_INDEX_NONE);
  return atomic_load_explicit (&self->dictionaries[index]->index.state, memory_order_acquire);
}

void
library_index (Library *self, const LibraryOptions *options)
{
  for (guint i = 0; i < self->n_dictionaries; i++)
    {
      if (library_index_state (self, i) != LIBRARY_INDEX_BUILDING)
        continue;
      build (self->dictionaries[i], self->names[i], options);
      if (library_index_state (self, i) == LIBRARY_INDEX_BUILDING)
        return;
    }
}
