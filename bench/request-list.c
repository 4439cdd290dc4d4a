/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads the word list and renders one request for each word.
 */
#include "bench/request-list.h"

#include <string.h>

gboolean
request_protocol_parse (const char *name, RequestProtocol *ret_protocol)
{
  static const char *const names[] = {
    [REQUEST_DICT_DEFINE] = "dict-define", [REQUEST_DICT_MATCH] = "dict-match",
    [REQUEST_JSON_DEFINE] = "json-define", [REQUEST_JSON_PING] = "json-ping",
    [REQUEST_REDIS_GET] = "redis-get",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (name, names[i]) == 0)
      {
        *ret_protocol = (RequestProtocol)i;
        return TRUE;
      }

  return FALSE;
}

/* Both protocols quote with '"' and escape with '\'. */
static void
append_quoted (GString *rendered, const char *word)
{
  g_string_append_c (rendered, '"');
  for (const char *c = word; *c != '\0'; c++)
    {
      if (*c == '"' || *c == '\\')
        g_string_append_c (rendered, '\\');
      g_string_append_c (rendered, *c);
    }
  g_string_append_c (rendered, '"');
}

static void
append_request (RequestList *self, gsize index, const char *database, const char *strategy)
{
  const char *word = self->words->pdata[index];
  GString *rendered = self->rendered;

  switch (self->protocol)
    {
    case REQUEST_DICT_DEFINE:
      g_string_append_printf (rendered, "DEFINE %s ", database);
      append_quoted (rendered, word);
      g_string_append (rendered, "\r\n");
      break;
    case REQUEST_DICT_MATCH:
      g_string_append_printf (rendered, "MATCH %s %s ", database, strategy);
      append_quoted (rendered, word);
      g_string_append (rendered, "\r\n");
      break;
    case REQUEST_JSON_DEFINE:
      g_string_append_printf (rendered,
                              "{\"jsonrpc\":\"2.0\",\"id\":%" G_GSIZE_FORMAT
                              ",\"method\":\"define\",\"params\":{\"word\":",
                              index);
      append_quoted (rendered, word);
      g_string_append_printf (rendered, ",\"dictionaries\":[\"%s\"]}}\n", database);
      break;
    case REQUEST_JSON_PING:
      g_string_append_printf (
          rendered, "{\"jsonrpc\":\"2.0\",\"id\":%" G_GSIZE_FORMAT ",\"method\":\"ping\"}\n",
          index);
      break;
    case REQUEST_REDIS_GET:
      g_string_append_printf (rendered, "*2\r\n$3\r\nGET\r\n$%" G_GSIZE_FORMAT "\r\n%s\r\n",
                              strlen (word), word);
      break;
    }
}

static void
read_words (RequestList *self, char *text)
{
  char *rest = text;

  for (char *line = strsep (&rest, "\n"); line != NULL; line = strsep (&rest, "\n"))
    {
      char *tab = strchr (line, '\t');
      guint32 n_value_bytes = tab == NULL ? 0 : (guint32)g_ascii_strtoull (tab + 1, NULL, 10);

      if (tab != NULL)
        *tab = '\0';
      if (*line == '\0')
        continue;

      g_ptr_array_add (self->words, g_strdup (line));
      g_array_append_val (self->value_bytes, n_value_bytes);
    }
}

RequestList *
request_list_load (RequestProtocol protocol,
                   const char *words_path,
                   const char *database,
                   const char *strategy,
                   GError **error)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents (words_path, &text, NULL, error))
    return NULL;

  RequestList *self = g_new0 (RequestList, 1);
  self->protocol = protocol;
  self->words = g_ptr_array_new_with_free_func (g_free);
  self->value_bytes = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->rendered = g_string_new (NULL);
  self->offsets = g_array_new (FALSE, FALSE, sizeof (gsize));
  read_words (self, text);

  if (self->words->len == 0)
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                   "Cannot use %s: it has no words; give a file with one word a line", words_path);
      request_list_free (self);
      return NULL;
    }

  for (gsize i = 0; i <= self->words->len + REQUEST_BATCH_MAX; i++)
    {
      gsize offset = self->rendered->len;
      g_array_append_val (self->offsets, offset);
      append_request (self, i % self->words->len, database, strategy);
    }

  return self;
}

void
request_list_free (RequestList *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->words);
  g_array_unref (self->value_bytes);
  g_string_free (self->rendered, TRUE);
  g_array_unref (self->offsets);
  g_free (self);
}

const char *
request_list_batch (const RequestList *self, gsize first, gsize n_requests, gsize *ret_n_bytes)
{
  gsize begin = g_array_index (self->offsets, gsize, first);
  gsize end = g_array_index (self->offsets, gsize, first + n_requests);

  *ret_n_bytes = end - begin;
  return self->rendered->str + begin;
}
