/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What members of rooms hear, and in which order. What is sent before the fixture starts is one
 * batch, so that what is told of it meets in the desk's queues.
 * Source: docs/protocol.md, sections 5 to 7
 */
#include "tests/front/chat-fixture.h"

#include "server/front/jsonrpc.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_TEXT 8192

static ChatClientEnd *
new_member (ChatFixture *fixture, guint worker, const char *nick, const char *room)
{
  ChatClientEnd *self = chat_end_new (fixture, worker);

  chat_end_ask (self, "hello", "'protocol':1,'nick':'%s'", nick);
  chat_end_ask (self, "join", "'room':'%s'", room);
  return self;
}

static void
expect_entered (ChatClientEnd *self)
{
  chat_end_expect (self, "'session':");
  chat_end_expect (self, "'members':");
}

/* --- the order of what one hears -------------------------------------------------------------- */

/* More than one turn hands out to. */
#define N_CROWD 200

static void
test_a_new_name_does_not_overtake (void)
{
  g_autoptr (ChatFixture) fixture = chat_fixture_new (1);
  g_autoptr (GPtrArray) crowd = g_ptr_array_new_with_free_func ((GDestroyNotify)chat_end_free);

  for (guint i = 0; i < N_CROWD; i++)
    {
      g_autofree char *nick = g_strdup_printf ("n%u", i);
      g_ptr_array_add (crowd, new_member (fixture, 0, nick, "hall"));
    }
  chat_fixture_start (fixture);
  for (guint i = 0; i < N_CROWD; i++)
    {
      expect_entered (g_ptr_array_index (crowd, i));
      for (guint k = i + 1; k < N_CROWD; k++)
        chat_end_expect (g_ptr_array_index (crowd, i), "'joined'");
    }

  g_autoptr (ChatClientEnd) mover = new_member (fixture, 0, "before", "hall");
  chat_end_say (mover, "hall", 1);
  chat_end_ask (mover, "hello", "'protocol':1,'nick':'after'");
  chat_end_ask (mover, "leave", "'room':'hall'");
  for (guint i = 0; i < N_CROWD; i++)
    {
      ChatClientEnd *end = g_ptr_array_index (crowd, i);

      chat_end_expect (end, "'method':'joined','params':{'room':'hall','nick':'before'}");
      chat_end_expect (end, "'seq':1,");
      chat_end_expect (end, "'method':'renamed','params':{'from':'before','to':'after'}");
      chat_end_expect (end, "'method':'left','params':{'room':'hall','nick':'after'}");
    }
}

static void
test_who_leaves_hears_what_was_said_before (void)
{
  g_autoptr (ChatFixture) fixture = chat_fixture_new (1);
  g_autoptr (ChatClientEnd) a = new_member (fixture, 0, "a", "hall");

  chat_end_say (a, "hall", 1);
  chat_end_ask (a, "leave", "'room':'hall'");
  chat_end_ask (a, "send", "'room':'hall','text':'x'");
  chat_fixture_start (fixture);
  expect_entered (a);
  chat_end_expect (a, "'result':{'room':'hall','seq':1,");
  chat_end_expect (a, "'method':'message'");
  chat_end_expect (a, "'result':{}");
  chat_end_expect (a, "'not_in_room'");
}

static void
test_who_joins_again_hears_what_was_said_before (void)
{
  g_autoptr (ChatFixture) fixture = chat_fixture_new (1);
  g_autoptr (ChatClientEnd) a = new_member (fixture, 0, "a", "hall");

  chat_end_say (a, "hall", 1);
  chat_end_ask (a, "join", "'room':'hall'");
  chat_end_say (a, "hall", 1);
  chat_fixture_start (fixture);
  expect_entered (a);
  chat_end_expect (a, "'result':{'room':'hall','seq':1,");
  chat_end_expect (a, "'method':'message','params':{'room':'hall','seq':1,");
  chat_end_expect (a, "'last_seq':1}");
  chat_end_expect (a, "'result':{'room':'hall','seq':2,");
  chat_end_expect (a, "'method':'message','params':{'room':'hall','seq':2,");
}

