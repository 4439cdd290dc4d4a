/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A list of bans, in which ranges of addresses are looked for one after the other (some 20 µs for
 * all that there may be, once for each hello), and tables of those that name a nick.
 */
#include "server/chat/bans.h"

#include "protocol/wire/names.h"
#include "server/log.h"

#include <string.h>

struct Bans
{
  AccountStore *store;  /* borrowed */
  GPtrArray *list;      /* Ban (owned) */
  GHashTable *nicks;    /* folded -> Ban: that ban a nick */
  GHashTable *accounts; /* the same for an account */
  GHashTable *mutes;
  GHashTable *rooms; /* folded name (owned) -> reason (owned) */
};

static void
ban_free (gpointer data)
{
  Ban *ban = data;

  g_free (ban->name);
  g_free (ban->folded);
  g_free (ban->reason);
  g_free (ban->by);
  g_free (ban);
}

Bans *
bans_new (AccountStore *store)
{
  Bans *self = g_new0 (Bans, 1);

  self->store = store;
  self->list = g_ptr_array_new_with_free_func (ban_free);
  self->nicks = g_hash_table_new (g_str_hash, g_str_equal);
  self->accounts = g_hash_table_new (g_str_hash, g_str_equal);
  self->mutes = g_hash_table_new (g_str_hash, g_str_equal);
  self->rooms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
bans_free (Bans *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->nicks);
  g_hash_table_unref (self->accounts);
  g_hash_table_unref (self->mutes);
  g_hash_table_unref (self->rooms);
  g_ptr_array_unref (self->list);
  g_free (self);
}

/* Where a ban is found by its nick. Returns: (nullable): it names none */
static GHashTable *
table_of (const Bans *self, gboolean is_mute, ParlanceTarget target)
{
  if (target == PARLANCE_TARGET_ADDRESS)
    return NULL;
  if (is_mute)
    return self->mutes;
  return target == PARLANCE_TARGET_ACCOUNT ? self->accounts : self->nicks;
}

void
bans_read_ban (Bans *self, const BanRow *row)
{
  Ban *ban = g_new0 (Ban, 1);

  ban->id = row->id;
  ban->is_mute = row->is_mute;
  ban->target = (ParlanceTarget)row->target;
  ban->name = g_strdup (row->name);
  ban->reason = g_strdup (row->reason);
  ban->by = g_strdup (row->by);
  ban->created_ms = row->created_ms;
  ban->expires_ms = row->expires_ms;
  if (ban->target == PARLANCE_TARGET_ADDRESS && !network_range_parse (ban->name, &ban->range))
    {
      log_warning ("there is a ban of “%s”, which is no address: it is passed over", ban->name);
      ban_free (ban);
      return;
    }
  g_ptr_array_add (self->list, ban);

  GHashTable *table = table_of (self, ban->is_mute, ban->target);
  if (table == NULL)
    return;
  ban->folded = parlance_name_fold (ban->name, strlen (ban->name));
  g_hash_table_replace (table, ban->folded, ban);
}

static const Ban *
if_in_force (const Ban *ban, gint64 now_ms)
{
  return ban != NULL && (ban->expires_ms == 0 || ban->expires_ms > now_ms) ? ban : NULL;
}

const Ban *
bans_find_nick (const Bans *self, const char *folded, gint64 now_ms)
{
  const Ban *ban = if_in_force (g_hash_table_lookup (self->nicks, folded), now_ms);

  if (ban == NULL)
    ban = if_in_force (g_hash_table_lookup (self->accounts, folded), now_ms);
  return ban;
}

const Ban *
bans_find_address (const Bans *self, const NetworkAddress *address, gint64 now_ms)
{
  for (guint i = 0; i < self->list->len; i++)
    {
      const Ban *ban = g_ptr_array_index (self->list, i);

      if (ban->target == PARLANCE_TARGET_ADDRESS && !ban->is_mute &&
          if_in_force (ban, now_ms) != NULL && network_range_contains (&ban->range, address))
        return ban;
    }
  return NULL;
}

