/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether a nick is the link's own, however it is written.
 */
#include "protocol/client/link.h"

#include <string.h>

#include "protocol/wire/names.h"

gboolean
parlance_link_is_own_nick (ParlanceLink *self, const char *nick)
{
  const char *own_nick = parlance_link_get_nick (self);

  if (strcmp (nick, own_nick) == 0)
    return TRUE;

  g_autofree char *own = parlance_name_fold (own_nick, strlen (own_nick));
  g_autofree char *other = parlance_name_fold (nick, strlen (nick));
  return strcmp (own, other) == 0;
}
