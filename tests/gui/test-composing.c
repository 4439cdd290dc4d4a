/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the composer makes of keys: completion, recall, and the words on commands and typists.
 */
#include <string.h>

#include "client-gui/command-words.h"
#include "client-gui/composer-completion.h"
#include "client-gui/composer-recall.h"
#include "client-gui/typing-words.h"
#include "protocol/client/message-list-private.h"
#include "protocol/client/message-private.h"

static GPtrArray *
strings (const char *first, ...)
{
  GPtrArray *array = g_ptr_array_new_with_free_func (g_free);
  va_list rest;

  va_start (rest, first);
  for (const char *at = first; at != NULL; at = va_arg (rest, const char *))
    g_ptr_array_add (array, g_strdup (at));
  va_end (rest);
  return array;
}

/* @expected: (nullable): what the first Tab puts behind @start bytes */
static void
assert_completes (const char *before, gsize start, const char *expected)
{
  g_autoptr (GPtrArray) nicks = strings ("Bob", "bonnie", "李雷", NULL);
  g_autoptr (GPtrArray) rooms = strings ("lobby", "Reading circle", NULL);
  g_autoptr (ParlanceCompletion) completion = parlance_completion_new (before, nicks, rooms);

  if (expected == NULL)
    {
      g_assert_null (completion);
      return;
    }
  g_assert_nonnull (completion);
  g_assert_cmpuint (parlance_completion_get_start (completion), ==, start);
  g_assert_cmpstr (parlance_completion_step (completion, 1), ==, expected);
}

static void
test_completion (void)
{
  assert_completes ("", 0, NULL);
  assert_completes ("bo", 0, "Bob: ");
  assert_completes ("hello bon", 6, "bonnie ");
  assert_completes ("ask @bo", 4, "Bob ");
  assert_completes ("你好 李", strlen ("你好 "), "李雷 ");
  assert_completes ("/jo", 0, "/join ");
  assert_completes ("/join read", 6, "Reading circle");
  assert_completes ("/join reading c", 6, "Reading circle");
  assert_completes ("zz", 0, NULL);
  assert_completes ("/history", 0, NULL);
}

static void
test_completion_goes_round (void)
{
  g_autoptr (GPtrArray) nicks = strings ("Bob", "bonnie", NULL);
  g_autoptr (GPtrArray) rooms = strings (NULL);
  g_autoptr (ParlanceCompletion) completion = parlance_completion_new ("b", nicks, rooms);

  g_assert_cmpstr (parlance_completion_step (completion, 1), ==, "Bob: ");
  g_assert_cmpstr (parlance_completion_step (completion, 1), ==, "bonnie: ");
  g_assert_cmpstr (parlance_completion_step (completion, 1), ==, "b");
  g_assert_cmpstr (parlance_completion_step (completion, -1), ==, "bonnie: ");
}

static ParlanceMessage *
add_own (ParlanceMessageList *list, ParlanceMessageKind kind, const char *text)
{
  g_autoptr (ParlanceMessage) message =
      parlance_message_new_own ("lobby", "alice", kind, text, 0, NULL, NULL);

  parlance_message_list_add_own (list, message);
  return message;
}

static void
test_recall (void)
{
  g_autoptr (ParlanceMessageList) list = parlance_message_list_new ();
  ParlanceMessage *first = add_own (list, PARLANCE_MESSAGE_TEXT, "first");
  add_own (list, PARLANCE_MESSAGE_DEFINITION, "a card");
  ParlanceMessage *second = add_own (list, PARLANCE_MESSAGE_ACTION, "waves");

  g_assert_true (parlance_recall_step (list, NULL, -1) == second);
  g_assert_true (parlance_recall_step (list, second, -1) == first);
  g_assert_null (parlance_recall_step (list, first, -1));
  g_assert_true (parlance_recall_step (list, first, 1) == second);
  g_assert_null (parlance_recall_step (list, second, 1));
  g_assert_null (parlance_recall_step (list, NULL, 1));
}

static void
test_recalled_text_says_the_same_again (void)
{
  g_autoptr (ParlanceMessageList) list = parlance_message_list_new ();
  g_autofree char *action = parlance_recall_text (add_own (list, PARLANCE_MESSAGE_ACTION, "waves"));
  g_autofree char *path = parlance_recall_text (add_own (list, PARLANCE_MESSAGE_TEXT, "/etc"));
  g_auto (ParlanceCommand) command = { 0 };

  g_assert_cmpstr (action, ==, "/me waves");
  g_assert_cmpstr (path, ==, "//etc");
  g_assert_cmpint (parlance_command_parse (path, &command), ==, PARLANCE_COMMAND_FAULT_NONE);
  g_assert_cmpint (command.kind, ==, PARLANCE_COMMAND_SAY);
  g_assert_cmpstr (command.argument, ==, "/etc");
}

static void
assert_fault (const char *line, ParlanceCommandFault expected, const char *part)
{
  g_auto (ParlanceCommand) command = { 0 };
  ParlanceCommandFault fault = parlance_command_parse (line, &command);

  g_assert_cmpint (fault, ==, expected);
  g_autofree char *words = parlance_command_words_fault (fault, &command);
  g_assert_nonnull (strstr (words, part));
}

static void
test_faults_say_what_to_do (void)
{
  assert_fault ("/jion x", PARLANCE_COMMAND_FAULT_UNKNOWN, "/jion");
  assert_fault ("/\xe2\x80\xaex", PARLANCE_COMMAND_FAULT_UNKNOWN, "/help");
  assert_fault ("/join", PARLANCE_COMMAND_FAULT_NEEDS_ARGUMENT, "/join ROOM");
  assert_fault ("/rooms x", PARLANCE_COMMAND_FAULT_TAKES_NO_ARGUMENT, "/rooms");
  assert_fault ("/history x", PARLANCE_COMMAND_FAULT_NO_NUMBER, "scroll");
}

static void
assert_typing (const char *const *nicks, const char *expected)
{
  g_autofree char *words = parlance_typing_words (nicks);

  g_assert_cmpstr (words, ==, expected);
}

static void
test_typing (void)
{
  assert_typing ((const char *[]){ NULL }, "");
  assert_typing ((const char *[]){ "bob", NULL }, "\u2068bob\u2069 is writing…");
  assert_typing ((const char *[]){ "bob", "eve", NULL },
                 "\u2068bob\u2069 and \u2068eve\u2069 are writing…");
  assert_typing ((const char *[]){ "a", "b", "c", "d", NULL },
                 "\u2068a\u2069, \u2068b\u2069 and 2 more are writing…");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/composing/completion", test_completion);
  g_test_add_func ("/gui/composing/completion-goes-round", test_completion_goes_round);
  g_test_add_func ("/gui/composing/recall", test_recall);
  g_test_add_func ("/gui/composing/recalled-text-says-the-same-again",
                   test_recalled_text_says_the_same_again);
  g_test_add_func ("/gui/composing/faults-say-what-to-do", test_faults_say_what_to_do);
  g_test_add_func ("/gui/composing/typing", test_typing);
  return g_test_run ();
}
