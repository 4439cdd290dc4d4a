/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceTopicPopover: changing what the current room is about.
 */
#pragma once

#include <adwaita.h>

#include "client-gui/client.h"

#define PARLANCE_TYPE_TOPIC_POPOVER (parlance_topic_popover_get_type ())
G_DECLARE_FINAL_TYPE (
    ParlanceTopicPopover, parlance_topic_popover, PARLANCE, TOPIC_POPOVER, GtkPopover)

/** parlance_topic_popover_set_client: once, before it is shown */
void parlance_topic_popover_set_client (ParlanceTopicPopover *self, ParlanceClient *client);
