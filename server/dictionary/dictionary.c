/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading a compiled dictionary. Every address and number from the file is checked where it is
 * used.
 */
#include "server/dictionary/dictionary-parts.h"
#include "server/dictionary/soundex.h"

#define N_PHONETIC_OPENING (sizeof LAYOUT_PHONETIC_OPENING - 1)
#define N_TEXT_OPENING (sizeof LAYOUT_TEXT_OPENING - 1)

/* --- reading what addresses lead to --- */

static inline const LayoutKey *
key_at (const Dictionary *self, guint32 address)
{
  return section_key (&self->sections[LAYOUT_KEYS], address);
}

static gboolean
read_block (const Dictionary *self, guint32 first, DictionaryKey *ret_key)
{
  guint32 n_words;
  const guint32 *block = section_words (&self->sections[LAYOUT_POSTINGS], &n_words);
  guint64 n_records, n_spellings;

  if (first > n_words || n_words - first < 2)
    return FALSE;
  block += first;
  n_words -= first + 2;
  n_records = block[0];
  n_spellings = block[1];
  if (n_records == 0 || n_spellings == 0 || n_spellings > n_records ||
      2 * n_records + n_spellings > n_words)
    return FALSE;
  ret_key->n_records = (guint32)n_records;
  ret_key->n_spellings = (guint32)n_spellings;
  ret_key->records = block + 2;
  ret_key->by_spelling = ret_key->records + n_records;
  ret_key->starts = ret_key->by_spelling + n_records;
  return TRUE;
}

static inline gboolean
read_key (const Dictionary *self, const LayoutKey *key, DictionaryKey *ret_key)
{
  ret_key->text = layout_key_text (key);
  ret_key->n_text = key->n_text;
  if (key->kind == LAYOUT_KEY_MANY)
    return read_block (self, key->first, ret_key);
  key_take_only_record (ret_key, &key->first);
  return TRUE;
}

gboolean
dictionary_key (const Dictionary *self, guint32 address, DictionaryKey *ret_key)
{
  const LayoutKey *key = key_at (self, address);

  return key && read_key (self, key, ret_key);
}

gboolean
dictionary_key_text (const Dictionary *self,
                     guint32 address,
                     const char **ret_text,
                     guint32 *ret_n_text)
{
  const LayoutKey *key = key_at (self, address);

  if (!key)
    return FALSE;
  *ret_text = layout_key_text (key);
  *ret_n_text = key->n_text;
  return TRUE;
}

void
dictionary_prefetch_key (const Dictionary *self, guint32 address)
{
  const DictionarySection *keys = &self->sections[LAYOUT_KEYS];

  __builtin_prefetch (section_bytes (keys, (guint64)address * LAYOUT_KEY_UNIT, sizeof (LayoutKey)));
}

gboolean
dictionary_spelling (const DictionaryKey *key, guint32 index, guint32 *ret_begin, guint32 *ret_end)
{
  *ret_begin = key->starts[index];
  *ret_end = index + 1 < key->n_spellings ? key->starts[index + 1] : key->n_records;
  return *ret_begin < *ret_end && *ret_end <= key->n_records;
}

/* Where the rest of the record at @address begins; NULL: the file is damaged. */
static inline const char *
find_rest (const DictionarySection *records, const LayoutRecord *record, guint32 address)
{
  guint64 offset = (guint64)record->owner * LAYOUT_RECORD_UNIT;
  const LayoutRecord *owner = record;

  if (record->owner != address)
    {
      owner = section_bytes (records, offset, sizeof *owner);
      if (!owner || owner->n_rest != record->n_rest)
        return NULL;
    }
  return section_bytes (records, offset + sizeof *owner + owner->n_headword, record->n_rest);
}

