/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Accounts: making one, another password, and the devices that are logged in. A change is stored
 * before anything of it is known here, so that what was acknowledged is there after any end of the
 * server.
 *
 * Source: docs/protocol.md, section 10
 */
#include "server/chat/authority-parts.h"

#include "protocol/wire/json-writer.h"

#include <string.h>

static void
refuse (ChatRequest *request, ParlanceReason reason, const char *detail)
{
  chat_request_refuse (request, reason, NULL);
  request->fault.detail = detail;
}

/* --- register --------------------------------------------------------------------------------- */

/* Whether the nick could be registered now, by this client. */
static gboolean
may_register (Authority *self, ChatRequest *request)
{
  const Session *session = request->client->session;
  const Session *holder = g_hash_table_lookup (self->nicks, request->nick_folded);
  const Ban *ban = bans_find_nick (self->bans, request->nick_folded, self->now_ms);

  if (ban != NULL)
    authority_refuse_words (request, PARLANCE_REASON_BANNED, authority_describe_ban (self, ban));
  else if (!authority_admits_address (self, request))
    return FALSE;
  else if (session != NULL && session->account != NULL)
    refuse (request, PARLANCE_REASON_FORBIDDEN, "This connection is logged in to an account");
  else if (accounts_find (self->accounts, request->nick_folded) != NULL)
    authority_refuse_nick (
        request,
        "Somebody has registered the nick: choose another one, or log in with its password");
  else if (holder != NULL && holder != session)
    authority_refuse_nick (request, NULL);
  else if (authority_is_reserved (self, request->nick_folded) && !request->peer.is_local)
    refuse (request, PARLANCE_REASON_FORBIDDEN,
            "The nick is an operator's: it is registered on the server's own machine");
  else if (accounts_n (self->accounts) >= ACCOUNTS_MAX)
    refuse (request, PARLANCE_REASON_FORBIDDEN, "The server has as many accounts as it takes");
  return !request->is_refused;
}

static gboolean
may_register_again (Authority *self, ChatRequest *request)
{
  g_autofree char *name = NULL;
  gint64 wait_ms;

  if (!authority_may_hash (self, request))
    return FALSE;
  if (request->peer.is_local || request->check.is_done)
    return TRUE;
  name = network_address_to_name (&request->peer.address);
  wait_ms = throttle_take (self->registrations, name, self->now_us);
  if (wait_ms == 0)
    return TRUE;
  authority_refuse_words (
      request, PARLANCE_REASON_RATE_LIMITED,
      g_strdup_printf ("Too many registrations from your address: wait %" G_GINT64_FORMAT " s",
                       (wait_ms + 999) / 1000));
  request->fault.retry_after_ms = wait_ms;
  return FALSE;
}

/* Has the password hashed, and the server's looked at where it is asked for. */
static gboolean
register_password (Authority *self, Step *step)
{
  ChatRequest *request = step->request;
  const char *known = self->limits->password_hash;

  if (known == NULL || self->limits->access == CHAT_ACCESS_OPEN || request->client->session != NULL)
    return authority_hash (self, step, NULL, NULL, request->password);
  if (request->server_password == NULL)
    {
      refuse (request, PARLANCE_REASON_AUTH_REQUIRED, "Registering needs the server's password");
      return FALSE;
    }
  return authority_check (self, step, known, NULL);
}

void
authority_take_register (Authority *self, Step *step)
{
  ChatRequest *request = step->request;
  Session *session = request->client->session;
  g_autoptr (GError) error = NULL;

  if (!may_register (self, request) || !may_register_again (self, request) ||
      !register_password (self, step))
    return;
  if (session != NULL && strcmp (session->nick, request->nick) != 0 &&
      !authority_may_say (self, request, session))
    return;
  Account *account = accounts_add (self->accounts, request->nick, request->nick_folded,
                                   request->check.hash, self->now_ms, &error);
  if (account == NULL)
    {
      authority_not_stored (self, request, error);
      return;
    }
  /* Whoever used the nick before does not get it back by that. */
  authority_drop_token (self, account->folded);
  authority_greet (self, step, account, NULL);
  g_string_prepend (request->result, "{\"session\":");
  g_string_append_c (request->result, '}');
}

