/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The one line on stdout that says where the server serves.
 */
#pragma once

#include "server/discovery.h"

/**
 * ready_print:
 * @listeners: (element-type Listener): of JSON-RPC
 * @dict_listeners: (element-type Listener)
 * @discovery: (nullable): off
 *
 * Source: docs/operations.md, section 2
 */
void ready_print (const GPtrArray *listeners,
                  const GPtrArray *dict_listeners,
                  const Discovery *discovery);
