/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Looking words up: spelling, order, inflections, bounds, and what an entry holds.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "tests/dictionary/fake-source.h"

static void
assert_define (Library *library, const char *word, const char *dictionaries, const char *expected)
{
  g_autofree char *answer = ask_define (library, word, dictionaries, 20);

  g_assert_cmpstr (answer, ==, expected);
}

static void
test_finds_whatever_the_spelling (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;

  fixture_add (fixture, "a",
               "E\tzebra\ta striped horse\n"
               "E\tStraße\ta street\n"
               "E\thello\ta greeting\n"
               "E\tgive up\tto stop\n"
               "E\tcafé\ta house\n"
               "E\t你好\thello\n");
  library = fixture_load (fixture);

  assert_define (library, "hello", "", "0:hello");
  assert_define (library, "HELLO", "", "0:hello");
  assert_define (library, "\t hello\n", "", "0:hello");
  assert_define (library, "ｈｅｌｌｏ", "", "0:hello");
  assert_define (library, "STRASSE", "", "0:Straße");
  assert_define (library, "give\xc2\xa0 UP", "", "0:give up");
  assert_define (library, "cafe\xcc\x81", "", "0:café");
  assert_define (library, "你好", "", "0:你好");
  assert_define (library, "hell", "", "");
  assert_define (library, "helloo", "", "");
  assert_define (library, "a\xef\xbf\xbd", "", "");
}

/* Many headwords of one article, as dictd lists them: the text stands once in the compiled form,
 * and what differs in a byte is not taken for the same. */
static void
test_one_article_under_many_headwords_stands_once (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;
  g_autofree char *article = g_strnfill (4096, 'a');
  g_autofree char *compiled = NULL;
  g_autoptr (GString) lines = g_string_new (NULL);
  GStatBuf file;

  for (guint i = 0; i < 500; i++)
    g_string_append_printf (lines, "E\tword%u\t%s\n", i, article);
  article[4095] = 'b';
  g_string_append_printf (lines, "E\tother\t%s\n", article);
  fixture_add (fixture, "a", lines->str);
  library = fixture_load (fixture);

  compiled = fixture_compiled (fixture);
  g_assert_cmpint (g_stat (compiled, &file), ==, 0);
  g_assert_cmpint (file.st_size, <, 200 * 1024);
  for (guint i = 0; i < 502; i++)
    {
      g_autofree char *word = i < 500 ? g_strdup_printf ("word%u", i) : g_strdup ("other");
      const LibrarySelection all = { .n_indexes = 0 };
      LibraryEntry entry;
      LibraryKey key;

      library_fold (word, strlen (word), &key);
      g_assert_cmpint (library_define (library, word, strlen (word), &key, &all, 1, &entry), ==, 1);
      g_assert_cmpuint (entry.n_headword, ==, strlen (word));
      g_assert_cmpuint (entry.n_text, ==, 4096);
      g_assert_true (entry.text[4095] == (i < 500 ? 'a' : 'b'));
    }
}

static void
test_asked_spelling_comes_first (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;

  fixture_add (fixture, "a",
               "E\tpolish\tto rub\n"
               "E\tPolish\tof Poland\n"
               "E\tPOLISH\tloud\n"
               "E\tpolish\ta paste\n");
  fixture_add (fixture, "b",
               "E\tPolish\tof Poland\n"
               "E\tpolish\tto rub\n");
  library = fixture_load (fixture);

  assert_define (library, "polish", "", "0:polish 0:polish 0:Polish 0:POLISH 1:polish 1:Polish");
  assert_define (library, "Polish", "", "0:Polish 0:polish 0:POLISH 0:polish 1:Polish 1:polish");
  assert_define (library, " POLISH ", "0", "0:POLISH 0:polish 0:Polish 0:polish");
  assert_define (library, "pOLISH", "0", "0:polish 0:Polish 0:POLISH 0:polish");
}

static void
test_asks_in_the_order_of_the_selection (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;

  fixture_add (fixture, "a", "E\tword\tfirst\n");
  fixture_add (fixture, "b", "E\tword\tsecond\n");
  fixture_add (fixture, "c", "E\tother\tthird\n");
  library = fixture_load (fixture);

  assert_define (library, "word", "", "0:word 1:word");
  assert_define (library, "word", "10", "1:word 0:word");
  assert_define (library, "word", "1212", "1:word");
  assert_define (library, "word", "2", "");
  assert_define (library, "word", "9", "");
}

