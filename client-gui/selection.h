/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is selected in a widget with text, or where its caret stands.
 */
#pragma once

#include <gtk/gtk.h>

/**
 * parlance_selection_get:
 * @focus: (nullable): the widget that has the focus
 * @ret_at: (out): [code points] the caret in what is returned; -1: that is what is selected
 * @ret_where: (out): of it, in the coordinates of @focus
 *
 * Returns: (transfer full) (nullable): %NULL where there is no text
 */
char *parlance_selection_get (GtkWidget *focus, gint64 *ret_at, GdkRectangle *ret_where);
