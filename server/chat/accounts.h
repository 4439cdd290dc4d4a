/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Accounts and the devices they are logged in on, as the authority knows them: all of them, in
 * memory, and stored before anybody is told. A device is a token; only its hash is kept. One
 * thread.
 */
#pragma once

#include "server/chat/account-store.h"
#include "server/chat/send-budget.h"

#define ACCOUNTS_MAX 65536                                     /* some 300 bytes each */
#define DEVICE_LIFETIME_MS (90 * G_GINT64_CONSTANT (86400000)) /* since it was last used */

typedef struct Accounts Accounts;
typedef struct Account Account;
typedef struct Device Device;

struct Device
{
  guint8 token[ACCOUNT_STORE_TOKEN_BYTES]; /* first: the key of its table */
  Account *account;
  gint64 id; /* from 1; below 0: it is not stored, and does not outlive the server */
  char *name;
  gint64 created_ms;
  gint64 used_ms;
  gint64 stored_ms; /* the use that is written down */
  guint n_users;    /* sessions that are there with it: they are told before it goes */
};

/* One that had to go for another. */
typedef struct
{
  gint64 id; /* 0: none had to */
  char *name;
  gint64 used_ms;
} DroppedDevice;

struct Account
{
  gint64 id;
  char *nick;
  char *folded;
  char *hash;           /* of the password */
  gboolean is_operator; /* another operator has said so; the configuration may say so too */
  gint64 created_ms;
  GPtrArray *devices;     /* Device (owned) */
  SendBudget send_budget; /* the authority's own */
};

Accounts *accounts_new (AccountStore *store);
/** accounts_free: takes %NULL */
void accounts_free (Accounts *self);

/** accounts_read_account: accounts_read_device: for account_store_read() */
void accounts_read_account (Accounts *self, const AccountRow *row);
void accounts_read_device (Accounts *self, const DeviceRow *row);

guint accounts_n (const Accounts *self);

/** accounts_find: (transfer none) (nullable): good until accounts_remove() */
Account *accounts_find (const Accounts *self, const char *folded);

/** accounts_add: Returns: (transfer none) (nullable): %NULL with @error: it is not stored */
Account *accounts_add (Accounts *self,
                       const char *nick,
                       const char *folded,
                       const char *hash,
                       gint64 now_ms,
                       GError **error);

/** accounts_remove: with its devices; both are freed on success */
gboolean accounts_remove (Accounts *self, Account *account, GError **error);

/** accounts_set_password: removes every device but @keep (nullable) */
gboolean accounts_set_password (
    Accounts *self, Account *account, const char *hash, const Device *keep, GError **error);

gboolean
accounts_set_operator (Accounts *self, Account *account, gboolean is_operator, GError **error);

/** accounts_find_device: (transfer none) (nullable): by the hash of its token; one that was not
 * used for too long is none */
Device *accounts_find_device (Accounts *self, const guint8 *token, gint64 now_ms);

/**
 * accounts_add_device:
 * @ret_dropped: (out): its name is the caller's to free
 *
 * Where there are too many, the one that was used longest ago, and nobody uses, goes. One that
 * cannot be stored is good as long as the server runs.
 */
Device *accounts_add_device (Accounts *self,
                             Account *account,
                             const guint8 *token,
                             const char *name,
                             gint64 now_ms,
                             DroppedDevice *ret_dropped);

/** accounts_use_device: somebody is there with it; written down once a day */
void accounts_use_device (Accounts *self, Device *device, gint64 now_ms);

/** accounts_leave_device: somebody was there with it until now */
void accounts_leave_device (Device *device, gint64 now_ms);

/** accounts_remove_device: it is freed on success */
gboolean accounts_remove_device (Accounts *self, Device *device, GError **error);

/** accounts_remove_other_devices: of the account, all but @keep (nullable) */
gboolean accounts_remove_other_devices (Accounts *self,
                                        Account *account,
                                        const Device *keep,
                                        GError **error);
