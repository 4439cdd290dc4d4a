/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A key file with a group for each server, named by its id. What stands in it came from the network
 * once and may have been changed since: everything is checked as it is read.
 */
#include "protocol/client/recent.h"

#include <glib/gstdio.h>

#include "protocol/client/state-file.h"

#define MAX_FILE_BYTES (256 * 1024)

#define KEY_NAME "name"
#define KEY_ADDRESSES "addresses"
#define KEY_LOCAL "local"
#define KEY_SEEN "seen"
#define KEY_USED "used"

struct _ParlanceRecentUse
{
  char *id;
  char *name;
  char **addresses; /* text */
  gboolean is_local;
  gint64 seen_us;
  gint64 used_us;
};

struct _ParlanceRecent
{
  char *path;
  GPtrArray *entries; /* of ParlanceRecentUse, last used first */
};

void
parlance_recent_use_free (ParlanceRecentUse *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->name);
  g_strfreev (self->addresses);
  g_free (self);
}

static int
compare_use (gconstpointer a, gconstpointer b)
{
  const ParlanceRecentUse *one = *(const ParlanceRecentUse *const *)a;
  const ParlanceRecentUse *other = *(const ParlanceRecentUse *const *)b;

  return (one->used_us < other->used_us) - (one->used_us > other->used_us);
}

static void
sort_and_bound (ParlanceRecent *self)
{
  g_ptr_array_sort (self->entries, compare_use);
  if (self->entries->len > PARLANCE_RECENT_MAX)
    g_ptr_array_set_size (self->entries, PARLANCE_RECENT_MAX);
}

/* --- the file --------------------------------------------------------------------------------- */

static char *
usual_path (void)
{
  return g_build_filename (g_get_user_state_dir (), "parlance", "servers", NULL);
}

static void
read_entry (ParlanceRecent *self, GKeyFile *file, const char *id)
{
  gsize n_addresses = 0;

  if (!g_uuid_string_is_valid (id))
    return;
  ParlanceRecentUse *entry = g_new0 (ParlanceRecentUse, 1);
  entry->id = g_strdup (id);
  entry->name = g_key_file_get_string (file, id, KEY_NAME, NULL);
  entry->addresses = g_key_file_get_string_list (file, id, KEY_ADDRESSES, &n_addresses, NULL);
  entry->is_local = g_key_file_get_boolean (file, id, KEY_LOCAL, NULL);
  entry->seen_us = g_key_file_get_int64 (file, id, KEY_SEEN, NULL);
  entry->used_us = g_key_file_get_int64 (file, id, KEY_USED, NULL);
  if (entry->name == NULL || entry->addresses == NULL || n_addresses == 0 ||
      n_addresses > PARLANCE_SERVER_MAX_ADDRESSES)
    {
      parlance_recent_use_free (entry);
      return;
    }
  g_ptr_array_add (self->entries, entry);
}

ParlanceRecent *
parlance_recent_load (const char *path)
{
  ParlanceRecent *self = g_new0 (ParlanceRecent, 1);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  GStatBuf status;

  self->path = path != NULL ? g_strdup (path) : usual_path ();
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify)parlance_recent_use_free);
  if (g_stat (self->path, &status) != 0 || !S_ISREG (status.st_mode) ||
      status.st_size > MAX_FILE_BYTES ||
      !g_key_file_load_from_file (file, self->path, G_KEY_FILE_NONE, NULL))
    return self;

  g_auto (GStrv) ids = g_key_file_get_groups (file, NULL);
  for (char **id = ids; *id != NULL; id++)
    read_entry (self, file, *id);
  sort_and_bound (self);
  return self;
}

gboolean
parlance_recent_save (const ParlanceRecent *self, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  for (guint i = 0; i < self->entries->len; i++)
    {
      const ParlanceRecentUse *entry = g_ptr_array_index (self->entries, i);

      g_key_file_set_string (file, entry->id, KEY_NAME, entry->name);
      g_key_file_set_string_list (file, entry->id, KEY_ADDRESSES,
                                  (const char *const *)entry->addresses,
                                  g_strv_length (entry->addresses));
      g_key_file_set_boolean (file, entry->id, KEY_LOCAL, entry->is_local);
      g_key_file_set_int64 (file, entry->id, KEY_SEEN, entry->seen_us);
      g_key_file_set_int64 (file, entry->id, KEY_USED, entry->used_us);
    }
  return parlance_state_file_save (file, self->path, error);
}

/* --- entries ---------------------------------------------------------------------------------- */

void
parlance_recent_free (ParlanceRecent *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->entries);
  g_free (self->path);
  g_free (self);
}

static const ParlanceRecentUse *
entry_at (const ParlanceRecent *self, guint index)
{
  g_assert (index < self->entries->len);
  return g_ptr_array_index (self->entries, index);
}

guint
parlance_recent_get_n (const ParlanceRecent *self)
{
  return self->entries->len;
}

const char *
parlance_recent_get_id (const ParlanceRecent *self, guint index)
{
  return entry_at (self, index)->id;
}

const char *
parlance_recent_get_name (const ParlanceRecent *self, guint index)
{
  return entry_at (self, index)->name;
}

gboolean
parlance_recent_get_is_local (const ParlanceRecent *self, guint index)
{
  return entry_at (self, index)->is_local;
}

gint64
parlance_recent_get_seen (const ParlanceRecent *self, guint index)
{
  return entry_at (self, index)->seen_us;
}

char **
parlance_recent_dup_addresses (const ParlanceRecent *self, guint index)
{
  return g_strdupv (entry_at (self, index)->addresses);
}

ParlanceRecentUse *
parlance_recent_use_new (ParlanceServer *server, gint64 now_us)
{
  ParlanceRecentUse *self = g_new0 (ParlanceRecentUse, 1);
  gint64 silent_us = g_get_monotonic_time () - parlance_server_get_last_seen (server);

  self->id = g_strdup (parlance_server_get_id (server));
  self->name = g_strdup (parlance_server_get_name (server));
  self->addresses = parlance_server_dup_addresses (server);
  self->is_local = parlance_server_get_is_local (server);
  self->seen_us = now_us - silent_us;
  self->used_us = now_us;
  return self;
}

void
parlance_recent_note (ParlanceRecent *self, ParlanceRecentUse *use)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      if (g_strcmp0 (entry_at (self, i)->id, use->id) == 0)
        {
          g_ptr_array_remove_index (self->entries, i);
          break;
        }
    }
  g_ptr_array_insert (self->entries, 0, use);
  sort_and_bound (self);
}
