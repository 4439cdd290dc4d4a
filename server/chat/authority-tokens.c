/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tokens: what a session was given outlives it, and lets the same person have the nick again. Those
 * here are of nicks that nobody has registered; an account has one for each of its devices
 * (server/chat/accounts.h). Only hashes are kept.
 */
#include "server/chat/authority-parts.h"
#include "server/chat/token-key.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#define MAX_TOKENS 32768 /* saying hello with ever new nicks must not fill the memory */
#define TOKEN_LIFETIME_MS (30 * G_GINT64_CONSTANT (86400000)) /* since it was last used */
#define TOKEN_RENEW_MS G_GINT64_CONSTANT (86400000) /* writing that down once a day is enough */

G_STATIC_ASSERT (JOURNAL_TOKEN_BYTES == TOKEN_KEY_BYTES);

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
  self->tokens = g_hash_table_new_full (token_key_hash, token_key_equal, NULL, token_free);
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

void
authority_hash_token (const char *text, guint8 ret_hash[JOURNAL_TOKEN_BYTES])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize n_bytes = JOURNAL_TOKEN_BYTES;

  g_checksum_update (checksum, (const guchar *)text, -1);
  g_checksum_get_digest (checksum, ret_hash, &n_bytes);
}

char *
authority_make_token (guint8 ret_hash[JOURNAL_TOKEN_BYTES])
{
  guint8 random[32];
  GString *text = g_string_sized_new (2 * sizeof random);

  /* With at most 256 bytes it neither fails nor gives fewer, once the pool is filled
   * (getrandom(2)); before that it may be interrupted. */
  while (getrandom (random, sizeof random, 0) != (ssize_t)sizeof random)
    g_assert (errno == EINTR);
  for (gsize i = 0; i < sizeof random; i++)
    g_string_append_printf (text, "%02x", random[i]);
  authority_hash_token (text->str, ret_hash);
  return g_string_free (text, FALSE);
}

char *
authority_issue_token (Authority *self, const char *nick, const char *folded)
{
  guint8 hash[JOURNAL_TOKEN_BYTES];
  char *text = authority_make_token (hash);

  load_token (hash, nick, folded, self->now_ms + TOKEN_LIFETIME_MS, self);
  journal_set_token (self->journal, hash, nick, folded, self->now_ms + TOKEN_LIFETIME_MS);
  return text;
}

void
authority_drop_token (Authority *self, const char *folded)
{
  Token *token = g_hash_table_lookup (self->tokens_by_nick, folded);

  if (token == NULL)
    return;
  /* With a time that is over the journal drops it. */
  journal_set_token (self->journal, token->hash, token->nick, token->folded, 0);
  remove_token (self, token);
}

Token *
authority_find_token (Authority *self, const guint8 hash[JOURNAL_TOKEN_BYTES])
{
  Token *token = g_hash_table_lookup (self->tokens, hash);

  return token != NULL && token->expires_ms > self->now_ms ? token : NULL;
}

void
authority_renew_token (Authority *self, Token *token, gint64 now_ms)
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
        authority_renew_token (self, token, now_ms);
      else if (token->expires_ms <= now_ms)
        remove_token (self, token);
      else
        use_token (self, token);
    }
}
