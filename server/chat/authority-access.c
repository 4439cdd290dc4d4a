/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who may come in. A request whose password has to be looked at goes to the hasher, and all that
 * its client asks for meanwhile waits; when it is back it is taken from the beginning: what was
 * true of the nick before may not be any more. docs/accounts.md says what the modes of access mean.
 *
 * Source: docs/protocol.md, sections 5 and 10
 */
#include "server/chat/authority-parts.h"

#include "server/log.h"

#include <string.h>

#define BUSY_RETRY_MS 1000
#define COMPLAIN_US (10 * G_USEC_PER_SEC)

gboolean
authority_is_operator (const Authority *self, const Account *account)
{
  return account != NULL &&
         (account->is_operator || g_hash_table_contains (self->limits->operators, account->folded));
}

void
authority_refuse_words (ChatRequest *request, ParlanceReason reason, char *words)
{
  request->is_refused = TRUE;
  g_free (request->words);
  request->words = words;
  request->fault = (ParlanceFault){ .reason = reason, .detail = words };
}

void
authority_refuse_nick (ChatRequest *request, const char *detail)
{
  request->is_refused = TRUE;
  request->fault = (ParlanceFault){ .reason = PARLANCE_REASON_NICK_IN_USE, .detail = detail };
  if (request->nick == NULL)
    return;
  request->fault.member = "nick";
  request->fault.value = request->nick;
  request->fault.n_value = strlen (request->nick);
}

static void
refuse (ChatRequest *request, ParlanceReason reason, const char *detail)
{
  request->is_refused = TRUE;
  request->fault = (ParlanceFault){ .reason = reason, .detail = detail };
}

void
authority_not_stored (Authority *self, ChatRequest *request, const GError *error)
{
  refuse (request, PARLANCE_REASON_NOT_STORED, "It could not be stored, and was not done");
  if (self->complained_us != 0 && self->now_us - self->complained_us <= COMPLAIN_US)
    return;
  log_error ("%s; changes of accounts and bans are refused until it works again", error->message);
  self->complained_us = self->now_us;
}

gboolean
authority_is_reserved (const Authority *self, const char *folded)
{
  return g_hash_table_contains (self->limits->operators, folded) &&
         accounts_find (self->accounts, folded) == NULL;
}

gboolean
authority_admits_address (Authority *self, ChatRequest *request)
{
  const Ban *ban = bans_find_address (self->bans, &request->peer.address, self->now_ms);

  if (ban == NULL)
    return TRUE;
  authority_refuse_words (request, PARLANCE_REASON_BANNED, authority_describe_ban (self, ban));
  return FALSE;
}

/* --- passwords -------------------------------------------------------------------------------- */

void
authority_forget_digest (Authority *self)
{
  g_clear_pointer (&self->server_digest_of, g_free);
}

static gboolean
refuse_busy (ChatRequest *request)
{
  chat_request_refuse (request, PARLANCE_REASON_BUSY, NULL);
  request->fault.detail = "Many are logging in at the moment: try again in a second";
  request->fault.retry_after_ms = BUSY_RETRY_MS;
  return FALSE;
}

static gboolean
refuse_wait (ChatRequest *request, gint64 wait_ms)
{
  authority_refuse_words (request, PARLANCE_REASON_RATE_LIMITED,
                          g_strdup_printf ("Too many attempts: wait %" G_GINT64_FORMAT
                                           " s, then try again",
                                           (wait_ms + 999) / 1000));
  request->fault.retry_after_ms = wait_ms;
  return FALSE;
}

gboolean
authority_may_hash (Authority *self, ChatRequest *request)
{
  return request->check.is_done || hasher_has_room (self->hasher, &request->peer.address) ||
         refuse_busy (request);
}

