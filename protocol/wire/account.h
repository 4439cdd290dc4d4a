/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Typed parameters of the methods about accounts and of those for operators, read from a request.
 * Every name that comes out is valid. Source: docs/protocol.md, sections 4, 10 and 11.
 */
#pragma once

#include "protocol/wire/chat.h"

#define PARLANCE_MAX_ADDRESS 63 /* [bytes] of an address, or a range of them */

/* What a ban is of. */
typedef enum
{
  PARLANCE_TARGET_NICK,
  PARLANCE_TARGET_ACCOUNT,
  PARLANCE_TARGET_ADDRESS,    /* or a range of them */
  PARLANCE_TARGET_ADDRESS_OF, /* where the one with that nick is connected from */
} ParlanceTarget;

/* What a method does not have is "", 0 or %FALSE. Whoever is done with one that had passwords wipes
 * it. */
typedef struct
{
  ParlanceName nick; /* of ban and unban: of a nick, an account or who has the address */
  ParlanceName room;
  char password[PARLANCE_MAX_PASSWORD + 1];        /* of register the new one, else the current */
  char new_password[PARLANCE_MAX_PASSWORD + 1];    /* of password_change */
  char server_password[PARLANCE_MAX_PASSWORD + 1]; /* of register */
  char client[PARLANCE_MAX_CLIENT + 1];            /* of register */
  gint64 id;                                       /* of logout a device's, of unban a ban's */
  gboolean is_on; /* `others` of logout, `operator` of set_operator */
  ParlanceTarget target;
  char address[PARLANCE_MAX_ADDRESS + 1]; /* as written */
  char reason[PARLANCE_MAX_REASON + 1];
  char text[PARLANCE_MAX_NOTICE + 1]; /* of notice */
  gint64 duration_s;                  /* 0: for good */
} ParlanceAccountParams;

/** parlance_password_is_fit: whether a new password has at least PARLANCE_MIN_PASSWORD code points,
 * and no control characters. @text: valid UTF-8 */
gboolean parlance_password_is_fit (const char *text);

/* All: @params: what parlance_request_parse() gave. @ret_fault: (out): invalid_params, invalid_name
 * or too_long, with the field. */

gboolean parlance_register_parse (const ParlanceJsonValue *params,
                                  ParlanceAccountParams *ret_account,
                                  ParlanceFault *ret_fault);

gboolean parlance_password_change_parse (const ParlanceJsonValue *params,
                                         ParlanceAccountParams *ret_account,
                                         ParlanceFault *ret_fault);

/** parlance_account_delete_parse: without a nick: one's own */
gboolean parlance_account_delete_parse (const ParlanceJsonValue *params,
                                        ParlanceAccountParams *ret_account,
                                        ParlanceFault *ret_fault);

gboolean parlance_logout_parse (const ParlanceJsonValue *params,
                                ParlanceAccountParams *ret_account,
                                ParlanceFault *ret_fault);

/** parlance_kick_parse: of kick and unmute too */
gboolean parlance_kick_parse (const ParlanceJsonValue *params,
                              ParlanceAccountParams *ret_account,
                              ParlanceFault *ret_fault);

gboolean parlance_mute_parse (const ParlanceJsonValue *params,
                              ParlanceAccountParams *ret_account,
                              ParlanceFault *ret_fault);

gboolean parlance_ban_parse (const ParlanceJsonValue *params,
                             ParlanceAccountParams *ret_account,
                             ParlanceFault *ret_fault);

gboolean parlance_unban_parse (const ParlanceJsonValue *params,
                               ParlanceAccountParams *ret_account,
                               ParlanceFault *ret_fault);

/** parlance_close_room_parse: of open_room too */
gboolean parlance_close_room_parse (const ParlanceJsonValue *params,
                                    ParlanceAccountParams *ret_account,
                                    ParlanceFault *ret_fault);

gboolean parlance_notice_parse (const ParlanceJsonValue *params,
                                ParlanceAccountParams *ret_account,
                                ParlanceFault *ret_fault);

gboolean parlance_set_operator_parse (const ParlanceJsonValue *params,
                                      ParlanceAccountParams *ret_account,
                                      ParlanceFault *ret_fault);
