/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The keys below are of no use but to these tests.
 */
#include "tests/client/tls-server.h"

#include <stdio.h>
#include <string.h>

static const char identity_one[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgSNmvJ3EWdVkCJzTA\n"
    "hEurECAPCJ74xXaLROgb1Mncc6OhRANCAATjatpjzYpF/gTdMYPqX0N0miFR0piA\n"
    "mEl1OdW8Yu6YqHG1KPz+i7BnHYwJZKzIONg23WRekEiLayeVy+TJAu5I\n"
    "-----END PRIVATE KEY-----\n"
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBtjCCAVugAwIBAgIUKgH6w/BpnIrMSw5wpLo93fs6PRgwCgYIKoZIzj0EAwIw\n"
    "LzEtMCsGA1UEAwwkNmYwZDNjMWUtMmI2YS00YzBlLTlkMGItMGExYjJjM2Q0ZTVm\n"
    "MCAXDTI2MTEyODAwMjUzNVoYDzIxMjYxMTA0MDAyNTM1WjAvMS0wKwYDVQQDDCQ2\n"
    "ZjBkM2MxZS0yYjZhLTRjMGUtOWQwYi0wYTFiMmMzZDRlNWYwWTATBgcqhkjOPQIB\n"
    "BggqhkjOPQMBBwNCAATjatpjzYpF/gTdMYPqX0N0miFR0piAmEl1OdW8Yu6YqHG1\n"
    "KPz+i7BnHYwJZKzIONg23WRekEiLayeVy+TJAu5Io1MwUTAdBgNVHQ4EFgQUtwNG\n"
    "PN2i8oNFf8avQ8X1aQcC9wUwHwYDVR0jBBgwFoAUtwNGPN2i8oNFf8avQ8X1aQcC\n"
    "9wUwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEAp0riD1ObyLfO\n"
    "VIvgz7Cbz/9gTSE8L6qgC21bUdQ6NQUCIQDc7N9V+SJ1GsqS2OMhjeNhDhSeg797\n"
    "Bry96kV//oRrWw==\n"
    "-----END CERTIFICATE-----\n";

static const char identity_other[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgP6qGDu/Txyf2qdNT\n"
    "T7wEdmwaz/hMOoy3HzN7hWM7LjOhRANCAAQdVMWfN/qEcGipCs6QYg3kYxWWNt7M\n"
    "zpyf1CbZFRdKktfmvTWgugzMzrXZtpxaNa6C3VeKmnonu+85BVY2JVls\n"
    "-----END PRIVATE KEY-----\n"
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBtTCCAVugAwIBAgIUG2DxrFvLcAIdK37CDzx/xXTmxWIwCgYIKoZIzj0EAwIw\n"
    "LzEtMCsGA1UEAwwkNmYwZDNjMWUtMmI2YS00YzBlLTlkMGItMGExYjJjM2Q0ZTVm\n"
    "MCAXDTI2MTEyODAwMjUzNVoYDzIxMjYxMTA0MDAyNTM1WjAvMS0wKwYDVQQDDCQ2\n"
    "ZjBkM2MxZS0yYjZhLTRjMGUtOWQwYi0wYTFiMmMzZDRlNWYwWTATBgcqhkjOPQIB\n"
    "BggqhkjOPQMBBwNCAAQdVMWfN/qEcGipCs6QYg3kYxWWNt7Mzpyf1CbZFRdKktfm\n"
    "vTWgugzMzrXZtpxaNa6C3VeKmnonu+85BVY2JVlso1MwUTAdBgNVHQ4EFgQU7MP1\n"
    "IW0wZ7WJbfR50iy4B3ySCXYwHwYDVR0jBBgwFoAU7MP1IW0wZ7WJbfR50iy4B3yS\n"
    "CXYwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiAmw3hqeWJLnS8m\n"
    "g6b9YoZG38IIyvBq9FBh7KvklOOEvwIhALCKpBON1PPYlP7hopD0Up/VHyHlWp+8\n"
    "Ze5KaZasUJGM\n"
    "-----END CERTIFICATE-----\n";

typedef struct
{
  TlsServer *server;
  GIOStream *stream; /* TLS or plain; borrowed: the server's list has it */
  GString *received;
} Peer;

static void
peer_free (gpointer data)
{
  Peer *self = data;

  g_string_free (self->received, TRUE);
  g_free (self);
}

/* What is sent is less than a socket takes at once. */
static void
send_text (GIOStream *stream, const char *text)
{
  GPollableOutputStream *output = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (stream));
  gsize n_bytes = strlen (text);

  while (n_bytes > 0)
    {
      gssize n = g_pollable_output_stream_write_nonblocking (output, text, n_bytes, NULL, NULL);
      g_assert_cmpint (n, >, 0);
      text += n;
      n_bytes -= (gsize)n;
    }
}

/* Requests are numbered from 1 on each connection. */
static void
answer_lines (Peer *self)
{
  char *lf;

  while ((lf = strchr (self->received->str, '\n')) != NULL)
    {
      const char *id = strstr (self->received->str, "\"id\":");
      gboolean is_ping =
          g_strstr_len (self->received->str, lf - self->received->str, "\"ping\"") != NULL;
      g_autofree char *answer = NULL;

      g_assert_nonnull (id);
      answer = g_strdup_printf ("{\"jsonrpc\":\"2.0\",\"id\":%d,\"result\":%s}\n",
                                (int)g_ascii_strtoll (id + strlen ("\"id\":"), NULL, 10),
                                self->server->answer);
      g_free (self->server->last_request);
      self->server->last_request = g_strndup (self->received->str, lf - self->received->str);
      g_string_erase (self->received, 0, lf + 1 - self->received->str);
      if (self->server->kind == TLS_SERVER_CUTS && self->server->fault != NULL &&
          !G_IS_TLS_CONNECTION (self->stream))
        {
          send_text (self->stream, self->server->fault);
          (void)g_io_stream_close (self->stream, NULL, NULL);
          return;
        }
      if (!is_ping)
        self->server->n_answers++;
      send_text (self->stream, answer);
    }
}

static gboolean
on_readable (GObject *stream, gpointer user_data)
{
  Peer *self = user_data;
  char buffer[16384];
  g_autoptr (GError) error = NULL;
  gssize n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (stream), buffer,
                                                       sizeof buffer, NULL, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return G_SOURCE_CONTINUE;
  if (n <= 0)
    return G_SOURCE_REMOVE;
  if (buffer[0] == 0x16 && !G_IS_TLS_CONNECTION (self->stream))
    {
      if (self->server->kind == TLS_SERVER_SAYS_SO)
        send_text (self->stream, "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{}}\n");
      (void)g_io_stream_close (self->stream, NULL, NULL);
      return G_SOURCE_REMOVE;
    }
  g_string_append_len (self->received, buffer, n);
  answer_lines (self);
  return g_io_stream_is_closed (self->stream) ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

static void
listen_to (TlsServer *self, GIOStream *stream)
{
  Peer *peer = g_new0 (Peer, 1);
  GInputStream *input = g_io_stream_get_input_stream (stream);

  peer->server = self;
  peer->stream = stream;
  peer->received = g_string_new (NULL);
  g_autoptr (GSource) source =
      g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (input), NULL);
  g_source_set_callback (source, G_SOURCE_FUNC (on_readable), peer, peer_free);
  g_source_attach (source, NULL);
  g_ptr_array_add (self->sources, g_steal_pointer (&source));
}

static void
on_handshake (GObject *source, GAsyncResult *result, gpointer user_data)
{
  TlsServer *self = user_data;

  self->n_shaking--;
  if (g_tls_connection_handshake_finish (G_TLS_CONNECTION (source), result, NULL))
    listen_to (self, G_IO_STREAM (source));
}

static void
shake_hands (TlsServer *self, GIOStream *plain, TlsServerKind kind)
{
  GIOStream *stream = g_tls_server_connection_new (plain, self->certificates[kind], NULL);

  g_assert_nonnull (stream);
  self->n_shaking++;
  g_ptr_array_add (self->streams, stream);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (stream), G_PRIORITY_DEFAULT, NULL,
                                    on_handshake, self);
}