static void
test_who_joins_hears_nothing_of_before (void)
{
  g_autoptr (ChatFixture) fixture = chat_fixture_new (1);
  g_autoptr (ChatClientEnd) a = new_member (fixture, 0, "a", "hall");

  chat_end_ask (a, "topic", "'room':'hall','topic':'words'");
  chat_end_say (a, "hall", 1);
  g_autoptr (ChatClientEnd) b = new_member (fixture, 0, "b", "hall");
  chat_end_say (b, "hall", 1);
  chat_fixture_start (fixture);
  chat_end_expect (b, "'session':");
  chat_end_expect (b, "'topic':'words','members':['a','b'],'first_seq':1,'last_seq':1}");
  chat_end_expect (b, "'result':{'room':'hall','seq':2,");
  chat_end_expect (b, "'method':'message','params':{'room':'hall','seq':2,");
}

/* --- catching up ------------------------------------------------------------------------------ */

static void
say_many (ChatClientEnd *author, const char *room, guint n, gsize n_text)
{
  for (guint i = 0; i < n; i++)
    {
      chat_end_say (author, room, n_text);
      while (chat_line_number (chat_end_next (author), "id") != 1)
        continue;
    }
}

/* The piece that was asked for by a membership is none of the next one's. */
static void
test_a_piece_that_comes_too_late_is_left_out (void)
{
  g_autoptr (ChatFixture) fixture = chat_fixture_new (1);
  g_autoptr (ChatClientEnd) author = new_member (fixture, 0, "author", "hall");

  for (int i = 0; i < 3; i++)
    chat_end_say (author, "hall", 1);
  g_autoptr (ChatClientEnd) a = chat_end_new (fixture, 0);
  chat_end_ask (a, "hello", "'protocol':1,'nick':'a'");
  chat_end_ask (a, "join", "'room':'hall','after_seq':0");
  chat_end_ask (a, "leave", "'room':'hall'");
  chat_end_ask (a, "join", "'room':'hall'");
  chat_fixture_start (fixture);
  expect_entered (a);
  chat_end_expect (a, "'result':{}");
  chat_end_expect (a, "'last_seq':3}");
  chat_end_ask (a, "members", "'room':'hall'");
  chat_end_expect (a, "'members':");
  chat_end_say (author, "hall", 1);
  chat_end_expect (a, "'method':'message','params':{'room':'hall','seq':4,");
}

static void
test_a_half_closed_peer_gets_what_it_missed (void)
{
  g_autoptr (ChatFixture) fixture = chat_fixture_new (2);
  g_autoptr (ChatClientEnd) author = chat_end_new (fixture, 0);
  g_autoptr (ChatClientEnd) a = chat_end_new (fixture, 1);
  const guint n = 100;

  chat_fixture_start (fixture);
  chat_end_enter (author, "author", "hall");
  say_many (author, "hall", n, MAX_TEXT);
  chat_end_ask (a, "hello", "'protocol':1,'nick':'a'");
  chat_end_ask (a, "join", "'room':'hall','after_seq':0");
  chat_end_half_close (a);
  expect_entered (a);
  for (guint i = 1; i <= n; i++)
    g_assert_cmpint (chat_line_number (chat_end_next (a), "seq"), ==, i);
  g_assert_null (chat_end_next (a));
}

#define N_ROOMS 64        /* as many as a session may be in */
#define N_MISSED 30       /* messages of each room */
#define MISSED_BYTES 8000 /* all of them are 15 MiB, twice what may be unsent */

static void
test_a_client_comes_back_into_many_rooms (void)
{
  g_autoptr (ChatFixture) fixture = chat_fixture_new (2);
  g_autoptr (ChatClientEnd) author = chat_end_new (fixture, 0);
  g_autoptr (ChatClientEnd) a = chat_end_new (fixture, 1);
  gint64 seqs[N_ROOMS] = { 0 };
  guint n_heard = 0;

  chat_fixture_start (fixture);
  chat_end_enter (author, "author", "lobby");
  for (guint room = 0; room < N_ROOMS; room++)
    {
      g_autofree char *name = g_strdup_printf ("%u", room);

      chat_end_ask (author, "join", "'room':'%s'", name);
      chat_end_expect (author, "'members':");
      say_many (author, name, N_MISSED, MISSED_BYTES);
      chat_end_ask (author, "leave", "'room':'%s'", name);
      while (chat_line_number (chat_end_next (author), "id") != 1)
        continue;
    }

  chat_end_ask (a, "hello", "'protocol':1,'nick':'a'");
  for (guint room = 0; room < N_ROOMS; room++)
    chat_end_ask (a, "join", "'room':'%u','after_seq':0", room);
  while (n_heard < N_ROOMS * N_MISSED)
    {
      const char *line = chat_end_next (a);

      g_assert_nonnull (line);
      g_assert_null (strstr (line, "\"error\""));
      if (strstr (line, "\"method\":\"message\"") == NULL)
        continue;
      guint64 room = g_ascii_strtoull (strstr (line, "\"room\":\"") + 8, NULL, 10);
      g_assert_cmpuint (room, <, N_ROOMS);
      g_assert_cmpint (chat_line_number (line, "seq"), ==, ++seqs[room]);
      n_heard++;
    }
  chat_end_ask (a, "ping", " ");
  chat_end_expect (a, "'time':");
}