static void
test_inflections_lead_to_lemmas (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;

  fixture_add (fixture, "a",
               "P\t1\ten\n"
               "L\tRan\trun\n"
               "L\trunning\trun\n"
               "L\tsaw\tsee\n"
               "L\tsaw\tsaw\n"
               "L\tsaw\tSEE\n"
               "L\tgone\tmissing\n"
               "E\tsee\tto look\n"
               "E\trun\tto move\n"
               "E\trunning\tmoving\n"
               "E\tsaw\ta tool\n");
  fixture_add (fixture, "b",
               "P\t1\ten\n"
               "E\trun\tto move, again\n"
               "E\tRun\ta place\n");
  fixture_add (fixture, "c",
               "P\t1\tde\n"
               "E\trun\tnichts\n");
  library = fixture_load (fixture);

  assert_define (library, "ran", "", "0:run~ 1:run~ 1:Run~");
  assert_define (library, "RAN", "1", "1:run~ 1:Run~");
  assert_define (library, "running", "", "0:running 0:run~ 1:run~ 1:Run~");
  assert_define (library, "saw", "", "0:saw 0:see~");
  assert_define (library, "gone", "", "");
  assert_define (library, "ran", "2", "");
}

static void
test_lemmas_keep_their_order_and_are_at_most_eight (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;
  g_autoptr (GString) lines = g_string_new (NULL);

  for (char letter = 'z'; letter > 'm'; letter--)
    g_string_append_printf (lines, "E\t%c\t%c\nL\tform\t%c\nL\tform\t%c\n", letter, letter, letter,
                            letter);
  fixture_add (fixture, "a", lines->str);
  library = fixture_load (fixture);

  assert_define (library, "form", "", "0:z~ 0:y~ 0:x~ 0:w~ 0:v~ 0:u~ 0:t~ 0:s~");
}

static void
test_stops_at_max_entries (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;
  g_autofree char *three = NULL, *five = NULL;

  fixture_add (fixture, "a",
               "L\tword\tlemma\nE\tlemma\tx\n"
               "E\tWord\t1\nE\tword\t2\nE\tword\t3\nE\tWORD\t4\n");
  library = fixture_load (fixture);

  three = ask_define (library, "word", "", 3);
  g_assert_cmpstr (three, ==, "0:word 0:word 0:lemma~");
  five = ask_define (library, "word", "", 5);
  g_assert_cmpstr (five, ==, "0:word 0:word 0:Word 0:WORD 0:lemma~");
}

static LibraryEntry
define_one (Library *library, const char *word)
{
  LibrarySelection all = { .n_indexes = 0 };
  LibraryEntry entry;
  LibraryKey key;

  library_fold (word, strlen (word), &key);
  g_assert_cmpint (library_define (library, word, strlen (word), &key, &all, 1, &entry), ==, 1);
  return entry;
}

static void
test_shares_what_room_there_is (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;
  g_autoptr (GString) talk = g_string_new ("P\t1\ten\nE\trun\tto move\nE\trun\tto flow\n");
  g_autofree char *five = NULL, *eight = NULL, *one = NULL, *two = NULL, *all = NULL;

  for (guint i = 0; i < 30; i++)
    g_string_append_printf (talk, "E\trunning\t%u\n", i);
  fixture_add (fixture, "a", talk->str);
  fixture_add (fixture, "b",
               "P\t1\ten\nL\trunning\trun\nE\trun\t1\nE\trun\t2\nE\trun\t3\nE\trunning\t4\n");
  library = fixture_load (fixture);

  one = ask_define (library, "running", "", 1);
  g_assert_cmpstr (one, ==, "0:running");
  two = ask_define (library, "running", "10", 2);
  g_assert_cmpstr (two, ==, "1:running 0:running");
  five = ask_define (library, "running", "", 5);
  g_assert_cmpstr (five, ==, "0:running 0:running 1:running 0:run~ 1:run~");
  eight = ask_define (library, "running", "", 8);
  g_assert_cmpstr (eight, ==,
                   "0:running 0:running 0:running 1:running 0:run~ 0:run~ 1:run~ 1:run~");
  all = ask_define (library, "running", "1", 4);
  g_assert_cmpstr (all, ==, "1:running 1:run~ 1:run~ 1:run~");
}

static void
test_a_text_stands_once (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;
  g_autofree char *full = NULL;

  fixture_add (fixture, "a",
               "P\t1\ten\nL\tmice\tmouse\nE\tmice\tsmall\nE\tmouse\tsmall\nE\tmouse\tsmell\n");
  fixture_add (fixture, "b", "P\t1\ten\nE\tMouse\tsmall\nE\tmouse\tsmall\n");
  fixture_add (fixture, "c", "P\t1\ten\nE\tMice\tsmall\nE\tmice\tsmall\n");
  library = fixture_load (fixture);

  assert_define (library, "mice", "", "0:mice 2:mice 2:Mice 0:mouse~ 1:Mouse~");
  full = ask_define (library, "mice", "", 5);
  g_assert_cmpstr (full, ==, "0:mice 2:mice 2:Mice 0:mouse~ 1:Mouse~");
}

