/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceMessageStatus: below a message that the server does not have: that it is being sent, or
 * why it was not, and what to do: `message.retry` and `message.discard`.
 */
#pragma once

#include <gtk/gtk.h>

#include "protocol/client/message.h"

#define PARLANCE_TYPE_MESSAGE_STATUS (parlance_message_status_get_type ())
G_DECLARE_FINAL_TYPE (
    ParlanceMessageStatus, parlance_message_status, PARLANCE, MESSAGE_STATUS, GtkWidget)

GtkWidget *parlance_message_status_new (void);

/** parlance_message_status_set: @message: that is pending or has failed */
void parlance_message_status_set (ParlanceMessageStatus *self, ParlanceMessage *message);
