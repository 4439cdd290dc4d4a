/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The line being typed: keys in, text and what is seen of it out.
 */
#include <string.h>

#include "client-cli/chat-completion.h"
#include "client-cli/line-editor.h"

#define LIMIT 400 /* [bytes] */

static LineEditorResult
press (LineEditor *editor, KeyKind kind, gunichar character)
{
  Key key = { .kind = kind, .character = character };

  return line_editor_press (editor, &key);
}

static void
type (LineEditor *editor, const char *text)
{
  for (; *text != '\0'; text += g_utf8_skip[*(const guchar *)text])
    press (editor, KEY_CHARACTER, g_utf8_get_char (text));
}

static LineEditor *
typed (const char *text)
{
  LineEditor *editor = line_editor_new (LIMIT);

  type (editor, text);
  return editor;
}

/* @expected has a `|` where the cursor is. */
static void
assert_line (LineEditor *editor, const char *expected)
{
  g_autoptr (GString) line = g_string_new (line_editor_get_text (editor));

  g_string_insert_c (line, (gssize)line_editor_get_cursor (editor), '|');
  g_assert_cmpstr (line->str, ==, expected);
}

static void
assert_drawn (LineEditor *editor, guint columns, const char *expected, guint expected_cursor)
{
  g_autoptr (GString) drawn = g_string_new (NULL);
  guint cursor = 999;

  line_editor_draw (editor, columns, drawn, &cursor);
  g_assert_cmpstr (drawn->str, ==, expected);
  g_assert_cmpuint (cursor, ==, expected_cursor);
}

static void
test_moves_and_inserts (void)
{
  LineEditor *editor = typed ("held");

  press (editor, KEY_LEFT, 0);
  type (editor, "l");
  press (editor, KEY_CONTROL, 'e');
  press (editor, KEY_BACKSPACE, 0);
  type (editor, "o");
  assert_line (editor, "hello|");
  press (editor, KEY_CONTROL, 'a');
  press (editor, KEY_DELETE, 0);
  type (editor, "H");
  assert_line (editor, "H|ello");
  press (editor, KEY_END, 0);
  g_assert_cmpint (press (editor, KEY_RIGHT, 0), ==, LINE_EDITOR_NOTHING);
  press (editor, KEY_HOME, 0);
  g_assert_cmpint (press (editor, KEY_BACKSPACE, 0), ==, LINE_EDITOR_REFUSED);
  line_editor_free (editor);
}

static void
test_moves_by_what_is_seen (void)
{
  LineEditor *editor = typed ("xe\u0301你👩\u200d👦");

  press (editor, KEY_LEFT, 0);
  assert_line (editor, "xe\u0301你|👩\u200d👦");
  press (editor, KEY_LEFT, 0);
  press (editor, KEY_BACKSPACE, 0);
  assert_line (editor, "x|你👩\u200d👦");
  press (editor, KEY_RIGHT, 0);
  press (editor, KEY_DELETE, 0);
  assert_line (editor, "x你|");
  line_editor_free (editor);
}

static void
test_moves_by_words (void)
{
  LineEditor *editor = typed ("one, two  three");

  press (editor, KEY_ALT, 'b');
  assert_line (editor, "one, two  |three");
  press (editor, KEY_WORD_LEFT, 0);
  press (editor, KEY_ALT, 'b');
  assert_line (editor, "|one, two  three");
  press (editor, KEY_ALT, 'f');
  assert_line (editor, "one|, two  three");
  press (editor, KEY_WORD_RIGHT, 0);
  assert_line (editor, "one, two|  three");
  line_editor_free (editor);
}

static void
test_kills_and_yanks (void)
{
  LineEditor *editor = typed ("one two three");

  press (editor, KEY_CONTROL, 'w');
  press (editor, KEY_CONTROL, 'w');
  assert_line (editor, "one |");
  press (editor, KEY_CONTROL, 'a');
  press (editor, KEY_CONTROL, 'y');
  assert_line (editor, "two three|one ");
  press (editor, KEY_CONTROL, 'k');
  assert_line (editor, "two three|");
  press (editor, KEY_CONTROL, 'u');
  assert_line (editor, "|");
  press (editor, KEY_CONTROL, 'y');
  assert_line (editor, "two threeone |");
  press (editor, KEY_CONTROL, 'a');
  press (editor, KEY_ALT, 'd');
  assert_line (editor, "| threeone ");
  line_editor_free (editor);
}

