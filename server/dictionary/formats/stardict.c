/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The format of StarDict: a description, an index, a body, and synonyms where it has them. The body
 * is read in its own order, whatever the index's, so that each packed chunk is unpacked once.
 */
#include "server/dictionary/formats/formats.h"

#include <string.h>

#include "server/dictionary/formats/body-budget.h"
#include "server/dictionary/formats/dictzip.h"
#include "server/dictionary/formats/file.h"
#include "server/dictionary/formats/pour.h"
#include "server/dictionary/formats/stardict-article.h"
#include "server/dictionary/formats/stardict-index.h"

#define INFO_ENDING ".ifo"
/* [bytes] Markup, sounds and pictures make an article longer than the text that becomes of it. */
#define MAX_ARTICLE ((guint64)8 * DICTIONARY_MAX_TEXT)

typedef struct
{
  char *index;
  char *body;
  char *synonyms; /* NULL where there are none */
} StardictFiles;

typedef struct
{
  StardictInfo *info;
  Dictzip *body;
  StardictIndex *index;
  BodyBudget budget;
  guint64 n_long; /* articles over MAX_ARTICLE */
  GString *raw;   /* what was read last */
  GArray *keys;   /* SourceKey, of the entry */
  StardictArticle article;
  Pour pour;
} StardictReader;

