/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CC-CEDICT in both of its forms: keys and readings, the order of a word's entries, and each way in
 * which a record can be wrong.
 */
#include <string.h>

#include "server/dictionary/formats/formats.h"
#include "tests/dictionary/recording-sink.h"

#define PROPERTIES "title CC-CEDICT Chinese-English\nlanguage zh\ntarget en\n"
#define LICENSE "license CC BY-SA 4.0\n"

static void
check (const char *name, const char *contents, const char *expected)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_autofree char *path = test_folder_write (&folder, name, contents, -1);
  g_autofree char *all = g_strconcat (PROPERTIES, expected, NULL);
  check_read (&cedict_format, path, all);
}

static void
check_lines (const char *contents, const char *expected)
{
  check ("cedict.u8", contents, expected);
}

static void
check_json (const char *contents, const char *expected)
{
  g_autofree char *all = g_strconcat (LICENSE, expected, NULL);
  check ("cedict.json", contents, all);
}

static void
check_damaged (const char *name, const char *contents, gssize n_contents, const char *part)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_autofree char *path = test_folder_write (&folder, name, contents, n_contents);
  check_refused (&cedict_format, path, SOURCE_ERROR_DAMAGED, part);
}

static void
reads_lines (void)
{
  check_lines ("# CC-CEDICT\r\n#! license=https://creativecommons.org/licenses/by-sa/4.0/\r\n"
               "\r\n"
               "傘齒輪 伞齿轮 [san3 chi3 lun2] /bevel gear/pinion/\r\n"
               "卅卅 卅卅 [[sa4sa4]] /x/",
               LICENSE
               "info CC-CEDICT\\nlicense=https://creativecommons.org/licenses/by-sa/4.0/\\n\n"
               "entry 伞齿轮 [sǎn chǐ lún] spelling=傘齒輪 reading=sanchilun reading=sǎnchǐlún: "
               "bevel gear\\npinion\\nTraditional: 傘齒輪\n"
               "entry 卅卅 [sà sà] reading=sasa reading=sàsà: x\n");
}

static void
reads_json (void)
{
  check_json (
      " [ {\"traditional\":\"傘齒輪\",\"simplified\":\"\\u4f1e齿轮\",\"pinyin\":\"san3 chi3 "
      "lun2\",\"english\":[\"bevel \\\"gear\\\"\",\"a\\nb\"]},\n"
      "{\"x\":{\"y\":[1,\"}\",null]},\"english\":[\"\\ud83d\\ude00\\ud83d\"],"
      "\"simplified\":\"卅卅\",\"z\":-1.5e3,\"traditional\":\"卅卅\",\"pinyin\":\"sa4 sa4\"}\n]\n",
      "entry 伞齿轮 [sǎn chǐ lún] spelling=傘齒輪 reading=sanchilun reading=sǎnchǐlún: "
      "bevel \"gear\"\\na b\\nTraditional: 傘齒輪\n"
      "entry 卅卅 [sà sà] reading=sasa reading=sàsà: 😀\xEF\xBF\xBD\n");
  check_json ("[]", "");
}

static void
joins_spellings_that_share_an_entry (void)
{
  check_lines ("甲甲 丙丙 [bia1] /a/\n乙乙 丙丙 [bia2] /b/\n乙乙 丁丁 [bia3] /c/\n",
               "entry 丙丙 [biā] spelling=甲甲 variant=乙乙 variant=丁丁 reading=bia reading=biā: "
               "a\\nTraditional: 甲甲\n"
               "entry 丙丙 [biá] spelling=乙乙 variant=丁丁 variant=甲甲 reading=bia reading=biá: "
               "b\\nTraditional: 乙乙\n"
               "entry 丁丁 [biǎ] spelling=乙乙 variant=甲甲 variant=丙丙 reading=bia reading=biǎ: "
               "c\\nTraditional: 乙乙\n");
}

static void
gives_readings_each_way_to_type_them (void)
{
  check_lines ("卅岸 卅岸 [lu:4 an4] /a/\n",
               "entry 卅岸 [lǜ àn] reading=lüan reading=lǜàn reading=lü'an reading=lǜ'àn "
               "reading=luan reading=lùàn reading=lu'an reading=lù'àn: a\n");
  check_lines ("卅卅兒 卅卅儿 [sa4 r5] /a/\n",
               "entry 卅卅儿 [sà r] spelling=卅卅兒 reading=sar reading=sàr reading=saer: "
               "a\\nTraditional: 卅卅兒\n");
  check_lines ("卅的 卅的 [de5] /a/\n", "entry 卅的 [de] reading=de reading=de5: a\n");
  check_lines ("卅卅 卅卅 [?] /a/\n", "entry 卅卅 [?]: a\n");
}

/* The reading that means most comes first, one that means nothing itself last; the word keeps its
 * place. */
static void
puts_the_usual_reading_first (void)
{
  check_lines ("行 行 [hang2] /row/\n卅 卅 [sa4] /thirty/\n行 行 [Xing2] /surname Xing/\n"
               "行 行 [xing2] /to walk/to go/CL:x/\n",
               "entry 行 [xíng] reading=xing reading=xíng rank=316: to walk\\nto go\\nCL:x\n"
               "entry 行 [háng] reading=hang reading=háng rank=3316: row\n"
               "entry 行 [Xíng] reading=xing reading=xíng rank=20316: surname Xing\n"
               "entry 卅 [sà] reading=sa reading=sà: thirty\n");
}

static void
prints_references (void)
{
  check_lines ("卅 卅 [sa4] /CL:個|个[ge4],位|位[wei4]/(see 拜拜[bai2 bai2])/Taiwan pr. [fa3]/"
               "from [king] [x/open [ge4/七|七[qi1yan2]/\n",
               "entry 卅 [sà] reading=sa reading=sà: CL: 个 (個) gè, 位 wèi\\n(see 拜拜 bái "
               "bái)\\nTaiwan pr. fǎ\\nfrom [king] [x\\nopen [ge4\\n七 qī yán\n");
}

