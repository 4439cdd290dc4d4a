/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who has which nick. A session belongs to one client, a connection that is there; the token that
 * it was given outlives it, and lets the same person have the nick again, from whoever has it then.
 * Only the token's hash is kept.
 */
#include "server/chat/authority-parts.h"

#include "protocol/wire/json-writer.h"
#include "server/log.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#define MAX_TOKENS 32768 /* saying hello with ever new nicks must not fill the memory */
#define TOKEN_LIFETIME_MS (30 * G_GINT64_CONSTANT (86400000)) /* since it was last used */
#define TOKEN_RENEW_MS G_GINT64_CONSTANT (86400000) /* writing that down once a day is enough */

typedef struct
{
  guint8 hash[JOURNAL_TOKEN_BYTES]; /* first: the key of its table */
  char *nick;
  char *folded;
  gint64 expires_ms;
  GList link; /* in Authority.tokens_by_use */
} Token;

static guint
token_hash (gconstpointer key)
{
  guint hash;

  /* It is one already. */
  memcpy (&hash, key, sizeof hash);
  return hash;
}

static gboolean
token_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, JOURNAL_TOKEN_BYTES) == 0;
}

static void
token_free (gpointer data)
{
  Token *token = data;

  g_free (token->nick);
  g_free (token->folded);
  g_free (token);
}

void
authority_init_tokens (Authority *self)
{
  self->tokens = g_hash_table_new_full (token_hash, token_equal, NULL, token_free);
  self->tokens_by_nick = g_hash_table_new (g_str_hash, g_str_equal);
  g_queue_init (&self->tokens_by_use);
}

void
authority_clear_tokens (Authority *self)
{
  g_hash_table_unref (self->tokens_by_nick);
  g_hash_table_unref (self->tokens);
}

static void
remove_token (Authority *self, Token *token)
{
  g_queue_unlink (&self->tokens_by_use, &token->link);
  g_hash_table_remove (self->tokens_by_nick, token->folded);
  g_hash_table_remove (self->tokens, token->hash);
}

static gboolean
token_is_in_use (const Authority *self, const Token *token)
{
  return g_hash_table_contains (self->nicks, token->folded);
}

static void
use_token (Authority *self, Token *token)
{
  g_queue_unlink (&self->tokens_by_use, &token->link);
  g_queue_push_tail_link (&self->tokens_by_use, &token->link);
}

/* Where there are too many, that of the one who has been away longest goes. */
static void
make_room_for_token (Authority *self)
{
  for (guint n = self->tokens_by_use.length; n >= MAX_TOKENS; n--)
    {
      Token *token = self->tokens_by_use.head->data;

      if (token_is_in_use (self, token))
        {
          use_token (self, token);
          continue;
        }
      /* With a time that is over the journal drops it. */
      journal_set_token (self->journal, token->hash, token->nick, token->folded, 0);
      remove_token (self, token);
      return;
    }
}

/* In place of any earlier one of that nick. */
static void
put_token (Authority *self, Token *token)
{
  Token *earlier = g_hash_table_lookup (self->tokens_by_nick, token->folded);

  if (earlier != NULL)
    remove_token (self, earlier);
  make_room_for_token (self);
  token->link.data = token;
  g_queue_push_tail_link (&self->tokens_by_use, &token->link);
  g_hash_table_insert (self->tokens, token->hash, token);
  g_hash_table_insert (self->tokens_by_nick, token->folded, token);
}

static void
load_token (const guint8 hash[JOURNAL_TOKEN_BYTES],
            const char *nick,
            const char *folded,
            gint64 expires_ms,
            gpointer data)
{
  Token *token = g_new0 (Token, 1);

  memcpy (token->hash, hash, JOURNAL_TOKEN_BYTES);
  token->nick = g_strdup (nick);
  token->folded = g_strdup (folded);
  token->expires_ms = expires_ms;
  put_token (data, token);
}

gboolean
authority_load_tokens (Authority *self, GError **error)
{
  return journal_each_token (self->journal, g_get_real_time () / 1000, load_token, self, error);
}

static void
hash_token (const char *text, guint8 ret_hash[JOURNAL_TOKEN_BYTES])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize n_bytes = JOURNAL_TOKEN_BYTES;

  g_checksum_update (checksum, (const guchar *)text, -1);
  g_checksum_get_digest (checksum, ret_hash, &n_bytes);
}

