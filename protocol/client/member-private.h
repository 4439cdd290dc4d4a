/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What protocol/client itself does to members and lists of them.
 */
#pragma once

#include "protocol/client/member-list.h"

ParlanceMember *parlance_member_new (const char *nick);

/** parlance_member_compare: in the order of the locale, without regard to case first */
int parlance_member_compare (ParlanceMember *a, ParlanceMember *b);

ParlanceMemberList *parlance_member_list_new (void);

/** parlance_member_list_set: @nicks: (array zero-terminated=1): all there are, in any order */
void parlance_member_list_set (ParlanceMemberList *self, const char *const *nicks);

/** parlance_member_list_add: Returns: %FALSE when @nick is there already, or the list is full */
gboolean parlance_member_list_add (ParlanceMemberList *self, const char *nick);

/** parlance_member_list_remove: Returns: %FALSE when @nick is not there */
gboolean parlance_member_list_remove (ParlanceMemberList *self, const char *nick);
