/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The second half of compiling: when all records are in the file, the sections that find them.
 */
#pragma once

#include "server/dictionary/cache-file.h"
#include "server/dictionary/compile-aliases.h"
#include "server/dictionary/key-list.h"
#include "server/dictionary/layout.h"

/* A lemma's folded text in the arena of CompileIndex.forms. */
typedef struct
{
  guint32 offset;
  guint32 n_text;
} CompileLemma;

struct CompileIndex
{
  CacheFile *file;
  LayoutHeader header; /* the sections are entered as they are written */
  KeyList keys;        /* value: the record's address */
  KeyList forms;       /* value: an index of @lemmas, which is also the order of preference */
  GArray *lemmas;      /* of CompileLemma */
  CompileAliases aliases;
  GArray *slots;  /* of LayoutSlot, where they lead; not yet in their places */
  GArray *hashes; /* of guint64, one a slot */
};

void compile_index_init (CompileIndex *self, CacheFile *file);
void compile_index_clear (CompileIndex *self);

/** compile_index_begin: what is appended from here belongs to section @id. */
gboolean compile_index_begin (CompileIndex *self, LayoutSectionId id, GError **error);
/** compile_index_end: the section that was begun last is whole. */
void compile_index_end (CompileIndex *self, LayoutSectionId id);

/** compile_index_section: a whole section, begun and ended. */
gboolean compile_index_section (
    CompileIndex *self, LayoutSectionId id, gconstpointer data, gsize n_bytes, GError **error);

/** compile_index_next_address: which what is appended next has, in a section of keys, forms or
 * aliases. */
guint32 compile_index_next_address (const CompileIndex *self, LayoutSectionId id);

/** compile_index_add_slot: lets the hash of @text lead to @address. */
void compile_index_add_slot (
    CompileIndex *self, const char *text, gsize n_text, LayoutSlotKind kind, guint32 address);

/** compile_index_write: all sections but records and properties. Uses up the lists. */
gboolean compile_index_write (CompileIndex *self, GError **error);