gboolean
dictionary_record (const Dictionary *self, guint32 address, LibraryEntry *ret_entry)
{
  const DictionarySection *records = &self->sections[LAYOUT_RECORDS];
  guint64 offset = (guint64)address * LAYOUT_RECORD_UNIT;
  const LayoutRecord *record = section_bytes (records, offset, sizeof *record);
  guint64 text_at;

  if (!record || !section_bytes (records, offset + sizeof *record, record->n_headword))
    return FALSE;
  ret_entry->rest = find_rest (records, record, address);
  /* Past the phonetic and its closing quote, if there is one. */
  text_at = record->n_phonetic > 0 ? N_PHONETIC_OPENING + record->n_phonetic + 1 : 0;
  text_at += N_TEXT_OPENING;
  if (!ret_entry->rest || text_at + record->n_text > record->n_rest)
    return FALSE;

  ret_entry->headword = (const char *)(record + 1);
  ret_entry->n_headword = record->n_headword;
  ret_entry->n_rest = record->n_rest;
  ret_entry->phonetic = ret_entry->rest + (record->n_phonetic > 0 ? N_PHONETIC_OPENING : 0);
  ret_entry->n_phonetic = record->n_phonetic;
  ret_entry->text = ret_entry->rest + text_at;
  ret_entry->n_text = record->n_text;
  ret_entry->rank = record->rank;
  return TRUE;
}

/* Passes over the record at *@cursor, which was read. */
static gboolean
pass_record (const Dictionary *self, guint32 *cursor, const LibraryEntry *entry)
{
  const DictionarySection *records = &self->sections[LAYOUT_RECORDS];
  const LayoutRecord *record =
      section_bytes (records, (guint64)*cursor * LAYOUT_RECORD_UNIT, sizeof *record);
  gboolean is_own = record->owner == *cursor;
  guint64 n_bytes = sizeof *record + entry->n_headword + (is_own ? (guint64)entry->n_rest : 0);

  /* An address that does not fit leads to the end. */
  *cursor =
      (guint32)MIN (*cursor + (n_bytes + LAYOUT_RECORD_UNIT - 1) / LAYOUT_RECORD_UNIT, G_MAXUINT32);
  return is_own;
}

DictionaryFind
dictionary_next (const Dictionary *self,
                 guint32 *cursor,
                 guint32 *ret_address,
                 LibraryEntry *ret_entry)
{
  const DictionarySection *records = &self->sections[LAYOUT_RECORDS];

  while ((guint64)*cursor * LAYOUT_RECORD_UNIT < records->n_bytes)
    {
      if (!dictionary_record (self, *cursor, ret_entry))
        return DICTIONARY_DAMAGED;
      *ret_address = *cursor;
      if (pass_record (self, cursor, ret_entry))
        return DICTIONARY_FOUND;
    }
  return DICTIONARY_NONE;
}

/* --- by hash --- */

#define CACHE_LINE_BYTES 64
#define PREFETCH_BYTES 448 /* of a record: three in four of WordNet's are no longer */

/* Takes the slot's record when its headword is @text. */
static inline DictionaryFind
take_record (const Dictionary *self,
             const LayoutSlot *slot,
             const char *text,
             gsize n_text,
             DictionaryKey *ret_key)
{
  LibraryEntry entry;

  if (!dictionary_record (self, slot->address, &entry))
    return DICTIONARY_DAMAGED;
  if (entry.n_headword != n_text || memcmp (entry.headword, text, n_text) != 0)
    return DICTIONARY_NONE;
  ret_key->text = entry.headword;
  ret_key->n_text = entry.n_headword;
  key_take_only_record (ret_key, &slot->address);
  return DICTIONARY_FOUND;
}

static inline DictionaryFind
take_key (const Dictionary *self,
          const LayoutSlot *slot,
          const char *text,
          gsize n_text,
          DictionaryKey *ret_key)
{
  const LayoutKey *key = key_at (self, slot->address);

  if (!key)
    return DICTIONARY_DAMAGED;
  if (key->n_text != n_text || memcmp (layout_key_text (key), text, n_text) != 0)
    return DICTIONARY_NONE;
  return read_key (self, key, ret_key) ? DICTIONARY_FOUND : DICTIONARY_DAMAGED;
}

void
dictionary_prefetch (const Dictionary *self, guint64 hash)
{
  Probe probe = probe_begin (self, hash);

  __builtin_prefetch (&probe.slots[probe.at]);
}

/* The whole of an ordinary record is read next; one line after the other would be waited for. */
static inline void
prefetch_record (const Dictionary *self, guint32 address)
{
  const DictionarySection *records = &self->sections[LAYOUT_RECORDS];
  guint64 offset = (guint64)address * LAYOUT_RECORD_UNIT;
  const char *record = section_bytes (records, offset, sizeof (LayoutRecord));

  for (gsize i = 0; record && i < PREFETCH_BYTES; i += CACHE_LINE_BYTES)
    __builtin_prefetch (record + i);
}

