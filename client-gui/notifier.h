/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceNotifier: tells of messages that are for us (message-call.h) while nobody looks at their
 * room. One notification a room, which goes when the room has been read; `app.show-message` opens
 * it. The setting "notifications" turns it off.
 */
#pragma once

#include "client-gui/client.h"

#define PARLANCE_TYPE_NOTIFIER (parlance_notifier_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceNotifier, parlance_notifier, PARLANCE, NOTIFIER, GObject)

/** parlance_notifier_new: @application: registered; not kept alive */
ParlanceNotifier *parlance_notifier_new (GApplication *application, ParlanceClient *client);

/** parlance_notifier_set_watched: @watched: whether a window of ours has the focus */
void parlance_notifier_set_watched (ParlanceNotifier *self, gboolean watched);
