/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a server says is shown only where there are no words of our own for it.
 */
#include "client-gui/account-problem.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#include "client-gui/connection-error.h"
#include "client-gui/display-line.h"
#include "protocol/wire/errors.h"

/* Source: docs/protocol.md, section 10. */
#define MIN_CHARACTERS 8
#define MAX_BYTES 256

#define MAX_CHARS 120 /* of what a server said */

const char *
parlance_password_problem (const char *password)
{
  g_return_val_if_fail (password != NULL, NULL);

  if (strlen (password) > MAX_BYTES)
    return _ ("This password is too long.");
  for (const char *at = password; *at != '\0'; at = g_utf8_find_next_char (at, NULL))
    if (g_unichar_iscntrl (g_utf8_get_char (at)))
      return _ ("There is a character in it that nobody can type.");
  if (g_utf8_strlen (password, -1) < MIN_CHARACTERS)
    return _ ("A password has at least 8 characters.");
  return NULL;
}

/* Returns: (transfer none) (nullable) */
static const char *
describe_reason (int reason)
{
  switch (reason)
    {
    case PARLANCE_REASON_AUTH_FAILED:
      return _ ("The password is not right.");
    case PARLANCE_REASON_AUTH_REQUIRED:
      return _ ("The server wants to know who asks: log in first. The nick of an operator can only "
                "be registered on the server’s own computer.");
    case PARLANCE_REASON_TLS_REQUIRED:
      return _ ("The connection is not encrypted, and a password is not sent over it.");
    case PARLANCE_REASON_NICK_IN_USE:
      return _ ("This nick is somebody else’s.");
    case PARLANCE_REASON_INVALID_NAME:
      return _ ("The server does not allow this name.");
    case PARLANCE_REASON_RATE_LIMITED:
      return _ ("That was tried too often. Try again in a while.");
    case PARLANCE_REASON_BUSY:
    case PARLANCE_REASON_SERVER_FULL:
      return _ ("The server has too much to do. Try again in a moment.");
    case PARLANCE_REASON_NOT_STORED:
      return _ ("The server cannot store anything: its disk may be full.");
    case PARLANCE_REASON_FORBIDDEN:
      return _ ("The server does not allow it: only operators may do that, and not to each other.");
    case PARLANCE_REASON_NO_SUCH_NICK:
      return _ ("There is nobody of this name any more.");
    case PARLANCE_REASON_NO_SUCH_ROOM:
      return _ ("There is no such room any more.");
    case PARLANCE_REASON_BANNED:
      return _ ("An operator of this server has banned you.");
    case PARLANCE_REASON_METHOD_NOT_FOUND:
      return _ ("This server is too old for that.");
    default:
      return NULL;
    }
}

/* Whether the server said why before it ended the connection, instead of an answer. */
static gboolean
is_farewell (const GError *error)
{
  return g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_SHUTTING_DOWN) ||
         g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_KICKED) ||
         g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_SLOW_CONSUMER);
}

/* Whether the connection went while the server was asked, or was not there. */
static gboolean
is_lost (const GError *error)
{
  return error->domain == G_IO_ERROR && error->code != G_IO_ERROR_INVALID_DATA;
}

char *
parlance_account_problem (const GError *error)
{
  const char *words = NULL;

  g_return_val_if_fail (error != NULL, NULL);

  if (is_farewell (error))
    return parlance_connection_error_describe (error);
  if (error->domain == PARLANCE_ERROR)
    words = describe_reason (error->code);
  else if (is_lost (error))
    words = _ ("The connection was lost before the server answered. Try again when it is back.");
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA))
    words = _ ("The server answered something that cannot be understood.");
  if (words != NULL)
    return g_strdup (words);
  g_autofree char *said = parlance_display_line_dup_isolated (error->message, MAX_CHARS);
  return g_strdup_printf (_ ("The server refused: %s"), said);
}
