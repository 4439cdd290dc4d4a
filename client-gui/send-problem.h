/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Why a message was not sent, in words for the person who wrote it. Pure.
 */
#pragma once

#include <glib.h>

/** parlance_send_problem: Returns: (transfer full): a sentence on what happened and what to do */
char *parlance_send_problem (const GError *error);
