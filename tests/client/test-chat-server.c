/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceChat against the real server: what one says the other hears, and what is said while the
 * server is killed over and over is heard once and in order. The argument is the server.
 */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "protocol/client/chat-private.h"
#include "tests/client/cutting-proxy.h"

#define DEADLINE_S 60

static const char *server_path;

/* The system's, but for chance, which lets nobody wait. */
static ParlanceClock hasty_clock;

static double
no_random (gpointer data)
{
  return 0;
}

typedef struct
{
  GPid pid; /* while it runs */
  char *directory;
  char *address; /* (nullable): the same for each start */
} Server;

static void
server_start (Server *self)
{
  g_autofree char *data_dir = g_build_filename (self->directory, "data", NULL);
  g_autoptr (GError) error = NULL;
  const char *arguments[] = {
    server_path,     "--listen",   self->address != NULL ? self->address : "127.0.0.1:0",
    "--dict-listen", "off",        "--discovery-port",
    "off",           "--data-dir", data_dir,
    "--send-rate",   "0",          "--durability",
    "process",       NULL,
  };
  int output_fd = -1;
  char ready[1024];

  (void)g_mkdir_with_parents (data_dir, 0700);
  /* No GSubprocess: the thread that it starts in GLib looks like a race to ThreadSanitizer. */
  (void)g_spawn_async_with_pipes (NULL, (char **)(gpointer)arguments, NULL,
                                  G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                                  NULL, &self->pid, NULL, &output_fd, NULL, &error);
  g_assert_no_error (error);

  FILE *output = fdopen (output_fd, "r");
  g_assert_nonnull (output);
  g_assert_nonnull (fgets (ready, sizeof ready, output));
  g_assert_cmpint (fclose (output), ==, 0);
  if (self->address == NULL)
    {
      const char *start = strstr (ready, "127.0.0.1:");
      g_assert_nonnull (start);
      self->address = g_strndup (start, strcspn (start, "\""));
    }
}

static void
server_kill (Server *self)
{
  g_assert_cmpint (kill (self->pid, SIGKILL), ==, 0);
  g_assert_cmpint (waitpid (self->pid, NULL, 0), ==, self->pid);
}

static void
remove_directory (const char *path)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  const char *name;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        remove_directory (child);
      else
        (void)g_unlink (child);
    }
  (void)g_rmdir (path);
}

/* Over TLS, but where GIO's thread that shakes hands would be taken for a race. */
static ParlanceChat *
chat_new (const char *client, const char *address, const char *nick)
{
  ParlanceChat *chat = parlance_chat_new (client, address, nick);

#ifdef __SANITIZE_THREAD__
  g_autoptr (ParlanceTrust) trust = parlance_trust_new (PARLANCE_TLS_USE_OFF);
  parlance_chat_set_trust (chat, trust);
#endif
  return chat;
}

typedef struct
{
  Server server;
  ParlanceChat *alice;
  ParlanceChat *bob;
  GString *log; /* of bob */
} Fixture;

static void
on_message (ParlanceChat *chat, ParlanceRoom *room, ParlanceMessage *message, Fixture *self)
{
  g_string_append_printf (self->log, "%s:%s;", parlance_message_get_from (message),
                          parlance_message_get_text (message));
}

static void
on_joined (ParlanceRoom *room, const char *nick, Fixture *self)
{
  g_string_append_printf (self->log, "+%s;", nick);
}

static void
on_left (ParlanceRoom *room, const char *nick, Fixture *self)
{
  g_string_append_printf (self->log, "-%s;", nick);
}

static void
on_topic (ParlanceRoom *room, const char *topic, const char *by, Fixture *self)
{
  g_string_append_printf (self->log, "%s sets %s;", by, topic);
}

