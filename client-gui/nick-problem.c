/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a server says is shown only where there are no words of our own for it.
 */
#include "client-gui/nick-problem.h"

#include <glib/gi18n.h>

#include "client-gui/plain-text.h"
#include "protocol/wire/errors.h"

char *
parlance_nick_refusal (const GError *error, const char *nick)
{
  g_return_val_if_fail (error != NULL, NULL);

  g_autofree char *isolated = parlance_plain_isolate (nick);

  if (g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_NICK_IN_USE))
    return g_strdup_printf (_ ("Somebody else is called %s just now. Choose another nick."),
                            isolated);
  if (g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_AUTH_REQUIRED) ||
      g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_AUTH_FAILED))
    return g_strdup_printf (_ ("%s belongs to somebody, with a password. Choose another nick."),
                            isolated);
  if (g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_INVALID_NAME))
    return g_strdup (_ ("The server does not allow this nick. Choose another one."));
  return g_strdup_printf (_ ("The nick could not be changed: %s"), error->message);
}
