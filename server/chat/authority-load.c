/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What there is at a start: rooms, tokens, accounts, bans.
 */
#include "server/chat/authority-parts.h"

#include "protocol/wire/names.h"
#include "server/log.h"

#include <string.h>

static void
load_room (const JournalRoom *stored, gpointer data)
{
  Authority *self = data;
  g_autofree char *folded = parlance_name_fold (stored->name, strlen (stored->name));

  /* Another Unicode version may take for one what were two. */
  if (g_hash_table_contains (self->rooms, folded))
    {
      log_warning ("there is another room of the name “%s”: it is left as it is, out of reach",
                   stored->name);
      return;
    }
  Room *room = authority_add_room (self, stored->id, stored->name, folded);
  g_free (room->topic);
  room->topic = g_strdup (stored->topic);
  room->first_seq = stored->first_seq;
  room->last_seq = stored->last_seq;
}

static void
load_account (const AccountRow *row, gpointer data)
{
  accounts_read_account (((Authority *)data)->accounts, row);
}

static void
load_device (const DeviceRow *row, gpointer data)
{
  accounts_read_device (((Authority *)data)->accounts, row);
}

static void
load_ban (const BanRow *row, gpointer data)
{
  bans_read_ban (((Authority *)data)->bans, row);
}

static void
load_closed_room (const ClosedRoomRow *row, gpointer data)
{
  bans_read_room (((Authority *)data)->bans, row);
}

gboolean
authority_load_accounts (Authority *self, const char *data_dir, GError **error)
{
  static const AccountStoreReader reader = { load_account, load_device, load_ban,
                                             load_closed_room };

  if (!password_init (error))
    return FALSE;
  self->store = account_store_open (data_dir, error);
  if (self->store == NULL)
    return FALSE;
  self->accounts = accounts_new (self->store);
  self->bans = bans_new (self->store);
  return account_store_read (self->store, &reader, self, error);
}

gboolean
authority_load (Authority *self, GError **error)
{
  if (!journal_each_room (self->journal, load_room, self, error) ||
      !authority_load_tokens (self, error))
    return FALSE;
  if (!g_hash_table_contains (self->rooms, "lobby"))
    authority_add_room (self, journal_add_room (self->journal, "lobby"), "lobby", "lobby");
  atomic_init (&self->n_rooms, g_hash_table_size (self->rooms));
  atomic_init (&self->n_messages, journal_n_messages (self->journal));
  return TRUE;
}
