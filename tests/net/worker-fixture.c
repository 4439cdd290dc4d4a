/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The test's thread owns the fixture and its clients; the door and the jobs touch only what is
 * atomic or under the mutex.
 */
#include "tests/net/worker-fixture.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SLOW_BUFFER_BYTES 8192

/* --- the door --------------------------------------------------------------------------------- */

typedef struct
{
  ComputeJob job; /* first */
  WorkerFixture *fixture;
  pthread_t worker_thread;
  char *text;
  gulong n_flood; /* lines that it answers besides */
  gboolean is_endless;
} TestJob;

static WorkerFixture *
fixture_of (Connection *connection)
{
  return worker_context (connection_worker (connection));
}

static void
send_line (Connection *connection, const char *text, gsize n_bytes)
{
  g_autofree char *line = g_malloc (n_bytes + 1);

  memcpy (line, text, n_bytes);
  line[n_bytes] = '\n';
  connection_send (connection, line, n_bytes + 1);
}

static void
send_run (Connection *connection, gsize n_bytes)
{
  g_autofree char *text = g_malloc (n_bytes + 1);

  memset (text, 'x', n_bytes);
  send_line (connection, text, n_bytes);
}

static void
send_flood (Connection *connection, gulong n_lines)
{
  for (; n_lines > 0; n_lines--)
    send_run (connection, FLOOD_LINE_BYTES - 1);
}

static void
send_frames (Connection *connection, gulong n_frames)
{
  g_autofree char *text = g_malloc (FLOOD_LINE_BYTES);

  memset (text, 'f', FLOOD_LINE_BYTES - 1);
  text[FLOOD_LINE_BYTES - 1] = '\n';
  OutputFrame *frame = output_frame_new (shared_frame_new (text, FLOOD_LINE_BYTES));
  for (; n_frames > 0; n_frames--)
    connection_send_frame (connection, frame);
  connection_push (connection);
  output_frame_unref (frame);
}

static void
job_run (ComputeJob *job)
{
  TestJob *self = (TestJob *)job;

  atomic_fetch_add (&self->fixture->n_jobs_begun, 1);
  while (self->is_endless && !atomic_load (&job->cancelled))
    fixture_yield ();
  while (!self->is_endless && sem_wait (&self->fixture->gate) != 0)
    g_assert_cmpint (errno, ==, EINTR);
}

static void
job_done (ComputeJob *job, Connection *connection)
{
  TestJob *self = (TestJob *)job;

  if (!pthread_equal (pthread_self (), self->worker_thread))
    atomic_store (&self->fixture->is_job_done_elsewhere, TRUE);
  send_flood (connection, self->n_flood);
  send_line (connection, self->text, strlen (self->text));
}

static void
job_dispose (ComputeJob *job)
{
  TestJob *self = (TestJob *)job;

  atomic_fetch_add (&self->fixture->n_jobs_freed, 1);
  g_free (self->text);
  g_free (self);
}

static void
submit_job (Connection *connection, const char *text, gulong n_flood, gboolean is_endless)
{
  WorkerFixture *fixture = fixture_of (connection);
  TestJob *job = g_new0 (TestJob, 1);

  job->job.run = job_run;
  job->job.done = job_done;
  job->job.dispose = job_dispose;
  job->fixture = fixture;
  job->worker_thread = pthread_self ();
  job->text = g_strdup (text);
  job->n_flood = n_flood;
  job->is_endless = is_endless;
  if (compute_pool_submit (fixture->pool, &job->job, connection) == 0)
    return;
  g_autofree char *refusal = g_strconcat ("refused ", text, NULL);
  send_line (connection, refusal, strlen (refusal));
  job_dispose (&job->job);
}

static void
door_line_of_chat (Connection *connection, const char *text, const char *argument)
{
  WorkerFixture *fixture = fixture_of (connection);
  guint number = (guint)strtoul (argument, NULL, 10);

  if (g_str_has_prefix (text, "frames "))
    {
      send_frames (connection, number);
      return;
    }
  if (g_str_has_prefix (text, "await "))
    connection_await_room (connection);
  else if (g_str_has_prefix (text, "hold "))
    {
      connection_hold (connection, number);
      fixture->holder = connection;
    }
  else if (g_str_has_prefix (text, "release "))
    connection_release (fixture->holder, number);
  else if (g_str_has_prefix (text, "chores "))
    atomic_store (&fixture->n_chores_left, number);
  else if (g_str_has_prefix (text, "want "))
    fixture->wants_chore = TRUE;
  else
    return;
  send_line (connection, argument, strlen (argument));
}

