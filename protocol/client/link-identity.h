/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * As whom a link says hello, and by what it proves it. The token is for the server that it is of:
 * it is shown to nobody but who vouches for being that one as on the connection that it came over.
 * Thread: the link's.
 */
#pragma once

#include "protocol/client/session.h"

typedef struct
{
  char *client; /* "name/version" */
  char *nick;
  char *password; /* (nullable) */
  char *token;    /* (nullable) */
  char *voucher;  /* (nullable): parlance_session_get_voucher() of where @token came from */
} ParlanceLinkIdentity;

void parlance_link_identity_clear (ParlanceLinkIdentity *self);

/** parlance_link_identity_set_nick: Returns: whether it is another one */
gboolean parlance_link_identity_set_nick (ParlanceLinkIdentity *self, const char *nick);

/** parlance_link_identity_set_password: @password: (nullable) */
void parlance_link_identity_set_password (ParlanceLinkIdentity *self, const char *password);

/**
 * parlance_link_identity_set_token:
 * @token: (nullable)
 * @voucher: (nullable): %NULL: it came in plain text over a network, and goes to who speaks that
 *
 * Returns: whether either is another one
 */
gboolean parlance_link_identity_set_token (ParlanceLinkIdentity *self,
                                           const char *token,
                                           const char *voucher);

/** parlance_link_identity_log_in: parlance_session_log_in_async(), with the token where it is meant
 * for the server of @session */
void parlance_link_identity_log_in (const ParlanceLinkIdentity *self,
                                    ParlanceSession *session,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);

/**
 * parlance_link_identity_judge:
 * @refusal: why the server of @session has not let us in
 *
 * Returns: (transfer full): @refusal, or %PARLANCE_TRUST_ERROR_SECRET where it wants a password
 * that is not sent over such a connection: nobody needs to be asked for it
 */
GError *parlance_link_identity_judge (ParlanceSession *session, const GError *refusal);
