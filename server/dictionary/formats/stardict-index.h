/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The words of a StarDict dictionary, in memory: those of `.idx`, in the order in which their
 * articles lie in the body, and the synonyms of `.syn`, which name words by their place in `.idx`.
 * Both files are records without alignment: a word that ends with NUL, then numbers, most
 * significant byte first.
 *
 * Source: "Format for StarDict dictionary files", versions 2.4.2 and 3.0.0.
 */
#pragma once

#include "server/dictionary/formats/stardict-info.h"

typedef struct
{
  guint64 offset;   /* [bytes] of the article in the body */
  const char *word; /* bytes; one over DICTIONARY_MAX_HEADWORD is cut to a little over that */
  guint32 length;   /* [bytes] of the article */
  guint32 number;   /* of the record in the index, from 0 */
} StardictWord;

typedef struct
{
  const char *word;
  guint32 number; /* of the word that it is a synonym of */
} StardictSynonym;

typedef struct StardictIndex StardictIndex;

/**
 * stardict_index_read:
 * @path: "…/words.idx", or with `.gz` or `.dz` behind it
 * @synonyms_path: (nullable): "…/words.syn"
 * @body_size: [bytes]; no article may reach beyond it
 *
 * Returns: (transfer full): or %NULL with %SOURCE_ERROR_IO, or %SOURCE_ERROR_DAMAGED also when
 * the files are not what @info says of them
 */
StardictIndex *stardict_index_read (const char *path,
                                    const char *synonyms_path,
                                    const StardictInfo *info,
                                    guint64 body_size,
                                    GError **error);
void stardict_index_free (StardictIndex *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StardictIndex, stardict_index_free)

/** stardict_index_words: (transfer none) (array length=ret_n): sorted by offset, length, word. */
const StardictWord *stardict_index_words (const StardictIndex *self, gsize *ret_n);

/**
 * stardict_index_synonyms:
 *
 * Returns: (transfer none) (array length=ret_n) (nullable): those of @word
 */
const StardictSynonym *
stardict_index_synonyms (const StardictIndex *self, const StardictWord *word, gsize *ret_n);

/** stardict_index_damaged: sets %SOURCE_ERROR_DAMAGED about @word, and returns %FALSE. */
gboolean stardict_index_damaged (const StardictIndex *self,
                                 const StardictWord *word,
                                 const char *reason,
                                 GError **error);