/* Gives the nick a token. Returns: (transfer full): its text, 256 bits that cannot be guessed */
static char *
issue_token (Authority *self, const char *nick, const char *folded)
{
  guint8 random[32];
  GString *text = g_string_sized_new (2 * sizeof random);
  guint8 hash[JOURNAL_TOKEN_BYTES];

  /* With at most 256 bytes it neither fails nor gives fewer, once the pool is filled
   * (getrandom(2)); before that it may be interrupted. */
  while (getrandom (random, sizeof random, 0) != (ssize_t)sizeof random)
    g_assert (errno == EINTR);
  for (gsize i = 0; i < sizeof random; i++)
    g_string_append_printf (text, "%02x", random[i]);

  hash_token (text->str, hash);
  load_token (hash, nick, folded, self->now_ms + TOKEN_LIFETIME_MS, self);
  journal_set_token (self->journal, hash, nick, folded, self->now_ms + TOKEN_LIFETIME_MS);
  return g_string_free (text, FALSE);
}

/* The token that the request resumes with. Returns: (nullable): %NULL: none, or it is not valid for
 * the nick that was asked for */
static Token *
find_token (Authority *self, const ChatRequest *request)
{
  guint8 hash[JOURNAL_TOKEN_BYTES];

  if (request->text == NULL)
    return NULL;
  hash_token (request->text, hash);
  Token *token = g_hash_table_lookup (self->tokens, hash);
  if (token == NULL || token->expires_ms <= self->now_ms ||
      (request->nick_folded != NULL && strcmp (request->nick_folded, token->folded) != 0))
    return NULL;
  return token;
}

static void
renew_token (Authority *self, Token *token, gint64 now_ms)
{
  gint64 expires_ms = now_ms + TOKEN_LIFETIME_MS;

  use_token (self, token);
  if (expires_ms - token->expires_ms < TOKEN_RENEW_MS)
    return;
  token->expires_ms = expires_ms;
  journal_set_token (self->journal, token->hash, token->nick, token->folded, expires_ms);
}

void
authority_expire_tokens (Authority *self, gint64 now_ms)
{
  for (guint n = self->tokens_by_use.length; n > 0; n--)
    {
      Token *token = self->tokens_by_use.head->data;

      /* The session that has it may last longer than a token. */
      if (token_is_in_use (self, token))
        renew_token (self, token, now_ms);
      else if (token->expires_ms <= now_ms)
        remove_token (self, token);
      else
        use_token (self, token);
    }
}

/* --- sessions --------------------------------------------------------------------------------- */

/* Takes the session out of everything. @step gets its nick and the rooms it was in. */
static void
end_session (Authority *self, Session *session, Step *step)
{
  GHashTableIter iter;
  gpointer value;

  step->rooms = g_ptr_array_new ();
  step->left_nick = g_ref_string_acquire (session->nick);
  g_hash_table_iter_init (&iter, session->rooms);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      g_ptr_array_add (step->rooms, ((Membership *)value)->room);
      g_ptr_array_add (self->lonely_rooms, ((Membership *)value)->room);
    }
  for (guint i = 0; i < step->rooms->len; i++)
    {
      const Room *room = g_ptr_array_index (step->rooms, i);
      session_exit (session, session_in (session, room->folded));
    }
  g_hash_table_remove (self->nicks, session->folded);
  session->client->session = NULL;
  g_ptr_array_add (self->dead_sessions, session);
}

/* @client: whose session it was */
static void
tell_session_ended (Authority *self, const Step *step, ChatClient *client)
{
  for (guint i = 0; i < step->rooms->len; i++)
    {
      Room *room = g_ptr_array_index (step->rooms, i);

      room_tell_out (room, client->port->index);
      if (!room_is_quiet (room))
        authority_event (
            self, room,
            authority_notification ("left", "\"room\"", room->name, "\"nick\"", step->left_nick),
            client);
    }
}

static void
append_session (GString *out, const char *nick, const char *token)
{
  PARLANCE_APPEND_LITERAL (out, "{\"nick\":");
  parlance_json_append_string (out, nick, strlen (nick));
  PARLANCE_APPEND_LITERAL (out, ",\"token\":");
  parlance_json_append_string (out, token, strlen (token));
  PARLANCE_APPEND_LITERAL (out, "}");
}

/* Everybody who shares a room with the session, once. Listed when the name is taken: who is in a
 * room may be another by the time it is told. */
