/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the configuration's two files share: the settings of one dictionary, and lists of sources.
 */
#pragma once

#include "server/config.h"

/* What a [dictionary STEM] group says. */
typedef struct
{
  char *name; /* (nullable): what it is served under */
  gboolean is_off;
} ConfigDictionary;

/** config_source_array_new: (transfer full): of LibrarySource, empty */
GArray *config_source_array_new (void);
