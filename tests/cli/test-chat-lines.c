/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The lines of a chat, and what typed lines mean. Times are of UTC here.
 */
#include <string.h>

#include "client-cli/chat-command.h"
#include "client-cli/chat-lines.h"
#include "client-cli/nick-color.h"

#define NOON_MS 1763640120000 /* 2025-11-20 12:02 UTC */

static const ChatStyle plain = { { FALSE, 0 }, FALSE, FALSE };

static void
assert_message (const ChatStyle *style, const ChatLine *line, const char *expected)
{
  g_autoptr (GString) out = g_string_new (NULL);

  chat_lines_message (out, style, line);
  g_assert_cmpstr (out->str, ==, expected);
}

static void
test_message (void)
{
  ChatLine line = { .time_ms = NOON_MS, .from = "alice", .text = "hello" };

  assert_message (&plain, &line, "12:02 <alice> hello\n");
  line.room = "music";
  assert_message (&plain, &line, "12:02 [music] <alice> hello\n");
  line.kind = CHAT_LINE_ACTION;
  line.mention = TRUE;
  assert_message (&plain, &line, "12:02 [music] ! * alice hello\n");
}

static void
test_further_lines_cannot_pass_for_others (void)
{
  ChatLine line = { .time_ms = NOON_MS, .from = "eve", .text = "a\n12:02 <bob> I quit\r12:03 x\n" };
  const ChatStyle narrow = { { FALSE, 24 }, FALSE, FALSE };

  assert_message (&plain, &line, "12:02 <eve> a\n      12:02 <bob> I quit␍12:03 x\n\n");
  assert_message (&narrow, &line, "12:02 <eve> a\n      12:02 <bob> I\n      quit␍12:03 x\n\n");
}

static void
test_long_message_hangs (void)
{
  ChatLine line = { .time_ms = NOON_MS, .from = "alice", .text = "one two three four five" };
  const ChatStyle narrow = { { FALSE, 30 }, FALSE, FALSE };

  assert_message (&narrow, &line, "12:02 <alice> one two three\n      four five\n");
  line.from = "anickthatisnearlyaswideasitgets";
  assert_message (&narrow, &line,
                  "12:02 <anickthatisnearlyaswideasitgets>\n      one two three four five\n");
}

static void
test_endless_message_is_cut (void)
{
  g_autoptr (GString) text = g_string_new ("x");
  g_autoptr (GString) out = g_string_new (NULL);
  ChatLine line = { .time_ms = NOON_MS, .from = "eve" };

  for (guint i = 0; i < 500; i++)
    g_string_append (text, "\nx");
  line.text = text->str;
  chat_lines_message (out, &plain, &line);
  g_assert_true (g_str_has_suffix (out->str, "      x\n      … (441 more lines)\n"));
}

static void
test_nothing_drives_the_terminal (void)
{
  ChatLine line = {
    .time_ms = NOON_MS,
    .from = "e\033[2Jve",
    .room = "r\u202em",
    .text = "\033]0;title\a\xC2\x9B"
            "2J\u2066x",
  };
  ChatStyle colored = { { TRUE, 80 }, TRUE, TRUE };
  g_autoptr (GString) out = g_string_new (NULL);

  assert_message (&plain, &line, "12:02 [r⟨202E⟩m] <e␛[2Jve> ␛]0;title␇⟨009B⟩2J⟨2066⟩x\n");
  chat_lines_message (out, &colored, &line);
  chat_lines_event (out, &colored, NOON_MS, line.room, line.text);
  chat_lines_problem (out, &colored, line.text);
  for (const char *at = out->str; (at = strchr (at, '\033')) != NULL; at++)
    g_assert_true (at[1] == '[' && at[2 + strspn (at + 2, "0123456789;")] == 'm');
}

static void
test_right_to_left_is_isolated (void)
{
  ChatLine line = { .time_ms = NOON_MS, .from = "אבג", .text = "שלום 5" };
  ChatStyle isolating = { { FALSE, 0 }, FALSE, TRUE };

  assert_message (&isolating, &line, "12:02 <\u2068אבג\u2069> \u2068שלום 5\u2069\n");
  assert_message (&plain, &line, "12:02 <אבג> שלום 5\n");
}

static ParlanceEntry *
make_entry (const char *json)
{
  ParlanceJsonValue value;
  ParlanceEntry *entry;

  g_assert_true (parlance_json_parse (json, strlen (json), 32, &value));
  entry = parlance_entry_new_from_value (&value, NULL);
  g_assert_nonnull (entry);
  return entry;
}

static void
test_card (void)
{
  g_autoptr (ParlanceEntry) entry =
      make_entry ("{\"dictionary\":\"ecdict\",\"headword\":\"run\",\"via\":\"exact\","
                  "\"phonetic\":\"rʌn\",\"text\":\"n. 跑\\nv. 2\\n3\\n4\\n5\\n6\"}");
  ChatLine line = {
    .kind = CHAT_LINE_DEFINITION, .time_ms = NOON_MS, .from = "bob", .text = "t", .entry = entry
  };

  assert_message (&plain, &line,
                  "12:02 * bob shares run  rʌn  (ecdict)\n      n. 跑\n      v. 2\n      3\n"
                  "      4\n      … (2 more lines)\n");
  line.entry = NULL;
  assert_message (&plain, &line, "12:02 * bob t\n");
  g_autofree char *summary = chat_lines_entry_summary (entry);
  g_assert_cmpstr (summary, ==, "run [rʌn]: n. 跑; v. 2; 3; 4; 5; 6");
}

