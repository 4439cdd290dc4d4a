/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any line is a sign of life, not only the answer.
 */
#include "protocol/client/link-pulse.h"

#include "protocol/client/link.h"
#include "protocol/client/lookup.h"

void
parlance_link_pulse_begin (ParlanceLinkPulse *self, ParlanceSession *session)
{
  self->n_lines_seen = parlance_session_get_n_lines (session);
  self->n_quiet_ticks = 0;
}

gboolean
parlance_link_pulse_tick (ParlanceLinkPulse *self, ParlanceSession *session)
{
  guint64 n_lines = parlance_session_get_n_lines (session);

  if (n_lines != self->n_lines_seen)
    self->n_quiet_ticks = 0;
  else
    self->n_quiet_ticks++;
  self->n_lines_seen = n_lines;

  if (self->n_quiet_ticks == PARLANCE_LINK_PING_TICKS)
    parlance_session_ping_async (session, NULL, NULL, NULL);
  return self->n_quiet_ticks < PARLANCE_LINK_DEAD_TICKS;
}
