/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The app's settings: io.github.parlance.Parlance.gschema.xml has the keys.
 */
#pragma once

#include <gio/gio.h>

/**
 * parlance_settings_new:
 *
 * The schema is the installed one, or in a build folder the one beside the program. Without any the
 * program cannot run: it says so and ends.
 *
 * Returns: (transfer full)
 */
GSettings *parlance_settings_new (void);
