/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Online, annotate and then define: two times over the network and back. Offline, what could stand
 * at the place is sought among what was looked up before.
 */
#include "client-gui/word-lookup.h"

#include <string.h>

#include "client-gui/word-place.h"

void
parlance_found_free (ParlanceFound *self)
{
  if (self == NULL)
    return;
  g_free (self->word);
  g_strfreev (self->headwords);
  g_clear_pointer (&self->definition, parlance_definition_unref);
  g_free (self);
}

/* The data of the task. */
typedef struct
{
  ParlanceDictionary *dictionary;
  char *text;   /* around the place */
  gint64 at;    /* in @text */
  gint64 start; /* of @text in the whole one */
  ParlanceFound *found;
} Lookup;

static void
lookup_free (gpointer data)
{
  Lookup *lookup = data;

  g_object_unref (lookup->dictionary);
  g_free (lookup->text);
  parlance_found_free (lookup->found);
  g_free (lookup);
}

/* --- define ----------------------------------------------------------------------------------- */

static void
on_defined (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Lookup *lookup = g_task_get_task_data (task);
  ParlanceFound *found = lookup->found;
  ParlanceWordCache *cache = PARLANCE_WORD_CACHE (source);
  GError *error = NULL;

  found->definition = parlance_word_cache_define_finish (cache, result, NULL, &error);
  if (found->definition == NULL)
    {
      parlance_dictionary_note_error (lookup->dictionary, error);
      g_task_return_error (task, error);
      return;
    }
  /* Offline nobody will say that *ran* is *run*. */
  if (found->headwords[0] != NULL && strcmp (found->headwords[0], found->word) != 0)
    {
      ParlanceLookupOptions options = parlance_dictionary_get_options (lookup->dictionary);
      parlance_word_cache_add (cache, found->word, &options, found->definition);
    }
  g_task_return_pointer (task, g_steal_pointer (&lookup->found),
                         (GDestroyNotify)parlance_found_free);
}

static void
define (GTask *task)
{
  Lookup *lookup = g_task_get_task_data (task);
  const ParlanceFound *found = lookup->found;
  ParlanceLookupOptions options = parlance_dictionary_get_options (lookup->dictionary);

  parlance_word_cache_define_async (parlance_dictionary_get_cache (lookup->dictionary),
                                    parlance_dictionary_get_session (lookup->dictionary),
                                    found->headwords[0] != NULL ? found->headwords[0] : found->word,
                                    &options, g_task_get_cancellable (task), on_defined, task);
}

/* --- which words ------------------------------------------------------------------------------ */

/* The word is that from @start to before @end of the text around the place. */
static void
take_place (Lookup *lookup, gint64 start, gint64 end)
{
  g_free (lookup->found->word);
  lookup->found->word = g_utf8_substring (lookup->text, start, end);
  lookup->found->start = lookup->start + start;
  lookup->found->end = lookup->start + end;
}

/* Without the help of a server. Returns: whether there is a word at the place */
static gboolean
take_word (Lookup *lookup)
{
  gint64 start;
  gint64 end;

  if (!parlance_word_place_find (lookup->text, lookup->at, &start, &end))
    return FALSE;
  take_place (lookup, start, end);
  return TRUE;
}

static void
return_no_word (GTask *task)
{
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "there is no word");
}

/* Spans come from the network: they need not fit the text. */
static char **
take_spans (Lookup *lookup, const ParlanceSpans *spans)
{
  g_autoptr (GPtrArray) headwords = g_ptr_array_new ();
  gint64 n_chars = g_utf8_strlen (lookup->text, -1);

  for (guint i = 0; i < parlance_spans_get_n_spans (spans); i++)
    {
      const ParlanceSpan *span = parlance_spans_get_span (spans, i);

      if (span->end > n_chars || span->start > lookup->at || span->end <= lookup->at ||
          span->headword[0] == '\0')
        continue;
      if (headwords->len == 0)
        take_place (lookup, span->start, span->end);
      if (!g_ptr_array_find_with_equal_func (headwords, span->headword, g_str_equal, NULL))
        g_ptr_array_add (headwords, g_strdup (span->headword));
    }
  g_ptr_array_add (headwords, NULL);
  return (char **)g_ptr_array_steal (headwords, NULL);
}

static void
find_kept (GTask *task)
{
  Lookup *lookup = g_task_get_task_data (task);
  ParlanceLookupOptions options = parlance_dictionary_get_options (lookup->dictionary);
  ParlanceWordCache *cache = parlance_dictionary_get_cache (lookup->dictionary);
  g_auto (GStrv) candidates = parlance_word_place_list_candidates (lookup->text, lookup->at);

  for (char **candidate = candidates; *candidate != NULL; candidate++)
    {
      ParlanceDefinition *kept = parlance_word_cache_peek (cache, *candidate, &options);

      if (kept == NULL || parlance_definition_get_n_entries (kept) == 0)
        continue;
      g_free (lookup->found->word);
      lookup->found->word = g_strdup (*candidate);
      break;
    }
  define (task);
}

static void
on_annotated (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Lookup *lookup = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (ParlanceSpans) spans =
      parlance_session_annotate_finish (PARLANCE_SESSION (source), result, &error);

  if (spans == NULL && (error->domain == PARLANCE_ERROR ||
                        g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
                        g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA)))
    {
      parlance_dictionary_note_error (lookup->dictionary, error);
      g_task_return_error (task, g_steal_pointer (&error));
      g_object_unref (task);
      return;
    }
  gboolean any = take_word (lookup);
  if (spans != NULL)
    {
      g_strfreev (lookup->found->headwords);
      lookup->found->headwords = take_spans (lookup, spans);
      any = any || lookup->found->headwords[0] != NULL;
    }
  if (!any)
    {
      return_no_word (task);
      g_object_unref (task);
    }
  else if (spans != NULL)
    define (task);
  else
    find_kept (task); /* the connection was lost */
}

void
parlance_word_lookup_async (ParlanceDictionary *dictionary,
                            const char *text,
                            gint64 at,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_return_if_fail (PARLANCE_IS_DICTIONARY (dictionary));
  g_return_if_fail (text != NULL);
  g_return_if_fail (at >= -1);

  GTask *task = g_task_new (dictionary, cancellable, callback, user_data);
  Lookup *lookup = g_new0 (Lookup, 1);
  ParlanceSession *session = parlance_dictionary_get_session (dictionary);
  lookup->dictionary = g_object_ref (dictionary);
  lookup->found = g_new0 (ParlanceFound, 1);
  lookup->found->headwords = g_new0 (char *, 1);
  lookup->found->start = lookup->found->end = -1;
  g_task_set_task_data (task, lookup, lookup_free);

  if (at < 0)
    {
      lookup->found->word = g_strstrip (g_strdup (text));
      define (task);
      return;
    }
  lookup->text = parlance_word_place_dup_window (text, at, &lookup->start);
  lookup->at = at - lookup->start;
  ParlanceLookupOptions options = parlance_dictionary_get_options (dictionary);
  if (session != NULL)
    parlance_session_annotate_async (session, lookup->text, lookup->at, &options, cancellable,
                                     on_annotated, task);
  else if (take_word (lookup))
    find_kept (task);
  else
    {
      return_no_word (task);
      g_object_unref (task);
    }
}

ParlanceFound *
parlance_word_lookup_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (G_IS_TASK (result), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
