/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A button whose words are chosen while the program runs, and have a mnemonic.
 */
#pragma once

#include <gtk/gtk.h>

/** parlance_button_set_label: @label: with "_" before the mnemonic; "(_X)" behind it where its
 * script has no such letter. Screen readers are told neither */
void parlance_button_set_label (GtkButton *button, const char *label);
