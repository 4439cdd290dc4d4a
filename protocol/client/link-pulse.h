/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether the server of a connection is alive: a dead network says nothing; so the server is asked
 * when it has said nothing for a while. Thread: the session's.
 */
#pragma once

#include "protocol/client/session.h"

typedef struct
{
  guint64 n_lines_seen;
  guint n_quiet_ticks;
} ParlanceLinkPulse;

/** parlance_link_pulse_begin: the server has just said something */
void parlance_link_pulse_begin (ParlanceLinkPulse *self, ParlanceSession *session);

/** parlance_link_pulse_tick: every %PARLANCE_LINK_TICK_MS. Returns: whether it still may be alive
 */
gboolean parlance_link_pulse_tick (ParlanceLinkPulse *self, ParlanceSession *session);
