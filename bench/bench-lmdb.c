/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One lookup in the compiled form of our own beside one in LMDB, in one thread and without a
 * server: bench-lmdb CACHE_DIR SOURCE Both hold the same entries under the same keys, are asked the
 * same words in the same random order, and copy what they find. docs/decisions/0003 is made of it.
 */
#include "server/dictionary/library.h"

#include <glib/gstdio.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_ASKED 200000
#define N_ROUNDS 5
#define MAP_BYTES ((gsize)1 << 32)
#define MAX_ANSWER (1024 * 1024)

typedef struct
{
  Library *library;
  GPtrArray *words;
  MDB_env *env;
  MDB_dbi dbi;
  char *answer; /* what was found is copied to */
} Bench;

static void
check (int code)
{
  if (code == 0)
    return;
  (void)fprintf (stderr, "bench-lmdb: %s\n", mdb_strerror (code));
  exit (1);
}

static gsize
ask_library (Bench *bench, const char *word)
{
  const LibrarySelection all = { .n_indexes = 0 };
  LibraryEntry entry;
  LibraryKey key;

  library_fold (word, strlen (word), &key);
  if (library_define (bench->library, word, strlen (word), &key, &all, 1, &entry) != 1)
    return 0;
  memcpy (bench->answer, entry.rest, entry.n_rest);
  return entry.n_rest;
}

static gsize
ask_lmdb (Bench *bench, MDB_txn *txn, const char *word)
{
  LibraryKey key;
  MDB_val value;

  library_fold (word, strlen (word), &key);
  MDB_val name = { .mv_size = key.n_bytes, .mv_data = key.text };
  if (mdb_get (txn, bench->dbi, &name, &value) != 0)
    return 0;
  memcpy (bench->answer, value.mv_data, value.mv_size);
  return value.mv_size;
}

static void
fill (Bench *bench, const char *dir)
{
  MDB_txn *txn;

  check (mdb_env_create (&bench->env));
  check (mdb_env_set_mapsize (bench->env, MAP_BYTES));
  check (mdb_env_open (bench->env, dir, MDB_NOSYNC, 0600));
  check (mdb_txn_begin (bench->env, NULL, 0, &txn));
  check (mdb_dbi_open (txn, NULL, MDB_CREATE, &bench->dbi));
  for (guint i = 0; i < bench->words->len; i++)
    {
      const char *word = g_ptr_array_index (bench->words, i);
      gsize n = ask_library (bench, word);
      LibraryKey key;

      library_fold (word, strlen (word), &key);
      MDB_val name = { .mv_size = key.n_bytes, .mv_data = key.text };
      MDB_val value = { .mv_size = n, .mv_data = bench->answer };
      if (n > 0 && key.n_bytes <= 511)
        check (mdb_put (txn, bench->dbi, &name, &value, 0));
    }
  check (mdb_txn_commit (txn));
}

static double
time_library (Bench *bench)
{
  gint64 start_us = g_get_monotonic_time ();

  for (guint i = 0; i < N_ASKED; i++)
    (void)ask_library (bench, g_ptr_array_index (bench->words, i % bench->words->len));
  return (double)(g_get_monotonic_time () - start_us) / N_ASKED;
}

/* A server renews its read transaction for each batch of requests at the latest; @per_ask: for
 * each. */
static double
time_lmdb (Bench *bench, gboolean per_ask)
{
  gint64 start_us = g_get_monotonic_time ();
  MDB_txn *txn;

  check (mdb_txn_begin (bench->env, NULL, MDB_RDONLY, &txn));
  for (guint i = 0; i < N_ASKED; i++)
    {
      if (per_ask)
        {
          mdb_txn_reset (txn);
          check (mdb_txn_renew (txn));
        }
      (void)ask_lmdb (bench, txn, g_ptr_array_index (bench->words, i % bench->words->len));
    }
  mdb_txn_abort (txn);
  return (double)(g_get_monotonic_time () - start_us) / N_ASKED;
}

static void
read_words (Bench *bench)
{
  static LibraryMatch matches[1000];
  const LibrarySelection all = { .n_indexes = 0 };
  GRand *random = g_rand_new_with_seed (1);

  /* Enough of them by their beginnings: two letters, a thousand words each. */
  for (guint i = 0; i < 26 * 26; i++)
    {
      const char prefix[] = { (char)('a' + i / 26), (char)('a' + i % 26) };
      gboolean more;
      LibraryKey key;

      library_fold (prefix, sizeof prefix, &key);
      int n = library_match (bench->library, &key, LIBRARY_STRATEGY_PREFIX, &all,
                             G_N_ELEMENTS (matches), matches, &more);
      for (int j = 0; j < n; j++)
        g_ptr_array_add (bench->words, g_strndup (matches[j].headword, matches[j].n_headword));
    }
  for (guint i = bench->words->len; i > 1; i--)
    {
      guint j = (guint)g_rand_int_range (random, 0, (gint32)i);
      gpointer word = bench->words->pdata[i - 1];

      bench->words->pdata[i - 1] = bench->words->pdata[j];
      bench->words->pdata[j] = word;
    }
  g_rand_free (random);
}

int
main (int argc, char **argv)
{
  if (argc != 3)
    {
      (void)fprintf (stderr, "Usage: bench-lmdb CACHE_DIR SOURCE\n");
      return 2;
    }
  g_autoptr (GError) error = NULL;
  const LibrarySource source = { .path = argv[2], .required = TRUE };
  const LibraryOptions options = { .cache_dir = argv[1] };
  g_autofree char *dir = g_dir_make_tmp ("bench-lmdb-XXXXXX", &error);
  g_autoptr (Library) library = dir != NULL ? library_load (&source, 1, &options, &error) : NULL;

  if (library == NULL)
    {
      (void)fprintf (stderr, "bench-lmdb: %s\n", error->message);
      return 1;
    }
  Bench bench = {
    .library = library,
    .words = g_ptr_array_new_with_free_func (g_free),
    .answer = g_malloc (MAX_ANSWER),
  };
  read_words (&bench);
  fill (&bench, dir);

  printf ("%u words of %s\n", bench.words->len, argv[2]);
  for (guint i = 0; i < N_ROUNDS; i++)
    printf ("own %.3f us, lmdb %.3f us in one transaction, %.3f us renewing it each time\n",
            time_library (&bench), time_lmdb (&bench, FALSE), time_lmdb (&bench, TRUE));

  mdb_env_close (bench.env);
  g_autofree char *data = g_build_filename (dir, "data.mdb", NULL);
  g_autofree char *lock = g_build_filename (dir, "lock.mdb", NULL);
  (void)g_unlink (data);
  (void)g_unlink (lock);
  (void)g_rmdir (dir);
  g_ptr_array_unref (bench.words);
  g_free (bench.answer);
  return 0;
}
