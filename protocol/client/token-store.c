/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A key file with a group for each server, named by its id, and in it a key for each nick. A nick
 * may have characters that no key can have, so the key is the hash of its folded form. The value is
 * the voucher, a space and the token.
 */
#include "protocol/client/token-store.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "protocol/client/state-file.h"
#include "protocol/wire/names.h"

#define MAX_FILE_BYTES (1024 * 1024)

static char *
path_or_usual (const char *path)
{
  return path != NULL ? g_strdup (path)
                      : g_build_filename (g_get_user_state_dir (), "parlance", "accounts", NULL);
}

/* Returns: (transfer full) (nullable): empty where there is no file; %NULL: there is one, and it
 * cannot be read, or makes no sense */
static GKeyFile *
load (const char *path, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  GStatBuf status;
  int code = g_stat (path, &status) == 0 ? 0 : errno;

  if (code == ENOENT || (code == 0 && S_ISREG (status.st_mode) && status.st_size == 0))
    return g_steal_pointer (&file);
  if (code != 0)
    g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (code), "cannot read %s: %s",
                 path, g_strerror (code));
  else if (!S_ISREG (status.st_mode) || status.st_size > MAX_FILE_BYTES)
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
                 "%s is no file of at most %d bytes, and not touched: move it away", path,
                 MAX_FILE_BYTES);
  else if (g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, error))
    return g_steal_pointer (&file);
  else
    g_prefix_error (error, "%s cannot be read, and is not touched: ", path);
  return NULL;
}

static char *
key_of (const char *nick)
{
  g_autofree char *folded = parlance_name_fold (nick, strlen (nick));

  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, folded, -1);
}

/* GLib takes out one line of a key, the last, and with it all it knows of the others, which it
 * would write again: so what is to stay is put into a file of its own. */
static void
remove_key (GKeyFile **file, const char *server_id, const char *key)
{
  g_autoptr (GKeyFile) old = g_steal_pointer (file);
  g_auto (GStrv) groups = g_key_file_get_groups (old, NULL);

  *file = g_key_file_new ();
  for (guint i = 0; groups[i] != NULL; i++)
    {
      g_auto (GStrv) keys = g_key_file_get_keys (old, groups[i], NULL, NULL);

      for (guint j = 0; keys != NULL && keys[j] != NULL; j++)
        if (strcmp (groups[i], server_id) != 0 || strcmp (keys[j], key) != 0)
          {
            g_autofree char *value = g_key_file_get_value (old, groups[i], keys[j], NULL);
            g_key_file_set_value (*file, groups[i], keys[j], value);
          }
    }
}

gboolean
parlance_token_store_has (const char *path, const char *nick)
{
  g_autofree char *own_path = path_or_usual (path);
  g_autoptr (GKeyFile) file = load (own_path, NULL);
  g_autofree char *key = key_of (nick);
  g_auto (GStrv) groups = file != NULL ? g_key_file_get_groups (file, NULL) : NULL;

  for (guint i = 0; groups != NULL && groups[i] != NULL; i++)
    if (g_key_file_has_key (file, groups[i], key, NULL))
      return TRUE;
  return FALSE;
}

char *
parlance_token_store_find (const char *path,
                           const char *server_id,
                           const char *nick,
                           const char *voucher)
{
  g_autofree char *own_path = path_or_usual (path);
  g_autoptr (GKeyFile) file = load (own_path, NULL);
  g_autofree char *key = key_of (nick);
  g_autofree char *value = file != NULL ? g_key_file_get_string (file, server_id, key, NULL) : NULL;
  char *token = value != NULL ? strchr (value, ' ') : NULL;

  if (token == NULL || voucher == NULL)
    return NULL;
  *token++ = '\0';
  return strcmp (value, voucher) == 0 ? g_strdup (token) : NULL;
}

gboolean
parlance_token_store_set (const char *path,
                          const char *server_id,
                          const char *nick,
                          const char *voucher,
                          const char *token,
                          GError **error)
{
  g_autofree char *own_path = path_or_usual (path);
  g_autofree char *key = key_of (nick);
  gsize n_groups = 0;

  if (!g_uuid_string_is_valid (server_id))
    return TRUE; /* no name for a group, and of no server of ours */
  g_autoptr (GKeyFile) file = load (own_path, error);
  if (file == NULL)
    return FALSE;
  if (token != NULL && voucher != NULL)
    {
      g_autofree char *value = g_strconcat (voucher, " ", token, NULL);
      g_key_file_set_string (file, server_id, key, value);
    }
  else
    remove_key (&file, server_id, key);
  g_auto (GStrv) groups = g_key_file_get_groups (file, &n_groups);
  if (n_groups > PARLANCE_TOKEN_STORE_MAX)
    (void)g_key_file_remove_group (file, groups[0], NULL);
  return parlance_state_file_save (file, own_path, error);
}
