/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What bytes of a terminal are which keys.
 */
#include <string.h>

#include "client-cli/key-decoder.h"

static const char *const kind_names[] = {
  [KEY_CHARACTER] = "",        [KEY_CONTROL] = "^",
  [KEY_ALT] = "alt-",          [KEY_ENTER] = "enter",
  [KEY_TAB] = "tab",           [KEY_BACK_TAB] = "backtab",
  [KEY_BACKSPACE] = "back",    [KEY_ALT_BACKSPACE] = "aback",
  [KEY_DELETE] = "delete",     [KEY_LEFT] = "left",
  [KEY_RIGHT] = "right",       [KEY_WORD_LEFT] = "wleft",
  [KEY_WORD_RIGHT] = "wright", [KEY_UP] = "up",
  [KEY_DOWN] = "down",         [KEY_HOME] = "home",
  [KEY_END] = "end",           [KEY_ESCAPE] = "escape",
  [KEY_POSITION] = "position",
};

static void
append_key (GString *out, const Key *key)
{
  if (out->len > 0)
    g_string_append_c (out, ' ');
  g_string_append (out, kind_names[key->kind]);
  if (key->kind == KEY_POSITION)
    g_string_append_printf (out, "%u", key->column);
  else if (key->character == '\n')
    g_string_append (out, "LF");
  else if (key->character != 0)
    g_string_append_unichar (out, key->character);
}

static void
assert_keys (const char *bytes, gsize n_bytes, const char *expected)
{
  KeyDecoder decoder;
  g_autoptr (GString) keys = g_string_new (NULL);
  Key key;

  key_decoder_init (&decoder);
  for (gsize i = 0; i < n_bytes; i++)
    if (key_decoder_feed (&decoder, bytes[i], &key))
      append_key (keys, &key);
  if (key_decoder_expire (&decoder, &key))
    append_key (keys, &key);
  g_assert_cmpstr (keys->str, ==, expected);
  g_assert_false (key_decoder_is_waiting (&decoder));
}

#define ASSERT_KEYS(bytes, expected) assert_keys (bytes, sizeof (bytes) - 1, expected)

static void
test_characters (void)
{
  ASSERT_KEYS ("aé你😀", "a é 你 😀");
  ASSERT_KEYS ("\x01\x03\x17\x1f", "^a ^c ^w ^_");
  ASSERT_KEYS ("\r\n\t\x7f\b", "enter enter tab back back");
}

static void
test_what_is_no_text_is_dropped (void)
{
  ASSERT_KEYS ("a\xff\xc0\x80z", "a z");
  ASSERT_KEYS ("\xe4\xbdz", "z");     /* cut off */
  ASSERT_KEYS ("\xed\xa0\x80z", "z"); /* a surrogate */
  ASSERT_KEYS ("\xc2\x9b"
               "2Jz",
               "2 J z"); /* C1 as a character */
  ASSERT_KEYS ("\xe4\x1b[A", "up");
  ASSERT_KEYS ("\0z", "z");
}

static void
test_cursor_keys (void)
{
  ASSERT_KEYS ("\033[A\033[B\033[C\033[D\033[H\033[F", "up down right left home end");
  ASSERT_KEYS ("\033OA\033OB\033OC\033OD\033OH\033OF\033OM", "up down right left home end enter");
  ASSERT_KEYS ("\033[1~\033[4~\033[7~\033[8~\033[3~\033[Z", "home end home end delete backtab");
  ASSERT_KEYS ("\033[1;5C\033[1;5D\033[1;3C\033[1;2C", "wright wleft wright right");
}

static void
test_alt_keys (void)
{
  ASSERT_KEYS ("\033b\033f\033d\0331", "alt-b alt-f alt-d alt-1");
  ASSERT_KEYS ("\033\x7f\033\r", "aback LF");
  ASSERT_KEYS ("\033é", "alt-é");
}

static void
test_unknown_sequences_are_passed_over (void)
{
  ASSERT_KEYS ("\033[15~\033[24;2~\033[[Az", "z");
  ASSERT_KEYS ("\033[<0;10;10Mz", "z");
  ASSERT_KEYS ("\033[?1;2c\033[I\033[Oz", "z");
  ASSERT_KEYS ("\033[11111111111111111111111111111111111111111111111111111~z", "z");
}

static void
test_escape_alone (void)
{
  ASSERT_KEYS ("\033", "escape");
  ASSERT_KEYS ("\033\033[A", "up");
  ASSERT_KEYS ("\033[", "alt-[");
}

static void
test_split_sequences_wait (void)
{
  KeyDecoder decoder;
  Key key;

  key_decoder_init (&decoder);
  g_assert_false (key_decoder_feed (&decoder, '\033', &key));
  g_assert_true (key_decoder_is_waiting (&decoder));
  g_assert_false (key_decoder_feed (&decoder, '[', &key));
  g_assert_true (key_decoder_is_waiting (&decoder));
  g_assert_true (key_decoder_feed (&decoder, 'D', &key));
  g_assert_cmpint (key.kind, ==, KEY_LEFT);
  g_assert_false (key_decoder_is_waiting (&decoder));
}

static void
test_paste_has_no_keys_in_it (void)
{
  ASSERT_KEYS ("\033[200~a\rb\r\nc\nd\te\033[201~\r", "a LF b LF c LF d \t e enter");
  ASSERT_KEYS ("\033[200~\x03\x04\x1b[A\x1bOA\x1b[31m\x7f.\033[201~x", ". x");
  /* It may come in pieces, and a begun mark in it is not taken for Escape. */
  KeyDecoder decoder;
  Key key;
  const char *mark = "\033[200~\033";
  key_decoder_init (&decoder);
  for (; *mark != '\0'; mark++)
    g_assert_false (key_decoder_feed (&decoder, *mark, &key));
  g_assert_false (key_decoder_is_waiting (&decoder));
  g_assert_false (key_decoder_expire (&decoder, &key));
}

static void
test_position (void)
{
  ASSERT_KEYS ("\033[24;80R", "position79");
  ASSERT_KEYS ("\033[R", "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/keys/characters", test_characters);
  g_test_add_func ("/cli/keys/what-is-no-text-is-dropped", test_what_is_no_text_is_dropped);
  g_test_add_func ("/cli/keys/cursor-keys", test_cursor_keys);
  g_test_add_func ("/cli/keys/alt-keys", test_alt_keys);
  g_test_add_func ("/cli/keys/unknown-sequences-are-passed-over",
                   test_unknown_sequences_are_passed_over);
  g_test_add_func ("/cli/keys/escape-alone", test_escape_alone);
  g_test_add_func ("/cli/keys/split-sequences-wait", test_split_sequences_wait);
  g_test_add_func ("/cli/keys/paste-has-no-keys-in-it", test_paste_has_no_keys_in_it);
  g_test_add_func ("/cli/keys/position", test_position);
  return g_test_run ();
}
