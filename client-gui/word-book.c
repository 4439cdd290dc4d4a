/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Words by headword, and when the file is read and written. At any time at most one task is under
 * way; what changes meanwhile makes another one follow. The file is not written before it was read:
 * words that are in it would be lost.
 */
#include "client-gui/word-book.h"

#include <glib/gi18n.h>

#include "client-gui/word-book-file.h"

struct _ParlanceWordBook
{
  GObject parent_instance;
  char *path;
  char *server;            /* (nullable) */
  GPtrArray *words;        /* of ParlanceSavedWord, the newest first */
  GHashTable *by_headword; /* of ParlanceSavedWord, borrowed from @words */
  GString *left;           /* (nullable): lines that are kept in the file as they are */
  char *error;             /* (nullable) */
  gboolean is_busy;        /* a task is under way */
  gboolean is_read;        /* what is in the file is in @words */
  gboolean is_loaded;
  gboolean is_changed; /* since the last task began */
  gboolean is_unsaved;
};

enum
{
  PROP_0,
  PROP_LOADED,
  PROP_ERROR,
  PROP_UNSAVED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void list_model_iface_init (GListModelInterface *iface);
static void start_task (ParlanceWordBook *self);

G_DEFINE_FINAL_TYPE_WITH_CODE (ParlanceWordBook,
                               parlance_word_book,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

ParlanceWordBook *
parlance_word_book_new (const char *path)
{
  ParlanceWordBook *self = g_object_new (PARLANCE_TYPE_WORD_BOOK, NULL);

  self->path = path != NULL
                   ? g_strdup (path)
                   : g_build_filename (g_get_user_data_dir (), "parlance", "words.jsonl", NULL);
  start_task (self);
  return self;
}

/* --- what went wrong -------------------------------------------------------------------------- */

static void
set_error (ParlanceWordBook *self, char *error, gboolean is_unsaved)
{
  if (g_strcmp0 (self->error, error) != 0)
    {
      g_free (self->error);
      self->error = g_steal_pointer (&error);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
    }
  g_free (error);
  if (self->is_unsaved != is_unsaved)
    {
      self->is_unsaved = is_unsaved;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UNSAVED]);
    }
}

/* Returns: (transfer full): @path in words for a person */
static char *
show_path (const char *path)
{
  return g_filename_display_name (path);
}

static void
report_damaged (ParlanceWordBook *self, const ParlanceWordBookFile *file)
{
  g_autofree char *name = parlance_word_book_file_name_damaged (self->path);
  g_autofree char *shown = show_path (file->left != NULL ? self->path : name);

  set_error (self,
             g_strdup_printf (ngettext ("%u line of the word book could not be read. It is kept in "
                                        "“%s”.",
                                        "%u lines of the word book could not be read. They are "
                                        "kept in “%s”.",
                                        file->n_damaged),
                              file->n_damaged, shown),
             FALSE);
}

/* --- reading ---------------------------------------------------------------------------------- */

static void
insert (ParlanceWordBook *self, ParlanceSavedWord *word)
{
  guint position = 0;

  while (position < self->words->len &&
         parlance_saved_word_get_saved (g_ptr_array_index (self->words, position)) >
             parlance_saved_word_get_saved (word))
    position++;
  g_ptr_array_insert (self->words, (int)position, g_object_ref (word));
  g_hash_table_insert (self->by_headword,
                       (gpointer)(guintptr)parlance_saved_word_get_headword (word), word);
}

/* Takes over what was in the file. What was saved while it was read is newer, and counts. */
static void
adopt (ParlanceWordBook *self, ParlanceWordBookFile *file)
{
  g_autoptr (GPtrArray) saved = g_steal_pointer (&self->words);

  self->words = g_ptr_array_new_full (file->words->len, g_object_unref);
  g_hash_table_remove_all (self->by_headword);
  for (guint i = 0; i < saved->len; i++)
    insert (self, g_ptr_array_index (saved, i));
  for (guint i = 0; i < file->words->len; i++)
    {
      ParlanceSavedWord *word = g_ptr_array_index (file->words, i);
      const char *headword = parlance_saved_word_get_headword (word);

      if (g_hash_table_contains (self->by_headword, headword))
        continue;
      g_ptr_array_add (self->words, g_object_ref (word));
      g_hash_table_insert (self->by_headword, (gpointer)(guintptr)headword, word);
    }
  self->left = g_steal_pointer (&file->left);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, saved->len, self->words->len);
}

static void
read_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  ParlanceWordBookFile *file = parlance_word_book_file_read (data, &error);

  if (file != NULL)
    g_task_return_pointer (task, file, (GDestroyNotify)parlance_word_book_file_free);
  else
    g_task_return_error (task, error);
}