static void
test_recalls_lines (void)
{
  LineEditor *editor = typed ("first");

  g_free (line_editor_take (editor));
  type (editor, "second");
  g_free (line_editor_take (editor));
  type (editor, "draft");
  press (editor, KEY_UP, 0);
  assert_line (editor, "second|");
  press (editor, KEY_CONTROL, 'p');
  assert_line (editor, "first|");
  g_assert_cmpint (press (editor, KEY_UP, 0), ==, LINE_EDITOR_REFUSED);
  press (editor, KEY_DOWN, 0);
  press (editor, KEY_CONTROL, 'n');
  assert_line (editor, "draft|");
  g_assert_cmpint (press (editor, KEY_DOWN, 0), ==, LINE_EDITOR_REFUSED);
  line_editor_free (editor);
}

static void
test_says_what_is_wanted (void)
{
  LineEditor *editor = typed ("x");

  g_assert_cmpint (press (editor, KEY_ENTER, 0), ==, LINE_EDITOR_ENTER);
  g_assert_cmpint (press (editor, KEY_CONTROL, 'c'), ==, LINE_EDITOR_INTERRUPT);
  assert_line (editor, "|");
  g_assert_cmpint (press (editor, KEY_CONTROL, 'd'), ==, LINE_EDITOR_END);
  g_assert_cmpint (press (editor, KEY_CONTROL, 'l'), ==, LINE_EDITOR_REDRAW);
  g_assert_cmpint (press (editor, KEY_CONTROL, 'z'), ==, LINE_EDITOR_SUSPEND);
  g_assert_cmpint (press (editor, KEY_ESCAPE, 0), ==, LINE_EDITOR_UNKNOWN);
  line_editor_free (editor);
}

static void
test_is_bounded (void)
{
  LineEditor *editor = line_editor_new (4);

  type (editor, "你abc");
  assert_line (editor, "你a|");
  g_assert_cmpint (press (editor, KEY_CHARACTER, 'b'), ==, LINE_EDITOR_REFUSED);
  line_editor_free (editor);
}

static void
test_draws_what_fits (void)
{
  LineEditor *editor = typed ("hello");

  assert_drawn (editor, 10, "hello", 5);
  assert_drawn (editor, 6, "hello", 5);
  press (editor, KEY_LEFT, 0);
  assert_drawn (editor, 10, "hello", 4);
  line_editor_free (editor);
  editor = typed ("你\n\t\u202e.");
  assert_drawn (editor, 40, "你␊␉⟨202E⟩.", 11);
  line_editor_free (editor);
}

static void
test_scrolls_with_the_cursor (void)
{
  LineEditor *editor = typed ("abcdefghijklmnopqrst");

  assert_drawn (editor, 12, "<qrst", 5);
  press (editor, KEY_HOME, 0);
  assert_drawn (editor, 12, "abcdefghijk>", 0);
  for (guint i = 0; i < 8; i++)
    press (editor, KEY_RIGHT, 0);
  assert_drawn (editor, 12, "abcdefghijk>", 8);
  press (editor, KEY_RIGHT, 0);
  assert_drawn (editor, 12, "<fghijklmno>", 5);
  line_editor_free (editor);
}

static void
test_never_draws_beyond_the_edge (void)
{
  LineEditor *editor = typed ("a你\u202eb好e\u0301👩\u200d👦c\nd世界efg你好吗hijk");

  for (guint columns = 3; columns < 40; columns++)
    {
      press (editor, KEY_HOME, 0);
      for (guint i = 0; i < 40; i++)
        {
          g_autoptr (GString) drawn = g_string_new (NULL);
          guint cursor;
          guint width = 0;
          line_editor_draw (editor, columns, drawn, &cursor);
          for (const char *at = drawn->str; *at != '\0'; at += g_utf8_skip[*(const guchar *)at])
            {
              gunichar c = g_utf8_get_char (at);
              width += g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;
            }
          g_assert_cmpuint (width, <=, columns);
          g_assert_cmpuint (cursor, <, columns);
          press (editor, KEY_RIGHT, 0);
        }
    }
  line_editor_free (editor);
}