static void
on_renamed (ParlanceChat *chat, const char *from, const char *to, Fixture *self)
{
  g_string_append_printf (self->log, "%s is %s;", from, to);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->log = g_string_new (NULL);
  self->server.directory = g_dir_make_tmp ("parlance-XXXXXX", NULL);
  g_assert_nonnull (self->server.directory);
  server_start (&self->server);
  self->alice = chat_new ("test/1", self->server.address, "alice");
  self->bob = chat_new ("test/1", self->server.address, "bob");
  parlance_chat_set_clock (self->alice, &hasty_clock);
  parlance_chat_set_clock (self->bob, &hasty_clock);
  g_signal_connect (self->bob, "message", G_CALLBACK (on_message), self);
  g_signal_connect (self->bob, "renamed", G_CALLBACK (on_renamed), self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_finalize_object (self->alice);
  g_assert_finalize_object (self->bob);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  server_kill (&self->server);
  remove_directory (self->server.directory);
  g_free (self->server.directory);
  g_free (self->server.address);
  g_string_free (self->log, TRUE);
}

static gboolean
on_deadline (gpointer user_data)
{
  const Fixture *self = user_data;

  g_error ("nothing happened for %d s after: %s", DEADLINE_S, self->log->str);
  return G_SOURCE_REMOVE;
}

#define TURN_UNTIL(self, condition)                                                                \
  G_STMT_START                                                                                     \
  {                                                                                                \
    guint deadline_ = g_timeout_add_seconds (DEADLINE_S, on_deadline, self);                       \
    while (!(condition))                                                                           \
      g_main_context_iteration (NULL, TRUE);                                                       \
    g_source_remove (deadline_);                                                                   \
  }                                                                                                \
  G_STMT_END

static ParlanceRoom *
enter (Fixture *self, ParlanceChat *chat, const char *name)
{
  ParlanceRoom *room = parlance_chat_join (chat, name);

  parlance_chat_connect (chat);
  TURN_UNTIL (self, parlance_room_get_state (room) == PARLANCE_ROOM_JOINED);
  return room;
}

static void
wait_log (Fixture *self, const char *expected)
{
  TURN_UNTIL (self, strcmp (self->log->str, expected) == 0 || self->log->len > strlen (expected));
  g_assert_cmpstr (self->log->str, ==, expected);
  g_string_truncate (self->log, 0);
}

/* What became of a call. */
typedef struct
{
  GAsyncResult *result;
} Call;

static void
on_called (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ((Call *)user_data)->result = g_object_ref (result);
}

static GAsyncResult *
wait_call (Fixture *self, Call *call)
{
  TURN_UNTIL (self, call->result != NULL);
  return call->result;
}

static void
test_two_people_talk (Fixture *self, gconstpointer data)
{
  ParlanceRoom *bobs = enter (self, self->bob, "Lobby");
  g_signal_connect (bobs, "joined", G_CALLBACK (on_joined), self);
  g_signal_connect (bobs, "left", G_CALLBACK (on_left), self);
  g_signal_connect (bobs, "topic-changed", G_CALLBACK (on_topic), self);
  g_assert_cmpstr (parlance_room_get_name (bobs), ==, "lobby");
  g_assert_cmpint (parlance_room_get_last_seq (bobs), ==, 0);

  ParlanceRoom *alices = enter (self, self->alice, "lobby");
  wait_log (self, "+alice;");
  g_assert_cmpuint (parlance_member_list_get_n (parlance_room_get_members (alices)), ==, 2);
  g_assert_cmpuint (parlance_member_list_get_n (parlance_room_get_members (bobs)), ==, 2);

  ParlanceMessage *message = parlance_chat_send (self->alice, alices, "你好\nbob", NULL);
  wait_log (self, "alice:你好\nbob;");
  TURN_UNTIL (self, parlance_message_get_state (message) == PARLANCE_MESSAGE_SENT);
  g_assert_cmpint (parlance_message_get_seq (message), ==, 1);
  g_assert_cmpuint (parlance_message_list_get_n (parlance_room_get_messages (alices)), ==, 1);

  parlance_chat_send_typing (self->alice, alices);
  TURN_UNTIL (self, parlance_room_get_typing (bobs)[0] != NULL);
  g_assert_cmpstr (parlance_room_get_typing (bobs)[0], ==, "alice");

  Call topic = { 0 };
  parlance_chat_set_topic_async (self->alice, alices, "words", NULL, on_called, &topic);
  g_assert_true (parlance_chat_set_topic_finish (self->alice, wait_call (self, &topic), NULL));
  wait_log (self, "alice sets words;");
  TURN_UNTIL (self, strcmp (parlance_room_get_topic (alices), "words") == 0);

  Call rename = { 0 };
  parlance_chat_send (self->alice, alices, "as alice", NULL);
  parlance_chat_set_nick_async (self->alice, "Ælice", NULL, on_called, &rename);
  parlance_chat_send (self->alice, alices, "as another", NULL);
  g_assert_true (parlance_chat_set_nick_finish (self->alice, wait_call (self, &rename), NULL));
  g_assert_cmpstr (parlance_chat_get_nick (self->alice), ==, "Ælice");
  wait_log (self, "alice:as alice;alice is Ælice;Ælice:as another;");
  g_assert_true (parlance_member_list_contains (parlance_room_get_members (alices), "Ælice"));

  Call leave = { 0 };
  parlance_chat_leave_async (self->alice, alices, NULL, on_called, &leave);
  g_assert_true (parlance_chat_leave_finish (self->alice, wait_call (self, &leave), NULL));
  wait_log (self, "-Ælice;");
  g_object_unref (topic.result);
  g_object_unref (rename.result);
  g_object_unref (leave.result);
}

static void
test_calls_are_answered (Fixture *self, gconstpointer data)
{
  ParlanceRoom *room = enter (self, self->bob, "history room");
  for (guint i = 1; i <= 5; i++)
    {
      g_autofree char *text = g_strdup_printf ("word%u", i);
      parlance_chat_send (self->bob, room, text, NULL);
    }
  wait_log (self, "bob:word1;bob:word2;bob:word3;bob:word4;bob:word5;");

  Call history = { 0 };
  gboolean more = FALSE;
  enter (self, self->alice, "lobby");
  parlance_chat_history_async (self->alice, "History Room", 5, -1, 2, NULL, on_called, &history);
  g_autoptr (GPtrArray) page =
      parlance_chat_history_finish (self->alice, wait_call (self, &history), &more, NULL);
  g_assert_cmpuint (page->len, ==, 2);
  g_assert_cmpstr (parlance_message_get_text (g_ptr_array_index (page, 0)), ==, "word3");
  g_assert_true (more);

  Call rooms = { 0 };
  parlance_chat_list_rooms_async (self->alice, NULL, on_called, &rooms);
  g_autoptr (GPtrArray) infos =
      parlance_chat_list_rooms_finish (self->alice, wait_call (self, &rooms), NULL);
  g_assert_cmpuint (infos->len, ==, 2);

  Call members = { 0 };
  parlance_chat_list_members_async (self->alice, "history room", NULL, on_called, &members);
  g_auto (GStrv) nicks =
      parlance_chat_list_members_finish (self->alice, wait_call (self, &members), NULL);
  g_assert_cmpstr (nicks[0], ==, "bob");

  ParlanceRoom *late = enter (self, self->alice, "history room");
  ParlanceMessageList *list = parlance_room_get_messages (late);
  g_assert_true (parlance_message_list_get_has_older (list));
  Call older[3] = { 0 };
  guint n_loaded = 0;
  for (guint i = 0; i < G_N_ELEMENTS (older); i++)
    {
      parlance_room_load_older_async (late, 2, NULL, on_called, &older[i]);
      g_assert_true (
          parlance_room_load_older_finish (late, wait_call (self, &older[i]), &n_loaded, NULL));
      g_object_unref (older[i].result);
    }
  g_assert_cmpuint (n_loaded, ==, 1);
  g_assert_false (parlance_message_list_get_has_older (list));
  g_assert_cmpuint (parlance_message_list_get_n (list), ==, 5);
  for (guint i = 0; i < 5; i++)
    g_assert_cmpint (parlance_message_get_seq (parlance_message_list_get (list, i)), ==, i + 1);
  g_object_unref (history.result);
  g_object_unref (rooms.result);
  g_object_unref (members.result);
}

static void
test_refusals_are_told (Fixture *self, gconstpointer data)
{
  g_autoptr (ParlanceChat) other = chat_new ("test/1", self->server.address, "BOB");
  g_autoptr (GError) error = NULL;

  ParlanceRoom *room = enter (self, self->bob, "lobby");
  parlance_chat_connect (other);
  TURN_UNTIL (self, parlance_chat_get_state (other) == PARLANCE_CHAT_FAILED);
  g_assert_error (parlance_chat_get_error (other), PARLANCE_ERROR, PARLANCE_REASON_NICK_IN_USE);

  Call join = { 0 };
  parlance_chat_join_async (self->bob, "no/slash", NULL, on_called, &join);
  g_assert_null (parlance_chat_join_finish (self->bob, wait_call (self, &join), &error));
  g_assert_error (error, PARLANCE_ERROR, PARLANCE_REASON_INVALID_NAME);
  g_assert_cmpuint (g_list_model_get_n_items (parlance_chat_get_rooms (self->bob)), ==, 1);

  g_autofree char *text = g_strnfill (9000, 'x');
  ParlanceMessage *message = parlance_chat_send (self->bob, room, text, NULL);
  TURN_UNTIL (self, parlance_message_get_state (message) == PARLANCE_MESSAGE_FAILED);
  g_assert_error (parlance_message_get_error (message), PARLANCE_ERROR, PARLANCE_REASON_TOO_LONG);
  g_object_unref (join.result);
}

static void
test_nick_is_taken_over_with_the_token (Fixture *self, gconstpointer data)
{
  g_autoptr (ParlanceChat) again = chat_new ("test/1", self->server.address, "bob");

  enter (self, self->bob, "lobby");
  parlance_chat_set_token (again, parlance_chat_get_token (self->bob),
                           parlance_chat_get_token_voucher (self->bob));
  g_signal_connect_swapped (again, "notify::session", G_CALLBACK (parlance_chat_disconnect),
                            self->bob);
  parlance_chat_connect (again);
  TURN_UNTIL (self, parlance_chat_get_state (again) == PARLANCE_CHAT_ONLINE);
  g_signal_handlers_disconnect_by_data (again, self->bob);
  g_assert_cmpstr (parlance_chat_get_nick (again), ==, "bob");
}

/* Every message once, in order, and confirmed. */
static void
assert_whole (ParlanceRoom *room, guint n_messages)
{
  ParlanceMessageList *list = parlance_room_get_messages (room);

  g_assert_cmpuint (parlance_message_list_get_n (list), ==, n_messages);
  for (guint i = 0; i < n_messages; i++)
    {
      ParlanceMessage *message = parlance_message_list_get (list, i);
      g_autofree char *text = g_strdup_printf ("%u", i + 1);

      g_assert_cmpint (parlance_message_get_state (message), ==, PARLANCE_MESSAGE_SENT);
      g_assert_cmpint (parlance_message_get_seq (message), ==, i + 1);
      g_assert_cmpstr (parlance_message_get_text (message), ==, text);
    }
}

static void
test_killed_server_loses_and_doubles_nothing (Fixture *self, gconstpointer data)
{
  enum
  {
    N_MESSAGES = 600,
    N_KILLS = 20
  };
  ParlanceRoom *alices = enter (self, self->alice, "lobby");
  ParlanceRoom *bobs = enter (self, self->bob, "lobby");

  for (guint i = 1; i <= N_MESSAGES; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);
      parlance_chat_send (self->alice, alices, text, NULL);
    }
  for (guint i = 1; i <= N_KILLS; i++)
    {
      gint64 goal = N_MESSAGES * i / (N_KILLS + 1);
      gboolean by_alice = g_test_rand_bit ();
      TURN_UNTIL (self, parlance_room_get_last_seq (by_alice ? alices : bobs) >= goal ||
                            N_MESSAGES - parlance_chat_get_n_unsent (self->alice) >= goal);
      server_kill (&self->server);
      server_start (&self->server);
    }
  TURN_UNTIL (self, parlance_room_get_last_seq (bobs) >= N_MESSAGES &&
                        parlance_room_get_last_seq (alices) >= N_MESSAGES &&
                        parlance_chat_get_n_unsent (self->alice) == 0);
  assert_whole (alices, N_MESSAGES);
  assert_whole (bobs, N_MESSAGES);
}