void
dictionary_prefetch_found (const Dictionary *self, guint64 hash)
{
  Probe probe = probe_begin (self, hash);
  const LayoutSlot *slot;

  while ((slot = probe_next (&probe)))
    {
      if (slot->tag == layout_slot_tag (hash, LAYOUT_SLOT_RECORD))
        {
          prefetch_record (self, slot->address);
          return;
        }
      if (slot->tag == layout_slot_tag (hash, LAYOUT_SLOT_KEY))
        {
          dictionary_prefetch_key (self, slot->address);
          return;
        }
    }
}

DictionaryFind
dictionary_find (
    const Dictionary *self, const char *text, gsize n_text, guint64 hash, DictionaryKey *ret_key)
{
  Probe probe = probe_begin (self, hash);
  const LayoutSlot *slot;
  DictionaryFind find = DICTIONARY_NONE;

  while (find == DICTIONARY_NONE && (slot = probe_next (&probe)))
    {
      if (slot->tag == layout_slot_tag (hash, LAYOUT_SLOT_RECORD))
        {
          prefetch_record (self, slot->address);
          find = take_record (self, slot, text, n_text, ret_key);
        }
      else if (slot->tag == layout_slot_tag (hash, LAYOUT_SLOT_KEY))
        find = take_key (self, slot, text, n_text, ret_key);
    }
  return find;
}

/* Takes the slot's form when it is @text. */
static DictionaryFind
take_form (const Dictionary *self,
           const LayoutSlot *slot,
           const char *text,
           gsize n_text,
           DictionaryRange *ret_keys)
{
  const DictionarySection *forms = &self->sections[LAYOUT_FORMS];
  guint64 offset = (guint64)slot->address * LAYOUT_KEY_UNIT;
  const LayoutForm *form = section_bytes (forms, offset, sizeof *form);
  const guint32 *lemmas = (const guint32 *)(form ? form + 1 : NULL);

  if (!form ||
      !section_bytes (forms, offset + sizeof *form, form->n_lemmas * sizeof *lemmas + form->n_text))
    return DICTIONARY_DAMAGED;
  if (form->n_text != n_text || memcmp (lemmas + form->n_lemmas, text, n_text) != 0)
    return DICTIONARY_NONE;
  *ret_keys = (DictionaryRange){ lemmas, form->n_lemmas };
  return DICTIONARY_FOUND;
}

DictionaryFind
dictionary_lemmas (
    const Dictionary *self, const char *text, gsize n_text, guint64 hash, DictionaryRange *ret_keys)
{
  Probe probe = probe_begin (self, hash);
  const LayoutSlot *slot;
  DictionaryFind find = DICTIONARY_NONE;

  while (find == DICTIONARY_NONE && (slot = probe_next (&probe)))
    {
      if (slot->tag == layout_slot_tag (hash, LAYOUT_SLOT_FORM))
        find = take_form (self, slot, text, n_text, ret_keys);
    }
  return find;
}

guint32
dictionary_lengths (const Dictionary *self, guint64 hash)
{
  guint32 n_sets;
  const guint32 *sets = section_words (&self->sections[LAYOUT_STARTS], &n_sets);

  return n_sets > 0 ? sets[layout_first_slot (hash, n_sets)] : 0;
}

/* --- by order --- */

/* Below 0: @key sorts before all that begin (or end) with @text; 0: it does; above 0: after them.
 */
typedef int (*CompareKey) (const LayoutKey *key, const char *text, gsize n_text);

typedef struct
{
  CompareKey compare;
  const char *text;
  gsize n_text;
} Needle;

static int
compare_beginning (const LayoutKey *key, const char *text, gsize n_text)
{
  int order = memcmp (layout_key_text (key), text, MIN (key->n_text, n_text));

  return order != 0 ? order : -(key->n_text < n_text);
}