static void
door_ended (Connection *connection)
{
  WorkerFixture *fixture = fixture_of (connection);

  g_assert_false (connection_is_open (connection));
  atomic_fetch_add (&fixture->n_ended, 1);
  if (fixture->wants_chore)
    {
      fixture->wants_chore = FALSE;
      fixture->is_chore_wanted = TRUE;
      worker_want_chore (fixture->worker);
    }
}

static void
door_has_room (Connection *connection)
{
  g_assert_cmpuint (connection_n_unsent (connection), <, CONNECTION_RESUME_BYTES);
  g_assert_true (connection_has_room (connection));
  /* Others of its address are faster. */
  if (atomic_load (&fixture_of (connection)->n_expected_by_others) > 0)
    {
      peer_expect (connection_peer (connection),
                   atomic_exchange (&fixture_of (connection)->n_expected_by_others, 0));
      connection_await_room (connection);
      return;
    }
  send_line (connection, "room", strlen ("room"));
}

static gboolean
fixture_chore (void *context)
{
  WorkerFixture *fixture = context;

  atomic_fetch_add (&fixture->n_chores, 1);
  if (fixture->is_chore_wanted)
    atomic_fetch_add (&fixture->n_chores_wanted, 1);
  fixture->is_chore_wanted = FALSE;
  if (atomic_load (&fixture->n_chores_left) == 0)
    return FALSE;
  atomic_fetch_sub (&fixture->n_chores_left, 1);
  return TRUE;
}

static void
door_line (Connection *connection, const char *line, gsize n_bytes)
{
  WorkerFixture *fixture = fixture_of (connection);
  g_autofree char *text = g_strndup (line, n_bytes);
  const char *argument = strchr (text, ' ');

  argument = argument != NULL ? argument + 1 : "";
  pthread_mutex_lock (&fixture->mutex);
  g_string_append_c (fixture->tags, line[n_bytes - 1]);
  pthread_mutex_unlock (&fixture->mutex);
  atomic_fetch_add (&fixture->n_lines, 1);

  if (g_str_has_prefix (text, "echo "))
    send_line (connection, argument, strlen (argument));
  else if (g_str_has_prefix (text, "big "))
    send_run (connection, strtoul (argument, NULL, 10));
  else if (g_str_has_prefix (text, "flood "))
    send_flood (connection, strtoul (argument, NULL, 10));
  else if (g_str_has_prefix (text, "charge "))
    connection_charge (connection, CONNECTION_LINES_PER_TURN);
  else if (g_str_has_prefix (text, "patient ") || g_str_has_prefix (text, "impatient "))
    {
      connection_set_patient (connection, text[0] == 'p');
      send_line (connection, argument, strlen (argument));
    }
  else if (g_str_has_prefix (text, "job "))
    submit_job (connection, argument, 0, FALSE);
  else if (g_str_has_prefix (text, "late "))
    submit_job (connection, argument, strtoul (argument, NULL, 10), FALSE);
  else if (g_str_has_prefix (text, "endless "))
    submit_job (connection, argument, 0, TRUE);
  else if (g_str_has_prefix (text, "end "))
    {
      send_line (connection, argument, strlen (argument));
      connection_end (connection);
    }
  else
    door_line_of_chat (connection, text, argument);
}

static guint64
door_foresee (Connection *connection, const char *bytes, gsize n_bytes)
{
  atomic_fetch_add (&fixture_of (connection)->n_foreseen, 1);
  return g_str_has_prefix (bytes, "echo ") ? n_bytes : 0;
}

static void
door_fetch (Connection *connection, guint64 foreseen)
{
  WorkerFixture *fixture = fixture_of (connection);

  pthread_mutex_lock (&fixture->mutex);
  g_string_append_printf (fixture->tags, "<%u>", (guint)foreseen);
  pthread_mutex_unlock (&fixture->mutex);
}

static void
door_line_too_long (Connection *connection)
{
  send_line (connection, "too long", strlen ("too long"));
}

static void
door_notice (Connection *connection, DoorNotice notice)
{
  static const char *const texts[] = {
    [DOOR_NOTICE_SERVER_FULL] = "notice full",
    [DOOR_NOTICE_CROWD] = "notice crowd",
    [DOOR_NOTICE_SHUTTING_DOWN] = "notice stopping",
    [DOOR_NOTICE_SLOW_CONSUMER] = "notice slow",
  };

  send_line (connection, texts[notice], strlen (texts[notice]));
}

