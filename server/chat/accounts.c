/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two tables: accounts by folded nick and by id, devices by the hash of their tokens.
 */
#include "server/chat/accounts.h"

#include "protocol/wire/limits.h"
#include "server/log.h"

#include <string.h>

#define DEVICE_RENEW_MS                                                                            \
  G_GINT64_CONSTANT (86400000) /* writing its use down once a day is enough                        \
                                */

struct Accounts
{
  AccountStore *store; /* borrowed */
  GHashTable *by_nick; /* folded -> Account (owned) */
  GHashTable *by_id;   /* id -> Account */
  GHashTable *devices; /* Device, by its token */
  gint64 n_unstored;   /* numbers devices that are not stored */
};

static void
device_free (gpointer data)
{
  Device *device = data;

  g_free (device->name);
  g_free (device);
}

static void
account_free (gpointer data)
{
  Account *account = data;

  g_ptr_array_unref (account->devices);
  g_free (account->nick);
  g_free (account->folded);
  g_free (account->hash);
  g_free (account);
}

Accounts *
accounts_new (AccountStore *store)
{
  Accounts *self = g_new0 (Accounts, 1);

  self->store = store;
  self->by_nick = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, account_free);
  self->by_id = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->devices = g_hash_table_new (token_key_hash, token_key_equal);
  return self;
}

void
accounts_free (Accounts *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->devices);
  g_hash_table_unref (self->by_id);
  g_hash_table_unref (self->by_nick);
  g_free (self);
}

/* --- accounts --------------------------------------------------------------------------------- */

void
accounts_read_account (Accounts *self, const AccountRow *row)
{
  Account *account = g_new0 (Account, 1);

  account->id = row->id;
  account->nick = g_strdup (row->nick);
  account->folded = g_strdup (row->folded);
  account->hash = g_strdup (row->hash);
  account->is_operator = row->is_operator;
  account->created_ms = row->created_ms;
  account->devices = g_ptr_array_new_with_free_func (device_free);
  g_hash_table_replace (self->by_nick, account->folded, account);
  g_hash_table_replace (self->by_id, &account->id, account);
}

guint
accounts_n (const Accounts *self)
{
  return g_hash_table_size (self->by_nick);
}

Account *
accounts_find (const Accounts *self, const char *folded)
{
  return g_hash_table_lookup (self->by_nick, folded);
}

Account *
accounts_add (Accounts *self,
              const char *nick,
              const char *folded,
              const char *hash,
              gint64 now_ms,
              GError **error)
{
  AccountRow row = { .nick = nick, .folded = folded, .hash = hash, .created_ms = now_ms };

  row.id = account_store_add_account (self->store, &row, error);
  if (row.id < 0)
    return NULL;
  accounts_read_account (self, &row);
  return accounts_find (self, folded);
}

static void
forget_device (Accounts *self, Device *device)
{
  g_hash_table_remove (self->devices, device->token);
  g_ptr_array_remove_fast (device->account->devices, device);
}

static void
forget_other_devices (Accounts *self, Account *account, const Device *keep)
{
  for (guint i = account->devices->len; i > 0; i--)
    {
      Device *device = g_ptr_array_index (account->devices, i - 1);

      if (device != keep)
        forget_device (self, device);
    }
}

gboolean
accounts_remove (Accounts *self, Account *account, GError **error)
{
  if (!account_store_remove_account (self->store, account->id, error))
    return FALSE;
  forget_other_devices (self, account, NULL);
  g_hash_table_remove (self->by_id, &account->id);
  g_hash_table_remove (self->by_nick, account->folded);
  return TRUE;
}

gboolean
accounts_set_password (
    Accounts *self, Account *account, const char *hash, const Device *keep, GError **error)
{
  if (!account_store_set_password (self->store, account->id, hash, keep != NULL ? keep->id : 0,
                                   error))
    return FALSE;
  g_free (account->hash);
  account->hash = g_strdup (hash);
  forget_other_devices (self, account, keep);
  return TRUE;
}

gboolean
accounts_set_operator (Accounts *self, Account *account, gboolean is_operator, GError **error)
{
  if (!account_store_set_operator (self->store, account->id, is_operator, error))
    return FALSE;
  account->is_operator = is_operator;
  return TRUE;
}

