/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A line for each: "id UUID sha256:…" or "address HOST:PORT sha256:…", with "plain" for a server
 * that spoke no TLS. Lines stand for themselves, so that one that is damaged costs no other. A name
 * that stands there twice is what its last line says.
 *
 * The file is replaced as a whole, so whoever only looks needs no lock. Who changes it holds one on
 * a file beside it, as the file itself is another one after each change.
 */
#include "protocol/client/known-servers.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "protocol/client/state-file.h"

#define MAX_FILE_BYTES (2 * 1024 * 1024)
#define LOCK_SUFFIX ".lock"
#define LOCK_STEP_MS 10 /* [ms] between two looks */
#define MAX_NAME 300    /* [bytes]: a host name has at most 253 */
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
  int lock_fd;        /* -1: it is not to be changed */
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

static ParlanceKnownServers *
known_servers_new (const char *path)
{
  ParlanceKnownServers *self = g_new0 (ParlanceKnownServers, 1);

  self->path = path != NULL
                   ? g_strdup (path)
                   : g_build_filename (g_get_user_state_dir (), "parlance", "known_servers", NULL);
  self->lock_fd = -1;
  self->entries = g_ptr_array_new_with_free_func (entry_free);
  return self;
}

static gboolean
set_file_error (GError **error, const char *attempt, const char *path, int code)
{
  g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (code), "cannot %s %s: %s",
               attempt, path, g_strerror (code));
  return FALSE;
}

/* What cannot be read is not empty: it would be replaced by the little that is found out anew. */
static gboolean
read_file (ParlanceKnownServers *self, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) local_error = NULL;
  gsize n_bytes;
  GStatBuf status;

  if (g_stat (self->path, &status) != 0)
    return errno == ENOENT || set_file_error (error, "read", self->path, errno);
  if (!S_ISREG (status.st_mode) || status.st_size > MAX_FILE_BYTES)
    {
      g_set_error (error, G_FILE_ERROR, (gint)G_FILE_ERROR_INVAL, "cannot read %s: %s", self->path,
                   S_ISREG (status.st_mode) ? "it is too large" : "it is not a regular file");
      return FALSE;
    }
  if (!g_file_get_contents (self->path, &text, &n_bytes, &local_error))
    {
      if (g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  parlance_known_servers_read (self, text, n_bytes);
  return TRUE;
}

/* Others hold it for a moment; one that was stopped just then must not hold up this one for ever.
 */
static gboolean
take_lock (ParlanceKnownServers *self, GError **error)
{
  g_autofree char *path = g_strconcat (self->path, LOCK_SUFFIX, NULL);

  if (!parlance_state_file_make_folder (path, error))
    return FALSE;
  self->lock_fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
  if (self->lock_fd < 0)
    return set_file_error (error, "open", path, errno);
  for (int waited_ms = 0; flock (self->lock_fd, LOCK_EX | LOCK_NB) != 0; waited_ms += LOCK_STEP_MS)
    {
      if (errno != EINTR &&
          (errno != EWOULDBLOCK || waited_ms >= PARLANCE_KNOWN_SERVERS_MAX_WAIT_MS))
        return set_file_error (error, "lock", path, errno);
      g_usleep (LOCK_STEP_MS * 1000);
    }
  return TRUE;
}

ParlanceKnownServers *
parlance_known_servers_load (const char *path, GError **error)
{
  g_autoptr (ParlanceKnownServers) self = known_servers_new (path);

  return read_file (self, error) ? g_steal_pointer (&self) : NULL;
}

ParlanceKnownServers *
parlance_known_servers_load_to_change (const char *path, GError **error)
{
  g_autoptr (ParlanceKnownServers) self = known_servers_new (path);

  return take_lock (self, error) && read_file (self, error) ? g_steal_pointer (&self) : NULL;
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
  g_return_val_if_fail (self->lock_fd >= 0, FALSE);

  g_autofree char *text = parlance_known_servers_to_text (self);
  return parlance_state_file_save_text (text, self->path, error);
}

void
parlance_known_servers_free (ParlanceKnownServers *self)
{
  if (self == NULL)
    return;
  if (self->lock_fd >= 0)
    (void)close (self->lock_fd);
  g_ptr_array_unref (self->entries);
  g_free (self->path);
  g_free (self);
}
