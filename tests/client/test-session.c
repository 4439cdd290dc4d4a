/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceSession against a server in the same process: what goes right, in any order.
 */
#include <string.h>

#include "protocol/wire/limits.h"
#include "tests/client/fake-server.h"

typedef struct
{
  FakeServer server;
  ParlanceSession *session;
  guint n_closed;
  gboolean closed;
  GError *closed_error;
} Fixture;

static void
on_closed (ParlanceSession *session, const GError *error, gpointer user_data)
{
  Fixture *self = user_data;

  self->n_closed++;
  self->closed = TRUE;
  g_clear_error (&self->closed_error);
  self->closed_error = error != NULL ? g_error_copy (error) : NULL;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  fake_server_init (&self->server);
  self->session = fake_server_connect (&self->server);
  g_signal_connect (self->session, "closed", G_CALLBACK (on_closed), self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  if (self->session != NULL)
    {
      parlance_session_close (self->session);
      g_assert_finalize_object (self->session);
    }
  fake_server_clear (&self->server);
  g_clear_error (&self->closed_error);
}

static void
call (Fixture *self, const char *params, GCancellable *cancellable, Outcome *outcome)
{
  parlance_session_call_async (self->session, "test", params, cancellable, outcome_store, outcome);
}

static void
test_matches_answers_by_id (Fixture *self, gconstpointer data)
{
  Outcome first = { 0 };
  Outcome second = { 0 };

  call (self, NULL, NULL, &first);
  call (self, "{\"a\":1}", NULL, &second);
  fake_server_wait_lines (&self->server, 2);
  g_assert_cmpstr (self->server.received->str, ==,
                   "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"test\"}\n"
                   "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"test\",\"params\":{\"a\":1}}\n");

  fake_server_send (&self->server, "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\": {\"x\" :2}}\n");
  fake_server_wait_for (&second.done);
  g_assert_cmpstr (second.result, ==, "{\"x\" :2}");
  g_assert_false (first.done);

  fake_server_send (&self->server, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[1]}\r\n");
  fake_server_wait_for (&first.done);
  g_assert_cmpstr (first.result, ==, "[1]");
  outcome_clear (&first);
  outcome_clear (&second);
}

static void
test_gathers_requests_of_a_turn (Fixture *self, gconstpointer data)
{
  Outcome outcomes[100] = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++)
    call (self, NULL, NULL, &outcomes[i]);
  fake_server_wait_lines (&self->server, G_N_ELEMENTS (outcomes));
  g_assert_cmpuint (self->server.n_reads, ==, 1);

  parlance_session_close (self->session);
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++)
    fake_server_wait_for (&outcomes[i].done);
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++)
    outcome_clear (&outcomes[i]);
}

static void
test_answer_split_at_every_byte (Fixture *self, gconstpointer data)
{
  Outcome outcome = { 0 };

  call (self, NULL, NULL, &outcome);
  fake_server_wait_lines (&self->server, 1);
  fake_server_send_bytewise (&self->server,
                             "\n{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"跑步\"}\r\n");
  fake_server_wait_for (&outcome.done);
  g_assert_cmpstr (outcome.result, ==, "\"跑步\"");
  outcome_clear (&outcome);
}

static void
test_error_carries_reason_and_message (Fixture *self, gconstpointer data)
{
  Outcome outcome = { 0 };

  call (self, NULL, NULL, &outcome);
  fake_server_wait_lines (&self->server, 1);
  fake_server_send (&self->server,
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32010,\"message\":"
                    "\"no such\",\"data\":{\"reason\":\"no_such_dictionary\"}}}\n");
  fake_server_wait_for (&outcome.done);
  g_assert_error (outcome.error, PARLANCE_ERROR, PARLANCE_REASON_NO_SUCH_DICTIONARY);
  g_assert_cmpstr (outcome.error->message, ==, "no such");
  outcome_clear (&outcome);
}

