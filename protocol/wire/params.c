/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Members of `params`, one function for each kind of value. Those that return a gboolean set the
 * fault where they return %FALSE.
 */
#include "protocol/wire/params.h"

#include <string.h>

gboolean
parlance_params_refuse (ParlanceFault *ret_fault, const char *field, const char *detail)
{
  *ret_fault = parlance_fault_field (PARLANCE_REASON_INVALID_PARAMS, field);
  ret_fault->detail = detail;
  return FALSE;
}

gboolean
parlance_params_refuse_length (ParlanceFault *ret_fault, const char *field, gint64 limit)
{
  *ret_fault = parlance_fault_field (PARLANCE_REASON_TOO_LONG, field);
  ret_fault->limit = limit;
  return FALSE;
}

/* @ret_value has no text where there is no such member. */
void
parlance_params_find (const ParlanceJsonValue *params,
                      const char *field,
                      ParlanceJsonValue *ret_value)
{
  if (params->text == NULL || !parlance_json_get_member (params, field, ret_value))
    *ret_value = (ParlanceJsonValue){ 0 };
}

/* Decodes a string of 1 to @limit bytes (0 to, with @may_be_empty) into @out, which has room for a
 * NUL behind them. Returns: %FALSE with a fault */
gboolean
parlance_params_read_text (const ParlanceJsonValue *value,
                           const char *field,
                           gboolean may_be_empty,
                           guint32 limit,
                           char *out,
                           guint32 *ret_n_bytes,
                           ParlanceFault *ret_fault)
{
  if (value->text == NULL || value->type != PARLANCE_JSON_STRING)
    return parlance_params_refuse (ret_fault, field, "it must be a string");

  gsize n_bytes = parlance_json_string_n_decoded (value);
  if (n_bytes == 0 && !may_be_empty)
    return parlance_params_refuse (ret_fault, field, "it must not be empty");
  if (n_bytes > limit)
    return parlance_params_refuse_length (ret_fault, field, limit);
  parlance_json_string_decode (value, out);
  out[n_bytes] = '\0';
  *ret_n_bytes = (guint32)n_bytes;
  return TRUE;
}

gboolean
parlance_params_has_nul (const char *text, guint32 n_bytes)
{
  return memchr (text, '\0', n_bytes) != NULL;
}

gboolean
parlance_params_read_name (const ParlanceJsonValue *value,
                           const char *field,
                           gboolean (*is_valid) (const char *, gsize),
                           ParlanceName *ret_name,
                           ParlanceFault *ret_fault)
{
  if (value->text == NULL || value->type != PARLANCE_JSON_STRING)
    return parlance_params_refuse (ret_fault, field, "it must be a string");

  gsize n_bytes = parlance_json_string_n_decoded (value);
  if (n_bytes < sizeof ret_name->text)
    {
      parlance_json_string_decode (value, ret_name->text);
      ret_name->text[n_bytes] = '\0';
      ret_name->n_bytes = (guint32)n_bytes;
      if (is_valid (ret_name->text, n_bytes))
        return TRUE;
    }
  *ret_fault = parlance_fault_field (PARLANCE_REASON_INVALID_NAME, field);
  return FALSE;
}

/* An optional number of at least @least; -1 where there is none. */
gboolean
parlance_params_read_number (const ParlanceJsonValue *params,
                             const char *field,
                             gint64 least,
                             gint64 *ret_number,
                             ParlanceFault *ret_fault)
{
  ParlanceJsonValue value;

  *ret_number = -1;
  parlance_params_find (params, field, &value);
  if (value.text == NULL)
    return TRUE;
  if (!parlance_json_get_int64 (&value, ret_number) || *ret_number < least)
    return parlance_params_refuse (ret_fault, field, "it must be the number of a message");
  return TRUE;
}

static void
copy_valid (const char *text, gsize n_bytes, gsize limit, char *out)
{
  const char *end;

  n_bytes = MIN (n_bytes, limit);
  (void)g_utf8_validate_len (text, n_bytes, &end);
  memcpy (out, text, (gsize)(end - text));
  out[end - text] = '\0';
}

gboolean
parlance_params_read_client (const ParlanceJsonValue *params, char *out, ParlanceFault *ret_fault)
{
  ParlanceJsonValue value;

  out[0] = '\0';
  parlance_params_find (params, "client", &value);
  if (value.text == NULL)
    return TRUE;
  if (value.type != PARLANCE_JSON_STRING)
    return parlance_params_refuse (ret_fault, "client", "it must be a string");
  g_autofree char *decoded = g_malloc (value.n_bytes);
  copy_valid (decoded, parlance_json_string_decode (&value, decoded), PARLANCE_MAX_CLIENT, out);
  return TRUE;
}

gboolean
parlance_params_read_password (const ParlanceJsonValue *params,
                               const char *field,
                               char *out,
                               ParlanceFault *ret_fault)
{
  ParlanceJsonValue value;
  guint32 n_bytes;

  out[0] = '\0';
  parlance_params_find (params, field, &value);
  if (value.text == NULL)
    return TRUE;
  if (!parlance_params_read_text (&value, field, TRUE, PARLANCE_MAX_PASSWORD, out, &n_bytes,
                                  ret_fault))
    return FALSE;
  return !parlance_params_has_nul (out, n_bytes) ||
         parlance_params_refuse (ret_fault, field, "it must not hold NUL");
}
