/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Looking up the word at a place of a text: which words stand there, and what the longest means.
 */
#pragma once

#include "client-gui/dictionary.h"

/* What a place of a text turned out to be. */
typedef struct
{
  char *word;                     /* as it stands in the text */
  gint64 start;                   /* [code points] of @word in the text; -1: it is not of one */
  gint64 end;                     /* exclusive */
  char **headwords;               /* that stand there, the longest first; may be empty */
  ParlanceDefinition *definition; /* of the first of them, or of @word */
} ParlanceFound;

void parlance_found_free (ParlanceFound *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceFound, parlance_found_free)

/**
 * parlance_word_lookup_async:
 * @text: well-formed UTF-8
 * @at: [code points] 0 to the length of @text; -1: @text is the word
 */
void parlance_word_lookup_async (ParlanceDictionary *dictionary,
                                 const char *text,
                                 gint64 at,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);

/**
 * parlance_word_lookup_finish:
 * @error: as of parlance_word_cache_define_finish(); %G_IO_ERROR_NOT_FOUND when there is no word at
 *   the place
 *
 * Returns: (transfer full) (nullable): also when no dictionary has the word
 */
ParlanceFound *parlance_word_lookup_finish (GAsyncResult *result, GError **error);