static void
refuses_what_is_no_line (void)
{
  check_damaged ("a.u8", "a\n", -1, "line 1: expected the traditional and the simplified form");
  check_damaged ("a.u8", "#\na  [x] /x/\n", -1, "line 2: expected the traditional");
  check_damaged ("a.u8", "a b c /x/\n", -1, "expected [");
  check_damaged ("a.u8", "a b ", -1, "expected");
  check_damaged ("a.u8", "a b [c /x/\n", -1, "no end");
  check_damaged ("a.u8", "a b [[c] /x/\n", -1, "no end");
  check_damaged ("a.u8", "a b [c] x\n", -1, "expected / and the senses");
  check_damaged ("a.u8", "a b [c]", -1, "expected / and the senses");
  check_damaged ("a.u8", "a b [c] /x/\na b [c] /x/y", -1,
                 "line 2: the senses have no / at their end");
  check_damaged ("a.u8", "a b [c] /x\n", -1, "line 1: the senses have no / at their end");
  check_damaged ("a.u8", "a b [c] /", -1, "line 1: the senses have no / at their end");
  check_damaged ("a.u8", "a b [c] /\xFF/\n", -1, "not UTF-8");
  check_damaged ("a.u8", "a b [c] /\0/\n", 11, "a NUL");
}

static void
refuses_what_is_no_json (void)
{
  static const struct
  {
    const char *contents;
    const char *part;
  } cases[] = {
    { "", "expected [" },
    { "{}", "expected [" },
    { "[", "expected {" },
    { "[1]", "expected {" },
    { "[{}]", "record 1: no member" },
    { "[{\"a\"}]", "expected :" },
    { "[{\"a\":}]", "expected a value" },
    { "[{\"a\":1 \"b\":2}]", "expected , or }" },
    { "[{\"traditional\":1}]", "expected a string" },
    { "[{\"english\":\"x\"}]", "array of senses" },
    { "[{\"english\":[\"x\" \"y\"]}]", "expected , or ]" },
    { "[{\"a\":\"\\x\"}]", "an escape" },
    { "[{\"a\":\"\\u12g4\"}]", "an escape" },
    { "[{\"a\":\"\t\"}]", "a control character" },
    { "[{\"a\":\"\xFF\"}]", "not UTF-8" },
    { "[{\"a\":\"", "within a record" },
    { "[{\"a\":[[[[", "within a record" },
    { "[{\"a\":\"\\", "within a record" },
    { "[{\"traditional\":\"a\",\"simplified\":\"a\"}", "expected , or ] after record 1" },
    { "[{\"traditional\":\"a\",\"simplified\":\"a\"},]", "expected {" },
    { "[{\"traditional\":\"a\",\"simplified\":\"a\"}] x", "expected the end" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    check_damaged ("a.json", cases[i].contents, -1, cases[i].part);
}

static void
bounds_what_one_record_takes (void)
{
  g_autoptr (GString) text = g_string_new ("[{\"a\":");
  for (guint i = 0; i < 6 * 1024 * 1024; i++)
    g_string_append_c (text, '[');
  check_damaged ("a.json", text->str, (gssize)text->len, "longer than");
}

static void
leaves_out_a_headword_that_nobody_can_ask_for (void)
{
  g_autofree char *name = g_strnfill (1024 * 1024, 'x');
  g_autofree char *line = g_strdup_printf ("%s %s [x] /y/\n卅 卅 [sa4] //\n", name, name);
  check_lines (line, "warning cedict.u8: 1 entry was left out: there is no text\n"
                     "warning cedict.u8: 1 entry was left out: the headword is longer than 256 "
                     "bytes\n");
}

/* A word of a million entries and a family of a million spellings take no more than their number
 * times a constant. */
static void
bears_a_crowd (void)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i < 200000; i++)
    g_string_append_printf (text, "t%u s [a1] /x/\n", i);
  g_autofree char *path = test_folder_write (&folder, "a.u8", text->str, (gssize)text->len);
  g_auto (RecordingSink) sink;
  recording_sink_init (&sink);
  g_assert_true (cedict_format.read (path, &sink.sink, NULL));
  g_assert_cmpuint (sink.n_entries, ==, 200000);
  g_assert_cmpuint (sink.log->len, <, 200000 * 600);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dictionary/cedict/reads-lines", reads_lines);
  g_test_add_func ("/dictionary/cedict/reads-json", reads_json);
  g_test_add_func ("/dictionary/cedict/joins-spellings-that-share-an-entry",
                   joins_spellings_that_share_an_entry);
  g_test_add_func ("/dictionary/cedict/gives-readings-each-way-to-type-them",
                   gives_readings_each_way_to_type_them);
  g_test_add_func ("/dictionary/cedict/puts-the-usual-reading-first", puts_the_usual_reading_first);
  g_test_add_func ("/dictionary/cedict/prints-references", prints_references);
  g_test_add_func ("/dictionary/cedict/refuses-what-is-no-line", refuses_what_is_no_line);
  g_test_add_func ("/dictionary/cedict/refuses-what-is-no-json", refuses_what_is_no_json);
  g_test_add_func ("/dictionary/cedict/bounds-what-one-record-takes", bounds_what_one_record_takes);
  g_test_add_func ("/dictionary/cedict/leaves-out-a-headword-that-nobody-can-ask-for",
                   leaves_out_a_headword_that_nobody_can_ask_for);
  g_test_add_func ("/dictionary/cedict/bears-a-crowd", bears_a_crowd);
  return g_test_run ();
}
