/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writing the `params` objects of the methods about accounts and of those for operators. Every text
 * is well-formed UTF-8. The other end reads them in account.h. Source: docs/protocol.md, sections
 * 10 and 11.
 */
#pragma once

#include <glib.h>

/** parlance_register_append: @server_password: (nullable); @client: "name/version" */
void parlance_register_append (GString *out,
                               const char *nick,
                               const char *password,
                               const char *server_password,
                               const char *client);

/** parlance_password_change_append: @nick: (nullable): whose; %NULL: one's own */
void parlance_password_change_append (GString *out,
                                      const char *nick,
                                      const char *password,
                                      const char *new_password);

/** parlance_account_delete_append: @nick: (nullable): whose; %NULL: one's own. @password: one's
 * own, in either case */
void parlance_account_delete_append (GString *out, const char *nick, const char *password);

/** parlance_logout_append: @device: 0: not a certain one. @others: all but the one that asks */
void parlance_logout_append (GString *out, gint64 device, gboolean others);

/**
 * parlance_operator_append:
 * @name: of the member that says who or where it is about: "nick", "account", "address",
 *   "address_of" or "room"
 * @reason: (nullable)
 * @duration_s: [s]; 0: for good
 *
 * Of kick, ban, unban, mute, unmute, close_room and open_room.
 */
void parlance_operator_append (
    GString *out, const char *name, const char *value, const char *reason, gint64 duration_s);

/** parlance_unban_append: by its number */
void parlance_unban_append (GString *out, gint64 id);

/** parlance_notice_append: @room: (nullable): everybody */
void parlance_notice_append (GString *out, const char *text, const char *room);

void parlance_set_operator_append (GString *out, const char *nick, gboolean is_operator);