gboolean
authority_hash (
    Authority *self, Step *step, const char *known, const char *tried, const char *fresh)
{
  ChatRequest *request = step->request;
  PasswordCheck *check = &request->check;

  if (check->is_done)
    {
      /* The password that it was compared with has been changed meanwhile. */
      if (g_strcmp0 (check->known, known) != 0 || check->verdict == PASSWORD_NO_MEMORY)
        return refuse_busy (request);
      if (check->verdict == PASSWORD_RIGHT)
        return TRUE;
      chat_request_refuse (request, PARLANCE_REASON_AUTH_FAILED, NULL);
      return FALSE;
    }
  if (!authority_may_hash (self, request))
    return FALSE;
  check->known = g_strdup (known);
  check->tried = tried;
  check->fresh = fresh;
  hasher_submit (self->hasher, request);
  request->client->is_checked = TRUE;
  g_hash_table_add (self->checked, request->client);
  step->is_parked = TRUE;
  return FALSE;
}

/* Whether it is the password that the server's was found to be last: it is asked for at every hello
 * of everybody, and a crowd that comes back would wait for the hasher. */
static gboolean
is_servers_password (const Authority *self, const char *known, const char *password)
{
  guint8 digest[PASSWORD_DIGEST_BYTES];

  if (g_strcmp0 (self->server_digest_of, known) != 0)
    return FALSE;
  password_digest (password, digest);
  return password_digest_equal (digest, self->server_digest);
}

static void
remember_servers_password (Authority *self, const char *known, const char *password)
{
  authority_forget_digest (self);
  self->server_digest_of = g_strdup (known);
  password_digest (password, self->server_digest);
}

/* @name: of the request's address. @nick: (nullable) */
static Guess
guess_of (const ChatRequest *request, const char *name, const char *nick)
{
  const Session *session = request->client->session;
  gboolean is_own = request->verb == CHAT_PASSWORD || request->verb == CHAT_DELETE;
  const Device *device = is_own && session != NULL ? session->device : NULL;

  return (Guess){ .address = name, .nick = nick, .device = device != NULL ? device->id : 0 };
}

gboolean
authority_check (Authority *self, Step *step, const char *known, const char *nick)
{
  ChatRequest *request = step->request;
  const char *password =
      request->server_password != NULL ? request->server_password : request->password;
  const char *fresh = request->verb == CHAT_REGISTER ? request->password : request->new_password;
  g_autofree char *name = network_address_to_name (&request->peer.address);
  const Guess guess = guess_of (request, name, nick);

  if (nick == NULL && fresh == NULL && is_servers_password (self, known, password))
    {
      request->client->knows_password = TRUE;
      return TRUE;
    }
  /* Who is refused as busy has not guessed. */
  if (!authority_may_hash (self, request))
    return FALSE;
  if (!request->check.is_done)
    {
      gint64 wait_ms = guesses_take (self->guesses, &guess, self->now_us);

      if (wait_ms > 0)
        return refuse_wait (request, wait_ms);
    }
  gboolean is_right = authority_hash (self, step, known, password, fresh);
  /* Refused as busy: nothing was looked at. */
  gboolean is_busy = request->is_refused && request->fault.reason == PARLANCE_REASON_BUSY;
  if (is_right || is_busy)
    guesses_give_back (self->guesses, &guess);
  if (is_right && nick == NULL)
    remember_servers_password (self, known, password);
  request->client->knows_password |= is_right && nick == NULL;
  return is_right;
}

/* --- hello ------------------------------------------------------------------------------------ */

/* Who it is that says hello. */
typedef struct
{
  const char *nick;
  const char *folded;
  Account *account; /* (nullable) */
  Device *device;   /* (nullable): whose token was sent, of @account */
  Token *token;     /* (nullable): that was sent, of a nick without an account */
} Newcomer;

