/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A key file with a group for each server, named by its id, the last visit first, and a group that
 * says whether to go back there. Names and tokens came from the network once and may have been
 * changed since: everything is checked as it is read.
 */
#include "client-gui/session-store.h"

#include <glib/gstdio.h>
#include <string.h>

#include "protocol/client/server.h"
#include "protocol/wire/names.h"

#define MAX_FILE_BYTES (1024 * 1024)
#define MAX_DRAFT_BYTES                                                                            \
  (512 * 1024) /* all of them, in the file: those of earlier visits go first */

#define GROUP_APP "parlance"
#define KEY_RETURN "return"
#define KEY_NAME "name"
#define KEY_ADDRESSES "addresses"
#define KEY_TYPED "typed-address"
#define KEY_NICK "nick"
#define KEY_TOKEN "token"
#define KEY_VOUCHER "voucher"
#define KEY_CURRENT "current-room"
#define KEY_ROOMS "rooms"
#define KEY_READ "read"
#define KEY_DRAFTS "drafts"

struct _ParlanceSessionStore
{
  char *path;
  GPtrArray *visits;    /* of ParlanceVisitMemory, the last one first */
  gboolean is_visiting; /* whether the first is to be returned to */
};

static void
room_memory_free (gpointer data)
{
  ParlanceRoomMemory *room = data;

  g_free (room->name);
  g_free (room->draft);
  g_free (room);
}

ParlanceVisitMemory *
parlance_visit_memory_new (const char *id)
{
  ParlanceVisitMemory *self = g_new0 (ParlanceVisitMemory, 1);

  self->id = g_strdup (id);
  self->rooms = g_ptr_array_new_with_free_func (room_memory_free);
  return self;
}

void
parlance_visit_memory_free (ParlanceVisitMemory *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->name);
  g_strfreev (self->addresses);
  g_free (self->typed);
  g_free (self->nick);
  g_free (self->token);
  g_free (self->voucher);
  g_free (self->current);
  g_ptr_array_unref (self->rooms);
  g_free (self);
}

/* @draft: (nullable) */
static char *
dup_draft (const char *draft)
{
  if (draft == NULL)
    return g_strdup ("");
  if (strlen (draft) <= PARLANCE_SESSION_STORE_MAX_DRAFT)
    return g_strdup (draft);
  const char *end = g_utf8_find_prev_char (draft, draft + PARLANCE_SESSION_STORE_MAX_DRAFT);
  return g_strndup (draft, (gsize)(end - draft));
}

void
parlance_visit_memory_add_room (ParlanceVisitMemory *self,
                                const char *name,
                                gint64 read_seq,
                                const char *draft)
{
  if (self->rooms->len == PARLANCE_SESSION_STORE_MAX_ROOMS)
    return;
  ParlanceRoomMemory *room = g_new (ParlanceRoomMemory, 1);
  room->name = g_strdup (name);
  room->read_seq = MAX (read_seq, -1);
  room->draft = dup_draft (draft);
  g_ptr_array_add (self->rooms, room);
}

/* --- the file --------------------------------------------------------------------------------- */

static void
read_rooms (ParlanceVisitMemory *visit, GKeyFile *file)
{
  gsize n_read = 0;
  gsize n_drafts = 0;
  g_auto (GStrv) names = g_key_file_get_string_list (file, visit->id, KEY_ROOMS, NULL, NULL);
  g_auto (GStrv) read = g_key_file_get_string_list (file, visit->id, KEY_READ, &n_read, NULL);
  g_auto (GStrv) drafts = g_key_file_get_string_list (file, visit->id, KEY_DRAFTS, &n_drafts, NULL);

  for (gsize i = 0; names != NULL && names[i] != NULL; i++)
    {
      gint64 seq;

      if (!parlance_room_is_valid (names[i], strlen (names[i])))
        continue;
      if (i >= n_read || !g_ascii_string_to_signed (read[i], 10, -1, G_MAXINT64, &seq, NULL))
        seq = -1;
      parlance_visit_memory_add_room (visit, names[i], seq, i < n_drafts ? drafts[i] : NULL);
    }
}

