/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A worker and peers that speak TLS, begin to, or only seem to.
 */
#include "tests/net/tls-client.h"

#include <errno.h>
#include <string.h>

static const WorkerTimeouts patient = { 60000, 60000, 60000, 5000 };
static const WorkerTimeouts hasty = { 100, 60000, 200, 5000 };

static WorkerFixture *
fixture_new (const WorkerTimeouts *timeouts)
{
  WorkerFixture *fixture = worker_fixture_new (timeouts, 1);

  worker_set_tls (fixture->worker, tls_server_context_make ());
  fixture->tls = CONNECTION_TLS_OPTIONAL;
  return fixture;
}

static void
test_lines_are_answered (void)
{
  g_autoptr (WorkerFixture) fixture = fixture_new (&patient);
  g_autoptr (Client) plain = client_new (fixture);
  g_autoptr (TlsClient) client = tls_client_new (client_new (fixture));

  worker_fixture_start (fixture);
  tls_client_handshake (client);
  g_assert_cmpstr (SSL_get_version (client->ssl), ==, "TLSv1.3");
  tls_client_send (client, "echo one\necho tw");
  tls_client_expect (client, "one\n");
  tls_client_send (client, "o\n");
  tls_client_expect (client, "two\n");
  client_send (plain, "echo plain\n");
  client_expect (plain, "plain\n");
  for (int i = 0; i < 300; i++)
    tls_client_send (client, "echo many\n");
  for (int i = 0; i < 300; i++)
    tls_client_expect (client, "many\n");
}

static void
test_a_handshake_may_come_byte_by_byte (void)
{
  g_autoptr (WorkerFixture) fixture = fixture_new (&patient);
  g_autoptr (TlsClient) client = tls_client_new (client_new (fixture));

  worker_fixture_start (fixture);
  client->piece_bytes = 1;
  tls_client_handshake (client);
  tls_client_send (client, "echo one\n");
  tls_client_expect (client, "one\n");
  tls_client_end (client);
  tls_client_expect_end (client);
}

static void
test_an_end_by_tls_answers_all (void)
{
  g_autoptr (WorkerFixture) fixture = fixture_new (&patient);
  g_autoptr (TlsClient) client = tls_client_new (client_new (fixture));

  worker_fixture_start (fixture);
  tls_client_handshake (client);
  tls_client_send (client, "big 900000\necho two\necho unfinished");
  tls_client_end (client);
  tls_client_expect_run (client, 'x', 900000);
  tls_client_expect (client, "two\nunfinished\n");
  tls_client_expect_end (client);
  FIXTURE_WAIT_FOR (fixture_n_open (fixture) == 0);
}

/* Anybody on the way can end the stream where they like. */
static void
test_a_line_that_was_cut_off_is_none (void)
{
  g_autoptr (WorkerFixture) fixture = fixture_new (&patient);
  g_autoptr (TlsClient) client = tls_client_new (client_new (fixture));

  worker_fixture_start (fixture);
  tls_client_handshake (client);
  tls_client_send (client, "echo one\necho unfinished");
  client_half_close (client->client);
  tls_client_expect (client, "one\n");
  tls_client_expect_end (client);
  g_assert_cmpuint (atomic_load (&fixture->n_lines), ==, 1);
  FIXTURE_WAIT_FOR (fixture_n_open (fixture) == 0);
}

static void
test_the_last_words_are_encrypted (void)
{
  g_autoptr (WorkerFixture) fixture = fixture_new (&patient);
  g_autoptr (TlsClient) client = tls_client_new (client_new (fixture));

  worker_fixture_start (fixture);
  tls_client_handshake (client);
  tls_client_send (client, "end bye\n");
  tls_client_expect (client, "bye\n");
  tls_client_expect_end (client);
}

static void
test_nonsense_ends_with_an_alert (void)
{
  static const char nonsense[] = "\x16\x03\x01\x00\x05hello and more";
  g_autoptr (WorkerFixture) fixture = fixture_new (&patient);
  g_autoptr (Client) client = client_new (fixture);
  g_autoptr (Client) other = client_new (fixture);

  worker_fixture_start (fixture);
  client_send_bytes (client, nonsense, sizeof nonsense - 1);
  client_expect (client, "\x15\x03");
  client_skip (client, 5);
  client_expect_end (client);
  g_assert_cmpuint (atomic_load (&fixture->n_lines), ==, 0);
  client_half_close (client);
  FIXTURE_WAIT_FOR (fixture_n_open (fixture) == 1);
  client_round_trips (other, 2);
}

