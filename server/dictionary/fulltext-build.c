/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Building a full-text index.
 */
#include <sqlite3.h>
#include <string.h>

#include "server/dictionary/cache-file.h"
#include "server/dictionary/fulltext-layout.h"
#include "server/dictionary/fulltext-tokenizer.h"
#include "server/dictionary/fulltext.h"
#include "server/dictionary/source.h"

/* Virtual machine steps between two reports of a build: some thousand rows. */
#define STEPS_PER_REPORT 20000

typedef struct
{
  guint32 rank;
  guint32 address;
} Row;

typedef struct
{
  const Dictionary *dictionary;
  const char *name;
  const LibraryOptions *options;
  const char *path; /* for messages */
  sqlite3 *db;
  GArray *rows; /* Row */
  guint n_done; /* of them */
  gboolean is_given_up;
} Build;

/* FALSE, always. */
static gboolean
build_fail (const Build *self, GError **error)
{
  if (self->is_given_up)
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INTR, "indexing %s was given up", self->name);
  else
    g_set_error (error, CACHE_FILE_ERROR, CACHE_FILE_ERROR_FILE,
                 "cannot write the full-text index %s: %s", self->path,
                 self->db ? sqlite3_errmsg (self->db) : "out of memory");
  return FALSE;
}

static gboolean
build_execute (const Build *self, const char *sql, GError **error)
{
  return sqlite3_exec (self->db, sql, NULL, NULL, NULL) == SQLITE_OK || build_fail (self, error);
}

static gboolean
build_damaged (const Build *self, GError **error)
{
  g_set_error (error, SOURCE_ERROR, SOURCE_ERROR_DAMAGED,
               "cannot index %s: its compiled form is damaged", self->name);
  return FALSE;
}

/* Ranked ones first, the most frequent at the top; the rest as in the source. */
static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const Row *one = a;
  const Row *other = b;
  /* 0, unknown, becomes the last. */
  guint32 one_rank = one->rank - 1;
  guint32 other_rank = other->rank - 1;

  if (one_rank != other_rank)
    return one_rank < other_rank ? -1 : 1;
  return one->address < other->address ? -1 : one->address > other->address;
}

static gboolean
build_order (Build *self, GError **error)
{
  DictionaryFind find;
  LibraryEntry entry;
  guint32 cursor = 0;
  Row row;

  while ((find = dictionary_next (self->dictionary, &cursor, &row.address, &entry)) ==
         DICTIONARY_FOUND)
    {
      row.rank = entry.rank;
      g_array_append_val (self->rows, row);
    }
  if (find == DICTIONARY_DAMAGED)
    return build_damaged (self, error);
  g_array_sort (self->rows, compare_rows);
  return TRUE;
}

/* SQLite's progress handler. Not 0: stop. */
static int
build_look (void *data)
{
  Build *self = data;
  const LibraryOptions *options = self->options;

  if (options->index_progress &&
      !options->index_progress (self->name, self->n_done, self->rows->len, options->data))
    self->is_given_up = TRUE;
  return self->is_given_up;
}

static gboolean
build_begin (Build *self, GError **error)
{
  g_autofree char *identity = g_strdup_printf ("PRAGMA application_id=%d; PRAGMA user_version=%d",
                                               FULLTEXT_APPLICATION_ID, FULLTEXT_VERSION);

  /* Nobody else sees the file before it is renamed, and it is put on the disk just before that: a
   * journal would save nothing. Nearly always the whole index fits into FTS5's memory, and is
   * written once, sorted, in one segment. */
  sqlite3_progress_handler (self->db, STEPS_PER_REPORT, build_look, self);
  return build_execute (self,
                        "PRAGMA page_size=4096; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
                        "PRAGMA locking_mode=EXCLUSIVE; PRAGMA cache_size=-8192;"
                        "PRAGMA temp_store=MEMORY",
                        error) &&
         build_execute (self, identity, error) &&
         build_execute (self,
                        "BEGIN;"
                        "CREATE TABLE source(stamp BLOB, n_bytes INTEGER, n_rows INTEGER);"
                        "CREATE TABLE addresses(chunk INTEGER PRIMARY KEY, words BLOB);"
                        "CREATE VIRTUAL TABLE entries USING fts5(text, headword, content='',"
                        " columnsize=0, tokenize='" FULLTEXT_TOKENIZER "');"
                        "INSERT INTO entries(entries, rank) VALUES('automerge', 0);"
                        "INSERT INTO entries(entries, rank) VALUES('hashsize', 134217728)",
                        error);
}

static gboolean
build_stamp (const Build *self, GError **error)
{
  sqlite3_stmt *insert = NULL;
  LayoutStamp stamp = dictionary_stamp (self->dictionary);
  gboolean ok = sqlite3_prepare_v2 (self->db, "INSERT INTO source VALUES(?1, ?2, ?3)", -1, &insert,
                                    NULL) == SQLITE_OK;

  if (ok)
    {
      (void)sqlite3_bind_blob (insert, 1, stamp.bytes, sizeof stamp.bytes, SQLITE_STATIC);
      (void)sqlite3_bind_int64 (insert, 2, (gint64)dictionary_n_bytes (self->dictionary));
      (void)sqlite3_bind_int64 (insert, 3, self->rows->len);
      ok = sqlite3_step (insert) == SQLITE_DONE;
    }
  if (!ok)
    build_fail (self, error);
  (void)sqlite3_finalize (insert);
  return ok;
}

