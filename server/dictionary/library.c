/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The snapshot of all open dictionaries: loading, counting references, describing.
 */
#include "server/dictionary/library.h"

#include <errno.h>
#include <string.h>

#include "server/dictionary/cache-file.h"
#include "server/dictionary/cache.h"
#include "server/dictionary/library-parts.h"

static const struct
{
  const char *name;
  const char *description;
} strategies[LIBRARY_N_STRATEGIES] = {
  [LIBRARY_STRATEGY_EXACT] = { "exact", "Match headwords exactly" },
  [LIBRARY_STRATEGY_PREFIX] = { "prefix", "Match the beginning of headwords" },
  [LIBRARY_STRATEGY_SUFFIX] = { "suffix", "Match the end of headwords" },
  [LIBRARY_STRATEGY_SUBSTRING] = { "substring", "Match a part of headwords" },
  [LIBRARY_STRATEGY_FUZZY] = { "fuzzy", "Match headwords at most two letters away" },
  [LIBRARY_STRATEGY_SOUNDEX] = { "soundex", "Match headwords that sound alike in English" },
  [LIBRARY_STRATEGY_REGEXP] = { "regexp", "Match a regular expression (PCRE2) in headwords" },
  [LIBRARY_STRATEGY_LEMMA] = { "lemma", "Match the headwords a word is an inflection of" },
};

/* --- the snapshot --- */

Library *
library_new (void)
{
  Library *self = g_new0 (Library, 1);

  atomic_init (&self->n_refs, 1);
  return self;
}

LibraryInfo
library_info_of (const Dictionary *dictionary, const char *name)
{
  const char *title = dictionary_property (dictionary, LAYOUT_TITLE);

  return (LibraryInfo){
    .name = name,
    .title = *title ? title : name,
    .source = dictionary_property (dictionary, LAYOUT_LANGUAGE),
    .target = dictionary_property (dictionary, LAYOUT_TARGET),
    .format = dictionary_property (dictionary, LAYOUT_FORMAT),
    .license = dictionary_property (dictionary, LAYOUT_LICENSE),
    .info = dictionary_property (dictionary, LAYOUT_INFO),
    .n_entries = dictionary_n_entries (dictionary),
  };
}

void
library_add (Library *self, Dictionary *dictionary, char *name, char *path)
{
  guint index = self->n_dictionaries++;

  g_assert (index < LIBRARY_MAX_DICTIONARIES);
  self->dictionaries[index] = dictionary;
  self->names[index] = name;
  self->paths[index] = path;
  self->infos[index] = library_info_of (dictionary, name);
}

Library *
library_ref (Library *self)
{
  atomic_fetch_add_explicit (&self->n_refs, 1, memory_order_relaxed);
  return self;
}

void
library_unref (Library *self)
{
  if (!self || atomic_fetch_sub_explicit (&self->n_refs, 1, memory_order_acq_rel) != 1)
    return;
  for (guint i = 0; i < self->n_dictionaries; i++)
    {
      dictionary_unref (self->dictionaries[i]);
      g_free (self->names[i]);
      g_free (self->paths[i]);
    }
  g_free (self);
}

guint
library_n_dictionaries (const Library *self)
{
  return self->n_dictionaries;
}

const LibraryInfo *
library_info (const Library *self, guint index)
{
  g_return_val_if_fail (index < self->n_dictionaries, NULL);
  return &self->infos[index];
}

int
library_find (const Library *self, const char *name, gsize n_name)
{
  for (guint i = 0; i < self->n_dictionaries; i++)
    {
      if (strlen (self->names[i]) == n_name && memcmp (self->names[i], name, n_name) == 0)
        return (int)i;
    }
  return -1;
}

guint
library_asked (const Library *self,
               const LibrarySelection *selection,
               guint8 ret_indexes[LIBRARY_MAX_DICTIONARIES])
{
  guint n = 0;

  if (selection->n_indexes == 0)
    {
      for (; n < self->n_dictionaries; n++)
        ret_indexes[n] = (guint8)n;
      return n;
    }
  for (guint i = 0; i < selection->n_indexes; i++)
    {
      guint8 index = selection->indexes[i];

      if (index < self->n_dictionaries && memchr (ret_indexes, index, n) == NULL)
        ret_indexes[n++] = index;
    }
  return n;
}

/* --- loading --- */

static void
report (const LibraryOptions *options, const char *message)
{
  if (options->report)
    options->report (message, options->data);
}

/* Whether an error ends the load; otherwise the source is left out. */
static gboolean
is_fatal (const LibrarySource *source, const GError *error)
{
  if (g_error_matches (error, CACHE_FILE_ERROR, CACHE_FILE_ERROR_DIRECTORY) ||
      g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_INTR))
    return TRUE;
  return source->required && (error->domain == CACHE_FILE_ERROR ||
                              g_error_matches (error, SOURCE_ERROR, SOURCE_ERROR_IO) ||
                              g_error_matches (error, SOURCE_ERROR, SOURCE_ERROR_FORMAT));
}

/* A name that is taken is reported. */
static gboolean
is_name_taken (const Library *self,
               const LibrarySource *source,
               const char *name,
               const LibraryOptions *options)
{
  g_autofree char *message = NULL;

  if (library_find (self, name, strlen (name)) < 0)
    return FALSE;
  message = g_strdup_printf (
      "%s is left out: another dictionary is called %s; give one of them another name",
      source->path, name);
  report (options, message);
  return TRUE;
}

