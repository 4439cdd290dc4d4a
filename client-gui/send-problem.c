/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a server says is shown only where there are no words of our own for it.
 */
#include "client-gui/send-problem.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "client-gui/display-line.h"
#include "protocol/wire/errors.h"

#define MAX_CHARS 200 /* of what the server says */

static char *
describe_refusal (const GError *error)
{
  switch (error->code)
    {
    case PARLANCE_REASON_RATE_LIMITED:
      return g_strdup (_ ("Too many messages in a short time. Wait a moment, then try again."));
    case PARLANCE_REASON_TOO_LONG:
      return g_strdup (_ ("Too long for this server. Send it in parts."));
    case PARLANCE_REASON_NOT_STORED:
      return g_strdup (_ ("The server could not store it: its disk may be full. Try again later."));
    case PARLANCE_REASON_NOT_IN_ROOM:
    case PARLANCE_REASON_NO_SUCH_ROOM:
      return g_strdup (_ ("You are not in this room. Join it, then try again."));
    case PARLANCE_REASON_MUTED:
      return g_strdup (_ ("An operator has muted you: you can read, and not write."));
    case PARLANCE_REASON_BUSY:
      return g_strdup (_ ("The server has too much to do. Try again in a moment."));
    case PARLANCE_REASON_SHUTTING_DOWN:
      return g_strdup (_ ("The server is shutting down. Try again when it is back."));
    default:
      {
        g_autofree char *said = parlance_display_line_dup_isolated (error->message, MAX_CHARS);
        return g_strdup_printf (_ ("The server refused: %s"), said);
      }
    }
}

char *
parlance_send_problem (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  if (error->domain == PARLANCE_ERROR)
    return describe_refusal (error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED))
    return g_strdup (_ ("There is no connection to the server. Try again when it is back."));
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA))
    return g_strdup (_ ("The server answered something that cannot be understood."));
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_strdup (_ ("You left the room before it was sent."));
  /* protocol/client/outbox.c: sent again under another nick it could be there twice. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_FAILED))
    return g_strdup (_ ("The connection was lost and your nick changed while it was sent. It may "
                        "have arrived: look before you send it again."));
  return g_strdup_printf (_ ("It could not be sent: %s"), error->message);
}
