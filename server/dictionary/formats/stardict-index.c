/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Words live in one chunk of strings. Memory grows with what the files hold, never with what they
 * claim, and is bounded by MAX_RECORDS and MAX_STRINGS.
 */
#include "server/dictionary/formats/stardict-index.h"

#include <stdlib.h>
#include <string.h>

#include "server/dictionary/formats/byte-stream.h"
#include "server/dictionary/formats/file.h"
#include "server/dictionary/source.h"

#define MAX_RECORDS (8 * 1000 * 1000)          /* some times the largest there is */
#define MAX_STRINGS ((gsize)512 * 1024 * 1024) /* [bytes] together */
/* [bytes] kept of a word: enough to be told as too long when the last character is cut off. */
#define MAX_KEPT (DICTIONARY_MAX_HEADWORD + 8)

struct StardictIndex
{
  char *name; /* the file, for messages */
  GStringChunk *strings;
  gsize n_string_bytes;
  GArray *words;    /* StardictWord */
  GArray *synonyms; /* StardictSynonym */
};

/* A file of records while it is read. */
typedef struct
{
  ByteStream *stream;
  const guint8 *at; /* in the block */
  const guint8 *end;
  guint64 n_before;    /* [bytes] of the blocks before this one, unpacked */
  const guint8 *start; /* of the block */
  guint64 n_records;   /* that were read whole */
  guint64 max_bytes;   /* that the file may have, unpacked */
  GString *word;       /* of the record read last */
} Records;

typedef enum
{
  RECORD_READ,
  RECORD_END,
  RECORD_FAILED, /* the error is set */
} RecordResult;

static gboolean
records_open (Records *self, const char *path, guint64 max_bytes, GError **error)
{
  *self = (Records){ .max_bytes = max_bytes };
  self->word = g_string_new (NULL);
  self->stream = byte_stream_open (path, error);
  return self->stream != NULL;
}

static void
records_clear (Records *self)
{
  byte_stream_free (self->stream);
  if (self->word != NULL)
    g_string_free (self->word, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Records, records_clear)

static gboolean G_GNUC_PRINTF (3, 4)
    records_damaged (const Records *self, GError **error, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *reason = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, SOURCE_ERROR, SOURCE_ERROR_DAMAGED,
               "cannot read %s: record %" G_GUINT64_FORMAT " at byte %" G_GUINT64_FORMAT ": %s",
               byte_stream_name (self->stream), self->n_records + 1,
               self->n_before + (guint64)(self->at - self->start), reason);
  return FALSE;
}

/* Makes sure that there are bytes from @at on. */
static RecordResult
records_fill (Records *self, GError **error)
{
  if (self->at < self->end)
    return RECORD_READ;
  gsize n;
  self->n_before += (guint64)(self->end - self->start);
  self->at = self->start = self->end = NULL;
  if (!byte_stream_next (self->stream, &self->start, &n, error))
    return RECORD_FAILED;
  self->at = self->start;
  self->end = self->start + n;
  if (self->n_before + n > self->max_bytes)
    {
      records_damaged (self, error,
                       "the file goes on after the %" G_GUINT64_FORMAT " bytes that it may have",
                       self->max_bytes);
      return RECORD_FAILED;
    }
  return n > 0 ? RECORD_READ : RECORD_END;
}

static RecordResult
records_read_word (Records *self, GError **error)
{
  g_string_truncate (self->word, 0);
  for (gboolean is_first = TRUE;; is_first = FALSE)
    {
      RecordResult result = records_fill (self, error);
      if (result == RECORD_END && !is_first)
        {
          records_damaged (self, error, "the file ends within a word");
          return RECORD_FAILED;
        }
      if (result != RECORD_READ)
        return result;
      const guint8 *nul = memchr (self->at, '\0', (gsize)(self->end - self->at));
      const guint8 *part_end = nul != NULL ? nul : self->end;
      gsize n_room = MAX_KEPT - self->word->len;
      g_string_append_len (self->word, (const char *)self->at,
                           (gssize)MIN (n_room, (gsize)(part_end - self->at)));
      self->at = part_end;
      if (nul != NULL)
        break;
    }
  self->at++;
  return RECORD_READ;
}

