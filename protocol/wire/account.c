/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each method has the members it knows. Source: docs/protocol.md, sections 10 and 11.
 */
#include "protocol/wire/account.h"

#include "protocol/wire/names.h"
#include "protocol/wire/params.h"

#define MAX_DURATION_S (G_GINT64_CONSTANT (100) * 365 * 86400)

gboolean
parlance_password_is_fit (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_find_next_char (p, NULL))
    {
      if (g_unichar_iscntrl (g_utf8_get_char (p)))
        return FALSE;
    }
  return g_utf8_strlen (text, -1) >= PARLANCE_MIN_PASSWORD;
}

static gboolean
read_password (const ParlanceJsonValue *params,
               const char *field,
               char *out,
               ParlanceFault *ret_fault)
{
  ParlanceJsonValue value;

  parlance_params_find (params, field, &value);
  if (value.text == NULL)
    return parlance_params_refuse (ret_fault, field, "it must be a string");
  return parlance_params_read_password (params, field, out, ret_fault);
}

static gboolean
read_new_password (const ParlanceJsonValue *params,
                   const char *field,
                   char *out,
                   ParlanceFault *ret_fault)
{
  return read_password (params, field, out, ret_fault) &&
         (parlance_password_is_fit (out) ||
          parlance_params_refuse (ret_fault, field,
                                  "A password has at least " G_STRINGIFY (
                                      PARLANCE_MIN_PASSWORD) " characters, and none that controls "
                                                             "a display"));
}

static gboolean
read_nick (const ParlanceJsonValue *params,
           const char *field,
           ParlanceAccountParams *account,
           ParlanceFault *ret_fault)
{
  ParlanceJsonValue value;

  parlance_params_find (params, field, &value);
  return parlance_params_read_name (&value, field, parlance_nick_is_valid, &account->nick,
                                    ret_fault);
}

static gboolean
read_room (const ParlanceJsonValue *params,
           ParlanceAccountParams *account,
           ParlanceFault *ret_fault)
{
  ParlanceJsonValue value;

  parlance_params_find (params, "room", &value);
  return parlance_params_read_name (&value, "room", parlance_room_is_valid, &account->room,
                                    ret_fault);
}

static gboolean
has (const ParlanceJsonValue *params, const char *field)
{
  ParlanceJsonValue value;

  parlance_params_find (params, field, &value);
  return value.text != NULL;
}

/* Words for people: no NUL, at most @limit bytes. */
static gboolean
read_words (const ParlanceJsonValue *params,
            const char *field,
            guint32 limit,
            char *out,
            ParlanceFault *ret_fault)
{
  ParlanceJsonValue value;
  guint32 n_bytes;

  parlance_params_find (params, field, &value);
  if (!parlance_params_read_text (&value, field, FALSE, limit, out, &n_bytes, ret_fault))
    return FALSE;
  return !parlance_params_has_nul (out, n_bytes) ||
         parlance_params_refuse (ret_fault, field, "it must not hold NUL");
}

static gboolean
read_reason (const ParlanceJsonValue *params,
             ParlanceAccountParams *account,
             ParlanceFault *ret_fault)
{
  account->reason[0] = '\0';
  return !has (params, "reason") ||
         read_words (params, "reason", PARLANCE_MAX_REASON, account->reason, ret_fault);
}

/* An optional whole number from 1 to @most; 0: there is none. */
static gboolean
read_count (const ParlanceJsonValue *params,
            const char *field,
            gint64 most,
            gint64 *ret_number,
            ParlanceFault *ret_fault)
{
  ParlanceJsonValue value;

  *ret_number = 0;
  parlance_params_find (params, field, &value);
  if (value.text == NULL)
    return TRUE;
  if (!parlance_json_get_int64 (&value, ret_number) || *ret_number < 1 || *ret_number > most)
    return parlance_params_refuse (ret_fault, field, "it must be a whole number of at least 1");
  return TRUE;
}

static gboolean
read_switch (const ParlanceJsonValue *params,
             const char *field,
             gboolean *ret_is_on,
             ParlanceFault *ret_fault)
{
  ParlanceJsonValue value;

  *ret_is_on = FALSE;
  parlance_params_find (params, field, &value);
  if (value.text == NULL)
    return TRUE;
  if (value.type != PARLANCE_JSON_TRUE && value.type != PARLANCE_JSON_FALSE)
    return parlance_params_refuse (ret_fault, field, "it must be true or false");
  *ret_is_on = value.type == PARLANCE_JSON_TRUE;
  return TRUE;
}

/* --- accounts --------------------------------------------------------------------------------- */

gboolean
parlance_register_parse (const ParlanceJsonValue *params,
                         ParlanceAccountParams *ret_account,
                         ParlanceFault *ret_fault)
{
  return parlance_params_read_client (params, ret_account->client, ret_fault) &&
         read_nick (params, "nick", ret_account, ret_fault) &&
         read_new_password (params, "password", ret_account->password, ret_fault) &&
         parlance_params_read_password (params, "server_password", ret_account->server_password,
                                        ret_fault);
}

gboolean
parlance_account_delete_parse (const ParlanceJsonValue *params,
                               ParlanceAccountParams *ret_account,
                               ParlanceFault *ret_fault)
{
  ret_account->nick.text[0] = '\0';
  ret_account->nick.n_bytes = 0;
  return (!has (params, "nick") || read_nick (params, "nick", ret_account, ret_fault)) &&
         read_password (params, "password", ret_account->password, ret_fault);
}