static void
test_nonsense_in_an_open_connection_ends_it (void)
{
  g_autoptr (WorkerFixture) fixture = fixture_new (&patient);
  g_autoptr (TlsClient) client = tls_client_new (client_new (fixture));

  worker_fixture_start (fixture);
  tls_client_handshake (client);
  tls_client_send (client, "echo one\n");
  tls_client_expect (client, "one\n");
  client_send (client->client, "echo two\n");
  client_skip (client->client, 1);
  client_half_close (client->client);
  FIXTURE_WAIT_FOR (fixture_n_open (fixture) == 0);
  g_assert_cmpuint (atomic_load (&fixture->n_lines), ==, 1);
}

static void
test_a_handshake_that_stalls_is_closed (void)
{
  g_autoptr (WorkerFixture) fixture = fixture_new (&hasty);
  g_autoptr (TlsClient) stalled = tls_client_new (client_new (fixture));
  g_autoptr (Client) begun = client_new (fixture);

  worker_fixture_start (fixture);
  tls_client_hello (stalled);
  client_send (begun, "\x16");
  FIXTURE_WAIT_FOR (atomic_load (&worker_counters (fixture->worker)->n_opened) == 2);
  FIXTURE_WAIT_FOR (fixture_n_open (fixture) == 0);
}

/* Neither the rest of a record nor that of a line has more time than a line in plain text. */
static void
test_a_record_that_stalls_is_closed (void)
{
  g_autoptr (WorkerFixture) fixture = fixture_new (&hasty);
  g_autoptr (TlsClient) record = tls_client_new (client_new (fixture));
  g_autoptr (TlsClient) of_1_2 = tls_client_new (client_new (fixture));
  g_autoptr (TlsClient) line = tls_client_new (client_new (fixture));
  g_autoptr (TlsClient) idle = tls_client_new (client_new (fixture));

  g_assert_cmpint (SSL_set_max_proto_version (of_1_2->ssl, TLS1_2_VERSION), ==, 1);
  worker_fixture_start (fixture);
  tls_client_handshake (record);
  tls_client_handshake (of_1_2);
  tls_client_handshake (line);
  tls_client_handshake (idle);
  client_send_bytes (record->client, "\x17\x03\x03\x01", 4);
  client_send_bytes (of_1_2->client, "\x17\x03\x03\x3e\x80", 5);
  tls_client_send (line, "echo unfinished");
  FIXTURE_WAIT_FOR (fixture_n_open (fixture) == 1);
  tls_client_expect_end (record);
  tls_client_expect_end (of_1_2);
  tls_client_expect_end (line);
  tls_client_send (idle, "echo one\n");
  tls_client_expect (idle, "one\n");
}

/* Once it is whole it was in time, though there is nothing in it for us. */
static void
test_a_record_of_nothing_in_two_parts_is_finished (void)
{
  g_autoptr (WorkerFixture) fixture = fixture_new (&hasty);
  g_autoptr (TlsClient) idle = tls_client_new (client_new (fixture));
  g_autoptr (TlsClient) line = tls_client_new (client_new (fixture));
  char *bytes;

  worker_fixture_start (fixture);
  tls_client_handshake (idle);
  tls_client_handshake (line);
  g_assert_cmpint (SSL_key_update (idle->ssl, SSL_KEY_UPDATE_NOT_REQUESTED), ==, 1);
  g_assert_cmpint (SSL_do_handshake (idle->ssl), ==, 1);
  gsize n_bytes = (gsize)BIO_get_mem_data (SSL_get_wbio (idle->ssl), &bytes);
  client_send_bytes (idle->client, bytes, 10);
  tls_client_send (line, "echo one\n"); /* both parts are not read at once */
  tls_client_expect (line, "one\n");
  client_send_bytes (idle->client, bytes + 10, n_bytes - 10);
  (void)BIO_reset (SSL_get_wbio (idle->ssl));
  tls_client_send (line, "echo unfinished");
  FIXTURE_WAIT_FOR (fixture_n_open (fixture) == 1);
  tls_client_send (idle, "echo two\n");
  tls_client_expect (idle, "two\n");
}