static const Door test_door = {
  .name = "test",
  .line_limit = FIXTURE_LINE_LIMIT,
  .line = door_line,
  .line_too_long = door_line_too_long,
  .notice = door_notice,
  .ended = door_ended,
  .has_room = door_has_room,
};

static const Door test_door_in_order = {
  .name = "test",
  .line_limit = FIXTURE_LINE_LIMIT,
  .answers_in_order = TRUE,
  .foresee = door_foresee,
  .fetch = door_fetch,
  .line = door_line,
  .line_too_long = door_line_too_long,
  .notice = door_notice,
  .ended = door_ended,
  .has_room = door_has_room,
};

/* --- the fixture ------------------------------------------------------------------------------ */

WorkerFixture *
worker_fixture_new (const WorkerTimeouts *timeouts, guint pool_queue_limit)
{
  WorkerFixture *self = g_new0 (WorkerFixture, 1);
  socklen_t n_address = sizeof self->address;

  g_assert_cmpint (pthread_mutex_init (&self->mutex, NULL), ==, 0);
  g_assert_cmpint (sem_init (&self->gate, 0, 0), ==, 0);
  self->tags = g_string_new (NULL);
  self->worker = worker_new (timeouts, self, NULL);
  self->pool = compute_pool_new (1, pool_queue_limit, NULL);
  g_assert_nonnull (self->worker);
  g_assert_nonnull (self->pool);
  worker_set_chore (self->worker, fixture_chore);

  self->listen_fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  self->address.sin_family = AF_INET;
  self->address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  int room = 200 * 1024;
  g_assert_cmpint (setsockopt (self->listen_fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room), ==, 0);
  g_assert_cmpint (bind (self->listen_fd, (struct sockaddr *)&self->address, n_address), ==, 0);
  g_assert_cmpint (listen (self->listen_fd, 16), ==, 0);
  g_assert_cmpint (getsockname (self->listen_fd, (struct sockaddr *)&self->address, &n_address), ==,
                   0);
  return self;
}

void
worker_fixture_start (WorkerFixture *self)
{
  g_assert_true (worker_start (self->worker, NULL));
}

void
worker_fixture_free (WorkerFixture *self)
{
  if (self->worker != NULL)
    {
      worker_stop (self->worker);
      worker_join (self->worker);
    }
  compute_pool_stop (self->pool);
  compute_pool_free (self->pool);
  worker_free (self->worker);
  close (self->listen_fd);
  sem_destroy (&self->gate);
  pthread_mutex_destroy (&self->mutex);
  g_string_free (self->tags, TRUE);
  g_free (self);
}

void
fixture_open_gate (WorkerFixture *self, guint n_jobs)
{
  for (guint i = 0; i < n_jobs; i++)
    g_assert_cmpint (sem_post (&self->gate), ==, 0);
}

guint
fixture_n_open (const WorkerFixture *self)
{
  const WorkerCounters *counters = worker_counters (self->worker);
  guint64 n_closed = atomic_load (&counters->n_closed);

  return (guint)(atomic_load (&counters->n_opened) - n_closed);
}

char *
fixture_tags (WorkerFixture *self)
{
  pthread_mutex_lock (&self->mutex);
  char *tags = g_strdup (self->tags->str);
  pthread_mutex_unlock (&self->mutex);
  return tags;
}

void
fixture_yield (void)
{
  (void)poll (NULL, 0, 1);
}

/* --- clients ---------------------------------------------------------------------------------- */

