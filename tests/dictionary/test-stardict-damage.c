/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each way in which a description, an index, synonyms or an article of StarDict can be wrong.
 */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "server/dictionary/formats/formats.h"
#include "tests/dictionary/fake-stardict.h"
#include "tests/dictionary/packed.h"

/* @file: which one has to be named. */
static void
check_damaged (const FakeStardict *source, const char *file, const char *part)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_autofree char *path = fake_stardict_write (&folder, source);
  g_autofree char *named = g_build_filename (folder.path, file, NULL);
  g_auto (RecordingSink) sink;
  recording_sink_init (&sink);
  g_autoptr (GError) error = NULL;
  g_assert_false (stardict_format.read (path, &sink.sink, &error));
  g_assert_error (error, SOURCE_ERROR, SOURCE_ERROR_DAMAGED);
  if (strstr (error->message, part) == NULL || strstr (error->message, named) == NULL ||
      strchr (error->message, '\n') != NULL)
    g_error ("expected one line with '%s' and '%s', got '%s'", part, named, error->message);
}

static void
refuses_a_wrong_description (void)
{
  static const struct
  {
    const char *info;
    SourceErrorCode code;
    const char *part;
  } wrong[] = {
    { "", SOURCE_ERROR_DAMAGED, "line 1: expected" },
    { "StarDict", SOURCE_ERROR_DAMAGED, "line 1: expected" },
    { "StarDict's treedict ifo file\n", SOURCE_ERROR_FORMAT, "line 1: it belongs" },
    { "StarDict's storage ifo file\n", SOURCE_ERROR_FORMAT, "line 1: it belongs" },
    { "StarDict's dict ifo file\n", SOURCE_ERROR_DAMAGED, "no line \"version=\"" },
    { "StarDict's dict ifo file\nversion=4\n", SOURCE_ERROR_FORMAT, "line 2: its version" },
    { "StarDict's dict ifo file\nversion=2.4.2\n", SOURCE_ERROR_DAMAGED, "\"wordcount=\"" },
    { "StarDict's dict ifo file\nversion=2.4.2\nwordcount=1\n", SOURCE_ERROR_DAMAGED,
      "\"idxfilesize=\"" },
    { "StarDict's dict ifo file\nversion=2.4.2\nwordcount=-1\nidxfilesize=0\n",
      SOURCE_ERROR_DAMAGED, "line 3: wordcount is not a number" },
    { "StarDict's dict ifo file\nversion=2.4.2\nwordcount=1\n\nidxfilesize=99999999999999999999\n",
      SOURCE_ERROR_DAMAGED, "line 5: idxfilesize is not a number" },
    { "StarDict's dict ifo file\nversion=2.4.2\nidxfilesize=0\nwordcount=0\n", SOURCE_ERROR_DAMAGED,
      "line 4: its wordcount is 0" },
    { "StarDict's dict ifo file\nversion=3.0.0\nidxfilesize=9\nwordcount=1\nidxoffsetbits=16\n",
      SOURCE_ERROR_DAMAGED, "line 5: idxoffsetbits" },
    { "StarDict's dict ifo file\nversion=2.4.2\nidxfilesize=9\nwordcount=1\nsametypesequence=m1\n",
      SOURCE_ERROR_DAMAGED, "line 5: sametypesequence" },
    { "StarDict's dict ifo file\nversion=2.4.2\nidxfilesize=9\nwordcount=1\ndicttype=other\n",
      SOURCE_ERROR_FORMAT, "line 5: its dicttype" },
    { "StarDict's dict ifo file\nbookname=\xE7\n", SOURCE_ERROR_DAMAGED, "line 2: not UTF-8" },
  };
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *path = test_folder_write (&folder, "words.ifo", wrong[i].info, -1);
      check_refused (&stardict_format, path, wrong[i].code, wrong[i].part);
    }

  GString *long_info = g_string_new ("StarDict's dict ifo file\n");
  while (long_info->len < (gsize)2 * 1024 * 1024)
    g_string_append (long_info, "note=of no interest\n");
  g_autofree char *path =
      test_folder_write (&folder, "words.ifo", long_info->str, (gssize)long_info->len);
  check_refused (&stardict_format, path, SOURCE_ERROR_DAMAGED, "it is longer than 1048576 bytes");
  g_string_free (long_info, TRUE);
}

