/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceOperateDialog: what an operator is about to do to somebody, a room or everybody, how long
 * and why. It stays until the server has done it, and says itself what is wrong.
 */
#pragma once

#include <adwaita.h>

#include "client-gui/client.h"

#define PARLANCE_TYPE_OPERATE_DIALOG (parlance_operate_dialog_get_type ())
G_DECLARE_FINAL_TYPE (
    ParlanceOperateDialog, parlance_operate_dialog, PARLANCE, OPERATE_DIALOG, AdwWindow)

typedef enum
{
  PARLANCE_OPERATE_KICK,
  PARLANCE_OPERATE_MUTE,
  PARLANCE_OPERATE_BAN,
  PARLANCE_OPERATE_BAN_ANY, /* whom is written in it */
  PARLANCE_OPERATE_MAKE_OPERATOR,
  PARLANCE_OPERATE_REVOKE, /* what an operator may */
  PARLANCE_OPERATE_CLOSE_ROOM,
  PARLANCE_OPERATE_NOTICE,
} ParlanceOperateVerb;

/**
 * ParlanceOperateDialog::done:
 * @words: what has been done, whether the dialog is still there or not
 */

/**
 * parlance_operate_dialog_new:
 * @whom: (nullable): a nick; of %PARLANCE_OPERATE_CLOSE_ROOM and %PARLANCE_OPERATE_NOTICE a room;
 *   none of %PARLANCE_OPERATE_BAN_ANY
 */
ParlanceOperateDialog *parlance_operate_dialog_new (GtkWindow *parent,
                                                    ParlanceClient *client,
                                                    ParlanceOperateVerb verb,
                                                    const char *whom);
