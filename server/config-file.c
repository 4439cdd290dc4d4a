/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * GKeyFile reads the values and says what is wrong with them, but not where. One more pass over the
 * text notes the line of every group and key, and finds lines that are neither.
 */
#include "server/config-file.h"

#include <string.h>

#define CONFIG_FILE_MAX_BYTES (1024 * 1024)

struct ConfigFile
{
  char *path;
  GKeyFile *keys;
  GHashTable *lines; /* "group\nkey" or "group\n" -> line number */
};

/* A value may hold what a terminal obeys, or what looks like a line of its own. */
static char *
dup_shown (const char *text)
{
  GString *shown = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++)
    {
      if (g_ascii_iscntrl (*p))
        g_string_append_printf (shown, "\\x%02x", (guint)*p);
      else
        g_string_append_c (shown, *p);
    }
  return g_string_free (shown, FALSE);
}

static void
mistake_at (const ConfigFile *self, guint line, const char *what, GError **error)
{
  g_autofree char *shown = dup_shown (what);

  g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_PARSE, "%s:%u: %s", self->path, line,
               shown);
}

/* Notes one line; @group is the one it stands in and changes at a group's header. */
static gboolean
note_line (ConfigFile *self, char *line, guint number, char **group, GError **error)
{
  g_strstrip (line);
  if (*line == '\0' || *line == '#')
    return TRUE;

  gsize n = strlen (line);
  char *equals = strchr (line, '=');
  g_autofree char *place = NULL;
  if (*line == '[' && line[n - 1] == ']')
    {
      g_free (*group);
      *group = g_strndup (line + 1, n - 2);
      place = g_strconcat (*group, "\n", NULL);
    }
  else if (*group == NULL)
    {
      mistake_at (self, number, "a key needs a group before it: begin with [server]", error);
      return FALSE;
    }
  else if (equals == NULL || equals == line)
    {
      mistake_at (self, number, "neither a [group], nor key=value, nor a # comment", error);
      return FALSE;
    }
  else
    {
      *equals = '\0';
      place = g_strconcat (*group, "\n", g_strchomp (line), NULL);
    }

  gpointer before = g_hash_table_lookup (self->lines, place);
  if (before != NULL)
    {
      g_autofree char *what =
          g_strdup_printf ("“%s” is there already, in line %u", line, GPOINTER_TO_UINT (before));
      mistake_at (self, number, what, error);
      return FALSE;
    }
  g_hash_table_insert (self->lines, g_steal_pointer (&place), GUINT_TO_POINTER (number));
  return TRUE;
}

static gboolean
note_lines (ConfigFile *self, const char *text, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autofree char *group = NULL;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (!g_utf8_validate (lines[i], -1, NULL))
        {
          mistake_at (self, i + 1, "not UTF-8", error);
          return FALSE;
        }
      if (!note_line (self, lines[i], i + 1, &group, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_text (const char *path, char **ret_text, gsize *ret_n_bytes, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  /* A key file is small; a device or a pipe would be read for ever. */
  if (g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s: not a regular file", path);
      return FALSE;
    }
  if (!g_file_get_contents (path, ret_text, ret_n_bytes, &local_error))
    {
      g_set_error (error, G_FILE_ERROR, local_error->code, "cannot read the configuration: %s",
                   local_error->message);
      return FALSE;
    }
  if (*ret_n_bytes > CONFIG_FILE_MAX_BYTES || memchr (*ret_text, '\0', *ret_n_bytes) != NULL)
    {
      g_clear_pointer (ret_text, g_free);
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s: not a key file", path);
      return FALSE;
    }
  return TRUE;
}

ConfigFile *
config_file_new (const char *path, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *text = NULL;
  gsize n_bytes;

  if (!read_text (path, &text, &n_bytes, error))
    return NULL;

  g_autoptr (ConfigFile) self = g_new0 (ConfigFile, 1);
  self->path = g_strdup (path);
  self->keys = g_key_file_new ();
  self->lines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!note_lines (self, text, error))
    return NULL;
  if (!g_key_file_load_from_data (self->keys, text, n_bytes, G_KEY_FILE_NONE, &local_error))
    {
      g_autofree char *shown = dup_shown (local_error->message);

      g_set_error (error, G_KEY_FILE_ERROR, local_error->code, "%s: %s", path, shown);
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
config_file_free (ConfigFile *self)
{
  if (self == NULL)
    return;
  g_free (self->path);
  g_key_file_unref (self->keys);
  g_hash_table_unref (self->lines);
  g_free (self);
}

GKeyFile *
config_file_keys (const ConfigFile *self)
{
  return self->keys;
}

void
config_file_mistake (
    const ConfigFile *self, const char *group, const char *key, const char *what, GError **error)
{
  g_autofree char *place = g_strconcat (group, "\n", key, NULL);
  guint line = GPOINTER_TO_UINT (g_hash_table_lookup (self->lines, place));
  g_autofree char *text = key != NULL ? g_strdup_printf ("[%s] %s: %s", group, key, what)
                                      : g_strdup_printf ("[%s]: %s", group, what);

  mistake_at (self, line, text, error);
}
