/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Looking a word up. This is the path of nearly every request: one hash, then for each dictionary a
 * slot, a key and its records, no allocation.
 */
#include "server/dictionary/library.h"

#include "server/dictionary/lemmas.h"
#include "server/dictionary/library-parts.h"
#include "server/dictionary/pinyin.h"
#include "server/dictionary/source.h"

typedef struct
{
  const Dictionary *dictionary;
  LibraryEntry *entries;
  guint n_entries;
  guint max_entries; /* until here */
  guint limit;       /* of the whole answer */
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

/* Whether the dictionary has given the same text already: words share records' texts, as *mice* and
 * *mouse* do in GCIDE. */
static gboolean
is_text_known (const Answer *answer, const LibraryEntry *entry)
{
  for (guint i = 0; i < answer->n_entries; i++)
    {
      const LibraryEntry *other = &answer->entries[i];

      if (other->dictionary == answer->index && other->n_text == entry->n_text &&
          memcmp (other->text, entry->text, entry->n_text) == 0)
        return TRUE;
    }
  return FALSE;
}

/* FALSE: the file is damaged. */
static gboolean
add_record (Answer *answer, guint32 address)
{
  LibraryEntry *entry = &answer->entries[answer->n_entries];

  if (!dictionary_record (answer->dictionary, address, entry))
    return FALSE;
  if (answer->is_lemma && is_text_known (answer, entry))
    return TRUE;
  entry->dictionary = answer->index;
  entry->is_lemma = answer->is_lemma;
  answer->n_entries++;
  return TRUE;
}

/* Whether the answer has that very record already. */
static gboolean
is_record_known (const Answer *answer, const LibraryEntry *entry)
{
  for (guint i = 0; i < answer->n_entries; i++)
    {
      if (answer->entries[i].headword == entry->headword)
        return TRUE;
    }
  return FALSE;
}

/* Adds what @text, no headword, leads to. FALSE: the file is damaged. */
static gboolean
add_alias (Answer *answer, const char *text, gsize n_text, guint64 hash)
{
  DictionaryAlias alias;
  DictionaryFind find = dictionary_find_alias (answer->dictionary, text, n_text, hash, &alias);
  guint32 n_looked_at = 0;

  if (find != DICTIONARY_FOUND)
    return find == DICTIONARY_NONE;
  for (guint32 i = 0; i < alias.records.n && answer->n_entries < answer->max_entries; i++)
    {
      LibraryEntry *entry = &answer->entries[answer->n_entries];

      /* Of those that are known there are no more than fit an answer. */
      if (n_looked_at++ == 2 * answer->limit)
        break;
      if (!dictionary_record (answer->dictionary, alias.records.addresses[i], entry))
        return FALSE;
      if (is_record_known (answer, entry))
        continue;
      entry->dictionary = answer->index;
      entry->is_lemma = FALSE;
      answer->n_entries++;
    }
  return TRUE;
}

/* Looks at no more records than fit an answer, known texts among them or not. */
static gboolean
add_all (Answer *answer, const DictionaryKey *key)
{
  guint32 n_records = MIN (key->n_records, answer->limit);

  for (guint32 i = 0; i < n_records && answer->n_entries < answer->max_entries; i++)
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

/* What is asked, the same for each dictionary. */
typedef struct
{
  const Library *library;
  const char *word;
  gsize n_word;
  const LibraryKey *key;
  guint64 hash;
  Lemmas lemmas; /* n_items 0: not asked for */
  guint n_asked;
  guint8 asked[LIBRARY_MAX_DICTIONARIES];
} Question;

static inline gboolean
add_headword (Answer *answer, const Question *question)
{
  const LibraryKey *key = question->key;
  DictionaryKey found;
  DictionaryFind find =
      dictionary_find (answer->dictionary, key->text, key->n_bytes, question->hash, &found);
  EscapedWord escaped;

  if (find != DICTIONARY_FOUND)
    return find == DICTIONARY_NONE;
  if (found.n_spellings == 1)
    return add_all (answer, &found);
  escape (question->word, question->n_word, &escaped);
  return add_asked_first (answer, &found, &escaped);
}

/* Adds what the question leads to besides headwords. Kept out of line: most dictionaries have
 * nothing of it, and their look-ups should not carry its stack. */
static G_GNUC_NO_INLINE gboolean
add_aliases (Answer *answer, const Question *question)
{
  const LibraryKey *key = question->key;
  LibraryKey reading;

  if (!add_alias (answer, key->text, key->n_bytes, question->hash))
    return FALSE;
  return !pinyin_key (key, &reading) || add_alias (answer, reading.text, reading.n_bytes,
                                                   layout_hash (reading.text, reading.n_bytes));
}

static gboolean
add_exact (Answer *answer, const Question *question)
{
  return add_headword (answer, question) &&
         (!dictionary_has_aliases (answer->dictionary) || add_aliases (answer, question));
}

/* Asks a dictionary, as @answer has room, for the exact entries or for those through lemmas. */
static gboolean
add_of (Answer *answer, const Question *question, guint8 index, gboolean is_lemma)
{
  answer->index = index;
  answer->dictionary = question->library->dictionaries[index];
  answer->is_lemma = is_lemma;
  if (is_lemma)
    return add_through_lemmas (answer, question->library, &question->lemmas);
  return add_exact (answer, question);
}

static gboolean
add_of_all (Answer *answer, const Question *question, gboolean is_lemma)
{
  for (guint i = 0; i < question->n_asked; i++)
    {
      if (!add_of (answer, question, question->asked[i], is_lemma))
        return FALSE;
    }
  return TRUE;
}

/* --- more than there is room for --- */

#define N_STAGES 2   /* exact, then through lemmas */
#define MAX_ROUNDS 3 /* what one bucket cannot fill goes to the others, not forever */
#define MAX_BUCKETS (N_STAGES * LIBRARY_MAX_DICTIONARIES)

/* What one dictionary has at one stage. */
typedef struct
{
  guint n_there; /* at most the answer's limit */
  guint n_shown;
} Bucket;

static gboolean
count_key (const Dictionary *dictionary,
           const char *text,
           gsize n_text,
           guint64 hash,
           guint limit,
           Bucket *bucket)
{
  DictionaryKey found;
  DictionaryFind find = dictionary_find (dictionary, text, n_text, hash, &found);

  if (find == DICTIONARY_FOUND)
    bucket->n_there += MIN (found.n_records, limit - bucket->n_there);
  return find != DICTIONARY_DAMAGED;
}

static gboolean
count_alias (
    const Dictionary *dictionary, const LibraryKey *key, guint64 hash, guint limit, Bucket *bucket)
{
  DictionaryAlias found;
  DictionaryFind find = dictionary_find_alias (dictionary, key->text, key->n_bytes, hash, &found);

  if (find == DICTIONARY_FOUND)
    bucket->n_there += MIN (found.records.n, limit - bucket->n_there);
  return find != DICTIONARY_DAMAGED;
}

static gboolean
count_exact (const Question *question, const Dictionary *dictionary, guint limit, Bucket *bucket)
{
  const LibraryKey *key = question->key;
  LibraryKey reading;

  if (!count_key (dictionary, key->text, key->n_bytes, question->hash, limit, bucket))
    return FALSE;
  if (!dictionary_has_aliases (dictionary))
    return TRUE;
  return count_alias (dictionary, key, question->hash, limit, bucket) &&
         (!pinyin_key (key, &reading) ||
          count_alias (dictionary, &reading, layout_hash (reading.text, reading.n_bytes), limit,
                       bucket));
}

/* Counts what each dictionary has: the exact buckets first. */
static gboolean
count_buckets (const Question *question, guint limit, Bucket *buckets)
{
  for (guint i = 0; i < question->n_asked; i++)
    {
      guint8 index = question->asked[i];
      const Dictionary *dictionary = question->library->dictionaries[index];
      const Lemma *chosen[LEMMAS_MAX];
      guint n_chosen = lemmas_for (&question->lemmas, question->library, index, chosen);

      if (!count_exact (question, dictionary, limit, &buckets[i]))
        return FALSE;
      for (guint j = 0; j < n_chosen; j++)
        {
          if (!count_key (dictionary, chosen[j]->text, chosen[j]->n_text, chosen[j]->hash, limit,
                          &buckets[question->n_asked + i]))
            return FALSE;
        }
    }
  return TRUE;
}

/* One entry to each bucket in turn, until the limit is reached or nothing is left. */
static void
share_out (Bucket *buckets, guint n_buckets, guint limit)
{
  gboolean any = TRUE;

  for (guint i = 0; i < n_buckets; i++)
    buckets[i].n_shown = 0;
  while (any && limit > 0)
    {
      any = FALSE;
      for (guint i = 0; i < n_buckets && limit > 0; i++)
        {
          if (buckets[i].n_shown == buckets[i].n_there)
            continue;
          buckets[i].n_shown++;
          limit--;
          any = TRUE;
        }
    }
}

/* Fills each bucket's share. What turns out to have less than was counted, because some of it is in
 * the answer already, is counted anew in @buckets: TRUE in *@ret_short. */
static gboolean
fill_shares (Answer *answer, const Question *question, Bucket *buckets, gboolean *ret_short)
{
  guint n_buckets = N_STAGES * question->n_asked;

  answer->n_entries = 0;
  *ret_short = FALSE;
  for (guint i = 0; i < n_buckets; i++)
    {
      guint begin = answer->n_entries;
      gboolean is_lemma = i >= question->n_asked;

      answer->max_entries = begin + buckets[i].n_shown;
      if (buckets[i].n_shown > 0 &&
          !add_of (answer, question, question->asked[i % question->n_asked], is_lemma))
        return FALSE;
      if (answer->n_entries == answer->max_entries)
        continue;
      buckets[i].n_there = answer->n_entries - begin;
      *ret_short = TRUE;
    }
  return TRUE;
}

/* Not all fits. No dictionary may push out the others, nor the exact entries the lemmas: each gets
 * its share, in the same order as when all fits. */
static gboolean
add_shares (Answer *answer, const Question *question)
{
  Bucket buckets[MAX_BUCKETS] = { { 0, 0 } };
  guint limit = answer->limit;
  gboolean is_short = TRUE;

  if (!count_buckets (question, limit, buckets))
    return FALSE;
  for (guint round = 0; round < MAX_ROUNDS && is_short; round++)
    {
      share_out (buckets, N_STAGES * question->n_asked, limit);
      if (!fill_shares (answer, question, buckets, &is_short))
        return FALSE;
    }
  return TRUE;
}

guint64
library_foresee (const Library *self, const LibraryKey *key)
{
  guint64 hash = layout_hash (key->text, key->n_bytes);

  for (guint i = 0; i < self->n_dictionaries; i++)
    dictionary_prefetch (self->dictionaries[i], hash);
  return hash;
}

void
library_fetch (const Library *self, guint64 foreseen)
{
  for (guint i = 0; i < self->n_dictionaries; i++)
    dictionary_prefetch_found (self->dictionaries[i], foreseen);
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
  Answer answer = { .entries = ret_entries, .max_entries = max_entries, .limit = max_entries };
  Question question;

  question.library = self;
  question.word = word;
  question.n_word = n_word;
  question.key = key;
  question.hash = layout_hash (key->text, key->n_bytes);
  question.lemmas.n_items = 0;
  question.n_asked = library_asked (self, selection, question.asked);

  /* Every dictionary may know an inflection. */
  for (guint i = 0; i < self->n_dictionaries && !selection->exact_suffices; i++)
    dictionary_prefetch (self->dictionaries[i], question.hash);
  for (guint i = 0; i < question.n_asked && selection->exact_suffices; i++)
    dictionary_prefetch (self->dictionaries[question.asked[i]], question.hash);

  if (!add_of_all (&answer, &question, FALSE))
    return -1;
  if (!selection->exact_suffices || answer.n_entries == 0)
    {
      if (!lemmas_gather (self, key, question.hash, &question.lemmas) ||
          (answer.n_entries == 0 && question.lemmas.n_items == 0 &&
           !lemmas_guess (self, key, &question.lemmas)) ||
          (question.lemmas.n_items > 0 && !add_of_all (&answer, &question, TRUE)))
        return -1;
    }
  if (answer.n_entries == max_entries && !add_shares (&answer, &question))
    return -1;
  return (int)answer.n_entries;
}
