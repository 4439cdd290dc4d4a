/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The compiled form of one dictionary: a file of the machine's own byte order that is written once,
 * never changed and only mapped. The compiler writes it, dictionary.c reads it, nobody else looks
 * in.
 *
 * A header names the sections; each begins at a multiple of 8. Things refer to each other by
 * address:
 *
 * - records: one entry each: LayoutRecord, its headword, its rest. Address: bytes / 8 from the
 *   section's start, so 32 bits reach 32 GiB. They stand in the source's order.
 *
 * - keys: one distinct folded headword each, sorted bytewise: LayoutKey and its text. Address:
 *   bytes / 4. Addresses grow in the order of keys, so sorting addresses sorts keys.
 *
 * - order: the addresses of all keys, for binary search.
 *
 * - slots: keys, forms and aliases by hash in one open-addressing table, so that asking for all
 *   costs one trip to memory. A key of one record that is spelled like the key, which is most of
 * them, leads right to the record and saves another trip.
 *
 * - postings: 32-bit words. For each key of several records a block: n_records, n_spellings, the
 *   records in the source's order [n_records], the records by spelling and then in the source's
 *   order [n_records], where each spelling begins in the latter [n_spellings].
 *
 * - suffix: the addresses of all keys, sorted by their bytes read backwards.
 *
 * - soundex_starts: where each code begins in the next section, and its end.
 *
 * - soundex: the addresses of keys by code, ascending within one.
 *
 * - length_starts: where the keys of 0, 1, 2… letters begin in the next two sections, and their
 * end.
 *
 * - lengths: the addresses of keys by number of letters (letters.h), ascending within one. Keys
 *   that have no distance to others are left out.
 *
 * - signatures: the letters_signature() of each of those keys, in the same order.
 *
 * - forms: one inflected form each: LayoutForm, addresses of its lemmas' keys, its text.
 *
 * - starts: 32-bit sets, by hash of the word or character that a key begins with (tokens.h): which
 *   lengths the keys of several words have that begin so, and the aliases that are no readings. Bit
 *   n stands for n + 1 words; keys of more than 32 are in no set. Different beginnings may share a
 *   set.
 *
 * - aliases: what records are found by besides their headwords: one distinct folded text each,
 *   sorted bytewise: LayoutKey and its text. Addressed like keys. One of no text closes the list.
 *
 * - alias_order: the addresses of all aliases, for binary search.
 *
 * - alias_records, alias_keys: one hit each, in the order of aliases: the record, and the key of
 *   its headword. The hits of one alias reach to where those of the next begin; the preferred kinds
 *   come first (SourceKeyKind), then the more frequent, then the source's order. So what a
 *   beginning leads to is one range of each.
 *
 * - alias_suffix, alias_suffix_keys: one hit each of aliases that are not readings, sorted by their
 *   bytes read backwards: the alias, and the key of the record's headword.
 *
 * - properties: NUL-terminated texts in the order of LayoutProperty.
 */
#pragma once

#include <glib.h>
#include <string.h>

#include "server/dictionary/letters.h"

#define LAYOUT_MAGIC "PARLDICT"
/* Of the format and of what the compiler puts in it, folding included. */
#define LAYOUT_VERSION 7u
#define LAYOUT_BYTE_ORDER 0x01020304u
#define LAYOUT_STAMP_BYTES 32
#define LAYOUT_MAX_LEMMAS 8  /* of one form */
#define LAYOUT_MAX_TOKENS 32 /* of one key, for annotate */

#define LAYOUT_N_LENGTH_STARTS (LETTERS_MAX + 2)

#define LAYOUT_RECORD_UNIT 8u
#define LAYOUT_KEY_UNIT 4u

typedef enum
{
  LAYOUT_RECORDS,
  LAYOUT_KEYS,
  LAYOUT_ORDER,
  LAYOUT_SLOTS,
  LAYOUT_POSTINGS,
  LAYOUT_SUFFIX,
  LAYOUT_SOUNDEX_STARTS,
  LAYOUT_SOUNDEX,
  LAYOUT_LENGTH_STARTS,
  LAYOUT_LENGTHS,
  LAYOUT_SIGNATURES,
  LAYOUT_FORMS,
  LAYOUT_STARTS,
  LAYOUT_ALIASES,
  LAYOUT_ALIAS_ORDER,
  LAYOUT_ALIAS_RECORDS,
  LAYOUT_ALIAS_KEYS,
  LAYOUT_ALIAS_SUFFIX,
  LAYOUT_ALIAS_SUFFIX_KEYS,
  LAYOUT_PROPERTIES,
} LayoutSectionId;

#define LAYOUT_N_SECTIONS (LAYOUT_PROPERTIES + 1)

/* The first five are in the order of SourceProperty. */
typedef enum
{
  LAYOUT_TITLE,
  LAYOUT_LANGUAGE,
  LAYOUT_TARGET,
  LAYOUT_LICENSE,
  LAYOUT_INFO,
  LAYOUT_FORMAT,
} LayoutProperty;