/* Says three words over a connection that is cut after so many bytes, and over as many as it then
 * takes. Returns: whether the dialogue was long enough to be cut there */
static gboolean
talk_over_a_cut (Fixture *self, CuttingProxy *proxy, CutDirection direction, gsize cut_after)
{
  static guint n_talks;
  g_autofree char *nick = g_strdup_printf ("carol%u", ++n_talks);
  g_autofree char *heard = g_strdup_printf ("%s:one;%s:two;%s:three;", nick, nick, nick);
  ParlanceChat *chat = chat_new ("test/1", proxy->address, nick);
  ParlanceRoom *room = parlance_chat_join (chat, "lobby");
  guint n_cut = proxy->n_cut;

  parlance_chat_set_clock (chat, &hasty_clock);
  proxy->cut_next = TRUE;
  proxy->cut_direction = direction;
  proxy->cut_after = cut_after;
  proxy->cut_by_reset = g_test_rand_bit ();
  parlance_chat_send (chat, room, "one", NULL);
  parlance_chat_send (chat, room, "two", NULL);
  parlance_chat_send (chat, room, "three", NULL);
  parlance_chat_connect (chat);
  wait_log (self, heard);
  TURN_UNTIL (self,
              parlance_room_get_state (room) == PARLANCE_ROOM_JOINED &&
                  parlance_chat_get_n_unsent (chat) == 0 &&
                  parlance_message_list_get_n (parlance_room_get_messages (room)) == 3 &&
                  parlance_message_list_get_n_unsent (parlance_room_get_messages (room)) == 0);
  g_assert_cmpstr (
      parlance_message_get_text (parlance_message_list_get (parlance_room_get_messages (room), 2)),
      ==, "three");
  parlance_chat_disconnect (chat);
  TURN_UNTIL (self, proxy->n_connections == 0);
  g_assert_finalize_object (chat);
  return proxy->n_cut > n_cut;
}