static void
on_read (GObject *object, GAsyncResult *result, gpointer user_data)
{
  ParlanceWordBook *self = PARLANCE_WORD_BOOK (object);
  g_autoptr (GError) error = NULL;
  g_autoptr (ParlanceWordBookFile) file = g_task_propagate_pointer (G_TASK (result), &error);

  self->is_busy = FALSE;
  if (file != NULL)
    {
      self->is_read = TRUE;
      adopt (self, file);
      set_error (self, NULL, FALSE);
      if (file->n_damaged > 0)
        {
          report_damaged (self, file);
          /* Without those lines, so that they are told of once. */
          self->is_changed = TRUE;
        }
    }
  else
    {
      g_autofree char *shown = show_path (self->path);
      set_error (self,
                 g_strdup_printf (_ ("The word book “%s” cannot be read: %s. Words that you save "
                                     "are kept until you quit."),
                                  shown, error->message),
                 TRUE);
    }
  if (!self->is_loaded)
    {
      self->is_loaded = TRUE;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADED]);
    }
  if (self->is_read && self->is_changed)
    start_task (self);
}

/* --- writing ---------------------------------------------------------------------------------- */

/* What a thread is given to write: words do not change. */
typedef struct
{
  char *path;
  GPtrArray *words;
  GString *left; /* (nullable) */
} Copy;

static void
copy_free (gpointer data)
{
  Copy *copy = data;

  g_free (copy->path);
  g_ptr_array_unref (copy->words);
  if (copy->left != NULL)
    g_string_free (copy->left, TRUE);
  g_free (copy);
}

static gpointer
ref_word (gconstpointer word, gpointer user_data)
{
  return g_object_ref ((gpointer)(guintptr)word);
}

static Copy *
copy_words (ParlanceWordBook *self)
{
  Copy *copy = g_new0 (Copy, 1);

  copy->path = g_strdup (self->path);
  copy->words = g_ptr_array_copy (self->words, ref_word, NULL);
  g_ptr_array_set_free_func (copy->words, g_object_unref);
  if (self->left != NULL)
    copy->left = g_string_new_len (self->left->str, (gssize)self->left->len);
  return copy;
}

static void
write_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Copy *copy = data;
  GError *error = NULL;

  if (parlance_word_book_file_write (copy->path, copy->words, copy->left, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_written (GObject *object, GAsyncResult *result, gpointer user_data)
{
  ParlanceWordBook *self = PARLANCE_WORD_BOOK (object);
  g_autoptr (GError) error = NULL;

  self->is_busy = FALSE;
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_autofree char *shown = show_path (self->path);
      set_error (self,
                 g_strdup_printf (_ ("The word book “%s” cannot be written: %s. Words that you "
                                     "save are kept until you quit."),
                                  shown, error->message),
                 TRUE);
    }
  else if (self->is_unsaved)
    set_error (self, NULL, FALSE);
  if (self->is_changed)
    start_task (self);
}

static void
start_task (ParlanceWordBook *self)
{
  if (self->is_busy)
    return;
  g_autoptr (GTask) task = g_task_new (self, NULL, self->is_read ? on_written : on_read, NULL);
  self->is_busy = TRUE;
  g_task_set_priority (task, G_PRIORITY_LOW);
  if (!self->is_read)
    {
      g_task_set_task_data (task, g_strdup (self->path), g_free);
      g_task_run_in_thread (task, read_in_thread);
      return;
    }
  self->is_changed = FALSE;
  g_task_set_task_data (task, copy_words (self), copy_free);
  g_task_run_in_thread (task, write_in_thread);
}

static void
changed (ParlanceWordBook *self)
{
  self->is_changed = TRUE;
  start_task (self);
}

void
parlance_word_book_retry (ParlanceWordBook *self)
{
  g_return_if_fail (PARLANCE_IS_WORD_BOOK (self));

  changed (self);
}

gboolean
parlance_word_book_flush (ParlanceWordBook *self)
{
  g_return_val_if_fail (PARLANCE_IS_WORD_BOOK (self), FALSE);

  if (self->is_unsaved)
    changed (self);
  /* Without a change there is nothing to wait for but a task that writes. */
  while (self->is_busy && (self->is_read || self->is_changed))
    g_main_context_iteration (NULL, TRUE);
  return !self->is_unsaved && !self->is_changed;
}

/* --- words ------------------------------------------------------------------------------------ */

void
parlance_word_book_set_server (ParlanceWordBook *self, const char *id)
{
  g_return_if_fail (PARLANCE_IS_WORD_BOOK (self));

  g_free (self->server);
  self->server = g_strdup (id);
}

static guint
find_position (ParlanceWordBook *self, ParlanceSavedWord *word)
{
  guint position = 0;

  g_ptr_array_find (self->words, word, &position);
  return position;
}

/* An insertion of a word that has no place yet. */
static void
add (ParlanceWordBook *self, ParlanceSavedWord *word)
{
  insert (self, word);
  g_list_model_items_changed (G_LIST_MODEL (self), find_position (self, word), 0, 1);
  changed (self);
}

void
parlance_word_book_save (ParlanceWordBook *self,
                         ParlanceEntry *entry,
                         const ParlanceWordContext *context)
{
  g_return_if_fail (PARLANCE_IS_WORD_BOOK (self));
  g_return_if_fail (entry != NULL);

  ParlanceSavedWord *there =
      g_hash_table_lookup (self->by_headword, parlance_entry_get_headword (entry));
  if (there == NULL)
    {
      g_autoptr (ParlanceSavedWord) word =
          parlance_saved_word_new (entry, context, self->server, g_get_real_time () / 1000);
      add (self, word);
      return;
    }

  guint position = find_position (self, there);
  ParlanceSavedWord *again = parlance_saved_word_new_again (there, entry, context, self->server);
  /* The key of the old one goes with it. */
  g_hash_table_replace (self->by_headword,
                        (gpointer)(guintptr)parlance_saved_word_get_headword (again), again);
  g_object_unref (self->words->pdata[position]);
  self->words->pdata[position] = again;
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 1);
  changed (self);
}

