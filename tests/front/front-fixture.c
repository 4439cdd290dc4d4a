/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Defines all that the doors use of server/net, so that the linker takes none of it from there.
 */
#include "tests/front/front-fixture.h"

#include "protocol/wire/line-reader.h"

#include <glib/gstdio.h>
#include <stddef.h>
#include <string.h>

struct Worker
{
  FrontFixture *fixture;
  WorkerCounters counters;
};

struct Connection
{
  FrontFixture *fixture;
  const Door *door;
  ParlanceLineReader reader;
  max_align_t state[];
};

static const char main_words[] = "# title: Main \"words\"\n"
                                 "# source: en\n"
                                 "# target: zh\n"
                                 "# license: free\n"
                                 "run\trʌn\tto move\\nfast\n"
                                 "Polish\t\tof Poland\n"
                                 "polish\t\tto make shine\n"
                                 "dots\t\t.\\n..x\\nend.\n"
                                 "say \"hi\"\t\tback\\\\slash \"quoted\"\\ttail\n"
                                 "runner\t\twho runs\n";

static const char more_words[] = "# title: More\n"
                                 "# source: en\n"
                                 "# target: en\n"
                                 "run\t\ta second entry\n"
                                 "跑\tpǎo\tto run\n";

/* --- in place of server/net ------------------------------------------------------------------- */

void
connection_send (Connection *self, const char *bytes, gsize n_bytes)
{
  if (!self->fixture->is_ended)
    g_string_append_len (self->fixture->sent, bytes, (gssize)n_bytes);
}

void
connection_end (Connection *self)
{
  self->fixture->is_ended = TRUE;
}

void
connection_charge (Connection *self, guint n_lines)
{
  self->fixture->n_charged += n_lines;
}

/* Chat has tests of its own, over real connections: nothing of this is called here. */
void
connection_send_frame (Connection *self, OutputFrame *frame)
{
  g_assert_not_reached ();
}

void
connection_push (Connection *self)
{
  g_assert_not_reached ();
}

gboolean
connection_has_room (const Connection *self)
{
  g_assert_not_reached ();
}

void
connection_expect (Connection *self, gsize n_bytes)
{
  g_assert_not_reached ();
}

void
connection_await_room (Connection *self)
{
  g_assert_not_reached ();
}

void
connection_set_patient (Connection *self, gboolean is_patient)
{
  g_assert_not_reached ();
}

void
connection_hold (Connection *self, guint weight)
{
  g_assert_not_reached ();
}

void
connection_release (Connection *self, guint weight)
{
  g_assert_not_reached ();
}

Peer *
connection_peer (const Connection *self)
{
  return NULL;
}

gint64
connection_take (Connection *self, PeerRate rate)
{
  return 0;
}

gboolean
connection_is_local (const Connection *self)
{
  return self->fixture->is_local;
}

gboolean
connection_is_encrypted (const Connection *self)
{
  return FALSE;
}

void
connection_get_peer (const Connection *self, guint8 ret_address[16])
{
  memset (ret_address, 0, 16);
}

gboolean
connection_refuses_plain (const Connection *self)
{
  return self->fixture->refuses_plain;
}

Worker *
connection_worker (const Connection *self)
{
  return self->fixture->worker;
}

void *
door_state (Connection *connection)
{
  return connection->state;
}

void *
worker_context (const Worker *self)
{
  return self->fixture->context;
}

const WorkerCounters *
worker_counters (const Worker *self)
{
  return &self->counters;
}

void
worker_post (Worker *self, MailboxMessage *message)
{
  message->deliver (message, self);
}

void
worker_want_chore (Worker *self)
{
}

void
worker_note_asked (Worker *self)
{
  self->fixture->n_asked++;
}

guint
worker_hand_out_budget (Worker *self, gint64 since_us)
{
  g_assert_not_reached ();
}

void
worker_keep_turn (Worker *self)
{
  g_assert_not_reached ();
}

void
worker_linger (Worker *self)
{
  g_assert_not_reached ();
}

void
worker_look_at_peers (Worker *self)
{
  g_assert_not_reached ();
}

void
worker_call (Worker *self)
{
  g_assert_not_reached ();
}

