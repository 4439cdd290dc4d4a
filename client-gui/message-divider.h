/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceMessageDivider: a line between messages with a word in it.
 */
#pragma once

#include <gtk/gtk.h>

#define PARLANCE_TYPE_MESSAGE_DIVIDER (parlance_message_divider_get_type ())
G_DECLARE_FINAL_TYPE (
    ParlanceMessageDivider, parlance_message_divider, PARLANCE, MESSAGE_DIVIDER, GtkWidget)

/** parlance_message_divider_new: @style_class: "day" or "unread" */
GtkWidget *parlance_message_divider_new (const char *style_class);

void parlance_message_divider_set_text (ParlanceMessageDivider *self, const char *text);