static void
test_events (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  ChatStyle colored = { { TRUE, 0 }, FALSE, FALSE };

  chat_lines_event (out, &plain, NOON_MS, "music", "dave joined");
  chat_lines_remark (out, &plain, "Reconnecting in 4 s…");
  chat_lines_problem (out, &plain, "no");
  g_assert_cmpstr (out->str, ==, "12:02 [music] -- dave joined\n-- Reconnecting in 4 s…\n-- no\n");
  g_string_truncate (out, 0);
  chat_lines_event (out, &colored, NOON_MS, NULL, "dave joined");
  g_assert_cmpstr (out->str, ==, "\033[2m12:02 -- dave joined\033[0m\n");
}

static void
test_day_changes (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  guint day = 0;

  chat_lines_day (out, &plain, NOON_MS, &day);
  g_assert_cmpstr (out->str, ==, "-- Thursday, 2025-11-20 --\n");
  chat_lines_day (out, &plain, NOON_MS + 60000, &day);
  g_assert_cmpstr (out->str, ==, "-- Thursday, 2025-11-20 --\n");
  chat_lines_day (out, &plain, NOON_MS + 43200000, &day);
  g_assert_cmpstr (out->str, ==, "-- Thursday, 2025-11-20 --\n-- Friday, 2025-11-21 --\n");
  g_string_truncate (out, 0);
  day = 0;
  chat_lines_day (out, &plain, g_get_real_time () / 1000, &day);
  g_assert_cmpstr (out->str, ==, "");
  chat_lines_day (out, &plain, G_MAXINT64, &day);
  g_assert_cmpstr (out->str, ==, "");
}

static void
test_nicks_have_colors (void)
{
  g_autoptr (GString) one = g_string_new (NULL);
  g_autoptr (GString) other = g_string_new (NULL);

  nick_color_append (one, "alice", TRUE);
  nick_color_append (other, "ALICE", TRUE);
  g_assert_cmpstr (one->str, ==, other->str);
  g_assert_true (g_str_has_prefix (one->str, "\033[38;5;"));
  g_string_truncate (other, 0);
  nick_color_append (other, "bob", TRUE);
  g_assert_cmpstr (one->str, !=, other->str);
  g_string_truncate (one, 0);
  nick_color_append (one, "alice", FALSE);
  g_assert_cmpuint (one->len, ==, 5);
}

static void
assert_command (const char *line, ParlanceCommandKind kind, const char *argument)
{
  ParlanceCommand command;
  char *problem;

  g_assert_true (chat_command_parse (line, &command, &problem));
  g_assert_cmpint (command.kind, ==, kind);
  g_assert_cmpstr (command.argument, ==, argument);
  parlance_command_clear (&command);
}

static void
assert_no_command (const char *line, const char *part)
{
  ParlanceCommand command;
  g_autofree char *problem = NULL;

  g_assert_false (chat_command_parse (line, &command, &problem));
  g_assert_nonnull (strstr (problem, part));
}

static void
test_commands (void)
{
  assert_command ("", PARLANCE_COMMAND_NONE, NULL);
  assert_command (" \t\u3000", PARLANCE_COMMAND_NONE, NULL);
  assert_command ("hello  there ", PARLANCE_COMMAND_SAY, "hello  there ");
  assert_command ("//etc/passwd", PARLANCE_COMMAND_SAY, "/etc/passwd");
  assert_command (" /join", PARLANCE_COMMAND_SAY, " /join");
  assert_command ("/join  Reading circle ", PARLANCE_COMMAND_JOIN, "Reading circle");
  assert_command ("/JOIN x", PARLANCE_COMMAND_JOIN, "x");
  assert_command ("/part", PARLANCE_COMMAND_LEAVE, NULL);
  assert_command ("/me waves\nand more", PARLANCE_COMMAND_ME, "waves\nand more");
  assert_command ("/topic", PARLANCE_COMMAND_TOPIC, NULL);
  assert_command ("/history", PARLANCE_COMMAND_HISTORY, NULL);
  assert_command ("/quit", PARLANCE_COMMAND_QUIT, NULL);
  assert_no_command ("/jion x", "/jion");
  assert_no_command ("/", "/help");
  assert_no_command ("/join", "/join ROOM");
  assert_no_command ("/rooms x", "/rooms");
  assert_no_command ("/history 0", "1 to 500");
  assert_no_command ("/history 501", "1 to 500");
}

static void
test_every_command_is_explained (void)
{
  g_autofree char *help = chat_command_help ();
  for (guint i = PARLANCE_COMMAND_FIRST; i <= PARLANCE_COMMAND_LAST; i++)
    g_assert_nonnull (strstr (help, parlance_command_get_name ((ParlanceCommandKind)i)));
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/chat-lines/message", test_message);
  g_test_add_func ("/cli/chat-lines/further-lines-cannot-pass-for-others",
                   test_further_lines_cannot_pass_for_others);
  g_test_add_func ("/cli/chat-lines/long-message-hangs", test_long_message_hangs);
  g_test_add_func ("/cli/chat-lines/endless-message-is-cut", test_endless_message_is_cut);
  g_test_add_func ("/cli/chat-lines/nothing-drives-the-terminal", test_nothing_drives_the_terminal);
  g_test_add_func ("/cli/chat-lines/right-to-left-is-isolated", test_right_to_left_is_isolated);
  g_test_add_func ("/cli/chat-lines/card", test_card);
  g_test_add_func ("/cli/chat-lines/events", test_events);
  g_test_add_func ("/cli/chat-lines/day-changes", test_day_changes);
  g_test_add_func ("/cli/chat-lines/nicks-have-colors", test_nicks_have_colors);
  g_test_add_func ("/cli/chat-command/kinds", test_commands);
  g_test_add_func ("/cli/chat-command/every-one-is-explained", test_every_command_is_explained);
  return g_test_run ();
}
