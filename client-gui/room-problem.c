/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a server says is shown only where there are no words of our own for it.
 */
#include "client-gui/room-problem.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "protocol/wire/errors.h"

static char *
describe_refusal (const GError *error)
{
  switch (error->code)
    {
    case PARLANCE_REASON_INVALID_NAME:
      return g_strdup (_ ("The server does not allow a room of this name."));
    case PARLANCE_REASON_TOO_LONG:
      return g_strdup (
          _ ("There are too many rooms: one can be in 64 at a time, and the server takes only "
             "so many. Leave one that you do not need."));
    case PARLANCE_REASON_FORBIDDEN:
      return g_strdup (_ ("An operator has closed this room."));
    case PARLANCE_REASON_RATE_LIMITED:
    case PARLANCE_REASON_BUSY:
      return g_strdup (_ ("The server has too much to do. Try again in a moment."));
    case PARLANCE_REASON_NOT_STORED:
      return g_strdup (_ ("The server cannot store anything: its disk may be full."));
    default:
      return g_strdup_printf (_ ("The server refused: %s"), error->message);
    }
}

char *
parlance_room_problem (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  if (error->domain == PARLANCE_ERROR)
    return describe_refusal (error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED))
    return g_strdup (_ ("There is no connection to the server. Try again when it is back."));
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA))
    return g_strdup (_ ("The server answered something that cannot be understood."));
  return g_strdup_printf (_ ("The server could not be asked: %s"), error->message);
}