static int
compare_ending (const LayoutKey *key, const char *text, gsize n_text)
{
  const guint8 *key_end = (const guint8 *)layout_key_text (key) + key->n_text;
  const guint8 *text_end = (const guint8 *)text + n_text;
  gsize n = MIN (key->n_text, n_text);

  while (n-- > 0)
    {
      guint8 key_byte = *--key_end;
      guint8 text_byte = *--text_end;

      if (key_byte != text_byte)
        return key_byte < text_byte ? -1 : 1;
    }
  return -(key->n_text < n_text);
}

/* The first index in @order whose key compares at least @lowest. */
static gboolean
bound (const DictionarySection *keys,
       const DictionarySection *order,
       const Needle *needle,
       int lowest,
       guint32 *ret_index)
{
  guint32 low = 0;
  guint32 high;
  const guint32 *addresses = section_words (order, &high);

  while (low < high)
    {
      guint32 middle = low + (high - low) / 2;
      const LayoutKey *key = section_key (keys, addresses[middle]);

      if (!key)
        return FALSE;
      if (needle->compare (key, needle->text, needle->n_text) < lowest)
        low = middle + 1;
      else
        high = middle;
    }
  *ret_index = low;
  return TRUE;
}

static gboolean
range_of (const DictionarySection *keys,
          const DictionarySection *order,
          const Needle *needle,
          DictionaryRange *ret_keys)
{
  guint32 n, begin, end;
  const guint32 *addresses = section_words (order, &n);

  if (!bound (keys, order, needle, 0, &begin) || !bound (keys, order, needle, 1, &end))
    return FALSE;
  /* In a damaged file the order may be none. */
  *ret_keys = (DictionaryRange){ addresses + begin, end > begin ? end - begin : 0 };
  return TRUE;
}

gboolean
dictionary_range_beginning (const DictionarySection *keys,
                            const DictionarySection *order,
                            const char *text,
                            gsize n_text,
                            DictionaryRange *ret_keys)
{
  Needle needle = { compare_beginning, text, n_text };

  return range_of (keys, order, &needle, ret_keys);
}

gboolean
dictionary_range_ending (const DictionarySection *keys,
                         const DictionarySection *order,
                         const char *text,
                         gsize n_text,
                         DictionaryRange *ret_keys)
{
  Needle needle = { compare_ending, text, n_text };

  return range_of (keys, order, &needle, ret_keys);
}

gboolean
dictionary_prefix (const Dictionary *self,
                   const char *text,
                   gsize n_text,
                   DictionaryRange *ret_keys)
{
  return dictionary_range_beginning (&self->sections[LAYOUT_KEYS], &self->sections[LAYOUT_ORDER],
                                     text, n_text, ret_keys);
}

DictionaryRange
dictionary_all (const Dictionary *self)
{
  DictionaryRange keys;

  keys.addresses = section_words (&self->sections[LAYOUT_ORDER], &keys.n);
  return keys;
}

/* Among what begins with @text, @text itself comes first. */
gboolean
dictionary_exact (const Dictionary *self, const char *text, gsize n_text, DictionaryRange *ret_keys)
{
  const LayoutKey *key;

  if (!dictionary_prefix (self, text, n_text, ret_keys))
    return FALSE;
  if (ret_keys->n == 0)
    return TRUE;
  key = key_at (self, ret_keys->addresses[0]);
  ret_keys->n = key && key->n_text == n_text;
  return key != NULL;
}

gboolean
dictionary_suffix (const Dictionary *self,
                   const char *text,
                   gsize n_text,
                   DictionaryRange *ret_keys)
{
  return dictionary_range_ending (&self->sections[LAYOUT_KEYS], &self->sections[LAYOUT_SUFFIX],
                                  text, n_text, ret_keys);
}

gboolean
dictionary_soundex (const Dictionary *self, int code, DictionaryRange *ret_keys)
{
  guint32 n_starts, n;
  const guint32 *starts = section_words (&self->sections[LAYOUT_SOUNDEX_STARTS], &n_starts);
  const guint32 *addresses = section_words (&self->sections[LAYOUT_SOUNDEX], &n);
  guint32 begin, end;

  g_return_val_if_fail (code >= 0 && code < SOUNDEX_N_CODES, FALSE);
  begin = starts[code];
  end = starts[code + 1];
  if (begin > end || end > n)
    return FALSE;
  *ret_keys = (DictionaryRange){ addresses + begin, end - begin };
  return TRUE;
}
