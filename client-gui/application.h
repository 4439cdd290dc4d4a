/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceApplication: the process: one window, the actions `app.*`, and what all of it shares.
 */
#pragma once

#include <adwaita.h>

#include "client-gui/client.h"

#define PARLANCE_APPLICATION_ID "io.github.parlance.Parlance"

#define PARLANCE_TYPE_APPLICATION (parlance_application_get_type ())
G_DECLARE_FINAL_TYPE (
    ParlanceApplication, parlance_application, PARLANCE, APPLICATION, AdwApplication)

ParlanceApplication *parlance_application_new (void);

/** parlance_application_get_client: Returns: (transfer none): from the start to the end */
ParlanceClient *parlance_application_get_client (ParlanceApplication *self);