static void
test_cut_connection_loses_and_doubles_nothing (Fixture *self, gconstpointer data)
{
  guint step = g_test_slow () ? 1 : 13;
  CuttingProxy proxy;

  enter (self, self->bob, "lobby");
  cutting_proxy_init (&proxy, self->server.address);
  for (CutDirection direction = 0; direction < N_CUTS; direction++)
    for (gsize cut_after = 1 + (gsize)g_test_rand_int_range (0, (int)step);
         talk_over_a_cut (self, &proxy, direction, cut_after); cut_after += step)
      continue;
  g_test_message ("%u connections were cut", proxy.n_cut);
  g_assert_cmpuint (proxy.n_cut * step, >, 1000);
  cutting_proxy_clear (&proxy);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/client/chat/server/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  server_path = argv[1];
  hasty_clock = *parlance_clock_system ();
  hasty_clock.random = no_random;
  ADD ("two-people-talk", test_two_people_talk);
  ADD ("calls-are-answered", test_calls_are_answered);
  ADD ("refusals-are-told", test_refusals_are_told);
  ADD ("nick-is-taken-over-with-the-token", test_nick_is_taken_over_with_the_token);
  ADD ("killed-server-loses-and-doubles-nothing", test_killed_server_loses_and_doubles_nothing);
  ADD ("cut-connection-loses-and-doubles-nothing", test_cut_connection_loses_and_doubles_nothing);
  return g_test_run ();
}