static void
test_entries_are_ready_json (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;
  g_autofree char *full_rest = NULL, *bare_rest = NULL;
  LibraryEntry full, bare;

  fixture_add (fixture, "a",
               "E\ta \"b\"\tline 1\\n\\\"two\\\"\\\\\\001\tp\\\\h\t42\tzk,,gk\t"
               "past=ran,plural=,past=run\n"
               "E\tbare\ttext\n");
  library = fixture_load (fixture);

  full = define_one (library, "A \"B\"");
  full_rest = g_strndup (full.rest, full.n_rest);
  g_assert_cmpmem (full.headword, full.n_headword, "a \\\"b\\\"", 7);
  g_assert_cmpstr (full_rest, ==,
                   ",\"phonetic\":\"p\\\\h\",\"text\":\"line 1\\n\\\"two\\\"\\\\\\u0001\","
                   "\"tags\":[\"zk\",\"gk\"],\"forms\":{\"past\":\"ran\"}}");
  g_assert_cmpmem (full.phonetic, full.n_phonetic, "p\\\\h", 4);
  g_assert_cmpmem (full.text, full.n_text, "line 1\\n\\\"two\\\"\\\\\\u0001", 23);
  g_assert_cmpuint (full.rank, ==, 42);

  bare = define_one (library, "bare");
  bare_rest = g_strndup (bare.rest, bare.n_rest);
  g_assert_cmpstr (bare_rest, ==, ",\"text\":\"text\"}");
  g_assert_cmpuint (bare.n_phonetic, ==, 0);
  g_assert_cmpmem (bare.text, bare.n_text, "text", 4);
  g_assert_cmpuint (bare.rank, ==, 0);
}

/* Every record of one headword in a block, and no request that walks through all of them. */
static void
test_many_entries_of_one_headword (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;
  g_autoptr (GString) lines = g_string_new ("E\tWord\tx\n");

  for (guint i = 0; i < 30000; i++)
    g_string_append (lines, "E\tword\tx\n");
  g_string_append (lines, "E\tWORD\tx\n");
  fixture_add (fixture, "a", lines->str);
  library = fixture_load (fixture);

  g_autofree char *lower = ask_define (library, "word", "", 2);
  g_autofree char *upper = ask_define (library, "WORD", "", 3);
  g_autofree char *matches = ask_match (library, LIBRARY_STRATEGY_EXACT, "word", "", 9);

  g_assert_cmpstr (lower, ==, "0:word 0:word");
  g_assert_cmpstr (upper, ==, "0:WORD 0:Word 0:word");
  g_assert_cmpstr (matches, ==, "0:WORD 0:Word 0:word");
}

static void
assert_first (Library *library, const char *word, guint max_entries, const char *expected)
{
  g_autofree char *answer = ask_define (library, word, "", max_entries);

  g_assert_cmpstr (answer, ==, expected);
}

static Library *
load_chinese (Fixture *fixture)
{
  fixture_add (fixture, "c",
               "E\t发\tto send\t\t3\t\t\ts=發,v=髮,r=fa,r=fā\n"
               "E\t发\thair\t\t9\t\t\ts=髮,v=發,r=fa,r=fà\n"
               "E\t罚\tto punish\t\t5\t\t\ts=罰,r=fa,r=fá\n"
               "E\t垡\tto till\t\t\t\t\tr=fa,r=fá\n"
               "E\t阀\tvalve\t\t\t\t\ts=fa,r=fa\n"
               "E\tfa\tnote\nP\t1\tzh\n");
  return fixture_load (fixture);
}

/* The headword asked, then spellings, then readings: by rank, and then in the source's order. */
static void
test_other_keys_come_after_headwords_by_kind_and_rank (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = load_chinese (fixture);

  assert_define (library, "FA", "", "0:fa 0:阀 0:发 0:罚 0:发 0:垡");
  assert_first (library, "fa", 3, "0:fa 0:阀 0:发");
  assert_define (library, "罰", "", "0:罚");
  assert_define (library, "fá", "", "0:罚 0:垡");
  assert_define (library, "f", "", "");
}

static void
test_every_spelling_finds_the_same_entries (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = load_chinese (fixture);
  static const char *const spellings[] = { "发", "發", "髮" };
  static const char *const firsts[] = { "to send", "to send", "hair" };

  for (guint i = 0; i < G_N_ELEMENTS (spellings); i++)
    {
      LibrarySelection all = { .n_indexes = 0 };
      LibraryEntry entries[4];
      LibraryKey key;
      int n;

      library_fold (spellings[i], strlen (spellings[i]), &key);
      n = library_define (library, spellings[i], strlen (spellings[i]), &key, &all, 4, entries);
      g_assert_cmpint (n, ==, 2);
      g_assert_cmpint (strncmp (entries[0].text, firsts[i], entries[0].n_text), ==, 0);
      g_assert_true (entries[0].text != entries[1].text);
      g_assert_false (entries[0].is_lemma);
    }
}

