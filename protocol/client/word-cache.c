/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A hash table for finding and a queue for forgetting: its head is what was used last. The size of
 * a definition is reckoned by the JSON text that it came in, twice: it keeps that text and what was
 * decoded from it.
 */
#include "protocol/client/word-cache.h"

#include <string.h>

/* [bytes] of a record beside its definition, roughly */
#define RECORD_BYTES 256

typedef struct
{
  char *key;
  char *word; /* as it was spelt */
  ParlanceDefinition *definition;
  gsize n_bytes;
  gint64 asked_us;       /* monotonic; 0: it was not the server that said it of this word */
  gconstpointer session; /* that was asked; compared, never followed */
  GList link;            /* in @by_use */
} Record;

struct _ParlanceWordCache
{
  GObject parent_instance;
  guint max_entries;
  gsize max_bytes;
  gsize n_bytes;
  GHashTable *records; /* of Record, by key */
  GQueue by_use;
};

G_DEFINE_FINAL_TYPE (ParlanceWordCache, parlance_word_cache, G_TYPE_OBJECT)

ParlanceWordCache *
parlance_word_cache_new (guint max_entries, gsize max_bytes)
{
  g_return_val_if_fail (max_entries > 0, NULL);

  ParlanceWordCache *self = g_object_new (PARLANCE_TYPE_WORD_CACHE, NULL);
  self->max_entries = max_entries;
  self->max_bytes = max_bytes;
  return self;
}

/* --- records ---------------------------------------------------------------------------------- */

static void
record_free (gpointer data)
{
  Record *record = data;

  g_free (record->key);
  g_free (record->word);
  parlance_definition_unref (record->definition);
  g_free (record);
}

static void
drop (ParlanceWordCache *self, Record *record)
{
  g_queue_unlink (&self->by_use, &record->link);
  self->n_bytes -= record->n_bytes;
  g_hash_table_remove (self->records, record->key);
}

/* Words that are the same to the server have the same key. No part of it holds a line end. */
static char *
make_key (const char *word, const ParlanceLookupOptions *options)
{
  g_autofree char *composed = g_utf8_normalize (word, -1, G_NORMALIZE_ALL_COMPOSE);
  g_autofree char *folded = g_utf8_casefold (composed != NULL ? composed : word, -1);
  GString *key = g_string_new (g_strstrip (folded));

  for (char *p = key->str; *p != '\0'; p++)
    if (*p == '\n')
      *p = ' ';
  g_string_append_printf (key, "\n%u", options != NULL ? options->limit : 0);
  for (guint i = 0; options != NULL && options->dictionaries != NULL && options->dictionaries[i];
       i++)
    g_string_append_printf (key, "\n%s", options->dictionaries[i]);
  return g_string_free (key, FALSE);
}

/* Returns: (nullable): the record, which has been used now */
static Record *
find (ParlanceWordCache *self, const char *word, const ParlanceLookupOptions *options)
{
  g_autofree char *key = make_key (word, options);
  Record *record = g_hash_table_lookup (self->records, key);

  if (record != NULL)
    {
      g_queue_unlink (&self->by_use, &record->link);
      g_queue_push_head_link (&self->by_use, &record->link);
    }
  return record;
}

/* Returns: (nullable): %NULL when it is too large to be kept */
static Record *
keep (ParlanceWordCache *self,
      const char *word,
      const ParlanceLookupOptions *options,
      ParlanceDefinition *definition)
{
  gsize n_bytes = RECORD_BYTES + 2 * strlen (parlance_definition_get_json (definition));
  Record *old = find (self, word, options);

  if (old != NULL)
    drop (self, old);
  if (n_bytes > self->max_bytes)
    return NULL;
  while (self->by_use.length >= self->max_entries || self->n_bytes > self->max_bytes - n_bytes)
    drop (self, self->by_use.tail->data);

  Record *record = g_new0 (Record, 1);
  record->key = make_key (word, options);
  record->word = g_strdup (word);
  record->definition = parlance_definition_ref (definition);
  record->n_bytes = n_bytes;
  record->link.data = record;
  self->n_bytes += n_bytes;
  g_queue_push_head_link (&self->by_use, &record->link);
  g_hash_table_insert (self->records, record->key, record);
  return record;
}

void
parlance_word_cache_add (ParlanceWordCache *self,
                         const char *word,
                         const ParlanceLookupOptions *options,
                         ParlanceDefinition *definition)
{
  g_return_if_fail (PARLANCE_IS_WORD_CACHE (self));
  g_return_if_fail (word != NULL);
  g_return_if_fail (definition != NULL);

  (void)keep (self, word, options, definition);
}

ParlanceDefinition *
parlance_word_cache_peek (ParlanceWordCache *self,
                          const char *word,
                          const ParlanceLookupOptions *options)
{
  g_return_val_if_fail (PARLANCE_IS_WORD_CACHE (self), NULL);
  g_return_val_if_fail (word != NULL, NULL);

  const Record *record = find (self, word, options);
  return record != NULL ? record->definition : NULL;
}