static void
refuses_counts_that_lie (void)
{
  g_auto (FakeStardict) source;
  fake_stardict_init (&source, "sametypesequence=m\n");
  fake_stardict_add (&source, "a", "b");
  fake_stardict_add (&source, "b", "c");

  source.more_words = 1;
  check_damaged (&source, "words.idx", "it has 2 records, and the wordcount of its .ifo is 3");
  source.more_words = 1000000000;
  check_damaged (&source, "words.idx", "it has 2 records");
  source.more_words = -1;
  check_damaged (&source, "words.idx", "record 2 at byte 12: there are more than the 1 records");
  source.more_words = 0;
  source.more_bytes = 1000000000;
  check_damaged (&source, "words.idx", "it has 20 bytes, and the idxfilesize");
  source.more_bytes = -1;
  check_damaged (&source, "words.idx", "goes on after the 19 bytes");
  source.more_bytes = 0;

  fake_stardict_add_synonym (&source, "x", 1);
  source.more = "sametypesequence=m\nsynwordcount=2\n";
  check_damaged (&source, "words.syn", "it has 1 records, and the synwordcount of its .ifo is 2");
  source.more = "sametypesequence=m\nsynwordcount=0\n";
  check_damaged (&source, "words.syn", "record 1 at byte 2: there are more than the 0 records");
}

static void
refuses_records_that_lie (void)
{
  static const struct
  {
    const char *index;
    gsize n_index;
    const char *part;
  } wrong[] = {
    { "a", 1, "record 1 at byte 1: the file ends within a word" },
    { "a\0\0\0\0\0\0\0\0", 9, "record 1 at byte 9: the file ends within a number" },
    { "a\0\0\0\0\0\0\0\0\1b\0\0\0", 14, "record 2 at byte 14: the file ends within a number" },
    { "a\0\0\0\0\3\0\0\0\1", 10, "record 1 at byte 10: the article from byte 3, 1 long" },
    { "a\0\0\0\0\0\0\0\0\4", 10, "record 1 at byte 10: the article from byte 0, 4 long" },
    { "a\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 10, "the article from byte 4294967295" },
    { "\xE7\0\0\0\0\0\0\0\0\1", 10, "record 1: the word is not UTF-8" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_auto (FakeStardict) source;
      fake_stardict_init (&source, "sametypesequence=m\n");
      g_string_assign (source.body, "abc");
      g_string_append_len (source.index, wrong[i].index, (gssize)wrong[i].n_index);
      source.n_words = wrong[i].n_index > 10 ? 2 : 1;
      check_damaged (&source, "words.idx", wrong[i].part);
    }
}

static void
refuses_an_offset_past_32_bits (void)
{
  g_auto (FakeStardict) source;
  fake_stardict_init (&source, "idxoffsetbits=64\nsametypesequence=m\n");
  source.is_wide = TRUE;
  fake_stardict_add (&source, "a", "one");
  fake_stardict_add_record (&source, "c", G_GUINT64_CONSTANT (0x100000000), 1);
  check_damaged (&source, "words.idx", "record 2 at byte 28: the article from byte 4294967296, 1");
}

static void
refuses_synonyms_of_no_word (void)
{
  g_auto (FakeStardict) source;
  fake_stardict_init (&source, "sametypesequence=m\n");
  fake_stardict_add (&source, "a", "b");
  fake_stardict_add_synonym (&source, "x", 1);
  check_damaged (&source, "words.syn", "record 1 at byte 6: it is a synonym of word 1");

  g_auto (FakeStardict) foreign;
  fake_stardict_init (&foreign, "sametypesequence=m\n");
  fake_stardict_add (&foreign, "a", "b");
  fake_stardict_add_synonym (&foreign, "\xE7", 0);
  check_damaged (&foreign, "words.idx", "record 1: a synonym of it is not UTF-8");
}

static void
refuses_articles_that_lie (void)
{
  static const struct
  {
    const char *more;
    const char *article;
    gsize n_article;
    const char *part;
  } wrong[] = {
    { "", "W\0\0\0\5wave", 9, "longer than what is left" },
    { "", "W\xFF\xFF\xFF\xFFwave", 9, "longer than what is left" },
    { "", "W\0\0", 3, "longer than what is left" },
    { "", "1text", 5, "a type that is no letter" },
    { "", "mtext\0\0", 7, "a type that is no letter" },
    { "", "m\xE7", 2, "a text is not UTF-8" },
    { "sametypesequence=m\n", "a\0b", 3, "a NUL within a text" },
    { "sametypesequence=Wm\n", "\0\0\0\5wave", 8, "longer than what is left" },
    { "sametypesequence=h\n", "<b>\xFF</b>", 8, "a text is not UTF-8" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_auto (FakeStardict) source;
      fake_stardict_init (&source, wrong[i].more);
      fake_stardict_add (&source, "a", "");
      fake_stardict_add_bytes (&source, "b", wrong[i].article, wrong[i].n_article);
      check_damaged (&source, "words.idx", "record 2: ");
      check_damaged (&source, "words.idx", wrong[i].part);
    }
}

/* 40 kB that unpack to 40 MB are refused where they pass what was announced. */
static void
refuses_an_index_that_unpacks_without_end (void)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_auto (FakeStardict) source;
  fake_stardict_init (&source, "sametypesequence=m\n");
  fake_stardict_add (&source, "a", "b");
  g_string_set_size (source.index, (gsize)40 * 1024 * 1024);
  memset (source.index->str, 'a', source.index->len);
  source.is_packed = TRUE;
  source.more_bytes = 10 - 40 * 1024 * 1024;
  check_damaged (&source, "words.idx.gz", "goes on after the 10 bytes");

  /* With a size that agrees it is still one word, of which little is kept. */
  source.more_bytes = 0;
  check_damaged (&source, "words.idx.gz", "the file ends within a word");
}

static void
refuses_an_index_that_does_not_unpack (void)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_auto (FakeStardict) source;
  fake_stardict_init (&source, "sametypesequence=m\n");
  fake_stardict_add (&source, "a", "b");
  source.is_packed = TRUE;
  g_autofree char *path = fake_stardict_write (&folder, &source);
  g_autoptr (GByteArray) index = fake_stardict_gzip (source.index);
  g_autofree char *name = g_build_filename (folder.path, "words.idx.gz", NULL);

  for (guint n = 0; n < index->len; n++)
    {
      g_autoptr (GError) error = NULL;
      g_auto (RecordingSink) sink;
      recording_sink_init (&sink);
      g_assert_cmpint (g_unlink (name), ==, 0); /* GLib does not empty a file that is there */
      test_folder_add (&folder, "words.idx.gz", index->data, (gssize)n);
      g_assert_false (stardict_format.read (path, &sink.sink, &error));
      g_assert_error (error, SOURCE_ERROR, SOURCE_ERROR_DAMAGED);
      g_assert_nonnull (strstr (error->message, name));
      g_assert_nonnull (strstr (error->message, "it was cut off"));
    }
  g_autoptr (GError) error = NULL;
  g_auto (RecordingSink) sink;
  recording_sink_init (&sink);
  index->data[index->len - 5] ^= 0x80;
  test_folder_add (&folder, "words.idx.gz", index->data, (gssize)index->len);
  g_assert_false (stardict_format.read (path, &sink.sink, &error));
  g_assert_error (error, SOURCE_ERROR, SOURCE_ERROR_DAMAGED);
  g_assert_nonnull (strstr (error->message, "words.idx.gz: it does not unpack"));
}

static void
refuses_a_body_of_plain_gzip (void)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_auto (FakeStardict) source;
  fake_stardict_init (&source, "sametypesequence=m\n");
  fake_stardict_add (&source, "a", "b");
  source.is_packed = TRUE;
  g_autofree char *path = fake_stardict_write (&folder, &source);
  g_autoptr (GByteArray) body = fake_stardict_gzip (source.body);
  test_folder_add (&folder, "words.dict.dz", body->data, (gssize)body->len);
  g_autoptr (GError) error = NULL;
  g_auto (RecordingSink) sink;
  recording_sink_init (&sink);
  g_assert_false (stardict_format.read (path, &sink.sink, &error));
  g_assert_error (error, SOURCE_ERROR, SOURCE_ERROR_DAMAGED);
  g_assert_nonnull (strstr (error->message, "words.dict.dz: it is gzip without dictzip's table"));
}

