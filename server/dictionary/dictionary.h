/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One compiled dictionary, mapped. Immutable: any number of threads may read it. Nothing in the
 * file is believed: whatever is read from it and leads elsewhere is checked first, so a damaged
 * file gives damaged answers or a failure, and no read outside of the mapping.
 *
 * A key is named by its address; addresses grow in the order of keys (layout.h).
 */
#pragma once

#include <glib.h>

#include "server/dictionary/layout.h"
#include "server/dictionary/library.h"
#include "server/dictionary/source.h"

typedef struct Dictionary Dictionary;

/* Everything points into the mapping. */
typedef struct
{
  const char *text;
  guint32 n_text;
  guint32 n_records; /* at least 1 */
  guint32 n_spellings;
  const guint32 *records;     /* in the source's order [n_records] */
  const guint32 *by_spelling; /* sorted by spelling, then in the source's order [n_records] */
  const guint32 *starts;      /* of the spellings in @by_spelling [n_spellings] */
} DictionaryKey;

/* Addresses of keys. */
typedef struct
{
  const guint32 *addresses;
  guint32 n;
} DictionaryRange;

/* What entries are found by besides their headwords. */
typedef struct
{
  const char *text; /* folded */
  guint32 n_text;
  SourceKeyKind kind;      /* the first of its hits' */
  DictionaryRange records; /* the hits: addresses of records, the preferred ones first */
  DictionaryRange keys;    /* and those of their headwords' keys, one each */
} DictionaryAlias;

/* What a look-up in a mapped file comes to. */
typedef enum
{
  DICTIONARY_DAMAGED = -1,
  DICTIONARY_NONE = 0,
  DICTIONARY_FOUND = 1,
} DictionaryFind;

/**
 * dictionary_new:
 * @bytes: a compiled form, at an address that is a multiple of 8
 *
 * Checks the header and the bounds of the sections, and nothing within them.
 *
 * Returns: (transfer full): the dictionary, which keeps a reference to @bytes, or %NULL with
 *   %SOURCE_ERROR_DAMAGED
 */
Dictionary *dictionary_new (GBytes *bytes, GError **error);

/**
 * dictionary_open:
 * @path: a compiled file
 * @stamp: what it must have been made of
 *
 * Returns: (transfer full): %NULL with an error when it is missing, damaged, of another version or
 * of another state of its source: in each case it is to be made again
 */
Dictionary *dictionary_open (const char *path, const LayoutStamp *stamp, GError **error);

/* Several libraries may hold one: the count is atomic. */
Dictionary *dictionary_ref (Dictionary *self);
void dictionary_unref (Dictionary *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Dictionary, dictionary_unref)

const char *dictionary_property (const Dictionary *self, LayoutProperty property); /* or "" */
guint64 dictionary_n_entries (const Dictionary *self);
gsize dictionary_n_bytes (const Dictionary *self);     /* of the compiled form */
LayoutStamp dictionary_stamp (const Dictionary *self); /* what it was made of */

/** dictionary_key: reads the key at @address. FALSE: the file is damaged. */
gboolean dictionary_key (const Dictionary *self, guint32 address, DictionaryKey *ret_key);

/** dictionary_key_text: only the text of the key at @address. FALSE: the file is damaged. */
gboolean dictionary_key_text (const Dictionary *self,
                              guint32 address,
                              const char **ret_text,
                              guint32 *ret_n_text);

/** dictionary_prefetch_key: begins to fetch a key that is going to be read soon */
void dictionary_prefetch_key (const Dictionary *self, guint32 address);

/** dictionary_all: every key, in order */
DictionaryRange dictionary_all (const Dictionary *self);

/**
 * dictionary_prefetch:
 * @hash: of a text that is going to be looked for
 *
 * Begins to fetch where the search starts. A lookup waits for memory more than it computes, and
 * what is asked of several dictionaries can be waited for at the same time.
 */
void dictionary_prefetch (const Dictionary *self, guint64 hash);

/** dictionary_prefetch_found: looks there, and begins to fetch what is found */
void dictionary_prefetch_found (const Dictionary *self, guint64 hash);

/**
 * dictionary_find:
 * @hash: layout_hash() of @text
 */
DictionaryFind dictionary_find (
    const Dictionary *self, const char *text, gsize n_text, guint64 hash, DictionaryKey *ret_key);

/** dictionary_lemmas: the keys of what @text is an inflection of, the preferred one first. */
DictionaryFind dictionary_lemmas (const Dictionary *self,
                                  const char *text,
                                  gsize n_text,
                                  guint64 hash,
                                  DictionaryRange *ret_keys);

