/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceSaveButton: puts a definition into the word book, and shows whether its word is there;
 * then it takes it out again.
 */
#pragma once

#include <gtk/gtk.h>

#include "client-gui/client.h"

#define PARLANCE_TYPE_SAVE_BUTTON (parlance_save_button_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceSaveButton, parlance_save_button, PARLANCE, SAVE_BUTTON, GtkButton)

/**
 * parlance_save_button_set_entry:
 * @client: (nullable)
 * @entry: (nullable): without one, or without a client, the button is hidden
 * @context: (nullable): where the word was met; copied
 */
void parlance_save_button_set_entry (ParlanceSaveButton *self,
                                     ParlanceClient *client,
                                     ParlanceEntry *entry,
                                     const ParlanceWordContext *context);
