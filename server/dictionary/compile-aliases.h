/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Compiling what entries are found by besides their headwords. Until the source has been read, the
 * texts and what they lead to are held in memory.
 */
#pragma once

#include "server/dictionary/cache-file.h"
#include "server/dictionary/key-list.h"
#include "server/dictionary/layout.h"
#include "server/dictionary/source.h"

typedef struct CompileIndex CompileIndex;

typedef struct
{
  KeyList list;   /* value: an index of @hits */
  GArray *hits;   /* one for each alias of each entry, in the source's order */
  GArray *owners; /* one for each entry that has aliases, in the source's order */
  GArray *kinds;  /* of guint8: when they are written, the first kind of each in @list */
} CompileAliases;

void compile_aliases_init (CompileAliases *self);
void compile_aliases_clear (CompileAliases *self);

/**
 * compile_aliases_add:
 * @record: the address of the entry's record, not below those given before
 * @rank: the entry's
 * @text: folded
 *
 * Returns: %FALSE when the texts are too many or too long (1 GiB)
 */
gboolean compile_aliases_add (CompileAliases *self,
                              guint32 record,
                              guint32 rank,
                              SourceKeyKind kind,
                              const char *text,
                              gsize n_text);

/** compile_aliases_set_key: @record's headword has its key at @key. */
void compile_aliases_set_key (CompileAliases *self, guint32 record, guint32 key);

/** compile_aliases_write: the sections of aliases, when the keys of all records are set. Leaves in
 * the list one reference each, whose value is its address. */
gboolean compile_aliases_write (CompileIndex *index, GError **error);
