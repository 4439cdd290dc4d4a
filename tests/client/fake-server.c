/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The server's end of a test, non-blocking like the client's.
 */
#include "tests/client/fake-server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#define DEADLINE_S 20

static gboolean
on_deadline (gpointer user_data)
{
  g_error ("nothing happened for %d s", DEADLINE_S);
  return G_SOURCE_REMOVE;
}

static void
turn_until (gboolean (*holds) (gconstpointer), gconstpointer data)
{
  guint deadline = g_timeout_add_seconds (DEADLINE_S, on_deadline, NULL);

  while (!holds (data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);
}

static gboolean
on_readable (GObject *stream, gpointer user_data)
{
  FakeServer *self = user_data;
  char buffer[65536];
  gssize n_bytes = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (stream),
                                                             buffer, sizeof buffer, NULL, NULL);

  if (n_bytes <= 0)
    return G_SOURCE_REMOVE;
  self->n_reads++;
  g_string_append_len (self->received, buffer, n_bytes);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_incoming (GSocketService *service,
             GSocketConnection *connection,
             GObject *source_object,
             gpointer user_data)
{
  FakeServer *self = user_data;
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));

  /* Several small lines in a row would wait for each other. */
  g_assert_true (g_socket_set_option (g_socket_connection_get_socket (connection), IPPROTO_TCP,
                                      TCP_NODELAY, TRUE, NULL));
  g_set_object (&self->connection, connection);
  g_autoptr (GSource) source =
      g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (input), NULL);
  g_source_set_callback (source, G_SOURCE_FUNC (on_readable), self, NULL);
  g_source_attach (source, NULL);
  return TRUE;
}

void
fake_server_init (FakeServer *self)
{
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) bound = NULL;

  *self = (FakeServer){ .service = g_socket_service_new (), .received = g_string_new (NULL) };
  g_assert_true (g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), any,
                                                G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL,
                                                &bound, NULL));
  self->address = g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (bound));
  g_signal_connect (self->service, "incoming", G_CALLBACK (on_incoming), self);
}

void
fake_server_hang_up (FakeServer *self)
{
  g_assert_nonnull (self->connection);
  g_assert_true (g_io_stream_close (G_IO_STREAM (self->connection), NULL, NULL));
  g_clear_object (&self->connection);
}

void
fake_server_clear (FakeServer *self)
{
  if (self->connection != NULL)
    fake_server_hang_up (self);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_object_unref (self->service);
  g_free (self->address);
  g_string_free (self->received, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

/* A big line does not fit into the kernel's buffers: the main loop has to turn for the client to
 * read. A client that hung up meanwhile is no failure of the server's. */
static void
send_all (FakeServer *self, const char *bytes, gsize n_bytes)
{
  GOutputStream *stream = g_io_stream_get_output_stream (G_IO_STREAM (self->connection));

  while (n_bytes > 0)
    {
      g_autoptr (GError) error = NULL;
      gssize n = g_pollable_output_stream_write_nonblocking (G_POLLABLE_OUTPUT_STREAM (stream),
                                                             bytes, n_bytes, NULL, &error);
      if (n >= 0)
        {
          bytes += n;
          n_bytes -= (gsize)n;
        }
      else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        g_main_context_iteration (NULL, FALSE);
      else
        return;
    }
}

void
fake_server_send (FakeServer *self, const char *bytes)
{
  g_assert_nonnull (self->connection);
  send_all (self, bytes, strlen (bytes));
}

void
fake_server_send_bytewise (FakeServer *self, const char *bytes)
{
  g_assert_nonnull (self->connection);
  for (; *bytes != '\0'; bytes++)
    {
      send_all (self, bytes, 1);
      while (g_main_context_iteration (NULL, FALSE))
        continue;
    }
}

typedef struct
{
  const FakeServer *server;
  guint n_lines;
} LineGoal;

static gboolean
has_lines (gconstpointer data)
{
  const LineGoal *goal = data;
  guint n_lines = 0;

  for (gsize i = 0; i < goal->server->received->len; i++)
    n_lines += goal->server->received->str[i] == '\n';
  return n_lines >= goal->n_lines;
}

void
fake_server_wait_lines (FakeServer *self, guint n_lines)
{
  LineGoal goal = { self, n_lines };

  turn_until (has_lines, &goal);
}

static gboolean
is_set (gconstpointer data)
{
  return *(const gboolean *)data;
}

void
fake_server_wait_for (const gboolean *flag)
{
  turn_until (is_set, flag);
}

static gboolean
is_accepted (gconstpointer data)
{
  return ((const FakeServer *)data)->connection != NULL;
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (parlance_session_connect_finish (PARLANCE_SESSION (source), result, &error));
  g_assert_no_error (error);
  *(gboolean *)user_data = TRUE;
}

void
fake_server_speak_plainly (ParlanceSession *session)
{
  g_autoptr (ParlanceTrust) trust = parlance_trust_new (PARLANCE_TLS_USE_OFF);

  parlance_session_set_trust (session, trust);
}

void
fake_server_connect_session (FakeServer *self, ParlanceSession *session)
{
  gboolean connected = FALSE;

  g_clear_object (&self->connection);

  fake_server_speak_plainly (session);
  parlance_session_connect_async (session, NULL, on_connected, &connected);
  fake_server_wait_for (&connected);
  turn_until (is_accepted, self);
}

ParlanceSession *
fake_server_connect (FakeServer *self)
{
  ParlanceSession *session = parlance_session_new (self->address);

  fake_server_connect_session (self, session);
  return session;
}

void
outcome_store (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Outcome *self = user_data;

  outcome_clear (self);
  self->result = parlance_session_call_finish (PARLANCE_SESSION (source), result, &self->error);
  self->done = TRUE;
  self->n_done++;
}

void
outcome_clear (Outcome *self)
{
  g_clear_pointer (&self->result, g_free);
  g_clear_error (&self->error);
}