static void
read_visit (ParlanceSessionStore *self, GKeyFile *file, const char *id)
{
  gsize n_addresses = 0;

  if (!g_uuid_string_is_valid (id) || self->visits->len == PARLANCE_SESSION_STORE_MAX)
    return;
  g_autoptr (ParlanceVisitMemory) visit = parlance_visit_memory_new (id);
  visit->name = g_key_file_get_string (file, id, KEY_NAME, NULL);
  visit->addresses = g_key_file_get_string_list (file, id, KEY_ADDRESSES, &n_addresses, NULL);
  visit->typed = g_key_file_get_string (file, id, KEY_TYPED, NULL);
  visit->nick = g_key_file_get_string (file, id, KEY_NICK, NULL);
  visit->voucher = g_key_file_get_string (file, id, KEY_VOUCHER, NULL);
  if (visit->voucher != NULL)
    visit->token = g_key_file_get_string (file, id, KEY_TOKEN, NULL);
  visit->current = g_key_file_get_string (file, id, KEY_CURRENT, NULL);
  if (visit->name == NULL || visit->nick == NULL || n_addresses == 0 ||
      n_addresses > PARLANCE_SERVER_MAX_ADDRESSES ||
      !parlance_nick_is_valid (visit->nick, strlen (visit->nick)))
    return;
  read_rooms (visit, file);
  g_ptr_array_add (self->visits, g_steal_pointer (&visit));
}

static char *
usual_path (void)
{
  return g_build_filename (g_get_user_state_dir (), "parlance", "gtk-session", NULL);
}

ParlanceSessionStore *
parlance_session_store_load (const char *path)
{
  ParlanceSessionStore *self = g_new0 (ParlanceSessionStore, 1);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  GStatBuf status;

  self->path = path != NULL ? g_strdup (path) : usual_path ();
  self->visits = g_ptr_array_new_with_free_func ((GDestroyNotify)parlance_visit_memory_free);
  if (g_stat (self->path, &status) != 0 || !S_ISREG (status.st_mode) ||
      status.st_size > MAX_FILE_BYTES ||
      !g_key_file_load_from_file (file, self->path, G_KEY_FILE_NONE, NULL))
    return self;

  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);
  for (char **group = groups; *group != NULL; group++)
    read_visit (self, file, *group);
  g_autofree char *last = g_key_file_get_string (file, GROUP_APP, KEY_RETURN, NULL);
  self->is_visiting = self->visits->len > 0 && last != NULL &&
                      parlance_session_store_find (self, last) == self->visits->pdata[0];
  return self;
}

/* @left_bytes: of the file, for drafts; a character may be written as two */
static void
write_drafts (GKeyFile *file, const ParlanceVisitMemory *visit, gsize *left_bytes)
{
  g_autofree const char **drafts = g_new0 (const char *, visit->rooms->len + 1);
  gboolean has_any = FALSE;

  for (guint i = 0; i < visit->rooms->len; i++)
    {
      const ParlanceRoomMemory *room = g_ptr_array_index (visit->rooms, i);
      gsize n_bytes = 2 * strlen (room->draft);
      gboolean fits = n_bytes <= *left_bytes;

      drafts[i] = fits ? room->draft : "";
      *left_bytes -= fits ? n_bytes : 0;
      has_any = has_any || (fits && n_bytes > 0);
    }
  if (has_any)
    g_key_file_set_string_list (file, visit->id, KEY_DRAFTS, drafts, visit->rooms->len);
}