typedef struct
{
  TlsServer *server;
  GIOStream *stream; /* borrowed */
} Newcomer;

static gboolean
on_first_byte (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  Newcomer *self = user_data;
  char first = '\0';
  GInputVector vector = { &first, 1 };
  gint flags = G_SOCKET_MSG_PEEK;

  if (g_socket_receive_message (socket, NULL, &vector, 1, NULL, NULL, &flags, NULL, NULL) <= 0)
    return G_SOURCE_REMOVE;
  if (first != 0x16)
    listen_to (self->server, self->stream);
  else if (self->server->n_to_cut == 0)
    shake_hands (self->server, self->stream, TLS_SERVER_ONE);
  else
    {
      self->server->n_to_cut--;
      (void)g_io_stream_close (self->stream, NULL, NULL);
    }
  return G_SOURCE_REMOVE;
}

static void
await_first_byte (TlsServer *self, GIOStream *stream)
{
  GSocket *socket = g_socket_connection_get_socket (G_SOCKET_CONNECTION (stream));
  Newcomer *newcomer = g_new (Newcomer, 1);
  g_autoptr (GSource) source = g_socket_create_source (socket, G_IO_IN, NULL);

  *newcomer = (Newcomer){ self, stream };
  g_source_set_callback (source, G_SOURCE_FUNC (on_first_byte), newcomer, g_free);
  g_source_attach (source, NULL);
  g_ptr_array_add (self->sources, g_steal_pointer (&source));
}

