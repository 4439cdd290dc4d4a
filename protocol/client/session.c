/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceSession: owns the transport and a table of pending calls by id. Every way a call can end
 * (answer, error, cancellation, loss of the connection) takes it out of the table first and then
 * completes its task, so that each is completed exactly once, whatever the callback does to the
 * session.
 */
#include "protocol/client/session.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include "protocol/client/address.h"
#include "protocol/client/answer.h"
#include "protocol/client/fields.h"
#include "protocol/client/secure-connector.h"
#include "protocol/client/transport.h"
#include "protocol/wire/limits.h"
#include "protocol/wire/request.h"

struct _ParlanceSession
{
  GObject parent_instance;
  char **addresses; /* of the one server, best first */
  char *winner;     /* (nullable): the one of several that was connected to last */
  ParlanceTrust *trust;
  GCancellable *connecting;      /* (nullable): of the attempt that is under way */
  GSocketConnection *connection; /* (nullable), as is the transport over it */
  ParlanceTransport *transport;
  GHashTable *calls; /* of Call, by its id; owned */
  gint64 last_id;
  guint64 n_lines;
};

typedef struct
{
  gint64 id;
  GTask *task;
  GSource *cancel_source; /* (nullable) */
} Call;

enum
{
  SIGNAL_CLOSED,
  SIGNAL_NOTIFICATION,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* On the task of a call: what its error said of retry_after_ms, in a gint64. */
static GQuark
retry_after_quark (void)
{
  return g_quark_from_static_string ("parlance-session-retry-after");
}

G_DEFINE_FINAL_TYPE (ParlanceSession, parlance_session, G_TYPE_OBJECT)

static void
call_free (gpointer data)
{
  Call *call = data;

  if (call->cancel_source != NULL)
    {
      g_source_destroy (call->cancel_source);
      g_source_unref (call->cancel_source);
    }
  g_object_unref (call->task);
  g_free (call);
}

/* Takes the call out of the table. Returns: (transfer full) (nullable): its task */
static GTask *
take_call (ParlanceSession *self, gint64 id)
{
  const Call *call = g_hash_table_lookup (self->calls, &id);
  if (call == NULL)
    return NULL;

  GTask *task = g_object_ref (call->task);
  g_hash_table_remove (self->calls, &id);
  return task;
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  gint64 id_a = *(const gint64 *)a;
  gint64 id_b = *(const gint64 *)b;

  return (id_a > id_b) - (id_a < id_b);
}

/* Completes the calls that are pending as this is called, oldest first; those that their callbacks
 * make stay. */
static void
fail_calls (ParlanceSession *self, const GError *error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  GHashTableIter iter;
  gpointer key;
  g_hash_table_iter_init (&iter, self->calls);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_array_append_vals (ids, key, 1);
  g_array_sort (ids, compare_ids);

  /* The callbacks may drop the last reference that others have. */
  g_object_ref (self);
  for (guint i = 0; i < ids->len; i++)
    {
      g_autoptr (GTask) task = take_call (self, g_array_index (ids, gint64, i));
      if (task != NULL)
        g_task_return_error (task, g_error_copy (error));
    }
  g_object_unref (self);
}

static void
drop_connection (ParlanceSession *self, const GError *call_error, const GError *signal_error)
{
  if (self->transport == NULL)
    return;

  /* So may the callbacks of the signal, and those of the calls before them. */
  g_object_ref (self);
  g_clear_pointer (&self->transport, parlance_transport_free);
  g_clear_object (&self->connection);
  fail_calls (self, call_error);
  g_signal_emit (self, signals[SIGNAL_CLOSED], 0, signal_error);
  g_object_unref (self);
}

static gboolean
ends_connection (const GError *error)
{
  return g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_SERVER_FULL) ||
         g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_SHUTTING_DOWN) ||
         g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_SLOW_CONSUMER) ||
         g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_BANNED) ||
         g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_KICKED) ||
         g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_TLS_REQUIRED);
}

/* The server spoke of no request in particular. It does not say which one it could not read, so
 * none of the pending ones can count on an answer. */
static void
handle_fault (ParlanceSession *self, const ParlanceJsonValue *error_object)
{
  g_autoptr (GError) error = parlance_answer_to_error (error_object);

  if (ends_connection (error))
    drop_connection (self, error, error);
  else
    fail_calls (self, error);
}

static void
complete_call (ParlanceSession *self, const ParlanceAnswer *answer)
{
  g_autoptr (GTask) task = take_call (self, answer->id);
  if (task == NULL)
    return; /* cancelled meanwhile, or never asked */

  if (answer->kind == PARLANCE_ANSWER_RESULT)
    g_task_return_pointer (task, g_strndup (answer->body.text, answer->body.n_bytes), g_free);
  else
    {
      gint64 retry_after_ms = parlance_answer_get_retry_after_ms (&answer->body);
      if (retry_after_ms > 0)
        g_object_set_qdata_full (G_OBJECT (task), retry_after_quark (),
                                 g_memdup2 (&retry_after_ms, sizeof retry_after_ms), g_free);
      g_task_return_error (task, parlance_answer_to_error (&answer->body));
    }
}