static gboolean
find_newcomer (Authority *self, const ChatRequest *request, Newcomer *ret)
{
  guint8 hash[JOURNAL_TOKEN_BYTES];
  Newcomer who = { .nick = request->nick, .folded = request->nick_folded };

  if (request->text != NULL)
    {
      authority_hash_token (request->text, hash);
      who.device = accounts_find_device (self->accounts, hash, self->now_ms);
      who.token = authority_find_token (self, hash);
    }
  if (who.folded == NULL && who.device != NULL)
    who.folded = who.device->account->folded;
  else if (who.folded == NULL && who.token != NULL)
    {
      who.nick = who.token->nick;
      who.folded = who.token->folded;
    }
  if (who.folded == NULL)
    return FALSE;
  who.account = accounts_find (self->accounts, who.folded);
  if (who.account != NULL)
    who.nick = who.account->nick;
  if (who.account == NULL || who.device == NULL || who.device->account != who.account)
    who.device = NULL;
  if (who.account != NULL || who.token == NULL || strcmp (who.token->folded, who.folded) != 0)
    who.token = NULL;
  *ret = who;
  return TRUE;
}

static gboolean
is_banned (Authority *self, ChatRequest *request, const Newcomer *who)
{
  const Ban *ban;

  /* An operator cannot be locked out, not even by a slip of their own. */
  if (authority_is_operator (self, who->account))
    return FALSE;
  ban = bans_find_nick (self->bans, who->folded, self->now_ms);
  if (ban == NULL)
    return !authority_admits_address (self, request);
  authority_refuse_words (request, PARLANCE_REASON_BANNED, authority_describe_ban (self, ban));
  return TRUE;
}

static gboolean
admit_account (Authority *self, Step *step, const Newcomer *who)
{
  ChatRequest *request = step->request;
  const Session *session = request->client->session;

  if (who->device != NULL && !request->peer.is_private)
    {
      refuse (request, PARLANCE_REASON_TLS_REQUIRED,
              "An account is for encrypted connections only");
      return FALSE;
    }
  /* A session of an account ends with its device: who has one is logged in. */
  if (who->device != NULL || (session != NULL && session->account == who->account))
    return TRUE;
  if (request->password == NULL)
    {
      refuse (request, PARLANCE_REASON_AUTH_REQUIRED,
              "The nick is registered: it needs its password");
      return FALSE;
    }
  return authority_check (self, step, who->account->hash, who->folded);
}

/* A nick that nobody has registered. */
static gboolean
admit_stranger (Authority *self, Step *step, const Newcomer *who)
{
  ChatRequest *request = step->request;
  ChatAccess access = self->limits->access;

  if (authority_is_reserved (self, who->folded))
    {
      refuse (request, PARLANCE_REASON_AUTH_REQUIRED,
              "The nick is an operator's, who registers it on the server's own machine first");
      return FALSE;
    }
  const Session *session = request->client->session;
  /* Who has been in with an account has shown its password, and not always the server's. */
  gboolean is_known =
      request->client->knows_password || (session != NULL && session->account == NULL);
  if (access == CHAT_ACCESS_OPEN || (access == CHAT_ACCESS_PASSWORD && is_known))
    return TRUE;
  if (request->password == NULL)
    {
      refuse (request, PARLANCE_REASON_AUTH_REQUIRED,
              access == CHAT_ACCESS_PASSWORD
                  ? "To chat on this server needs its password"
                  : "To chat on this server needs an account: register the nick, or log in with "
                    "its password");
      return FALSE;
    }
  if (access == CHAT_ACCESS_PASSWORD)
    return authority_check (self, step, self->limits->password_hash, NULL);
  return authority_check (self, step, password_nobodys_hash (), who->folded);
}

gboolean
authority_may_change (Authority *self, ChatRequest *request, const char *folded)
{
  const Session *session = request->client->session;
  const Session *holder = g_hash_table_lookup (self->nicks, folded);

  if (session == NULL || g_hash_table_size (session->rooms) == 0 ||
      strcmp (session->folded, folded) == 0)
    return TRUE;
  if (session->twin == session && (holder == NULL || holder->account == NULL))
    return TRUE;
  authority_refuse_nick (
      request,
      "One of the two nicks is in use on another connection as well: leave all rooms first");
  return FALSE;
}

