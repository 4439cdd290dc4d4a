/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tab through a widget that says by its own GtkWidgetClass.grab_focus what in it gets the focus.
 */
#pragma once

#include <gtk/gtk.h>

/**
 * parlance_focus_children:
 *
 * For GtkWidgetClass.focus. GTK 4.8 takes a class that has a grab_focus of its own for one that is
 * a single stop: Tab would never come to its other children, nor out of it backwards.
 */
gboolean parlance_focus_children (GtkWidget *widget, GtkDirectionType direction);
