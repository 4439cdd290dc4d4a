/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceMember: a person in a room, for lists. It never changes: who takes another nick becomes
 * another member. Property: "nick".
 */
#pragma once

#include <gio/gio.h>

#define PARLANCE_TYPE_MEMBER (parlance_member_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceMember, parlance_member, PARLANCE, MEMBER, GObject)

/** parlance_member_get_nick: a stranger's text. */
const char *parlance_member_get_nick (ParlanceMember *self);
