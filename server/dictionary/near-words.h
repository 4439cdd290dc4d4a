/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The keys within some distance of a word, in all dictionaries that are asked.
 */
#pragma once

#include "server/dictionary/dictionary.h"
#include "server/dictionary/letters.h"

#define NEAR_WORD_NO_RANK G_MAXUINT32

typedef struct
{
  DictionaryKey key;
  const Dictionary *dictionary;
  guint8 index; /* of the dictionary in the library */
  guint8 turn;  /* in the order of asking */
  guint8 distance;
  guint32 own_rank; /* in @dictionary, or NEAR_WORD_NO_RANK */
  guint32 rank;     /* the best that any dictionary knows of the word, or NEAR_WORD_NO_RANK */
} NearWord;

typedef struct
{
  const Library *library;
  const LibrarySelection *selection;
  const Letters *word;
  guint distance;                 /* at most %LETTERS_MAX_DISTANCE */
  const LibraryCancel *cancelled; /* (nullable) */
} NearQuestion;

/**
 * near_words:
 *
 * Returns: (transfer full) (element-type NearWord): sorted by key, then by the order of asking; the
 *   word itself is among them. %NULL: a mapped file is damaged
 */
GArray *near_words (const NearQuestion *question);