static void
refuses_files_that_are_not_there (void)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_auto (FakeStardict) source;
  fake_stardict_init (&source, "");
  fake_stardict_add (&source, "a", "mb");
  g_autofree char *path = fake_stardict_write (&folder, &source);
  g_autofree char *index = g_build_filename (folder.path, "words.idx", NULL);
  g_autofree char *body = g_build_filename (folder.path, "words.dict", NULL);

  g_auto (GStrv) companions = stardict_format.companions (path);
  g_assert_cmpuint (g_strv_length (companions), ==, 2);
  g_assert_cmpstr (companions[0], ==, index);
  g_assert_cmpstr (companions[1], ==, body);

  g_assert_cmpint (g_unlink (index), ==, 0);
  check_refused (&stardict_format, path, SOURCE_ERROR_IO, "there is no .idx");
  g_assert_cmpint (symlink ("words.idx", index), ==, 0); /* a link to itself */
  g_autoptr (GError) error = NULL;
  g_auto (RecordingSink) sink;
  recording_sink_init (&sink);
  g_assert_false (stardict_format.read (path, &sink.sink, &error));
  g_assert_error (error, SOURCE_ERROR, SOURCE_ERROR_IO);
  g_assert_nonnull (strstr (error->message, "words.idx: Too many levels of symbolic links"));

  g_assert_cmpint (g_unlink (body), ==, 0);
  check_refused (&stardict_format, path, SOURCE_ERROR_IO, "there is no .dict");
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (symlink ("words.ifo", path), ==, 0);
  check_refused (&stardict_format, path, SOURCE_ERROR_IO, "Too many levels of symbolic links");
}