/* One article under two headwords, long enough to stand once, is two entries. */
static void
test_another_spelling_of_two_headwords_finds_both (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;
  g_autofree char *article = g_strnfill (4096, 'a');
  g_autofree char *lines =
      g_strdup_printf ("E\t台\t%s\t\t\t\t\ts=臺\nE\t檯\t%s\t\t\t\t\ts=臺\n", article, article);

  fixture_add (fixture, "a", lines);
  library = fixture_load (fixture);

  assert_define (library, "臺", "", "0:台 0:檯");
}

static void
test_a_reading_is_found_as_it_is_typed (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = load_chinese (fixture);

  assert_define (library, "fa2", "", "0:罚 0:垡");
  assert_define (library, "fa1", "", "0:发");
  assert_define (library, "FÀ", "", "0:发");
  assert_define (library, "fa3", "", "");
}

/* Of two dictionaries neither pushes out the other. */
static void
test_other_keys_take_their_share (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;

  fixture_add (fixture, "a", "E\t一\tx\t\t\t\t\tr=you\nE\t二\tx\t\t\t\t\tr=you\n");
  fixture_add (fixture, "b", "E\tyou\tx\nE\tYou\ty\n");
  library = fixture_load (fixture);

  assert_first (library, "you", 4, "0:一 0:二 1:you 1:You");
  assert_first (library, "you", 3, "0:一 0:二 1:you");
  assert_first (library, "you", 2, "0:一 1:you");
}

static void
test_a_key_that_is_given_twice_counts_once (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;

  fixture_add (fixture, "a",
               "E\tcolor\tx\t\t\t\t\tr=COLOUR,s=colour,s=Colour,s=Color\n"
               "E\tgrey\tx\t\t\t\t\ts=\\357\\277\\275\n"
               "E\t西安\tx\t\t\t\t\ts=xi an,r=xi'an\n");
  library = fixture_load (fixture);

  assert_define (library, "colour", "", "0:color");
  assert_define (library, "color", "", "0:color");
  assert_define (library, "xi an", "", "0:西安");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dictionary/define/one-article-under-many-headwords-stands-once",
                   test_one_article_under_many_headwords_stands_once);
  g_test_add_func ("/dictionary/define/finds-whatever-the-spelling",
                   test_finds_whatever_the_spelling);
  g_test_add_func ("/dictionary/define/asked-spelling-comes-first",
                   test_asked_spelling_comes_first);
  g_test_add_func ("/dictionary/define/asks-in-the-order-of-the-selection",
                   test_asks_in_the_order_of_the_selection);
  g_test_add_func ("/dictionary/define/inflections-lead-to-lemmas",
                   test_inflections_lead_to_lemmas);
  g_test_add_func ("/dictionary/define/lemmas-keep-their-order-and-are-at-most-eight",
                   test_lemmas_keep_their_order_and_are_at_most_eight);
  g_test_add_func ("/dictionary/define/stops-at-max-entries", test_stops_at_max_entries);
  g_test_add_func ("/dictionary/define/shares-what-room-there-is", test_shares_what_room_there_is);
  g_test_add_func ("/dictionary/define/a-text-stands-once", test_a_text_stands_once);
  g_test_add_func ("/dictionary/define/entries-are-ready-json", test_entries_are_ready_json);
  g_test_add_func ("/dictionary/define/many-entries-of-one-headword",
                   test_many_entries_of_one_headword);
  g_test_add_func ("/dictionary/define/other-keys-come-after-headwords-by-kind-and-rank",
                   test_other_keys_come_after_headwords_by_kind_and_rank);
  g_test_add_func ("/dictionary/define/every-spelling-finds-the-same-entries",
                   test_every_spelling_finds_the_same_entries);
  g_test_add_func ("/dictionary/define/another-spelling-of-two-headwords-finds-both",
                   test_another_spelling_of_two_headwords_finds_both);
  g_test_add_func ("/dictionary/define/a-reading-is-found-as-it-is-typed",
                   test_a_reading_is_found_as_it_is_typed);
  g_test_add_func ("/dictionary/define/other-keys-take-their-share",
                   test_other_keys_take_their_share);
  g_test_add_func ("/dictionary/define/a-key-that-is-given-twice-counts-once",
                   test_a_key_that_is_given_twice_counts_once);
  return g_test_run ();
}
