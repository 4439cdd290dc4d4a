/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Taking a server's lines apart.
 */
#include "protocol/client/answer.h"

#include <string.h>

#include "protocol/client/fields.h"
#include "protocol/wire/errors.h"
#include "protocol/wire/limits.h"

static gboolean
refuse (GError **error, const char *what)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               "the server sent %s, which is not Parlance", what);
  return FALSE;
}

static gboolean
has_version (const ParlanceJsonValue *object)
{
  ParlanceJsonValue version;

  return parlance_json_get_member (object, "jsonrpc", &version) &&
         version.type == PARLANCE_JSON_STRING && parlance_json_string_equals (&version, "2.0");
}

gboolean
parlance_answer_parse (const char *line, gsize n_bytes, ParlanceAnswer *ret_answer, GError **error)
{
  ParlanceJsonValue object;
  if (!parlance_json_parse (line, n_bytes, PARLANCE_MAX_DEPTH, &object))
    return refuse (error, "a line that is not JSON");
  if (object.type != PARLANCE_JSON_OBJECT || !has_version (&object))
    return refuse (error, "a line that is no JSON-RPC 2.0 object");

  ParlanceAnswer answer = { 0 };
  ParlanceJsonValue id;
  if (!parlance_json_get_member (&object, "id", &id))
    {
      if (!parlance_json_get_member (&object, "method", &answer.method))
        return refuse (error, "a line with neither id nor method");
      (void)parlance_json_get_member (&object, "params", &answer.body);
      answer.kind = PARLANCE_ANSWER_NOTIFICATION;
    }
  else if (parlance_json_get_member (&object, "error", &answer.body))
    {
      if (answer.body.type != PARLANCE_JSON_OBJECT)
        return refuse (error, "an error that is no object");
      answer.kind = id.type == PARLANCE_JSON_NULL ? PARLANCE_ANSWER_FAULT : PARLANCE_ANSWER_ERROR;
    }
  else if (parlance_json_get_member (&object, "result", &answer.body))
    answer.kind = PARLANCE_ANSWER_RESULT;
  else
    return refuse (error, "an answer with neither result nor error");

  gboolean has_own_id =
      answer.kind == PARLANCE_ANSWER_RESULT || answer.kind == PARLANCE_ANSWER_ERROR;
  if (has_own_id && !parlance_json_get_int64 (&id, &answer.id))
    answer.kind = PARLANCE_ANSWER_FOREIGN;
  *ret_answer = answer;
  return TRUE;
}

static gboolean
reason_from_code (gint64 code, ParlanceReason *ret_reason)
{
  for (int i = 0; i < PARLANCE_N_REASONS; i++)
    if (parlance_reason_code ((ParlanceReason)i) == code)
      {
        *ret_reason = (ParlanceReason)i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
get_data (const ParlanceJsonValue *error_object, const char *name, ParlanceJsonValue *ret_member)
{
  ParlanceJsonValue data;

  return parlance_json_get_member (error_object, "data", &data) &&
         data.type == PARLANCE_JSON_OBJECT && parlance_json_get_member (&data, name, ret_member);
}

static gboolean
reason_from_data (const ParlanceJsonValue *error_object, ParlanceReason *ret_reason)
{
  ParlanceJsonValue member;
  if (!get_data (error_object, "reason", &member))
    return FALSE;

  g_autofree char *symbol = parlance_fields_dup_string (&member);
  return symbol != NULL && parlance_reason_from_symbol (symbol, ret_reason);
}

/* Returns: (transfer full) (nullable): the name that the server does not know */
gint64
parlance_answer_get_retry_after_ms (const ParlanceJsonValue *error_object)
{
  ParlanceJsonValue member;
  gint64 retry_after_ms;

  return get_data (error_object, "retry_after_ms", &member) &&
                 parlance_json_get_int64 (&member, &retry_after_ms) && retry_after_ms > 0
             ? retry_after_ms
             : 0;
}

static char *
dup_unknown_name (const ParlanceJsonValue *error_object, ParlanceReason reason)
{
  ParlanceJsonValue member;

  if ((reason == PARLANCE_REASON_NO_SUCH_DICTIONARY &&
       get_data (error_object, "dictionary", &member)) ||
      (reason == PARLANCE_REASON_NO_SUCH_STRATEGY && get_data (error_object, "strategy", &member)))
    return parlance_fields_dup_string (&member);
  return NULL;
}

GError *
parlance_answer_to_error (const ParlanceJsonValue *error_object)
{
  ParlanceReason reason = PARLANCE_REASON_INTERNAL;
  ParlanceJsonValue member;
  gint64 code;

  if (!reason_from_data (error_object, &reason) &&
      parlance_json_get_member (error_object, "code", &member) &&
      parlance_json_get_int64 (&member, &code))
    (void)reason_from_code (code, &reason);

  g_autofree char *message = NULL;
  if (parlance_json_get_member (error_object, "message", &member))
    message = parlance_fields_dup_string (&member);
  const char *said =
      message != NULL && *message != '\0' ? message : parlance_reason_message (reason);
  g_autofree char *name = dup_unknown_name (error_object, reason);
  if (name != NULL && strstr (said, name) == NULL)
    return g_error_new (PARLANCE_ERROR, (int)reason, "%s: “%s”", said, name);
  return g_error_new_literal (PARLANCE_ERROR, (int)reason, said);
}

gboolean
parlance_error_may_pass (const GError *error)
{
  static const ParlanceReason passing[] = {
    PARLANCE_REASON_SERVER_FULL, PARLANCE_REASON_SHUTTING_DOWN, PARLANCE_REASON_SLOW_CONSUMER,
    PARLANCE_REASON_BUSY,        PARLANCE_REASON_RATE_LIMITED,  PARLANCE_REASON_INTERNAL,
  };

  for (guint i = 0; i < G_N_ELEMENTS (passing); i++)
    if (g_error_matches (error, PARLANCE_ERROR, (int)passing[i]))
      return TRUE;
  return FALSE;
}