/* Adds the source; where its name is taken the library stays as it is. */
static gboolean
load (Library *self, const LibrarySource *source, const LibraryOptions *options, GError **error)
{
  g_autofree char *path = NULL;
  g_autofree char *name = NULL;
  const SourceFormat *format = source_format_detect (source->path, &path, &name, error);
  Dictionary *dictionary;

  if (!format)
    return FALSE;
  if (source->name)
    {
      g_free (name);
      name = g_strdup (source->name);
    }
  if (is_name_taken (self, source, name, options))
    return TRUE;
  dictionary = cache_open (format, path, name, options, error);
  if (!dictionary)
    return FALSE;
  library_add (self, dictionary, g_steal_pointer (&name),
               g_canonicalize_filename (source->path, NULL));
  return TRUE;
}

/* Where @source is in the previous library, or -1. */
static int
find_previous (const LibrarySource *source, const LibraryOptions *options)
{
  g_autofree char *path = g_canonicalize_filename (source->path, NULL);

  for (guint i = 0; options->previous && i < options->previous->n_dictionaries; i++)
    {
      if (g_strcmp0 (options->previous->paths[i], path) == 0)
        return (int)i;
    }
  return -1;
}

/* Reports why @source is not read, and serves what was read from it before, if there is that: a
 * dictionary that works is not given up for a copy that was cut short. */
static void
leave_out (Library *self,
           const LibrarySource *source,
           const LibraryOptions *options,
           const GError *failure)
{
  g_autofree char *message = NULL;
  gboolean is_unwritten = failure->domain == CACHE_FILE_ERROR;
  gboolean may_keep = is_unwritten || g_error_matches (failure, SOURCE_ERROR, SOURCE_ERROR_DAMAGED);
  int index = may_keep ? find_previous (source, options) : -1;
  const char *name;

  if (index < 0)
    {
      message = is_unwritten
                    ? g_strdup_printf ("%s is left out: %s", source->path, failure->message)
                    : g_strdup (failure->message);
      report (options, message);
      return;
    }
  message =
      g_strdup_printf ("%s; what was read from %s before is kept", failure->message, source->path);
  report (options, message);
  name = source->name ? source->name : options->previous->names[index];
  if (!is_name_taken (self, source, name, options))
    library_add (self, dictionary_ref (options->previous->dictionaries[index]), g_strdup (name),
                 g_strdup (options->previous->paths[index]));
}

/* So that a mistake in a name is told at once, not when all before it is compiled. */
static gboolean
find_required (const LibrarySource *sources, gsize n_sources, GError **error)
{
  for (gsize i = 0; i < n_sources; i++)
    {
      g_autofree char *path = NULL;
      g_autofree char *name = NULL;
      GError *failure = NULL;

      if (!sources[i].required || source_format_detect (sources[i].path, &path, &name, &failure))
        continue;
      if (is_fatal (&sources[i], failure))
        {
          g_propagate_error (error, failure);
          return FALSE;
        }
      g_error_free (failure);
    }
  return TRUE;
}

Library *
library_load (const LibrarySource *sources,
              gsize n_sources,
              const LibraryOptions *options,
              GError **error)
{
  g_autoptr (Library) self = library_new ();

  if (g_mkdir_with_parents (options->cache_dir, 0755) < 0)
    {
      g_set_error (error, CACHE_FILE_ERROR, CACHE_FILE_ERROR_DIRECTORY,
                   "cannot make the dictionary cache %s: %s", options->cache_dir,
                   g_strerror (errno));
      return NULL;
    }
  if (!find_required (sources, n_sources, error))
    return NULL;
  for (gsize i = 0; i < n_sources; i++)
    {
      GError *failure = NULL;

      if (self->n_dictionaries == LIBRARY_MAX_DICTIONARIES)
        {
          report (options, "only the first " G_STRINGIFY (
                               LIBRARY_MAX_DICTIONARIES) " dictionaries are served");
          break;
        }
      if (load (self, &sources[i], options, &failure))
        continue;
      if (is_fatal (&sources[i], failure))
        {
          g_propagate_error (error, failure);
          return NULL;
        }
      leave_out (self, &sources[i], options, failure);
      g_error_free (failure);
    }
  return g_steal_pointer (&self);
}

/* --- strategies --- */

const char *
library_strategy_name (LibraryStrategy strategy)
{
  return strategies[strategy].name;
}

const char *
library_strategy_description (LibraryStrategy strategy)
{
  return strategies[strategy].description;
}

gboolean
library_strategy_from_name (const char *name, LibraryStrategy *ret_strategy)
{
  for (guint i = 0; i < LIBRARY_N_STRATEGIES; i++)
    {
      if (g_str_equal (name, strategies[i].name))
        {
          *ret_strategy = (LibraryStrategy)i;
          return TRUE;
        }
    }
  return FALSE;
}

gboolean
library_strategy_scans (LibraryStrategy strategy)
{
  return strategy == LIBRARY_STRATEGY_SUBSTRING || strategy == LIBRARY_STRATEGY_FUZZY ||
         strategy == LIBRARY_STRATEGY_REGEXP;
}