gboolean
parlance_word_book_contains (ParlanceWordBook *self, const char *headword)
{
  g_return_val_if_fail (PARLANCE_IS_WORD_BOOK (self), FALSE);
  g_return_val_if_fail (headword != NULL, FALSE);

  return g_hash_table_contains (self->by_headword, headword);
}

ParlanceSavedWord *
parlance_word_book_remove (ParlanceWordBook *self, const char *headword)
{
  g_return_val_if_fail (PARLANCE_IS_WORD_BOOK (self), NULL);
  g_return_val_if_fail (headword != NULL, NULL);

  ParlanceSavedWord *word = g_hash_table_lookup (self->by_headword, headword);
  if (word == NULL)
    return NULL;
  guint position = find_position (self, word);
  g_object_ref (word);
  g_hash_table_remove (self->by_headword, headword);
  g_ptr_array_remove_index (self->words, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  changed (self);
  return word;
}

void
parlance_word_book_put_back (ParlanceWordBook *self, ParlanceSavedWord *word)
{
  g_return_if_fail (PARLANCE_IS_WORD_BOOK (self));
  g_return_if_fail (PARLANCE_IS_SAVED_WORD (word));

  if (!parlance_word_book_contains (self, parlance_saved_word_get_headword (word)))
    add (self, word);
}

gboolean
parlance_word_book_get_loaded (ParlanceWordBook *self)
{
  g_return_val_if_fail (PARLANCE_IS_WORD_BOOK (self), FALSE);

  return self->is_loaded;
}

const char *
parlance_word_book_get_error (ParlanceWordBook *self)
{
  g_return_val_if_fail (PARLANCE_IS_WORD_BOOK (self), NULL);

  return self->error;
}

gboolean
parlance_word_book_get_unsaved (ParlanceWordBook *self)
{
  g_return_val_if_fail (PARLANCE_IS_WORD_BOOK (self), FALSE);

  return self->is_unsaved;
}

void
parlance_word_book_dismiss_error (ParlanceWordBook *self)
{
  g_return_if_fail (PARLANCE_IS_WORD_BOOK (self));

  set_error (self, NULL, self->is_unsaved);
}

/* --- the object ------------------------------------------------------------------------------- */

static GType
get_item_type (GListModel *list)
{
  return PARLANCE_TYPE_SAVED_WORD;
}

static guint
get_n_items (GListModel *list)
{
  return PARLANCE_WORD_BOOK (list)->words->len;
}

static gpointer
get_item (GListModel *list, guint position)
{
  ParlanceWordBook *self = PARLANCE_WORD_BOOK (list);

  return position < self->words->len ? g_object_ref (g_ptr_array_index (self->words, position))
                                     : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
parlance_word_book_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ParlanceWordBook *self = PARLANCE_WORD_BOOK (object);

  switch (id)
    {
    case PROP_LOADED:
      g_value_set_boolean (value, self->is_loaded);
      break;
    case PROP_ERROR:
      g_value_set_string (value, self->error);
      break;
    case PROP_UNSAVED:
      g_value_set_boolean (value, self->is_unsaved);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
parlance_word_book_finalize (GObject *object)
{
  ParlanceWordBook *self = PARLANCE_WORD_BOOK (object);

  g_hash_table_unref (self->by_headword);
  g_ptr_array_unref (self->words);
  if (self->left != NULL)
    g_string_free (self->left, TRUE);
  g_free (self->path);
  g_free (self->server);
  g_free (self->error);
  G_OBJECT_CLASS (parlance_word_book_parent_class)->finalize (object);
}

static void
parlance_word_book_class_init (ParlanceWordBookClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = parlance_word_book_finalize;
  object_class->get_property = parlance_word_book_get_property;
  properties[PROP_LOADED] = g_param_spec_boolean ("loaded", NULL, NULL, FALSE, readable);
  properties[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, readable);
  properties[PROP_UNSAVED] = g_param_spec_boolean ("unsaved", NULL, NULL, FALSE, readable);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
parlance_word_book_init (ParlanceWordBook *self)
{
  self->words = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_headword = g_hash_table_new (g_str_hash, g_str_equal);
}
