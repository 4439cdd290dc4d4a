/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceLink: keeps a connection to a server on which we are known by a nick, for as long as one
 * is wanted. It knows nothing of rooms. Of protocol/client alone. One thread: the thread-default
 * main context it was made in.
 *
 * Properties, with "notify": "state", "error", "retry-s", "nick", "token". Each is described at the
 * function of ParlanceChat that passes it on.
 */
#pragma once

#include "protocol/client/chat-state.h"
#include "protocol/client/clock.h"
#include "protocol/client/server-info.h"
#include "protocol/client/session.h"

#define PARLANCE_LINK_ATTEMPT_MS 10000 /* [ms] for connecting and being greeted, each address */
#define PARLANCE_LINK_TICK_MS 10000    /* [ms] how often it is looked whether the server lives */
#define PARLANCE_LINK_PING_TICKS 2     /* without a line from the server: ask for one */
#define PARLANCE_LINK_DEAD_TICKS 3     /* without one: give the connection up */
#define PARLANCE_LINK_DOUBT_MS                                                                     \
  150000 /* [ms] until a server notices that a client is gone for sure */

#define PARLANCE_TYPE_LINK (parlance_link_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceLink, parlance_link, PARLANCE, LINK, GObject)

/**
 * ParlanceLink::online:
 * @info: (type ParlanceServerInfo): who answered
 *
 * The server has greeted us. Comes before "notify::state".
 */

/**
 * ParlanceLink::offline:
 *
 * What "online" said is over. Comes before "notify::state".
 */

/**
 * ParlanceLink::notification:
 *
 * ParlanceSession::notification of the connection, while online.
 */

/** parlance_link_new: @client: "name/version" */
ParlanceLink *parlance_link_new (const char *client, const char *nick);

/** parlance_link_set_clock: @clock: (transfer none): instead of the system's; before starting */
void parlance_link_set_clock (ParlanceLink *self, const ParlanceClock *clock);
const ParlanceClock *parlance_link_get_clock (ParlanceLink *self);

/** parlance_link_get_context: where its timers and those of its users run */
GMainContext *parlance_link_get_context (ParlanceLink *self);

void parlance_link_set_addresses (ParlanceLink *self, const char *const *addresses);
void parlance_link_set_password (ParlanceLink *self, const char *password);
/** parlance_link_set_trust: @trust: (transfer none): referenced; for the connections to come */
void parlance_link_set_trust (ParlanceLink *self, ParlanceTrust *trust);
ParlanceTrust *parlance_link_get_trust (ParlanceLink *self);

/** parlance_link_set_token: as parlance_link_identity_set_token() */
void parlance_link_set_token (ParlanceLink *self, const char *token, const char *voucher);
void parlance_link_set_nick (ParlanceLink *self, const char *nick);

void parlance_link_start (ParlanceLink *self);
void parlance_link_stop (ParlanceLink *self);
void parlance_link_retry_now (ParlanceLink *self);

/** parlance_link_reconnect: gives up a connection that is of no use, and makes another */
void parlance_link_reconnect (ParlanceLink *self, const GError *error);

/** parlance_link_get_session: Returns: (transfer none) (nullable): %NULL unless online */
ParlanceSession *parlance_link_get_session (ParlanceLink *self);

const char *parlance_link_get_client (ParlanceLink *self);
const char *const *parlance_link_get_addresses (ParlanceLink *self);
const char *parlance_link_get_address (ParlanceLink *self);
const char *parlance_link_get_nick (ParlanceLink *self);

/** parlance_link_is_own_nick: whether @nick is the one we have, by the rules for names */
gboolean parlance_link_is_own_nick (ParlanceLink *self, const char *nick);

const char *parlance_link_get_token (ParlanceLink *self);
const char *parlance_link_get_voucher (ParlanceLink *self);
ParlanceChatState parlance_link_get_state (ParlanceLink *self);
const GError *parlance_link_get_error (ParlanceLink *self);
guint parlance_link_get_retry_s (ParlanceLink *self);
