/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dictd's index and body: entries, what a dictionary says of itself, encodings, and each way in
 * which an index can be wrong.
 */
#include <string.h>

#include "server/dictionary/formats/formats.h"
#include "tests/dictionary/packed.h"
#include "tests/dictionary/recording-sink.h"

/* A dictionary under construction: add() appends a text and its line in the index. */
typedef struct
{
  GString *index;
  GString *body;
} Source;

static void
source_init (Source *self)
{
  self->index = g_string_new (NULL);
  self->body = g_string_new (NULL);
}

static void
source_clear (Source *self)
{
  g_string_free (self->index, TRUE);
  g_string_free (self->body, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Source, source_clear)

static void
append_number (GString *to, gsize number)
{
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (number >= 64)
    append_number (to, number / 64);
  g_string_append_c (to, digits[number % 64]);
}

static void
append_line (GString *index, const char *headword, gsize offset, gsize n_bytes)
{
  g_string_append_printf (index, "%s\t", headword);
  append_number (index, offset);
  g_string_append_c (index, '\t');
  append_number (index, n_bytes);
  g_string_append_c (index, '\n');
}

static void
add (Source *self, const char *headword, const char *text)
{
  append_line (self->index, headword, self->body->len, strlen (text));
  g_string_append (self->body, text);
}

/* Writes both files. Returns: (transfer full): the index's path */
static char *
write_source (const TestFolder *folder, const Source *source, const char *stem, gboolean is_packed)
{
  g_autofree char *body_name = g_strconcat (stem, is_packed ? ".dict.dz" : ".dict", NULL);
  g_autofree char *index_name = g_strconcat (stem, ".index", NULL);
  if (is_packed)
    {
      /* Small, so that texts lie in several chunks; and not more than the table has room for. */
      gsize n_chunk = MAX (64, source->body->len / 1000);
      g_autoptr (GByteArray) packed =
          packed_new (source->body->str, source->body->len, n_chunk, NULL);
      test_folder_add (folder, body_name, packed->data, (gssize)packed->len);
    }
  else
    test_folder_add (folder, body_name, source->body->str, (gssize)source->body->len);
  return test_folder_write (folder, index_name, source->index->str, (gssize)source->index->len);
}

static void
check_named (const Source *source, const char *stem, const char *expected)
{
  for (int is_packed = 0; is_packed < 2; is_packed++)
    {
      g_auto (TestFolder) folder;
      test_folder_init (&folder);
      g_autofree char *path = write_source (&folder, source, stem, is_packed);
      check_read (&dictd_format, path, expected);
    }
}

static void
check (const Source *source, const char *expected)
{
  check_named (source, "words", expected);
}

static void
check_damaged (const Source *source, const char *part)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_autofree char *path = write_source (&folder, source, "words", FALSE);
  check_refused (&dictd_format, path, SOURCE_ERROR_DAMAGED, part);
}

static void
reads_entries_in_the_bodys_order (void)
{
  g_auto (Source) source;
  source_init (&source);
  add (&source, "zebra", "zebra\n    n 1: striped\r\n\n");
  add (&source, "ant", "ant\n\tn 1: small  \n    n 2: army \t\n");
  check (&source, "entry zebra: zebra\\n    n 1: striped\n"
                  "entry ant: ant\\n\\tn 1: small  \\n    n 2: army\n");
}

static void
tells_homographs_from_repeated_lines (void)
{
  g_auto (Source) source;
  source_init (&source);
  add (&source, "bank", "bank: river");
  add (&source, "bank", "bank: money");
  append_line (source.index, "bank", 0, 11);
  append_line (source.index, "shore", 0, 11);
  append_line (source.index, "bank", 0, 4);
  check (&source, "entry bank: bank\nentry bank: bank: river\nentry shore: bank: river\n"
                  "entry bank: bank: money\n");
}

