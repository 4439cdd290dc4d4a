/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Of low priority: what is to be done for a surface that goes is done before.
 */
#include "client-gui/close-later.h"

static gboolean
on_close (gpointer user_data)
{
  gtk_window_close (GTK_WINDOW (user_data));
  return G_SOURCE_REMOVE;
}

void
parlance_close_later (GtkWindow *window)
{
  g_return_if_fail (GTK_IS_WINDOW (window));

  g_idle_add_full (G_PRIORITY_LOW, on_close, g_object_ref (window), g_object_unref);
}
