/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The word book's file: JSON Lines, a word a line, the newest first. It may be edited by hand while
 * the app does not run. What follows blocks on the disk, and may be called by any thread, one at a
 * time for the same path.
 */
#pragma once

#include "client-gui/saved-word.h"

/* What the file holds. */
typedef struct
{
  GPtrArray *words; /* of ParlanceSavedWord, the newest first, each headword once */
  guint n_damaged;  /* lines that are no words */
  GString *left;    /* (nullable): those of them that could not be set aside */
} ParlanceWordBookFile;

/**
 * parlance_word_book_file_read:
 *
 * Lines that are no words are added to @path.damaged and are on the disk there before this returns,
 * so that @path may be written without them; where that fails they are in `left`. No file at all is
 * an empty one.
 *
 * Returns: (transfer full) (nullable): %NULL when there is a file that cannot be read
 */
ParlanceWordBookFile *parlance_word_book_file_read (const char *path, GError **error);

void parlance_word_book_file_free (ParlanceWordBookFile *self);

/**
 * parlance_word_book_file_write:
 * @words: (element-type ParlanceSavedWord)
 * @left: (nullable): lines that are written after them as they are
 *
 * Replaces the file: whatever happens, it is the one before or the one after, whole.
 */
gboolean parlance_word_book_file_write (const char *path,
                                        GPtrArray *words,
                                        const GString *left,
                                        GError **error);

/** parlance_word_book_file_name_damaged: Returns: (transfer full): where damaged lines are kept */
char *parlance_word_book_file_name_damaged (const char *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceWordBookFile, parlance_word_book_file_free)
