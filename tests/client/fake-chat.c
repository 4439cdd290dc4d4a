/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A chat and the other end of it, in one thread and without waiting for time.
 */
#include "tests/client/fake-chat.h"

#include <string.h>

#include "protocol/client/fields.h"
#include "tests/client/fake-timer.h"

/* --- Time ------------------------------------------------------------------------------------- */

static GSource *
timer_new (gpointer data, guint delay_ms)
{
  return fake_timer_new (&((FakeChat *)data)->now_ms, delay_ms);
}

static gint64
get_now_ms (gpointer data)
{
  return ((FakeChat *)data)->now_ms;
}

static double
get_random (gpointer data)
{
  return ((FakeChat *)data)->random;
}

void
fake_chat_turn (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

void
fake_chat_advance (FakeChat *self, gint64 ms)
{
  self->now_ms += ms;
  fake_chat_turn ();
}

/* --- What the chat says ----------------------------------------------------------------------- */

static void
on_message (ParlanceChat *chat, ParlanceRoom *room, ParlanceMessage *message, FakeChat *self)
{
  g_string_append_printf (self->log, "%" G_GINT64_FORMAT " %s;", parlance_message_get_seq (message),
                          parlance_message_get_text (message));
}

static void
on_renamed (ParlanceChat *chat, const char *from, const char *to, FakeChat *self)
{
  g_string_append_printf (self->log, "renamed %s %s;", from, to);
}

static void
on_notice (ParlanceChat *chat, const char *text, FakeChat *self)
{
  self->n_notices++;
}

static void
on_rights (ParlanceChat *chat, gboolean is_operator, const char *by, FakeChat *self)
{
  g_string_append_printf (self->log, "%s %s;", is_operator ? "operator" : "no operator",
                          by != NULL ? by : "-");
}

static void
on_items_changed (
    GListModel *model, guint position, guint n_removed, guint n_added, GPtrArray *copy)
{
  g_assert_cmpuint (position + n_removed, <=, copy->len);
  if (n_removed > 0)
    g_ptr_array_remove_range (copy, position, n_removed);
  for (guint i = 0; i < n_added; i++)
    g_ptr_array_insert (copy, (int)(position + i), g_list_model_get_item (model, position + i));

  g_assert_cmpuint (copy->len, ==, g_list_model_get_n_items (model));
  for (guint i = 0; i < copy->len; i++)
    g_assert_true (g_ptr_array_index (copy, i) ==
                   parlance_message_list_get (PARLANCE_MESSAGE_LIST (model), i));
}

static void
free_copy (gpointer data, GClosure *closure)
{
  g_ptr_array_unref (data);
}

void
fake_chat_watch (ParlanceMessageList *list)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < parlance_message_list_get_n (list); i++)
    g_ptr_array_add (copy, g_object_ref (parlance_message_list_get (list, i)));
  g_signal_connect_data (list, "items-changed", G_CALLBACK (on_items_changed), copy, free_copy, 0);
}

static void
on_joined (ParlanceRoom *room, const char *nick, FakeChat *self)
{
  g_string_append_printf (self->log, "+%s;", nick);
}

static void
on_left (ParlanceRoom *room, const char *nick, FakeChat *self)
{
  g_string_append_printf (self->log, "-%s;", nick);
}

static void
on_topic (ParlanceRoom *room, const char *topic, const char *by, FakeChat *self)
{
  g_string_append_printf (self->log, "%s:%s;", by, topic);
}

static void
on_rooms_changed (GListModel *rooms, guint position, guint n_removed, guint n_added, FakeChat *self)
{
  for (guint i = position; i < position + n_added; i++)
    {
      g_autoptr (ParlanceRoom) room = g_list_model_get_item (rooms, i);
      fake_chat_watch (parlance_room_get_messages (room));
      g_signal_connect (room, "joined", G_CALLBACK (on_joined), self);
      g_signal_connect (room, "left", G_CALLBACK (on_left), self);
      g_signal_connect (room, "topic-changed", G_CALLBACK (on_topic), self);
    }
}