static void
shows_the_headword_of_the_fourth_column (void)
{
  g_auto (Source) source;
  source_init (&source);
  g_string_assign (source.body, "text");
  g_string_assign (source.index, "isnt\tA\tE\tisn't\nplain\tA\tE\t\nx\tA\tE\ty\tz\n");
  check (&source, "entry isn't: text\nentry plain: text\nentry y: text\n");
}

static void
reads_what_the_dictionary_says_of_itself (void)
{
  g_auto (Source) source;
  source_init (&source);
  add (&source, "00-database-info", "00-database-info\n   Made by hand.\n\n   Twice.\n");
  add (&source, "00-database-short", "00-database-short\n     Words (r) 3.0\n");
  add (&source, "00-database-url", "00-database-url\n   http://example.org\n");
  add (&source, "00-database-allchars", "\n");
  add (&source, "a", "b");
  check (&source, "info    Made by hand.\\n\\n   Twice.\ntitle Words (r) 3.0\nentry a: b\n");
}

static void
knows_the_folded_names_too (void)
{
  g_auto (Source) source;
  source_init (&source);
  add (&source, "00databaseutf8", "\n");
  add (&source, "00databasedictfmt1130", "00-database-dictfmt-1.13.0\n");
  add (&source, "00databaseinfo", "A dictionary\n");
  add (&source, "00databaseshort", "English - German ver. 1\n");
  add (&source, "00databasealphabet", "abc\n");
  add (&source, "00 gauge", "Spur 00\n");
  check_named (&source, "freedict-eng-deu",
               "language en\ntarget de\ninfo A dictionary\ntitle English - German ver. 1\n"
               "entry 00 gauge: Spur 00\n");
}

static void
knows_languages_and_licences_by_name (void)
{
  g_auto (Source) source;
  source_init (&source);
  add (&source, "a", "b");
  check_named (&source, "wn", "language en\ntarget en\nlicense WordNet\nentry a: b\n");
  check_named (&source, "freedict-xyz-spa", "target es\nentry a: b\n");
  check_named (&source, "freedict-eng", "entry a: b\n");
  check_named (&source, "freedict-", "entry a: b\n");
}

static void
takes_other_bytes_as_latin_1 (void)
{
  g_auto (Source) source;
  source_init (&source);
  add (&source,
       "fa\xE7"
       "ade",
       "fa\xE7"
       "ade\n  front");
  add (&source, "na\xC3\xAFve", "na\xC3\xAFve");
  check (&source, "entry façade: façade\\n  front\nentry naïve: naïve\n"
                  "warning words.index: 2 headwords and texts are not UTF-8 and were taken for "
                  "Latin-1\n");
}

static void
counts_a_text_of_several_headwords_once (void)
{
  g_auto (Source) source;
  source_init (&source);
  add (&source, "deer", "r\xE5");
  append_line (source.index, "roe", 0, 2);
  check (&source, "entry deer: rå\nentry roe: rå\n"
                  "warning words.index: 1 headword or text is not UTF-8 and was taken for "
                  "Latin-1\n");
}

static void
refuses_other_bytes_in_utf_8 (void)
{
  g_auto (Source) text;
  source_init (&text);
  add (&text, "a", "b");
  add (&text, "bad", "\xE7");
  add (&text, "00-database-utf8", "\n");
  check_damaged (&text, "line 2: the headword or its text is not UTF-8");

  g_auto (Source) headword;
  source_init (&headword);
  add (&headword, "00-database-utf8", "\n");
  add (&headword, "\xE7", "text");
  check_damaged (&headword, "line 2: the headword or its text is not UTF-8");
}

static void
replaces_control_characters (void)
{
  g_auto (Source) source;
  source_init (&source);
  add (&source, "a\x1B", "\x1B[1mb\x08\xC2\x85");
  g_string_append_len (source.body, "x\0y", 3);
  append_line (source.index, "nul", source.body->len - 3, 3);
  check (&source, "entry a\uFFFD: \uFFFD[1mb\uFFFD\uFFFD\nentry nul: x\uFFFDy\n");
}

