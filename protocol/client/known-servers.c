/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A line for each: "id UUID sha256:…" or "address HOST:PORT sha256:…", with "plain" for a server
 * that spoke no TLS. Lines stand for themselves, so that one that is damaged costs no other. A name
 * that stands there twice is what its last line says.
 */
#include "protocol/client/known-servers.h"

#include <glib/gstdio.h>
#include <string.h>

#include "protocol/client/state-file.h"

#define MAX_FILE_BYTES (2 * 1024 * 1024)
#define MAX_NAME 300 /* [bytes]: a host name has at most 253 */
#define SHA256_PREFIX "sha256:"
#define SHA256_DIGITS 64

static const char header[] = "# Servers and the certificates they are known by; see parlance(1).\n";

static const char *const by_names[] = {
  [PARLANCE_KNOWN_BY_ID] = "id",
  [PARLANCE_KNOWN_BY_ADDRESS] = "address",
};

typedef struct
{
  ParlanceKnownBy by;
  char *name;
  char *shown; /* a fingerprint, or PARLANCE_KNOWN_PLAIN */
} Entry;

struct _ParlanceKnownServers
{
  char *path;
  GPtrArray *entries; /* of Entry, last noted last */
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->name);
  g_free (entry->shown);
  g_free (entry);
}

char *
parlance_fingerprint_normalize (const char *text)
{
  g_autoptr (GString) digits = g_string_new (SHA256_PREFIX);

  if (!g_str_has_prefix (text, SHA256_PREFIX))
    return NULL;
  for (const char *p = text + strlen (SHA256_PREFIX); *p != '\0'; p++)
    {
      if (*p == ':')
        continue;
      if (!g_ascii_isxdigit (*p))
        return NULL;
      g_string_append_c (digits, g_ascii_tolower (*p));
    }
  if (digits->len != strlen (SHA256_PREFIX) + SHA256_DIGITS)
    return NULL;
  return g_string_free (g_steal_pointer (&digits), FALSE);
}

static gboolean
is_name (ParlanceKnownBy by, const char *name)
{
  if (by == PARLANCE_KNOWN_BY_ID)
    return g_uuid_string_is_valid (name);
  for (const char *p = name; *p != '\0'; p++)
    {
      if (!g_ascii_isgraph (*p) && (guchar)*p < 0x80)
        return FALSE;
    }
  return *name != '\0' && strlen (name) <= MAX_NAME && g_utf8_validate (name, -1, NULL);
}

/* Returns: its index, or -1 */
static int
find (const ParlanceKnownServers *self, ParlanceKnownBy by, const char *name)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      const Entry *entry = g_ptr_array_index (self->entries, i);

      if (entry->by == by && g_ascii_strcasecmp (entry->name, name) == 0)
        return (int)i;
    }
  return -1;
}

const char *
parlance_known_servers_find (const ParlanceKnownServers *self, ParlanceKnownBy by, const char *name)
{
  int i = find (self, by, name);

  return i >= 0 ? ((const Entry *)g_ptr_array_index (self->entries, i))->shown : NULL;
}

gboolean
parlance_known_servers_accept (ParlanceKnownServers *self,
                               ParlanceKnownBy by,
                               const char *name,
                               const char *fingerprint)
{
  g_autofree char *shown = fingerprint != NULL ? parlance_fingerprint_normalize (fingerprint)
                                               : g_strdup (PARLANCE_KNOWN_PLAIN);
  int before = find (self, by, name);

  if (shown == NULL || !is_name (by, name))
    return FALSE;
  if (before >= 0)
    g_ptr_array_remove_index (self->entries, (guint)before);
  else if (self->entries->len == PARLANCE_KNOWN_SERVERS_MAX)
    g_ptr_array_remove_index (self->entries, 0);

  Entry *entry = g_new (Entry, 1);
  *entry = (Entry){ by, g_strdup (name), g_steal_pointer (&shown) };
  g_ptr_array_add (self->entries, entry);
  return TRUE;
}

/* --- the file --------------------------------------------------------------------------------- */

static void
read_line (ParlanceKnownServers *self, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 4);

  if (g_strv_length (words) != 3)
    return;
  for (guint by = 0; by < G_N_ELEMENTS (by_names); by++)
    {
      if (strcmp (words[0], by_names[by]) == 0)
        (void)parlance_known_servers_accept (
            self, (ParlanceKnownBy)by, words[1],
            strcmp (words[2], PARLANCE_KNOWN_PLAIN) == 0 ? NULL : words[2]);
    }
}

void
parlance_known_servers_read (ParlanceKnownServers *self, const char *text, gsize n_bytes)
{
  const char *end = text + n_bytes;

  while (text < end)
    {
      const char *lf = memchr (text, '\n', (gsize)(end - text));
      const char *line_end = lf != NULL ? lf : end;
      g_autofree char *line = g_strndup (text, (gsize)(line_end - text));

      read_line (self, line);
      text = lf != NULL ? lf + 1 : end;
    }
}

ParlanceKnownServers *
parlance_known_servers_load (const char *path)
{
  ParlanceKnownServers *self = g_new0 (ParlanceKnownServers, 1);
  g_autofree char *text = NULL;
  gsize n_bytes;
  GStatBuf status;

  self->path = path != NULL
                   ? g_strdup (path)
                   : g_build_filename (g_get_user_state_dir (), "parlance", "known_servers", NULL);
  self->entries = g_ptr_array_new_with_free_func (entry_free);
  if (g_stat (self->path, &status) == 0 && S_ISREG (status.st_mode) &&
      status.st_size <= MAX_FILE_BYTES && g_file_get_contents (self->path, &text, &n_bytes, NULL))
    parlance_known_servers_read (self, text, n_bytes);
  return self;
}

char *
parlance_known_servers_to_text (const ParlanceKnownServers *self)
{
  g_autoptr (GString) text = g_string_new (header);

  for (guint i = 0; i < self->entries->len; i++)
    {
      const Entry *entry = g_ptr_array_index (self->entries, i);

      g_string_append_printf (text, "%s %s %s\n", by_names[entry->by], entry->name, entry->shown);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gboolean
parlance_known_servers_save (const ParlanceKnownServers *self, GError **error)
{
  g_autofree char *text = parlance_known_servers_to_text (self);

  return parlance_state_file_save_text (text, self->path, error);
}

void
parlance_known_servers_free (ParlanceKnownServers *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->entries);
  g_free (self->path);
  g_free (self);
}