static gboolean
records_read_number (Records *self, guint n_bytes, guint64 *ret_number, GError **error)
{
  guint64 number = 0;
  for (guint i = 0; i < n_bytes; i++)
    {
      RecordResult result = records_fill (self, error);
      if (result == RECORD_END)
        return records_damaged (self, error, "the file ends within a number");
      if (result == RECORD_FAILED)
        return FALSE;
      number = number << 8 | *self->at++;
    }
  *ret_number = number;
  return TRUE;
}

/* Returns the word of the record as it is kept, or NULL when there is no more room. */
static const char *
keep_word (StardictIndex *self, const Records *records, GError **error)
{
  GString *word = records->word;
  gsize n = word->len;
  if (n == MAX_KEPT)
    {
      /* Only whole characters, so that it is not taken for bad UTF-8. */
      const char *last = g_utf8_find_prev_char (word->str, word->str + n);
      n = last != NULL ? (gsize)(last - word->str) : n;
      g_string_truncate (word, n);
    }
  self->n_string_bytes += n + 1;
  if (self->n_string_bytes > MAX_STRINGS)
    {
      records_damaged (records, error, "there are more words than this program can read");
      return NULL;
    }
  return g_string_chunk_insert_len (self->strings, word->str, (gssize)n);
}

/* Says how many records a file has, when that is not what was announced. */
static gboolean
check_count (const Records *records, guint64 n_expected, const char *key, GError **error)
{
  if (records->n_records == n_expected)
    return TRUE;
  g_set_error (error, SOURCE_ERROR, SOURCE_ERROR_DAMAGED,
               "cannot read %s: it has %" G_GUINT64_FORMAT " records, and the %s of its .ifo is "
               "%" G_GUINT64_FORMAT,
               byte_stream_name (records->stream), records->n_records, key, n_expected);
  return FALSE;
}

/* Whether there is room for one more of @n_expected records. */
static gboolean
check_room (const Records *records, guint64 n_expected, const char *key, GError **error)
{
  if (records->n_records == n_expected)
    return records_damaged (records, error,
                            "there are more than the %" G_GUINT64_FORMAT
                            " records that the %s of its .ifo says",
                            n_expected, key);
  if (records->n_records == MAX_RECORDS)
    return records_damaged (records, error, "there are more records than this program can read");
  return TRUE;
}

static gboolean
add_word (
    StardictIndex *self, Records *records, guint n_offset_bytes, guint64 body_size, GError **error)
{
  guint64 offset = 0;
  guint64 length = 0;
  const char *word = keep_word (self, records, error);
  if (word == NULL || !records_read_number (records, n_offset_bytes, &offset, error) ||
      !records_read_number (records, 4, &length, error))
    return FALSE;
  if (offset > body_size || length > body_size - offset)
    return records_damaged (records, error,
                            "the article from byte %" G_GUINT64_FORMAT ", %" G_GUINT64_FORMAT
                            " long, ends after the %" G_GUINT64_FORMAT " bytes of the body",
                            offset, length, body_size);
  StardictWord entry = { offset, word, (guint32)length, (guint32)records->n_records++ };
  g_array_append_val (self->words, entry);
  return TRUE;
}

static gboolean
read_words (StardictIndex *self,
            const char *path,
            const StardictInfo *info,
            guint64 body_size,
            GError **error)
{
  g_auto (Records) records = { 0 };
  if (!records_open (&records, path, info->index_size, error))
    return FALSE;
  RecordResult result;
  while ((result = records_read_word (&records, error)) == RECORD_READ)
    if (!check_room (&records, info->n_words, "wordcount", error) ||
        !add_word (self, &records, info->n_offset_bytes, body_size, error))
      return FALSE;
  if (result == RECORD_FAILED || !check_count (&records, info->n_words, "wordcount", error))
    return FALSE;
  if (records.n_before != info->index_size)
    {
      g_set_error (error, SOURCE_ERROR, SOURCE_ERROR_DAMAGED,
                   "cannot read %s: it has %" G_GUINT64_FORMAT
                   " bytes, and the idxfilesize of its .ifo is %" G_GUINT64_FORMAT,
                   byte_stream_name (records.stream), records.n_before, info->index_size);
      return FALSE;
    }
  return TRUE;
}

