/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the files behind library.h share: the snapshot itself, and who is asked.
 */
#pragma once

#include <stdatomic.h>

#include "server/dictionary/dictionary.h"

struct Library
{
  atomic_uint n_refs;
  guint n_dictionaries;
  Dictionary *dictionaries[LIBRARY_MAX_DICTIONARIES];
  char *names[LIBRARY_MAX_DICTIONARIES];
  char *paths[LIBRARY_MAX_DICTIONARIES];       /* of the sources, absolute; NULL: of none */
  LibraryInfo infos[LIBRARY_MAX_DICTIONARIES]; /* borrow from dictionary and name */
};

Library *library_new (void);

/** library_info_of: what there is to say of @dictionary; borrows from it and from @name */
LibraryInfo library_info_of (const Dictionary *dictionary, const char *name);

/**
 * library_add:
 * @dictionary: (transfer full)
 * @name: (transfer full): which none of the library's has
 * @path: (transfer full) (nullable): of its source, absolute
 */
void library_add (Library *self, Dictionary *dictionary, char *name, char *path);

/**
 * library_asked:
 *
 * Returns: how many dictionaries @selection stands for; each once, in @ret_indexes
 */
guint library_asked (const Library *self,
                     const LibrarySelection *selection,
                     guint8 ret_indexes[LIBRARY_MAX_DICTIONARIES]);