static gboolean
on_incoming (GSocketService *service,
             GSocketConnection *connection,
             GObject *source_object,
             gpointer user_data)
{
  TlsServer *self = user_data;
  GIOStream *stream = G_IO_STREAM (connection);

  self->n_connections++;
  g_ptr_array_add (self->streams, g_object_ref (stream));
  if (self->kind <= TLS_SERVER_OTHER)
    shake_hands (self, stream, self->kind);
  else if (self->kind == TLS_SERVER_CUTS)
    await_first_byte (self, stream);
  else if (self->kind == TLS_SERVER_IS_GONE)
    (void)g_io_stream_close (stream, NULL, NULL);
  else if (self->kind != TLS_SERVER_IS_SILENT)
    listen_to (self, stream);
  return TRUE;
}

void
tls_server_init (TlsServer *self)
{
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  *self = (TlsServer){ .service = g_socket_service_new (),
                       .streams = g_ptr_array_new_with_free_func (g_object_unref),
                       .sources = g_ptr_array_new_with_free_func ((GDestroyNotify)g_source_unref),
                       .n_to_cut = 1,
                       .answer = "{\"time\":1}" };
  g_assert_true (g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), any,
                                                G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL,
                                                &bound, NULL));
  self->address = g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (bound));
  self->certificates[TLS_SERVER_ONE] = g_tls_certificate_new_from_pem (identity_one, -1, &error);
  g_assert_no_error (error);
  self->certificates[TLS_SERVER_OTHER] =
      g_tls_certificate_new_from_pem (identity_other, -1, &error);
  g_assert_no_error (error);
  g_signal_connect (self->service, "incoming", G_CALLBACK (on_incoming), self);
}

void
tls_server_clear (TlsServer *self)
{
  /* Their peers have hung up. */
  while (self->n_shaking > 0)
    g_main_context_iteration (NULL, TRUE);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  for (guint i = 0; i < self->sources->len; i++)
    g_source_destroy (g_ptr_array_index (self->sources, i));
  for (guint i = 0; i < self->streams->len; i++)
    {
      g_autoptr (GIOStream) socket = g_object_ref (g_ptr_array_index (self->streams, i));
      if (G_IS_TLS_CONNECTION (socket))
        {
          g_autoptr (GIOStream) tls = g_steal_pointer (&socket);
          g_object_get (tls, "base-io-stream", &socket, NULL);
        }
      (void)g_io_stream_close (socket, NULL, NULL);
    }
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_ptr_array_unref (self->streams);
  g_ptr_array_unref (self->sources);
  g_object_unref (self->service);
  g_object_unref (self->certificates[TLS_SERVER_ONE]);
  g_object_unref (self->certificates[TLS_SERVER_OTHER]);
  g_free (self->address);
  g_free (self->last_request);
}

char *
tls_server_fingerprint (const TlsServer *self, TlsServerKind kind)
{
  g_autoptr (GByteArray) der = NULL;

  g_object_get (self->certificates[kind], "certificate", &der, NULL);
  g_autofree char *digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, der->data, der->len);
  return g_strconcat ("sha256:", digest, NULL);
}

gboolean
tls_server_is_beyond_sanitizer (void)
{
#ifdef __SANITIZE_THREAD__
  (void)puts ("1..0 # SKIP what GLib's threads do would be taken for races");
  return TRUE;
#else
  return FALSE;
#endif
}