static void
leaves_out_what_is_empty_or_too_long (void)
{
  g_auto (Source) source;
  source_init (&source);
  g_autofree char *text = g_strnfill ((gsize)3 * 1024 * 1024, 't');
  g_autofree char *word = g_strnfill (DICTIONARY_MAX_HEADWORD + 1, 'w');
  add (&source, "", "no headword");
  add (&source, "blank", " \n ");
  add (&source, "nothing", "");
  add (&source, "long", text);
  add (&source, word, "text");
  add (&source, "a", "b");
  check (&source,
         "entry a: b\n"
         "warning words.index: 1 entry was left out: the headword is empty\n"
         "warning words.index: 2 entries were left out: there is no text\n"
         "warning words.index: 1 entry was left out: the headword is longer than 256 bytes\n"
         "warning words.index: 1 entry was left out: the text is longer than 1 MiB\n");
}

static void
refuses_wrong_lines (void)
{
  static const struct
  {
    const char *index;
    const char *part;
  } wrong[] = {
    { "a\tA\tB\nb\n", "line 2: expected three columns" },
    { "a\tA\n", "line 1: expected three columns" },
    { "a\t\tB\n", "line 1: the offset is not a number in base 64" },
    { "a\tA=\tB\n", "line 1: the offset is not a number in base 64" },
    { "a\tA\tB B\n", "line 1: the length is not a number in base 64" },
    { "a\tA\t-\n", "line 1: the length is not a number in base 64" },
    { "a\tAAAAAAAAAAA\tB\n", "line 1: the offset is not a number in base 64" },
    { "a\tA\tK\nb\tB\tK\n", "line 2: the text from byte 1, 10 long, ends after the 10 bytes" },
    { "a\tL\tA\n", "line 1: the text from byte 11, 0 long" },
    { "a\tA\tB\nb\tA\tK", "line 2: the line has no end: the file is cut off" },
    { "a\tA\tB\nb", "line 2: the line has no end" },
    { "a\t//////////\t//////////\n", "line 1: the text from byte 1152921504606846975" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_auto (Source) source;
      source_init (&source);
      g_string_assign (source.body, "0123456789");
      g_string_assign (source.index, wrong[i].index);
      check_damaged (&source, wrong[i].part);
    }

  g_auto (Source) source;
  source_init (&source);
  g_string_append_len (source.index, "a\0b\tA\tA\n", 8);
  check_damaged (&source, "line 1: a NUL");
}

static void
refuses_an_index_without_body (void)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_autofree char *path = test_folder_write (&folder, "words.index", "a\tA\tA\n", -1);
  check_refused (&dictd_format, path, SOURCE_ERROR_IO, "words.dict.dz is there");
  g_assert_null (dictd_format.companions (path));
}

static void
refuses_a_spoiled_body (void)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_autoptr (GByteArray) packed = packed_new ("0123456789", 10, 5, NULL);
  packed->data[packed->len - 5] ^= 0x80;
  test_folder_add (&folder, "words.dict.dz", packed->data, (gssize)packed->len);
  g_autofree char *path = test_folder_write (&folder, "words.index", "a\tA\tK\n", -1);
  g_auto (RecordingSink) sink;
  recording_sink_init (&sink);
  g_autoptr (GError) error = NULL;
  g_assert_false (dictd_format.read (path, &sink.sink, &error));
  g_assert_error (error, SOURCE_ERROR, SOURCE_ERROR_DAMAGED);
  g_assert_nonnull (strstr (error->message, "words.dict.dz: its checksum"));
}

static void
prefers_the_plain_body (void)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  test_folder_add (&folder, "words.dict.dz", "not packed", -1);
  g_autofree char *plain = test_folder_write (&folder, "words.dict", "0123456789", -1);
  g_autofree char *path = test_folder_write (&folder, "words.index", "a\tA\tK\n", -1);
  check_read (&dictd_format, path, "entry a: 0123456789\n");
  g_auto (GStrv) companions = dictd_format.companions (path);
  g_assert_cmpuint (g_strv_length (companions), ==, 1);
  g_assert_cmpstr (companions[0], ==, plain);
}

