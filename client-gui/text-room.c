/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In bytes, which is what servers count: a Chinese character is three.
 */
#include "client-gui/text-room.h"

#include <glib/gi18n.h>

char *
parlance_text_room_describe (gsize n_bytes, gsize most_bytes)
{
  if (n_bytes <= most_bytes)
    {
      guint n_left = (guint)(most_bytes - n_bytes);
      return g_strdup_printf (ngettext ("Room for %u more byte", "Room for %u more bytes", n_left),
                              n_left);
    }
  guint n_over = (guint)(n_bytes - most_bytes);
  return g_strdup_printf (ngettext ("%u byte too long. Shorten it, or send it in parts.",
                                    "%u bytes too long. Shorten it, or send it in parts.", n_over),
                          n_over);
}
