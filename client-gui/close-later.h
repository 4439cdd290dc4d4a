/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Closing a window by who is about to close as well: a dialog or popover that belongs to it, which
 * would outlive it.
 */
#pragma once

#include <gtk/gtk.h>

/** parlance_close_later: asks @window to close when GTK has nothing else to do */
void parlance_close_later (GtkWindow *window);
