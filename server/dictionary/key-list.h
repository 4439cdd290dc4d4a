/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Folded keys while a dictionary is compiled: texts in one arena, and small references that are
 * sorted instead of the texts. 24 bytes and the text for each.
 */
#pragma once

#include <glib.h>

typedef struct
{
  guint64 head;   /* the first eight bytes as a big-endian number: most comparisons end here */
  guint32 offset; /* in the arena */
  guint32 value;  /* the owner's */
  guint16 n_text;
} KeyRef;

typedef struct
{
  GByteArray *arena;
  GArray *refs; /* of KeyRef */
} KeyList;

void key_list_init (KeyList *self);
void key_list_clear (KeyList *self);

/**
 * key_list_store:
 * @n_text: at most %LIBRARY_MAX_KEY
 * @ret_offset: where @text stands in the arena
 *
 * Returns: %FALSE when the arena is full (1 GiB)
 */
gboolean key_list_store (KeyList *self, const char *text, gsize n_text, guint32 *ret_offset);

/** key_list_add: stores @text and refers to it. */
gboolean key_list_add (KeyList *self, const char *text, gsize n_text, guint32 value);

/** key_list_sort: bytewise, equal keys by value. */
void key_list_sort (KeyList *self);

/** key_list_find: the reference to @text in a sorted list, or %NULL. */
const KeyRef *key_list_find (const KeyList *self, const char *text, gsize n_text);

/** key_list_group_end: the index after the last reference that equals the one at @begin. */
guint key_list_group_end (const KeyList *self, guint begin);

/** key_list_by_ending: (transfer full): the indexes of all references, sorted by their texts read
 * backwards. */
guint32 *key_list_by_ending (KeyList *self);

static inline KeyRef *
key_list_ref (const KeyList *self, guint index)
{
  return &g_array_index (self->refs, KeyRef, index);
}

static inline const char *
key_list_text (const KeyList *self, const KeyRef *ref)
{
  return (const char *)self->arena->data + ref->offset;
}
