/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ECDICT's CSV and its list of inflections: quoting, columns, forms and lemmas, and each way in
 * which a record can be wrong.
 */
#include <string.h>

#include "server/dictionary/formats/formats.h"
#include "tests/dictionary/recording-sink.h"

#define HEADER                                                                                     \
  "word,phonetic,definition,translation,pos,collins,oxford,tag,bnc,frq,exchange,detail,audio\n"
#define PROPERTIES "title ECDICT English-Chinese\nlanguage en\ntarget zh\nlicense MIT\n"

static void
check_with_lemmas (const char *contents, const char *lemmas, const char *expected)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_autofree char *path = test_folder_write (&folder, "ecdict.csv", contents, -1);
  if (lemmas != NULL)
    test_folder_add (&folder, "lemma.en.txt", lemmas, -1);
  g_autofree char *all = g_strconcat (PROPERTIES, expected, NULL);
  check_read (&ecdict_format, path, all);
}

static void
check (const char *contents, const char *expected)
{
  check_with_lemmas (contents, NULL, expected);
}

static void
check_damaged (const char *contents, gssize n_contents, const char *part)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_autofree char *path = test_folder_write (&folder, "ecdict.csv", contents, n_contents);
  check_refused (&ecdict_format, path, SOURCE_ERROR_DAMAGED, part);
}

static void
reads_a_record (void)
{
  check (HEADER
         "running,'rʌniŋ,the act of running,\"n. 跑步, 运转\\na. 奔跑的\",,,,zk gk,3120,1892,,,\n",
         "entry running ['rʌniŋ] #zk #gk rank=1892: n. 跑步, 运转\\na. 奔跑的\n");
}

static void
reads_quotes_as_rfc_4180 (void)
{
  check (HEADER "\"a \"\"b\"\", c\",,,\"\"\"x\"\"\ny\",,,,,,,,,\r\n"
                "\n"
                "\"\",,,empty word,,,,,,,,,\n"
                "d,\"\",,e,,,,,,,,,",
         "entry a \"b\", c: \"x\"\\ny\nentry d: e\n"
         "warning ecdict.csv: 1 entry was left out: the headword is empty\n");
}

static void
turns_written_line_ends_into_real_ones (void)
{
  check (HEADER "a,,,1\\n2\\r\\n3\\r4\\x\\,,,,,,,,,\n", "entry a: 1\\n2\\n3\\n4\\x\\\n");
}

static void
falls_back_to_the_definition (void)
{
  check (HEADER "a,,n. first\\nn. second,,,,,,,,,,\n"
                "b,,n. one, \\n,,,,,,,,,\n"
                "c,,,,,,,,,,,,\n",
         "entry a: n. first\\nn. second\nentry b: n. one\n"
         "warning ecdict.csv: 1 entry was left out: there is no text\n");
}

static void
finds_columns_by_their_names (void)
{
  check ("\xEF\xBB\xBFtranslation,extra,word\r\n茶,x,tea\r\n", "entry tea: 茶\n");
}

static void
takes_the_better_rank (void)
{
  check (HEADER "a,,,x,,,,,5,7,,,\nb,,,x,,,,,0,7,,,\nc,,,x,,,,,5,0,,,\nd,,,x,,,,,0,0,,,\n"
                "e,,,x,,,,,many,99999999999,,,\n",
         "entry a rank=5: x\nentry b rank=7: x\nentry c rank=5: x\nentry d: x\nentry e: x\n");
}

static void
tells_forms_and_lemmas (void)
{
  check (HEADER "run,,,跑,,,,,,,p:ran/i:running/d:run/3:runs/s:runs/f:x/z:,,\n"
                "ran,,,跑,,,,,,,0:run/1:p,,\n"
                "big,,,大,,,,,,,r:bigger/t:biggest/r:/junk/:/x,,\n",
         "entry run past=ran present_participle=running past_participle=run third_person=runs "
         "plural=runs: 跑\n"
         "lemma ran > run\nlemma running > run\nlemma runs > run\nlemma runs > run\n"
         "entry ran: 跑\nlemma ran > run\n"
         "entry big comparative=bigger superlative=biggest: 大\n"
         "lemma bigger > big\nlemma biggest > big\n");
}

static void
adds_lemmas_of_forms_it_has_no_word_on (void)
{
  check_with_lemmas (HEADER "go,,,去,,,,,,,p:went,,\n",
                     "; a comment\n\n"
                     "be/4109826 -> is,was,are,'s,m\n"
                     "i/1133697 -> my,me\n"
                     "go/644950 -> goes,went\n"
                     "wend -> went, wended\r\n"
                     "are/10 -> ares,are\n",
                     "entry go past=went: 去\nlemma went > go\n"
                     "lemma is > be\nlemma was > be\nlemma are > be\nlemma goes > go\n"
                     "lemma wended > wend\nlemma ares > are\n");
}

static void
depends_on_the_list_of_lemmas (void)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_autofree char *path = test_folder_write (&folder, "ecdict.csv", HEADER, -1);
  g_assert_null (ecdict_format.companions (path));
  g_autofree char *lemmas = test_folder_write (&folder, "lemma.en.txt", "", -1);
  g_auto (GStrv) companions = ecdict_format.companions (path);
  g_assert_cmpuint (g_strv_length (companions), ==, 1);
  g_assert_cmpstr (companions[0], ==, lemmas);
}

