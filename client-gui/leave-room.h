/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Leaving a room, with a way back for a while.
 */
#pragma once

#include <adwaita.h>

#include "client-gui/client.h"

/**
 * parlance_leave_room:
 * @toasts: says that it was done, and offers to undo it
 *
 * Messages in it that were written and could not be sent would be lost: then it asks first.
 */
void parlance_leave_room (ParlanceClient *client,
                          ParlanceConversation *conversation,
                          AdwToastOverlay *toasts);
