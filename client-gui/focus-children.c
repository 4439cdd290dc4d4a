/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Children are stops in the order that they have: what sorts them is in each of them.
 */
#include "client-gui/focus-children.h"

gboolean
parlance_focus_children (GtkWidget *widget, GtkDirectionType direction)
{
  gboolean back =
      direction == GTK_DIR_TAB_BACKWARD || direction == GTK_DIR_UP || direction == GTK_DIR_LEFT;
  GtkWidget *child = gtk_widget_get_focus_child (widget);

  if (child == NULL)
    child = back ? gtk_widget_get_last_child (widget) : gtk_widget_get_first_child (widget);
  for (; child != NULL;
       child = back ? gtk_widget_get_prev_sibling (child) : gtk_widget_get_next_sibling (child))
    if (gtk_widget_get_mapped (child) && gtk_widget_child_focus (child, direction))
      return TRUE;
  return FALSE;
}