/* A sink that cuts the body short when the first entry comes. */
typedef struct
{
  RecordingSink recording;
  gboolean (*entry) (SourceSink *sink, const SourceEntry *entry, GError **error);
  const char *body;
} CuttingSink;

static gboolean
cut_and_record (SourceSink *sink, const SourceEntry *entry, GError **error)
{
  CuttingSink *self = (CuttingSink *)sink;
  g_assert_cmpint (truncate (self->body, 1), ==, 0);
  return self->entry (sink, entry, error);
}

static void
notices_a_body_that_shrinks (void)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_auto (FakeStardict) source;
  fake_stardict_init (&source, "sametypesequence=m\n");
  fake_stardict_add (&source, "a", "text");
  fake_stardict_add (&source, "b", "more");
  g_autofree char *path = fake_stardict_write (&folder, &source);
  g_autofree char *body = g_build_filename (folder.path, "words.dict", NULL);
  CuttingSink sink = { .body = body };
  recording_sink_init (&sink.recording);
  sink.entry = sink.recording.sink.entry;
  sink.recording.sink.entry = cut_and_record;
  g_autoptr (GError) error = NULL;
  g_assert_false (stardict_format.read (path, &sink.recording.sink, &error));
  g_assert_error (error, SOURCE_ERROR, SOURCE_ERROR_IO);
  g_assert_nonnull (strstr (error->message, "words.dict: it became shorter while it was read"));
  g_assert_cmpstr (sink.recording.log->str, ==, "entry a: text\n");
  recording_sink_clear (&sink.recording);
}

static void
refuses_articles_that_repeat_the_body_without_end (void)
{
  g_auto (FakeStardict) source;
  g_autofree char *body = g_strnfill ((gsize)2 * DICTIONARY_MAX_TEXT, 'x');
  fake_stardict_init (&source, "sametypesequence=m\n");
  g_string_assign (source.body, body);
  for (guint i = 0; i < 16 + 32; i++)
    {
      g_autofree char *word = g_strdup_printf ("%02u", i);
      fake_stardict_add_record (&source, word, 0, source.body->len);
    }
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_autofree char *path = fake_stardict_write (&folder, &source);
  check_read (&stardict_format, path,
              "warning words.ifo: 48 entries were left out: the text is longer than 1 MiB\n");
  fake_stardict_add_record (&source, "one more", 0, source.body->len);
  check_damaged (&source, "words.idx", "record 49: with this article");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dictionary/stardict-damage/refuses-a-wrong-description",
                   refuses_a_wrong_description);
  g_test_add_func ("/dictionary/stardict-damage/refuses-counts-that-lie", refuses_counts_that_lie);
  g_test_add_func ("/dictionary/stardict-damage/refuses-records-that-lie",
                   refuses_records_that_lie);
  g_test_add_func ("/dictionary/stardict-damage/refuses-synonyms-of-no-word",
                   refuses_synonyms_of_no_word);
  g_test_add_func ("/dictionary/stardict-damage/refuses-an-offset-past-32-bits",
                   refuses_an_offset_past_32_bits);
  g_test_add_func ("/dictionary/stardict-damage/refuses-articles-that-lie",
                   refuses_articles_that_lie);
  g_test_add_func ("/dictionary/stardict-damage/refuses-an-index-that-unpacks-without-end",
                   refuses_an_index_that_unpacks_without_end);
  g_test_add_func ("/dictionary/stardict-damage/refuses-an-index-that-does-not-unpack",
                   refuses_an_index_that_does_not_unpack);
  g_test_add_func ("/dictionary/stardict-damage/refuses-a-body-of-plain-gzip",
                   refuses_a_body_of_plain_gzip);
  g_test_add_func ("/dictionary/stardict-damage/refuses-files-that-are-not-there",
                   refuses_files_that_are_not_there);
  g_test_add_func ("/dictionary/stardict-damage/notices-a-body-that-shrinks",
                   notices_a_body_that_shrinks);
  g_test_add_func ("/dictionary/stardict-damage/refuses-articles-that-repeat-the-body-without-end",
                   refuses_articles_that_repeat_the_body_without_end);
  return g_test_run ();
}
