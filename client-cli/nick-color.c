/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The program does not know whether the terminal is dark or light. Every colour of the palette of
 * 256 that is taken has a contrast (WCAG 2.1) of at least 3.5 to 1 with white and with black; of
 * the 16, whose shades are the user's own, yellow and the bright ones are left out for the sake of
 * light terminals.
 */
#include "client-cli/nick-color.h"

/* FNV-1a: the colour must not change with the library's or the program's version. */
static guint32
hash (const char *text)
{
  guint32 value = 2166136261U;

  for (; *text != '\0'; text++)
    value = (value ^ (guchar)*text) * 16777619U;
  return value ^ (value >> 16);
}

void
nick_color_append (GString *out, const char *nick, gboolean many)
{
  static const guint8 of_256[] = { 160, 166, 130, 100, 64,  28,  30,  32,
                                   27,  62,  99,  134, 128, 164, 162, 168 };
  static const guint8 of_16[] = { 31, 32, 34, 35, 36 };
  g_autofree char *folded = g_utf8_casefold (nick, -1);
  guint32 value = hash (folded);

  if (many)
    g_string_append_printf (out, "\033[38;5;%um", of_256[value % G_N_ELEMENTS (of_256)]);
  else
    g_string_append_printf (out, "\033[%um", of_16[value % G_N_ELEMENTS (of_16)]);
}