/* --- pages of history ------------------------------------------------------------------------- */

/* Of MAX_TEXT: more than a socket pair takes and leaves unsent, and less than stops reading. */
#define PAGE_MESSAGES 90

/* One that has not read the first page is not read the second one: when it is, it has in it what
 * was said meanwhile. */
static void
test_pages_are_not_read_ahead (void)
{
  g_autoptr (ChatFixture) fixture = chat_fixture_new (2);
  g_autoptr (ChatClientEnd) author = chat_end_new (fixture, 0);
  g_autoptr (ChatClientEnd) a = chat_end_new (fixture, 1);
  struct pollfd readable = { .fd = a->fd, .events = POLLIN };

  chat_fixture_start (fixture);
  chat_end_enter (author, "author", "hall");
  say_many (author, "hall", PAGE_MESSAGES, MAX_TEXT);
  chat_end_ask (a, "hello", "'protocol':1,'nick':'a'");
  chat_end_expect (a, "'session':");
  chat_end_ask (a, "history", "'room':'hall','limit':500");
  chat_end_ask (a, "history", "'room':'hall','limit':500");
  g_assert_cmpint (poll (&readable, 1, 60000), ==, 1);
  say_many (author, "hall", 1, 1);

  const char *line = chat_end_next (a);
  g_assert_nonnull (strstr (line, "\"messages\":["));
  g_assert_null (strstr (line, "\"seq\":91,"));
  line = chat_end_next (a);
  g_assert_nonnull (strstr (line, "\"seq\":91,"));
  chat_end_ask (a, "ping", " ");
  chat_end_expect (a, "'time':");
}

/* What the archive tells addresses apart by: all connections of one have it in common. */
static void
test_pages_know_their_address (void)
{
  static const guint8 address[PEER_ADDRESS_BYTES] = { [10] = 0xff, 0xff, 192, 0, 2, 1 };
  Peers *peers = peers_new ();
  ChatFixture *fixture = chat_fixture_new (1);
  ChatDesk *desk = fixture->server.contexts[0]->desk;
  int others[3];

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      ConnectionSeed seed = { .door = &jsonrpc_door };
      Peer *peer = NULL;
      int fds[2];

      g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
      seed.fd = fds[0];
      others[i] = fds[1];
      if (i < 2)
        g_assert_cmpint (peers_admit (peers, address, 0, &peer), ==, PEER_ADMITTED);
      seed.peer = peer;
      Connection *connection = connection_open (fixture->workers[0], &seed);
      g_assert_nonnull (connection);
      const ChatClient *client = (const ChatClient *)chat_desk_open (desk, connection);
      g_assert_true (client->address == peer);
    }
  chat_fixture_start (fixture);
  chat_fixture_free (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    close (others[i]);
  peers_free (peers);
}

/* A page that nobody was there for any more does not keep the connection, nor the client. */
static void
test_pages_of_one_that_is_gone (void)
{
  g_autoptr (ChatFixture) fixture = chat_fixture_new (1);
  g_autoptr (ChatClientEnd) author = chat_end_new (fixture, 0);
  const char *line;

  chat_fixture_start (fixture);
  chat_end_enter (author, "author", "hall");
  say_many (author, "hall", PAGE_MESSAGES, MAX_TEXT);
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (ChatClientEnd) a = chat_end_new (fixture, 0);
      struct pollfd readable = { .fd = a->fd, .events = POLLIN };

      chat_end_ask (a, "hello", "'protocol':1,'nick':'a%u'", i);
      chat_end_expect (a, "'session':");
      chat_end_ask (a, "history", "'room':'hall','limit':500");
      chat_end_ask (a, "history", "'room':'hall','limit':500");
      g_assert_cmpint (poll (&readable, 1, 60000), ==, 1);
    }
  chat_end_ask (author, "history", "'room':'hall','limit':1");
  while (chat_line_number (line = chat_end_next (author), "id") != 1)
    continue;
  g_assert_nonnull (strstr (line, "\"messages\":["));
}