static gboolean
add_synonym (StardictIndex *self, Records *records, GError **error)
{
  guint64 number = 0;
  const char *word = keep_word (self, records, error);
  if (word == NULL || !records_read_number (records, 4, &number, error))
    return FALSE;
  if (number >= self->words->len)
    return records_damaged (records, error,
                            "it is a synonym of word %" G_GUINT64_FORMAT
                            ", counted from 0, and there are %u",
                            number, self->words->len);
  StardictSynonym synonym = { word, (guint32)number };
  g_array_append_val (self->synonyms, synonym);
  records->n_records++;
  return TRUE;
}

static gboolean
read_synonyms (StardictIndex *self, const char *path, guint64 n_expected, GError **error)
{
  g_auto (Records) records = { 0 };
  if (!records_open (&records, path, G_MAXUINT64, error))
    return FALSE;
  RecordResult result;
  while ((result = records_read_word (&records, error)) == RECORD_READ)
    if (!check_room (&records, n_expected, "synwordcount", error) ||
        !add_synonym (self, &records, error))
      return FALSE;
  return result == RECORD_END && check_count (&records, n_expected, "synwordcount", error);
}

static int
compare_words (const void *a_data, const void *b_data)
{
  const StardictWord *a = a_data;
  const StardictWord *b = b_data;
  if (a->offset != b->offset)
    return a->offset < b->offset ? -1 : 1;
  if (a->length != b->length)
    return a->length < b->length ? -1 : 1;
  int order = strcmp (a->word, b->word);
  if (order != 0)
    return order;
  return a->number < b->number ? -1 : a->number > b->number;
}

static int
compare_synonyms (const void *a_data, const void *b_data)
{
  const StardictSynonym *a = a_data;
  const StardictSynonym *b = b_data;
  if (a->number != b->number)
    return a->number < b->number ? -1 : 1;
  return 0;
}

void
stardict_index_free (StardictIndex *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_string_chunk_free (self->strings);
  g_array_unref (self->words);
  g_array_unref (self->synonyms);
  g_free (self);
}

StardictIndex *
stardict_index_read (const char *path,
                     const char *synonyms_path,
                     const StardictInfo *info,
                     guint64 body_size,
                     GError **error)
{
  g_autoptr (StardictIndex) self = g_new0 (StardictIndex, 1);
  self->name = file_display_name (path);
  self->strings = g_string_chunk_new ((gsize)64 * 1024);
  self->words = g_array_new (FALSE, FALSE, sizeof (StardictWord));
  self->synonyms = g_array_new (FALSE, FALSE, sizeof (StardictSynonym));
  if (!read_words (self, path, info, body_size, error))
    return NULL;
  if (synonyms_path != NULL && !read_synonyms (self, synonyms_path, info->n_synonyms, error))
    return NULL;
  qsort (self->words->data, self->words->len, sizeof (StardictWord), compare_words);
  if (self->synonyms->len > 0)
    qsort (self->synonyms->data, self->synonyms->len, sizeof (StardictSynonym), compare_synonyms);
  return g_steal_pointer (&self);
}

const StardictWord *
stardict_index_words (const StardictIndex *self, gsize *ret_n)
{
  *ret_n = self->words->len;
  return (const StardictWord *)(gconstpointer)self->words->data;
}

const StardictSynonym *
stardict_index_synonyms (const StardictIndex *self, const StardictWord *word, gsize *ret_n)
{
  const StardictSynonym *all = (const StardictSynonym *)(gconstpointer)self->synonyms->data;
  *ret_n = 0;
  if (self->synonyms->len == 0)
    return NULL;
  gsize first = 0;
  gsize end = self->synonyms->len;
  while (first < end)
    {
      gsize middle = first + (end - first) / 2;
      if (all[middle].number < word->number)
        first = middle + 1;
      else
        end = middle;
    }
  while (end < self->synonyms->len && all[end].number == word->number)
    end++;
  *ret_n = end - first;
  return all + first;
}

gboolean
stardict_index_damaged (const StardictIndex *self,
                        const StardictWord *word,
                        const char *reason,
                        GError **error)
{
  g_set_error (error, SOURCE_ERROR, SOURCE_ERROR_DAMAGED, "cannot read %s: record %u: %s",
               self->name, word->number + 1, reason);
  return FALSE;
}
