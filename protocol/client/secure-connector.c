/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * GIO's own verification is of no use here: a server on a local network has no name that an
 * authority would sign. Its certificate is taken as it comes, and ParlanceTrust is asked before
 * anything is said. Without a database from its beginning a connection does not read the system's
 * authorities either, which would take most of the time of a lookup.
 */
#include "protocol/client/secure-connector.h"

#include <string.h>

#include "protocol/client/address.h"
#include "protocol/client/plain-probe.h"

#define SUBJECT_PREFIX "CN="
#define MAX_CUT 2 /* handshakes in a row, and what answers speaks no TLS */

typedef struct
{
  ParlanceTrust *trust;
  ParlanceTrustPlan plan;
  guint n_cut;               /* handshakes that ended without TLS */
  char *address;             /* (nullable): that answered */
  GSocketConnection *socket; /* (nullable) */
} Attempt;

static char connect_tag; /* its address marks our tasks */

static void
attempt_free (gpointer data)
{
  Attempt *self = data;

  parlance_trust_unref (self->trust);
  g_clear_object (&self->socket);
  g_free (self->address);
  g_free (self);
}

static void
hang_up (Attempt *self)
{
  if (self->socket != NULL)
    (void)g_io_stream_close (G_IO_STREAM (self->socket), NULL, NULL);
  g_clear_object (&self->socket);
}

/* Asks for trust, and completes. @stream: (transfer full) */
static void
complete (GTask *task, GIOStream *stream, const char *fingerprint, const char *id)
{
  Attempt *self = g_task_get_task_data (task);
  g_autoptr (GIOStream) owned = stream;
  GError *error = NULL;

  if (parlance_trust_check (self->trust, fingerprint, id, &error))
    {
      g_task_return_pointer (task, g_steal_pointer (&owned), g_object_unref);
      return;
    }
  hang_up (self);
  g_task_return_error (task, error);
}

/* --- TLS -------------------------------------------------------------------------------------- */

static gboolean
on_accept_certificate (GTlsConnection *connection,
                       GTlsCertificate *certificate,
                       GTlsCertificateFlags mistakes,
                       gpointer user_data)
{
  return TRUE;
}

static char *
fingerprint_of (GTlsCertificate *certificate)
{
  g_autoptr (GByteArray) der = NULL;

  g_object_get (certificate, "certificate", &der, NULL);
  if (der == NULL)
    return NULL;
  g_autofree char *digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, der->data, der->len);
  return g_strconcat ("sha256:", digest, NULL);
}

/* Returns: (transfer full) (nullable): of a certificate that a server has made for itself */
static char *
id_of (GTlsCertificate *certificate)
{
  g_autofree char *subject = g_tls_certificate_get_subject_name (certificate);

  if (subject == NULL || !g_str_has_prefix (subject, SUBJECT_PREFIX) ||
      !g_uuid_string_is_valid (subject + strlen (SUBJECT_PREFIX)))
    return NULL;
  return g_strdup (subject + strlen (SUBJECT_PREFIX));
}

/* The server hung up before it had said anything, or what it said was no TLS; GnuTLS has no code of
 * its own for an answer in plain text, which begins with a record of a kind that does not exist. */
static gboolean
is_not_tls (const GError *error)
{
  return g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_NOT_TLS) ||
         g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_MISC) ||
         g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_EOF) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
}

static void begin (GTask *task, const char *const *addresses);

/* One handshake that was cut says nothing: the server may have stopped or been full just then. The
 * second one leads to plain text, to go on or to know why not. */
static void
begin_again (GTask *task)
{
  Attempt *self = g_task_get_task_data (task);

  hang_up (self);
  self->n_cut++;
  if (self->address == NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED,
                             "the server closed the connection");
  else
    begin (task, (const char *const[]){ self->address, NULL });
}

static void
on_handshake (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GTlsConnection) connection = G_TLS_CONNECTION (source);
  Attempt *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (g_tls_connection_handshake_finish (connection, result, &error))
    {
      GTlsCertificate *certificate = g_tls_connection_get_peer_certificate (connection);
      g_autofree char *fingerprint = certificate != NULL ? fingerprint_of (certificate) : NULL;
      g_autofree char *id = certificate != NULL ? id_of (certificate) : NULL;

      if (fingerprint != NULL)
        {
          complete (task, G_IO_STREAM (g_steal_pointer (&connection)), fingerprint, id);
          return;
        }
      g_set_error_literal (&error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
                           "the server shows no certificate");
    }
  if (is_not_tls (error))
    {
      begin_again (task);
      return;
    }
  hang_up (self);
  g_task_return_error (task, g_steal_pointer (&error));
}