static void
test_error_names_what_is_unknown (Fixture *self, gconstpointer data)
{
  Outcome outcome = { 0 };

  call (self, NULL, NULL, &outcome);
  fake_server_wait_lines (&self->server, 1);
  fake_server_send (&self->server,
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32010,\"message\":"
                    "\"no such\",\"data\":{\"reason\":\"no_such_dictionary\","
                    "\"dictionary\":\"oxford\"}}}\n");
  fake_server_wait_for (&outcome.done);
  g_assert_cmpstr (outcome.error->message, ==, "no such: “oxford”");
  outcome_clear (&outcome);
}

static void
test_unknown_reason_falls_back_to_code (Fixture *self, gconstpointer data)
{
  Outcome outcome = { 0 };

  call (self, NULL, NULL, &outcome);
  fake_server_wait_lines (&self->server, 1);
  fake_server_send (&self->server, "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32017,"
                                   "\"data\":{\"reason\":\"of tomorrow\"}}}\n");
  fake_server_wait_for (&outcome.done);
  g_assert_error (outcome.error, PARLANCE_ERROR, PARLANCE_REASON_BUSY);
  g_assert_cmpstr (outcome.error->message, !=, "");
  outcome_clear (&outcome);
}

static void
test_cancelled_call_drops_late_answer (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Outcome cancelled = { 0 };
  Outcome other = { 0 };

  call (self, NULL, cancellable, &cancelled);
  call (self, NULL, NULL, &other);
  fake_server_wait_lines (&self->server, 2);
  g_cancellable_cancel (cancellable);
  fake_server_wait_for (&cancelled.done);
  g_assert_error (cancelled.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (other.done);

  fake_server_send (&self->server, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n"
                                   "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{}}\n");
  fake_server_wait_for (&other.done);
  g_assert_no_error (other.error);
  g_assert_cmpuint (cancelled.n_done, ==, 1);
  g_assert_cmpuint (self->n_closed, ==, 0);
  outcome_clear (&cancelled);
  outcome_clear (&other);
}

static void
test_cancelled_before_the_call_sends_nothing (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Outcome cancelled = { 0 };
  Outcome other = { 0 };

  g_cancellable_cancel (cancellable);
  call (self, NULL, cancellable, &cancelled);
  call (self, NULL, NULL, &other);
  fake_server_wait_lines (&self->server, 1);
  fake_server_wait_for (&cancelled.done);
  g_assert_error (cancelled.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpstr (self->server.received->str, ==,
                   "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"test\"}\n");

  parlance_session_close (self->session);
  fake_server_wait_for (&other.done);
  outcome_clear (&cancelled);
  outcome_clear (&other);
}

static void
test_close_completes_pending_calls_once (Fixture *self, gconstpointer data)
{
  Outcome outcomes[3] = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++)
    call (self, NULL, NULL, &outcomes[i]);
  fake_server_wait_lines (&self->server, G_N_ELEMENTS (outcomes));
  parlance_session_close (self->session);
  parlance_session_close (self->session);
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++)
    {
      fake_server_wait_for (&outcomes[i].done);
      g_assert_error (outcomes[i].error, G_IO_ERROR, G_IO_ERROR_CLOSED);
      g_assert_cmpuint (outcomes[i].n_done, ==, 1);
      outcome_clear (&outcomes[i]);
    }
  g_assert_cmpuint (self->n_closed, ==, 1);
  g_assert_no_error (self->closed_error);
}

static void
test_dispose_completes_pending_calls_once (Fixture *self, gconstpointer data)
{
  Outcome outcome = { 0 };

  call (self, NULL, NULL, &outcome);
  fake_server_wait_lines (&self->server, 1);
  g_object_run_dispose (G_OBJECT (self->session));
  fake_server_wait_for (&outcome.done);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_cmpuint (outcome.n_done, ==, 1);
  outcome_clear (&outcome);
}

static void
test_call_when_closed_fails (Fixture *self, gconstpointer data)
{
  Outcome outcome = { 0 };

  parlance_session_close (self->session);
  call (self, NULL, NULL, &outcome);
  fake_server_wait_for (&outcome.done);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
  outcome_clear (&outcome);
}