static GPtrArray *
list_company (const Session *session)
{
  g_autoptr (GHashTable) listed = g_hash_table_new (NULL, NULL);
  GPtrArray *company = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_add (listed, session->client);
  g_hash_table_iter_init (&iter, session->rooms);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const GPtrArray *members = ((const Membership *)value)->room->members;

      for (guint i = 0; i < members->len; i++)
        {
          ChatClient *client =
              ((const Membership *)g_ptr_array_index (members, i))->session->client;

          if (g_hash_table_add (listed, client))
            g_ptr_array_add (company, client);
        }
    }
  return company;
}

/* Gives the client the nick, which is free. */
static void
take_nick (Authority *self, ChatClient *client, const char *nick, const char *folded, Step *step)
{
  Session *session = client->session;

  if (session == NULL)
    {
      session = session_new (client, nick, folded, self->limits->send_rate);
      client->session = session;
    }
  else
    {
      if (strcmp (session->nick, nick) != 0)
        {
          step->old_nick = g_ref_string_acquire (session->nick);
          step->company = list_company (session);
        }
      g_hash_table_remove (self->nicks, session->folded);
      session_set_nick (session, nick, folded);
    }
  g_hash_table_insert (self->nicks, session->folded, session);
  step->nick = g_ref_string_acquire (session->nick);
}

void
authority_take_hello (Authority *self, Step *step)
{
  ChatRequest *request = step->request;
  ChatClient *client = request->client;
  Token *token = find_token (self, request);

  if (token == NULL && request->nick == NULL)
    {
      request->is_refused = TRUE;
      request->fault = (ParlanceFault){ .reason = PARLANCE_REASON_AUTH_FAILED,
                                        .detail = "The token to resume with is not valid (any "
                                                  "more): say hello with a nick" };
      return;
    }

  /* Copied: the token goes when another takes its place. */
  g_autofree char *nick = g_strdup (request->nick != NULL ? request->nick : token->nick);
  g_autofree char *folded = g_strdup (token != NULL ? token->folded : request->nick_folded);
  Session *holder = g_hash_table_lookup (self->nicks, folded);
  Session *session = client->session;

  if (holder == session)
    holder = NULL;
  if (holder != NULL && token == NULL)
    {
      request->is_refused = TRUE;
      request->fault = (ParlanceFault){ .reason = PARLANCE_REASON_NICK_IN_USE,
                                        .member = "nick",
                                        .value = request->nick,
                                        .n_value = strlen (request->nick) };
      return;
    }
  if (session != NULL && strcmp (session->nick, nick) != 0 &&
      !authority_may_say (self, request, session))
    return;
  if (holder != NULL)
    {
      step->closed = holder->client;
      end_session (self, holder, step);
    }
  take_nick (self, client, nick, folded, step);
  request->result = g_string_new (NULL);
  if (token != NULL)
    {
      renew_token (self, token, self->now_ms);
      append_session (request->result, step->nick, request->text);
      return;
    }
  g_autofree char *text = issue_token (self, nick, folded);
  append_session (request->result, step->nick, text);
}

static void
tell_renamed (Authority *self, const Step *step)
{
  g_autoptr (SharedFrame) frame =
      authority_notification ("renamed", "\"from\"", step->old_nick, "\"to\"", step->nick);

  /* What was said under the old name goes out before. */
  authority_seal_all (self);
  for (guint i = 0; i < step->company->len; i++)
    {
      ChatClient *client = g_ptr_array_index (step->company, i);
      const ChatOp op = { .kind = CHAT_OP_TELL,
                          .client = client,
                          .frame = shared_frame_ref (frame) };

      authority_op (self, client->port, &op);
    }
}

void
authority_tell_hello (Authority *self, Step *step)
{
  if (step->closed != NULL)
    {
      const ChatOp op = { .kind = CHAT_OP_CLOSE, .client = step->closed };

      tell_session_ended (self, step, step->closed);
      authority_op (self, step->closed->port, &op);
    }
  if (step->company != NULL)
    tell_renamed (self, step);
  authority_answer (self, step->request);
}

void
authority_take_gone (Authority *self, Step *step)
{
  Session *session = step->request->client->session;

  if (session != NULL)
    end_session (self, session, step);
}

void
authority_tell_gone (Authority *self, Step *step)
{
  if (step->rooms != NULL)
    tell_session_ended (self, step, step->request->client);
  authority_answer (self, step->request);
}
