/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Passwords and tokens are overwritten before they are freed.
 */
#include "protocol/client/link-identity.h"

#include <string.h>

#include "protocol/client/account.h"
#include "protocol/client/trust.h"
#include "protocol/wire/errors.h"

static void
wipe (char **secret)
{
  if (*secret != NULL)
    explicit_bzero (*secret, strlen (*secret));
  g_clear_pointer (secret, g_free);
}

void
parlance_link_identity_clear (ParlanceLinkIdentity *self)
{
  wipe (&self->password);
  wipe (&self->token);
  g_clear_pointer (&self->voucher, g_free);
  g_clear_pointer (&self->nick, g_free);
  g_clear_pointer (&self->client, g_free);
}

gboolean
parlance_link_identity_set_nick (ParlanceLinkIdentity *self, const char *nick)
{
  g_autofree char *before = self->nick;

  self->nick = g_strdup (nick);
  return g_strcmp0 (before, nick) != 0;
}

void
parlance_link_identity_set_password (ParlanceLinkIdentity *self, const char *password)
{
  char *copy = g_strdup (password);

  wipe (&self->password);
  self->password = copy;
}

gboolean
parlance_link_identity_set_token (ParlanceLinkIdentity *self,
                                  const char *token,
                                  const char *voucher)
{
  gboolean is_same = g_strcmp0 (self->token, token) == 0 && g_strcmp0 (self->voucher, voucher) == 0;
  char *token_copy = g_strdup (token);
  char *voucher_copy = g_strdup (voucher);

  wipe (&self->token);
  g_free (self->voucher);
  self->token = token_copy;
  self->voucher = voucher_copy;
  return !is_same;
}

void
parlance_link_identity_log_in (const ParlanceLinkIdentity *self,
                               ParlanceSession *session,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  gboolean is_meant = g_strcmp0 (parlance_session_get_voucher (session), self->voucher) == 0;
  const ParlanceHelloParams hello = {
    .client = self->client,
    .nick = self->nick,
    .password = self->password,
    .resume = is_meant ? self->token : NULL,
  };

  parlance_session_log_in_async (session, &hello, NULL, callback, user_data);
}

GError *
parlance_link_identity_judge (ParlanceSession *session, const GError *refusal)
{
  if (parlance_session_is_private (session) ||
      !g_error_matches (refusal, PARLANCE_ERROR, PARLANCE_REASON_AUTH_REQUIRED))
    return g_error_copy (refusal);
  return g_error_new_literal (PARLANCE_TRUST_ERROR, PARLANCE_TRUST_ERROR_SECRET,
                              "the server asks for a password, but the connection is not "
                              "encrypted, and a password is not sent over it");
}
