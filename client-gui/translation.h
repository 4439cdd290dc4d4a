/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The languages that the app speaks: po/ has them.
 */
#pragma once

/**
 * parlance_translation_init:
 *
 * Finds the catalogues: the installed ones, or in a build folder those that were built with the
 * program. Before anything is said.
 */
void parlance_translation_init (void);
