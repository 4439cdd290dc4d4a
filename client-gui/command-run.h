/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Does what a command says.
 */
#pragma once

#include <gtk/gtk.h>

#include "client-gui/client.h"
#include "protocol/client/command.h"

/**
 * parlance_command_run_async:
 * @widget: in a window, whose actions do what is not of the network
 * @conversation: in which it was typed
 * @command: neither %PARLANCE_COMMAND_NONE nor %PARLANCE_COMMAND_SAY, and without a fault
 */
void parlance_command_run_async (GtkWidget *widget,
                                 ParlanceClient *client,
                                 ParlanceConversation *conversation,
                                 const ParlanceCommand *command,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);

/**
 * parlance_command_run_finish:
 * @ret_notice: (out) (transfer full) (nullable): what it has to say
 * @error: its message is for people: what happened and what to do
 */
gboolean parlance_command_run_finish (GtkWidget *widget,
                                      GAsyncResult *result,
                                      char **ret_notice,
                                      GError **error);