void
fake_chat_set_up (FakeChat *self, gconstpointer data)
{
  fake_server_init (&self->server);
  self->clock = (ParlanceClock){
    .now_ms = get_now_ms, .random = get_random, .timer_new = timer_new, .data = self
  };
  self->now_ms = 1000;
  self->random = 0.5;
  self->line = g_string_new (NULL);
  self->log = g_string_new (NULL);
  self->chat = parlance_chat_new ("test/1", self->server.address, "alice");
  g_autoptr (ParlanceTrust) trust = parlance_trust_new (PARLANCE_TLS_USE_OFF);
  parlance_chat_set_trust (self->chat, trust);
  parlance_chat_set_clock (self->chat, &self->clock);
  g_signal_connect (self->chat, "message", G_CALLBACK (on_message), self);
  g_signal_connect (self->chat, "renamed", G_CALLBACK (on_renamed), self);
  g_signal_connect (self->chat, "notice", G_CALLBACK (on_notice), self);
  g_signal_connect (self->chat, "rights", G_CALLBACK (on_rights), self);
  g_signal_connect (parlance_chat_get_rooms (self->chat), "items-changed",
                    G_CALLBACK (on_rooms_changed), self);
}

void
fake_chat_tear_down (FakeChat *self, gconstpointer data)
{
  if (self->chat != NULL)
    {
      parlance_chat_disconnect (self->chat);
      fake_chat_turn ();
      g_assert_finalize_object (self->chat);
    }
  fake_server_clear (&self->server);
  g_string_free (self->line, TRUE);
  g_string_free (self->log, TRUE);
}

/* --- What the server does --------------------------------------------------------------------- */

static gboolean
has_line (FakeChat *self)
{
  return strchr (self->server.received->str + self->cursor, '\n') != NULL;
}

static gboolean
on_deadline (gpointer user_data)
{
  const FakeChat *self = user_data;

  g_error ("nothing came for long after: %s", self->line->str);
  return G_SOURCE_REMOVE;
}

static void
turn_until_line (FakeChat *self)
{
  guint deadline = g_timeout_add_seconds (20, on_deadline, self);

  while (!has_line (self))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);
}

void
fake_chat_wait_state (FakeChat *self, ParlanceChatState state)
{
  guint deadline = g_timeout_add_seconds (20, on_deadline, self);

  while (parlance_chat_get_state (self->chat) != state)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);
}

void
fake_chat_expect (FakeChat *self, const char *method)
{
  ParlanceJsonValue request;
  ParlanceJsonValue member;

  turn_until_line (self);
  const char *start = self->server.received->str + self->cursor;
  gsize n_bytes = (gsize)(strchr (start, '\n') - start);
  self->cursor += n_bytes + 1;
  g_string_truncate (self->line, 0);
  g_string_append_len (self->line, start, (gssize)n_bytes);

  g_assert_true (parlance_fields_parse (self->line->str, &request, NULL));
  g_assert_true (parlance_json_get_member (&request, "method", &member));
  if (!parlance_json_string_equals (&member, method))
    g_error ("%s was expected, not %s", method, self->line->str);
  self->id = 0;
  if (parlance_json_get_member (&request, "id", &member))
    g_assert_true (parlance_json_get_int64 (&member, &self->id));
  if (!parlance_json_get_member (&request, "params", &self->params))
    self->params = (ParlanceJsonValue){ 0 };
}

void
fake_chat_settle (FakeChat *self)
{
  guint n_notices = self->n_notices;
  guint deadline = g_timeout_add_seconds (20, on_deadline, self);

  fake_chat_notify (self, "notice", "{\"text\":\"settle\"}");
  while (self->n_notices == n_notices)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);
  fake_chat_turn ();
}

void
fake_chat_expect_nothing (FakeChat *self)
{
  if (self->server.connection != NULL &&
      parlance_chat_get_state (self->chat) == PARLANCE_CHAT_ONLINE)
    fake_chat_settle (self);
  else
    fake_chat_turn ();
  g_assert_cmpstr (self->server.received->str + self->cursor, ==, "");
}

const char *
fake_chat_param (FakeChat *self, const char *name)
{
  ParlanceJsonValue member;

  if (self->params.text == NULL || !parlance_json_get_member (&self->params, name, &member))
    return "";
  g_autofree char *text = g_strndup (member.text, member.n_bytes);
  return g_intern_string (text);
}

void
fake_chat_reply (FakeChat *self, const char *result)
{
  g_autofree char *line = g_strdup_printf (
      "{\"jsonrpc\":\"2.0\",\"id\":%" G_GINT64_FORMAT ",\"result\":%s}\n", self->id, result);

  fake_server_send (&self->server, line);
}

