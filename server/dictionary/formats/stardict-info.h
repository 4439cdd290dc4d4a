/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The `.ifo` file of a StarDict dictionary: lines `key=value` that say how its other files are to
 * be read, and what the dictionary is. Nothing in it names a file: those are found by their stem.
 *
 * Source: "Format for StarDict dictionary files", versions 2.4.2 and 3.0.0.
 */
#pragma once

#include <glib.h>

typedef struct
{
  char *name;           /* the file, for messages */
  guint64 n_words;      /* in the index, at least 1 */
  guint64 n_synonyms;   /* 0 where nothing is said of them */
  guint64 index_size;   /* [bytes] unpacked */
  guint n_offset_bytes; /* of an offset in the index: 4 or 8 */
  char *types;          /* of the fields of every article, ""; each article says its own */
  char *title;          /* "" where there is none, as with all below */
  char *language;       /* ISO 639-1 */
  char *target;
  GString *about; /* description, author and so on, ready to print */
} StardictInfo;

/**
 * stardict_info_read:
 * @path: "…/words.ifo"
 *
 * Returns: (transfer full): or %NULL with %SOURCE_ERROR_IO, %SOURCE_ERROR_DAMAGED, or
 * %SOURCE_ERROR_FORMAT when it is of no dictionary that is a list of words
 */
StardictInfo *stardict_info_read (const char *path, GError **error);
void stardict_info_free (StardictInfo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StardictInfo, stardict_info_free)
