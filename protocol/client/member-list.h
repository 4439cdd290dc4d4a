/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceMemberList: a GListModel of the ParlanceMembers of one room, in the order of the locale
 * without regard to case. One thread, that of the chat it belongs to.
 */
#pragma once

#include "protocol/client/member.h"

#define PARLANCE_TYPE_MEMBER_LIST (parlance_member_list_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceMemberList, parlance_member_list, PARLANCE, MEMBER_LIST, GObject)

/** parlance_member_list_get_n: the number of members, as g_list_model_get_n_items(). */
guint parlance_member_list_get_n (ParlanceMemberList *self);

/** parlance_member_list_get_nick: Returns: (transfer none) (nullable): the nick at @position */
const char *parlance_member_list_get_nick (ParlanceMemberList *self, guint position);

/** parlance_member_list_contains: whether @nick, written just so, is a member. */
gboolean parlance_member_list_contains (ParlanceMemberList *self, const char *nick);
