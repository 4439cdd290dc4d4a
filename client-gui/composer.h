/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceComposer: where a message is written: what is typed, as text or as a command. Action:
 * `composer.show-commands`.
 */
#pragma once

#include <adwaita.h>

#include "client-gui/client.h"

#define PARLANCE_TYPE_COMPOSER (parlance_composer_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceComposer, parlance_composer, PARLANCE, COMPOSER, GtkWidget)

/** parlance_composer_set_client: once, before it is shown */
void parlance_composer_set_client (ParlanceComposer *self, ParlanceClient *client);

/** parlance_composer_reply_to: what is sent next answers the message of that seq; 0: none */
void parlance_composer_reply_to (ParlanceComposer *self, gint64 seq);
