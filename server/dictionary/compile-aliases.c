/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writing the sections of aliases; layout.h says what is in them.
 */
#include "server/dictionary/compile-aliases.h"

#include <stdlib.h>

#include "server/dictionary/compile-index.h"

/* Each costs some 40 bytes of memory and its text until all is written. */
#define MAX_HITS (16u * 1000 * 1000)

typedef struct
{
  guint32 record;
  guint32 key;
} Owner;

typedef struct
{
  guint32 owner; /* an index of the owners */
  guint32 rank;  /* G_MAXUINT32: unknown */
  guint8 kind;
} Hit;

void
compile_aliases_init (CompileAliases *self)
{
  key_list_init (&self->list);
  self->hits = g_array_new (FALSE, FALSE, sizeof (Hit));
  self->owners = g_array_new (FALSE, FALSE, sizeof (Owner));
  self->kinds = g_array_new (FALSE, FALSE, sizeof (guint8));
}

void
compile_aliases_clear (CompileAliases *self)
{
  key_list_clear (&self->list);
  g_array_unref (self->hits);
  g_array_unref (self->owners);
  g_array_unref (self->kinds);
}

static Owner *
owner_at (const CompileAliases *self, guint index)
{
  return &g_array_index (self->owners, Owner, index);
}

gboolean
compile_aliases_add (CompileAliases *self,
                     guint32 record,
                     guint32 rank,
                     SourceKeyKind kind,
                     const char *text,
                     gsize n_text)
{
  Hit hit = { .rank = rank > 0 ? rank : G_MAXUINT32, .kind = (guint8)kind };

  if (self->owners->len == 0 || owner_at (self, self->owners->len - 1)->record != record)
    {
      Owner owner = { record, 0 };

      g_array_append_val (self->owners, owner);
    }
  hit.owner = self->owners->len - 1;
  if (self->hits->len == MAX_HITS || !key_list_add (&self->list, text, n_text, self->hits->len))
    return FALSE;
  g_array_append_val (self->hits, hit);
  return TRUE;
}

void
compile_aliases_set_key (CompileAliases *self, guint32 record, guint32 key)
{
  guint low = 0;
  guint high = self->owners->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (owner_at (self, middle)->record < record)
        low = middle + 1;
      else
        high = middle;
    }
  if (low < self->owners->len && owner_at (self, low)->record == record)
    owner_at (self, low)->key = key;
}

/* --- writing --- */

typedef struct
{
  CompileIndex *index;
  GArray *records; /* of guint32, one a hit */
  GArray *keys;    /* of guint32, one a hit */
  GArray *firsts;  /* of guint32, one an alias and one for the end: its first hit */
  GArray *group;   /* of Hit: those of one text */
} Writer;

static int
compare_by_owner (const void *a, const void *b)
{
  const Hit *one = a, *other = b;

  if (one->owner != other->owner)
    return one->owner < other->owner ? -1 : 1;
  return (int)one->kind - (int)other->kind;
}

static int
compare_by_preference (const void *a, const void *b)
{
  const Hit *one = a, *other = b;

  if (one->kind != other->kind)
    return (int)one->kind - (int)other->kind;
  if (one->rank != other->rank)
    return one->rank < other->rank ? -1 : 1;
  return (one->owner > other->owner) - (one->owner < other->owner);
}

/* Fills the writer's group with the hits of the text whose references are @begin to @end, each
 * entry once, the preferred ones first. */
static void
gather_group (Writer *self, guint begin, guint end)
{
  const CompileAliases *aliases = &self->index->aliases;
  Hit *hits;
  guint n = 0;

  g_array_set_size (self->group, end - begin);
  hits = (Hit *)(gpointer)self->group->data;
  for (guint i = begin; i < end; i++)
    hits[i - begin] = g_array_index (aliases->hits, Hit, key_list_ref (&aliases->list, i)->value);
  if (end - begin == 1)
    return;
  qsort (hits, end - begin, sizeof *hits, compare_by_owner);
  for (guint i = 0; i < end - begin; i++)
    {
      if (n == 0 || hits[n - 1].owner != hits[i].owner)
        hits[n++] = hits[i];
    }
  qsort (hits, n, sizeof *hits, compare_by_preference);
  g_array_set_size (self->group, n);
}

static void
add_hits (Writer *self)
{
  for (guint i = 0; i < self->group->len; i++)
    {
      const Owner *owner =
          owner_at (&self->index->aliases, g_array_index (self->group, Hit, i).owner);

      g_array_append_val (self->records, owner->record);
      g_array_append_val (self->keys, owner->key);
    }
}

