/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What strangers may use up: the group [limits] of the key file, for config.c.
 */
#pragma once

#include "server/config-file.h"
#include "server/config.h"

#define CONFIG_LIMITS_GROUP "limits"

/** config_limits_init: the defaults, which no honest user meets */
void config_limits_init (ConfigLimits *self);
void config_limits_clear (ConfigLimits *self);

/** config_apply_limits: the group [limits]; mistakes are reported with file, line and key */
gboolean config_apply_limits (Config *self, const ConfigFile *file, GError **error);
