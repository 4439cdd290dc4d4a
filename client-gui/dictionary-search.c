/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A question for headwords that finds none becomes one for the definition, which brings words that
 * are spelt nearly so, or that this is a form of.
 */
#include "client-gui/dictionary-search.h"

#include <string.h>

#define MAX_RESULTS 50
#define MAX_RETRIES 5
#define MIN_RETRY_MS 50
#define MAX_RETRY_MS 2000

struct _ParlanceDictionarySearch
{
  GObject parent_instance;
  ParlanceDictionary *dictionary;
  GListStore *results;
  char **suggestions;        /* (nullable) */
  GError *error;             /* (nullable) */
  GCancellable *cancellable; /* (nullable): of the question under way */
  char *text;                /* of it */
  guint n_retries;           /* of it: the server was busy */
  guint retry_id;
};

enum
{
  SIGNAL_ANSWERED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ParlanceDictionarySearch, parlance_dictionary_search, G_TYPE_OBJECT)

ParlanceDictionarySearch *
parlance_dictionary_search_new (ParlanceDictionary *dictionary)
{
  g_return_val_if_fail (PARLANCE_IS_DICTIONARY (dictionary), NULL);

  ParlanceDictionarySearch *self = g_object_new (PARLANCE_TYPE_DICTIONARY_SEARCH, NULL);
  self->dictionary = g_object_ref (dictionary);
  return self;
}

GListModel *
parlance_dictionary_search_get_results (ParlanceDictionarySearch *self)
{
  g_return_val_if_fail (PARLANCE_IS_DICTIONARY_SEARCH (self), NULL);

  return G_LIST_MODEL (self->results);
}

const char *const *
parlance_dictionary_search_get_suggestions (ParlanceDictionarySearch *self)
{
  static const char *const none[] = { NULL };

  g_return_val_if_fail (PARLANCE_IS_DICTIONARY_SEARCH (self), none);

  return self->suggestions != NULL ? (const char *const *)self->suggestions : none;
}

const GError *
parlance_dictionary_search_get_error (ParlanceDictionarySearch *self)
{
  g_return_val_if_fail (PARLANCE_IS_DICTIONARY_SEARCH (self), NULL);

  return self->error;
}

/* --- answers ---------------------------------------------------------------------------------- */

void
parlance_dictionary_search_cancel (ParlanceDictionarySearch *self)
{
  g_return_if_fail (PARLANCE_IS_DICTIONARY_SEARCH (self));

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->retry_id, g_source_remove);
}

/* Takes @hits, @suggestions and @error; each may be NULL. */
static void
answer (ParlanceDictionarySearch *self, GPtrArray *hits, char **suggestions, GError *error)
{
  parlance_dictionary_search_cancel (self);
  if (error != NULL)
    parlance_dictionary_note_error (self->dictionary, error);
  g_list_store_splice (self->results, 0, g_list_model_get_n_items (G_LIST_MODEL (self->results)),
                       hits != NULL ? hits->pdata : NULL, hits != NULL ? hits->len : 0);
  g_strfreev (self->suggestions);
  self->suggestions = suggestions;
  g_clear_error (&self->error);
  self->error = error;
  g_clear_pointer (&hits, g_ptr_array_unref);
  g_signal_emit (self, signals[SIGNAL_ANSWERED], 0);
}

static const char *
get_title (ParlanceDictionarySearch *self, const char *name)
{
  return parlance_dictionary_choice_get_title (parlance_dictionary_get_choice (self->dictionary),
                                               name);
}

static void
add_hit (GPtrArray *hits, const char *headword, const char *dictionaries, const char *snippet)
{
  g_ptr_array_add (hits, parlance_dictionary_hit_new (headword, dictionaries, snippet));
}

/* --- headwords -------------------------------------------------------------------------------- */

static char **
dup_suggestions (ParlanceDefinition *definition)
{
  const char *const *suggestions = parlance_definition_get_suggestions (definition);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; suggestions[i] != NULL; i++)
    g_strv_builder_add (builder, suggestions[i]);
  return g_strv_builder_end (builder);
}

static void
on_defined (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ParlanceDictionarySearch) self = user_data;
  GError *error = NULL;
  g_autoptr (ParlanceDefinition) definition =
      parlance_word_cache_define_finish (PARLANCE_WORD_CACHE (source), result, NULL, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_error_free (error);
      return;
    }
  if (definition == NULL)
    {
      answer (self, NULL, NULL, error);
      return;
    }

  GPtrArray *hits = g_ptr_array_new_with_free_func (g_object_unref);
  const char *headword = NULL;
  for (guint i = 0; i < parlance_definition_get_n_entries (definition); i++)
    {
      ParlanceEntry *entry = parlance_definition_get_entry (definition, i);

      if (g_strcmp0 (headword, parlance_entry_get_headword (entry)) == 0)
        continue;
      headword = parlance_entry_get_headword (entry);
      add_hit (hits, headword, get_title (self, parlance_entry_get_dictionary (entry)), NULL);
    }
  answer (self, hits, dup_suggestions (definition), NULL);
}

static void
define (ParlanceDictionarySearch *self)
{
  ParlanceLookupOptions options = parlance_dictionary_get_options (self->dictionary);

  parlance_word_cache_define_async (parlance_dictionary_get_cache (self->dictionary),
                                    parlance_dictionary_get_session (self->dictionary), self->text,
                                    &options, self->cancellable, on_defined, g_object_ref (self));
}

