/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The colours themselves are in style.css, mixed with that of the text, so that they can be read on
 * light and on dark.
 */
#include "client-gui/nick-color.h"

/* FNV-1a: the colour must not change with the library's or the program's version. */
static guint32
hash (const char *text)
{
  guint32 value = 2166136261U;

  for (; *text != '\0'; text++)
    value = (value ^ (guchar)*text) * 16777619U;
  return value ^ (value >> 16);
}

const char *
parlance_nick_color_class (const char *nick)
{
  static const char *const classes[] = { "nick-0", "nick-1", "nick-2", "nick-3", "nick-4",
                                         "nick-5", "nick-6", "nick-7", "nick-8", "nick-9" };
  g_autofree char *folded = g_utf8_casefold (nick, -1);

  return classes[hash (folded) % G_N_ELEMENTS (classes)];
}