static void
test_a_slow_reader_gets_all (void)
{
  g_autoptr (WorkerFixture) fixture = fixture_new (&patient);
  g_autoptr (TlsClient) client = tls_client_new (client_new_slow (fixture));
  g_autoptr (Client) other = client_new (fixture);

  worker_fixture_start (fixture);
  tls_client_handshake (client);
  tls_client_send (client, "big 3000000\nframes 10\necho after\n");
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_lines) >= 1);
  client_round_trips (other, 5);
  tls_client_expect_run (client, 'x', 3000000);
  for (int i = 0; i < 10; i++)
    tls_client_expect_run (client, 'f', FLOOD_LINE_BYTES - 1);
  tls_client_expect (client, "after\n");
}

static void
test_who_does_not_read_is_told_so (void)
{
  g_autoptr (WorkerFixture) fixture = fixture_new (&patient);
  g_autoptr (TlsClient) client = tls_client_new (client_new_slow (fixture));

  worker_fixture_start (fixture);
  tls_client_handshake (client);
  tls_client_send (client, "flood 200\n");
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_ended) == 1);
  tls_client_expect_last (client, "notice slow\n");
}

static void
test_one_too_many_is_told_so_in_its_language (void)
{
  g_autoptr (WorkerFixture) fixture = fixture_new (&hasty);

  worker_fixture_start (fixture);
  fixture->is_full = TRUE;
  g_autoptr (TlsClient) client = tls_client_new (client_new (fixture));
  g_autoptr (Client) plain = client_new (fixture);
  g_autoptr (Client) silent = client_new (fixture);
  tls_client_handshake (client);
  tls_client_expect (client, "notice full\n");
  tls_client_expect_end (client);
  client_send (plain, "echo unheard\n");
  client_expect (plain, "notice full\n");
  client_expect_end (plain);
  client_expect (silent, "notice full\n");
  client_expect_end (silent);
  g_assert_cmpuint (atomic_load (&fixture->n_lines), ==, 0);
}

static void
test_another_certificate_is_for_those_that_come (void)
{
  g_autoptr (WorkerFixture) fixture = fixture_new (&patient);
  TlsContext *other = tls_server_context_make ();
  g_autofree char *fingerprint = g_strdup (tls_context_fingerprint (other));

  worker_fixture_start (fixture);
  g_autoptr (TlsClient) before = tls_client_new (client_new (fixture));
  tls_client_handshake (before);
  worker_set_tls (fixture->worker, other);
  g_autoptr (TlsClient) after = tls_client_new (client_new (fixture));
  tls_client_handshake (after);
  g_autofree char *first = tls_client_dup_fingerprint (before);
  g_autofree char *second = tls_client_dup_fingerprint (after);
  g_assert_cmpstr (second, ==, fingerprint);
  g_assert_cmpstr (first, !=, second);
  tls_client_send (before, "echo still\n");
  tls_client_expect (before, "still\n");
}

static void
test_a_crowd_of_handshakes_is_served (void)
{
  g_autoptr (WorkerFixture) fixture = fixture_new (&patient);
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func ((GDestroyNotify)tls_client_free);

  /* All of them are there in one turn, which is too much for it. */
  for (int i = 0; i < 5 * WORKER_HANDSHAKES_PER_TURN; i++)
    {
      TlsClient *client = tls_client_new (client_new (fixture));
      g_ptr_array_add (clients, client);
      tls_client_hello (client);
    }
  worker_fixture_start (fixture);
  for (guint i = 0; i < clients->len; i++)
    {
      TlsClient *client = g_ptr_array_index (clients, i);
      tls_client_handshake (client);
      tls_client_send (client, "echo one\n");
      tls_client_expect (client, "one\n");
    }
}

/* A worker that stops in each turn, after it has handled what came, until the test lets it go on.
 */
static struct
{
  sem_t turned;
  sem_t may_go_on;
  _Atomic gboolean is_free;
} steps;

static gboolean
step (void *context)
{
  if (atomic_load (&steps.is_free))
    return FALSE;
  g_assert_cmpint (sem_post (&steps.turned), ==, 0);
  while (sem_wait (&steps.may_go_on) != 0)
    g_assert_cmpint (errno, ==, EINTR);
  return TRUE;
}

static void
wait_for_turn (void)
{
  while (sem_wait (&steps.turned) != 0)
    g_assert_cmpint (errno, ==, EINTR);
}

static void
next_turn (void)
{
  g_assert_cmpint (sem_post (&steps.may_go_on), ==, 0);
  wait_for_turn ();
}

