/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Parameters into JSON text. What held a password is overwritten before it is freed; copies on
 * their way to the network are not in our hands.
 */
#include "protocol/client/account.h"

#include <string.h>

#include "protocol/client/address.h"
#include "protocol/client/fields.h"
#include "protocol/wire/account-append.h"

const char *
parlance_session_get_voucher (ParlanceSession *self)
{
  const char *fingerprint = parlance_session_get_peer_fingerprint (self);
  g_autofree char *peer = parlance_session_dup_peer (self);
  g_autoptr (GInetSocketAddress) address =
      peer != NULL ? parlance_address_parse_numeric (peer) : NULL;

  if (fingerprint != NULL)
    return fingerprint;
  return address != NULL &&
                 g_inet_address_get_is_loopback (g_inet_socket_address_get_address (address))
             ? PARLANCE_VOUCHER_LOOPBACK
             : NULL;
}

gboolean
parlance_session_is_private (ParlanceSession *self)
{
  return parlance_session_get_voucher (self) != NULL;
}

static void
call_and_wipe (ParlanceSession *self,
               const char *method,
               GString *params,
               GCancellable *cancellable,
               GAsyncReadyCallback callback,
               gpointer user_data)
{
  parlance_session_call_async (self, method, params->str, cancellable, callback, user_data);
  explicit_bzero (params->str, params->len);
  g_string_free (params, TRUE);
}

/* Returns: whether a password may be sent; the call has ended otherwise */
static gboolean
may_send_password (ParlanceSession *self,
                   GCancellable *cancellable,
                   GAsyncReadyCallback callback,
                   gpointer user_data)
{
  if (parlance_session_is_private (self))
    return TRUE;
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_task_return_new_error (task, PARLANCE_ERROR, PARLANCE_REASON_TLS_REQUIRED,
                           "the connection is not encrypted, and a password is not sent over it");
  return FALSE;
}

void
parlance_session_log_in_async (ParlanceSession *self,
                               const ParlanceHelloParams *hello,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  if (hello->password != NULL && !may_send_password (self, cancellable, callback, user_data))
    return;
  GString *params = g_string_new (NULL);
  parlance_hello_append (params, hello);
  call_and_wipe (self, "hello", params, cancellable, callback, user_data);
}

void
parlance_session_register_async (ParlanceSession *self,
                                 const char *nick,
                                 const char *password,
                                 const char *server_password,
                                 const char *client,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  if (!may_send_password (self, NULL, callback, user_data))
    return;
  GString *params = g_string_new (NULL);
  parlance_register_append (params, nick, password, server_password, client);
  call_and_wipe (self, "register", params, NULL, callback, user_data);
}

typedef struct
{
  ParlanceJsonValue session;
  char *nick;
  char *token;
} Registered;

static gboolean
read_registered (const char *json, Registered *registered, GError **error)
{
  static const ParlanceField fields[] = {
    { "session", PARLANCE_FIELD_OBJECT, TRUE, G_STRUCT_OFFSET (Registered, session) },
  };
  static const ParlanceField session_fields[] = {
    { "nick", PARLANCE_FIELD_STRING, TRUE, G_STRUCT_OFFSET (Registered, nick) },
    { "token", PARLANCE_FIELD_STRING, TRUE, G_STRUCT_OFFSET (Registered, token) },
  };
  ParlanceJsonValue result;

  return parlance_fields_parse (json, &result, error) &&
         parlance_fields_read (&result, fields, G_N_ELEMENTS (fields), registered, error) &&
         parlance_fields_read (&registered->session, session_fields, G_N_ELEMENTS (session_fields),
                               registered, error);
}

char *
parlance_session_register_finish (ParlanceSession *self,
                                  GAsyncResult *result,
                                  char **ret_nick,
                                  GError **error)
{
  g_autofree char *json = parlance_session_call_finish (self, result, error);
  Registered registered = { 0 };

  if (json == NULL)
    return NULL;
  if (read_registered (json, &registered, error))
    {
      *ret_nick = registered.nick;
      return registered.token;
    }
  g_prefix_error_literal (error, "the server's answer to register makes no sense: ");
  g_free (registered.nick);
  g_free (registered.token);
  return NULL;
}

void
parlance_session_password_change_async (ParlanceSession *self,
                                        const char *nick,
                                        const char *password,
                                        const char *new_password,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data)
{
  if (!may_send_password (self, NULL, callback, user_data))
    return;
  GString *params = g_string_new (NULL);
  parlance_password_change_append (params, nick, password, new_password);
  call_and_wipe (self, "password_change", params, NULL, callback, user_data);
}

void
parlance_session_account_delete_async (ParlanceSession *self,
                                       const char *nick,
                                       const char *password,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  if (!may_send_password (self, NULL, callback, user_data))
    return;
  GString *params = g_string_new (NULL);
  parlance_account_delete_append (params, nick, password);
  call_and_wipe (self, "account_delete", params, NULL, callback, user_data);
}

void
parlance_session_account_async (ParlanceSession *self,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  parlance_session_call_async (self, "account", NULL, NULL, callback, user_data);
}

void
parlance_session_logout_async (ParlanceSession *self,
                               gint64 device,
                               gboolean others,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GString) params = g_string_new (NULL);

  parlance_logout_append (params, device, others);
  parlance_session_call_async (self, "logout", params->str, NULL, callback, user_data);
}

/* --- for operators ---------------------------------------------------------------------------- */

void
parlance_session_operate_async (ParlanceSession *self,
                                const ParlanceOperation *operation,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GString) params = g_string_new (NULL);

  parlance_operator_append (params, operation->member, operation->value, operation->reason,
                            operation->duration_s);
  parlance_session_call_async (self, operation->method, params->str, NULL, callback, user_data);
}

void
parlance_session_unban_async (ParlanceSession *self,
                              gint64 id,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GString) params = g_string_new (NULL);

  parlance_unban_append (params, id);
  parlance_session_call_async (self, "unban", params->str, NULL, callback, user_data);
}

void
parlance_session_bans_async (ParlanceSession *self,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  parlance_session_call_async (self, "bans", NULL, NULL, callback, user_data);
}

void
parlance_session_notice_async (ParlanceSession *self,
                               const char *text,
                               const char *room,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GString) params = g_string_new (NULL);

  parlance_notice_append (params, text, room);
  parlance_session_call_async (self, "notice", params->str, NULL, callback, user_data);
}

void
parlance_session_set_operator_async (ParlanceSession *self,
                                     const char *nick,
                                     gboolean is_operator,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  g_autoptr (GString) params = g_string_new (NULL);

  parlance_set_operator_append (params, nick, is_operator);
  parlance_session_call_async (self, "set_operator", params->str, NULL, callback, user_data);
}