static void
write_visit (GKeyFile *file, const ParlanceVisitMemory *visit, gsize *left_bytes)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) read = g_strv_builder_new ();

  g_assert (visit != NULL);
  g_key_file_set_string (file, visit->id, KEY_NAME, visit->name);
  g_key_file_set_string_list (file, visit->id, KEY_ADDRESSES, (const char *const *)visit->addresses,
                              g_strv_length (visit->addresses));
  if (visit->typed != NULL)
    g_key_file_set_string (file, visit->id, KEY_TYPED, visit->typed);
  g_key_file_set_string (file, visit->id, KEY_NICK, visit->nick);
  if (visit->token != NULL && visit->voucher != NULL)
    {
      g_key_file_set_string (file, visit->id, KEY_TOKEN, visit->token);
      g_key_file_set_string (file, visit->id, KEY_VOUCHER, visit->voucher);
    }
  if (visit->current != NULL)
    g_key_file_set_string (file, visit->id, KEY_CURRENT, visit->current);
  for (guint i = 0; i < visit->rooms->len; i++)
    {
      const ParlanceRoomMemory *room = g_ptr_array_index (visit->rooms, i);
      g_autofree char *seq = g_strdup_printf ("%" G_GINT64_FORMAT, room->read_seq);

      g_strv_builder_add (names, room->name);
      g_strv_builder_add (read, seq);
    }
  g_auto (GStrv) name_list = g_strv_builder_end (names);
  g_auto (GStrv) read_list = g_strv_builder_end (read);
  g_key_file_set_string_list (file, visit->id, KEY_ROOMS, (const char *const *)name_list,
                              visit->rooms->len);
  g_key_file_set_string_list (file, visit->id, KEY_READ, (const char *const *)read_list,
                              visit->rooms->len);
  write_drafts (file, visit, left_bytes);
}

const char *
parlance_session_store_get_path (const ParlanceSessionStore *self)
{
  return self->path;
}

char *
parlance_session_store_to_text (const ParlanceSessionStore *self)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  const ParlanceVisitMemory *last = parlance_session_store_get_last (self);
  gsize left_bytes = MAX_DRAFT_BYTES;

  g_key_file_set_string (file, GROUP_APP, KEY_RETURN, last != NULL ? last->id : "");
  for (guint i = 0; i < self->visits->len; i++)
    write_visit (file, g_ptr_array_index (self->visits, i), &left_bytes);
  return g_key_file_to_data (file, NULL, NULL);
}

/* --- visits ----------------------------------------------------------------------------------- */

void
parlance_session_store_free (ParlanceSessionStore *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->visits);
  g_free (self->path);
  g_free (self);
}

const ParlanceVisitMemory *
parlance_session_store_get_last (const ParlanceSessionStore *self)
{
  return self->is_visiting ? g_ptr_array_index (self->visits, 0) : NULL;
}

const ParlanceVisitMemory *
parlance_session_store_find (const ParlanceSessionStore *self, const char *id)
{
  for (guint i = 0; i < self->visits->len; i++)
    {
      const ParlanceVisitMemory *visit = g_ptr_array_index (self->visits, i);

      if (strcmp (visit->id, id) == 0)
        return visit;
    }
  return NULL;
}

const ParlanceVisitMemory *
parlance_session_store_find_address (const ParlanceSessionStore *self, const char *address)
{
  for (guint i = 0; i < self->visits->len; i++)
    {
      const ParlanceVisitMemory *visit = g_ptr_array_index (self->visits, i);

      if (g_strv_contains ((const char *const *)visit->addresses, address))
        return visit;
    }
  return NULL;
}

void
parlance_session_store_put (ParlanceSessionStore *self, ParlanceVisitMemory *visit)
{
  g_return_if_fail (visit->name != NULL && visit->nick != NULL);
  g_return_if_fail (visit->addresses != NULL && visit->addresses[0] != NULL);

  for (guint i = 0; i < self->visits->len; i++)
    {
      const ParlanceVisitMemory *other = g_ptr_array_index (self->visits, i);

      if (strcmp (other->id, visit->id) == 0)
        {
          g_ptr_array_remove_index (self->visits, i);
          break;
        }
    }
  g_ptr_array_insert (self->visits, 0, visit);
  if (self->visits->len > PARLANCE_SESSION_STORE_MAX)
    g_ptr_array_set_size (self->visits, PARLANCE_SESSION_STORE_MAX);
  self->is_visiting = TRUE;
}

void
parlance_session_store_leave (ParlanceSessionStore *self)
{
  self->is_visiting = FALSE;
}
