/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lists that are longer than a line may be. What fills them is put in place while the authority
 * does not run: to have so many join would take a minute. Source: docs/protocol.md, sections 1
 * and 5
 */
#include "tests/chat/authority-fixture.h"

#include "protocol/wire/json-reader.h"
#include "server/chat/authority-parts.h"

#include <string.h>

#define TOPIC_BYTES 512
#define ENVELOPE_BYTES 128       /* of a reply around its result: the id has 64 at most */
#define SLACK_BYTES (128 * 1024) /* by which a list may be cut too soon */
#define N_MEMBERS 40000          /* of nicks of 128 bytes: 5 MiB */

/* Four bytes for each code point, which are letters. */
static char *
long_name (guint number, guint n_points)
{
  g_autoptr (GString) name = g_string_new (NULL);

  for (guint i = 0; i < n_points; i++, number /= 16)
    g_string_append_unichar (name, 0x20000 + number % 16);
  return g_string_free (g_steal_pointer (&name), FALSE);
}

static void
add_rooms (AuthorityFixture *fixture)
{
  g_autofree char *topic = g_strnfill (TOPIC_BYTES, 't');
  guint n_rooms = g_hash_table_size (fixture->authority->rooms);

  for (guint i = n_rooms; i < AUTHORITY_MAX_ROOMS; i++)
    {
      g_autofree char *name = g_strdup_printf ("room-%05u", i);
      Room *room = authority_add_room (fixture->authority, 1000 + i, name, name);

      g_free (room->topic);
      room->topic = g_strdup (topic);
    }
}

/* All of the first client, "a". */
static void
add_members (AuthorityFixture *fixture, const char *room_name)
{
  ChatClient *client = fixture_client (fixture, 1);
  Room *room = authority_add_room (fixture->authority, 1000, room_name, room_name);

  for (guint i = 0; i < N_MEMBERS; i++)
    {
      g_autofree char *nick = long_name (i, PARLANCE_MAX_NICK);
      Session *session = session_new (client, nick, nick);

      g_hash_table_insert (fixture->authority->nicks, session->folded, session);
      session_enter (session, room);
      room_tell_in (room, 1);
    }
}

/* The result that stands behind @verb in what port 0 was told: whether it fits a line, is JSON and
 * says that it was cut. Returns: how many elements are in its list @name */
static guint
check_cut (AuthorityFixture *fixture, const char *verb, const char *name)
{
  g_autofree char *log = fixture_log (fixture, 0);
  g_autofree char *line = NULL;
  const char *result = strstr (log, verb);
  ParlanceJsonValue root;
  ParlanceJsonValue value;
  ParlanceJsonValue element;
  guint32 cursor = 0;
  guint n = 0;

  g_assert_nonnull (result);
  result = strchr (result, '{');
  g_assert_nonnull (result);
  line = g_strndup (result, strcspn (result, "\n"));
  g_assert_cmpuint (strlen (line), <=, PARLANCE_MAX_REPLY_LINE - ENVELOPE_BYTES);
  g_assert_cmpuint (strlen (line), >=, PARLANCE_MAX_REPLY_LINE - SLACK_BYTES);
  g_assert_true (parlance_json_parse (line, strlen (line), 8, &root));
  g_assert_true (parlance_json_get_member (&root, "more", &value));
  g_assert_cmpint ((int)value.type, ==, (int)PARLANCE_JSON_TRUE);
  g_assert_true (parlance_json_get_member (&root, name, &value));
  while (parlance_json_next_element (&value, &cursor, &element))
    n++;
  return n;
}

static void
start (AuthorityFixture *fixture)
{
  g_assert_true (authority_start (fixture->authority, NULL));
}

static void
test_rooms_are_cut_at_the_limit_of_a_line (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new_idle ();

  add_rooms (fixture);
  start (fixture);
  ChatClient *a = fixture_member (fixture, 0, "a", NULL);
  ask (fixture, a, CHAT_ROOMS, NULL);
  fixture_go (fixture);
  g_assert_cmpuint (check_cut (fixture, "a rooms", "rooms"), <, AUTHORITY_MAX_ROOMS);
}

static void
test_members_are_cut_at_the_limit_of_a_line (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new_idle ();

  add_members (fixture, "hall");
  start (fixture);
  ChatClient *b = fixture_member (fixture, 0, "b", NULL);
  ask (fixture, b, CHAT_MEMBERS, "hall");
  fixture_go (fixture);
  g_assert_cmpuint (check_cut (fixture, "b members", "members"), <, N_MEMBERS);
}

static void
test_a_join_is_cut_at_the_limit_of_a_line (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new_idle ();

  add_members (fixture, "hall");
  start (fixture);
  ChatClient *b = fixture_member (fixture, 0, "b", NULL);
  ask (fixture, b, CHAT_JOIN, "hall");
  fixture_go (fixture);
  g_assert_cmpuint (check_cut (fixture, "b join", "members"), <, N_MEMBERS);
}

/* Of those that fit nothing is said to be left out. */
static void
test_a_list_that_fits_is_whole (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new (JOURNAL_DURABILITY_NONE, 0);
  ChatClient *a = fixture_member (fixture, 0, "a", "hall");

  ask (fixture, a, CHAT_ROOMS, NULL);
  ask (fixture, a, CHAT_MEMBERS, "hall");
  ask (fixture, a, CHAT_JOIN, "hall");
  fixture_go (fixture);
  g_autofree char *log = fixture_log (fixture, 0);
  g_assert_cmpuint (fixture_count (log, "\n"), ==, 3);
  g_assert_null (strstr (log, "more"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chat/authority/rooms-are-cut-at-the-limit-of-a-line",
                   test_rooms_are_cut_at_the_limit_of_a_line);
  g_test_add_func ("/chat/authority/members-are-cut-at-the-limit-of-a-line",
                   test_members_are_cut_at_the_limit_of_a_line);
  g_test_add_func ("/chat/authority/a-join-is-cut-at-the-limit-of-a-line",
                   test_a_join_is_cut_at_the_limit_of_a_line);
  g_test_add_func ("/chat/authority/a-list-that-fits-is-whole", test_a_list_that_fits_is_whole);
  return g_test_run ();
}
