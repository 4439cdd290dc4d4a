/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who may not come in, and who may not talk. Operators are never meant: none can lock another one
 * out, nor themselves.
 *
 * Source: docs/protocol.md, section 11
 */
#include "server/chat/authority-parts.h"

#include "protocol/wire/json-writer.h"

#include <string.h>

#define LIST_MAX_BYTES (PARLANCE_MAX_REPLY_LINE - 64 * 1024)

static void
refuse (ChatRequest *request, ParlanceReason reason, const char *detail)
{
  chat_request_refuse (request, reason, NULL);
  request->fault.detail = detail;
}

/* For how long, in words. */
static char *
describe_rest (gint64 rest_ms)
{
  static const struct
  {
    gint64 ms;
    const char *name;
  } units[] = {
    { 86400000, "days" },
    { 3600000, "hours" },
    { 60000, "minutes" },
    { 1000, "seconds" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    {
      if (rest_ms >= 2 * units[i].ms || i + 1 == G_N_ELEMENTS (units))
        return g_strdup_printf ("for %" G_GINT64_FORMAT " more %s",
                                (rest_ms + units[i].ms - 1) / units[i].ms, units[i].name);
    }
  g_assert_not_reached ();
}

char *
authority_describe_ban (const Authority *self, const Ban *ban)
{
  GString *words =
      g_string_new (ban->is_mute ? "An operator has muted you: you may read, and not write"
                                 : "An operator has banned you from this server");

  if (ban->expires_ms > 0)
    {
      g_autofree char *rest = describe_rest (ban->expires_ms - self->now_ms);
      g_string_append_printf (words, ", %s", rest);
    }
  if (ban->reason[0] != '\0')
    g_string_append_printf (words, ". The reason: %s", ban->reason);
  return g_string_free (words, FALSE);
}

gboolean
authority_may_talk (Authority *self, ChatRequest *request, const Session *session)
{
  const Ban *mute = bans_find_mute (self->bans, session->folded, self->now_ms);

  if (mute == NULL || authority_is_operator (self, session->account))
    return TRUE;
  authority_refuse_words (request, PARLANCE_REASON_MUTED, authority_describe_ban (self, mute));
  if (mute->expires_ms > 0)
    request->fault.retry_after_ms = mute->expires_ms - self->now_ms;
  return FALSE;
}

Session *
authority_operator (Authority *self, ChatRequest *request)
{
  Session *session = authority_session (request);

  if (session == NULL || authority_is_operator (self, session->account))
    return session;
  chat_request_refuse (request, PARLANCE_REASON_FORBIDDEN, NULL);
  return NULL;
}

gboolean
authority_is_safe (Authority *self, ChatRequest *request, const char *folded)
{
  if (!authority_is_operator (self, accounts_find (self->accounts, folded)))
    return TRUE;
  refuse (request, PARLANCE_REASON_FORBIDDEN,
          "That is an operator: take the rights of one away first");
  return FALSE;
}

/* --- adding ----------------------------------------------------------------------------------- */

/* Stores it. Returns: (nullable): %NULL: the request is refused */
static const Ban *
add (Authority *self, Step *step, gboolean is_mute, ParlanceTarget target, const char *name)
{
  ChatRequest *request = step->request;
  g_autoptr (GError) error = NULL;
  const BanRow row = {
    .is_mute = is_mute,
    .target = (int)target,
    .name = name,
    .reason = request->text,
    .by = request->client->session->nick,
    .created_ms = self->now_ms,
    .expires_ms = request->duration_s > 0 ? self->now_ms + request->duration_s * 1000 : 0,
  };
  const Ban *ban = bans_add (self->bans, &row, &error);

  if (ban == NULL && g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOSPC))
    authority_refuse_words (request, PARLANCE_REASON_FORBIDDEN, g_strdup (error->message));
  else if (ban == NULL)
    authority_not_stored (self, request, error);
  return ban;
}

/* Ends the sessions that the ban concerns. */
static void
end_banned (Authority *self, Step *step, const Ban *ban)
{
  g_autoptr (GPtrArray) sessions = g_ptr_array_new ();
  g_autofree char *words = authority_describe_ban (self, ban);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->nicks);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Session *first = value;

      if (authority_is_operator (self, first->account))
        continue;
      for (Session *twin = first; twin != NULL; twin = twin->twin != first ? twin->twin : NULL)
        {
          if (ban->target == PARLANCE_TARGET_ADDRESS
                  ? network_range_contains (&ban->range, &twin->peer.address)
                  : strcmp (ban->folded, twin->folded) == 0)
            g_ptr_array_add (sessions, twin);
        }
    }
  for (guint i = 0; i < sessions->len; i++)
    authority_end_session (self, g_ptr_array_index (sessions, i), TRUE,
                           authority_last_words (PARLANCE_REASON_BANNED, words), step);
}

/* The number of a ban, its address where it has one, and how many it has ended. */
static void
answer_ban (Step *step, const Ban *ban)
{
  GString *out = g_string_new ("{\"id\":");

  parlance_json_append_int64 (out, ban->id);
  if (ban->target == PARLANCE_TARGET_ADDRESS)
    {
      PARLANCE_APPEND_LITERAL (out, ",\"address\":");
      parlance_json_append_string (out, ban->name, strlen (ban->name));
    }
  g_string_append_printf (out, ",\"sessions\":%u}", step->ended != NULL ? step->ended->len : 0);
  step->request->result = out;
}

/* What is to be banned, as it is written down. Returns: (transfer full) (nullable): %NULL: the
 * request is refused */
