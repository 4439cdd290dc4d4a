/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What was looked up can be read again without a server, and costs no more than was allowed.
 */
#include <string.h>

#include "protocol/client/word-cache.h"
#include "tests/client/fake-server.h"

typedef struct
{
  gboolean done;
  gboolean kept;
  ParlanceDefinition *definition;
  GError *error;
} Answer;

static void
on_defined (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->definition = parlance_word_cache_define_finish (PARLANCE_WORD_CACHE (source), result,
                                                          &answer->kept, &answer->error);
  answer->done = TRUE;
}

static void
answer_clear (Answer *self)
{
  g_clear_pointer (&self->definition, parlance_definition_unref);
  g_clear_error (&self->error);
}

static ParlanceDefinition *
make_definition (const char *word, guint n_padding)
{
  g_autofree char *padding = g_strnfill (n_padding, 'x');

  return parlance_definition_new_take_json (
      g_strdup_printf ("{\"word\":\"%s\",\"entries\":[],\"suggestions\":[\"%s\"]}", word, padding),
      NULL);
}

/* Asks, and answers as the server: the @id-th request of the session. */
static void
ask (ParlanceWordCache *cache,
     FakeServer *server,
     ParlanceSession *session,
     guint id,
     const char *word)
{
  Answer answer = { 0 };
  g_autofree char *reply = g_strdup_printf (
      "{\"jsonrpc\":\"2.0\",\"id\":%u,\"result\":{\"word\":\"%s\",\"entries\":[]}}\n", id, word);

  parlance_word_cache_define_async (cache, session, word, NULL, NULL, on_defined, &answer);
  fake_server_wait_lines (server, id);
  fake_server_send (server, reply);
  fake_server_wait_for (&answer.done);
  g_assert_no_error (answer.error);
  g_assert_false (answer.kept);
  g_assert_cmpstr (parlance_definition_get_word (answer.definition), ==, word);
  answer_clear (&answer);
}

static void
expect_kept (ParlanceWordCache *cache, ParlanceSession *session, const char *word)
{
  Answer answer = { 0 };

  parlance_word_cache_define_async (cache, session, word, NULL, NULL, on_defined, &answer);
  fake_server_wait_for (&answer.done);
  g_assert_no_error (answer.error);
  g_assert_true (answer.kept);
  answer_clear (&answer);
}

static void
test_opens_without_a_server (void)
{
  g_autoptr (ParlanceWordCache) cache = parlance_word_cache_new (8, 1 << 20);
  FakeServer server;
  fake_server_init (&server);
  g_autoptr (ParlanceSession) session = fake_server_connect (&server);

  ask (cache, &server, session, 1, "run");
  parlance_session_close (session);

  expect_kept (cache, NULL, "run");
  expect_kept (cache, NULL, " Run");
  expect_kept (cache, NULL, "ｒｕｎ");
  fake_server_clear (&server);
}

