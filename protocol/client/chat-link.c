/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a ParlanceChat offers of its link.
 */
#include "protocol/client/chat-private.h"

void
parlance_chat_connect (ParlanceChat *self)
{
  g_return_if_fail (PARLANCE_IS_CHAT (self));

  parlance_link_start (parlance_chat_get_link (self));
}

void
parlance_chat_disconnect (ParlanceChat *self)
{
  g_return_if_fail (PARLANCE_IS_CHAT (self));

  parlance_link_stop (parlance_chat_get_link (self));
}

void
parlance_chat_retry_now (ParlanceChat *self)
{
  g_return_if_fail (PARLANCE_IS_CHAT (self));

  parlance_link_retry_now (parlance_chat_get_link (self));
}

void
parlance_chat_set_address (ParlanceChat *self, const char *host_and_port)
{
  const char *const addresses[] = { host_and_port, NULL };

  parlance_chat_set_addresses (self, addresses);
}

void
parlance_chat_set_addresses (ParlanceChat *self, const char *const *addresses)
{
  g_return_if_fail (PARLANCE_IS_CHAT (self));
  g_return_if_fail (addresses != NULL);

  parlance_link_set_addresses (parlance_chat_get_link (self), addresses);
}

const char *const *
parlance_chat_get_addresses (ParlanceChat *self)
{
  g_return_val_if_fail (PARLANCE_IS_CHAT (self), NULL);

  return parlance_link_get_addresses (parlance_chat_get_link (self));
}

void
parlance_chat_set_trust (ParlanceChat *self, ParlanceTrust *trust)
{
  g_return_if_fail (PARLANCE_IS_CHAT (self));
  g_return_if_fail (trust != NULL);

  parlance_link_set_trust (parlance_chat_get_link (self), trust);
}

ParlanceTrust *
parlance_chat_get_trust (ParlanceChat *self)
{
  g_return_val_if_fail (PARLANCE_IS_CHAT (self), NULL);

  return parlance_link_get_trust (parlance_chat_get_link (self));
}

const char *
parlance_chat_get_address (ParlanceChat *self)
{
  g_return_val_if_fail (PARLANCE_IS_CHAT (self), NULL);

  return parlance_link_get_address (parlance_chat_get_link (self));
}

void
parlance_chat_set_password (ParlanceChat *self, const char *password)
{
  g_return_if_fail (PARLANCE_IS_CHAT (self));

  parlance_link_set_password (parlance_chat_get_link (self), password);
}

void
parlance_chat_set_token (ParlanceChat *self, const char *token, const char *voucher)
{
  g_return_if_fail (PARLANCE_IS_CHAT (self));

  parlance_link_set_token (parlance_chat_get_link (self), token, voucher);
}

const char *
parlance_chat_get_token (ParlanceChat *self)
{
  g_return_val_if_fail (PARLANCE_IS_CHAT (self), NULL);

  return parlance_link_get_token (parlance_chat_get_link (self));
}

const char *
parlance_chat_get_token_voucher (ParlanceChat *self)
{
  g_return_val_if_fail (PARLANCE_IS_CHAT (self), NULL);

  return parlance_link_get_voucher (parlance_chat_get_link (self));
}

ParlanceChatState
parlance_chat_get_state (ParlanceChat *self)
{
  g_return_val_if_fail (PARLANCE_IS_CHAT (self), PARLANCE_CHAT_OFFLINE);

  return parlance_link_get_state (parlance_chat_get_link (self));
}

const GError *
parlance_chat_get_error (ParlanceChat *self)
{
  g_return_val_if_fail (PARLANCE_IS_CHAT (self), NULL);

  return parlance_link_get_error (parlance_chat_get_link (self));
}

guint
parlance_chat_get_retry_s (ParlanceChat *self)
{
  g_return_val_if_fail (PARLANCE_IS_CHAT (self), 0);

  return parlance_link_get_retry_s (parlance_chat_get_link (self));
}

ParlanceSession *
parlance_chat_get_session (ParlanceChat *self)
{
  g_return_val_if_fail (PARLANCE_IS_CHAT (self), NULL);

  return parlance_link_get_session (parlance_chat_get_link (self));
}

const char *
parlance_chat_get_nick (ParlanceChat *self)
{
  g_return_val_if_fail (PARLANCE_IS_CHAT (self), NULL);

  return parlance_link_get_nick (parlance_chat_get_link (self));
}

const char *
parlance_chat_get_client (ParlanceChat *self)
{
  return parlance_link_get_client (parlance_chat_get_link (self));
}

void
parlance_chat_set_clock (ParlanceChat *self, const ParlanceClock *clock)
{
  parlance_link_set_clock (parlance_chat_get_link (self), clock);
}
