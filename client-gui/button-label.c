/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * GTK 4.8 reads the underscore out.
 */
#include "client-gui/button-label.h"

#include <string.h>

void
parlance_button_set_label (GtkButton *button, const char *label)
{
  g_return_if_fail (GTK_IS_BUTTON (button));
  g_return_if_fail (label != NULL);

  const char *underscore = strchr (label, '_');
  g_autoptr (GString) plain = g_string_new (label);
  if (underscore != NULL)
    {
      gssize at = underscore - label;
      gboolean in_brackets = at > 0 && label[at - 1] == '(' && strlen (underscore) >= 3;

      g_string_erase (plain, in_brackets ? at - 1 : at, in_brackets ? 4 : 1);
    }
  gtk_button_set_use_underline (button, TRUE);
  gtk_button_set_label (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  plain->str, -1);
}