static char *
find_name (Authority *self, ChatRequest *request)
{
  const Session *session;
  NetworkRange range;

  switch (request->target)
    {
    case PARLANCE_TARGET_ADDRESS:
      if (network_range_parse (request->address, &range))
        return network_range_format (&range);
      chat_request_refuse (request, PARLANCE_REASON_INVALID_PARAMS, "address");
      request->fault.detail = "it is neither an address nor a range, as 192.168.1.7, 10.0.0.0/8 or "
                              "2001:db8::/32";
      return NULL;
    case PARLANCE_TARGET_ADDRESS_OF:
      session = g_hash_table_lookup (self->nicks, request->nick_folded);
      if (session == NULL)
        chat_request_refuse (request, PARLANCE_REASON_NO_SUCH_NICK, NULL);
      if (session == NULL || !authority_is_safe (self, request, request->nick_folded))
        return NULL;
      range = network_range_of_host (&session->peer.address);
      return network_range_format (&range);
    case PARLANCE_TARGET_ACCOUNT:
    case PARLANCE_TARGET_NICK:
    default:
      if (request->target == PARLANCE_TARGET_ACCOUNT &&
          accounts_find (self->accounts, request->nick_folded) == NULL)
        refuse (request, PARLANCE_REASON_NO_SUCH_NICK, "There is no account of that nick");
      else if (authority_is_safe (self, request, request->nick_folded))
        return g_strdup (request->nick);
      return NULL;
    }
}

void
authority_take_ban (Authority *self, Step *step)
{
  ChatRequest *request = step->request;
  g_autofree char *name =
      authority_operator (self, request) != NULL ? find_name (self, request) : NULL;
  const Ban *ban;

  if (name == NULL)
    return;
  ban = add (self, step, FALSE,
             request->target == PARLANCE_TARGET_ADDRESS_OF ? PARLANCE_TARGET_ADDRESS
                                                           : request->target,
             name);
  if (ban == NULL)
    return;
  end_banned (self, step, ban);
  answer_ban (step, ban);
}

void
authority_take_mute (Authority *self, Step *step)
{
  ChatRequest *request = step->request;
  const Ban *ban;

  if (authority_operator (self, request) == NULL ||
      !authority_is_safe (self, request, request->nick_folded))
    return;
  ban = add (self, step, TRUE, PARLANCE_TARGET_NICK, request->nick);
  if (ban != NULL)
    answer_ban (step, ban);
}

/* --- lifting, and listing --------------------------------------------------------------------- */

static void
lift (Authority *self, ChatRequest *request, const Ban *ban)
{
  g_autoptr (GError) error = NULL;

  if (ban == NULL)
    refuse (request, PARLANCE_REASON_NO_SUCH_NICK,
            "There is no such ban: “bans” lists those there are");
  else if (!bans_remove (self->bans, ban, &error))
    authority_not_stored (self, request, error);
}

void
authority_take_unban (Authority *self, Step *step)
{
  ChatRequest *request = step->request;
  g_autofree char *range_name = NULL;
  NetworkRange range;
  const char *name = request->nick;

  if (authority_operator (self, request) == NULL)
    return;
  if (request->id > 0)
    {
      lift (self, request, bans_find_id (self->bans, request->id));
      return;
    }
  if (request->target == PARLANCE_TARGET_ADDRESS)
    {
      if (network_range_parse (request->address, &range))
        range_name = network_range_format (&range);
      name = range_name != NULL ? range_name : request->address;
    }
  lift (self, request, bans_find_same (self->bans, FALSE, request->target, name));
}

void
authority_take_unmute (Authority *self, Step *step)
{
  ChatRequest *request = step->request;

  if (authority_operator (self, request) != NULL)
    lift (self, request, bans_find_same (self->bans, TRUE, PARLANCE_TARGET_NICK, request->nick));
}

static void
append_text (GString *out, const char *name, const char *text)
{
  g_string_append_printf (out, ",\"%s\":", name);
  parlance_json_append_string (out, text, strlen (text));
}

static void
append_ban (GString *out, const Ban *ban)
{
  static const char *const names[] = {
    [PARLANCE_TARGET_NICK] = "nick",
    [PARLANCE_TARGET_ACCOUNT] = "account",
    [PARLANCE_TARGET_ADDRESS] = "address",
  };

  PARLANCE_APPEND_LITERAL (out, "{\"id\":");
  parlance_json_append_int64 (out, ban->id);
  g_string_append_printf (out, ",\"mute\":%s", ban->is_mute ? "true" : "false");
  append_text (out, names[ban->target], ban->name);
  append_text (out, "reason", ban->reason);
  append_text (out, "by", ban->by);
  PARLANCE_APPEND_LITERAL (out, ",\"created\":");
  parlance_json_append_int64 (out, ban->created_ms);
  if (ban->expires_ms > 0)
    {
      PARLANCE_APPEND_LITERAL (out, ",\"expires\":");
      parlance_json_append_int64 (out, ban->expires_ms);
    }
  g_string_append_c (out, '}');
}

void
authority_take_bans (Authority *self, Step *step)
{
  const GPtrArray *list = bans_list (self->bans);
  GString *out;
  guint i;

  if (authority_operator (self, step->request) == NULL)
    return;
  out = g_string_new ("{\"bans\":[");
  for (i = 0; i < list->len && out->len < LIST_MAX_BYTES; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      append_ban (out, g_ptr_array_index (list, i));
    }
  g_string_append_c (out, ']');
  if (i < list->len)
    PARLANCE_APPEND_LITERAL (out, ",\"more\":true");
  g_string_append_c (out, '}');
  step->request->result = out;
}
