/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who may chat, as the configuration says it: its setters, for config.c.
 */
#pragma once

#include "server/config.h"

gboolean config_set_access (Config *self, const char *value, GError **error);
gboolean config_set_password_hash (Config *self, const char *value, GError **error);
/** config_add_operator: one nick of the list */
gboolean config_add_operator (Config *self, const char *value, GError **error);

/** config_check_access: whether what was set goes together */
gboolean config_check_access (const Config *self, GError **error);

/** config_apply_access: to what the authority is told */
void config_apply_access (const Config *self, ChatLimits *limits);
