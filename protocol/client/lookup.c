/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The typed methods: parameters into JSON text, and results out of it.
 */
#include "protocol/client/lookup.h"

#include <string.h>

#include "protocol/client/fields.h"
#include "protocol/wire/chat-append.h"
#include "protocol/wire/lookup.h"

static const ParlanceLookupOptions default_options = { 0 };

void
parlance_session_hello_async (ParlanceSession *self,
                              const char *client,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GString) params = g_string_new (NULL);

  g_return_if_fail (client != NULL);

  parlance_hello_append (params, &(ParlanceHelloParams){ .client = client });
  parlance_session_call_async (self, "hello", params->str, cancellable, callback, user_data);
}

ParlanceServerInfo *
parlance_session_hello_finish (ParlanceSession *self, GAsyncResult *result, GError **error)
{
  char *json = parlance_session_call_finish (self, result, error);
  g_autoptr (ParlanceServerInfo) info =
      json != NULL ? parlance_server_info_new_take_json (json, error) : NULL;

  if (info == NULL || !parlance_trust_check_told (parlance_session_get_trust (self),
                                                  parlance_server_info_get_id (info), error))
    return NULL;
  return g_steal_pointer (&info);
}

void
parlance_session_define_async (ParlanceSession *self,
                               const char *word,
                               const ParlanceLookupOptions *options,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GString) params = g_string_new (NULL);

  g_return_if_fail (word != NULL);

  if (options == NULL)
    options = &default_options;
  parlance_define_append (params, word, options->dictionaries, options->limit);
  parlance_session_call_async (self, "define", params->str, cancellable, callback, user_data);
}

ParlanceDefinition *
parlance_session_define_finish (ParlanceSession *self, GAsyncResult *result, GError **error)
{
  char *json = parlance_session_call_finish (self, result, error);

  return json != NULL ? parlance_definition_new_take_json (json, error) : NULL;
}

void
parlance_session_match_async (ParlanceSession *self,
                              const char *word,
                              const ParlanceLookupOptions *options,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GString) params = g_string_new (NULL);

  g_return_if_fail (word != NULL);

  if (options == NULL)
    options = &default_options;
  parlance_match_append (params, word, options->strategy, options->dictionaries, options->limit);
  parlance_session_call_async (self, "match", params->str, cancellable, callback, user_data);
}

ParlanceMatches *
parlance_session_match_finish (ParlanceSession *self, GAsyncResult *result, GError **error)
{
  char *json = parlance_session_call_finish (self, result, error);

  return json != NULL ? parlance_matches_new_take_json (json, error) : NULL;
}

void
parlance_session_annotate_async (ParlanceSession *self,
                                 const char *text,
                                 gint64 at,
                                 const ParlanceLookupOptions *options,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GString) params = g_string_new (NULL);

  g_return_if_fail (text != NULL);

  if (options == NULL)
    options = &default_options;
  parlance_annotate_append (params, text, strlen (text), at, options->dictionaries);
  parlance_session_call_async (self, "annotate", params->str, cancellable, callback, user_data);
}

ParlanceSpans *
parlance_session_annotate_finish (ParlanceSession *self, GAsyncResult *result, GError **error)
{
  char *json = parlance_session_call_finish (self, result, error);

  return json != NULL ? parlance_spans_new_take_json (json, error) : NULL;
}

void
parlance_session_search_async (ParlanceSession *self,
                               const char *text,
                               const ParlanceLookupOptions *options,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GString) params = g_string_new (NULL);

  g_return_if_fail (text != NULL);

  if (options == NULL)
    options = &default_options;
  parlance_search_append (params, text, options->dictionaries, options->limit);
  parlance_session_call_async (self, "search", params->str, cancellable, callback, user_data);
}

ParlanceSearchHits *
parlance_session_search_finish (ParlanceSession *self, GAsyncResult *result, GError **error)
{
  char *json = parlance_session_call_finish (self, result, error);

  return json != NULL ? parlance_search_hits_new_take_json (json, error) : NULL;
}

void
parlance_session_dictionaries_async (ParlanceSession *self,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  parlance_session_call_async (self, "dictionaries", NULL, cancellable, callback, user_data);
}

GPtrArray *
parlance_session_dictionaries_finish (ParlanceSession *self, GAsyncResult *result, GError **error)
{
  g_autofree char *json = parlance_session_call_finish (self, result, error);

  return json != NULL ? parlance_dictionary_info_list_new_from_json (json, error) : NULL;
}

void
parlance_session_stats_async (ParlanceSession *self,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  parlance_session_call_async (self, "stats", NULL, cancellable, callback, user_data);
}

char *
parlance_session_stats_finish (ParlanceSession *self, GAsyncResult *result, GError **error)
{
  g_autofree char *json = parlance_session_call_finish (self, result, error);
  ParlanceJsonValue value;

  if (json == NULL)
    return NULL;
  if (!parlance_fields_parse (json, &value, error) ||
      !parlance_fields_read (&value, NULL, 0, NULL, error))
    {
      g_prefix_error_literal (error, "the server's answer to stats makes no sense: ");
      return NULL;
    }
  return g_steal_pointer (&json);
}

void
parlance_session_ping_async (ParlanceSession *self,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  parlance_session_call_async (self, "ping", NULL, cancellable, callback, user_data);
}

gboolean
parlance_session_ping_finish (ParlanceSession *self,
                              GAsyncResult *result,
                              gint64 *ret_time_ms,
                              GError **error)
{
  static const ParlanceField ping_fields[] = { { "time", PARLANCE_FIELD_INTEGER, TRUE, 0 } };
  g_autofree char *json = parlance_session_call_finish (self, result, error);
  ParlanceJsonValue value;
  gint64 time_ms;

  if (json == NULL)
    return FALSE;
  if (!parlance_fields_parse (json, &value, error) ||
      !parlance_fields_read (&value, ping_fields, G_N_ELEMENTS (ping_fields), &time_ms, error))
    {
      g_prefix_error_literal (error, "the server's answer to ping makes no sense: ");
      return FALSE;
    }
  *ret_time_ms = time_ms;
  return TRUE;
}
