/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlancePasswordDialog: whatever a password is typed for. It stays until the server has agreed,
 * and says itself what is wrong. What was typed is cleared as soon as it has been sent.
 */
#pragma once

#include <adwaita.h>

#include "client-gui/client.h"

#define PARLANCE_TYPE_PASSWORD_DIALOG (parlance_password_dialog_get_type ())
G_DECLARE_FINAL_TYPE (
    ParlancePasswordDialog, parlance_password_dialog, PARLANCE, PASSWORD_DIALOG, AdwWindow)

typedef enum
{
  PARLANCE_PASSWORD_REGISTER,     /* the nick that one has */
  PARLANCE_PASSWORD_LOG_IN,       /* to an account, under its nick */
  PARLANCE_PASSWORD_CHANGE,       /* one's own */
  PARLANCE_PASSWORD_DELETE,       /* one's own account */
  PARLANCE_PASSWORD_RESET,        /* somebody else's, by an operator */
  PARLANCE_PASSWORD_DELETE_OTHER, /* somebody else's account, by an operator */
} ParlancePasswordPurpose;

/**
 * ParlancePasswordDialog::done:
 *
 * The server has agreed: the dialog closes, where it has not been closed already. Who deletes their
 * own account has left the server by then.
 */

/** parlance_password_dialog_new: @nick: (nullable): whose, where it is somebody else */
ParlancePasswordDialog *parlance_password_dialog_new (GtkWindow *parent,
                                                      ParlanceClient *client,
                                                      ParlancePasswordPurpose purpose,
                                                      const char *nick);
