/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What only all of CC-CEDICT can show: that simplified and traditional queries give the same
 * entries for each of its words, and that pinyin without tones finds the word that is meant.
 *   test-cedict-whole PINYIN.TSV CEDICT.JSON
 * PARLANCE_CEDICT names another file. Where there is none the tests are skipped.
 */
#include <stdlib.h>
#include <string.h>

#include "server/dictionary/formats/cedict-record.h"
#include "server/dictionary/library.h"
#include "tests/dictionary/recording-sink.h"

#define MAX_ENTRIES 100
#define N_FIRST 5        /* places in which the common word must be */
#define LEAST_PERCENT 95 /* of the queries for which it is */

static const char *pinyin_path;
static const char *cedict_path;

static Library *
load (const TestFolder *folder)
{
  g_autofree char *path = g_strdup (cedict_path);
  LibrarySource source = { .path = path, .required = TRUE };
  LibraryOptions options = { .cache_dir = folder->path };
  g_autoptr (GError) error = NULL;
  Library *library = library_load (&source, 1, &options, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (library_n_dictionaries (library), ==, 1);
  return library;
}

static gboolean
skip_without_cedict (void)
{
  if (cedict_path != NULL && g_file_test (cedict_path, G_FILE_TEST_EXISTS))
    return FALSE;
  g_test_skip ("CC-CEDICT is not there: ./quickstart fetches it, or PARLANCE_CEDICT names it");
  return TRUE;
}

static int
define (const Library *library, const char *word, LibraryEntry entries[MAX_ENTRIES])
{
  LibrarySelection all = { .n_indexes = 0 };
  LibraryKey key;
  library_fold (word, strlen (word), &key);
  return library_define (library, word, strlen (word), &key, &all, MAX_ENTRIES, entries);
}

static int
compare_places (const void *a, const void *b)
{
  const LibraryEntry *one = a, *other = b;
  return (one->rest > other->rest) - (one->rest < other->rest);
}

/* The entries of both, whatever their order. */
static gboolean
are_same (const Library *library, const char *simplified, const char *traditional)
{
  LibraryEntry ones[MAX_ENTRIES], others[MAX_ENTRIES];
  int n = define (library, simplified, ones);
  if (n <= 0 || n == MAX_ENTRIES || define (library, traditional, others) != n)
    return FALSE;
  qsort (ones, (gsize)n, sizeof *ones, compare_places);
  qsort (others, (gsize)n, sizeof *others, compare_places);
  for (int i = 0; i < n; i++)
    if (ones[i].rest != others[i].rest)
      return FALSE;
  return TRUE;
}

static void
either_script_finds_the_same (void)
{
  if (skip_without_cedict ())
    return;
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_autoptr (Library) library = load (&folder);
  g_autoptr (Input) input = input_open (cedict_path, NULL, NULL);
  g_assert_nonnull (input);
  CedictJson json = { .input = input };
  g_auto (CedictRecord) record;
  cedict_record_init (&record);
  guint n_words = 0;
  while (cedict_json_read (&json, &record, NULL) == INPUT_RECORD)
    {
      if (!are_same (library, record.simplified->str, record.traditional->str))
        g_error ("%s and %s give different entries", record.simplified->str,
                 record.traditional->str);
      n_words++;
    }
  g_assert_cmpuint (n_words, ==, library_info (library, 0)->n_entries);
}

static gboolean
is_among_first (const Library *library, const char *typed, const char *word)
{
  LibraryEntry entries[MAX_ENTRIES];
  int n = define (library, typed, entries);
  for (int i = 0; i < MIN (n, N_FIRST); i++)
    if (entries[i].n_headword == strlen (word) &&
        memcmp (entries[i].headword, word, entries[i].n_headword) == 0)
      return TRUE;
  return FALSE;
}

static void
pinyin_without_tones_finds_the_common_word (void)
{
  if (skip_without_cedict ())
    return;
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_autoptr (Library) library = load (&folder);
  g_autofree char *contents = NULL;
  g_assert_true (g_file_get_contents (pinyin_path, &contents, NULL, NULL));
  g_auto (GStrv) lines = g_strsplit (contents, "\n", -1);
  guint n_queries = 0, n_right = 0;
  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *word = strchr (lines[i], '\t');
      if (word == NULL)
        continue;
      *word++ = '\0';
      n_queries++;
      if (is_among_first (library, lines[i], word))
        n_right++;
      else
        g_test_message ("%s does not find %s", lines[i], word);
    }
  g_assert_cmpuint (n_queries, ==, 200);
  g_assert_cmpuint (n_right * 100, >=, LEAST_PERCENT * n_queries);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, >, 2);
  pinyin_path = argv[1];
  cedict_path = g_getenv ("PARLANCE_CEDICT") != NULL ? g_getenv ("PARLANCE_CEDICT") : argv[2];
  g_test_add_func ("/dictionary/cedict/either-script-finds-the-same", either_script_finds_the_same);
  g_test_add_func ("/dictionary/cedict/pinyin-without-tones-finds-the-common-word",
                   pinyin_without_tones_finds_the_common_word);
  return g_test_run ();
}
