/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Names and titles escaped for each front door.
 */
#include "server/front/labels.h"

#include "protocol/wire/json-writer.h"
#include "server/front/dict-commands.h"

#include <string.h>

static void
label_init (FrontLabel *label, const LibraryInfo *info)
{
  GString *json = g_string_new ("{\"dictionary\":");
  GString *dict = g_string_new (" ");

  parlance_json_append_string (json, info->name, strlen (info->name));
  g_string_append (json, ",\"headword\":\"");
  label->n_json = json->len;
  label->json = g_string_free (json, FALSE);

  g_string_append (dict, info->name);
  g_string_append_c (dict, ' ');
  dict_append_quoted_plain (dict, info->title);
  g_string_append (dict, "\r\n");
  label->n_dict = dict->len;
  label->dict = g_string_free (dict, FALSE);

  label->has_headline = strcmp (info->format, "dictd") == 0;
}

FrontLabel *
front_labels_new (const Library *library)
{
  guint n = library_n_dictionaries (library);
  FrontLabel *labels = g_new0 (FrontLabel, n);

  for (guint i = 0; i < n; i++)
    label_init (&labels[i], library_info (library, i));
  return labels;
}

void
front_labels_free (FrontLabel *labels, guint n_labels)
{
  for (guint i = 0; i < n_labels; i++)
    {
      g_free (labels[i].json);
      g_free (labels[i].dict);
    }
  g_free (labels);
}
