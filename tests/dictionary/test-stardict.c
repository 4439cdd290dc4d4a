/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * StarDict's four files: what articles become, what the dictionary says of itself, and synonyms.
 */
#include <string.h>

#include "server/dictionary/formats/formats.h"
#include "tests/dictionary/fake-stardict.h"

static void
check (FakeStardict *source, const char *expected)
{
  for (int is_packed = 0; is_packed < 2; is_packed++)
    {
      g_auto (TestFolder) folder;
      test_folder_init (&folder);
      source->is_packed = is_packed;
      g_autofree char *path = fake_stardict_write (&folder, source);
      check_read (&stardict_format, path, expected);
    }
}

static void
reads_entries_in_the_bodys_order (void)
{
  g_auto (FakeStardict) source;
  fake_stardict_init (&source, "sametypesequence=m\n");
  fake_stardict_add (&source, "zebra", "\nstriped\r\n  horse \n\n");
  fake_stardict_add (&source, "ant", "small");
  fake_stardict_add_record (&source, "Ant", 20, 5);
  check (&source, "entry zebra: striped\\n  horse\nentry Ant: small\nentry ant: small\n");
}

static void
reads_offsets_of_64_bits (void)
{
  g_auto (FakeStardict) source;
  fake_stardict_init (&source, "idxoffsetbits=64\nsametypesequence=m\n");
  source.is_wide = TRUE;
  source.version = "3.0.0";
  fake_stardict_add (&source, "a", "one");
  fake_stardict_add (&source, "b", "two");
  check (&source, "entry a: one\nentry b: two\n");
}

static void
keeps_homographs_apart (void)
{
  g_auto (FakeStardict) source;
  fake_stardict_init (&source, "sametypesequence=m\n");
  fake_stardict_add (&source, "bank", "river");
  fake_stardict_add (&source, "bank", "money");
  fake_stardict_add_record (&source, "bank", 0, 5);
  check (&source, "entry bank: river\nentry bank: money\n");
}

static void
joins_the_fields_of_an_article (void)
{
  static const char article[] = "mfirst\n\0tfɜːst\0W\0\0\0\4RIFFx<k>a</k>second\0P\0\0\0\1p"
                                "ypīn yīn\0g<b>third</b>\0qwhat\0rimg:a.png\0l\xE7\0lfourth";
  g_auto (FakeStardict) source;
  fake_stardict_init (&source, "");
  fake_stardict_add_bytes (&source, "a", article, sizeof (article)); /* with its NUL */
  check (&source, "entry a [fɜːst, pīn yīn]: first\\nsecond\\nthird\\nfourth\n"
                  "warning words.ifo: 3 left out: sounds, pictures and other files\n"
                  "warning words.ifo: 1 left out: texts in an encoding that is not UTF-8\n"
                  "warning words.ifo: 1 left out: fields of a type that is not known\n");
}

static void
knows_the_types_of_all_articles (void)
{
  g_auto (FakeStardict) source;
  fake_stardict_init (&source, "sametypesequence=tWm\n");
  fake_stardict_add_bytes (&source, "a", "eɪ\0\0\0\0\2..letter", 17);
  fake_stardict_add_bytes (&source, "b", "\0\0\0\0\0letter", 11);
  fake_stardict_add_bytes (&source, "c", "siː\0\0\0\0\0", 9);
  fake_stardict_add_bytes (&source, "d", "diː", 4);
  check (&source, "entry a [eɪ]: letter\nentry b: letter\nentry c: siː\nentry d: diː\n"
                  "warning words.ifo: 3 left out: sounds, pictures and other files\n");

  g_auto (FakeStardict) sounds;
  fake_stardict_init (&sounds, "sametypesequence=hW\n");
  fake_stardict_add_bytes (&sounds, "a", "<p>one</p><p>two</p>\0any\0thing", 30);
  check (&sounds, "entry a: one\\ntwo\n"
                  "warning words.ifo: 1 left out: sounds, pictures and other files\n");
}