/* A headword stands once for each dictionary that has it, and is shown once. */
static GPtrArray *
merge (ParlanceDictionarySearch *self, const ParlanceMatches *matches)
{
  GPtrArray *hits = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_matches = parlance_matches_get_n_matches (matches);

  for (guint i = 0; i < n_matches;)
    {
      const char *dictionary;
      const char *headword = parlance_matches_get_headword (matches, i, &dictionary);
      g_autoptr (GString) titles = g_string_new (get_title (self, dictionary));

      for (i++; i < n_matches; i++)
        {
          if (strcmp (parlance_matches_get_headword (matches, i, &dictionary), headword) != 0)
            break;
          g_string_append_printf (titles, " · %s", get_title (self, dictionary));
        }
      add_hit (hits, headword, titles->str, NULL);
    }
  return hits;
}

static void
on_matched (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ParlanceDictionarySearch) self = user_data;
  GError *error = NULL;
  g_autoptr (ParlanceMatches) matches =
      parlance_session_match_finish (PARLANCE_SESSION (source), result, &error);

  if (matches == NULL)
    {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_error_free (error);
      else
        answer (self, NULL, NULL, error);
    }
  else if (parlance_matches_get_n_matches (matches) > 0)
    answer (self, merge (self, matches), NULL, NULL);
  else
    define (self);
}

static void
ask_headwords (ParlanceDictionarySearch *self)
{
  ParlanceSession *session = parlance_dictionary_get_session (self->dictionary);
  ParlanceLookupOptions options = parlance_dictionary_get_options (self->dictionary);

  options.limit = MAX_RESULTS;
  if (session != NULL)
    parlance_session_match_async (session, self->text, &options, self->cancellable, on_matched,
                                  g_object_ref (self));
  else
    define (self);
}

/* --- entries ---------------------------------------------------------------------------------- */

static void ask_entries (ParlanceDictionarySearch *self);

static gboolean
on_retry (gpointer user_data)
{
  ParlanceDictionarySearch *self = user_data;

  self->retry_id = 0;
  ask_entries (self);
  return G_SOURCE_REMOVE;
}

static void
on_searched (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ParlanceDictionarySearch) self = user_data;
  ParlanceSession *session = PARLANCE_SESSION (source);
  GError *error = NULL;
  g_autoptr (ParlanceSearchHits) found = parlance_session_search_finish (session, result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_error_free (error);
      return;
    }
  if (g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_BUSY) &&
      self->n_retries++ < MAX_RETRIES)
    {
      gint64 wait_ms = parlance_session_call_get_retry_after_ms (session, result);

      g_error_free (error);
      self->retry_id =
          g_timeout_add ((guint)CLAMP (wait_ms, MIN_RETRY_MS, MAX_RETRY_MS), on_retry, self);
      return;
    }
  if (found == NULL)
    {
      answer (self, NULL, NULL, error);
      return;
    }

  GPtrArray *hits = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < parlance_search_hits_get_n_hits (found); i++)
    {
      const char *headword;
      const char *dictionary;
      const char *snippet = parlance_search_hits_get_snippet (found, i, &headword, &dictionary);

      add_hit (hits, headword, get_title (self, dictionary), snippet);
    }
  answer (self, hits, NULL, NULL);
}

static void
ask_entries (ParlanceDictionarySearch *self)
{
  ParlanceSession *session = parlance_dictionary_get_session (self->dictionary);
  ParlanceLookupOptions options = parlance_dictionary_get_options (self->dictionary);

  options.limit = MAX_RESULTS;
  if (session == NULL)
    answer (self, NULL, NULL,
            g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "there is no server"));
  else
    parlance_session_search_async (session, self->text, &options, self->cancellable, on_searched,
                                   g_object_ref (self));
}

void
parlance_dictionary_search_ask (ParlanceDictionarySearch *self,
                                const char *text,
                                gboolean in_entries)
{
  g_return_if_fail (PARLANCE_IS_DICTIONARY_SEARCH (self));
  g_return_if_fail (text != NULL);

  parlance_dictionary_search_cancel (self);
  g_free (self->text);
  self->text = g_strstrip (g_strdup (text));
  self->n_retries = 0;
  if (self->text[0] == '\0')
    {
      answer (self, NULL, NULL, NULL);
      return;
    }
  self->cancellable = g_cancellable_new ();
  if (in_entries)
    ask_entries (self);
  else
    ask_headwords (self);
}

/* --- the object ------------------------------------------------------------------------------- */

static void
parlance_dictionary_search_dispose (GObject *object)
{
  parlance_dictionary_search_cancel (PARLANCE_DICTIONARY_SEARCH (object));
  G_OBJECT_CLASS (parlance_dictionary_search_parent_class)->dispose (object);
}

static void
parlance_dictionary_search_finalize (GObject *object)
{
  ParlanceDictionarySearch *self = PARLANCE_DICTIONARY_SEARCH (object);

  g_object_unref (self->dictionary);
  g_object_unref (self->results);
  g_strfreev (self->suggestions);
  g_clear_error (&self->error);
  g_free (self->text);
  G_OBJECT_CLASS (parlance_dictionary_search_parent_class)->finalize (object);
}

static void
parlance_dictionary_search_class_init (ParlanceDictionarySearchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = parlance_dictionary_search_dispose;
  object_class->finalize = parlance_dictionary_search_finalize;
  signals[SIGNAL_ANSWERED] = g_signal_new ("answered", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                           0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
parlance_dictionary_search_init (ParlanceDictionarySearch *self)
{
  self->results = g_list_store_new (PARLANCE_TYPE_DICTIONARY_HIT);
}
