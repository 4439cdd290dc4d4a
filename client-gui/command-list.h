/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceCommandList: the commands that there are, over the place where they are typed.
 */
#pragma once

#include <gtk/gtk.h>

#define PARLANCE_TYPE_COMMAND_LIST (parlance_command_list_get_type ())
G_DECLARE_FINAL_TYPE (
    ParlanceCommandList, parlance_command_list, PARLANCE, COMMAND_LIST, GtkPopover)

/** parlance_command_list_new: give it a parent, and unparent it when that is disposed of */
GtkWidget *parlance_command_list_new (void);
