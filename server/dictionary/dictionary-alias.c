/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading what the entries of a compiled dictionary are found by besides their headwords. Every
 * address and number from the file is checked where it is used.
 */
#include "server/dictionary/dictionary-parts.h"

gboolean
dictionary_has_aliases (const Dictionary *self)
{
  return self->sections[LAYOUT_ALIAS_ORDER].n_bytes > 0;
}

DictionaryRange
dictionary_alias_order (const Dictionary *self)
{
  DictionaryRange range;

  range.addresses = section_words (&self->sections[LAYOUT_ALIAS_ORDER], &range.n);
  return range;
}

/* The alias that follows @alias, which is at @address. */
static const LayoutKey *
next_alias (const Dictionary *self, const LayoutKey *alias, guint32 address)
{
  guint32 n_bytes = (guint32)sizeof *alias + alias->n_text;
  guint32 n_units = (n_bytes + LAYOUT_KEY_UNIT - 1) / LAYOUT_KEY_UNIT;

  if (address > G_MAXUINT32 - n_units)
    return NULL;
  return section_key (&self->sections[LAYOUT_ALIASES], address + n_units);
}

/* Reads @alias, whose hits reach to where those of @next begin. */
static gboolean
read_alias (const Dictionary *self,
            const LayoutKey *alias,
            const LayoutKey *next,
            DictionaryAlias *ret_alias)
{
  guint32 n_hits;
  const guint32 *records = section_words (&self->sections[LAYOUT_ALIAS_RECORDS], &n_hits);
  const guint32 *keys = section_words (&self->sections[LAYOUT_ALIAS_KEYS], &n_hits);

  if (!next || alias->kind < LAYOUT_KEY_ALIAS ||
      alias->kind > LAYOUT_KEY_ALIAS + SOURCE_KEY_READING || alias->first >= next->first ||
      next->first > n_hits)
    return FALSE;
  ret_alias->text = layout_key_text (alias);
  ret_alias->n_text = alias->n_text;
  ret_alias->kind = (SourceKeyKind)(alias->kind - LAYOUT_KEY_ALIAS);
  ret_alias->records = (DictionaryRange){ records + alias->first, next->first - alias->first };
  ret_alias->keys = (DictionaryRange){ keys + alias->first, next->first - alias->first };
  return TRUE;
}

gboolean
dictionary_alias_is_reading (const Dictionary *self, guint32 address)
{
  const LayoutKey *alias = section_bytes (&self->sections[LAYOUT_ALIASES],
                                          (guint64)address * LAYOUT_KEY_UNIT, sizeof *alias);

  return alias && alias->kind == LAYOUT_KEY_ALIAS + SOURCE_KEY_READING;
}

gboolean
dictionary_alias (const Dictionary *self, guint32 address, DictionaryAlias *ret_alias)
{
  const LayoutKey *alias = section_key (&self->sections[LAYOUT_ALIASES], address);

  return alias && read_alias (self, alias, next_alias (self, alias, address), ret_alias);
}

/* Takes the slot's alias when it is @text. */
static DictionaryFind
take_alias (const Dictionary *self,
            const LayoutSlot *slot,
            const char *text,
            gsize n_text,
            DictionaryAlias *ret_alias)
{
  const LayoutKey *alias = section_key (&self->sections[LAYOUT_ALIASES], slot->address);

  if (!alias)
    return DICTIONARY_DAMAGED;
  if (alias->n_text != n_text || memcmp (layout_key_text (alias), text, n_text) != 0)
    return DICTIONARY_NONE;
  return read_alias (self, alias, next_alias (self, alias, slot->address), ret_alias)
             ? DICTIONARY_FOUND
             : DICTIONARY_DAMAGED;
}

DictionaryFind
dictionary_find_alias (const Dictionary *self,
                       const char *text,
                       gsize n_text,
                       guint64 hash,
                       DictionaryAlias *ret_alias)
{
  Probe probe = probe_begin (self, hash);
  const LayoutSlot *slot;
  DictionaryFind find = DICTIONARY_NONE;

  while (find == DICTIONARY_NONE && (slot = probe_next (&probe)))
    {
      if (slot->tag == layout_slot_tag (hash, LAYOUT_SLOT_ALIAS))
        find = take_alias (self, slot, text, n_text, ret_alias);
    }
  return find;
}

DictionaryFind
dictionary_find_written (
    const Dictionary *self, const char *text, gsize n_text, guint64 hash, DictionaryKey *ret_key)
{
  DictionaryAlias alias;
  DictionaryFind find = dictionary_find (self, text, n_text, hash, ret_key);

  if (find != DICTIONARY_NONE || !dictionary_has_aliases (self))
    return find;
  find = dictionary_find_alias (self, text, n_text, hash, &alias);
  if (find != DICTIONARY_FOUND)
    return find;
  if (alias.kind == SOURCE_KEY_READING)
    return DICTIONARY_NONE;
  if (!dictionary_key_text (self, alias.keys.addresses[0], &ret_key->text, &ret_key->n_text))
    return DICTIONARY_DAMAGED;
  key_take_only_record (ret_key, alias.records.addresses);
  return DICTIONARY_FOUND;
}

gboolean
dictionary_alias_prefix (const Dictionary *self,
                         const char *text,
                         gsize n_text,
                         DictionaryRange *ret_keys)
{
  DictionaryRange range;
  DictionaryAlias first, last;
  guint32 n_keys;

  *ret_keys = (DictionaryRange){ NULL, 0 };
  if (!dictionary_range_beginning (&self->sections[LAYOUT_ALIASES],
                                   &self->sections[LAYOUT_ALIAS_ORDER], text, n_text, &range))
    return FALSE;
  if (range.n == 0)
    return TRUE;
  if (!dictionary_alias (self, range.addresses[0], &first) ||
      !dictionary_alias (self, range.addresses[range.n - 1], &last) ||
      first.keys.addresses > last.keys.addresses)
    return FALSE;
  n_keys = (guint32)(last.keys.addresses - first.keys.addresses) + last.keys.n;
  *ret_keys = (DictionaryRange){ first.keys.addresses, n_keys };
  return TRUE;
}

gboolean
dictionary_alias_suffix (const Dictionary *self,
                         const char *text,
                         gsize n_text,
                         DictionaryRange *ret_keys)
{
  DictionaryRange range;
  guint32 n;
  const guint32 *aliases = section_words (&self->sections[LAYOUT_ALIAS_SUFFIX], &n);
  const guint32 *keys = section_words (&self->sections[LAYOUT_ALIAS_SUFFIX_KEYS], &n);

  *ret_keys = (DictionaryRange){ NULL, 0 };
  if (!dictionary_range_ending (&self->sections[LAYOUT_ALIASES],
                                &self->sections[LAYOUT_ALIAS_SUFFIX], text, n_text, &range))
    return FALSE;
  /* Both sections are of one length. */
  if (range.n > 0)
    *ret_keys = (DictionaryRange){ keys + (range.addresses - aliases), range.n };
  return TRUE;
}
