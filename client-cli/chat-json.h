/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Messages and notifications as JSON for programs, with the members that they have on the wire.
 * Pure: appends to a string. Source: docs/protocol.md, section 6.
 */
#pragma once

#include "protocol/client/message.h"

/** chat_json_append_message: appends a message object. */
void chat_json_append_message (GString *out, ParlanceMessage *message);

/**
 * chat_json_append_notification:
 * @method: a stranger's text
 * @params: JSON text of an object
 *
 * Appends `{"method":…,"params":{…}}`.
 */
void chat_json_append_notification (GString *out, const char *method, const char *params);
