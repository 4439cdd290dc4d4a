/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The ports are called on the authority's and the archive's threads, all else is the test's.
 */
#include "tests/chat/authority-fixture.h"

#include "protocol/wire/json-reader.h"
#include "protocol/wire/names.h"
#include "server/chat/mail.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  ChatRequest chat; /* first */
  AuthorityFixture *fixture;
  char *room;
  char *room_folded;
  char *nick;
  char *nick_folded;
  char *text;
  char *body;
  char *key;
  char *password;
  char *new_password;
} Ask;

static const char *const verbs[] = {
  [CHAT_HELLO] = "hello",
  [CHAT_JOIN] = "join",
  [CHAT_LEAVE] = "leave",
  [CHAT_ROOMS] = "rooms",
  [CHAT_MEMBERS] = "members",
  [CHAT_TOPIC] = "topic",
  [CHAT_SEND] = "send",
  [CHAT_TYPING] = "typing",
  [CHAT_HISTORY] = "history",
  [CHAT_SEARCH] = "search",
  [CHAT_CATCH_UP] = "catch-up",
  [CHAT_GONE] = "gone",
  [CHAT_REGISTER] = "register",
  [CHAT_PASSWORD] = "password",
  [CHAT_ACCOUNT] = "account",
  [CHAT_DELETE] = "delete",
  [CHAT_LOGOUT] = "logout",
  [CHAT_STATS] = "stats",
  [CHAT_KICK] = "kick",
  [CHAT_BAN] = "ban",
  [CHAT_UNBAN] = "unban",
  [CHAT_BANS] = "bans",
  [CHAT_MUTE] = "mute",
  [CHAT_UNMUTE] = "unmute",
  [CHAT_CLOSE_ROOM] = "close-room",
  [CHAT_OPEN_ROOM] = "open-room",
  [CHAT_NOTICE] = "notice",
  [CHAT_SET_OPERATOR] = "set-operator",
};

static void
ask_free (Ask *self)
{
  AuthorityFixture *fixture = self->fixture;

  chat_request_clear (&self->chat);
  g_free (self->room);
  g_free (self->room_folded);
  g_free (self->nick);
  g_free (self->nick_folded);
  g_free (self->text);
  g_free (self->body);
  g_free (self->key);
  g_free (self->password);
  g_free (self->new_password);
  g_free (self);
  pthread_mutex_lock (&fixture->mutex);
  fixture->n_freed++;
  pthread_mutex_unlock (&fixture->mutex);
}

static void
ask_discard (MailboxMessage *message)
{
  ask_free ((Ask *)message);
}

/* --- what is told ----------------------------------------------------------------------------- */

/* The next line of @frame as params and method. Returns: %FALSE behind the last */
static gboolean
next_line (const SharedFrame *frame,
           gsize *at,
           ParlanceJsonValue *ret_method,
           ParlanceJsonValue *ret_params)
{
  const char *begin = shared_frame_bytes (frame) + *at;
  const char *lf;
  ParlanceJsonValue root;

  if (*at == shared_frame_n_bytes (frame))
    return FALSE;
  lf = memchr (begin, '\n', shared_frame_n_bytes (frame) - *at);
  g_assert_nonnull (lf);
  g_assert_true (parlance_json_parse (begin, (gsize)(lf - begin), 8, &root));
  g_assert_true (parlance_json_get_member (&root, "method", ret_method));
  g_assert_true (parlance_json_get_member (&root, "params", ret_params));
  *at += (gsize)(lf + 1 - begin);
  return TRUE;
}

static void
append_member (GString *out, const ParlanceJsonValue *params, const char *name)
{
  ParlanceJsonValue value;

  if (!parlance_json_get_member (params, name, &value))
    return;
  g_string_append_c (out, ' ');
  g_string_append_len (out, value.text + (value.type == PARLANCE_JSON_STRING),
                       value.n_bytes - 2 * (value.type == PARLANCE_JSON_STRING));
}

/* "N-M" of messages, without a gap, and their keys. */
static void
append_messages (GString *out, const SharedFrame *frame)
{
  g_autoptr (GString) keys = g_string_new (NULL);
  ParlanceJsonValue method;
  ParlanceJsonValue params;
  ParlanceJsonValue value;
  gint64 first = 0;
  gint64 last = 0;
  gsize at = 0;

  while (next_line (frame, &at, &method, &params))
    {
      gint64 seq;

      g_assert_true (parlance_json_string_equals (&method, "message"));
      g_assert_true (parlance_json_get_member (&params, "seq", &value));
      g_assert_true (parlance_json_get_int64 (&value, &seq));
      if (first == 0)
        first = seq;
      else
        g_assert_cmpint (seq, ==, last + 1);
      last = seq;
      append_member (keys, &params, "key");
    }
  g_string_append_printf (out, "%d-%d%s", (int)first, (int)last, keys->str);
}