/* Before the worker is started. */
static void
begin_steps (WorkerFixture *fixture)
{
  g_assert_cmpint (sem_init (&steps.turned, 0, 0), ==, 0);
  g_assert_cmpint (sem_init (&steps.may_go_on, 0, 0), ==, 0);
  atomic_store (&steps.is_free, FALSE);
  worker_set_chore (fixture->worker, step);
}

static void
end_steps (void)
{
  atomic_store (&steps.is_free, TRUE);
  g_assert_cmpint (sem_post (&steps.may_go_on), ==, 0);
}

static gboolean
has_been_answered (const Client *client)
{
  char byte;

  return recv (client->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 1;
}

/* A handshake is the dearest thing to ask for: who asks for something else is not to wait for a
 * crowd of them. */
static void
test_a_turn_takes_part_in_a_few_handshakes (void)
{
  enum
  {
    N_TURNS = 3
  };
  g_autoptr (WorkerFixture) fixture = fixture_new (&patient);
  g_autoptr (GPtrArray) crowd = g_ptr_array_new_with_free_func ((GDestroyNotify)tls_client_free);

  for (guint i = 0; i < N_TURNS * WORKER_HANDSHAKES_PER_TURN; i++)
    {
      TlsClient *client = tls_client_new (client_new (fixture));
      g_ptr_array_add (crowd, client);
      tls_client_hello (client);
    }
  g_autoptr (Client) other = client_new (fixture);
  client_send (other, "echo one\n");
  begin_steps (fixture);
  worker_fixture_start (fixture);
  wait_for_turn ();
  for (guint turn = 1; turn <= N_TURNS; turn++)
    {
      guint n_answered = 0;

      next_turn (); /* what a turn has to say is sent at its end */
      for (guint i = 0; i < crowd->len; i++)
        n_answered += has_been_answered (((TlsClient *)g_ptr_array_index (crowd, i))->client) != 0;
      g_assert_cmpuint (n_answered, ==, turn * WORKER_HANDSHAKES_PER_TURN);
      g_assert_true (has_been_answered (other));
    }
  end_steps ();
  for (guint i = 0; i < crowd->len; i++)
    tls_client_handshake (g_ptr_array_index (crowd, i));
}

/* In each turn come as many as it has places for. Who has not got one at first gets it all the
 * same. */
static void
test_a_steady_stream_keeps_nobody_waiting (void)
{
  enum
  {
    N_TURNS = 4
  };
  g_autoptr (WorkerFixture) fixture = fixture_new (&patient);
  g_autoptr (GPtrArray) stream = g_ptr_array_new_with_free_func ((GDestroyNotify)tls_client_free);
  g_autoptr (TlsClient) late = tls_client_new (client_new (fixture));

  begin_steps (fixture);
  for (guint i = 0; i < N_TURNS * WORKER_HANDSHAKES_PER_TURN; i++)
    g_ptr_array_add (stream, tls_client_new (client_new (fixture)));
  worker_fixture_start (fixture);
  wait_for_turn ();
  for (guint i = 0; i < stream->len; i++)
    {
      tls_client_hello (g_ptr_array_index (stream, i));
      if (i == WORKER_HANDSHAKES_PER_TURN - 1)
        tls_client_hello (late);
      if ((i + 1) % WORKER_HANDSHAKES_PER_TURN == 0)
        next_turn ();
    }
  /* What a turn has to say is sent at its end. */
  g_assert_true (has_been_answered (late->client));
  end_steps ();
  tls_client_handshake (late);
  for (guint i = 0; i < stream->len; i++)
    tls_client_handshake (g_ptr_array_index (stream, i));
}

/* Each is a request that the server answers; a peer that reads none of the answers is no reason to
 * keep them all. */
static void
test_changes_of_keys_that_nobody_reads_end_it (void)
{
  g_autoptr (WorkerFixture) fixture = fixture_new (&patient);
  g_autoptr (TlsClient) client = tls_client_new (client_new_slow (fixture));
  g_autofree char *half = g_strnfill (511, 'x');
  g_autofree char *lines = g_strconcat (half, "\n", half, "\n", NULL);
  guint n_changes = 0;

  worker_fixture_start (fixture);
  tls_client_handshake (client);
  while (tls_client_change_keys (client, &fixture->n_ended))
    {
      tls_client_send (client, lines); /* enough to have earned it */
      n_changes++;
      g_assert_cmpuint (n_changes, <, 100000); /* nor is it for ever */
    }
  /* It was not for one of the first. */
  g_assert_cmpuint (n_changes, >, 5000);
}

/* Or until the connection has ended. */
static void
wait_for_line (WorkerFixture *fixture, guint n)
{
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_lines) == n || atomic_load (&fixture->n_ended) == 1);
}

