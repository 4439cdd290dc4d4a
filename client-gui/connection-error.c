/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The library's messages are for logs and in English; what people see is decided by the code.
 */
#include "client-gui/connection-error.h"

#include <glib/gi18n.h>

#include "client-gui/plain-text.h"
#include "protocol/client/trust.h"
#include "protocol/wire/errors.h"

#define MAX_WORDS 200 /* characters of what a server said */

gboolean
parlance_connection_error_is_nick (const GError *error)
{
  return g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_NICK_IN_USE) ||
         g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_INVALID_NAME);
}

gboolean
parlance_connection_error_is_password (const GError *error)
{
  return g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_AUTH_REQUIRED) ||
         g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_AUTH_FAILED);
}

gboolean
parlance_connection_error_is_secret (const GError *error)
{
  return g_error_matches (error, PARLANCE_TRUST_ERROR, PARLANCE_TRUST_ERROR_SECRET);
}

/* Returns: (transfer none) (nullable) */
static const char *
describe_reason (int reason)
{
  switch (reason)
    {
    case PARLANCE_REASON_NICK_IN_USE:
      return _ ("Somebody there has this nick. Take another one.");
    case PARLANCE_REASON_INVALID_NAME:
      return _ ("The server does not accept this nick. Take another one.");
    case PARLANCE_REASON_AUTH_REQUIRED:
      return _ ("The server asks for a password.");
    case PARLANCE_REASON_AUTH_FAILED:
      return _ ("The password is not right.");
    case PARLANCE_REASON_TLS_REQUIRED:
      return _ ("The server only talks over encrypted connections.");
    case PARLANCE_REASON_SERVER_FULL:
      return _ ("The server is full. Try again later.");
    case PARLANCE_REASON_SHUTTING_DOWN:
      return _ ("The server is shutting down. Try again later.");
    case PARLANCE_REASON_RATE_LIMITED:
    case PARLANCE_REASON_BUSY:
      return _ ("The server has too much to do. Try again in a moment.");
    case PARLANCE_REASON_SLOW_CONSUMER:
      return _ ("The connection was too slow for what is said there.");
    case PARLANCE_REASON_BANNED:
      return _ ("An operator of this server has banned you.");
    case PARLANCE_REASON_KICKED:
      return _ ("An operator, or another device of your account, has ended the connection.");
    case PARLANCE_REASON_METHOD_NOT_FOUND:
      return _ ("This server has dictionaries, but no chat.");
    default:
      return NULL;
    }
}

/* Returns: (transfer none) (nullable) */
static const char *
describe_io (int code)
{
  switch (code)
    {
    case G_IO_ERROR_CONNECTION_REFUSED:
      return _ ("No server listens at this address. Check the address, and that the server runs.");
    case G_IO_ERROR_TIMED_OUT:
      return _ ("The server does not answer. Check the address, and that its computer is on.");
    case G_IO_ERROR_HOST_UNREACHABLE:
    case G_IO_ERROR_NETWORK_UNREACHABLE:
      return _ ("The server’s computer cannot be reached. Check the network.");
    case G_IO_ERROR_HOST_NOT_FOUND:
      return _ ("There is no computer of this name. Check the address.");
    case G_IO_ERROR_INVALID_ARGUMENT:
      return _ ("This is no address of a server.");
    case G_IO_ERROR_INVALID_DATA:
      return _ ("What answers at this address is not a Parlance server.");
    case G_IO_ERROR_CONNECTION_CLOSED: /* also BROKEN_PIPE */
    case G_IO_ERROR_CLOSED:
      return _ ("The server ended the connection.");
    default:
      return NULL;
    }
}

/* Returns: (transfer none) (nullable) */
static const char *
describe_trust (int code)
{
  switch (code)
    {
    case PARLANCE_TRUST_ERROR_CHANGED:
      return _ (
          "The server shows another certificate than before. Nothing you wrote was sent to it.");
    case PARLANCE_TRUST_ERROR_PLAIN:
      return _ ("The server does not encrypt any more. Nothing you wrote was sent to it.");
    case PARLANCE_TRUST_ERROR_NO_TLS:
      return _ ("This computer cannot encrypt. Install glib-networking, and start this app again.");
    case PARLANCE_TRUST_ERROR_MEMORY:
      return _ ("The file known_servers, which says whom to trust, cannot be read. Nothing you "
                "wrote was sent.");
    case PARLANCE_TRUST_ERROR_SECRET:
      return _ ("The server asks for a password, and none is sent over this connection, because it "
                "is not encrypted. Take a nick that needs none, or ask whoever runs the server to "
                "switch encryption on.");
    default:
      return NULL;
    }
}

char *
parlance_connection_error_describe (const GError *error)
{
  const char *words = NULL;

  g_return_val_if_fail (error != NULL, NULL);

  if (error->domain == PARLANCE_ERROR)
    words = describe_reason (error->code);
  else if (error->domain == PARLANCE_TRUST_ERROR)
    words = describe_trust (error->code);
  else if (error->domain == G_IO_ERROR)
    words = describe_io (error->code);
  else if (error->domain == G_RESOLVER_ERROR)
    words = error->code == G_RESOLVER_ERROR_TEMPORARY_FAILURE
                ? _ ("The name cannot be looked up just now. Check the network.")
                : _ ("There is no computer of this name. Check the address.");
  if (words != NULL)
    return g_strdup (words);

  g_autofree char *valid = g_utf8_make_valid (error->message, -1);
  g_autofree char *shortened = g_utf8_strlen (valid, -1) > MAX_WORDS
                                   ? g_utf8_substring (valid, 0, MAX_WORDS)
                                   : g_strdup (valid);
  g_autofree char *said = parlance_plain_isolate (shortened);
  return error->domain == PARLANCE_ERROR ? g_strdup_printf (_ ("The server says: %s"), said)
                                         : g_strdup_printf (_ ("There is no connection: %s"), said);
}
