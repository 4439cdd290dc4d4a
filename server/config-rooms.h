/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How long rooms keep what is said: for config.c.
 */
#pragma once

#include "server/config-file.h"
#include "server/config.h"

#define CONFIG_ROOM_GROUP "room "

/** config_apply_retention: @key: "history_days" or "history_messages"; %FALSE with an error when
 * @value is no number in range */
gboolean config_apply_retention (ChatRetention *retention,
                                 const char *key,
                                 const char *value,
                                 GError **error);

/** config_apply_room: a [room NAME] group; mistakes are reported with file, line and key */
gboolean
config_apply_room (Config *self, const ConfigFile *file, const char *group, GError **error);