void
fake_chat_refuse (FakeChat *self, ParlanceReason reason, const char *more)
{
  g_autofree char *line = g_strdup_printf (
      "{\"jsonrpc\":\"2.0\",\"id\":%" G_GINT64_FORMAT
      ",\"error\":{\"code\":%d,\"message\":\"no\",\"data\":{\"reason\":\"%s\"%s%s}}}\n",
      self->id, parlance_reason_code (reason), parlance_reason_symbol (reason),
      more != NULL ? "," : "", more != NULL ? more : "");

  fake_server_send (&self->server, line);
}

void
fake_chat_notify (FakeChat *self, const char *method, const char *params)
{
  g_autofree char *line =
      g_strdup_printf ("{\"jsonrpc\":\"2.0\",\"method\":\"%s\",\"params\":%s}\n", method, params);

  fake_server_send (&self->server, line);
}

void
fake_chat_tell (FakeChat *self, const char *method, const char *params)
{
  fake_chat_notify (self, method, params);
  fake_chat_settle (self);
}

void
fake_chat_say (FakeChat *self, gint64 seq, const char *from, const char *text, const char *key)
{
  g_autofree char *params = g_strdup_printf (
      "{\"room\":\"lobby\",\"seq\":%" G_GINT64_FORMAT
      ",\"time\":1763600000000,\"from\":\"%s\",\"kind\":\"text\",\"text\":\"%s\"%s%s}",
      seq, from, text, key != NULL ? ",\"key\":" : "", key != NULL ? key : "");

  fake_chat_notify (self, "message", params);
}

void
fake_chat_greet (FakeChat *self)
{
  fake_chat_expect (self, "hello");
  fake_chat_reply (self, "{\"protocol\":1,\"server\":{\"id\":\"one\",\"name\":\"Study\","
                         "\"version\":\"1\",\"time\":1},\"session\":{\"nick\":\"alice\","
                         "\"token\":\"t1\"},\"limits\":{\"max_text\":100}}");
  fake_chat_wait_state (self, PARLANCE_CHAT_ONLINE);
}

void
fake_chat_go_online (FakeChat *self)
{
  parlance_chat_connect (self->chat);
  fake_chat_greet (self);
}

void
fake_chat_let_in (FakeChat *self, gint64 last_seq)
{
  fake_chat_expect (self, "join");
  g_autofree char *result = g_strdup_printf (
      "{\"room\":\"lobby\",\"topic\":\"words\",\"members\":[\"bob\",\"alice\"],\"first_seq\":1,"
      "\"last_seq\":%" G_GINT64_FORMAT "}",
      last_seq);
  fake_chat_reply (self, result);
  fake_chat_settle (self);
}

ParlanceRoom *
fake_chat_enter (FakeChat *self, gint64 last_seq)
{
  ParlanceRoom *room = parlance_chat_join (self->chat, "lobby");

  fake_chat_go_online (self);
  fake_chat_let_in (self, last_seq);
  g_assert_cmpint (parlance_room_get_state (room), ==, PARLANCE_ROOM_JOINED);
  return room;
}

void
fake_chat_lose (FakeChat *self)
{
  fake_server_hang_up (&self->server);
  fake_chat_wait_state (self, PARLANCE_CHAT_WAITING);
  g_string_truncate (self->server.received, 0);
  self->cursor = 0;
  fake_chat_advance (self, 30000);
}

void
fake_chat_assert_list (ParlanceRoom *room, const char *expected)
{
  static const char *const marks[] = { "?", "", "!" };
  ParlanceMessageList *list = parlance_room_get_messages (room);
  g_autoptr (GString) texts = g_string_new (NULL);

  for (guint i = 0; i < parlance_message_list_get_n (list); i++)
    {
      ParlanceMessage *message = parlance_message_list_get (list, i);
      g_string_append_printf (texts, "%s%s%s", i > 0 ? " " : "",
                              parlance_message_get_text (message),
                              marks[parlance_message_get_state (message)]);
    }
  g_assert_cmpstr (texts->str, ==, expected);
}

const char *
fake_chat_members (ParlanceRoom *room)
{
  ParlanceMemberList *list = parlance_room_get_members (room);
  g_autoptr (GString) nicks = g_string_new (NULL);

  for (guint i = 0; i < parlance_member_list_get_n (list); i++)
    g_string_append_printf (nicks, "%s%s", i > 0 ? " " : "",
                            parlance_member_list_get_nick (list, i));
  return g_intern_string (nicks->str);
}
