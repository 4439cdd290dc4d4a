/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Opening and asking full-text indexes: a connection for each who asks at the same time.
 */
#include "server/dictionary/fulltext.h"

#include <sqlite3.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "server/dictionary/fulltext-layout.h"
#include "server/dictionary/fulltext-tokenizer.h"
#include "server/dictionary/source.h"

#define MMAP_BYTES "1073741824"
#define MAX_READERS 8 /* connections that wait for a question */

/* Virtual machine steps between two looks at the clock. Inside of FTS5 each page that is read takes
 * a few steps, and reading pages is what a question without an answer goes on with. */
#define STEPS_PER_LOOK 16

typedef struct
{
  sqlite3 *db;
  sqlite3_stmt *find;
  sqlite3_stmt *chunk;
} Reader;

struct Fulltext
{
  char *path;
  const Dictionary *dictionary;
  _Atomic (Reader *) idle[MAX_READERS];
};

static void
reader_free (Reader *self)
{
  if (!self)
    return;
  (void)sqlite3_finalize (self->find);
  (void)sqlite3_finalize (self->chunk);
  (void)sqlite3_close_v2 (self->db);
  g_free (self);
}

static gboolean
reader_prepare (Reader *self)
{
  return fulltext_register_tokenizer (self->db) == SQLITE_OK &&
         sqlite3_exec (self->db,
                       "PRAGMA mmap_size=" MMAP_BYTES "; PRAGMA cache_size=-512;"
                       "PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF;"
                       "PRAGMA query_only=ON",
                       NULL, NULL, NULL) == SQLITE_OK &&
         sqlite3_prepare_v3 (self->db,
                             "SELECT rowid FROM entries WHERE entries MATCH ?1 ORDER BY rowid", -1,
                             SQLITE_PREPARE_PERSISTENT, &self->find, NULL) == SQLITE_OK &&
         sqlite3_prepare_v3 (self->db, "SELECT words FROM addresses WHERE chunk=?1", -1,
                             SQLITE_PREPARE_PERSISTENT, &self->chunk, NULL) == SQLITE_OK;
}

/* NULL: the file is no index. */
static Reader *
reader_new (const char *path)
{
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);
  g_autofree char *immutable = g_strconcat (uri, "?immutable=1", NULL);
  Reader *self = g_new0 (Reader, 1);

  if (sqlite3_open_v2 (immutable, &self->db,
                       SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX,
                       NULL) == SQLITE_OK &&
      reader_prepare (self))
    return self;
  reader_free (self);
  return NULL;
}

