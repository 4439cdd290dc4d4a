/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which articles are in the file already, while records are written: dictd lists one under all its
 * headwords, four of them for each article of GCIDE, and the text need stand but once.
 */
#pragma once

#include "server/dictionary/cache-file.h"
#include "server/dictionary/layout.h"

typedef struct
{
  CacheFile *file;
  guint64 records_at;  /* [bytes] where the section of records begins */
  GHashTable *known;   /* hash of a rest -> address of the record that has it */
  GByteArray *scratch; /* what is read back to be compared */
} CompileRests;

void compile_rests_init (CompileRests *self, CacheFile *file);
void compile_rests_clear (CompileRests *self);

/**
 * compile_rests_find:
 * @address: of the record that is going to be written
 * @record: its header, n_rest set
 * @rest: of the record
 * @ret_owner: (out): the record that has the same rest, or @address
 *
 * Returns: %FALSE with an error when the file cannot be read
 */
gboolean compile_rests_find (CompileRests *self,
                             guint32 address,
                             const LayoutRecord *record,
                             const char *rest,
                             guint32 *ret_owner,
                             GError **error);