/* Whether nobody else has the nick. */
static gboolean
is_free (const Authority *self, ChatRequest *request, const char *folded)
{
  const Session *holder = g_hash_table_lookup (self->nicks, folded);

  if (holder == NULL || holder->client == request->client)
    return TRUE;
  authority_refuse_nick (request, NULL);
  return FALSE;
}

/* One of the ring that is there with @device (nullable): its connection may be dead. */
static Session *
with_device (Session *first, const Device *device)
{
  for (Session *twin = first; twin != NULL; twin = twin->twin != first ? twin->twin : NULL)
    {
      if (device != NULL && twin->device == device)
        return twin;
    }
  return NULL;
}

static void
come_in_with_account (Authority *self, Step *step, const Newcomer *who)
{
  ChatRequest *request = step->request;
  Session *session = request->client->session;
  Session *holder = g_hash_table_lookup (self->nicks, who->folded);

  if (holder != NULL && (session == NULL || session->account != who->account) &&
      session_n_twins (holder) >= PARLANCE_MAX_DEVICES)
    {
      Session *earlier = with_device (holder, who->device);

      if (earlier == NULL)
        {
          authority_refuse_nick (request, "The account is connected as often as it may be");
          return;
        }
      authority_end_session (self, earlier, TRUE, NULL, step);
    }
  authority_greet (self, step, who->account, who->device);
}

static void
come_in_with_nick (Authority *self, Step *step, const Newcomer *who)
{
  ChatRequest *request = step->request;
  ChatClient *client = request->client;
  Session *holder = g_hash_table_lookup (self->nicks, who->folded);
  /* Copied: the token goes when another takes its place. */
  g_autofree char *nick = g_strdup (who->nick);
  g_autofree char *folded = g_strdup (who->folded);

  if (holder != NULL && holder != client->session)
    authority_end_session (self, holder, TRUE, NULL, step);
  authority_give_nick (self, client, nick, folded, step);
  session_set_device (client->session, NULL);
  client->session->account = NULL;
  request->result = g_string_new (NULL);
  if (who->token != NULL)
    {
      authority_renew_token (self, who->token, self->now_ms);
      authority_append_session (self, request->result, step->nick, request->text, NULL, NULL);
      return;
    }
  g_autofree char *text = authority_issue_token (self, nick, folded);
  authority_append_session (self, request->result, step->nick, text, NULL, NULL);
}

/* What a further hello on a session costs others is charged to it: another nick, which they hear
 * of, and another device, which is stored. */
static gboolean
may_hello_again (Authority *self, ChatRequest *request, const Newcomer *who)
{
  Session *session = request->client->session;

  if (session == NULL)
    return TRUE;
  if (strcmp (session->nick, who->nick) != 0)
    return authority_may_say (self, request, session);
  return who->account == NULL || who->device != NULL || authority_charge (self, request, session);
}

void
authority_take_hello (Authority *self, Step *step)
{
  ChatRequest *request = step->request;
  Newcomer who;

  if (!find_newcomer (self, request, &who))
    {
      refuse (request, PARLANCE_REASON_AUTH_FAILED,
              "The token to resume with is not valid (any more): say hello with a nick");
      return;
    }
  if (is_banned (self, request, &who) || !authority_may_change (self, request, who.folded))
    return;
  if (!(who.account != NULL ? admit_account (self, step, &who) : admit_stranger (self, step, &who)))
    return;
  if (who.account == NULL && who.token == NULL && !is_free (self, request, who.folded))
    return;
  if (!may_hello_again (self, request, &who))
    return;
  if (who.account != NULL)
    come_in_with_account (self, step, &who);
  else
    come_in_with_nick (self, step, &who);
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
  authority_tell_ends (self, step);
  if (step->company != NULL)
    tell_renamed (self, step);
  authority_answer (self, step->request);
}

void
authority_take_gone (Authority *self, Step *step)
{
  Session *session = step->request->client->session;

  if (session != NULL)
    authority_end_session (self, session, FALSE, NULL, step);
}
