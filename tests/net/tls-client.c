/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Waits with a deadline, as the fixture's plain client does.
 */
#include "tests/net/tls-client.h"

#include "server/net/transport-tls-identity.h"

#include <glib/gstdio.h>
#include <openssl/err.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#define ID "6f0d3c1e-2b6a-4c0e-9d0b-0a1b2c3d4e5f"

TlsContext *
tls_server_context_make (void)
{
  g_autofree char *folder = g_dir_make_tmp ("parlance-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "identity.pem", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (tls_identity_make (path, ID, &error));
  TlsContext *context = tls_context_new (path, path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  return context;
}

TlsClient *
tls_client_new (Client *client)
{
  TlsClient *self = g_new0 (TlsClient, 1);

  self->client = client;
  self->received = g_string_new (NULL);
  self->context = SSL_CTX_new (TLS_client_method ());
  self->ssl = SSL_new (self->context);
  g_assert_nonnull (self->ssl);
  SSL_set_bio (self->ssl, BIO_new (BIO_s_mem ()), BIO_new (BIO_s_mem ()));
  (void)BIO_set_mem_eof_return (SSL_get_rbio (self->ssl), -1);
  SSL_set_connect_state (self->ssl);
  return self;
}

void
tls_client_free (TlsClient *self)
{
  client_free (self->client);
  SSL_free (self->ssl);
  SSL_CTX_free (self->context);
  g_string_free (self->received, TRUE);
  g_free (self);
}

static void
push (TlsClient *self)
{
  char *bytes;
  gsize n_bytes = (gsize)BIO_get_mem_data (SSL_get_wbio (self->ssl), &bytes);

  while (n_bytes > 0)
    {
      gsize n = self->piece_bytes > 0 ? MIN (n_bytes, self->piece_bytes) : n_bytes;

      client_send_bytes (self->client, bytes, n);
      bytes += n;
      n_bytes -= n;
    }
  (void)BIO_reset (SSL_get_wbio (self->ssl));
}

/* Returns: whether something came */
static gboolean
pull (TlsClient *self)
{
  char bytes[65536];
  struct pollfd readable = { .fd = self->client->fd, .events = POLLIN };

  g_assert_cmpint (poll (&readable, 1, FIXTURE_DEADLINE_MS), ==, 1);
  ssize_t n = recv (self->client->fd, bytes, sizeof bytes, MSG_DONTWAIT);
  g_assert_cmpint (n, >=, 0);
  self->is_cut = n == 0;
  if (n > 0)
    g_assert_cmpint (BIO_write (SSL_get_rbio (self->ssl), bytes, (int)n), ==, (int)n);
  return n > 0;
}

void
tls_client_hello (TlsClient *self)
{
  g_assert_cmpint (SSL_do_handshake (self->ssl), ==, -1);
  push (self);
}

gboolean
tls_client_try_handshake (TlsClient *self)
{
  for (;;)
    {
      int result = SSL_do_handshake (self->ssl);
      int error = SSL_get_error (self->ssl, result);

      push (self);
      if (result == 1)
        return TRUE;
      if (error != SSL_ERROR_WANT_READ || !pull (self))
        {
          ERR_clear_error ();
          return FALSE;
        }
    }
}

void
tls_client_handshake (TlsClient *self)
{
  g_assert_true (tls_client_try_handshake (self));
}

void
tls_client_send (TlsClient *self, const char *text)
{
  g_assert_cmpint (SSL_write (self->ssl, text, (int)strlen (text)), ==, (int)strlen (text));
  push (self);
}

void
tls_client_end (TlsClient *self)
{
  g_assert_cmpint (SSL_shutdown (self->ssl), >=, 0);
  push (self);
}

/* Returns: whether more may come */
static gboolean
receive (TlsClient *self)
{
  char bytes[16384];
  int n = SSL_read (self->ssl, bytes, sizeof bytes);

  if (n > 0)
    {
      g_string_append_len (self->received, bytes, n);
      return TRUE;
    }
  self->has_ended = SSL_get_error (self->ssl, n) == SSL_ERROR_ZERO_RETURN;
  ERR_clear_error ();
  return !self->has_ended && pull (self);
}

static void
receive_at_least (TlsClient *self, gsize n_bytes)
{
  while (self->received->len < n_bytes)
    {
      if (!receive (self) && self->received->len < n_bytes)
        g_error ("the server ended after “%.40s”", self->received->str);
    }
}

void
tls_client_expect (TlsClient *self, const char *text)
{
  gsize n_bytes = strlen (text);

  receive_at_least (self, n_bytes);
  if (strncmp (self->received->str, text, n_bytes) != 0)
    g_error ("“%.40s” came where “%.40s” was expected", self->received->str, text);
  g_string_erase (self->received, 0, (gssize)n_bytes);
}

void
tls_client_expect_run (TlsClient *self, char letter, gsize n_bytes)
{
  g_autofree char *run = g_strnfill (n_bytes, letter);

  tls_client_expect (self, run);
  tls_client_expect (self, "\n");
}

void
tls_client_expect_end (TlsClient *self)
{
  while (receive (self))
    continue;
  g_assert_cmpstr (self->received->str, ==, "");
  g_assert_true (self->has_ended);
}

void
tls_client_expect_last (TlsClient *self, const char *text)
{
  while (receive (self))
    continue;
  g_assert_true (g_str_has_suffix (self->received->str, text));
  g_assert_true (self->has_ended);
}

gboolean
tls_client_change_keys (TlsClient *self, _Atomic guint *n_ended)
{
  char *bytes;

  g_assert_cmpint (SSL_key_update (self->ssl, SSL_KEY_UPDATE_REQUESTED), ==, 1);
  g_assert_cmpint (SSL_do_handshake (self->ssl), ==, 1);
  gsize n_bytes = (gsize)BIO_get_mem_data (SSL_get_wbio (self->ssl), &bytes);
  while (n_bytes > 0 && atomic_load (n_ended) == 0)
    {
      struct pollfd writable = { .fd = self->client->fd, .events = POLLOUT };
      ssize_t n = 0;

      if (poll (&writable, 1, 1) == 1)
        n = send (self->client->fd, bytes, n_bytes, MSG_NOSIGNAL | MSG_DONTWAIT);
      g_assert_cmpint (n, >=, 0);
      bytes += n;
      n_bytes -= (gsize)n;
    }
  (void)BIO_reset (SSL_get_wbio (self->ssl));
  return n_bytes == 0;
}

char *
tls_client_dup_fingerprint (TlsClient *self)
{
  X509 *certificate = SSL_get1_peer_certificate (self->ssl);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int n_digest = 0;
  g_autoptr (GString) text = g_string_new ("sha256:");

  g_assert_cmpint (X509_digest (certificate, EVP_sha256 (), digest, &n_digest), ==, 1);
  for (unsigned int i = 0; i < n_digest; i++)
    g_string_append_printf (text, "%02x", digest[i]);
  X509_free (certificate);
  return g_string_free (g_steal_pointer (&text), FALSE);
}