static void
append_last_words (GString *out, const SharedFrame *frame)
{
  ParlanceJsonValue root;
  ParlanceJsonValue error;
  ParlanceJsonValue data;
  ParlanceJsonValue reason;

  g_assert_true (
      parlance_json_parse (shared_frame_bytes (frame), shared_frame_n_bytes (frame) - 1, 8, &root));
  g_assert_true (parlance_json_get_member (&root, "error", &error));
  g_assert_true (parlance_json_get_member (&error, "data", &data));
  g_assert_true (parlance_json_get_member (&data, "reason", &reason));
  g_string_append_len (out, reason.text, reason.n_bytes);
}

/* METHOD and what it says. */
static void
append_notification (GString *out, const SharedFrame *frame)
{
  static const char *const names[] = { "room", "nick", "from", "to", "topic", "by" };
  ParlanceJsonValue method;
  ParlanceJsonValue params;
  gsize at = 0;

  /* Last words: an error that belongs to no request. */
  if (g_strstr_len (shared_frame_bytes (frame), (gssize)shared_frame_n_bytes (frame),
                    "\"error\"") != NULL)
    {
      append_last_words (out, frame);
      return;
    }
  g_assert_true (next_line (frame, &at, &method, &params));
  g_assert_cmpuint (at, ==, shared_frame_n_bytes (frame));
  g_string_append_len (out, method.text + 1, method.n_bytes - 2);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    append_member (out, &params, names[i]);
}

static char *
client_name (AuthorityFixture *self, const ChatClient *client)
{
  guint i;

  g_assert_true (g_ptr_array_find (self->clients, client, &i));
  return g_strdup_printf ("%c", 'a' + i % 26);
}

static void
append_answer (AuthorityFixture *self, GString *log, const ChatRequest *request)
{
  g_string_append_printf (log, " %s", verbs[request->verb]);
  if (request->is_refused)
    {
      g_string_append_printf (log, " refused %s", parlance_reason_symbol (request->fault.reason));
      return;
    }
  if (request->verb == CHAT_SEND || request->verb == CHAT_JOIN || request->verb == CHAT_CATCH_UP)
    g_string_append_printf (log, " seq %d", (int)request->seq);
  if (request->is_live)
    g_string_append (log, " live");
  if (request->frame != NULL)
    {
      g_string_append (log, " lines ");
      append_messages (log, request->frame);
    }
  if (request->result != NULL && request->verb != CHAT_HELLO && request->verb != CHAT_REGISTER &&
      !self->says_no_lists)
    g_string_append_printf (log, " %s", request->result->str);
}

/* {"nick":…,"token":"…"} */
static void
keep_token (AuthorityFixture *self, const ChatRequest *request)
{
  ParlanceJsonValue root;
  ParlanceJsonValue token;

  g_assert_true (parlance_json_parse (request->result->str, request->result->len, 2, &root));
  g_assert_true (parlance_json_get_member (&root, "token", &token));
  g_hash_table_insert (self->tokens, request->client,
                       g_strndup (token.text + 1, token.n_bytes - 2));
}

static void
answered (AuthorityFixture *self, GString *log, ChatRequest *request)
{
  self->n_answered++;
  pthread_cond_signal (&self->answered);
  if (request->client == &self->nobody)
    return;

  g_autofree char *name = client_name (self, request->client);
  g_string_append (log, name);
  append_answer (self, log, request);
  g_string_append_c (log, '\n');
  if (request->verb == CHAT_HELLO && !request->is_refused)
    keep_token (self, request);
}

static void
write_down (AuthorityFixture *self, GString *log, const ChatOp *op)
{
  g_autofree char *name = op->client != NULL ? client_name (self, op->client) : NULL;

  switch (op->kind)
    {
    case CHAT_OP_ANSWER:
      answered (self, log, op->request);
      return;
    case CHAT_OP_MESSAGES:
      g_string_append (log, "messages ");
      append_messages (log, op->frame);
      break;
    case CHAT_OP_PERSONAL:
      g_string_append_printf (log, "personal %s ", name);
      append_messages (log, op->frame);
      break;
    case CHAT_OP_EVENT:
      g_string_append (log, "event ");
      append_notification (log, op->frame);
      if (name != NULL)
        g_string_append_printf (log, " but %s", name);
      break;
    case CHAT_OP_TELL:
      g_string_append_printf (log, "tell %s ", name);
      append_notification (log, op->frame);
      break;
    case CHAT_OP_PUT_OUT:
      g_string_append_printf (log, "put-out %s ", name);
      append_notification (log, op->frame);
      break;
    case CHAT_OP_CLOSE:
    default:
      g_string_append_printf (log, "close %s", name);
      break;
    }
  g_string_append_c (log, '\n');
}