static void
keeps_control_characters_out (void)
{
  check (HEADER "a\x1B,\x07,,\"b\r\nc\x1B\",,,,g\x01k,,,p:x\x1Bz,,\n",
         "entry a\uFFFD [\uFFFD] #g #k past=x z: b\\nc\uFFFD\nlemma x z > a\uFFFD\n");
}

static void
reads_records_across_blocks (void)
{
  GString *contents = g_string_new (HEADER);
  GString *expected = g_string_new (NULL);
  for (guint i = 0; i < 6; i++)
    {
      g_autofree char *text = g_strnfill ((gsize)200 * 1024 + i, (char)('a' + i));
      g_string_append_printf (contents, "w%u,,,\"%s\n\"\"\n%s\",,,,,,,,,\n", i, text, text);
      g_string_append_printf (expected, "entry w%u: %s\\n\"\\n%s\n", i, text, text);
    }
  check (contents->str, expected->str);
  g_string_free (contents, TRUE);
  g_string_free (expected, TRUE);
}

static void
refuses_wrong_records (void)
{
  static const struct
  {
    const char *contents;
    gssize n_bytes;
    const char *part;
  } wrong[] = {
    { "", 0, "line 1: the file is empty" },
    { "a,b\n", -1, "line 1: the first line names no column 'word'" },
    { "word,phonetic\n", -1, "line 1: the first line names no column 'translation'" },
    { "word,translation\na,b\nc,d,e\n", -1, "line 3: 3 columns where the first line names 2" },
    { "word,translation\na,b\nc\n", -1, "line 3: 1 columns where the first line names 2" },
    { "word,translation\n\na,\"b\nc,d\n", -1, "line 3: a quote is opened" },
    { "word,translation\na,\"b\n\"\nc,d\" \"\n", -1, "line 4: column 2 has a quote in it" },
    { "word,translation\na,\"b\" c\n", -1, "line 2: column 2 goes on after its closing quote" },
    { "word,translation\na,\xE8\x8C\n", -1, "line 2: not UTF-8 at byte 3" },
    { "word,translation\na,b\0c\n", 22, "line 2: a NUL at byte 4" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    check_damaged (wrong[i].contents, wrong[i].n_bytes, wrong[i].part);
}

static void
refuses_a_quote_without_end (void)
{
  gsize n_bytes = (gsize)6 * 1024 * 1024;
  g_autofree char *contents = g_strnfill (n_bytes, '\n');
  static const char start[] = "word,translation\na,\"";
  memcpy (contents, start, sizeof (start) - 1);
  check_damaged (contents, (gssize)n_bytes, "line 2: a line or record is longer than");
}

static void
refuses_too_many_columns (void)
{
  g_autofree char *contents = g_strnfill (70, ',');
  check_damaged (contents, 70, "line 1: more than 64 columns");
}

static void
refuses_a_wrong_list_of_lemmas (void)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_autofree char *path = test_folder_write (&folder, "ecdict.csv", HEADER, -1);
  test_folder_add (&folder, "lemma.en.txt", "be -> is\nbe = is\n", -1);
  g_auto (RecordingSink) sink;
  recording_sink_init (&sink);
  g_autoptr (GError) error = NULL;
  g_assert_false (ecdict_format.read (path, &sink.sink, &error));
  g_assert_error (error, SOURCE_ERROR, SOURCE_ERROR_DAMAGED);
  g_assert_nonnull (strstr (error->message, "lemma.en.txt: line 2: expected"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dictionary/ecdict/reads-a-record", reads_a_record);
  g_test_add_func ("/dictionary/ecdict/reads-quotes-as-rfc-4180", reads_quotes_as_rfc_4180);
  g_test_add_func ("/dictionary/ecdict/turns-written-line-ends-into-real-ones",
                   turns_written_line_ends_into_real_ones);
  g_test_add_func ("/dictionary/ecdict/falls-back-to-the-definition", falls_back_to_the_definition);
  g_test_add_func ("/dictionary/ecdict/finds-columns-by-their-names", finds_columns_by_their_names);
  g_test_add_func ("/dictionary/ecdict/takes-the-better-rank", takes_the_better_rank);
  g_test_add_func ("/dictionary/ecdict/tells-forms-and-lemmas", tells_forms_and_lemmas);
  g_test_add_func ("/dictionary/ecdict/adds-lemmas-of-forms-it-has-no-word-on",
                   adds_lemmas_of_forms_it_has_no_word_on);
  g_test_add_func ("/dictionary/ecdict/depends-on-the-list-of-lemmas",
                   depends_on_the_list_of_lemmas);
  g_test_add_func ("/dictionary/ecdict/keeps-control-characters-out", keeps_control_characters_out);
  g_test_add_func ("/dictionary/ecdict/reads-records-across-blocks", reads_records_across_blocks);
  g_test_add_func ("/dictionary/ecdict/refuses-wrong-records", refuses_wrong_records);
  g_test_add_func ("/dictionary/ecdict/refuses-a-quote-without-end", refuses_a_quote_without_end);
  g_test_add_func ("/dictionary/ecdict/refuses-too-many-columns", refuses_too_many_columns);
  g_test_add_func ("/dictionary/ecdict/refuses-a-wrong-list-of-lemmas",
                   refuses_a_wrong_list_of_lemmas);
  return g_test_run ();
}