static void
on_probed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Attempt *self = g_task_get_task_data (task);
  GError *error = NULL;

  if (parlance_plain_probe_finish (result, &error))
    {
      if (self->plan == PARLANCE_TRUST_PLAN_TLS_OR_PLAIN)
        {
          complete (task, G_IO_STREAM (g_object_ref (self->socket)), NULL, NULL);
          return;
        }
      (void)parlance_trust_refuse_plain (self->trust, &error);
    }
  hang_up (self);
  g_task_return_error (task, error);
}

static void
begin_handshake (GTask *task)
{
  Attempt *self = g_task_get_task_data (task);
  GTlsBackend *backend = g_tls_backend_get_default ();
  GIOStream *connection;
  GError *error = NULL;

  if (!g_tls_backend_supports_tls (backend))
    {
      hang_up (self);
      g_task_return_new_error (task, PARLANCE_TRUST_ERROR, PARLANCE_TRUST_ERROR_NO_TLS,
                               "this machine cannot encrypt: GIO finds no TLS library (on Debian "
                               "it is in the package glib-networking)");
      return;
    }
  connection =
      g_initable_new (g_tls_backend_get_client_connection_type (backend), NULL, &error,
                      "base-io-stream", self->socket, "database", NULL, "require-close-notify",
                      FALSE, /* lines say themselves where they end */
                      NULL);
  if (connection == NULL)
    {
      hang_up (self);
      g_task_return_error (task, error);
      return;
    }
  g_signal_connect (connection, "accept-certificate", G_CALLBACK (on_accept_certificate), NULL);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (connection), G_PRIORITY_DEFAULT,
                                    g_task_get_cancellable (task), on_handshake,
                                    g_object_ref (task));
}

/* --- TCP -------------------------------------------------------------------------------------- */

/* What has answered is what is come back to, not another of several addresses. A connection that
 * was reset does not know any more where it led. */
static void
note_address (Attempt *self)
{
  g_autoptr (GSocketAddress) peer = g_socket_connection_get_remote_address (self->socket, NULL);

  if (self->address == NULL && G_IS_INET_SOCKET_ADDRESS (peer))
    self->address = parlance_address_to_string (G_INET_SOCKET_ADDRESS (peer));
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Attempt *self = g_task_get_task_data (task);
  GError *error = NULL;

  self->socket = parlance_connector_connect_finish (result, &error);
  if (self->socket == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  note_address (self);
  if (self->plan == PARLANCE_TRUST_PLAN_PLAIN)
    complete (task, G_IO_STREAM (g_object_ref (self->socket)), NULL, NULL);
  else if (self->n_cut < MAX_CUT)
    begin_handshake (task);
  else
    parlance_plain_probe_async (self->socket, g_task_get_cancellable (task), on_probed,
                                g_object_ref (task));
}

static void
begin (GTask *task, const char *const *addresses)
{
  parlance_connector_connect_async (addresses, g_task_get_cancellable (task), on_connected,
                                    g_object_ref (task));
}

void
parlance_secure_connector_connect_async (const char *const *addresses,
                                         ParlanceTrust *trust,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Attempt *self = g_new0 (Attempt, 1);
  GError *error = NULL;

  self->trust = parlance_trust_ref (trust);
  g_task_set_source_tag (task, &connect_tag);
  g_task_set_task_data (task, self, attempt_free);
  if (parlance_trust_plan (trust, &self->plan, &error))
    begin (task, addresses);
  else
    g_task_return_error (task, error);
}

GIOStream *
parlance_secure_connector_connect_finish (GAsyncResult *result,
                                          GSocketConnection **ret_socket,
                                          GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, &connect_tag), NULL);

  GIOStream *stream = g_task_propagate_pointer (G_TASK (result), error);
  if (stream != NULL)
    {
      const Attempt *self = g_task_get_task_data (G_TASK (result));
      *ret_socket = g_object_ref (self->socket);
    }
  return stream;
}