static void
pass_notification_on (ParlanceSession *self, const ParlanceAnswer *answer)
{
  g_autofree char *method = parlance_fields_dup_string (&answer->method);
  if (method == NULL)
    return;

  g_autofree char *params = answer->body.type == PARLANCE_JSON_OBJECT
                                ? g_strndup (answer->body.text, answer->body.n_bytes)
                                : g_strdup ("{}");
  g_signal_emit (self, signals[SIGNAL_NOTIFICATION], 0, method, params);
}

static void
on_line (gpointer user_data, const char *line, gsize n_bytes)
{
  ParlanceSession *self = user_data;
  ParlanceAnswer answer;
  g_autoptr (GError) error = NULL;

  self->n_lines++;
  if (!parlance_answer_parse (line, n_bytes, &answer, &error))
    {
      drop_connection (self, error, error);
      return;
    }

  switch (answer.kind)
    {
    case PARLANCE_ANSWER_RESULT:
    case PARLANCE_ANSWER_ERROR:
      complete_call (self, &answer);
      break;
    case PARLANCE_ANSWER_FAULT:
      handle_fault (self, &answer.body);
      break;
    case PARLANCE_ANSWER_NOTIFICATION:
      pass_notification_on (self, &answer);
      break;
    case PARLANCE_ANSWER_FOREIGN:
    default:
      break;
    }
}

static void
on_lost (gpointer user_data, const GError *error)
{
  drop_connection (user_data, error, error);
}

static const ParlanceTransportEvents transport_events = { .line = on_line, .lost = on_lost };

/* @stream: over @connection, or that itself */
static void
open_transport (ParlanceSession *self,
                GIOStream *stream,
                GSocketConnection *connection,
                GMainContext *context)
{
  /* Requests leave in one write a turn already: waiting for more would only add delay. Where the
   * option cannot be set the connection works all the same. */
  (void)g_socket_set_option (g_socket_connection_get_socket (connection), IPPROTO_TCP, TCP_NODELAY,
                             TRUE, NULL);
  self->connection = g_object_ref (connection);
  self->transport = parlance_transport_new (stream, context, &transport_events, self);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ParlanceSession *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GIOStream) stream =
      parlance_secure_connector_connect_finish (result, &connection, &error);
  gboolean was_closed = g_cancellable_is_cancelled (self->connecting) &&
                        !g_cancellable_is_cancelled (g_task_get_cancellable (task));
  gulong handler = (gulong)GPOINTER_TO_SIZE (g_task_get_task_data (task));

  if (g_task_get_cancellable (task) != NULL)
    g_cancellable_disconnect (g_task_get_cancellable (task), handler);
  g_clear_object (&self->connecting);

  if (was_closed)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED, "the session was closed");
  else if (stream == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (!g_task_return_error_if_cancelled (task))
    {
      open_transport (self, stream, connection, g_task_get_context (task));
      g_clear_pointer (&self->winner, g_free);
      if (self->addresses[1] != NULL)
        self->winner = parlance_session_dup_peer (self);
      g_task_return_boolean (task, TRUE);
    }
}

static void
cancel_other (GCancellable *cancellable, gpointer other)
{
  g_cancellable_cancel (other);
}

void
parlance_session_connect_async (ParlanceSession *self,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_return_if_fail (PARLANCE_IS_SESSION (self));

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  if (self->transport != NULL || self->connecting != NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PENDING,
                               "the session is connected or connecting already");
      return;
    }
  self->connecting = g_cancellable_new ();
  if (cancellable != NULL)
    {
      gulong handler = g_cancellable_connect (cancellable, G_CALLBACK (cancel_other),
                                              g_object_ref (self->connecting), g_object_unref);
      g_task_set_task_data (task, GSIZE_TO_POINTER (handler), NULL);
    }
  parlance_secure_connector_connect_async ((const char *const *)self->addresses, self->trust,
                                           self->connecting, on_connected, g_steal_pointer (&task));
}

gboolean
parlance_session_connect_finish (ParlanceSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static gboolean
on_call_cancelled (GCancellable *cancellable, gpointer user_data)
{
  const Call *call = user_data;
  ParlanceSession *self = g_task_get_source_object (call->task);
  g_autoptr (GTask) task = take_call (self, call->id);

  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

static void
watch_cancellable (Call *call)
{
  GCancellable *cancellable = g_task_get_cancellable (call->task);
  if (cancellable == NULL)
    return;

  call->cancel_source = g_cancellable_source_new (cancellable);
  g_source_set_callback (call->cancel_source, G_SOURCE_FUNC (on_call_cancelled), call, NULL);
  g_source_attach (call->cancel_source, g_task_get_context (call->task));
}

void
parlance_session_call_async (ParlanceSession *self,
                             const char *method,
                             const char *params,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_return_if_fail (PARLANCE_IS_SESSION (self));
  g_return_if_fail (method != NULL);

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (self->transport == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED,
                               "there is no connection to a server");
      return;
    }

  GString *output = parlance_transport_get_output (self->transport);
  gsize before = output->len;
  gint64 id = ++self->last_id;
  parlance_request_append (output, id, method, params);
  if (output->len - before > PARLANCE_MAX_LINE + 1)
    {
      g_string_truncate (output, before);
      g_task_return_new_error (task, PARLANCE_ERROR, PARLANCE_REASON_TOO_LONG,
                               "the request is over the limit of %d bytes", PARLANCE_MAX_LINE);
      return;
    }

  Call *call = g_new0 (Call, 1);
  call->id = id;
  call->task = g_steal_pointer (&task);
  watch_cancellable (call);
  g_hash_table_insert (self->calls, &call->id, call);
}

char *
parlance_session_call_finish (ParlanceSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

gint64
parlance_session_call_get_retry_after_ms (ParlanceSession *self, GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, self), 0);

  const gint64 *retry_after_ms = g_object_get_qdata (G_OBJECT (result), retry_after_quark ());
  return retry_after_ms != NULL ? *retry_after_ms : 0;
}

