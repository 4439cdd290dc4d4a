/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/chat/journal-fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define MEMORY_DIR "/dev/shm"
#define BODY_BEFORE "\"kind\":\"text\",\"text\":\""
#define BODY_AFTER "\""

/* Texts are short and live as long as the test. */
static const char *
body_of (const char *text)
{
  g_autofree char *body = g_strconcat (BODY_BEFORE, text, BODY_AFTER, NULL);

  return g_intern_string (body);
}

JournalFixture *
journal_fixture_new (void)
{
  JournalFixture *self = g_new0 (JournalFixture, 1);

  /* In memory where there is such a place: thousands of fsyncs are made here, and none of them is
   * what is tested. */
  if (g_access (MEMORY_DIR, W_OK) == 0)
    self->data_dir = g_mkdtemp (g_strdup (MEMORY_DIR "/parlance-journal-XXXXXX"));
  else
    self->data_dir = g_dir_make_tmp ("parlance-journal-XXXXXX", NULL);
  g_assert_nonnull (self->data_dir);
  self->durability = JOURNAL_DURABILITY_PROCESS;
  journal_fixture_reopen (self);
  return self;
}

void
journal_fixture_close (JournalFixture *self)
{
  g_clear_pointer (&self->reader, journal_reader_close);
  g_clear_pointer (&self->journal, journal_close);
}

void
journal_fixture_reopen (JournalFixture *self)
{
  g_autoptr (GError) error = NULL;

  journal_fixture_close (self);
  self->journal = journal_open (self->data_dir, self->durability, &error);
  g_assert_no_error (error);
  g_assert_nonnull (self->journal);
}

void
journal_fixture_free (JournalFixture *self)
{
  GDir *directory;

  journal_fixture_close (self);
  directory = g_dir_open (self->data_dir, 0, NULL);
  g_assert_nonnull (directory);
  for (const char *name; (name = g_dir_read_name (directory));)
    {
      g_autofree char *path = journal_fixture_path (self, name);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_dir_close (directory);
  g_assert_cmpint (g_rmdir (self->data_dir), ==, 0);
  g_free (self->data_dir);
  g_free (self);
}

char *
journal_fixture_path (const JournalFixture *self, const char *name)
{
  return g_build_filename (self->data_dir, name, NULL);
}

JournalEntry
journal_fixture_entry (guint32 room, const char *text, gint64 time_ms)
{
  JournalEntry entry = {
    .room = room,
    .nick = "Alice",
    .nick_folded = "alice",
    .body = body_of (text),
    .time_ms = time_ms,
  };

  entry.n_body = strlen (entry.body);
  return entry;
}

gint64
journal_fixture_say (JournalFixture *self, guint32 room, const char *text, gint64 time_ms)
{
  g_autoptr (GError) error = NULL;
  JournalEntry entry = journal_fixture_entry (room, text, time_ms);
  gboolean ok = journal_append (self->journal, &entry, 1, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
  return entry.seq;
}

void
journal_fixture_fill (JournalFixture *self, guint32 room, guint n, gint64 time_ms)
{
  g_autofree JournalEntry *entries = g_new (JournalEntry, n);
  g_autoptr (GError) error = NULL;
  gboolean ok;

  for (guint i = 0; i < n; i++)
    entries[i] = journal_fixture_entry (room, "x", time_ms);
  ok = journal_append (self->journal, entries, n, &error);
  g_assert_no_error (error);
  g_assert_true (ok);
}

static void
append_room (const JournalRoom *room, gpointer data)
{
  GString *out = data;

  g_string_append_printf (out, "%s%u %s %" G_GINT64_FORMAT "-%" G_GINT64_FORMAT "%s%s",
                          out->len > 0 ? ", " : "", room->id, room->name, room->first_seq,
                          room->last_seq, *room->topic ? " " : "", room->topic);
}

char *
journal_fixture_rooms (JournalFixture *self)
{
  GString *out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  gboolean ok = journal_each_room (self->journal, append_room, out, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
  return g_string_free (out, FALSE);
}

static void
add_token (const guint8 token_hash[JOURNAL_TOKEN_BYTES],
           const char *nick,
           const char *nick_folded,
           gint64 expires_ms,
           gpointer data)
{
  g_ptr_array_add (data, g_strdup_printf ("%s=%u", nick, token_hash[0]));
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

char *
journal_fixture_tokens (JournalFixture *self, gint64 now_ms)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  gboolean ok = journal_each_token (self->journal, now_ms, add_token, found, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
  g_ptr_array_sort (found, compare_texts);
  g_ptr_array_add (found, NULL);
  return g_strjoinv (" ", (char **)found->pdata);
}

JournalReader *
journal_fixture_reader (JournalFixture *self)
{
  g_autoptr (GError) error = NULL;

  if (!self->reader)
    self->reader = journal_reader_open (self->data_dir, &error);
  g_assert_no_error (error);
  return self->reader;
}

gboolean
journal_fixture_append_message (const JournalMessage *message, gpointer string)
{
  GString *out = string;
  gsize n_around = strlen (BODY_BEFORE) + strlen (BODY_AFTER);

  g_assert_cmpstr (message->nick, ==, "Alice");
  g_assert_cmpuint (message->n_body, >=, n_around);
  g_assert_cmpmem (message->body, strlen (BODY_BEFORE), BODY_BEFORE, strlen (BODY_BEFORE));
  g_string_append_printf (out, "%s%" G_GINT64_FORMAT ":%.*s", out->len > 0 ? " " : "", message->seq,
                          (int)(message->n_body - n_around), message->body + strlen (BODY_BEFORE));
  return TRUE;
}

char *
journal_fixture_after (JournalFixture *self, guint32 room, gint64 after, guint limit)
{
  GString *out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  int n = journal_reader_after (journal_fixture_reader (self), room, after, limit,
                                journal_fixture_append_message, out, &error);

  g_assert_no_error (error);
  g_assert_cmpint (n, >=, 0);
  return g_string_free (out, FALSE);
}

char *
journal_fixture_before (JournalFixture *self, guint32 room, gint64 before, guint limit)
{
  GString *out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  int n = journal_reader_before (journal_fixture_reader (self), room, before, limit,
                                 journal_fixture_append_message, out, &error);

  g_assert_no_error (error);
  g_assert_cmpint (n, >=, 0);
  return g_string_free (out, FALSE);
}
