/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Looking a word up. This is the path of nearly every request: one hash, then for each dictionary a
 * slot, a key and its records, no allocation.
 */
#include "server/dictionary/library.h"

#include "server/dictionary/lemmas.h"
#include "server/dictionary/library-parts.h"
#include "server/dictionary/source.h"

typedef struct
{
  const Dictionary *dictionary;
  LibraryEntry *entries;
  guint n_entries;
  guint max_entries;
  guint8 index;
  gboolean is_lemma;
} Answer;

/* A word as it stands in records: JSON string contents, white space at the ends off. */
typedef struct
{
  char text[DICTIONARY_MAX_HEADWORD * 6]; /* "\u001f" for one byte */
  gsize n_bytes;                          /* 0: longer than any headword */
} EscapedWord;

static void
escape (const char *word, gsize n_word, EscapedWord *ret_word)
{
  static const char digits[] = "0123456789abcdef";
  char *out = ret_word->text;

  ret_word->n_bytes = 0;
  for (; n_word > 0 && g_ascii_isspace (word[0]); n_word--)
    word++;
  while (n_word > 0 && g_ascii_isspace (word[n_word - 1]))
    n_word--;
  if (n_word > DICTIONARY_MAX_HEADWORD)
    return;
  for (gsize i = 0; i < n_word; i++)
    {
      guint8 byte = (guint8)word[i];

      if (byte >= 0x20 && byte != '"' && byte != '\\')
        {
          *out++ = (char)byte;
          continue;
        }
      *out++ = '\\';
      if (byte >= 0x20)
        *out++ = (char)byte;
      else if (byte == '\n' || byte == '\t')
        *out++ = byte == '\n' ? 'n' : 't';
      else
        {
          *out++ = 'u';
          *out++ = '0';
          *out++ = '0';
          *out++ = digits[byte >> 4];
          *out++ = digits[byte & 0xf];
        }
    }
  ret_word->n_bytes = (gsize)(out - ret_word->text);
}

static int
compare_spelling (const LibraryEntry *entry, const EscapedWord *word)
{
  int order = memcmp (entry->headword, word->text, MIN (entry->n_headword, word->n_bytes));

  if (order != 0)
    return order;
  return (entry->n_headword > word->n_bytes) - (entry->n_headword < word->n_bytes);
}

/* FALSE: the file is damaged. */
static gboolean
add_record (Answer *answer, guint32 address)
{
  LibraryEntry *entry = &answer->entries[answer->n_entries];

  if (!dictionary_record (answer->dictionary, address, entry))
    return FALSE;
  entry->dictionary = answer->index;
  entry->is_lemma = answer->is_lemma;
  answer->n_entries++;
  return TRUE;
}

static gboolean
add_all (Answer *answer, const DictionaryKey *key)
{
  for (guint32 i = 0; i < key->n_records && answer->n_entries < answer->max_entries; i++)
    {
      if (!add_record (answer, key->records[i]))
        return FALSE;
    }
  return TRUE;
}

/* Looks for @word among the key's spellings. Where it is none, *@ret_begin and *@ret_end are equal.
 */
static gboolean
find_spelling (const Answer *answer,
               const DictionaryKey *key,
               const EscapedWord *word,
               guint32 *ret_begin,
               guint32 *ret_end)
{
  guint32 low = 0;
  guint32 high = key->n_spellings;

  while (low < high)
    {
      guint32 middle = low + (high - low) / 2;
      LibraryEntry entry;
      int order;

      if (!dictionary_spelling (key, middle, ret_begin, ret_end) ||
          !dictionary_record (answer->dictionary, key->by_spelling[*ret_begin], &entry))
        return FALSE;
      order = compare_spelling (&entry, word);
      if (order == 0)
        return TRUE;
      if (order < 0)
        low = middle + 1;
      else
        high = middle;
    }
  *ret_end = *ret_begin = 0;
  return TRUE;
}

/* The records spelled as asked, then the others, each in the source's order. However many records a
 * key has, this looks at little more than there is room for. */
static gboolean
add_asked_first (Answer *answer, const DictionaryKey *key, const EscapedWord *word)
{
  guint32 begin, end, next;

  if (!find_spelling (answer, key, word, &begin, &end))
    return FALSE;
  for (guint32 i = begin; i < end && answer->n_entries < answer->max_entries; i++)
    {
      if (!add_record (answer, key->by_spelling[i]))
        return FALSE;
    }
  /* Both lists are in the source's order, so one walk beside the other tells what is in already. */
  next = begin;
  for (guint32 i = 0; i < key->n_records && answer->n_entries < answer->max_entries; i++)
    {
      if (next < end && key->by_spelling[next] == key->records[i])
        next++;
      else if (!add_record (answer, key->records[i]))
        return FALSE;
    }
  return TRUE;
}

static gboolean
add_exact (Answer *answer, const LibraryKey *key, guint64 hash, const char *word, gsize n_word)
{
  DictionaryKey found;
  DictionaryFind find = dictionary_find (answer->dictionary, key->text, key->n_bytes, hash, &found);
  EscapedWord escaped;

  if (find != DICTIONARY_FOUND)
    return find == DICTIONARY_NONE;
  if (found.n_spellings == 1)
    return add_all (answer, &found);
  escape (word, n_word, &escaped);
  return add_asked_first (answer, &found, &escaped);
}

static gboolean
add_through_lemmas (Answer *answer, const Library *library, const Lemmas *lemmas)
{
  const Lemma *chosen[LEMMAS_MAX];
  guint n_chosen = lemmas_for (lemmas, library, answer->index, chosen);

  for (guint i = 0; i < n_chosen; i++)
    {
      DictionaryKey found;
      DictionaryFind find = dictionary_find (answer->dictionary, chosen[i]->text, chosen[i]->n_text,
                                             chosen[i]->hash, &found);

      if (find == DICTIONARY_DAMAGED || (find == DICTIONARY_FOUND && !add_all (answer, &found)))
        return FALSE;
    }
  return TRUE;
}

int
library_define (const Library *self,
                const char *word,
                gsize n_word,
                const LibraryKey *key,
                const LibrarySelection *selection,
                guint max_entries,
                LibraryEntry *ret_entries)
{
  guint64 hash = layout_hash (key->text, key->n_bytes);
  guint8 asked[LIBRARY_MAX_DICTIONARIES];
  guint n_asked = library_asked (self, selection, asked);
  Answer answer = { .entries = ret_entries, .max_entries = max_entries };
  Lemmas lemmas;

  /* Every dictionary may know an inflection. */
  for (guint i = 0; i < self->n_dictionaries && !selection->exact_suffices; i++)
    dictionary_prefetch (self->dictionaries[i], hash);
  for (guint i = 0; i < n_asked && selection->exact_suffices; i++)
    dictionary_prefetch (self->dictionaries[asked[i]], hash);

  for (guint i = 0; i < n_asked; i++)
    {
      answer.index = asked[i];
      answer.dictionary = self->dictionaries[asked[i]];
      if (!add_exact (&answer, key, hash, word, n_word))
        return -1;
    }
  if (answer.n_entries == max_entries || (selection->exact_suffices && answer.n_entries > 0))
    return (int)answer.n_entries;

  if (!lemmas_gather (self, key, hash, &lemmas))
    return -1;
  answer.is_lemma = TRUE;
  for (guint i = 0; i < n_asked && lemmas.n_items > 0; i++)
    {
      answer.index = asked[i];
      answer.dictionary = self->dictionaries[asked[i]];
      if (!add_through_lemmas (&answer, self, &lemmas))
        return -1;
    }
  return (int)answer.n_entries;
}