gboolean
parlance_password_change_parse (const ParlanceJsonValue *params,
                                ParlanceAccountParams *ret_account,
                                ParlanceFault *ret_fault)
{
  return parlance_account_delete_parse (params, ret_account, ret_fault) &&
         read_new_password (params, "new_password", ret_account->new_password, ret_fault);
}

gboolean
parlance_logout_parse (const ParlanceJsonValue *params,
                       ParlanceAccountParams *ret_account,
                       ParlanceFault *ret_fault)
{
  return read_count (params, "device", G_MAXINT64, &ret_account->id, ret_fault) &&
         read_switch (params, "others", &ret_account->is_on, ret_fault) &&
         (ret_account->id == 0 || !ret_account->is_on ||
          parlance_params_refuse (ret_fault, "others",
                                  "\"device\" and \"others\" exclude each "
                                  "other"));
}

/* --- for operators ---------------------------------------------------------------------------- */

gboolean
parlance_kick_parse (const ParlanceJsonValue *params,
                     ParlanceAccountParams *ret_account,
                     ParlanceFault *ret_fault)
{
  return read_nick (params, "nick", ret_account, ret_fault) &&
         read_reason (params, ret_account, ret_fault);
}

gboolean
parlance_mute_parse (const ParlanceJsonValue *params,
                     ParlanceAccountParams *ret_account,
                     ParlanceFault *ret_fault)
{
  return parlance_kick_parse (params, ret_account, ret_fault) &&
         read_count (params, "duration_s", MAX_DURATION_S, &ret_account->duration_s, ret_fault);
}

static const char *const target_names[] = {
  [PARLANCE_TARGET_NICK] = "nick",
  [PARLANCE_TARGET_ACCOUNT] = "account",
  [PARLANCE_TARGET_ADDRESS] = "address",
  [PARLANCE_TARGET_ADDRESS_OF] = "address_of",
};

/* @ret_last: (nullable): where there is one */
static guint
n_targets (const ParlanceJsonValue *params, ParlanceTarget *ret_last)
{
  guint n = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (target_names); i++)
    {
      if (!has (params, target_names[i]))
        continue;
      if (ret_last != NULL)
        *ret_last = (ParlanceTarget)i;
      n++;
    }
  return n;
}

/* Exactly one of the four. */
static gboolean
read_target (const ParlanceJsonValue *params,
             ParlanceAccountParams *account,
             ParlanceFault *ret_fault)
{
  account->address[0] = '\0';
  if (n_targets (params, &account->target) != 1)
    return parlance_params_refuse (ret_fault, "nick",
                                   "one of \"nick\", \"account\", \"address\" and \"address_of\" "
                                   "is needed, and no more");
  if (account->target == PARLANCE_TARGET_ADDRESS)
    return read_words (params, "address", PARLANCE_MAX_ADDRESS, account->address, ret_fault);
  return read_nick (params, target_names[account->target], account, ret_fault);
}

gboolean
parlance_ban_parse (const ParlanceJsonValue *params,
                    ParlanceAccountParams *ret_account,
                    ParlanceFault *ret_fault)
{
  return read_target (params, ret_account, ret_fault) &&
         read_reason (params, ret_account, ret_fault) &&
         read_count (params, "duration_s", MAX_DURATION_S, &ret_account->duration_s, ret_fault);
}

gboolean
parlance_unban_parse (const ParlanceJsonValue *params,
                      ParlanceAccountParams *ret_account,
                      ParlanceFault *ret_fault)
{
  if (!read_count (params, "id", G_MAXINT64, &ret_account->id, ret_fault))
    return FALSE;
  if (ret_account->id > 0)
    return n_targets (params, NULL) == 0 ||
           parlance_params_refuse (ret_fault, "id", "it excludes whatever else a ban is of");
  if (!read_target (params, ret_account, ret_fault))
    return FALSE;
  return ret_account->target != PARLANCE_TARGET_ADDRESS_OF ||
         parlance_params_refuse (ret_fault, "address_of", "a ban is lifted by what it is of");
}

gboolean
parlance_close_room_parse (const ParlanceJsonValue *params,
                           ParlanceAccountParams *ret_account,
                           ParlanceFault *ret_fault)
{
  return read_room (params, ret_account, ret_fault) && read_reason (params, ret_account, ret_fault);
}

gboolean
parlance_notice_parse (const ParlanceJsonValue *params,
                       ParlanceAccountParams *ret_account,
                       ParlanceFault *ret_fault)
{
  ret_account->room.text[0] = '\0';
  ret_account->room.n_bytes = 0;
  return (!has (params, "room") || read_room (params, ret_account, ret_fault)) &&
         read_words (params, "text", PARLANCE_MAX_NOTICE, ret_account->text, ret_fault);
}

gboolean
parlance_set_operator_parse (const ParlanceJsonValue *params,
                             ParlanceAccountParams *ret_account,
                             ParlanceFault *ret_fault)
{
  return read_nick (params, "nick", ret_account, ret_fault) &&
         (has (params, "operator") ||
          parlance_params_refuse (ret_fault, "operator", "it must be true or false")) &&
         read_switch (params, "operator", &ret_account->is_on, ret_fault);
}