/* --- devices ---------------------------------------------------------------------------------- */

void
accounts_read_device (Accounts *self, const DeviceRow *row)
{
  Account *account = g_hash_table_lookup (self->by_id, &row->account);

  if (account == NULL)
    return;
  Device *device = g_new0 (Device, 1);
  memcpy (device->token, row->token, ACCOUNT_STORE_TOKEN_BYTES);
  device->account = account;
  device->id = row->id;
  device->name = g_strdup (row->name);
  device->created_ms = row->created_ms;
  device->used_ms = row->used_ms;
  device->stored_ms = row->used_ms;
  g_ptr_array_add (account->devices, device);
  g_hash_table_replace (self->devices, device->token, device);
}

static gboolean
device_is_over (const Device *device, gint64 now_ms)
{
  return now_ms - device->used_ms > DEVICE_LIFETIME_MS;
}

Device *
accounts_find_device (Accounts *self, const guint8 *token, gint64 now_ms)
{
  Device *device = g_hash_table_lookup (self->devices, token);

  return device != NULL && !device_is_over (device, now_ms) ? device : NULL;
}

/* What cannot be deleted now is over all the same, and goes with one of the next. */
static void
make_room_for_device (Accounts *self, Account *account, gint64 now_ms, DroppedDevice *ret_dropped)
{
  Device *oldest = NULL;

  for (guint i = account->devices->len; i > 0; i--)
    {
      Device *device = g_ptr_array_index (account->devices, i - 1);

      if (device->n_users > 0)
        continue;
      if (device_is_over (device, now_ms))
        (void)accounts_remove_device (self, device, NULL);
      else if (oldest == NULL || device->used_ms < oldest->used_ms)
        oldest = device;
    }
  *ret_dropped = (DroppedDevice){ 0 };
  if (account->devices->len < PARLANCE_MAX_DEVICES || oldest == NULL)
    return;
  g_autofree char *name = g_strdup (oldest->name);
  const DroppedDevice dropped = { .id = oldest->id, .used_ms = oldest->used_ms };
  if (!accounts_remove_device (self, oldest, NULL))
    return;
  *ret_dropped = dropped;
  ret_dropped->name = g_steal_pointer (&name);
}

Device *
accounts_add_device (Accounts *self,
                     Account *account,
                     const guint8 *token,
                     const char *name,
                     gint64 now_ms,
                     DroppedDevice *ret_dropped)
{
  g_autoptr (GError) error = NULL;
  DeviceRow row = {
    .account = account->id, .token = token, .name = name, .created_ms = now_ms, .used_ms = now_ms
  };

  make_room_for_device (self, account, now_ms, ret_dropped);
  row.id = account_store_add_device (self->store, &row, &error);
  if (row.id < 0)
    {
      log_warning ("%s; who has just logged in will have to do so again after a restart",
                   error->message);
      row.id = --self->n_unstored;
    }
  accounts_read_device (self, &row);
  return g_hash_table_lookup (self->devices, token);
}

void
accounts_use_device (Accounts *self, Device *device, gint64 now_ms)
{
  accounts_leave_device (device, now_ms);
  if (now_ms - device->stored_ms < DEVICE_RENEW_MS)
    return;
  device->stored_ms = now_ms;
  if (device->id > 0)
    (void)account_store_use_device (self->store, device->id, now_ms, NULL);
}

void
accounts_leave_device (Device *device, gint64 now_ms)
{
  /* A clock that was set back leaves what is later as it is. */
  device->used_ms = MAX (device->used_ms, now_ms);
}

gboolean
accounts_remove_device (Accounts *self, Device *device, GError **error)
{
  if (device->id > 0 && !account_store_remove_device (self->store, device->id, error))
    return FALSE;
  forget_device (self, device);
  return TRUE;
}

gboolean
accounts_remove_other_devices (Accounts *self, Account *account, const Device *keep, GError **error)
{
  if (!account_store_remove_other_devices (self->store, account->id, keep != NULL ? keep->id : 0,
                                           error))
    return FALSE;
  forget_other_devices (self, account, keep);
  return TRUE;
}