static void
port_post (ChatPort *port, MailboxMessage *message)
{
  FixturePort *self = (FixturePort *)port;
  const ChatMail *mail = (const ChatMail *)message;

  pthread_mutex_lock (&self->fixture->mutex);
  for (guint i = 0; i < mail->n_ops; i++)
    write_down (self->fixture, self->log, &mail->ops[i]);
  pthread_mutex_unlock (&self->fixture->mutex);
  message->discard (message);
}

/* --- the fixture ------------------------------------------------------------------------------ */

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

static AuthorityFixture *
fixture_new (JournalDurability durability, guint send_rate)
{
  AuthorityFixture *self = g_new0 (AuthorityFixture, 1);
  ChatLimits *limits = chat_limits_new ();
  g_autoptr (GError) error = NULL;

  self->data_dir = g_dir_make_tmp ("parlance-authority-XXXXXX", &error);
  g_assert_no_error (error);
  g_assert_cmpint (pthread_mutex_init (&self->mutex, NULL), ==, 0);
  g_assert_cmpint (pthread_cond_init (&self->answered, NULL), ==, 0);
  self->clients = g_ptr_array_new_with_free_func (g_free);
  self->tokens = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->chain_end = &self->chain;
  self->nobody.port = &self->ports[0].port;
  for (guint i = 0; i < FIXTURE_N_PORTS; i++)
    {
      self->ports[i].port.index = i;
      self->ports[i].port.post = port_post;
      self->ports[i].fixture = self;
      self->ports[i].log = g_string_new (NULL);
      self->port_list[i] = &self->ports[i].port;
    }
  limits->send_rate = send_rate;
  self->authority =
      authority_new (self->data_dir, durability, limits, self->port_list, FIXTURE_N_PORTS, &error);
  g_assert_no_error (error);
  return self;
}

AuthorityFixture *
authority_fixture_new (JournalDurability durability, guint send_rate)
{
  AuthorityFixture *self = fixture_new (durability, send_rate);

  g_assert_true (authority_start (self->authority, NULL));
  return self;
}

AuthorityFixture *
authority_fixture_new_idle (void)
{
  return fixture_new (JOURNAL_DURABILITY_NONE, 0);
}

void
authority_fixture_free (AuthorityFixture *self)
{
  authority_free (self->authority);
  g_assert_null (self->chain);
  for (guint i = 0; i < FIXTURE_N_PORTS; i++)
    g_string_free (self->ports[i].log, TRUE);
  g_ptr_array_unref (self->clients);
  g_hash_table_unref (self->tokens);
  pthread_mutex_destroy (&self->mutex);
  pthread_cond_destroy (&self->answered);
  remove_tree (self->data_dir);
  g_free (self->data_dir);
  g_free (self);
}

ChatClient *
fixture_client (AuthorityFixture *self, guint port)
{
  ChatClient *client = g_new0 (ChatClient, 1);

  client->port = self->port_list[port];
  pthread_mutex_lock (&self->mutex);
  g_ptr_array_add (self->clients, client);
  pthread_mutex_unlock (&self->mutex);
  return client;
}

ChatClient *
fixture_member (AuthorityFixture *self, guint port, const char *nick, const char *room)
{
  ChatClient *client = fixture_client (self, port);

  ask_hello (self, client, nick, NULL);
  if (room != NULL)
    ask (self, client, CHAT_JOIN, room);
  fixture_go (self);
  fixture_skip (self);
  return client;
}

/* --- asking ----------------------------------------------------------------------------------- */

static Ask *
ask_new (AuthorityFixture *fixture, ChatClient *client, ChatVerb verb, const char *room)
{
  Ask *self = g_new0 (Ask, 1);

  self->chat.message.discard = ask_discard;
  self->chat.verb = verb;
  self->chat.client = client;
  self->chat.after = -1;
  self->chat.before = -1;
  self->chat.limit = 50;
  self->fixture = fixture;
  if (room != NULL)
    {
      self->chat.room = self->room = g_strdup (room);
      self->chat.room_folded = self->room_folded = parlance_name_fold (room, strlen (room));
    }
  *fixture->chain_end = &self->chat;
  fixture->chain_end = &self->chat.next;
  fixture->n_asked++;
  return self;
}

void
ask_hello (AuthorityFixture *self, ChatClient *client, const char *nick, const char *token)
{
  Ask *hello = ask_new (self, client, CHAT_HELLO, NULL);

  if (nick != NULL)
    {
      hello->chat.nick = hello->nick = g_strdup (nick);
      hello->chat.nick_folded = hello->nick_folded = parlance_name_fold (nick, strlen (nick));
    }
  hello->chat.text = hello->text = g_strdup (token);
  hello->chat.peer.address = self->address;
}