/* --- crowds ----------------------------------------------------------------------------------- */

#define N_MEMBERS 240 /* that stay */
#define N_MOVERS 60   /* that join and leave all the time */
#define N_SENDERS 4   /* of those that stay */
#define N_MESSAGES 3000
#define WINDOW 16 /* messages of a sender that are under way */

typedef struct
{
  ChatClientEnd *end;
  gboolean is_mover;
  gboolean is_in; /* and has not asked to leave */
  guint n_heard;  /* since it joined */
  guint n_stay;   /* after as many it leaves */
  guint n_sent;
  guint n_acked;
} Member;

/* What came in place of a message. */
static void
hear_reply (Member *self, const char *line)
{
  if (chat_line_number (line, "id") != 1)
    return;
  if (strstr (line, "\"members\":") != NULL)
    {
      self->is_in = TRUE;
      self->n_heard = 0;
    }
  else if (strstr (line, "\"result\":{}") != NULL)
    chat_end_ask (self->end, "join", "'room':'hall','after_seq':%d", (int)self->end->seq);
  else
    self->n_acked++;
}

static void
hear (Member *self, const char *line)
{
  if (strstr (line, "\"method\":\"message\"") != NULL)
    {
      /* Not one is missing and none comes twice, however it comes. */
      g_assert_cmpint (chat_line_number (line, "seq"), ==, self->end->seq + 1);
      self->end->seq++;
      self->n_heard++;
    }
  else
    hear_reply (self, line);
  if (self->is_mover && self->is_in && self->n_heard >= self->n_stay && self->end->seq < N_MESSAGES)
    {
      self->is_in = FALSE;
      chat_end_ask (self->end, "leave", "'room':'hall'");
    }
}

static gboolean
is_done (const Member *members, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      if (members[i].end->seq < N_MESSAGES)
        return FALSE;
    }
  return TRUE;
}

static void
send_more (Member *self)
{
  while (self->n_sent < N_MESSAGES / N_SENDERS && self->n_sent - self->n_acked < WINDOW)
    {
      chat_end_say (self->end, "hall", 20);
      self->n_sent++;
    }
}

static void
read_all (Member *members, guint n)
{
  struct pollfd fds[N_MEMBERS + N_MOVERS];

  for (guint i = 0; i < n; i++)
    fds[i] = (struct pollfd){ .fd = members[i].end->fd, .events = POLLIN };
  g_assert_cmpint (poll (fds, n, 60000), >, 0);
  for (guint i = 0; i < n; i++)
    {
      const char *line;

      while (fds[i].revents != 0 && (line = chat_end_try_next (members[i].end)) != NULL)
        hear (&members[i], line);
    }
}

static void
test_a_crowd_hears_every_message_in_order (void)
{
  g_autoptr (ChatFixture) fixture = chat_fixture_new (2);
  static Member members[N_MEMBERS + N_MOVERS];
  const guint n = G_N_ELEMENTS (members);

  chat_fixture_start (fixture);
  memset (members, 0, sizeof members);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *nick = g_strdup_printf ("n%u", i);

      members[i].end = chat_end_new (fixture, i % 2);
      members[i].is_mover = i >= N_MEMBERS;
      members[i].is_in = TRUE;
      members[i].n_stay = i % 7;
      chat_end_enter (members[i].end, nick, "hall");
    }
  while (!is_done (members, n))
    {
      for (guint i = 0; i < N_SENDERS; i++)
        send_more (&members[i]);
      read_all (members, n);
    }
  for (guint i = 0; i < n; i++)
    chat_end_free (members[i].end);
}

