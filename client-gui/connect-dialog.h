/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceConnectDialog: asks for the address of a server that discovery does not reach, and stays
 * until somebody has been let in there: what went wrong is said beside what was written.
 */
#pragma once

#include <adwaita.h>

#define PARLANCE_TYPE_CONNECT_DIALOG (parlance_connect_dialog_get_type ())
G_DECLARE_FINAL_TYPE (
    ParlanceConnectDialog, parlance_connect_dialog, PARLANCE, CONNECT_DIALOG, AdwWindow)

/**
 * ParlanceConnectDialog::connect:
 * @address: as parlance_address_parse() reads it
 *
 * It waits for parlance_connect_dialog_set_problem(), or to be closed.
 */

/** ParlanceConnectDialog::cancelled: while waiting; it waits no more */

/** parlance_connect_dialog_new: @address: to begin with, "" or as it was written before */
ParlanceConnectDialog *parlance_connect_dialog_new (GtkWindow *parent, const char *address);

/** parlance_connect_dialog_set_problem: @words: why nobody was let in */
void parlance_connect_dialog_set_problem (ParlanceConnectDialog *self, const char *words);