static void
stardict_files_clear (StardictFiles *self)
{
  g_free (self->index);
  g_free (self->body);
  g_free (self->synonyms);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (StardictFiles, stardict_files_clear)

static void
stardict_reader_clear (StardictReader *self)
{
  stardict_info_free (self->info);
  dictzip_close (self->body);
  stardict_index_free (self->index);
  g_string_free (self->raw, TRUE);
  g_array_unref (self->keys);
  stardict_article_clear (&self->article);
  pour_clear (&self->pour);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (StardictReader, stardict_reader_clear)

/* --- its files --- */

/* Returns: the file that is there, the plain one when there are several; or NULL */
static char *
find_file (const char *info_path, const char *const *endings)
{
  gsize n_ending = g_str_has_suffix (info_path, INFO_ENDING) ? strlen (INFO_ENDING) : 0;
  g_autofree char *stem = g_strndup (info_path, strlen (info_path) - n_ending);
  for (; *endings != NULL; endings++)
    {
      g_autofree char *path = g_strconcat (stem, *endings, NULL);
      if (file_exists (path))
        return g_steal_pointer (&path);
    }
  return NULL;
}

static void
find_files (const char *info_path, StardictFiles *ret_files)
{
  static const char *const index_endings[] = { ".idx", ".idx.gz", ".idx.dz", NULL };
  static const char *const body_endings[] = { ".dict", ".dict.dz", NULL };
  static const char *const synonym_endings[] = { ".syn", ".syn.gz", ".syn.dz", NULL };
  *ret_files = (StardictFiles){
    .index = find_file (info_path, index_endings),
    .body = find_file (info_path, body_endings),
    .synonyms = find_file (info_path, synonym_endings),
  };
}

static gboolean
check_files (const char *info_path, const StardictFiles *files, GError **error)
{
  if (files->index != NULL && files->body != NULL)
    return TRUE;
  g_autofree char *name = file_display_name (info_path);
  g_set_error (error, SOURCE_ERROR, SOURCE_ERROR_IO, "cannot read %s: %s with the same stem", name,
               files->index == NULL ? "there is no .idx, .idx.gz or .idx.dz"
                                    : "there is no .dict or .dict.dz");
  return FALSE;
}

static char **
companions (const char *path)
{
  g_auto (StardictFiles) files;
  find_files (path, &files);
  char **paths = g_new0 (char *, 4);
  gsize n = 0;
  char **found[] = { &files.index, &files.body, &files.synonyms };
  for (gsize i = 0; i < G_N_ELEMENTS (found); i++)
    if (*found[i] != NULL)
      paths[n++] = g_steal_pointer (found[i]);
  return paths;
}

gboolean
stardict_check (const char *path, GError **error)
{
  g_autoptr (StardictInfo) info = stardict_info_read (path, error);
  g_auto (StardictFiles) files;
  find_files (path, &files);
  return info != NULL && check_files (path, &files, error);
}

/* --- reading --- */

/* Counts the article of @word, and tells how far the reading is. */
static gboolean
take (StardictReader *self, const StardictWord *word, GError **error)
{
  SourceSink *sink = self->pour.sink;
  guint64 size = dictzip_size (self->body);
  BodyBudgetResult result =
      body_budget_take (&self->budget, MIN ((guint64)word->length, MAX_ARTICLE), size);
  if (result == BODY_BUDGET_OVER)
    return stardict_index_damaged (
        self->index, word,
        "with this article the index has asked for more than " G_STRINGIFY (
            BODY_BUDGET_TIMES) " times the body: its articles overlap",
        error);
  if (result == BODY_BUDGET_FINE)
    return TRUE;
  return sink->progress (sink, word->offset, size, error);
}

static gboolean
read_article (StardictReader *self, const StardictWord *word, GError **error)
{
  g_string_set_size (self->raw, word->length);
  if (!dictzip_read (self->body, word->offset, self->raw->str, word->length, error))
    return FALSE;
  const char *reason =
      stardict_article_read (&self->article, self->info->types, self->raw->str, word->length);
  return reason == NULL || stardict_index_damaged (self->index, word, reason, error);
}

/* Adds the synonyms of @word to the keys of the entry. */
static gboolean
add_keys (StardictReader *self, const StardictWord *word, GError **error)
{
  gsize n;
  const StardictSynonym *synonyms = stardict_index_synonyms (self->index, word, &n);
  for (gsize i = 0; i < n; i++)
    {
      const char *text = synonyms[i].word;
      if (strcmp (text, word->word) == 0)
        continue;
      SourceKey key = { { text, strlen (text) }, SOURCE_KEY_SPELLING };
      if (!g_utf8_validate_len (text, key.text.n_bytes, NULL))
        return stardict_index_damaged (self->index, word, "a synonym of it is not UTF-8", error);
      g_array_append_val (self->keys, key);
    }
  return TRUE;
}

static int
compare_keys (const void *a, const void *b)
{
  return strcmp (((const SourceKey *)a)->text.text, ((const SourceKey *)b)->text.text);
}

/* Sorts the keys of the entry, and takes out all but one of those that are equal. */
static void
finish_keys (StardictReader *self)
{
  SourceKey *keys = (SourceKey *)(gpointer)self->keys->data;
  guint n = 0;
  g_array_sort (self->keys, compare_keys);
  for (guint i = 0; i < self->keys->len; i++)
    if (n == 0 || strcmp (keys[n - 1].text.text, keys[i].text.text) != 0)
      keys[n++] = keys[i];
  g_array_set_size (self->keys, n);
}

static gboolean
pour_word (StardictReader *self, const StardictWord *word, GError **error)
{
  SourceEntry entry = {
    .headword = { word->word, strlen (word->word) },
    .keys = (const SourceKey *)(gconstpointer)self->keys->data,
    .n_keys = self->keys->len,
    .phonetic = { self->article.phonetic->str, self->article.phonetic->len },
    .text = { self->article.text->str, self->article.text->len },
  };
  if (!g_utf8_validate_len (entry.headword.text, entry.headword.n_bytes, NULL))
    return stardict_index_damaged (self->index, word, "the word is not UTF-8", error);
  return pour_entry (&self->pour, &entry, error);
}

static gboolean
has_same_article (const StardictWord *a, const StardictWord *b)
{
  return a->offset == b->offset && a->length == b->length;
}

/* Pours the word at @first, and returns in @ret_next the one behind all that repeat it. */
static gboolean
pour_entry_at (StardictReader *self,
               const StardictWord *words,
               gsize n_words,
               gsize first,
               gsize *ret_next,
               GError **error)
{
  const StardictWord *word = &words[first];
  gsize next = first;
  g_array_set_size (self->keys, 0);
  for (; next < n_words && has_same_article (&words[next], word) &&
         strcmp (words[next].word, word->word) == 0;
       next++)
    if (!add_keys (self, &words[next], error))
      return FALSE;
  finish_keys (self);
  *ret_next = next;
  if (!take (self, word, error))
    return FALSE;
  if (word->length > MAX_ARTICLE)
    {
      self->n_long++;
      return TRUE;
    }
  gboolean is_read = first > 0 && has_same_article (&words[first - 1], word);
  if (!is_read && !read_article (self, word, error))
    return FALSE;
  return pour_word (self, word, error);
}

static gboolean
pour_entries (StardictReader *self, GError **error)
{
  SourceSink *sink = self->pour.sink;
  guint64 size = dictzip_size (self->body);
  gsize n_words;
  const StardictWord *words = stardict_index_words (self->index, &n_words);
  for (gsize i = 0; i < n_words;)
    if (!pour_entry_at (self, words, n_words, i, &i, error))
      return FALSE;
  return sink->progress (sink, size, size, error);
}

static gboolean
pour_facts (StardictReader *self, GError **error)
{
  const StardictInfo *info = self->info;
  const struct
  {
    SourceProperty property;
    const char *value;
  } facts[] = {
    { SOURCE_TITLE, info->title },
    { SOURCE_LANGUAGE, info->language },
    { SOURCE_TARGET, info->target },
    { SOURCE_INFO, info->about->str },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (facts); i++)
    {
      SourceText value = { facts[i].value, strlen (facts[i].value) };
      if (!pour_property (&self->pour, facts[i].property, value, error))
        return FALSE;
    }
  return TRUE;
}

static void
warn (StardictReader *self, guint64 n, const char *what)
{
  if (n == 0)
    return;
  SourceSink *sink = self->pour.sink;
  g_autofree char *message =
      g_strdup_printf ("%s: %" G_GUINT64_FORMAT " left out: %s", self->info->name, n, what);
  sink->warning (sink, message);
}

static gboolean
read_stardict (const char *path, SourceSink *sink, GError **error)
{
  g_auto (StardictFiles) files;
  g_auto (StardictReader) self = {
    .raw = g_string_new (NULL),
    .keys = g_array_new (FALSE, FALSE, sizeof (SourceKey)),
  };
  find_files (path, &files);
  stardict_article_init (&self.article);
  pour_init (&self.pour, sink);
  self.info = stardict_info_read (path, error);
  if (self.info == NULL || !check_files (path, &files, error))
    return FALSE;
  self.body = dictzip_open (files.body, error);
  if (self.body == NULL)
    return FALSE;
  self.index =
      stardict_index_read (files.index, files.synonyms, self.info, dictzip_size (self.body), error);
  if (self.index == NULL || !pour_facts (&self, error) || !pour_entries (&self, error) ||
      !dictzip_check (self.body, error))
    return FALSE;
  pour_finish (&self.pour, path);
  warn (&self, self.n_long, "articles over 8 MiB");
  warn (&self, self.article.n_files, "sounds, pictures and other files");
  warn (&self, self.article.n_other_encodings, "texts in an encoding that is not UTF-8");
  warn (&self, self.article.n_unknown, "fields of a type that is not known");
  return TRUE;
}

const SourceFormat stardict_format = {
  .format = "stardict",
  .read = read_stardict,
  .companions = companions,
};