static void
test_says_that_nobody_can_be_asked (void)
{
  g_autoptr (ParlanceWordCache) cache = parlance_word_cache_new (8, 1 << 20);
  Answer answer = { 0 };

  parlance_word_cache_define_async (cache, NULL, "run", NULL, NULL, on_defined, &answer);
  fake_server_wait_for (&answer.done);
  g_assert_null (answer.definition);
  g_assert_error (answer.error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
  answer_clear (&answer);
}

static void
test_does_not_ask_again_at_once (void)
{
  g_autoptr (ParlanceWordCache) cache = parlance_word_cache_new (8, 1 << 20);
  FakeServer server;
  fake_server_init (&server);
  g_autoptr (ParlanceSession) session = fake_server_connect (&server);

  ask (cache, &server, session, 1, "Polish");
  expect_kept (cache, session, "Polish");
  /* The server puts the exact spelling first, so this is another question. */
  ask (cache, &server, session, 2, "polish");
  parlance_session_close (session);
  fake_server_clear (&server);
}

static void
test_other_dictionaries_are_another_question (void)
{
  static const char *const names[] = { "wn", NULL };
  const ParlanceLookupOptions options = { .dictionaries = names };
  g_autoptr (ParlanceWordCache) cache = parlance_word_cache_new (8, 1 << 20);
  g_autoptr (ParlanceDefinition) definition = make_definition ("run", 0);

  parlance_word_cache_add (cache, "run", &options, definition);
  g_assert_null (parlance_word_cache_peek (cache, "run", NULL));
  g_assert_true (parlance_word_cache_peek (cache, "run", &options) == definition);
}

static void
test_lost_connection_gives_what_was_kept (void)
{
  g_autoptr (ParlanceWordCache) cache = parlance_word_cache_new (8, 1 << 20);
  g_autoptr (ParlanceDefinition) definition = make_definition ("run", 0);
  Answer known = { 0 };
  Answer unknown = { 0 };
  FakeServer server;
  fake_server_init (&server);
  g_autoptr (ParlanceSession) session = fake_server_connect (&server);

  parlance_word_cache_add (cache, "ran", NULL, definition);
  parlance_word_cache_define_async (cache, session, "ran", NULL, NULL, on_defined, &known);
  parlance_word_cache_define_async (cache, session, "walk", NULL, NULL, on_defined, &unknown);
  fake_server_wait_lines (&server, 2);
  fake_server_hang_up (&server);
  fake_server_wait_for (&known.done);
  fake_server_wait_for (&unknown.done);

  g_assert_no_error (known.error);
  g_assert_true (known.kept);
  g_assert_cmpstr (parlance_definition_get_word (known.definition), ==, "run");
  g_assert_null (unknown.definition);
  g_assert_nonnull (unknown.error);
  answer_clear (&known);
  answer_clear (&unknown);
  fake_server_clear (&server);
}

static void
test_refusal_is_not_covered_up (void)
{
  g_autoptr (ParlanceWordCache) cache = parlance_word_cache_new (8, 1 << 20);
  g_autoptr (ParlanceDefinition) definition = make_definition ("run", 0);
  Answer answer = { 0 };
  FakeServer server;
  fake_server_init (&server);
  g_autoptr (ParlanceSession) session = fake_server_connect (&server);

  parlance_word_cache_add (cache, "run", NULL, definition);
  parlance_word_cache_define_async (cache, session, "run", NULL, NULL, on_defined, &answer);
  fake_server_wait_lines (&server, 1);
  fake_server_send (&server, "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32010,"
                             "\"message\":\"no\",\"data\":{\"reason\":\"no_such_dictionary\"}}}\n");
  fake_server_wait_for (&answer.done);
  g_assert_error (answer.error, PARLANCE_ERROR, PARLANCE_REASON_NO_SUCH_DICTIONARY);
  answer_clear (&answer);
  parlance_session_close (session);
  fake_server_clear (&server);
}

static void
test_what_is_unused_longest_goes_first (void)
{
  g_autoptr (ParlanceWordCache) cache = parlance_word_cache_new (2, 1 << 20);
  g_autoptr (ParlanceDefinition) definition = make_definition ("x", 0);

  parlance_word_cache_add (cache, "one", NULL, definition);
  parlance_word_cache_add (cache, "two", NULL, definition);
  g_assert_nonnull (parlance_word_cache_peek (cache, "one", NULL));
  parlance_word_cache_add (cache, "three", NULL, definition);

  g_assert_cmpuint (parlance_word_cache_get_n_entries (cache), ==, 2);
  g_assert_nonnull (parlance_word_cache_peek (cache, "one", NULL));
  g_assert_null (parlance_word_cache_peek (cache, "two", NULL));
  g_assert_nonnull (parlance_word_cache_peek (cache, "three", NULL));
}

static void
test_bytes_are_bounded (void)
{
  enum
  {
    MAX_BYTES = 10000
  };
  g_autoptr (ParlanceWordCache) cache = parlance_word_cache_new (1000, MAX_BYTES);
  g_autoptr (ParlanceDefinition) small = make_definition ("small", 1000);
  g_autoptr (ParlanceDefinition) large = make_definition ("large", MAX_BYTES);

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *word = g_strdup_printf ("%u", i);
      parlance_word_cache_add (cache, word, NULL, small);
      g_assert_cmpuint (parlance_word_cache_get_n_bytes (cache), <=, MAX_BYTES);
    }
  g_assert_cmpuint (parlance_word_cache_get_n_entries (cache), >, 1);

  /* It would drive everything else out. */
  parlance_word_cache_add (cache, "large", NULL, large);
  g_assert_null (parlance_word_cache_peek (cache, "large", NULL));
  g_assert_nonnull (parlance_word_cache_peek (cache, "99", NULL));

  parlance_word_cache_clear (cache);
  g_assert_cmpuint (parlance_word_cache_get_n_entries (cache), ==, 0);
  g_assert_cmpuint (parlance_word_cache_get_n_bytes (cache), ==, 0);
}

static void
test_same_word_takes_its_place (void)
{
  g_autoptr (ParlanceWordCache) cache = parlance_word_cache_new (8, 1 << 20);
  g_autoptr (ParlanceDefinition) old = make_definition ("old", 500);
  g_autoptr (ParlanceDefinition) new = make_definition ("new", 0);

  parlance_word_cache_add (cache, "word", NULL, old);
  gsize n_before = parlance_word_cache_get_n_bytes (cache);
  parlance_word_cache_add (cache, "WORD", NULL, new);
  g_assert_cmpuint (parlance_word_cache_get_n_entries (cache), ==, 1);
  g_assert_cmpuint (parlance_word_cache_get_n_bytes (cache), <, n_before);
  g_assert_true (parlance_word_cache_peek (cache, "word", NULL) == new);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/word-cache/opens-without-a-server", test_opens_without_a_server);
  g_test_add_func ("/client/word-cache/says-that-nobody-can-be-asked",
                   test_says_that_nobody_can_be_asked);
  g_test_add_func ("/client/word-cache/does-not-ask-again-at-once",
                   test_does_not_ask_again_at_once);
  g_test_add_func ("/client/word-cache/other-dictionaries-are-another-question",
                   test_other_dictionaries_are_another_question);
  g_test_add_func ("/client/word-cache/lost-connection-gives-what-was-kept",
                   test_lost_connection_gives_what_was_kept);
  g_test_add_func ("/client/word-cache/refusal-is-not-covered-up", test_refusal_is_not_covered_up);
  g_test_add_func ("/client/word-cache/what-is-unused-longest-goes-first",
                   test_what_is_unused_longest_goes_first);
  g_test_add_func ("/client/word-cache/bytes-are-bounded", test_bytes_are_bounded);
  g_test_add_func ("/client/word-cache/same-word-takes-its-place", test_same_word_takes_its_place);
  return g_test_run ();
}
