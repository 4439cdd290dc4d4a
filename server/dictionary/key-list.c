/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Folded keys while a dictionary is compiled.
 */
#include "server/dictionary/key-list.h"

#include <stdlib.h>
#include <string.h>

#define MAX_ARENA_BYTES (1u << 30) /* a GByteArray doubles, and counts in 32 bits */

void
key_list_init (KeyList *self)
{
  self->arena = g_byte_array_new ();
  self->refs = g_array_new (FALSE, FALSE, sizeof (KeyRef));
}

void
key_list_clear (KeyList *self)
{
  g_byte_array_unref (self->arena);
  g_array_unref (self->refs);
}

static guint64
head_of (const char *text, gsize n_text)
{
  guint64 head = 0;

  memcpy (&head, text, MIN (n_text, sizeof head));
  return GUINT64_FROM_BE (head);
}

gboolean
key_list_store (KeyList *self, const char *text, gsize n_text, guint32 *ret_offset)
{
  if (n_text > MAX_ARENA_BYTES - self->arena->len)
    return FALSE;
  *ret_offset = self->arena->len;
  g_byte_array_append (self->arena, (const guint8 *)text, (guint)n_text);
  return TRUE;
}

gboolean
key_list_add (KeyList *self, const char *text, gsize n_text, guint32 value)
{
  KeyRef ref = { head_of (text, n_text), 0, value, (guint16)n_text };

  if (!key_list_store (self, text, n_text, &ref.offset))
    return FALSE;
  g_array_append_val (self->refs, ref);
  return TRUE;
}

static int
compare_texts (const KeyList *self, const KeyRef *a, const KeyRef *b)
{
  int order;

  if (a->head != b->head)
    return a->head < b->head ? -1 : 1;
  order = memcmp (key_list_text (self, a), key_list_text (self, b), MIN (a->n_text, b->n_text));
  return order != 0 ? order : (int)a->n_text - (int)b->n_text;
}

static int
compare_refs (const void *a, const void *b, void *list)
{
  const KeyRef *one = a, *other = b;
  int order = compare_texts (list, one, other);

  return order != 0 ? order : (one->value > other->value) - (one->value < other->value);
}

void
key_list_sort (KeyList *self)
{
  if (self->refs->len > 0)
    qsort_r (self->refs->data, self->refs->len, sizeof (KeyRef), compare_refs, self);
}

const KeyRef *
key_list_find (const KeyList *self, const char *text, gsize n_text)
{
  guint64 head = head_of (text, n_text);
  guint low = 0;
  guint high = self->refs->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const KeyRef *ref = key_list_ref (self, middle);
      int order = ref->head < head ? -1 : ref->head > head;

      if (order == 0)
        order = memcmp (key_list_text (self, ref), text, MIN (ref->n_text, n_text));
      if (order == 0)
        order = ref->n_text < n_text ? -1 : ref->n_text > n_text;
      if (order == 0)
        return ref;
      if (order < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return NULL;
}

guint
key_list_group_end (const KeyList *self, guint begin)
{
  guint end = begin + 1;

  while (end < self->refs->len &&
         compare_texts (self, key_list_ref (self, begin), key_list_ref (self, end)) == 0)
    end++;
  return end;
}

/* --- by ending --- */

typedef struct
{
  guint64 tail; /* the last eight bytes, the last one first, as a number */
  guint32 index;
} SuffixRef;

static guint64
tail_of (const char *text, gsize n_text)
{
  guint64 tail = 0;
  gsize n = MIN (n_text, sizeof tail);

  memcpy ((char *)&tail + sizeof tail - n, text + n_text - n, n);
  return GUINT64_FROM_LE (tail);
}

static int
compare_suffixes (const void *a, const void *b, void *list)
{
  const SuffixRef *one = a, *other = b;
  const KeyRef *one_ref, *other_ref;
  const guint8 *one_end, *other_end;
  gsize n;

  if (one->tail != other->tail)
    return one->tail < other->tail ? -1 : 1;
  one_ref = key_list_ref (list, one->index);
  other_ref = key_list_ref (list, other->index);
  one_end = (const guint8 *)key_list_text (list, one_ref) + one_ref->n_text;
  other_end = (const guint8 *)key_list_text (list, other_ref) + other_ref->n_text;
  n = MIN (one_ref->n_text, other_ref->n_text);
  while (n-- > 0)
    {
      guint8 one_byte = *--one_end;
      guint8 other_byte = *--other_end;

      if (one_byte != other_byte)
        return one_byte < other_byte ? -1 : 1;
    }
  return (int)one_ref->n_text - (int)other_ref->n_text;
}

guint32 *
key_list_by_ending (KeyList *self)
{
  guint n = self->refs->len;
  g_autofree SuffixRef *refs = g_new (SuffixRef, n);
  guint32 *indexes = g_new (guint32, n);

  for (guint i = 0; i < n; i++)
    {
      const KeyRef *ref = key_list_ref (self, i);

      refs[i] = (SuffixRef){ tail_of (key_list_text (self, ref), ref->n_text), i };
    }
  if (n > 0)
    qsort_r (refs, n, sizeof *refs, compare_suffixes, self);
  for (guint i = 0; i < n; i++)
    indexes[i] = refs[i].index;
  return indexes;
}
