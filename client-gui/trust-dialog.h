/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceTrustDialog: a server is not the one that it was, or does not encrypt any more. Says so,
 * shows both fingerprints, and asks whether to go on; Enter and Escape say no.
 */
#pragma once

#include <adwaita.h>

#include "protocol/client/trust.h"

#define PARLANCE_TYPE_TRUST_DIALOG (parlance_trust_dialog_get_type ())
G_DECLARE_FINAL_TYPE (
    ParlanceTrustDialog, parlance_trust_dialog, PARLANCE, TRUST_DIALOG, AdwMessageDialog)

/**
 * ParlanceTrustDialog::trusted:
 *
 * The person wants to: what was shown is accepted by now. Nothing is emitted otherwise.
 */

/** parlance_trust_dialog_is_about: whether @error is one that a person can decide on */
gboolean parlance_trust_dialog_is_about (const GError *error);

/**
 * parlance_trust_dialog_new:
 * @trust: (transfer none): that has refused the server; nothing may be tried with it meanwhile
 * @error: parlance_trust_dialog_is_about()
 * @server: its name or address
 */
GtkWindow *parlance_trust_dialog_new (GtkWindow *parent,
                                      ParlanceTrust *trust,
                                      const GError *error,
                                      const char *server);
