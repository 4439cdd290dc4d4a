/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who may not come in, who may not talk, and which rooms are closed, as the authority knows it: in
 * memory, and stored before anybody is told. One thread.
 */
#pragma once

#include "protocol/wire/account.h"
#include "server/chat/account-store.h"
#include "server/chat/network-range.h"

#define BANS_MAX 8192 /* those that mute included */
#define BANS_MAX_ROOMS 16384

typedef struct Bans Bans;

typedef struct
{
  gint64 id;
  gboolean is_mute;
  ParlanceTarget target; /* not ADDRESS_OF */
  char *name;            /* a nick, or a range of addresses */
  char *folded;          /* (nullable): of a nick */
  NetworkRange range;    /* of addresses */
  char *reason;          /* may be "" */
  char *by;
  gint64 created_ms;
  gint64 expires_ms; /* 0: never */
} Ban;

Bans *bans_new (AccountStore *store);
/** bans_free: takes %NULL */
void bans_free (Bans *self);

/** bans_read_ban: bans_read_room: for account_store_read() */
void bans_read_ban (Bans *self, const BanRow *row);
void bans_read_room (Bans *self, const ClosedRoomRow *row);

/** bans_find_nick: (transfer none) (nullable): of @folded, as a nick or as an account: that one was
 * there when it was banned, and may have been deleted since */
const Ban *bans_find_nick (const Bans *self, const char *folded, gint64 now_ms);
const Ban *bans_find_address (const Bans *self, const NetworkAddress *address, gint64 now_ms);
const Ban *bans_find_mute (const Bans *self, const char *folded, gint64 now_ms);

/**
 * bans_add:
 * @row: but for its id. One of the same name takes the place of the one before
 *
 * Returns: (transfer none) (nullable): %NULL with @error: it is not stored, or there are too many
 *   (%G_FILE_ERROR_NOSPC)
 */
const Ban *bans_add (Bans *self, const BanRow *row, GError **error);

/** bans_find_same: (transfer none) (nullable): the one that names just this. @name: as written, of
 * addresses as network_range_format() writes them */
const Ban *
bans_find_same (const Bans *self, gboolean is_mute, ParlanceTarget target, const char *name);
/** bans_find_id: (transfer none) (nullable) */
const Ban *bans_find_id (const Bans *self, gint64 id);

/** bans_remove: @ban is freed on success */
gboolean bans_remove (Bans *self, const Ban *ban, GError **error);

/** bans_expire: forgets those whose time is over */
void bans_expire (Bans *self, gint64 now_ms);

/** bans_list: (transfer none) (element-type Ban): in the order in which they were made */
const GPtrArray *bans_list (const Bans *self);

/** bans_closed_reason: (transfer none) (nullable): why the room is closed, maybe ""; %NULL: it is
 * open */
const char *bans_closed_reason (const Bans *self, const char *room_folded);
/** bans_close_room: @error: as for bans_add() */
gboolean bans_close_room (Bans *self, const ClosedRoomRow *row, gint64 now_ms, GError **error);
gboolean bans_open_room (Bans *self, const char *room_folded, GError **error);
