/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceShareButton: says a definition in the current conversation.
 */
#pragma once

#include <gtk/gtk.h>

#include "client-gui/client.h"

#define PARLANCE_TYPE_SHARE_BUTTON (parlance_share_button_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceShareButton, parlance_share_button, PARLANCE, SHARE_BUTTON, GtkButton)

/**
 * ParlanceShareButton::shared:
 *
 * The definition was said.
 */

/** parlance_share_button_set_entry: @entry: (nullable): without one the button is hidden */
void parlance_share_button_set_entry (ParlanceShareButton *self,
                                      ParlanceClient *client,
                                      ParlanceEntry *entry);
