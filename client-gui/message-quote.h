/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceMessageQuote: the message that another one answers, in a line; pressed, it leads there by
 * `room.show-message`.
 */
#pragma once

#include <gtk/gtk.h>

#include "protocol/client/message-list.h"

#define PARLANCE_TYPE_MESSAGE_QUOTE (parlance_message_quote_get_type ())
G_DECLARE_FINAL_TYPE (
    ParlanceMessageQuote, parlance_message_quote, PARLANCE, MESSAGE_QUOTE, GtkButton)

GtkWidget *parlance_message_quote_new (void);

/** parlance_message_quote_set: @messages: (nullable): in which @seq may be found */
void
parlance_message_quote_set (ParlanceMessageQuote *self, ParlanceMessageList *messages, gint64 seq);
