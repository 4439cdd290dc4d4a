/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writing the sections that find records. A list of keys is sorted, written, and thinned out to one
 * reference a distinct key whose value becomes the key's address; the tables follow from that.
 */
#include "server/dictionary/compile-index.h"

#include <stdlib.h>

#include "server/dictionary/compile-letters.h"
#include "server/dictionary/compile-starts.h"
#include "server/dictionary/soundex.h"

void
compile_index_init (CompileIndex *self, CacheFile *file)
{
  memset (self, 0, sizeof *self);
  self->file = file;
  key_list_init (&self->keys);
  key_list_init (&self->forms);
  compile_aliases_init (&self->aliases);
  self->lemmas = g_array_new (FALSE, FALSE, sizeof (CompileLemma));
  self->slots = g_array_new (FALSE, FALSE, sizeof (LayoutSlot));
  self->hashes = g_array_new (FALSE, FALSE, sizeof (guint64));
}

void
compile_index_clear (CompileIndex *self)
{
  key_list_clear (&self->keys);
  key_list_clear (&self->forms);
  compile_aliases_clear (&self->aliases);
  g_array_unref (self->lemmas);
  g_array_unref (self->slots);
  g_array_unref (self->hashes);
}

gboolean
compile_index_begin (CompileIndex *self, LayoutSectionId id, GError **error)
{
  if (!cache_file_align (self->file, 8, error))
    return FALSE;
  self->header.sections[id].offset = cache_file_position (self->file);
  return TRUE;
}

void
compile_index_end (CompileIndex *self, LayoutSectionId id)
{
  LayoutSection *section = &self->header.sections[id];

  section->n_bytes = cache_file_position (self->file) - section->offset;
}

gboolean
compile_index_section (
    CompileIndex *self, LayoutSectionId id, gconstpointer data, gsize n_bytes, GError **error)
{
  if (!compile_index_begin (self, id, error) ||
      !cache_file_append (self->file, data, n_bytes, error))
    return FALSE;
  compile_index_end (self, id);
  return TRUE;
}

guint32
compile_index_next_address (const CompileIndex *self, LayoutSectionId id)
{
  guint64 offset = cache_file_position (self->file) - self->header.sections[id].offset;

  return (guint32)(offset / LAYOUT_KEY_UNIT);
}

void
compile_index_add_slot (
    CompileIndex *self, const char *text, gsize n_text, LayoutSlotKind kind, guint32 address)
{
  guint64 hash = layout_hash (text, n_text);
  LayoutSlot slot = { layout_slot_tag (hash, kind), address };

  g_array_append_val (self->slots, slot);
  g_array_append_val (self->hashes, hash);
}

/* --- keys and postings --- */

typedef struct
{
  const char *text;
  guint32 n_text;
  guint32 record;
} Spelling;

static gboolean
same_spelling (const Spelling *a, const Spelling *b)
{
  return a->n_text == b->n_text && memcmp (a->text, b->text, a->n_text) == 0;
}

static int
compare_spellings (const void *a, const void *b)
{
  const Spelling *one = a, *other = b;
  int order = memcmp (one->text, other->text, MIN (one->n_text, other->n_text));

  if (order != 0)
    return order;
  if (one->n_text != other->n_text)
    return one->n_text < other->n_text ? -1 : 1;
  return (one->record > other->record) - (one->record < other->record);
}

static Spelling
spelling_of (const guint8 *records, guint32 address)
{
  const guint8 *at = records + (gsize)address * LAYOUT_RECORD_UNIT;
  const LayoutRecord *record = (const LayoutRecord *)(gconstpointer)at;

  return (Spelling){ (const char *)(record + 1), record->n_headword, address };
}

/* Adds the block of the key whose references are @begin to @end, sorted by record. */
static void
add_block (CompileIndex *self, GArray *postings, const guint8 *records, guint begin, guint end)
{
  guint32 n = end - begin;
  guint32 n_spellings = 0;
  guint n_spellings_at = postings->len + 1;
  g_autofree Spelling *spellings = g_new (Spelling, n);

  g_array_append_val (postings, n);
  g_array_append_val (postings, n_spellings);
  for (guint i = 0; i < n; i++)
    {
      guint32 address = key_list_ref (&self->keys, begin + i)->value;

      spellings[i] = spelling_of (records, address);
      g_array_append_val (postings, address);
    }
  qsort (spellings, n, sizeof *spellings, compare_spellings);
  for (guint i = 0; i < n; i++)
    g_array_append_val (postings, spellings[i].record);
  for (guint32 i = 0; i < n; i++)
    {
      if (i > 0 && same_spelling (&spellings[i - 1], &spellings[i]))
        continue;
      g_array_append_val (postings, i);
      n_spellings++;
    }
  g_array_index (postings, guint32, n_spellings_at) = n_spellings;
}

