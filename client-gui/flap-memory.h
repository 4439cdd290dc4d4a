/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A pane beside something, which a person opens and closes: it is as they left it the next time.
 */
#pragma once

#include <adwaita.h>

/**
 * parlance_flap_remember:
 * @flap: "locked"
 * @key: a boolean
 *
 * Where there is room for both sides, @key says whether the flap is open. Where there is not, the
 * flap lies over the content and is open only when that is asked for, which is not remembered.
 */
void parlance_flap_remember (AdwFlap *flap, GSettings *settings, const char *key);
