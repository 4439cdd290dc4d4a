/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The JSON-RPC front door: one request a line. Source: docs/protocol.md, sections 1 to 5
 */
#pragma once

#include "server/net/door.h"

extern const Door jsonrpc_door;