void
ask (AuthorityFixture *self, ChatClient *client, ChatVerb verb, const char *room)
{
  ask_new (self, client, verb, room);
}

void
ask_join_after (AuthorityFixture *self, ChatClient *client, const char *room, gint64 after)
{
  ask_new (self, client, CHAT_JOIN, room)->chat.after = after;
}

void
ask_catch_up (AuthorityFixture *self, ChatClient *client, const char *room, gint64 after)
{
  ask_new (self, client, CHAT_CATCH_UP, room)->chat.after = after;
}

void
ask_topic (AuthorityFixture *self, ChatClient *client, const char *room, const char *topic)
{
  Ask *request = ask_new (self, client, CHAT_TOPIC, room);

  request->chat.text = request->text = g_strdup (topic);
}

void
ask_send (
    AuthorityFixture *self, ChatClient *client, const char *room, gsize n_text, const char *key)
{
  Ask *send = ask_new (self, client, CHAT_SEND, room);
  g_autofree char *text = g_strnfill (n_text, 'x');

  send->body = g_strdup_printf ("\"kind\":\"text\",\"text\":\"%s\"", text);
  send->chat.body = send->body;
  send->chat.n_body = strlen (send->body);
  if (key == NULL)
    return;
  send->chat.key = send->key = g_strdup (key);
  send->chat.n_key = strlen (key);
}

void
ask_with_password (AuthorityFixture *self,
                   ChatClient *client,
                   ChatVerb verb,
                   const char *nick,
                   const char *password,
                   const char *new_password,
                   gboolean is_local)
{
  ask_hello (self, client, nick, NULL);
  Ask *request = (Ask *)((char *)self->chain_end - offsetof (ChatRequest, next));

  request->chat.verb = verb;
  request->chat.password = request->password = g_strdup (password);
  request->chat.new_password = request->new_password = g_strdup (new_password);
  request->chat.peer.is_local = is_local;
  request->chat.peer.is_private = TRUE;
}

void
ask_operator (
    AuthorityFixture *self, ChatClient *client, ChatVerb verb, const char *nick, const char *room)
{
  Ask *request = ask_new (self, client, verb, room);

  request->chat.text = request->text = g_strdup ("");
  request->chat.target = self->target;
  if (nick == NULL)
    return;
  request->chat.nick = request->nick = g_strdup (nick);
  request->chat.nick_folded = request->nick_folded = parlance_name_fold (nick, strlen (nick));
}

void
fixture_set_access (AuthorityFixture *self, ChatAccess access, const char *operator_nick)
{
  ChatLimits *limits = chat_limits_new ();

  limits->access = access;
  if (operator_nick != NULL)
    g_hash_table_add (limits->operators, g_strdup (operator_nick));
  authority_set_limits (self->authority, limits);
}

static void
post_and_wait (AuthorityFixture *self)
{
  ChatRequest *chain = g_steal_pointer (&self->chain);

  self->chain_end = &self->chain;
  authority_post (self->authority, chain);
  pthread_mutex_lock (&self->mutex);
  while (self->n_answered < self->n_asked)
    pthread_cond_wait (&self->answered, &self->mutex);
  pthread_mutex_unlock (&self->mutex);
}

void
fixture_go (AuthorityFixture *self)
{
  post_and_wait (self);
  /* The other port may not have been told its part yet: before a further batch it has. */
  ask (self, &self->nobody, CHAT_TYPING, "lobby");
  post_and_wait (self);
}

/* --- what was told ---------------------------------------------------------------------------- */

char *
fixture_log (AuthorityFixture *self, guint port)
{
  pthread_mutex_lock (&self->mutex);
  char *log = g_strdup (self->ports[port].log->str);
  g_string_truncate (self->ports[port].log, 0);
  pthread_mutex_unlock (&self->mutex);
  return log;
}

void
fixture_expect (AuthorityFixture *self, guint port, const char *log)
{
  g_autofree char *told = fixture_log (self, port);

  g_assert_cmpstr (told, ==, log);
}

void
fixture_skip (AuthorityFixture *self)
{
  for (guint i = 0; i < FIXTURE_N_PORTS; i++)
    g_free (fixture_log (self, i));
}

char *
fixture_token (AuthorityFixture *self, ChatClient *client)
{
  pthread_mutex_lock (&self->mutex);
  char *token = g_strdup (g_hash_table_lookup (self->tokens, client));
  pthread_mutex_unlock (&self->mutex);
  return token;
}

guint
fixture_count (const char *log, const char *what)
{
  guint n = 0;

  for (const char *at = strstr (log, what); at != NULL; at = strstr (at + 1, what))
    n++;
  return n;
}
