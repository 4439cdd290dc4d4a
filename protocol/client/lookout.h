/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceLookout: helps a chat that has lost its server to find it again. While there is no
 * connection it asks the network for the server by its id: one that is heard of at another address
 * is gone to there, and one that comes back is gone to at once, not when the time is up. Thread:
 * the chat's.
 */
#pragma once

#include "protocol/client/browser.h"
#include "protocol/client/chat.h"

#define PARLANCE_TYPE_LOOKOUT (parlance_lookout_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceLookout, parlance_lookout, PARLANCE, LOOKOUT, GObject)

/**
 * parlance_lookout_new:
 * @browser: for this alone: it is started and stopped
 * @id: (nullable): of the server, until the chat has been told one
 *
 * Looks out until it is let go of.
 */
ParlanceLookout *
parlance_lookout_new (ParlanceChat *chat, ParlanceBrowser *browser, const char *id);