static gint64
pragma_number (sqlite3 *db, const char *pragma)
{
  sqlite3_stmt *statement = NULL;
  gint64 number = -1;

  if (sqlite3_prepare_v2 (db, pragma, -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_step (statement) == SQLITE_ROW)
    number = sqlite3_column_int64 (statement, 0);
  (void)sqlite3_finalize (statement);
  return number;
}

static gboolean
fits (sqlite3 *db, const Dictionary *dictionary)
{
  LayoutStamp stamp = dictionary_stamp (dictionary);
  sqlite3_stmt *statement = NULL;
  gboolean same;

  if (pragma_number (db, "PRAGMA application_id") != FULLTEXT_APPLICATION_ID ||
      pragma_number (db, "PRAGMA user_version") != FULLTEXT_VERSION)
    return FALSE;
  same = sqlite3_prepare_v2 (db, "SELECT stamp, n_bytes FROM source", -1, &statement, NULL) ==
             SQLITE_OK &&
         sqlite3_step (statement) == SQLITE_ROW &&
         sqlite3_column_bytes (statement, 0) == (int)sizeof stamp.bytes &&
         memcmp (sqlite3_column_blob (statement, 0), stamp.bytes, sizeof stamp.bytes) == 0 &&
         sqlite3_column_int64 (statement, 1) == (gint64)dictionary_n_bytes (dictionary);
  (void)sqlite3_finalize (statement);
  return same;
}

/* NULL: what is there, if anything, is not the index of @dictionary. */
static Reader *
reader_new_fitting (const char *path, const Dictionary *dictionary)
{
  Reader *reader = access (path, R_OK) == 0 ? reader_new (path) : NULL;

  if (!reader || fits (reader->db, dictionary))
    return reader;
  reader_free (reader);
  return NULL;
}

Fulltext *
fulltext_open (const char *path, const Dictionary *dictionary, GError **error)
{
  Reader *reader = reader_new_fitting (path, dictionary);
  Fulltext *self;

  if (!reader)
    {
      g_set_error (error, SOURCE_ERROR, SOURCE_ERROR_DAMAGED,
                   "%s is not the full-text index of this dictionary", path);
      return NULL;
    }
  self = g_new0 (Fulltext, 1);
  self->path = g_strdup (path);
  self->dictionary = dictionary;
  atomic_init (&self->idle[0], reader);
  for (guint i = 1; i < MAX_READERS; i++)
    atomic_init (&self->idle[i], NULL);
  return self;
}

void
fulltext_free (Fulltext *self)
{
  if (!self)
    return;
  for (guint i = 0; i < MAX_READERS; i++)
    reader_free (atomic_load_explicit (&self->idle[i], memory_order_acquire));
  g_free (self->path);
  g_free (self);
}

/* What no longer fits is built again anyway, or is another's by now. */
void
fulltext_condemn (const Fulltext *self)
{
  Reader *reader = reader_new_fitting (self->path, self->dictionary);

  if (reader)
    (void)unlink (self->path);
  reader_free (reader);
}

/* NULL: none is idle, and a reload has put another index into the file's place. */
static Reader *
take_reader (Fulltext *self)
{
  for (guint i = 0; i < MAX_READERS; i++)
    {
      Reader *reader = atomic_exchange_explicit (&self->idle[i], NULL, memory_order_acq_rel);

      if (reader)
        return reader;
    }
  return reader_new_fitting (self->path, self->dictionary);
}

static void
give_reader_back (Fulltext *self, Reader *reader)
{
  for (guint i = 0; i < MAX_READERS; i++)
    {
      Reader *nobody = NULL;

      if (atomic_compare_exchange_strong_explicit (&self->idle[i], &nobody, reader,
                                                   memory_order_acq_rel, memory_order_relaxed))
        return;
    }
  reader_free (reader);
}

gint64
fulltext_clock_us (void)
{
  struct timespec now;

  (void)clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

gboolean
fulltext_is_over (const FulltextBounds *bounds)
{
  return fulltext_clock_us () > bounds->deadline_us ||
         (bounds->cancelled && atomic_load_explicit (bounds->cancelled, memory_order_relaxed));
}

typedef struct
{
  const FulltextBounds *bounds;
  gboolean is_over;
} Watch;

/* SQLite's progress handler. Not 0: stop. */
static int
look (void *data)
{
  Watch *watch = data;

  watch->is_over = watch->is_over || fulltext_is_over (watch->bounds);
  return watch->is_over;
}

/* The chunk's addresses into @words. Returns: how many */
static guint
read_chunk (const Reader *reader, gint64 chunk, guint32 words[FULLTEXT_ROWS_PER_CHUNK])
{
  guint n = 0;

  (void)sqlite3_bind_int64 (reader->chunk, 1, chunk);
  if (sqlite3_step (reader->chunk) == SQLITE_ROW)
    {
      n = (guint)sqlite3_column_bytes (reader->chunk, 0) / sizeof *words;
      n = MIN (n, FULLTEXT_ROWS_PER_CHUNK);
      if (n > 0)
        memcpy (words, sqlite3_column_blob (reader->chunk, 0), n * sizeof *words);
    }
  (void)sqlite3_reset (reader->chunk);
  return n;
}

static FulltextEnd
read_rows (const Reader *reader, guint limit, GArray *addresses)
{
  guint32 words[FULLTEXT_ROWS_PER_CHUNK];
  gint64 chunk = -1;
  guint n_words = 0;
  int code;

  while ((code = sqlite3_step (reader->find)) == SQLITE_ROW)
    {
      gint64 row = sqlite3_column_int64 (reader->find, 0) - 1;

      if (limit-- == 0)
        return FULLTEXT_CUT;
      if (row / FULLTEXT_ROWS_PER_CHUNK != chunk)
        {
          chunk = row / FULLTEXT_ROWS_PER_CHUNK;
          n_words = read_chunk (reader, chunk, words);
        }
      if (row < 0 || row % FULLTEXT_ROWS_PER_CHUNK >= n_words)
        return FULLTEXT_DAMAGED;
      g_array_append_val (addresses, words[row % FULLTEXT_ROWS_PER_CHUNK]);
    }
  if (code == SQLITE_DONE)
    return FULLTEXT_COMPLETE;
  return FULLTEXT_DAMAGED;
}

FulltextEnd
fulltext_find (Fulltext *self,
               const char *expression,
               const FulltextBounds *bounds,
               GArray *addresses)
{
  Watch watch = { bounds, FALSE };
  Reader *reader = take_reader (self);
  FulltextEnd end = FULLTEXT_REPLACED;

  if (reader)
    {
      sqlite3_progress_handler (reader->db, STEPS_PER_LOOK, look, &watch);
      (void)sqlite3_bind_text (reader->find, 1, expression, -1, SQLITE_STATIC);
      end = read_rows (reader, bounds->limit, addresses);
      /* FTS5 takes some of its reads that were stopped for damage. */
      if (watch.is_over)
        end = FULLTEXT_CUT;
      (void)sqlite3_reset (reader->find);
      (void)sqlite3_clear_bindings (reader->find);
      sqlite3_progress_handler (reader->db, 0, NULL, NULL);
      give_reader_back (self, reader);
    }
  if (end == FULLTEXT_DAMAGED)
    fulltext_condemn (self);
  return end;
}
