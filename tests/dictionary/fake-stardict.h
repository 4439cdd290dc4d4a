/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * StarDict's dictionaries for tests: built word by word, and wrong where a test wants them wrong.
 */
#pragma once

#include "tests/dictionary/recording-sink.h"

/* A dictionary under construction. */
typedef struct
{
  GString *index;
  GString *body;
  GString *synonyms;
  guint n_words;
  guint n_synonyms;
  const char *version; /* NULL: "2.4.2" */
  const char *more;    /* further lines of the description */
  gboolean is_wide;    /* offsets of 64 bits */
  gboolean is_packed;  /* index and body */
  int more_words;      /* than there are, in the description */
  int more_bytes;      /* of the index, the same */
} FakeStardict;

/** fake_stardict_init: @more: (transfer none): further lines of the description */
void fake_stardict_init (FakeStardict *self, const char *more);
void fake_stardict_clear (FakeStardict *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FakeStardict, fake_stardict_clear)

/** fake_stardict_add_record: to the index, of an article that is there or is not. */
void
fake_stardict_add_record (FakeStardict *self, const char *word, guint64 offset, guint64 n_bytes);

/** fake_stardict_add: an article and its record. */
void fake_stardict_add (FakeStardict *self, const char *word, const char *article);
void
fake_stardict_add_bytes (FakeStardict *self, const char *word, const void *article, gsize n_bytes);

/** fake_stardict_add_synonym: of the word @number, counted from 0. */
void fake_stardict_add_synonym (FakeStardict *self, const char *synonym, guint32 number);

/** fake_stardict_gzip: (transfer full): @bytes as gzip, without dictzip's table. */
GByteArray *fake_stardict_gzip (const GString *bytes);

/** fake_stardict_write: (transfer full): the path of the description, "…/words.ifo". */
char *fake_stardict_write (const TestFolder *folder, const FakeStardict *source);