static void
test_request_over_the_limit_is_not_sent (Fixture *self, gconstpointer data)
{
  g_autoptr (GString) params = g_string_new ("{\"a\":\"");
  Outcome outcome = { 0 };
  Outcome next = { 0 };

  for (guint i = 0; i < PARLANCE_MAX_LINE; i++)
    g_string_append_c (params, 'a');
  g_string_append (params, "\"}");
  call (self, params->str, NULL, &outcome);
  call (self, NULL, NULL, &next);
  fake_server_wait_for (&outcome.done);
  g_assert_error (outcome.error, PARLANCE_ERROR, PARLANCE_REASON_TOO_LONG);
  fake_server_wait_lines (&self->server, 1);
  g_assert_cmpuint (self->server.received->len, <, 100);

  parlance_session_close (self->session);
  fake_server_wait_for (&next.done);
  outcome_clear (&outcome);
  outcome_clear (&next);
}

static void
on_answer_close (GObject *source, GAsyncResult *result, gpointer user_data)
{
  outcome_store (source, result, user_data);
  parlance_session_close (PARLANCE_SESSION (source));
}

static void
test_callback_may_close_the_session (Fixture *self, gconstpointer data)
{
  Outcome first = { 0 };
  Outcome second = { 0 };

  parlance_session_call_async (self->session, "test", NULL, NULL, on_answer_close, &first);
  call (self, NULL, NULL, &second);
  fake_server_wait_lines (&self->server, 2);
  fake_server_send (&self->server, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n"
                                   "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{}}\n");
  fake_server_wait_for (&second.done);
  g_assert_cmpstr (first.result, ==, "{}");
  g_assert_error (second.error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  outcome_clear (&first);
  outcome_clear (&second);
}

static void
test_connects_again_after_closing (Fixture *self, gconstpointer data)
{
  Outcome outcome = { 0 };

  parlance_session_close (self->session);
  fake_server_connect_session (&self->server, self->session);
  call (self, NULL, NULL, &outcome);
  fake_server_wait_lines (&self->server, 1);
  fake_server_send (&self->server, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n");
  fake_server_wait_for (&outcome.done);
  g_assert_no_error (outcome.error);
  outcome_clear (&outcome);
}

static void
test_names_its_peer (Fixture *self, gconstpointer data)
{
  g_autofree char *peer = parlance_session_dup_peer (self->session);

  g_assert_cmpstr (peer, ==, self->server.address);
  g_assert_cmpstr (parlance_session_get_address (self->session), ==, self->server.address);
  parlance_session_close (self->session);
  g_assert_null (parlance_session_dup_peer (self->session));
}

static void
test_server_closing_fails_pending_calls (Fixture *self, gconstpointer data)
{
  Outcome outcome = { 0 };

  call (self, NULL, NULL, &outcome);
  fake_server_wait_lines (&self->server, 1);
  fake_server_send (&self->server, "{\"jsonrpc\":\"2.0\",\"id\":1,\"resu");
  fake_server_hang_up (&self->server);
  fake_server_wait_for (&self->closed);
  g_assert_true (outcome.done);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
  g_assert_error (self->closed_error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
  g_assert_cmpuint (self->n_closed, ==, 1);
  outcome_clear (&outcome);
}

/* Each ends the connection, and every pending call with it, as invalid data. */
static const char *const nonsense[] = {
  "HTTP/1.1 400 Bad Request\r\n",
  "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\xff}\n",
  "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}\n",
  "[]\n",
  "17\n",
  "{\"id\":1,\"result\":{}}\n",
  "{\"jsonrpc\":\"1.0\",\"id\":1,\"result\":{}}\n",
  "{\"jsonrpc\":\"2.0\",\"id\":1}\n",
  "{\"jsonrpc\":\"2.0\"}\n",
  "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":\"no\"}\n",
};

static void
test_nonsense_ends_the_connection (Fixture *self, gconstpointer data)
{
  const char *line = data;
  Outcome outcome = { 0 };

  call (self, NULL, NULL, &outcome);
  fake_server_wait_lines (&self->server, 1);
  fake_server_send (&self->server, line);
  fake_server_wait_for (&self->closed);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_error (self->closed_error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  outcome_clear (&outcome);
}

static void
test_deep_nesting_ends_the_connection (Fixture *self, gconstpointer data)
{
  g_autoptr (GString) line = g_string_new ("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":");

  for (guint i = 0; i < 100000; i++)
    g_string_append_c (line, '[');
  for (guint i = 0; i < 100000; i++)
    g_string_append_c (line, ']');
  g_string_append (line, "}\n");
  test_nonsense_ends_the_connection (self, line->str);
}

static void
test_endless_line_ends_the_connection (Fixture *self, gconstpointer data)
{
  g_autofree char *chunk = g_strnfill (1UL << 20, 'a');
  Outcome outcome = { 0 };

  call (self, NULL, NULL, &outcome);
  fake_server_wait_lines (&self->server, 1);
  for (guint i = 0; i < 5; i++)
    fake_server_send (&self->server, chunk);
  fake_server_wait_for (&self->closed);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  outcome_clear (&outcome);
}

static void
test_line_of_the_limit_is_read (Fixture *self, gconstpointer data)
{
  static const char head[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"";
  static const char tail[] = "\"}\n";
  guint limit = PARLANCE_MAX_REPLY_LINE;
  gsize n_fill = limit - strlen (head) - strlen (tail) + 1;
  g_autofree char *fill = g_strnfill (n_fill, 'a');
  Outcome outcome = { 0 };

  call (self, NULL, NULL, &outcome);
  fake_server_wait_lines (&self->server, 1);
  fake_server_send (&self->server, head);
  fake_server_send (&self->server, fill);
  fake_server_send (&self->server, tail);
  fake_server_wait_for (&outcome.done);
  g_assert_no_error (outcome.error);
  g_assert_cmpuint (strlen (outcome.result), ==, n_fill + 2);
  outcome_clear (&outcome);
}

static void
test_ignores_what_answers_nothing (Fixture *self, gconstpointer data)
{
  Outcome outcome = { 0 };

  call (self, NULL, NULL, &outcome);
  fake_server_wait_lines (&self->server, 1);
  fake_server_send (&self->server,
                    "{\"jsonrpc\":\"2.0\",\"id\":77,\"result\":{}}\n"
                    "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"result\":{}}\n"
                    "{\"jsonrpc\":\"2.0\",\"id\":1.0,\"result\":{}}\n"
                    "{\"jsonrpc\":\"2.0\",\"id\":99999999999999999999,\"result\":{}}\n"
                    "{\"jsonrpc\":\"2.0\",\"method\":\"notice\",\"params\":{\"text\":\"x\"}}\n"
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"mine\"}\n");
  fake_server_wait_for (&outcome.done);
  g_assert_cmpstr (outcome.result, ==, "\"mine\"");
  g_assert_cmpuint (self->n_closed, ==, 0);
  outcome_clear (&outcome);
}

static void
test_fault_that_ends_the_connection (Fixture *self, gconstpointer data)
{
  Outcome outcome = { 0 };

  call (self, NULL, NULL, &outcome);
  fake_server_wait_lines (&self->server, 1);
  fake_server_send (&self->server,
                    "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32015,\"message\":"
                    "\"going\",\"data\":{\"reason\":\"shutting_down\"}}}\n");
  fake_server_wait_for (&self->closed);
  g_assert_error (outcome.error, PARLANCE_ERROR, PARLANCE_REASON_SHUTTING_DOWN);
  g_assert_error (self->closed_error, PARLANCE_ERROR, PARLANCE_REASON_SHUTTING_DOWN);
  outcome_clear (&outcome);
}

static void
test_fault_of_a_line_leaves_the_connection (Fixture *self, gconstpointer data)
{
  Outcome pending = { 0 };
  Outcome next = { 0 };

  call (self, NULL, NULL, &pending);
  fake_server_wait_lines (&self->server, 1);
  fake_server_send (&self->server,
                    "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32007,\"message\":"
                    "\"long\",\"data\":{\"reason\":\"too_long\",\"limit\":65536}}}\n");
  fake_server_wait_for (&pending.done);
  g_assert_error (pending.error, PARLANCE_ERROR, PARLANCE_REASON_TOO_LONG);

  call (self, NULL, NULL, &next);
  fake_server_wait_lines (&self->server, 2);
  fake_server_send (&self->server, "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{}}\n");
  fake_server_wait_for (&next.done);
  g_assert_no_error (next.error);
  g_assert_cmpuint (self->n_closed, ==, 0);
  outcome_clear (&pending);
  outcome_clear (&next);
}

typedef struct
{
  Fixture *fixture;
  Outcome outcome;
} LetGo;

static void
on_answer_let_go (GObject *source, GAsyncResult *result, gpointer user_data)
{
  LetGo *self = user_data;

  outcome_store (source, result, &self->outcome);
  parlance_session_close (PARLANCE_SESSION (source));
  g_clear_object (&self->fixture->session);
}

static void
test_callback_of_a_fault_may_drop_the_session (Fixture *self, gconstpointer data)
{
  LetGo first = { .fixture = self };
  Outcome second = { 0 };
  ParlanceSession *session = self->session;

  g_object_add_weak_pointer (G_OBJECT (session), (gpointer *)&session);
  parlance_session_call_async (self->session, "test", NULL, NULL, on_answer_let_go, &first);
  call (self, NULL, NULL, &second);
  fake_server_wait_lines (&self->server, 2);
  fake_server_send (&self->server,
                    "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32007,\"message\":"
                    "\"long\",\"data\":{\"reason\":\"too_long\"}}}\n");
  fake_server_wait_for (&first.outcome.done);
  fake_server_wait_for (&second.done);
  g_assert_error (first.outcome.error, PARLANCE_ERROR, PARLANCE_REASON_TOO_LONG);
  g_assert_error (second.error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_null (session);
  outcome_clear (&first.outcome);
  outcome_clear (&second);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/client/session/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("matches-answers-by-id", test_matches_answers_by_id);
  ADD ("gathers-requests-of-a-turn", test_gathers_requests_of_a_turn);
  ADD ("reads-an-answer-split-at-every-byte", test_answer_split_at_every_byte);
  ADD ("error-carries-reason-and-message", test_error_carries_reason_and_message);
  ADD ("error-names-what-is-unknown", test_error_names_what_is_unknown);
  ADD ("unknown-reason-falls-back-to-code", test_unknown_reason_falls_back_to_code);
  ADD ("cancelled-call-drops-late-answer", test_cancelled_call_drops_late_answer);
  ADD ("cancelled-before-the-call-sends-nothing", test_cancelled_before_the_call_sends_nothing);
  ADD ("close-completes-pending-calls-once", test_close_completes_pending_calls_once);
  ADD ("dispose-completes-pending-calls-once", test_dispose_completes_pending_calls_once);
  ADD ("call-when-closed-fails", test_call_when_closed_fails);
  ADD ("request-over-the-limit-is-not-sent", test_request_over_the_limit_is_not_sent);
  ADD ("callback-may-close-the-session", test_callback_may_close_the_session);
  ADD ("connects-again-after-closing", test_connects_again_after_closing);
  ADD ("names-its-peer", test_names_its_peer);
  ADD ("server-closing-fails-pending-calls", test_server_closing_fails_pending_calls);
  ADD ("deep-nesting-ends-the-connection", test_deep_nesting_ends_the_connection);
  ADD ("endless-line-ends-the-connection", test_endless_line_ends_the_connection);
  ADD ("line-of-the-limit-is-read", test_line_of_the_limit_is_read);
  ADD ("ignores-what-answers-nothing", test_ignores_what_answers_nothing);
  ADD ("fault-that-ends-the-connection", test_fault_that_ends_the_connection);
  ADD ("fault-of-a-line-leaves-the-connection", test_fault_of_a_line_leaves_the_connection);
  ADD ("callback-of-a-fault-may-drop-the-session", test_callback_of_a_fault_may_drop_the_session);
  for (guint i = 0; i < G_N_ELEMENTS (nonsense); i++)
    {
      g_autofree char *path =
          g_strdup_printf ("/client/session/nonsense-ends-the-connection/%u", i);
      g_test_add (path, Fixture, nonsense[i], set_up, test_nonsense_ends_the_connection, tear_down);
    }
  return g_test_run ();
}