/**
 * dictionary_lengths:
 * @hash: layout_hash() of one word or character (tokens.h)
 *
 * Returns: how many words keys have that begin so, and aliases that are no readings, as a set: bit
 * n stands for n + 1. It may say too much, and says nothing of keys of that one word.
 */
guint32 dictionary_lengths (const Dictionary *self, guint64 hash);

/** dictionary_prefix: the keys that begin with @text, in order. FALSE: the file is damaged. */
gboolean dictionary_prefix (const Dictionary *self,
                            const char *text,
                            gsize n_text,
                            DictionaryRange *ret_keys);

/** dictionary_exact: the key @text, or an empty range. FALSE: the file is damaged. */
gboolean dictionary_exact (const Dictionary *self,
                           const char *text,
                           gsize n_text,
                           DictionaryRange *ret_keys);

/** dictionary_suffix: the keys that end with @text, in no useful order. FALSE: the file is damaged.
 */
gboolean dictionary_suffix (const Dictionary *self,
                            const char *text,
                            gsize n_text,
                            DictionaryRange *ret_keys);

/** dictionary_soundex: the keys of a soundex_code(), in order. FALSE: the file is damaged. */
gboolean dictionary_soundex (const Dictionary *self, int code, DictionaryRange *ret_keys);

/**
 * dictionary_spelling:
 * @index: below @key->n_spellings
 * @ret_begin: @ret_end: (out): where in @key->by_spelling its records stand; there is at least one
 */
gboolean
dictionary_spelling (const DictionaryKey *key, guint32 index, guint32 *ret_begin, guint32 *ret_end);

/**
 * dictionary_record:
 * @ret_entry: everything but @dictionary and @is_lemma is written
 *
 * Returns: %FALSE when the file is damaged
 */
gboolean dictionary_record (const Dictionary *self, guint32 address, LibraryEntry *ret_entry);

/** dictionary_has_aliases: whether there is anything in it that the following could find. */
gboolean dictionary_has_aliases (const Dictionary *self);

/** dictionary_alias_order: the addresses of all aliases, sorted by their texts. */
DictionaryRange dictionary_alias_order (const Dictionary *self);

/** dictionary_alias_is_reading: whether there is only a reading at @address: cheaper than reading
 * it. What is damaged is none. */
gboolean dictionary_alias_is_reading (const Dictionary *self, guint32 address);

/** dictionary_alias: reads the alias at @address. FALSE: the file is damaged. */
gboolean dictionary_alias (const Dictionary *self, guint32 address, DictionaryAlias *ret_alias);

/**
 * dictionary_find_alias:
 * @hash: layout_hash() of @text
 */
DictionaryFind dictionary_find_alias (const Dictionary *self,
                                      const char *text,
                                      gsize n_text,
                                      guint64 hash,
                                      DictionaryAlias *ret_alias);

/**
 * dictionary_find_written:
 * @hash: layout_hash() of @text
 * @ret_key: (out): the key @text; where there is none, that of the first headword that can also be
 *   written so, with the one record it leads to
 *
 * Readings do not count: in a text *she* and *long* are English words and not pinyin.
 */
DictionaryFind dictionary_find_written (
    const Dictionary *self, const char *text, gsize n_text, guint64 hash, DictionaryKey *ret_key);

/**
 * dictionary_alias_prefix:
 *
 * The keys of the headwords whose aliases begin with @text, in no order and repeatedly.
 *
 * Returns: %FALSE when the file is damaged
 */
gboolean dictionary_alias_prefix (const Dictionary *self,
                                  const char *text,
                                  gsize n_text,
                                  DictionaryRange *ret_keys);

/** dictionary_alias_suffix: the same for aliases that end with @text; readings are left out. */
gboolean dictionary_alias_suffix (const Dictionary *self,
                                  const char *text,
                                  gsize n_text,
                                  DictionaryRange *ret_keys);

/**
 * dictionary_next:
 * @cursor: (inout): 0 at first
 * @ret_address: of the record, for dictionary_record()
 *
 * Walks the records in the source's order, those whose rest is another's left out: an article that
 * stands under many headwords comes once, under the first.
 *
 * Returns: %DICTIONARY_NONE after the last
 */
DictionaryFind dictionary_next (const Dictionary *self,
                                guint32 *cursor,
                                guint32 *ret_address,
                                LibraryEntry *ret_entry);
