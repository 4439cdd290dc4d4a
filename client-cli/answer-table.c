/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Of what is not there a table has an empty cell.
 */
#include "client-cli/answer-table.h"

#include <string.h>

#include "protocol/client/fields.h"
#include "protocol/wire/limits.h"

char *
answer_finish (App *app, GObject *source, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *json = parlance_session_call_finish (PARLANCE_SESSION (source), result, &error);

  app_wait_end (app);
  if (app->quitting)
    return NULL;
  if (json == NULL)
    app_fail_with (app, error);
  return g_steal_pointer (&json);
}

char *
answer_dup_text (const ParlanceJsonValue *object, const char *member)
{
  ParlanceJsonValue value;

  return parlance_json_get_member (object, member, &value) ? parlance_fields_dup_string (&value)
                                                           : NULL;
}

char *
answer_dup_number (const ParlanceJsonValue *object, const char *member)
{
  ParlanceJsonValue value;
  gint64 number;

  return parlance_json_get_member (object, member, &value) &&
                 parlance_json_get_int64 (&value, &number)
             ? g_strndup (value.text, value.n_bytes)
             : g_strdup ("");
}

gboolean
answer_is_true (const ParlanceJsonValue *object, const char *member)
{
  ParlanceJsonValue value;

  return parlance_json_get_member (object, member, &value) && value.type == PARLANCE_JSON_TRUE;
}

char *
answer_format_time (gint64 time_ms)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_ms / 1000);
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_local (utc) : NULL;

  return local != NULL ? g_date_time_format (local, "%F %H:%M") : g_strdup ("");
}

char *
answer_dup_time (const ParlanceJsonValue *object, const char *member, const char *fallback)
{
  ParlanceJsonValue value;
  gint64 time_ms;

  return parlance_json_get_member (object, member, &value) &&
                 parlance_json_get_int64 (&value, &time_ms)
             ? answer_format_time (time_ms)
             : g_strdup (fallback);
}

void
answer_show_table (App *app,
                   const char *json,
                   const char *method,
                   const char *list,
                   const RenderTable *table,
                   AnswerRow add_row)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);
  ParlanceJsonValue root;
  ParlanceJsonValue objects;
  ParlanceJsonValue object;
  guint32 cursor = 0;

  if (!parlance_json_parse (json, strlen (json), PARLANCE_MAX_DEPTH, &root) ||
      !parlance_json_get_member (&root, list, &objects) || objects.type != PARLANCE_JSON_ARRAY)
    {
      app_fail (app, EXIT_FAILED, "the server's answer to %s makes no sense", method);
      return;
    }
  while (parlance_json_next_element (&objects, &cursor, &object))
    if (object.type == PARLANCE_JSON_OBJECT)
      add_row (cells, &object);
  if (cells->len > 0)
    render_table (output_get_buffer (app->output), &app->style, table, cells);
}