/* The slot of the key at @address. */
static void
add_key_slot (CompileIndex *self,
              const KeyRef *ref,
              const Spelling *only, /* (nullable): its only record's headword */
              guint32 address)
{
  const char *text = key_list_text (&self->keys, ref);

  if (only && only->n_text == ref->n_text && memcmp (only->text, text, ref->n_text) == 0)
    compile_index_add_slot (self, text, ref->n_text, LAYOUT_SLOT_RECORD, only->record);
  else
    compile_index_add_slot (self, text, ref->n_text, LAYOUT_SLOT_KEY, address);
}

static gboolean
write_key (CompileIndex *self, const KeyRef *ref, guint32 first, LayoutKeyKind kind, GError **error)
{
  LayoutKey key = { first, ref->n_text, (guint16)kind };

  return cache_file_append (self->file, &key, sizeof key, error) &&
         cache_file_append (self->file, key_list_text (&self->keys, ref), ref->n_text, error) &&
         cache_file_align (self->file, LAYOUT_KEY_UNIT, error);
}

static gboolean
write_keys (CompileIndex *self, GError **error)
{
  g_autoptr (GBytes) mapped = cache_file_map (self->file, error);
  g_autoptr (GArray) postings = g_array_new (FALSE, FALSE, sizeof (guint32));
  const guint8 *records;
  guint n_distinct = 0;

  if (!mapped)
    return FALSE;
  records = g_bytes_get_data (mapped, NULL);
  records += self->header.sections[LAYOUT_RECORDS].offset;

  key_list_sort (&self->keys);
  if (!compile_index_begin (self, LAYOUT_KEYS, error))
    return FALSE;
  for (guint begin = 0, end; begin < self->keys.refs->len; begin = end)
    {
      KeyRef ref = *key_list_ref (&self->keys, begin);
      guint32 address = compile_index_next_address (self, LAYOUT_KEYS);
      Spelling spelling = spelling_of (records, ref.value);
      guint32 first = ref.value;
      LayoutKeyKind kind = LAYOUT_KEY_ONE;

      end = key_list_group_end (&self->keys, begin);
      add_key_slot (self, &ref, end - begin == 1 ? &spelling : NULL, address);
      if (end - begin > 1)
        {
          first = postings->len;
          kind = LAYOUT_KEY_MANY;
          add_block (self, postings, records, begin, end);
        }
      for (guint i = begin; i < end; i++)
        compile_aliases_set_key (&self->aliases, key_list_ref (&self->keys, i)->value, address);
      if (!write_key (self, &ref, first, kind, error))
        return FALSE;
      ref.value = address;
      *key_list_ref (&self->keys, n_distinct++) = ref;
    }
  compile_index_end (self, LAYOUT_KEYS);
  g_array_set_size (self->keys.refs, n_distinct);
  return compile_index_section (self, LAYOUT_POSTINGS, postings->data,
                                postings->len * sizeof (guint32), error);
}

/* --- tables over the keys --- */

static gboolean
write_order (CompileIndex *self, GError **error)
{
  guint n = self->keys.refs->len;
  g_autofree guint32 *addresses = g_new (guint32, n);

  for (guint i = 0; i < n; i++)
    addresses[i] = key_list_ref (&self->keys, i)->value;
  return compile_index_section (self, LAYOUT_ORDER, addresses, n * sizeof *addresses, error);
}

static gboolean
write_suffix (CompileIndex *self, GError **error)
{
  guint n = self->keys.refs->len;
  g_autofree guint32 *addresses = key_list_by_ending (&self->keys);

  for (guint i = 0; i < n; i++)
    addresses[i] = key_list_ref (&self->keys, addresses[i])->value;
  return compile_index_section (self, LAYOUT_SUFFIX, addresses, n * sizeof *addresses, error);
}

