/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Nobody compares 64 digits that are not cut up.
 */
#include "client-gui/fingerprint.h"

#include <string.h>

#define GROUP 4 /* digits */
#define GROUPS_A_LINE 4

char *
parlance_fingerprint_group (const char *fingerprint)
{
  const char *colon = strchr (fingerprint, ':');
  const char *digits = colon != NULL ? colon + 1 : fingerprint;
  g_autoptr (GString) grouped = g_string_new (NULL);

  for (gsize i = 0; digits[i] != '\0'; i++)
    {
      if (i > 0 && i % GROUP == 0)
        g_string_append_c (grouped, i % (GROUP * GROUPS_A_LINE) == 0 ? '\n' : ' ');
      g_string_append_c (grouped, digits[i]);
    }
  return g_string_free (g_steal_pointer (&grouped), FALSE);
}
