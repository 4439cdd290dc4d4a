/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceBan: whom an operator keeps out, or lets read only. Immutable.
 */
#pragma once

#include <glib-object.h>

#define PARLANCE_TYPE_BAN (parlance_ban_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceBan, parlance_ban, PARLANCE, BAN, GObject)

typedef enum
{
  PARLANCE_BAN_NICK,
  PARLANCE_BAN_ACCOUNT,
  PARLANCE_BAN_ADDRESS, /* or a range */
  PARLANCE_BAN_MUTE,    /* of a nick */
} ParlanceBanKind;

/**
 * parlance_bans_read:
 * @json: JSON text of a result of `bans`
 * @ret_more: (out): whether there are more than the server tells
 * @error: %G_IO_ERROR_INVALID_DATA
 *
 * What is no ban in the list is passed over. Source: docs/protocol.md, section 11.
 *
 * Returns: (transfer full) (nullable) (element-type ParlanceBan): the newest first
 */
GPtrArray *parlance_bans_read (const char *json, gboolean *ret_more, GError **error);

/** parlance_ban_get_id: for parlance_session_unban_async() */
gint64 parlance_ban_get_id (ParlanceBan *self);
ParlanceBanKind parlance_ban_get_kind (ParlanceBan *self);

/** parlance_ban_get_target: the nick, the account, or the address; a stranger's text as all here */
const char *parlance_ban_get_target (ParlanceBan *self);
const char *parlance_ban_get_reason (ParlanceBan *self);

/** parlance_ban_get_by: the operator */
const char *parlance_ban_get_by (ParlanceBan *self);

/** parlance_ban_get_expires_ms: [ms] since 1970; 0: never */
gint64 parlance_ban_get_expires_ms (ParlanceBan *self);

/** parlance_ban_matches: @folded: case folded: whether target, reason or operator have it in them
 */
gboolean parlance_ban_matches (ParlanceBan *self, const char *folded);