static void
test_one_that_does_not_read_is_ended_alone (void)
{
  g_autoptr (ChatFixture) fixture = chat_fixture_new (1);
  g_autoptr (ChatClientEnd) a = chat_end_new (fixture, 0);
  g_autoptr (ChatClientEnd) slow = chat_end_new (fixture, 0);
  g_autoptr (ChatClientEnd) b = chat_end_new (fixture, 0);
  const guint n = 1200;
  const char *line;
  gint64 seq = 0;
  gboolean is_told = FALSE;

  chat_fixture_start (fixture);
  chat_end_enter (a, "a", "hall");
  chat_end_enter (slow, "slow", "hall");
  chat_end_enter (b, "b", "hall");
  chat_end_ask (slow, "join", "'room':'attic'");
  for (guint i = 0; i < n; i++)
    {
      chat_end_say (a, "hall", MAX_TEXT);
      while (chat_line_number (chat_end_next (a), "id") != 1)
        continue;
      while (chat_line_number (line = chat_end_next (b), "seq") != i + 1)
        is_told = is_told || strstr (line, "\"left\"") != NULL;
    }
  if (!is_told)
    chat_end_expect (b, "'method':'left','params':{'room':'hall','nick':'slow'}");

  /* It hears what there was, without a gap, and why that is all. */
  while ((line = chat_end_next (slow)) != NULL && strstr (line, "slow_consumer") == NULL)
    {
      if (strstr (line, "\"method\":\"message\"") != NULL)
        g_assert_cmpint (chat_line_number (line, "seq"), ==, ++seq);
    }
  g_assert_nonnull (line);
  g_assert_null (chat_end_next (slow));
  g_assert_cmpint (seq, <, n);
}

/* --- stopping --------------------------------------------------------------------------------- */

/* With requests everywhere on their way, and rooms half handed out; nothing is to be left. */
static void
test_a_stop_in_the_middle (void)
{
  for (int round = 0; round < 5; round++)
    {
      ChatFixture *fixture = chat_fixture_new (2);
      g_autoptr (GPtrArray) ends = g_ptr_array_new_with_free_func ((GDestroyNotify)chat_end_free);

      chat_fixture_start (fixture);
      for (guint i = 0; i < 100; i++)
        {
          g_autofree char *nick = g_strdup_printf ("n%u", i);
          ChatClientEnd *end = new_member (fixture, i % 2, nick, "hall");

          g_ptr_array_add (ends, end);
          for (int k = 0; k < 5; k++)
            {
              chat_end_say (end, "hall", 1);
              chat_end_ask (end, "join", "'room':'hall','after_seq':0");
              chat_end_ask (end, "history", "'room':'hall'");
              chat_end_ask (end, "search_messages", "'text':'x'");
            }
          if (i % 10 == 9)
            chat_end_half_close (end);
          if (i % 10 == 8)
            g_ptr_array_set_size (ends, (gint)ends->len - 1);
        }
      if (round > 0)
        (void)chat_end_next (g_ptr_array_index (ends, (guint)round));
      chat_fixture_free (fixture);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/front/chat/order/a-new-name-does-not-overtake",
                   test_a_new_name_does_not_overtake);
  g_test_add_func ("/front/chat/order/who-leaves-hears-what-was-said-before",
                   test_who_leaves_hears_what_was_said_before);
  g_test_add_func ("/front/chat/order/who-joins-again-hears-what-was-said-before",
                   test_who_joins_again_hears_what_was_said_before);
  g_test_add_func ("/front/chat/order/who-joins-hears-nothing-of-before",
                   test_who_joins_hears_nothing_of_before);
  g_test_add_func ("/front/chat/catch-up/a-piece-that-comes-too-late-is-left-out",
                   test_a_piece_that_comes_too_late_is_left_out);
  g_test_add_func ("/front/chat/catch-up/a-half-closed-peer-gets-what-it-missed",
                   test_a_half_closed_peer_gets_what_it_missed);
  g_test_add_func ("/front/chat/catch-up/a-client-comes-back-into-many-rooms",
                   test_a_client_comes_back_into_many_rooms);
  g_test_add_func ("/front/chat/pages/are-not-read-ahead", test_pages_are_not_read_ahead);
  g_test_add_func ("/front/chat/pages/know-their-address", test_pages_know_their_address);
  g_test_add_func ("/front/chat/pages/of-one-that-is-gone", test_pages_of_one_that_is_gone);
  g_test_add_func ("/front/chat/crowd/hears-every-message-in-order",
                   test_a_crowd_hears_every_message_in_order);
  g_test_add_func ("/front/chat/crowd/one-that-does-not-read-is-ended-alone",
                   test_one_that_does_not_read_is_ended_alone);
  g_test_add_func ("/front/chat/stop/in-the-middle", test_a_stop_in_the_middle);
  return g_test_run ();
}