gboolean
worker_is_stopping (const Worker *self)
{
  return FALSE;
}

gint64
compute_pool_submit (ComputePool *self, ComputeJob *job, Connection *connection)
{
  if (connection->fixture->is_pool_full)
    return 100;
  job->run (job);
  job->done (job, connection);
  job->dispose (job);
  return 0;
}

/* --- the fixture ------------------------------------------------------------------------------ */

static char *
write_words (const char *dir, const char *name, const char *text)
{
  char *path = g_build_filename (dir, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

static void
report (const char *message, gpointer data)
{
  g_error ("%s", message);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      remove_tree (child);
    }
  g_assert_cmpint (g_remove (path), ==, 0);
}

FrontFixture *
front_fixture_new (void)
{
  FrontFixture *self = g_new0 (FrontFixture, 1);
  g_autoptr (GError) error = NULL;

  g_autofree char *dir = g_dir_make_tmp ("parlance-front-XXXXXX", &error);
  g_assert_no_error (error);
  g_autofree char *cache = g_build_filename (dir, "cache", NULL);
  g_autofree char *main_path = write_words (dir, "main.tsv", main_words);
  g_autofree char *more_path = write_words (dir, "more.tsv", more_words);
  const LibrarySource sources[] = { { .path = main_path, .required = TRUE },
                                    { .path = more_path, .required = TRUE } };
  const LibraryOptions options = { .cache_dir = cache, .report = report };
  self->library = library_load (sources, G_N_ELEMENTS (sources), &options, &error);
  g_assert_no_error (error);
  /* What is mapped needs no name any more, and a fuzz target never ends the fixture. */
  remove_tree (dir);

  self->worker = g_new0 (Worker, 1);
  self->worker->fixture = self;
  self->sent = g_string_new (NULL);
  self->is_local = TRUE;
  self->server.id = g_strdup ("12345678-1234-4234-8234-123456789012");
  self->server.name = g_strdup ("Study \"room\"");
  self->server.host = g_strdup ("test.invalid");
  self->context = front_context_new (&self->server, self->library);
  self->context->worker = self->worker;
  self->server.contexts = &self->context;
  self->server.n_contexts = 1;
  return self;
}

static void
front_close (FrontFixture *self)
{
  if (self->connection != NULL)
    parlance_line_reader_clear (&self->connection->reader);
  g_clear_pointer (&self->connection, g_free);
}

void
front_fixture_free (FrontFixture *self)
{
  front_close (self);
  front_context_free (self->context);
  library_unref (self->library);
  g_string_free (self->sent, TRUE);
  g_free (self->worker);
  g_free (self->server.id);
  g_free (self->server.name);
  g_free (self->server.host);
  g_free (self);
}

void
front_open (FrontFixture *self, const Door *door)
{
  front_close (self);
  self->connection = g_malloc0 (sizeof *self->connection + door->n_state_bytes);
  self->connection->fixture = self;
  self->connection->door = door;
  parlance_line_reader_init (&self->connection->reader, door->line_limit);
  self->is_ended = FALSE;
  g_string_truncate (self->sent, 0);
  if (door->opened != NULL)
    door->opened (self->connection);
}

void
front_feed (FrontFixture *self, const char *bytes, gsize n_bytes)
{
  Connection *connection = self->connection;
  const char *end = bytes + n_bytes;
  const char *line;
  gsize n_line;

  while (!self->is_ended)
    {
      switch (parlance_line_reader_next (&connection->reader, &bytes, end, &line, &n_line))
        {
        case PARLANCE_LINE_READY:
          connection->door->line (connection, line, n_line);
          break;
        case PARLANCE_LINE_TOO_LONG:
          connection->door->line_too_long (connection);
          break;
        default:
          return;
        }
    }
}

char *
front_take (FrontFixture *self)
{
  char *sent = g_strndup (self->sent->str, self->sent->len);

  g_string_truncate (self->sent, 0);
  return sent;
}

char *
front_ask (FrontFixture *self, const char *line)
{
  g_string_truncate (self->sent, 0);
  front_feed (self, line, strlen (line));
  front_feed (self, "\n", 1);
  return front_take (self);
}