static void
makes_markup_plain_by_type (void)
{
  static const struct
  {
    const char *types;
    const char *article;
    const char *expected;
  } markups[] = {
    { "h", "<ul><li>a&nbsp;<i>b</i></li></ul>", "entry a: - a b\n" },
    { "g", "<b>x</b>\n  &lt;y", "entry a: x\\n  <y\n" },
    { "x", "<k>a</k>\n<def>b</def>", "entry a: b\n" },
    { "k", "<q><![CDATA[a]]></q><q>b</q>", "entry a: a\\nb\n" },
    { "n", "<type>n</type><word>b</word>", "entry a: n\\nb\n" },
    { "w", "'''a''' [[b]]<br/>", "entry a: '''a''' [[b]]<br/>\n" },
    { "m", "a &amp; <b>b</b>", "entry a: a &amp; <b>b</b>\n" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (markups); i++)
    {
      g_autofree char *types = g_strdup_printf ("sametypesequence=%s\n", markups[i].types);
      g_auto (FakeStardict) source;
      fake_stardict_init (&source, types);
      fake_stardict_add (&source, "a", markups[i].article);
      check (&source, markups[i].expected);
    }
}

static void
gives_synonyms_as_spellings (void)
{
  g_auto (FakeStardict) source;
  g_autofree char *word = g_strnfill (DICTIONARY_MAX_HEADWORD + 1, 'w');
  fake_stardict_init (&source, "sametypesequence=m\n");
  fake_stardict_add (&source, "colour", "hue");
  fake_stardict_add (&source, "grey", "dull");
  fake_stardict_add_record (&source, "colour", 0, 3);
  fake_stardict_add_synonym (&source, "gray", 1);
  fake_stardict_add_synonym (&source, "color", 0);
  fake_stardict_add_synonym (&source, "color", 0);
  fake_stardict_add_synonym (&source, "tint", 2);
  fake_stardict_add_synonym (&source, "colour", 0);
  fake_stardict_add_synonym (&source, "", 0);
  fake_stardict_add_synonym (&source, word, 0);
  fake_stardict_add_synonym (&source, "b\x1Bll", 0);
  check (&source,
         "entry colour spelling=color spelling=tint: hue\nentry grey spelling=gray: dull\n");
}

/* Words that are synonyms of each other and of themselves: synonyms are never followed. */
static void
takes_synonyms_in_a_circle (void)
{
  g_auto (FakeStardict) source;
  fake_stardict_init (&source, "sametypesequence=m\n");
  fake_stardict_add (&source, "a", "one");
  fake_stardict_add (&source, "b", "two");
  fake_stardict_add_synonym (&source, "a", 0);
  fake_stardict_add_synonym (&source, "a", 1);
  fake_stardict_add_synonym (&source, "b", 0);
  check (&source, "entry a spelling=b: one\nentry b spelling=a: two\n");
}

static void
reads_what_the_dictionary_says_of_itself (void)
{
  g_auto (FakeStardict) source;
  fake_stardict_init (&source,
                      "bookname= Words & more \r\nauthor=A. B.\nnothing\nemail=\n"
                      "description=One<br>two &amp; three\nbookname=other\nlang=en-zh\n"
                      "website=http://example.org\ndate=2003.11.11\ndicttype=wordnet\n=\n");
  fake_stardict_add (&source, "a", "mb");
  check (&source, "title Words & more\nlanguage en\ntarget zh\n"
                  "info One\\ntwo & three\\nAuthor: A. B.\\nWebsite: http://example.org"
                  "\\nDate: 2003.11.11\nentry a: b\n");
  source.more = "lang=EN-ZH\n";
  check (&source, "entry a: b\n");
  source.more = "lang=en\n";
  check (&source, "entry a: b\n");
}

/* A name in a description is shown and never opened. */
static void
takes_paths_in_a_description_for_text (void)
{
  g_auto (FakeStardict) source;
  fake_stardict_init (&source, "bookname=../../etc/passwd\nidxfile=/dev/zero\ndictfile=../x\n");
  fake_stardict_add (&source, "a", "mb");
  check (&source, "title ../../etc/passwd\nentry a: b\n");
}

static void
leaves_out_what_is_empty_or_too_long (void)
{
  g_auto (FakeStardict) source;
  g_autofree char *word = g_strnfill (DICTIONARY_MAX_HEADWORD + 1, 'w');
  g_autofree char *huge_word = g_strnfill ((gsize)1024 * 1024, 'w');
  g_autofree char *text = g_strnfill (DICTIONARY_MAX_TEXT + 1, 't');
  g_autofree char *article = g_strnfill ((gsize)9 * DICTIONARY_MAX_TEXT, 't');
  GString *wide_word = g_string_new ("x");
  while (wide_word->len < 300)
    g_string_append (wide_word, "中");
  fake_stardict_init (&source, "sametypesequence=m\n");
  fake_stardict_add (&source, "", "no word");
  fake_stardict_add (&source, "nothing", "");
  fake_stardict_add (&source, word, "text");
  fake_stardict_add (&source, huge_word, "text");
  fake_stardict_add (&source, wide_word->str, "text");
  fake_stardict_add (&source, "long", text);
  fake_stardict_add (&source, "longer", article);
  fake_stardict_add (&source, "a", "b");
  check (&source, "entry a: b\n"
                  "warning words.ifo: 1 entry was left out: the headword is empty\n"
                  "warning words.ifo: 1 entry was left out: there is no text\n"
                  "warning words.ifo: 3 entries were left out: the headword is longer than 256 "
                  "bytes\n"
                  "warning words.ifo: 1 entry was left out: the text is longer than 1 MiB\n"
                  "warning words.ifo: 1 left out: articles over 8 MiB\n");
  g_string_free (wide_word, TRUE);
}

static void
reads_gzip_of_several_members (void)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_auto (FakeStardict) source;
  fake_stardict_init (&source, "sametypesequence=m\n");
  fake_stardict_add (&source, "a", "b");
  gsize n_first = source.index->len - 3;
  fake_stardict_add (&source, "c", "d");
  source.is_packed = TRUE;
  g_autofree char *path = fake_stardict_write (&folder, &source);
  GString *second =
      g_string_new_len (source.index->str + n_first, (gssize)(source.index->len - n_first));
  g_string_truncate (source.index, n_first);
  g_autoptr (GByteArray) index = fake_stardict_gzip (source.index);
  g_autoptr (GByteArray) more = fake_stardict_gzip (second);
  g_byte_array_append (index, more->data, more->len);
  test_folder_add (&folder, "words.idx.gz", index->data, (gssize)index->len);
  check_read (&stardict_format, path, "entry a: b\nentry c: d\n");
  g_string_free (second, TRUE);
}

