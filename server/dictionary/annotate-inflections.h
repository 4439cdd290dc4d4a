/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the words of a text are inflections of, found out when a headword may begin or end with one
 * and kept while it is near.
 */
#pragma once

#include "server/dictionary/annotate-text.h"
#include "server/dictionary/lemmas.h"

#define ANNOTATE_MAX_INFLECTIONS 8 /* of one word; more are not tried */

/* What one unit is an inflection of. */
typedef struct
{
  gboolean is_set;
  guint unit;
  guint n_items;
  guint n_listed; /* those behind are guesses */
  Lemma items[ANNOTATE_MAX_INFLECTIONS];
} Inflections;

#define INFLECTION_STORE_SIZE 64 /* units: more than one headword has */

typedef struct
{
  const Library *library;
  const AnnotateText *text;
  Inflections kept[INFLECTION_STORE_SIZE]; /* by unit */
  Lemmas lemmas;                           /* scratch */
  LibraryKey key;                          /* scratch */
} InflectionStore;

/**
 * inflections_of:
 * @index: of a unit
 *
 * Returns: (transfer none): good until one is asked for that is INFLECTION_STORE_SIZE units away;
 *   %NULL when a mapped file turned out to be damaged
 */
const Inflections *inflections_of (InflectionStore *self, guint index);

/** inflection_holds: whether @item holds for @dictionary. */
gboolean inflection_holds (const Library *library, const Lemma *item, guint8 dictionary);
