/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Messages on the output of a command that only shows them: as lines of a chat, or as JSON Lines.
 */
#pragma once

#include "client-cli/app.h"
#include "client-cli/chat-lines.h"
#include "protocol/client/message.h"

typedef struct _MessagePrinter MessagePrinter;

MessagePrinter *message_printer_new (App *app);
void message_printer_free (MessagePrinter *self);

/** message_printer_print: does not write yet: output_commit() or output_flush() */
void message_printer_print (MessagePrinter *self, ParlanceMessage *message);

/** message_printer_show_rooms: says of each message from now on where it was said. */
void message_printer_show_rooms (MessagePrinter *self);

/** message_printer_style_for: the style of chat lines on the program's standard output */
ChatStyle message_printer_style_for (const App *app);

/** message_printer_line_for: @message as a line, borrowed from it */
ChatLine message_printer_line_for (ParlanceMessage *message);
