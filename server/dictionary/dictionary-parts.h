/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the files that read a compiled dictionary share: the bounds of its sections, and reading
 * within them.
 */
#pragma once

#include <stdatomic.h>

#include "server/dictionary/fulltext.h"

typedef struct
{
  const guint8 *data;
  gsize n_bytes;
} DictionarySection;

/* Belongs to indexing.c. @fulltext and @path are written before the state that tells of them. */
typedef struct
{
  char *path; /* (nullable): where the file is or will be */
  Fulltext *fulltext;
  _Atomic LibraryIndexState state;
} DictionaryIndex;

struct Dictionary
{
  atomic_uint n_refs;
  GBytes *bytes;
  DictionarySection sections[LAYOUT_N_SECTIONS]; /* within @bytes, whole units long */
  guint64 n_entries;
  char *properties[LAYOUT_N_PROPERTIES];
  DictionaryIndex index;
};

/* The section's bytes from @offset, when there are @n_bytes of them; otherwise NULL. */
static inline gconstpointer
section_bytes (const DictionarySection *section, guint64 offset, guint64 n_bytes)
{
  if (offset > section->n_bytes || n_bytes > section->n_bytes - offset)
    return NULL;
  return section->data + offset;
}

static inline const guint32 *
section_words (const DictionarySection *section, guint32 *ret_n)
{
  *ret_n = (guint32)(section->n_bytes / sizeof (guint32));
  return (const guint32 *)(gconstpointer)section->data;
}

/* The header of the key at @address in a section of keys or aliases, its text checked to be there;
 * otherwise NULL. */
static inline const LayoutKey *
section_key (const DictionarySection *keys, guint32 address)
{
  guint64 offset = (guint64)address * LAYOUT_KEY_UNIT;
  const LayoutKey *key = section_bytes (keys, offset, sizeof *key);

  if (!key || !section_bytes (keys, offset + sizeof *key, key->n_text))
    return NULL;
  return key;
}

static inline const char *
layout_key_text (const LayoutKey *key)
{
  return (const char *)(key + 1);
}

/* Makes @record, borrowed, the only one of @key. */
static inline void
key_take_only_record (DictionaryKey *key, const guint32 *record)
{
  static const guint32 only_start[] = { 0 };

  key->n_records = 1;
  key->n_spellings = 1;
  key->records = record;
  key->by_spelling = record;
  key->starts = only_start;
}

/* The addresses, in a table of them sorted by their keys, of those that begin with @text. FALSE:
 * the file is damaged. */
gboolean dictionary_range_beginning (const DictionarySection *keys,
                                     const DictionarySection *order,
                                     const char *text,
                                     gsize n_text,
                                     DictionaryRange *ret_keys);

/* The same for those that end with @text, the table being sorted by keys read backwards. */
gboolean dictionary_range_ending (const DictionarySection *keys,
                                  const DictionarySection *order,
                                  const char *text,
                                  gsize n_text,
                                  DictionaryRange *ret_keys);

/* --- by hash --- */

typedef struct
{
  const LayoutSlot *slots;
  guint32 n_slots;
  guint32 at;
  guint32 n_left; /* a whole table has empty slots; a damaged one ends after one round */
} Probe;

static inline Probe
probe_begin (const Dictionary *self, guint64 hash)
{
  const DictionarySection *section = &self->sections[LAYOUT_SLOTS];
  guint32 n_slots = (guint32)(section->n_bytes / sizeof (LayoutSlot));

  return (Probe){
    .slots = (const LayoutSlot *)(gconstpointer)section->data,
    .n_slots = n_slots,
    .at = layout_first_slot (hash, n_slots),
    .n_left = n_slots,
  };
}

/* The next slot in use, or NULL. */
static inline const LayoutSlot *
probe_next (Probe *probe)
{
  const LayoutSlot *slot = &probe->slots[probe->at];

  if (slot->tag == LAYOUT_SLOT_EMPTY || probe->n_left == 0)
    return NULL;
  probe->n_left--;
  probe->at = probe->at + 1 == probe->n_slots ? 0 : probe->at + 1;
  return slot;
}