void
parlance_session_notify (ParlanceSession *self, const char *method, const char *params)
{
  g_return_if_fail (PARLANCE_IS_SESSION (self));
  g_return_if_fail (method != NULL);

  if (self->transport == NULL)
    return;
  GString *output = parlance_transport_get_output (self->transport);
  gsize before = output->len;
  parlance_notification_append (output, method, params);
  if (output->len - before > PARLANCE_MAX_LINE + 1)
    g_string_truncate (output, before);
}

guint64
parlance_session_get_n_lines (ParlanceSession *self)
{
  g_return_val_if_fail (PARLANCE_IS_SESSION (self), 0);

  return self->n_lines;
}

void
parlance_session_close (ParlanceSession *self)
{
  g_return_if_fail (PARLANCE_IS_SESSION (self));

  g_autoptr (GError) error =
      g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED, "the session was closed");
  if (self->connecting != NULL)
    g_cancellable_cancel (self->connecting);
  drop_connection (self, error, NULL);
}

const char *
parlance_session_get_address (ParlanceSession *self)
{
  g_return_val_if_fail (PARLANCE_IS_SESSION (self), NULL);

  return self->winner != NULL ? self->winner : self->addresses[0];
}

char *
parlance_session_dup_peer (ParlanceSession *self)
{
  g_return_val_if_fail (PARLANCE_IS_SESSION (self), NULL);

  if (self->connection == NULL)
    return NULL;
  g_autoptr (GSocketAddress) peer = g_socket_connection_get_remote_address (self->connection, NULL);
  return G_IS_INET_SOCKET_ADDRESS (peer) ? parlance_address_to_string (G_INET_SOCKET_ADDRESS (peer))
                                         : NULL;
}

void
parlance_session_set_trust (ParlanceSession *self, ParlanceTrust *trust)
{
  g_return_if_fail (PARLANCE_IS_SESSION (self));
  g_return_if_fail (trust != NULL);

  parlance_trust_assign (&self->trust, trust);
}

ParlanceTrust *
parlance_session_get_trust (ParlanceSession *self)
{
  g_return_val_if_fail (PARLANCE_IS_SESSION (self), NULL);

  return self->trust;
}

const char *
parlance_session_get_peer_fingerprint (ParlanceSession *self)
{
  g_return_val_if_fail (PARLANCE_IS_SESSION (self), NULL);

  return parlance_trust_get_fingerprint (self->trust);
}

ParlanceSession *
parlance_session_new (const char *host_and_port)
{
  g_return_val_if_fail (host_and_port != NULL, NULL);

  return parlance_session_new_for_addresses ((const char *const[]){ host_and_port, NULL });
}

ParlanceSession *
parlance_session_new_for_addresses (const char *const *addresses)
{
  g_return_val_if_fail (addresses != NULL && addresses[0] != NULL, NULL);

  ParlanceSession *self = g_object_new (PARLANCE_TYPE_SESSION, NULL);
  self->addresses = parlance_addresses_dup (addresses);
  return self;
}

static void
parlance_session_dispose (GObject *object)
{
  parlance_session_close (PARLANCE_SESSION (object));
  G_OBJECT_CLASS (parlance_session_parent_class)->dispose (object);
}

static void
parlance_session_finalize (GObject *object)
{
  ParlanceSession *self = PARLANCE_SESSION (object);

  g_hash_table_unref (self->calls);
  g_strfreev (self->addresses);
  g_free (self->winner);
  parlance_trust_unref (self->trust);
  G_OBJECT_CLASS (parlance_session_parent_class)->finalize (object);
}

static void
parlance_session_class_init (ParlanceSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = parlance_session_dispose;
  object_class->finalize = parlance_session_finalize;
  signals[SIGNAL_CLOSED] = g_signal_new ("closed", PARLANCE_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
  signals[SIGNAL_NOTIFICATION] = g_signal_new (
      "notification", PARLANCE_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
      G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
parlance_session_init (ParlanceSession *self)
{
  self->calls = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, call_free);
  self->trust = parlance_trust_new (PARLANCE_TLS_USE_AUTO);
}