const Ban *
bans_find_mute (const Bans *self, const char *folded, gint64 now_ms)
{
  return if_in_force (g_hash_table_lookup (self->mutes, folded), now_ms);
}

const Ban *
bans_find_same (const Bans *self, gboolean is_mute, ParlanceTarget target, const char *name)
{
  GHashTable *table = table_of (self, is_mute, target);

  if (table != NULL)
    {
      g_autofree char *folded = parlance_name_fold (name, strlen (name));
      return g_hash_table_lookup (table, folded);
    }
  for (guint i = 0; i < self->list->len; i++)
    {
      const Ban *ban = g_ptr_array_index (self->list, i);

      if (ban->target == target && strcmp (ban->name, name) == 0)
        return ban;
    }
  return NULL;
}

const Ban *
bans_find_id (const Bans *self, gint64 id)
{
  for (guint i = 0; i < self->list->len; i++)
    {
      const Ban *ban = g_ptr_array_index (self->list, i);

      if (ban->id == id)
        return ban;
    }
  return NULL;
}

static void
forget (Bans *self, const Ban *ban)
{
  GHashTable *table = table_of (self, ban->is_mute, ban->target);

  if (table != NULL && g_hash_table_lookup (table, ban->folded) == ban)
    g_hash_table_remove (table, ban->folded);
  g_ptr_array_remove (self->list, (gpointer)(gsize)ban);
}

const Ban *
bans_add (Bans *self, const BanRow *row, GError **error)
{
  const Ban *earlier = bans_find_same (self, row->is_mute, (ParlanceTarget)row->target, row->name);
  BanRow stored = *row;

  if (earlier == NULL && self->list->len >= BANS_MAX)
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOSPC,
                   "There are %d bans, and the server takes no more: lift some, or ban a range of "
                   "addresses",
                   BANS_MAX);
      return NULL;
    }
  stored.id = account_store_add_ban (self->store, row, earlier != NULL ? earlier->id : 0, error);
  if (stored.id < 0)
    return NULL;
  bans_read_ban (self, &stored);
  if (earlier != NULL)
    forget (self, earlier);
  return bans_find_id (self, stored.id);
}

gboolean
bans_remove (Bans *self, const Ban *ban, GError **error)
{
  if (!account_store_remove_ban (self->store, ban->id, error))
    return FALSE;
  forget (self, ban);
  return TRUE;
}

void
bans_expire (Bans *self, gint64 now_ms)
{
  gboolean is_stored = FALSE;

  for (guint i = self->list->len; i > 0; i--)
    {
      const Ban *ban = g_ptr_array_index (self->list, i - 1);

      if (if_in_force (ban, now_ms) != NULL)
        continue;
      /* All of them at once. Where that fails they are tried again, and not in force meanwhile. */
      if (!is_stored && !account_store_expire_bans (self->store, now_ms, NULL))
        return;
      is_stored = TRUE;
      forget (self, ban);
    }
}

const GPtrArray *
bans_list (const Bans *self)
{
  return self->list;
}

/* --- rooms ------------------------------------------------------------------------------------ */

void
bans_read_room (Bans *self, const ClosedRoomRow *row)
{
  g_hash_table_replace (self->rooms, g_strdup (row->folded), g_strdup (row->reason));
}

const char *
bans_closed_reason (const Bans *self, const char *room_folded)
{
  return g_hash_table_lookup (self->rooms, room_folded);
}

gboolean
bans_close_room (Bans *self, const ClosedRoomRow *row, gint64 now_ms, GError **error)
{
  if (g_hash_table_size (self->rooms) >= BANS_MAX_ROOMS &&
      !g_hash_table_contains (self->rooms, row->folded))
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOSPC,
                   "There are %d closed rooms, and the server takes no more", BANS_MAX_ROOMS);
      return FALSE;
    }
  if (!account_store_add_room (self->store, row, now_ms, error))
    return FALSE;
  bans_read_room (self, row);
  return TRUE;
}

gboolean
bans_open_room (Bans *self, const char *room_folded, GError **error)
{
  if (!account_store_remove_room (self->store, room_folded, error))
    return FALSE;
  g_hash_table_remove (self->rooms, room_folded);
  return TRUE;
}