/* They are not lines, and take as long. */
static void
test_changes_of_keys_for_nothing_end_it (void)
{
  g_autoptr (WorkerFixture) fixture = fixture_new (&patient);
  g_autoptr (TlsClient) client = tls_client_new (client_new (fixture));
  guint n = 0;

  worker_fixture_start (fixture);
  tls_client_handshake (client);
  while (n < 1000 && atomic_load (&fixture->n_ended) == 0 &&
         tls_client_change_keys (client, &fixture->n_ended))
    {
      n++;
      tls_client_send (client, "x\n");
      wait_for_line (fixture, n);
    }
  g_assert_cmpuint (n, ==, 33);
}

static void
test_a_stop_does_not_wait_for_handshakes (void)
{
  g_autoptr (WorkerFixture) fixture = fixture_new (&patient);
  g_autoptr (TlsClient) begun = tls_client_new (client_new (fixture));
  g_autoptr (TlsClient) open = tls_client_new (client_new (fixture));

  worker_fixture_start (fixture);
  tls_client_hello (begun);
  tls_client_handshake (open);
  gint64 start_us = g_get_monotonic_time ();
  worker_stop (fixture->worker);
  tls_client_expect (open, "notice stopping\n");
  tls_client_expect_end (open);
  g_assert_cmpint (shutdown (open->client->fd, SHUT_RDWR), ==, 0);
  worker_join (fixture->worker);
  g_assert_cmpint (g_get_monotonic_time () - start_us, <, 4 * G_USEC_PER_SEC);
  g_clear_pointer (&fixture->worker, worker_free);
}

static void
test_plain_text_and_dict_are_as_without (void)
{
  g_autoptr (WorkerFixture) fixture = fixture_new (&patient);

  worker_fixture_start (fixture);
  fixture->tls = CONNECTION_TLS_OFF;
  g_autoptr (Client) off = client_new (fixture);
  client_send (off, "\x16\x03\x01");
  client_expect_end (off);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*run) (void);
  } tests[] = {
    { "lines-are-answered", test_lines_are_answered },
    { "a-handshake-may-come-byte-by-byte", test_a_handshake_may_come_byte_by_byte },
    { "an-end-by-tls-answers-all", test_an_end_by_tls_answers_all },
    { "a-line-that-was-cut-off-is-none", test_a_line_that_was_cut_off_is_none },
    { "the-last-words-are-encrypted", test_the_last_words_are_encrypted },
    { "nonsense-ends-with-an-alert", test_nonsense_ends_with_an_alert },
    { "nonsense-in-an-open-connection-ends-it", test_nonsense_in_an_open_connection_ends_it },
    { "a-handshake-that-stalls-is-closed", test_a_handshake_that_stalls_is_closed },
    { "a-record-that-stalls-is-closed", test_a_record_that_stalls_is_closed },
    { "a-record-of-nothing-in-two-parts-is-finished",
      test_a_record_of_nothing_in_two_parts_is_finished },
    { "a-slow-reader-gets-all", test_a_slow_reader_gets_all },
    { "who-does-not-read-is-told-so", test_who_does_not_read_is_told_so },
    { "one-too-many-is-told-so-in-its-language", test_one_too_many_is_told_so_in_its_language },
    { "another-certificate-is-for-those-that-come",
      test_another_certificate_is_for_those_that_come },
    { "a-crowd-of-handshakes-is-served", test_a_crowd_of_handshakes_is_served },
    { "a-turn-takes-part-in-a-few-handshakes", test_a_turn_takes_part_in_a_few_handshakes },
    { "a-steady-stream-keeps-nobody-waiting", test_a_steady_stream_keeps_nobody_waiting },
    { "changes-of-keys-that-nobody-reads-end-it", test_changes_of_keys_that_nobody_reads_end_it },
    { "changes-of-keys-for-nothing-end-it", test_changes_of_keys_for_nothing_end_it },
    { "a-stop-does-not-wait-for-handshakes", test_a_stop_does_not_wait_for_handshakes },
    { "plain-text-and-dict-are-as-without", test_plain_text_and_dict_are_as_without },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/net/tls/", tests[i].name, NULL);
      g_test_add_func (path, tests[i].run);
    }
  return g_test_run ();
}