/* --- passwords -------------------------------------------------------------------------------- */

/* Returns: (nullable): the account that the client is logged in to; %NULL: the request is refused
 */
static Account *
own_account (ChatRequest *request)
{
  const Session *session = request->client->session;

  if (session != NULL && session->account != NULL)
    return session->account;
  refuse (request, session != NULL ? PARLANCE_REASON_AUTH_REQUIRED : PARLANCE_REASON_NOT_IDENTIFIED,
          session != NULL ? "This needs an account: register, or log in to one" : NULL);
  return NULL;
}

/* Whose password is to be changed, or who is to be deleted. Returns: (nullable): %NULL: the request
 * is refused */
static Account *
find_target (Authority *self, ChatRequest *request, Account *own)
{
  Account *target;

  if (request->nick_folded == NULL || strcmp (request->nick_folded, own->folded) == 0)
    return own;
  if (authority_operator (self, request) == NULL ||
      !authority_is_safe (self, request, request->nick_folded))
    return NULL;
  target = accounts_find (self->accounts, request->nick_folded);
  if (target == NULL)
    refuse (request, PARLANCE_REASON_NO_SUCH_NICK, "There is no account of that nick");
  return target;
}

/* Sessions of the account that are there with @device (nullable: with any, or none) but @except
 * (nullable): their devices are about to go. */
static GPtrArray *
list_sessions (const Authority *self,
               const Account *account,
               const Device *device,
               const Session *except)
{
  GPtrArray *sessions = g_ptr_array_new ();
  Session *first = g_hash_table_lookup (self->nicks, account->folded);

  for (Session *twin = first; twin != NULL; twin = twin->twin != first ? twin->twin : NULL)
    {
      if (twin != except && (device == NULL || twin->device == device))
        g_ptr_array_add (sessions, twin);
    }
  return sessions;
}

/* Those of list_sessions() end, each with @words; who has asked has its answer instead. */
static void
end_sessions (Authority *self, Step *step, const GPtrArray *sessions, const char *words)
{
  for (guint i = 0; i < sessions->len; i++)
    {
      Session *session = g_ptr_array_index (sessions, i);
      gboolean is_own = session->client == step->request->client;

      authority_end_session (self, session, TRUE,
                             is_own ? NULL : authority_last_words (PARLANCE_REASON_KICKED, words),
                             step);
    }
}

/* The devices are gone, and freed. */
static void
forget_devices (const GPtrArray *sessions, const Device *keep)
{
  for (guint i = 0; i < sessions->len; i++)
    {
      Session *session = g_ptr_array_index (sessions, i);

      if (session->device != keep)
        session->device = NULL;
    }
}

void
authority_take_password (Authority *self, Step *step)
{
  ChatRequest *request = step->request;
  Account *own = own_account (request);
  Account *target = own != NULL ? find_target (self, request, own) : NULL;
  g_autoptr (GError) error = NULL;

  if (target == NULL || !authority_check (self, step, own->hash, own->folded))
    return;
  const Session *session = target == own ? request->client->session : NULL;
  const Device *keep = session != NULL ? session->device : NULL;
  g_autoptr (GPtrArray) others = list_sessions (self, target, NULL, session);
  if (!accounts_set_password (self->accounts, target, request->check.hash, keep, &error))
    {
      authority_not_stored (self, request, error);
      return;
    }
  forget_devices (others, keep);
  end_sessions (self, step, others, "The account has another password: log in again");
}

/* What was said under the nick stays, and the nick is anybody's, but where an operator has banned
 * the account: who was banned does not get it back by that. */