/* Lines that all ask for the same 2 MiB, which is over what becomes an entry. */
static void
repeat (Source *source, guint n_lines)
{
  source_init (source);
  g_string_set_size (source->body, 2 * DICTIONARY_MAX_TEXT);
  memset (source->body->str, 'x', source->body->len);
  for (guint i = 0; i < n_lines; i++)
    {
      g_autofree char *headword = g_strdup_printf ("word %02u", i);
      append_line (source->index, headword, 0, source->body->len);
    }
}

static void
refuses_texts_that_repeat_the_body_without_end (void)
{
  g_auto (Source) most, more;
  repeat (&most, 16 + 32);
  check (&most, "warning words.index: 48 entries were left out: the text is longer than 1 MiB\n");
  repeat (&more, 16 + 32 + 1);
  check_damaged (&more, "line 49: ");
}

static void
hears_a_stop_while_texts_repeat (void)
{
  g_auto (Source) source;
  g_auto (TestFolder) folder;
  g_auto (RecordingSink) sink;
  test_folder_init (&folder);
  repeat (&source, 40);
  g_autofree char *path = write_source (&folder, &source, "words", FALSE);
  recording_sink_init (&sink);
  g_assert_true (dictd_format.read (path, &sink.sink, NULL));
  g_assert_cmpuint (sink.n_progress, >=, 40);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dictionary/dictd/reads-entries-in-the-bodys-order",
                   reads_entries_in_the_bodys_order);
  g_test_add_func ("/dictionary/dictd/tells-homographs-from-repeated-lines",
                   tells_homographs_from_repeated_lines);
  g_test_add_func ("/dictionary/dictd/shows-the-headword-of-the-fourth-column",
                   shows_the_headword_of_the_fourth_column);
  g_test_add_func ("/dictionary/dictd/reads-what-the-dictionary-says-of-itself",
                   reads_what_the_dictionary_says_of_itself);
  g_test_add_func ("/dictionary/dictd/knows-the-folded-names-too", knows_the_folded_names_too);
  g_test_add_func ("/dictionary/dictd/knows-languages-and-licences-by-name",
                   knows_languages_and_licences_by_name);
  g_test_add_func ("/dictionary/dictd/takes-other-bytes-as-latin-1", takes_other_bytes_as_latin_1);
  g_test_add_func ("/dictionary/dictd/counts-a-text-of-several-headwords-once",
                   counts_a_text_of_several_headwords_once);
  g_test_add_func ("/dictionary/dictd/refuses-other-bytes-in-utf-8", refuses_other_bytes_in_utf_8);
  g_test_add_func ("/dictionary/dictd/replaces-control-characters", replaces_control_characters);
  g_test_add_func ("/dictionary/dictd/leaves-out-what-is-empty-or-too-long",
                   leaves_out_what_is_empty_or_too_long);
  g_test_add_func ("/dictionary/dictd/refuses-wrong-lines", refuses_wrong_lines);
  g_test_add_func ("/dictionary/dictd/refuses-an-index-without-body",
                   refuses_an_index_without_body);
  g_test_add_func ("/dictionary/dictd/refuses-a-spoiled-body", refuses_a_spoiled_body);
  g_test_add_func ("/dictionary/dictd/refuses-texts-that-repeat-the-body-without-end",
                   refuses_texts_that_repeat_the_body_without_end);
  g_test_add_func ("/dictionary/dictd/hears-a-stop-while-texts-repeat",
                   hears_a_stop_while_texts_repeat);
  g_test_add_func ("/dictionary/dictd/prefers-the-plain-body", prefers_the_plain_body);
  return g_test_run ();
}
