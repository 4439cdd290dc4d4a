/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The database of accounts, devices, bans and closed rooms: accounts.db in the data directory. Each
 * call that writes is a transaction, durable when it returns; where it fails nothing of it is
 * stored, and the next one may work again. Where an fsync fails and the server is killed before the
 * next success, it may turn out to be stored all the same. It is a file of its own, so that
 * messages can be thrown away, or restored, without those who wrote them. One thread.
 */
#pragma once

#include <glib.h>

#include "server/chat/token-key.h"

typedef struct AccountStore AccountStore;

#define ACCOUNT_STORE_FILE "accounts.db"
#define ACCOUNT_STORE_TOKEN_BYTES TOKEN_KEY_BYTES /* of a token's SHA-256 */

/* Rows. What they borrow is valid for the call. */
typedef struct
{
  gint64 id;
  const char *nick;
  const char *folded;
  const char *hash; /* of the password */
  gboolean is_operator;
  gint64 created_ms; /* all times: since 1970 */
} AccountRow;

typedef struct
{
  gint64 id;
  gint64 account;
  const guint8 *token; /* its hash */
  const char *name;    /* what the client calls itself */
  gint64 created_ms;
  gint64 used_ms;
} DeviceRow;

typedef struct
{
  gint64 id;
  gboolean is_mute;
  int target;       /* ParlanceTarget */
  const char *name; /* the nick, or the range of addresses, as written */
  const char *reason;
  const char *by;
  gint64 created_ms;
  gint64 expires_ms; /* 0: never */
} BanRow;

typedef struct
{
  const char *name;
  const char *folded;
  const char *reason;
} ClosedRoomRow;

typedef struct
{
  void (*account) (const AccountRow *row, gpointer data);
  void (*device) (const DeviceRow *row, gpointer data); /* after all accounts */
  void (*ban) (const BanRow *row, gpointer data);
  void (*room) (const ClosedRoomRow *row, gpointer data);
} AccountStoreReader;

/** account_store_open: @data_dir: (nullable): %NULL: in memory only */
AccountStore *account_store_open (const char *data_dir, GError **error);
/** account_store_close: takes %NULL */
void account_store_close (AccountStore *self);

gboolean account_store_read (AccountStore *self,
                             const AccountStoreReader *reader,
                             gpointer data,
                             GError **error);

/** account_store_add_account: @row: but for its id. Returns: the id, or -1 */
gint64 account_store_add_account (AccountStore *self, const AccountRow *row, GError **error);

/** account_store_set_password: and removes all devices of the account but the one with @id @keep
 * (0: all) */
gboolean account_store_set_password (
    AccountStore *self, gint64 account, const char *hash, gint64 keep, GError **error);

/** account_store_remove_account: and its devices */
gboolean account_store_remove_account (AccountStore *self, gint64 account, GError **error);

gboolean account_store_set_operator (AccountStore *self,
                                     gint64 account,
                                     gboolean is_operator,
                                     GError **error);

/** account_store_add_device: Returns: the id, or -1 */
gint64 account_store_add_device (AccountStore *self, const DeviceRow *row, GError **error);
gboolean account_store_use_device (AccountStore *self, gint64 id, gint64 used_ms, GError **error);
gboolean account_store_remove_device (AccountStore *self, gint64 id, GError **error);
/** account_store_remove_other_devices: of the account, all but @keep */
gboolean account_store_remove_other_devices (AccountStore *self,
                                             gint64 account,
                                             gint64 keep,
                                             GError **error);

/** account_store_add_ban: in place of the one with the id @earlier (0: of none). Returns: the id,
 * or -1 */
gint64
account_store_add_ban (AccountStore *self, const BanRow *row, gint64 earlier, GError **error);
gboolean account_store_remove_ban (AccountStore *self, gint64 id, GError **error);
/** account_store_expire_bans: removes those that are over at @now_ms */
gboolean account_store_expire_bans (AccountStore *self, gint64 now_ms, GError **error);

gboolean account_store_add_room (AccountStore *self,
                                 const ClosedRoomRow *row,
                                 gint64 now_ms,
                                 GError **error);
gboolean account_store_remove_room (AccountStore *self, const char *folded, GError **error);
