/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How many connections there may be.
 */
#pragma once

#include "server/config.h"

/**
 * connection_limit:
 *
 * As many as descriptors allow, the limit of which is raised as far as it goes, and no more than
 * was asked for. A warning is logged where that is less.
 */
guint connection_limit (const Config *config);