static Client *
client_connect (WorkerFixture *fixture, int receive_buffer_bytes)
{
  Client *self = g_new0 (Client, 1);
  struct sockaddr *address = (struct sockaddr *)&fixture->address;

  self->received = g_string_new (NULL);
  self->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (receive_buffer_bytes > 0)
    g_assert_cmpint (setsockopt (self->fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes,
                                 sizeof receive_buffer_bytes),
                     ==, 0);
  g_assert_cmpint (connect (self->fd, address, sizeof fixture->address), ==, 0);

  ConnectionSeed seed = { .door = fixture->answers_in_order ? &test_door_in_order : &test_door,
                          .is_local = TRUE,
                          .is_full = fixture->is_full,
                          .is_crowd = fixture->is_crowd,
                          .peer = fixture->peer,
                          .tls = fixture->tls };
  seed.fd = accept4 (fixture->listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  g_assert_cmpint (seed.fd, >=, 0);
  if (fixture->send_buffer_bytes > 0)
    g_assert_cmpint (setsockopt (seed.fd, SOL_SOCKET, SO_SNDBUF, &fixture->send_buffer_bytes,
                                 sizeof fixture->send_buffer_bytes),
                     ==, 0);
  fixture->peer = NULL;
  worker_adopt (fixture->worker, &seed);
  return self;
}

Client *
client_new (WorkerFixture *fixture)
{
  return client_connect (fixture, 0);
}

Client *
client_new_slow (WorkerFixture *fixture)
{
  fixture->send_buffer_bytes = SLOW_BUFFER_BYTES;
  Client *self = client_connect (fixture, SLOW_BUFFER_BYTES);
  fixture->send_buffer_bytes = 0;
  return self;
}

void
client_free (Client *self)
{
  if (self->fd >= 0)
    close (self->fd);
  g_string_free (self->received, TRUE);
  g_free (self);
}

void
client_send_bytes (Client *self, const char *bytes, gsize n_bytes)
{
  while (n_bytes > 0)
    {
      struct pollfd writable = { .fd = self->fd, .events = POLLOUT };
      g_assert_cmpint (poll (&writable, 1, FIXTURE_DEADLINE_MS), ==, 1);
      ssize_t n = send (self->fd, bytes, n_bytes, MSG_NOSIGNAL | MSG_DONTWAIT);
      g_assert_cmpint (n, >, 0);
      bytes += n;
      n_bytes -= (gsize)n;
    }
}

void
client_send (Client *self, const char *text)
{
  client_send_bytes (self, text, strlen (text));
}

gboolean
client_try_send (Client *self, const char *text)
{
  return send (self->fd, text, strlen (text), MSG_NOSIGNAL | MSG_DONTWAIT) >= 0 || errno == EAGAIN;
}

void
client_half_close (Client *self)
{
  g_assert_cmpint (shutdown (self->fd, SHUT_WR), ==, 0);
}

void
client_reset (Client *self)
{
  struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

  g_assert_cmpint (setsockopt (self->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), ==, 0);
  g_assert_cmpint (close (self->fd), ==, 0);
  self->fd = -1;
}

/* Returns 0 at the end of the stream. */
static gsize
client_receive (Client *self)
{
  char bytes[65536];
  struct pollfd readable = { .fd = self->fd, .events = POLLIN };

  g_assert_cmpint (poll (&readable, 1, FIXTURE_DEADLINE_MS), ==, 1);
  ssize_t n = recv (self->fd, bytes, sizeof bytes, MSG_DONTWAIT);
  if (n < 0)
    g_error ("the server reset the connection: %s", g_strerror (errno));
  g_string_append_len (self->received, bytes, n);
  return (gsize)n;
}

static void
client_receive_at_least (Client *self, gsize n_bytes)
{
  while (self->received->len < n_bytes)
    {
      if (client_receive (self) == 0)
        g_error ("the server closed after “%.40s”", self->received->str);
    }
}

void
client_expect (Client *self, const char *text)
{
  gsize n_bytes = strlen (text);

  client_receive_at_least (self, n_bytes);
  gsize n_same = 0;
  while (n_same < n_bytes && self->received->str[n_same] == text[n_same])
    n_same++;
  if (n_same < n_bytes)
    g_error ("“%.40s” came where “%.40s” was expected", self->received->str + n_same,
             text + n_same);
  g_string_erase (self->received, 0, (gssize)n_bytes);
}

void
client_expect_run (Client *self, char letter, gsize n_bytes)
{
  g_autofree char *expected = g_malloc (n_bytes + 2);

  memset (expected, letter, n_bytes);
  expected[n_bytes] = '\n';
  expected[n_bytes + 1] = '\0';
  client_expect (self, expected);
}

void
client_skip (Client *self, gsize n_bytes)
{
  client_receive_at_least (self, n_bytes);
  g_string_erase (self->received, 0, (gssize)n_bytes);
}

void
client_expect_end (Client *self)
{
  while (client_receive (self) > 0)
    ;
  g_assert_cmpuint (self->received->len, ==, 0);
}

void
client_expect_last (Client *self, const char *text)
{
  while (client_receive (self) > 0)
    ;
  g_assert_true (g_str_has_suffix (self->received->str, text));
}

gboolean
client_stays_open (Client *self, int time_ms)
{
  struct pollfd readable = { .fd = self->fd, .events = POLLIN };

  return self->received->len == 0 && poll (&readable, 1, time_ms) == 0;
}

void
client_round_trips (Client *self, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      client_send (self, "echo turn\n");
      client_expect (self, "turn\n");
    }
}
