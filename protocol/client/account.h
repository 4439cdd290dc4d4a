/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The typed methods of a ParlanceSession about accounts, and those for operators. A password is
 * sent over a connection that is encrypted, or within this machine, and over no other: the call
 * ends with %PARLANCE_REASON_TLS_REQUIRED then, and nothing was sent. Otherwise each `_async` is a
 * parlance_session_call_async() and each `_finish` has its errors. Source: docs/protocol.md,
 * sections 5, 10 and 11.
 */
#pragma once

#include "protocol/client/server-info.h"
#include "protocol/client/session.h"
#include "protocol/wire/chat-append.h"

#define PARLANCE_VOUCHER_LOOPBACK "loopback"

/**
 * parlance_session_get_voucher:
 *
 * What stands for it that the server at the other end is the same as on an earlier connection with
 * the same one: the fingerprint of its certificate; or %PARLANCE_VOUCHER_LOOPBACK: it is on this
 * machine.
 *
 * Returns: (transfer none) (nullable): %NULL: nothing does, and anybody may listen
 */
const char *parlance_session_get_voucher (ParlanceSession *self);

/** parlance_session_is_private: whether what is sent is encrypted, or stays on this machine */
gboolean parlance_session_is_private (ParlanceSession *self);

/** parlance_session_log_in_async: hello, with whatever @hello has. For
 * parlance_session_hello_finish() */
void parlance_session_log_in_async (ParlanceSession *self,
                                    const ParlanceHelloParams *hello,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);

/**
 * parlance_session_register_async:
 * @server_password: (nullable): where the server asks for it
 * @client: "name/version"
 */
void parlance_session_register_async (ParlanceSession *self,
                                      const char *nick,
                                      const char *password,
                                      const char *server_password,
                                      const char *client,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);

/**
 * parlance_session_register_finish:
 * @ret_nick: (out) (transfer full): as the server writes it
 *
 * Returns: (transfer full) (nullable): the token to resume with
 */
char *parlance_session_register_finish (ParlanceSession *self,
                                        GAsyncResult *result,
                                        char **ret_nick,
                                        GError **error);

/**
 * parlance_session_password_change_async:
 * @nick: (nullable): an operator may change that of others; %NULL: one's own
 * @password: one's own, in either case
 */
void parlance_session_password_change_async (ParlanceSession *self,
                                             const char *nick,
                                             const char *password,
                                             const char *new_password,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);

/** parlance_session_account_delete_async: as parlance_session_password_change_async(); the session
 * ends where it is one's own */
void parlance_session_account_delete_async (ParlanceSession *self,
                                            const char *nick,
                                            const char *password,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);

/** parlance_session_account_async: about one's own account. The result is JSON text, for
 * parlance_session_call_finish() as those of all below */
void parlance_session_account_async (ParlanceSession *self,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);

/** parlance_session_logout_async: @device: 0: not a certain one. @others: all but this. Neither:
 * this one */
void parlance_session_logout_async (ParlanceSession *self,
                                    gint64 device,
                                    gboolean others,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);

/* What an operator does. Borrowed for the call. */
typedef struct
{
  const char *method; /* "kick", "ban", "unban", "mute", "unmute", "close_room" or "open_room" */
  const char *member; /* what @value is: "nick", "account", "address", "address_of" or "room" */
  const char *value;
  const char *reason; /* (nullable) */
  gint64 duration_s;  /* [s] of ban and mute; 0: for good */
} ParlanceOperation;

void parlance_session_operate_async (ParlanceSession *self,
                                     const ParlanceOperation *operation,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);

/** parlance_session_unban_async: by the number that "bans" lists */
void parlance_session_unban_async (ParlanceSession *self,
                                   gint64 id,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);

void parlance_session_bans_async (ParlanceSession *self,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

/** parlance_session_notice_async: @room: (nullable): to everybody */
void parlance_session_notice_async (ParlanceSession *self,
                                    const char *text,
                                    const char *room,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);

void parlance_session_set_operator_async (ParlanceSession *self,
                                          const char *nick,
                                          gboolean is_operator,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);