void
parlance_word_cache_clear (ParlanceWordCache *self)
{
  g_return_if_fail (PARLANCE_IS_WORD_CACHE (self));

  while (self->by_use.tail != NULL)
    drop (self, self->by_use.tail->data);
}

guint
parlance_word_cache_get_n_entries (ParlanceWordCache *self)
{
  g_return_val_if_fail (PARLANCE_IS_WORD_CACHE (self), 0);

  return self->by_use.length;
}

gsize
parlance_word_cache_get_n_bytes (ParlanceWordCache *self)
{
  g_return_val_if_fail (PARLANCE_IS_WORD_CACHE (self), 0);

  return self->n_bytes;
}

/* --- asking ----------------------------------------------------------------------------------- */

/* What a call was about, while it is under way and for its _finish(). */
typedef struct
{
  char *word;
  char **dictionaries; /* (nullable) */
  ParlanceLookupOptions options;
  gboolean kept; /* the result is what was kept */
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->word);
  g_strfreev (question->dictionaries);
  g_free (question);
}

static char **
dup_names (const char *const *names)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    g_strv_builder_add (builder, names[i]);
  return g_strv_builder_end (builder);
}

static Question *
question_new (const char *word, const ParlanceLookupOptions *options)
{
  Question *question = g_new0 (Question, 1);

  question->word = g_strdup (word);
  if (options != NULL)
    {
      question->options = *options;
      question->dictionaries = dup_names (options->dictionaries);
      question->options.dictionaries = (const char *const *)question->dictionaries;
    }
  return question;
}

static void
return_kept (GTask *task, ParlanceDefinition *definition)
{
  ((Question *)g_task_get_task_data (task))->kept = TRUE;
  g_task_return_pointer (task, parlance_definition_ref (definition),
                         (GDestroyNotify)parlance_definition_unref);
}

/* The server said no more than that it is not there. */
static gboolean
is_of_connection (const GError *error)
{
  return error->domain == G_IO_ERROR && error->code != G_IO_ERROR_CANCELLED &&
         error->code != G_IO_ERROR_INVALID_DATA;
}

static void
on_defined (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ParlanceWordCache *self = g_task_get_source_object (task);
  const Question *question = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  ParlanceDefinition *definition =
      parlance_session_define_finish (PARLANCE_SESSION (source), result, &error);

  if (definition != NULL)
    {
      Record *record = keep (self, question->word, &question->options, definition);
      if (record != NULL)
        {
          record->asked_us = g_get_monotonic_time ();
          record->session = source;
        }
      g_task_return_pointer (task, definition, (GDestroyNotify)parlance_definition_unref);
      return;
    }

  const Record *record =
      is_of_connection (error) ? find (self, question->word, &question->options) : NULL;
  if (record != NULL)
    return_kept (task, record->definition);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
parlance_word_cache_define_async (ParlanceWordCache *self,
                                  ParlanceSession *session,
                                  const char *word,
                                  const ParlanceLookupOptions *options,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_return_if_fail (PARLANCE_IS_WORD_CACHE (self));
  g_return_if_fail (session == NULL || PARLANCE_IS_SESSION (session));
  g_return_if_fail (word != NULL);

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_task_data (task, question_new (word, options), question_free);

  const Record *record = find (self, word, options);
  gboolean fresh = record != NULL && record->session == session && record->asked_us > 0 &&
                   g_get_monotonic_time () - record->asked_us <
                       PARLANCE_WORD_CACHE_FRESH_MS * G_TIME_SPAN_MILLISECOND &&
                   strcmp (record->word, word) == 0;
  if (record != NULL && (session == NULL || fresh))
    return_kept (task, record->definition);
  else if (session == NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED,
                             "there is no server to ask");
  else
    parlance_session_define_async (session, word, options, cancellable, on_defined,
                                   g_steal_pointer (&task));
}

ParlanceDefinition *
parlance_word_cache_define_finish (ParlanceWordCache *self,
                                   GAsyncResult *result,
                                   gboolean *ret_kept,
                                   GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  const Question *question = g_task_get_task_data (G_TASK (result));
  if (ret_kept != NULL)
    *ret_kept = question->kept;
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- the object ------------------------------------------------------------------------------- */

static void
parlance_word_cache_finalize (GObject *object)
{
  ParlanceWordCache *self = PARLANCE_WORD_CACHE (object);

  parlance_word_cache_clear (self);
  g_hash_table_unref (self->records);
  G_OBJECT_CLASS (parlance_word_cache_parent_class)->finalize (object);
}

static void
parlance_word_cache_class_init (ParlanceWordCacheClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = parlance_word_cache_finalize;
}

static void
parlance_word_cache_init (ParlanceWordCache *self)
{
  self->records = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, record_free);
  g_queue_init (&self->by_use);
}