static gboolean
build_addresses (const Build *self, GError **error)
{
  guint32 words[FULLTEXT_ROWS_PER_CHUNK];
  sqlite3_stmt *insert = NULL;
  gboolean ok = sqlite3_prepare_v2 (self->db, "INSERT INTO addresses VALUES(?1, ?2)", -1, &insert,
                                    NULL) == SQLITE_OK;

  for (guint at = 0; ok && at < self->rows->len; at += FULLTEXT_ROWS_PER_CHUNK)
    {
      guint n = MIN (self->rows->len - at, FULLTEXT_ROWS_PER_CHUNK);

      for (guint i = 0; i < n; i++)
        words[i] = g_array_index (self->rows, Row, at + i).address;
      (void)sqlite3_bind_int64 (insert, 1, at / FULLTEXT_ROWS_PER_CHUNK);
      (void)sqlite3_bind_blob (insert, 2, words, (int)(n * sizeof *words), SQLITE_STATIC);
      ok = sqlite3_step (insert) == SQLITE_DONE && sqlite3_reset (insert) == SQLITE_OK;
    }
  if (!ok)
    build_fail (self, error);
  (void)sqlite3_finalize (insert);
  return ok;
}

static gboolean
build_row (const Build *self, sqlite3_stmt *insert, guint index, GString *scratch, GError **error)
{
  LibraryEntry entry;

  if (!dictionary_record (self->dictionary, g_array_index (self->rows, Row, index).address, &entry))
    return build_damaged (self, error);
  g_string_truncate (scratch, 0);
  g_string_append_c (scratch, FULLTEXT_HEADWORD_MARK);
  g_string_append_len (scratch, entry.headword, entry.n_headword);
  (void)sqlite3_bind_int64 (insert, 1, (gint64)index + 1);
  (void)sqlite3_bind_text (insert, 2, entry.text, (int)entry.n_text, SQLITE_STATIC);
  (void)sqlite3_bind_text (insert, 3, scratch->str, (int)scratch->len, SQLITE_STATIC);
  if (sqlite3_step (insert) != SQLITE_DONE || sqlite3_reset (insert) != SQLITE_OK)
    return build_fail (self, error);
  return TRUE;
}

static gboolean
build_rows (Build *self, GError **error)
{
  g_autoptr (GString) scratch = g_string_new (NULL);
  sqlite3_stmt *insert = NULL;
  gboolean ok = TRUE;

  if (sqlite3_prepare_v2 (self->db, "INSERT INTO entries(rowid, text, headword) VALUES(?1, ?2, ?3)",
                          -1, &insert, NULL) != SQLITE_OK)
    ok = build_fail (self, error);
  for (; ok && self->n_done < self->rows->len; self->n_done++)
    ok = build_row (self, insert, self->n_done, scratch, error);
  (void)sqlite3_finalize (insert);
  return ok;
}

/* The database in the empty file at @path. */
static gboolean
build_file (Build *self, const char *path, GError **error)
{
  gboolean ok;

  /* The file is there, and empty. */
  if (sqlite3_open_v2 (path, &self->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) !=
          SQLITE_OK ||
      fulltext_register_tokenizer (self->db) != SQLITE_OK)
    ok = build_fail (self, error);
  else
    ok = build_begin (self, error) && build_stamp (self, error) && build_addresses (self, error) &&
         build_rows (self, error) &&
         build_execute (self, "INSERT INTO entries(entries) VALUES('optimize'); COMMIT", error);
  (void)sqlite3_close_v2 (self->db);
  self->db = NULL;
  return ok;
}

/* While another process makes it, nothing of it is done here. */
static gboolean
build_wait (gpointer data)
{
  const Build *self = data;
  const LibraryOptions *options = self->options;

  return !options->index_progress || options->index_progress (self->name, 0, 1, options->data);
}

gboolean
fulltext_build (const char *path,
                const Dictionary *dictionary,
                const char *name,
                const LibraryOptions *options,
                GError **error)
{
  Build build = { .dictionary = dictionary, .name = name, .options = options, .path = path };
  g_autoptr (CacheFile) file = cache_file_begin (path, build_wait, &build, error);
  Fulltext *built;
  gboolean ok;

  if (!file)
    return FALSE;
  /* Whoever held the lock before may have done it. */
  built = fulltext_open (path, dictionary, NULL);
  fulltext_free (built);
  if (built)
    return TRUE;
  build.rows = g_array_new (FALSE, FALSE, sizeof (Row));
  ok = build_order (&build, error) && build_file (&build, cache_file_aside (file), error) &&
       cache_file_commit (file, "", 0, error);
  g_array_unref (build.rows);
  return ok;
}