/* A counting sort by code; within one code the order of keys stays. */
static gboolean
write_soundex (CompileIndex *self, GError **error)
{
  guint n = self->keys.refs->len;
  g_autofree gint16 *codes = g_new (gint16, n);
  g_autofree guint32 *starts = g_new0 (guint32, SOUNDEX_N_CODES + 1);
  g_autofree guint32 *next = NULL;
  g_autofree guint32 *addresses = NULL;

  for (guint i = 0; i < n; i++)
    {
      const KeyRef *ref = key_list_ref (&self->keys, i);

      codes[i] = (gint16)soundex_code (key_list_text (&self->keys, ref), ref->n_text);
      if (codes[i] >= 0)
        starts[codes[i] + 1]++;
    }
  for (guint code = 0; code < SOUNDEX_N_CODES; code++)
    starts[code + 1] += starts[code];

  next = g_memdup2 (starts, SOUNDEX_N_CODES * sizeof *starts);
  addresses = g_new (guint32, starts[SOUNDEX_N_CODES]);
  for (guint i = 0; i < n; i++)
    {
      if (codes[i] >= 0)
        addresses[next[codes[i]]++] = key_list_ref (&self->keys, i)->value;
    }
  return compile_index_section (self, LAYOUT_SOUNDEX_STARTS, starts,
                                (SOUNDEX_N_CODES + 1) * sizeof *starts, error) &&
         compile_index_section (self, LAYOUT_SOUNDEX, addresses,
                                starts[SOUNDEX_N_CODES] * sizeof *addresses, error);
}

/* --- inflected forms --- */

/* The keys of the lemmas of the form whose references are @begin to @end: headwords of this
 * dictionary other than the form itself, each once, the preferred ones first. */
static guint
find_lemmas (CompileIndex *self, guint begin, guint end, guint32 ret_keys[LAYOUT_MAX_LEMMAS])
{
  const KeyRef *form = key_list_ref (&self->forms, begin);
  guint n_found = 0;

  for (guint i = begin; i < end && n_found < LAYOUT_MAX_LEMMAS; i++)
    {
      guint32 index = key_list_ref (&self->forms, i)->value;
      const CompileLemma *lemma = &g_array_index (self->lemmas, CompileLemma, index);
      const char *text = (const char *)self->forms.arena->data + lemma->offset;
      const KeyRef *key = key_list_find (&self->keys, text, lemma->n_text);
      gboolean known =
          !key || (lemma->n_text == form->n_text &&
                   memcmp (text, key_list_text (&self->forms, form), form->n_text) == 0);

      for (guint j = 0; j < n_found && !known; j++)
        known = ret_keys[j] == key->value;
      if (!known)
        ret_keys[n_found++] = key->value;
    }
  return n_found;
}

static gboolean
write_forms (CompileIndex *self, GError **error)
{
  key_list_sort (&self->forms);
  if (!compile_index_begin (self, LAYOUT_FORMS, error))
    return FALSE;
  for (guint begin = 0, end; begin < self->forms.refs->len; begin = end)
    {
      KeyRef ref = *key_list_ref (&self->forms, begin);
      guint32 lemmas[LAYOUT_MAX_LEMMAS];
      LayoutForm form = { ref.n_text, 0 };

      end = key_list_group_end (&self->forms, begin);
      form.n_lemmas = (guint16)find_lemmas (self, begin, end, lemmas);
      if (form.n_lemmas == 0)
        continue;
      compile_index_add_slot (self, key_list_text (&self->forms, &ref), ref.n_text,
                              LAYOUT_SLOT_FORM, compile_index_next_address (self, LAYOUT_FORMS));
      if (!cache_file_append (self->file, &form, sizeof form, error) ||
          !cache_file_append (self->file, lemmas, form.n_lemmas * sizeof *lemmas, error) ||
          !cache_file_append (self->file, key_list_text (&self->forms, &ref), ref.n_text, error) ||
          !cache_file_align (self->file, LAYOUT_KEY_UNIT, error))
        return FALSE;
    }
  compile_index_end (self, LAYOUT_FORMS);
  return TRUE;
}

/* Puts the slots in their places, two of three places taken. */
static gboolean
write_slots (CompileIndex *self, GError **error)
{
  guint32 n_places = self->slots->len + self->slots->len / 2 + 1;
  g_autofree LayoutSlot *places = g_new0 (LayoutSlot, n_places);

  for (guint i = 0; i < self->slots->len; i++)
    {
      guint32 at = layout_first_slot (g_array_index (self->hashes, guint64, i), n_places);

      while (places[at].tag != LAYOUT_SLOT_EMPTY)
        at = at + 1 == n_places ? 0 : at + 1;
      places[at] = g_array_index (self->slots, LayoutSlot, i);
    }
  return compile_index_section (self, LAYOUT_SLOTS, places, n_places * sizeof *places, error);
}

gboolean
compile_index_write (CompileIndex *self, GError **error)
{
  return write_keys (self, error) && write_order (self, error) && write_suffix (self, error) &&
         write_soundex (self, error) && compile_letters_write (self, error) &&
         write_forms (self, error) && compile_aliases_write (self, error) &&
         write_slots (self, error) && compile_starts_write (self, error);
}