static gboolean
write_alias (CompileIndex *index, LayoutKey key, const char *text, GError **error)
{
  return cache_file_append (index->file, &key, sizeof key, error) &&
         cache_file_append (index->file, text, key.n_text, error) &&
         cache_file_align (index->file, LAYOUT_KEY_UNIT, error);
}

/* The aliases themselves; each keeps one reference in the list, whose value is its address. */
static gboolean
write_aliases (Writer *self, GError **error)
{
  CompileIndex *index = self->index;
  KeyList *list = &index->aliases.list;
  guint n_distinct = 0;

  key_list_sort (list);
  if (!compile_index_begin (index, LAYOUT_ALIASES, error))
    return FALSE;
  for (guint begin = 0, end; begin < list->refs->len; begin = end)
    {
      KeyRef ref = *key_list_ref (list, begin);
      guint32 address = compile_index_next_address (index, LAYOUT_ALIASES);
      LayoutKey key = { self->records->len, ref.n_text, LAYOUT_KEY_ALIAS };
      guint8 kind;

      end = key_list_group_end (list, begin);
      gather_group (self, begin, end);
      kind = g_array_index (self->group, Hit, 0).kind;
      key.kind = (guint16)(key.kind + kind);
      if (!write_alias (index, key, key_list_text (list, &ref), error))
        return FALSE;
      g_array_append_val (self->firsts, key.first);
      g_array_append_val (index->aliases.kinds, kind);
      add_hits (self);
      compile_index_add_slot (index, key_list_text (list, &ref), ref.n_text, LAYOUT_SLOT_ALIAS,
                              address);
      ref.value = address;
      *key_list_ref (list, n_distinct++) = ref;
    }
  g_array_set_size (list->refs, n_distinct);
  g_array_append_val (self->firsts, self->records->len);
  if (n_distinct > 0 &&
      !write_alias (index, (LayoutKey){ self->records->len, 0, LAYOUT_KEY_ALIAS }, "", error))
    return FALSE;
  compile_index_end (index, LAYOUT_ALIASES);
  return TRUE;
}

static gboolean
write_numbers (CompileIndex *index, LayoutSectionId id, const GArray *numbers, GError **error)
{
  return compile_index_section (index, id, numbers->data, numbers->len * sizeof (guint32), error);
}

static gboolean
write_order (CompileIndex *index, GError **error)
{
  const KeyList *list = &index->aliases.list;
  g_autoptr (GArray) order = g_array_sized_new (FALSE, FALSE, sizeof (guint32), list->refs->len);

  for (guint i = 0; i < list->refs->len; i++)
    g_array_append_val (order, key_list_ref (list, i)->value);
  return write_numbers (index, LAYOUT_ALIAS_ORDER, order, error);
}

/* A reading has no useful ending: half of them end with "ng". */
static gboolean
write_suffix (Writer *self, GError **error)
{
  KeyList *list = &self->index->aliases.list;
  g_autofree guint32 *by_ending = key_list_by_ending (list);
  g_autoptr (GArray) addresses = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint i = 0; i < list->refs->len; i++)
    {
      guint alias = by_ending[i];

      if (g_array_index (self->index->aliases.kinds, guint8, alias) == SOURCE_KEY_READING)
        continue;
      for (guint32 hit = g_array_index (self->firsts, guint32, alias);
           hit < g_array_index (self->firsts, guint32, alias + 1); hit++)
        {
          g_array_append_val (addresses, key_list_ref (list, alias)->value);
          g_array_append_val (keys, g_array_index (self->keys, guint32, hit));
        }
    }
  return write_numbers (self->index, LAYOUT_ALIAS_SUFFIX, addresses, error) &&
         write_numbers (self->index, LAYOUT_ALIAS_SUFFIX_KEYS, keys, error);
}

gboolean
compile_aliases_write (CompileIndex *index, GError **error)
{
  Writer self = {
    .index = index,
    .records = g_array_new (FALSE, FALSE, sizeof (guint32)),
    .keys = g_array_new (FALSE, FALSE, sizeof (guint32)),
    .firsts = g_array_new (FALSE, FALSE, sizeof (guint32)),
    .group = g_array_new (FALSE, FALSE, sizeof (Hit)),
  };
  gboolean ok = write_aliases (&self, error) && write_order (index, error) &&
                write_numbers (index, LAYOUT_ALIAS_RECORDS, self.records, error) &&
                write_numbers (index, LAYOUT_ALIAS_KEYS, self.keys, error) &&
                write_suffix (&self, error);

  g_array_unref (self.records);
  g_array_unref (self.keys);
  g_array_unref (self.firsts);
  g_array_unref (self.group);
  return ok;
}
