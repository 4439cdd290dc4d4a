/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceWrapBox: puts children side by side, each as wide as it wants to be, on as many lines as
 * it takes.
 */
#pragma once

#include <gtk/gtk.h>

#define PARLANCE_TYPE_WRAP_BOX (parlance_wrap_box_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceWrapBox, parlance_wrap_box, PARLANCE, WRAP_BOX, GtkWidget)

void parlance_wrap_box_append (ParlanceWrapBox *self, GtkWidget *child);

/** parlance_wrap_box_remove_all: takes every child out */
void parlance_wrap_box_remove_all (ParlanceWrapBox *self);
