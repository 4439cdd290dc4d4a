/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Several servers: who is at a terminal chooses one of them.
 */
#pragma once

#include "client-cli/output.h"
#include "protocol/client/browser.h"

/**
 * choose_menu_run:
 * @servers: (element-type ParlanceServer)
 *
 * Lists them on standard error and, on a terminal, blocks until one is chosen. Elsewhere, or when
 * the terminal has nothing more to say, none is.
 *
 * Returns: (transfer full) (nullable):
 */
ParlanceServer *choose_menu_run (Output *output, GListModel *servers);
