/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A ParlanceChat, the server it talks to, which says what a test tells it to, and the time, which
 * passes when a test says so. Whatever changes a list of messages is checked by a copy that is kept
 * by "items-changed" alone.
 */
#pragma once

#include "protocol/client/chat-private.h"
#include "tests/client/fake-server.h"

typedef struct
{
  FakeServer server;
  ParlanceClock clock;
  gint64 now_ms;
  double random; /* what chance says next */
  ParlanceChat *chat;
  gsize cursor; /* [bytes] of what the server received that were looked at */
  gint64 id;    /* of the request that came last */
  ParlanceJsonValue params;
  GString *line; /* it, which @params is of */
  GString *log;  /* what signals said: "1 text;", "+nick;", "-nick;", "nick:topic;" */
  guint n_notices;
} FakeChat;

/** fake_chat_set_up: a server, and a chat of "alice" that wants nothing yet */
void fake_chat_set_up (FakeChat *self, gconstpointer data);
void fake_chat_tear_down (FakeChat *self, gconstpointer data);

/** fake_chat_advance: lets time pass, and what is due happen */
void fake_chat_advance (FakeChat *self, gint64 ms);

/** fake_chat_settle: everything that was sent is read, in both directions; needs a connection */
void fake_chat_settle (FakeChat *self);

/** fake_chat_turn: turns the main loop until it has nothing to do */
void fake_chat_turn (void);

/** fake_chat_wait_state: turns the main loop until the chat is in @state */
void fake_chat_wait_state (FakeChat *self, ParlanceChatState state);

/** fake_chat_expect: waits for the next request, which has to be of @method, to be replied to */
void fake_chat_expect (FakeChat *self, const char *method);

/** fake_chat_expect_nothing: no request has come that was not expected */
void fake_chat_expect_nothing (FakeChat *self);

/** fake_chat_param: Returns: JSON text of a member of the params that came last; "" when absent */
const char *fake_chat_param (FakeChat *self, const char *name);

/** fake_chat_reply: to the request that came last */
void fake_chat_reply (FakeChat *self, const char *result);

/** fake_chat_refuse: with an error; @more: (nullable): members of `data`, without braces */
void fake_chat_refuse (FakeChat *self, ParlanceReason reason, const char *more);

void fake_chat_notify (FakeChat *self, const char *method, const char *params);

/** fake_chat_tell: the same, and waits until it has been read */
void fake_chat_tell (FakeChat *self, const char *method, const char *params);

/** fake_chat_say: a `message` of the lobby; @key: (nullable) */
void
fake_chat_say (FakeChat *self, gint64 seq, const char *from, const char *text, const char *key);

/** fake_chat_greet: expects hello and answers it */
void fake_chat_greet (FakeChat *self);

/** fake_chat_go_online: connects, and greets */
void fake_chat_go_online (FakeChat *self);

/** fake_chat_let_in: expects a join of the lobby and answers it, with alice and bob in it */
void fake_chat_let_in (FakeChat *self, gint64 last_seq);

/** fake_chat_enter: online, and in the lobby. Returns: (transfer none) */
ParlanceRoom *fake_chat_enter (FakeChat *self, gint64 last_seq);

/** fake_chat_lose: the connection goes, and the wait for the next one passes */
void fake_chat_lose (FakeChat *self);

/** fake_chat_assert_list: @expected: the messages' texts, with "?" behind pending and "!" behind
 * failed ones, and spaces between */
void fake_chat_assert_list (ParlanceRoom *room, const char *expected);

/** fake_chat_watch: keeps a copy of the list of @room, and checks it at every change */
void fake_chat_watch (ParlanceMessageList *list);

/** fake_chat_members: Returns: the members of @room, with spaces between */
const char *fake_chat_members (ParlanceRoom *room);
