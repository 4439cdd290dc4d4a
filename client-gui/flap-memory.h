/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A pane beside something, which a person opens and closes: it is as they left it the next time.
 * Until they do, it is open where there is much room.
 */
#pragma once

#include <adwaita.h>

/**
 * parlance_flap_remember:
 * @flap: "locked"
 * @key: a boolean
 * @wide_px: the width of both sides from which on the flap is open by itself; %G_MAXINT: never
 *
 * Where there is room for both sides, @key says whether the flap is open, as soon as somebody has
 * opened or closed it. Where there is not, the flap lies over the content and is open only when
 * that is asked for, which is not remembered.
 */
void parlance_flap_remember (AdwFlap *flap, GSettings *settings, const char *key, int wide_px);