void
authority_take_delete (Authority *self, Step *step)
{
  ChatRequest *request = step->request;
  Account *own = own_account (request);
  Account *target = own != NULL ? find_target (self, request, own) : NULL;
  g_autoptr (GError) error = NULL;

  if (target == NULL || !authority_check (self, step, own->hash, own->folded))
    return;
  g_autoptr (GPtrArray) sessions = list_sessions (self, target, NULL, NULL);
  if (!accounts_remove (self->accounts, target, &error))
    {
      authority_not_stored (self, request, error);
      return;
    }
  forget_devices (sessions, NULL);
  for (guint i = 0; i < sessions->len; i++)
    ((Session *)g_ptr_array_index (sessions, i))->account = NULL;
  end_sessions (self, step, sessions, "The account was deleted");
}

/* --- devices ---------------------------------------------------------------------------------- */

static void
append_device (GString *out, const Device *device, const Session *session)
{
  PARLANCE_APPEND_LITERAL (out, "{\"device\":");
  parlance_json_append_int64 (out, device->id);
  PARLANCE_APPEND_LITERAL (out, ",\"client\":");
  parlance_json_append_string (out, device->name, strlen (device->name));
  PARLANCE_APPEND_LITERAL (out, ",\"created\":");
  parlance_json_append_int64 (out, device->created_ms);
  PARLANCE_APPEND_LITERAL (out, ",\"used\":");
  parlance_json_append_int64 (out, device->used_ms);
  g_string_append_printf (out, ",\"online\":%s,\"current\":%s}",
                          device->n_users > 0 ? "true" : "false",
                          device == session->device ? "true" : "false");
}

void
authority_take_account (Authority *self, Step *step)
{
  ChatRequest *request = step->request;
  const Account *account = own_account (request);

  if (account == NULL)
    return;
  GString *out = g_string_new ("{\"nick\":");
  parlance_json_append_string (out, account->nick, strlen (account->nick));
  PARLANCE_APPEND_LITERAL (out, ",\"created\":");
  parlance_json_append_int64 (out, account->created_ms);
  g_string_append_printf (out, ",\"operator\":%s,\"devices\":[",
                          authority_is_operator (self, account) ? "true" : "false");
  for (guint i = 0; i < account->devices->len; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      append_device (out, g_ptr_array_index (account->devices, i), request->client->session);
    }
  PARLANCE_APPEND_LITERAL (out, "]}");
  request->result = out;
}

static Device *
find_device (const Account *account, gint64 id)
{
  for (guint i = 0; i < account->devices->len; i++)
    {
      Device *device = g_ptr_array_index (account->devices, i);

      if (device->id == id)
        return device;
    }
  return NULL;
}

static void
log_out (Authority *self, Step *step, const Account *account, Device *device)
{
  ChatRequest *request = step->request;
  g_autoptr (GPtrArray) sessions = NULL;
  g_autoptr (GError) error = NULL;

  if (device == NULL)
    {
      chat_request_refuse (request, PARLANCE_REASON_INVALID_PARAMS, "device");
      request->fault.detail = "The account has no such device";
      return;
    }
  sessions = list_sessions (self, account, device, NULL);
  if (!accounts_remove_device (self->accounts, device, &error))
    {
      authority_not_stored (self, request, error);
      return;
    }
  forget_devices (sessions, NULL);
  end_sessions (self, step, sessions, "The device was logged out");
}

void
authority_take_logout (Authority *self, Step *step)
{
  ChatRequest *request = step->request;
  const Session *session = request->client->session;
  Account *account = own_account (request);
  g_autoptr (GError) error = NULL;

  if (account == NULL)
    return;
  if (!request->is_on)
    {
      log_out (self, step, account,
               request->id > 0 ? find_device (account, request->id) : session->device);
      return;
    }
  g_autoptr (GPtrArray) others = list_sessions (self, account, NULL, session);
  if (!accounts_remove_other_devices (self->accounts, account, session->device, &error))
    {
      authority_not_stored (self, request, error);
      return;
    }
  forget_devices (others, session->device);
  end_sessions (self, step, others, "The device was logged out");
}

void
authority_tell_logout (Authority *self, Step *step)
{
  /* The session that has asked may be among those that end: its answer goes before. */
  authority_answer (self, step->request);
  authority_tell_ends (self, step);
}