static void
test_any_keys_leave_a_line (void)
{
  static const char controls[] = "abcdefknpuwyl";
  static const gunichar characters[] = { 'a', ' ', 0xE9, 0x301, 0x4F60, 0x1F469, 0x200D, 0x202E };
  LineEditor *editor = line_editor_new (LIMIT);

  for (guint i = 0; i < 20000; i++)
    {
      KeyKind kind = (KeyKind)g_test_rand_int_range (KEY_CHARACTER, KEY_POSITION);
      gunichar character = kind == KEY_CHARACTER
                               ? characters[g_test_rand_int_range (0, 8)]
                               : (gunichar)controls[g_test_rand_int_range (0, 13)];
      guint columns = (guint)g_test_rand_int_range (3, 30);
      g_autoptr (GString) drawn = g_string_new (NULL);
      guint cursor;
      if (press (editor, kind, character) == LINE_EDITOR_ENTER)
        g_free (line_editor_take (editor));
      const char *text = line_editor_get_text (editor);
      gsize at = line_editor_get_cursor (editor);
      g_assert_true (g_utf8_validate (text, -1, NULL) && strlen (text) <= LIMIT);
      g_assert_true (at <= strlen (text) && g_utf8_validate (text, (gssize)at, NULL));
      line_editor_draw (editor, columns, drawn, &cursor);
      g_assert_cmpuint (cursor, <, columns);
    }
  line_editor_free (editor);
}

static GPtrArray *
list (const char *names)
{
  GPtrArray *array = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) split = g_strsplit (names, ",", -1);

  for (guint i = 0; split[i] != NULL; i++)
    g_ptr_array_add (array, g_strdup (split[i]));
  return array;
}

static void
assert_completed (const char *text, guint n_tabs, gboolean backward, const char *expected)
{
  LineEditor *editor = typed (text);
  ChatCompletion *completion = chat_completion_new ();
  g_autoptr (GPtrArray) nicks = list ("Bob,alice,albert,Ännchen,ev\033[il");
  g_autoptr (GPtrArray) rooms = list ("lobby,Reading circle");
  CompletionNames names = { nicks, rooms };

  for (guint i = 0; i < n_tabs; i++)
    (void)chat_completion_step (completion, editor, &names, backward);
  assert_line (editor, expected);
  chat_completion_free (completion);
  line_editor_free (editor);
}

static void
test_completes_nicks (void)
{
  assert_completed ("bo", 1, FALSE, "Bob: |");
  assert_completed ("hi bo", 1, FALSE, "hi Bob |");
  assert_completed ("al", 1, FALSE, "alice: |");
  assert_completed ("al", 2, FALSE, "albert: |");
  assert_completed ("al", 3, FALSE, "al|");
  assert_completed ("al", 1, TRUE, "albert: |");
  assert_completed ("ä", 1, FALSE, "Ännchen: |");
  assert_completed ("zz", 1, FALSE, "zz|");
  assert_completed ("ev", 1, FALSE, "ev|");
}

static void
test_completes_commands_and_rooms (void)
{
  assert_completed ("/jo", 1, FALSE, "/join |");
  assert_completed ("/join re", 1, FALSE, "/join Reading circle|");
  assert_completed ("/join reading c", 1, FALSE, "/join Reading circle|");
  assert_completed ("/me al", 1, FALSE, "/me alice |");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/editor/moves-and-inserts", test_moves_and_inserts);
  g_test_add_func ("/cli/editor/moves-by-what-is-seen", test_moves_by_what_is_seen);
  g_test_add_func ("/cli/editor/moves-by-words", test_moves_by_words);
  g_test_add_func ("/cli/editor/kills-and-yanks", test_kills_and_yanks);
  g_test_add_func ("/cli/editor/recalls-lines", test_recalls_lines);
  g_test_add_func ("/cli/editor/says-what-is-wanted", test_says_what_is_wanted);
  g_test_add_func ("/cli/editor/is-bounded", test_is_bounded);
  g_test_add_func ("/cli/editor/draws-what-fits", test_draws_what_fits);
  g_test_add_func ("/cli/editor/scrolls-with-the-cursor", test_scrolls_with_the_cursor);
  g_test_add_func ("/cli/editor/never-draws-beyond-the-edge", test_never_draws_beyond_the_edge);
  g_test_add_func ("/cli/editor/any-keys-leave-a-line", test_any_keys_leave_a_line);
  g_test_add_func ("/cli/editor/completes-nicks", test_completes_nicks);
  g_test_add_func ("/cli/editor/completes-commands-and-rooms", test_completes_commands_and_rooms);
  return g_test_run ();
}
