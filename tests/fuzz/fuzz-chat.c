/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parameters of hello and of every method of chat, accounts and operators. What is accepted is
 * within its limits, and of a send comes a message that is JSON, of known members only, which is
 * read and written again as it stands: what is stored has one form.
 */
#include "protocol/wire/account.h"
#include "protocol/wire/json-writer.h"
#include "protocol/wire/names.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes);

typedef gboolean (*Parse) (const ParlanceJsonValue *, ParlanceChatParams *, ParlanceFault *);

/* The members that a message has from its sender. */
static const char *const message_members[] = { "kind", "text", "reply_to", "entry" };

static void
assert_fault (const ParlanceFault *fault)
{
  g_assert_true (fault->reason == PARLANCE_REASON_INVALID_PARAMS ||
                 fault->reason == PARLANCE_REASON_INVALID_NAME ||
                 fault->reason == PARLANCE_REASON_TOO_LONG);
  g_assert_cmpstr (fault->member, ==, "field");
  g_assert_true (fault->reason != PARLANCE_REASON_TOO_LONG || fault->limit > 0);
}

static void
assert_name (const ParlanceName *name, gboolean (*is_valid) (const char *, gsize))
{
  g_assert_cmpuint (strlen (name->text), ==, name->n_bytes);
  g_assert_true (is_valid (name->text, name->n_bytes));
  g_autofree char *folded = parlance_name_fold (name->text, name->n_bytes);
  g_assert_true (g_utf8_validate (folded, -1, NULL));
}

static void
assert_params (const ParlanceChatParams *chat)
{
  if (chat->room.n_bytes > 0)
    assert_name (&chat->room, parlance_room_is_valid);
  g_assert_true (g_utf8_validate (chat->text, -1, NULL));
  g_assert_cmpint (chat->after, >=, -1);
  g_assert_cmpint (chat->before, >=, -1);
  g_assert_cmpuint (chat->limit, >=, 1);
  g_assert_cmpuint (chat->limit, <=, PARLANCE_MAX_HISTORY);
}

static void
read_with (Parse parse, const ParlanceJsonValue *params)
{
  ParlanceChatParams chat = { .after = -1, .before = -1, .limit = 1 };
  ParlanceFault fault;

  if (parse (params, &chat, &fault))
    assert_params (&chat);
  else
    assert_fault (&fault);
}

static void
read_hello (const ParlanceJsonValue *params)
{
  ParlanceHello hello;
  ParlanceFault fault;

  if (!parlance_hello_parse (params, &hello, &fault))
    {
      assert_fault (&fault);
      return;
    }
  if (hello.nick.n_bytes > 0)
    assert_name (&hello.nick, parlance_nick_is_valid);
  g_assert_cmpuint (strlen (hello.resume), <=, PARLANCE_MAX_TOKEN);
  g_assert_true (hello.has_resume || hello.resume[0] == '\0');
}

static void
read_account (const ParlanceJsonValue *params)
{
  static gboolean (*const parsers[]) (const ParlanceJsonValue *, ParlanceAccountParams *,
                                      ParlanceFault *) = {
    parlance_register_parse,
    parlance_password_change_parse,
    parlance_account_delete_parse,
    parlance_logout_parse,
    parlance_kick_parse,
    parlance_mute_parse,
    parlance_ban_parse,
    parlance_unban_parse,
    parlance_close_room_parse,
    parlance_notice_parse,
    parlance_set_operator_parse,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (parsers); i++)
    {
      ParlanceAccountParams account = { .id = 0 };
      ParlanceFault fault;

      if (!parsers[i](params, &account, &fault))
        {
          assert_fault (&fault);
          continue;
        }
      if (account.nick.n_bytes > 0)
        assert_name (&account.nick, parlance_nick_is_valid);
      if (account.room.n_bytes > 0)
        assert_name (&account.room, parlance_room_is_valid);
      g_assert_true (g_utf8_validate (account.password, -1, NULL));
      g_assert_true (g_utf8_validate (account.client, -1, NULL));
      g_assert_true (g_utf8_validate (account.reason, -1, NULL));
      g_assert_cmpint (account.duration_s, >=, 0);
      g_assert_cmpint (account.id, >=, 0);
    }
}

/* As parlance_send_parse() reads it: @body, in the room "a". */
static void
assert_same_again (const GString *body)
{
  g_autoptr (GString) params = g_string_new ("{\"room\":\"a\",");
  g_autoptr (GString) again = g_string_new (NULL);
  ParlanceJsonValue root;
  ParlanceJsonValue key;
  ParlanceJsonValue value;
  ParlanceChatParams chat;
  ParlanceFault fault;
  guint32 cursor = 0;

  parlance_append (params, body->str, body->len);
  g_string_append_c (params, '}');
  g_assert_true (parlance_json_parse (params->str, params->len, PARLANCE_MAX_DEPTH, &root));
  g_assert_true (parlance_json_next_member (&root, &cursor, &key, &value));
  while (parlance_json_next_member (&root, &cursor, &key, &value))
    {
      gboolean is_known = FALSE;

      for (gsize i = 0; i < G_N_ELEMENTS (message_members); i++)
        is_known = is_known || parlance_json_string_equals (&key, message_members[i]);
      g_assert_true (is_known);
    }
  g_assert_true (parlance_send_parse (&root, again, &chat, &fault));
  g_assert_cmpstr (again->str, ==, body->str);
}

static void
read_send (const ParlanceJsonValue *params)
{
  g_autoptr (GString) body = g_string_new (NULL);
  ParlanceChatParams chat;
  ParlanceFault fault;

  if (!parlance_send_parse (params, body, &chat, &fault))
    {
      assert_fault (&fault);
      return;
    }
  assert_name (&chat.room, parlance_room_is_valid);
  g_assert_cmpuint (chat.n_key, <=, PARLANCE_MAX_KEY);
  g_assert_null (memchr (body->str, '\n', body->len));
  assert_same_again (body);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes)
{
  ParlanceJsonValue params;

  /* Longer than a line no request is, and its params are an object. */
  if (n_bytes == 0 || n_bytes > PARLANCE_MAX_LINE ||
      !parlance_json_parse ((const char *)data, n_bytes, PARLANCE_MAX_DEPTH, &params) ||
      params.type != PARLANCE_JSON_OBJECT)
    return 0;
  read_with (parlance_room_parse, &params);
  read_with (parlance_join_parse, &params);
  read_with (parlance_topic_parse, &params);
  read_with (parlance_history_parse, &params);
  read_with (parlance_search_messages_parse, &params);
  read_hello (&params);
  read_account (&params);
  read_send (&params);
  return 0;
}
