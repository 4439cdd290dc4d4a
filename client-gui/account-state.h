/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceAccountState: what we are to the server that is visited: nobody in particular, an
 * account, an operator. Follows a ParlanceClient, to which it belongs.
 *
 * Properties, "notify" when they change: "kind" (int, a ParlanceAccountKind), "is-operator"
 * (boolean), "is-loading" (boolean), "error" (boxed GError: of the last
 * parlance_account_state_load()), "created-ms" (int64, of the account; 0: not known).
 */
#pragma once

#include "protocol/client/chat.h"

#define PARLANCE_TYPE_ACCOUNT_STATE (parlance_account_state_get_type ())
G_DECLARE_FINAL_TYPE (
    ParlanceAccountState, parlance_account_state, PARLANCE, ACCOUNT_STATE, GObject)

typedef enum
{
  PARLANCE_ACCOUNT_OFFLINE, /* not known, as there is no connection */
  PARLANCE_ACCOUNT_GUEST,   /* nobody has registered the nick */
  PARLANCE_ACCOUNT_OWN,     /* logged in */
} ParlanceAccountKind;

/**
 * ParlanceAccountState::rights:
 * @by: (nullable): who has made us an operator, or none any more, as the state says already; %NULL:
 *   the configuration of the server
 *
 * The server has just told. What it says when we come, or are asked what we are, is no such news.
 */

ParlanceAccountState *parlance_account_state_new (void);

/** parlance_account_state_set_chat: @chat: (nullable): of the server that is visited */
void parlance_account_state_set_chat (ParlanceAccountState *self, ParlanceChat *chat);

ParlanceAccountKind parlance_account_state_get_kind (ParlanceAccountState *self);
gboolean parlance_account_state_get_is_operator (ParlanceAccountState *self);

/** parlance_account_state_is_private: whether a password may be sent over the connection that
 * there is */
gboolean parlance_account_state_is_private (ParlanceAccountState *self);

/** parlance_account_state_get_session: (transfer none) (nullable): none without a connection */
ParlanceSession *parlance_account_state_get_session (ParlanceAccountState *self);

/** parlance_account_state_get_nick: (transfer none): "" where no server is visited */
const char *parlance_account_state_get_nick (ParlanceAccountState *self);

/** parlance_account_state_load: asks the server for the devices; once more where it is asked
 * already. Nothing without an account */
void parlance_account_state_load (ParlanceAccountState *self);
gboolean parlance_account_state_get_is_loading (ParlanceAccountState *self);

/** parlance_account_state_heed: @error: why the server did not do what was asked of it. Where we
 * may not, we may have been an operator too long ago: it is asked what we are */
void parlance_account_state_heed (ParlanceAccountState *self, const GError *error);

/** parlance_account_state_get_error: (transfer none) (nullable) */
const GError *parlance_account_state_get_error (ParlanceAccountState *self);
gint64 parlance_account_state_get_created_ms (ParlanceAccountState *self);

/** parlance_account_state_get_devices: (transfer none): GListModel of ParlanceDevice, this one
 * first; as they were loaded last */
GListModel *parlance_account_state_get_devices (ParlanceAccountState *self);

/** parlance_account_state_take_token: the session has registered its nick, and got @token */
void parlance_account_state_take_token (ParlanceAccountState *self,
                                        ParlanceSession *session,
                                        const char *token);

/** parlance_account_state_forget: what was kept to come back with, for the token is over */
void parlance_account_state_forget (ParlanceAccountState *self);