static void
takes_a_million_records_of_one_article (void)
{
  g_auto (FakeStardict) source;
  fake_stardict_init (&source, "sametypesequence=m\n");
  g_string_assign (source.body, "b");
  for (guint i = 0; i < 1000000; i++)
    {
      fake_stardict_add_record (&source, "a", 0, 1);
      fake_stardict_add_synonym (&source, "x", i);
    }
  check (&source, "entry a spelling=x: b\n");
}

static void
hears_a_stop (void)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_auto (FakeStardict) source;
  fake_stardict_init (&source, "sametypesequence=m\n");
  fake_stardict_add (&source, "a", "b");
  g_autofree char *path = fake_stardict_write (&folder, &source);
  g_auto (RecordingSink) sink;
  recording_sink_init (&sink);
  sink.is_cancelled = TRUE;
  g_autoptr (GError) error = NULL;
  g_assert_false (stardict_format.read (path, &sink.sink, &error));
  g_assert_cmpstr (error->message, ==, "cancelled");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dictionary/stardict/reads-entries-in-the-bodys-order",
                   reads_entries_in_the_bodys_order);
  g_test_add_func ("/dictionary/stardict/reads-offsets-of-64-bits", reads_offsets_of_64_bits);
  g_test_add_func ("/dictionary/stardict/keeps-homographs-apart", keeps_homographs_apart);
  g_test_add_func ("/dictionary/stardict/joins-the-fields-of-an-article",
                   joins_the_fields_of_an_article);
  g_test_add_func ("/dictionary/stardict/knows-the-types-of-all-articles",
                   knows_the_types_of_all_articles);
  g_test_add_func ("/dictionary/stardict/makes-markup-plain-by-type", makes_markup_plain_by_type);
  g_test_add_func ("/dictionary/stardict/gives-synonyms-as-spellings", gives_synonyms_as_spellings);
  g_test_add_func ("/dictionary/stardict/takes-synonyms-in-a-circle", takes_synonyms_in_a_circle);
  g_test_add_func ("/dictionary/stardict/reads-what-the-dictionary-says-of-itself",
                   reads_what_the_dictionary_says_of_itself);
  g_test_add_func ("/dictionary/stardict/takes-paths-in-a-description-for-text",
                   takes_paths_in_a_description_for_text);
  g_test_add_func ("/dictionary/stardict/leaves-out-what-is-empty-or-too-long",
                   leaves_out_what_is_empty_or_too_long);
  g_test_add_func ("/dictionary/stardict/reads-gzip-of-several-members",
                   reads_gzip_of_several_members);
  g_test_add_func ("/dictionary/stardict/takes-a-million-records-of-one-article",
                   takes_a_million_records_of_one_article);
  g_test_add_func ("/dictionary/stardict/hears-a-stop", hears_a_stop);
  return g_test_run ();
}
