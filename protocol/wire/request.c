/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * JSON-RPC 2.0, one request a line. Reading borrows from the line and allocates nothing; writing
 * appends to the caller's string. Sources: docs/protocol.md, sections 1 and 2, and JSON-RPC 2.0.
 */
#include "protocol/wire/request.h"

#include "protocol/wire/json-scan.h"
#include "protocol/wire/json-writer.h"
#include "protocol/wire/limits.h"

#include <string.h>

#define MESSAGE_PREFIX "{\"jsonrpc\":\"2.0\",\"id\":"

/* The members of a request, as they came, in the order of member_names. A text of NULL: absent. */
typedef struct
{
  ParlanceJsonValue version;
  ParlanceJsonValue method;
  ParlanceJsonValue params;
  ParlanceJsonValue id;
} Members;

static const ParlanceJsonName member_names[] = { PARLANCE_JSON_NAME ("jsonrpc"),
                                                 PARLANCE_JSON_NAME ("method"),
                                                 PARLANCE_JSON_NAME ("params"),
                                                 PARLANCE_JSON_NAME ("id") };

G_STATIC_ASSERT (sizeof (Members) == G_N_ELEMENTS (member_names) * sizeof (ParlanceJsonValue));

static gboolean
is_string (const ParlanceJsonValue *value)
{
  return value->text != NULL && value->type == PARLANCE_JSON_STRING;
}

static gboolean
is_good_id (const ParlanceJsonValue *id)
{
  gint64 number;

  if (id->type == PARLANCE_JSON_STRING)
    return parlance_json_string_n_decoded (id) <= PARLANCE_MAX_ID;
  return parlance_json_get_int64 (id, &number);
}

static gboolean
refuse (ParlanceFault *ret_fault, ParlanceReason reason, const char *detail)
{
  *ret_fault = (ParlanceFault){ .reason = reason, .detail = detail };
  return FALSE;
}

static gboolean
check_members (const Members *members, ParlanceRequest *request, ParlanceFault *ret_fault)
{
  if (members->id.text != NULL)
    {
      if (!is_good_id (&members->id))
        return refuse (ret_fault, PARLANCE_REASON_INVALID_REQUEST,
                       "\"id\" must be a string of at most " G_STRINGIFY (
                           PARLANCE_MAX_ID) " bytes or an integer of at most 64 bits");
      request->id = members->id;
    }
  if (!is_string (&members->version) || !parlance_json_string_equals (&members->version, "2.0"))
    return refuse (ret_fault, PARLANCE_REASON_INVALID_REQUEST,
                   "A request must have the member \"jsonrpc\" with the string \"2.0\"");
  if (!is_string (&members->method))
    return refuse (ret_fault, PARLANCE_REASON_INVALID_REQUEST,
                   "A request must have the member \"method\" with a string");
  request->method = members->method;
  request->is_notification = members->id.text == NULL;
  if (members->params.text != NULL && members->params.type != PARLANCE_JSON_OBJECT)
    {
      *ret_fault = parlance_fault_field (PARLANCE_REASON_INVALID_PARAMS, "params");
      ret_fault->detail = "\"params\" must be an object";
      return FALSE;
    }
  request->params = members->params;
  return TRUE;
}

gboolean
parlance_request_parse (const char *line,
                        gsize n_bytes,
                        ParlanceRequest *ret_request,
                        ParlanceFault *ret_fault)
{
  ParlanceJsonValue root;
  Members members;

  *ret_request = (ParlanceRequest){ 0 };
  if (!parlance_json_parse_members (line, n_bytes, PARLANCE_MAX_DEPTH, member_names,
                                    G_N_ELEMENTS (member_names), &root, &members.version))
    return refuse (ret_fault, PARLANCE_REASON_PARSE_ERROR, NULL);
  if (root.type == PARLANCE_JSON_ARRAY)
    return refuse (ret_fault, PARLANCE_REASON_INVALID_REQUEST,
                   "Batches are not supported: send one request object a line");
  if (root.type != PARLANCE_JSON_OBJECT)
    return refuse (ret_fault, PARLANCE_REASON_INVALID_REQUEST, "A request must be an object");
  return check_members (&members, ret_request, ret_fault);
}

static void
append_call (GString *out, const char *method, const char *params)
{
  g_string_append (out, "\"method\":");
  parlance_json_append_string (out, method, strlen (method));
  if (params != NULL)
    {
      g_string_append (out, ",\"params\":");
      g_string_append (out, params);
    }
  g_string_append (out, "}\n");
}

void
parlance_request_append (GString *out, gint64 id, const char *method, const char *params)
{
  g_string_append (out, MESSAGE_PREFIX);
  parlance_json_append_int64 (out, id);
  g_string_append_c (out, ',');
  append_call (out, method, params);
}

void
parlance_notification_append (GString *out, const char *method, const char *params)
{
  g_string_append (out, "{\"jsonrpc\":\"2.0\",");
  append_call (out, method, params);
}

static void
append_id (GString *out, const ParlanceJsonValue *id)
{
  PARLANCE_APPEND_LITERAL (out, MESSAGE_PREFIX);
  if (id != NULL && id->text != NULL)
    parlance_append (out, id->text, id->n_bytes);
  else
    PARLANCE_APPEND_LITERAL (out, "null");
}

void
parlance_reply_begin (GString *out, const ParlanceJsonValue *id)
{
  append_id (out, id);
  PARLANCE_APPEND_LITERAL (out, ",\"result\":");
}

void
parlance_reply_end (GString *out)
{
  PARLANCE_APPEND_LITERAL (out, "}\n");
}

static void
append_limit (GString *out, const char *name, gint64 limit)
{
  g_string_append_c (out, ',');
  parlance_json_append_string (out, name, strlen (name));
  g_string_append_c (out, ':');
  parlance_json_append_int64 (out, limit);
}

void
parlance_reply_error (GString *out, const ParlanceJsonValue *id, const ParlanceFault *fault)
{
  const char *message =
      fault->detail != NULL ? fault->detail : parlance_reason_message (fault->reason);
  const char *symbol = parlance_reason_symbol (fault->reason);

  append_id (out, id);
  g_string_append (out, ",\"error\":{\"code\":");
  parlance_json_append_int64 (out, parlance_reason_code (fault->reason));
  g_string_append (out, ",\"message\":");
  parlance_json_append_string (out, message, strlen (message));
  g_string_append (out, ",\"data\":{\"reason\":");
  parlance_json_append_string (out, symbol, strlen (symbol));
  if (fault->member != NULL)
    {
      g_string_append_c (out, ',');
      parlance_json_append_string (out, fault->member, strlen (fault->member));
      g_string_append_c (out, ':');
      parlance_json_append_string (out, fault->value, fault->n_value);
    }
  if (fault->limit != 0)
    append_limit (out, "limit", fault->limit);
  if (fault->retry_after_ms != 0)
    append_limit (out, "retry_after_ms", fault->retry_after_ms);
  g_string_append (out, "}}}\n");
}