#define LAYOUT_N_PROPERTIES (LAYOUT_FORMAT + 1)

/* Of which state of which source a compiled form was made: a digest over the version, the path, and
 * size and time of each file. */
typedef struct
{
  guint8 bytes[LAYOUT_STAMP_BYTES];
} LayoutStamp;

typedef struct
{
  guint64 offset; /* [bytes] from the file's start */
  guint64 n_bytes;
} LayoutSection;

typedef struct
{
  char magic[8];
  guint32 version;
  guint32 byte_order;
  guint64 n_bytes; /* of the whole file */
  guint64 n_entries;
  LayoutStamp stamp;
  LayoutSection sections[LAYOUT_N_SECTIONS];
  guint64 checksum; /* layout_header_checksum() */
} LayoutHeader;

/* The headword follows, without NUL, and behind it the rest (LibraryEntry), which may also be that
 * of another record: one article under many headwords stands once. Where phonetic and text stand in
 * the rest follows from their lengths. */
typedef struct
{
  guint32 owner; /* the record behind whose headword the rest stands: itself, or one before it */
  guint32 n_rest;
  guint32 n_text;
  guint32 rank;
  guint16 n_headword;
  guint16 n_phonetic;
} LayoutRecord;

/* The text follows, without NUL. */
typedef struct
{
  guint32 first; /* the address of its only record, the index of its block in postings, or the
                    number of its first hit */
  guint16 n_text;
  guint16 kind; /* LayoutKeyKind: what @first is */
} LayoutKey;

typedef enum
{
  LAYOUT_KEY_ONE,
  LAYOUT_KEY_MANY,
  LAYOUT_KEY_ALIAS, /* and above: added to the first SourceKeyKind among its hits */
} LayoutKeyKind;

/* @n_lemmas addresses of keys follow, then the text. Addressed like keys. */
typedef struct
{
  guint16 n_text;
  guint16 n_lemmas;
} LayoutForm;

/* What a slot's address leads to. */
typedef enum
{
  LAYOUT_SLOT_EMPTY,
  LAYOUT_SLOT_KEY,
  LAYOUT_SLOT_RECORD, /* of a key that is the same as its only record's headword */
  LAYOUT_SLOT_FORM,
  LAYOUT_SLOT_ALIAS,
} LayoutSlotKind;

typedef struct
{
  guint32 tag; /* layout_slot_tag() */
  guint32 address;
} LayoutSlot;

#define LAYOUT_PHONETIC_OPENING ",\"phonetic\":\""
#define LAYOUT_TEXT_OPENING ",\"text\":\""

G_STATIC_ASSERT (sizeof (LayoutHeader) == 8 + 8 + 16 + 32 + 16 * LAYOUT_N_SECTIONS + 8);
G_STATIC_ASSERT (sizeof (LayoutRecord) == 20);
G_STATIC_ASSERT (sizeof (LayoutKey) == 8);
G_STATIC_ASSERT (sizeof (LayoutForm) == 4);
G_STATIC_ASSERT (sizeof (LayoutSlot) == 8);

/** layout_hash: of a folded text, for the slots. Eight bytes a step: keys are short. */
static inline guint64
layout_hash (const char *text, gsize n_bytes)
{
  guint64 hash = G_GUINT64_CONSTANT (0x9e3779b97f4a7c15) ^ n_bytes;

  for (; n_bytes > 0;)
    {
      guint64 word = 0;
      gsize n_word = MIN (n_bytes, sizeof word);

      memcpy (&word, text, n_word);
      hash = (hash ^ word) * G_GUINT64_CONSTANT (0xd6e8feb86659fd93);
      hash ^= hash >> 32;
      text += n_word;
      n_bytes -= n_word;
    }
  hash *= G_GUINT64_CONSTANT (0xd6e8feb86659fd93);
  return hash ^ hash >> 29;
}

/** layout_first_slot: where a search for @hash begins among @n_slots. */
static inline guint32
layout_first_slot (guint64 hash, guint32 n_slots)
{
  return (guint32)((hash >> 32) * n_slots >> 32);
}

/** layout_slot_tag: the kind, and of the hash what layout_first_slot() leaves unused. */
static inline guint32
layout_slot_tag (guint64 hash, LayoutSlotKind kind)
{
  return (guint32)hash << 3 | (guint32)kind;
}

/** layout_header_checksum: FNV-1a over everything before the checksum. */
static inline guint64
layout_header_checksum (const LayoutHeader *header)
{
  const guint8 *bytes = (const guint8 *)header;
  guint64 sum = G_GUINT64_CONSTANT (0xcbf29ce484222325);

  for (gsize i = 0; i < G_STRUCT_OFFSET (LayoutHeader, checksum); i++)
    sum = (sum ^ bytes[i]) * G_GUINT64_CONSTANT (0x100000001b3);
  return sum;
}
