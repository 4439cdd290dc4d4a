/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sources for tests, and asking in one line.
 */
#include "tests/dictionary/fake-source.h"

#include <glib/gstdio.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "server/dictionary/source.h"

#define MAX_FIELDS 8

/* A SourceReader has no data of its own, and several threads may load. */
static atomic_uint n_all_reads;

G_DEFINE_QUARK (parlance - source - error - quark, source_error)

/* --- the reader --- */

static SourceText
field (char **fields, guint index)
{
  if (index >= g_strv_length (fields) || *fields[index] == '\0')
    return (SourceText){ NULL, 0 };
  return (SourceText){ fields[index], strlen (fields[index]) };
}

/* "s=colour": the kind's letter, and the key. */
static SourceKey
parse_key (const char *text)
{
  static const char kinds[] = "svr"; /* in the order of SourceKeyKind */
  const char *kind = strchr (kinds, *text);

  g_assert_true (kind && text[1] == '=');
  return (SourceKey){ { text + 2, strlen (text + 2) }, (SourceKeyKind)(kind - kinds) };
}

static gboolean
pour_entry (char **fields, SourceSink *sink, GError **error)
{
  SourceText tags[MAX_FIELDS];
  SourceForm forms[MAX_FIELDS];
  SourceKey keys[MAX_FIELDS];
  SourceEntry entry = {
    .headword = field (fields, 1),
    .text = field (fields, 2),
    .phonetic = field (fields, 3),
    .tags = tags,
    .forms = forms,
    .keys = keys,
  };
  guint n_fields = g_strv_length (fields);
  g_auto (GStrv) tag_list = g_strsplit (n_fields > 5 ? fields[5] : "", ",", MAX_FIELDS);
  g_auto (GStrv) key_list = g_strsplit (n_fields > 7 ? fields[7] : "", ",", MAX_FIELDS);
  g_auto (GStrv) form_list = g_strsplit (n_fields > 6 ? fields[6] : "", ",", MAX_FIELDS);

  if (n_fields > 4)
    entry.rank = (guint32)strtoul (fields[4], NULL, 10);
  for (; tag_list[entry.n_tags]; entry.n_tags++)
    tags[entry.n_tags] = field (tag_list, (guint)entry.n_tags);
  for (; form_list[entry.n_forms]; entry.n_forms++)
    {
      char *form = strchr (form_list[entry.n_forms], '=');

      g_assert_nonnull (form);
      *form++ = '\0';
      forms[entry.n_forms].kind = form_list[entry.n_forms];
      forms[entry.n_forms].form = (SourceText){ form, strlen (form) };
    }
  for (; key_list[entry.n_keys]; entry.n_keys++)
    keys[entry.n_keys] = parse_key (key_list[entry.n_keys]);
  return sink->entry (sink, &entry, error);
}

static gboolean
pour_nameless (const char *count, SourceSink *sink, GError **error)
{
  static const SourceEntry nameless = { .text = { "x", 1 } };

  for (guint64 i = g_ascii_strtoull (count, NULL, 10); i > 0; i--)
    {
      if (!sink->entry (sink, &nameless, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
pour_line (const char *line, SourceSink *sink, GError **error)
{
  g_auto (GStrv) fields = g_strsplit (line, "\t", MAX_FIELDS);

  if (*line == '\0')
    return TRUE;
  for (guint i = 0; fields[i]; i++)
    {
      char *plain = g_strcompress (fields[i]);

      g_free (fields[i]);
      fields[i] = plain;
    }
  switch (*line)
    {
    case 'E':
      return pour_entry (fields, sink, error);
    case 'L':
      return sink->lemma (sink, field (fields, 1), field (fields, 2), error);
    case 'P':
      g_assert_nonnull (fields[1]);
      return sink->property (sink, (SourceProperty)(*fields[1] - '0'), field (fields, 2), error);
    case 'W':
      sink->warning (sink, fields[1]);
      return TRUE;
    case 'R':
      return pour_nameless (fields[1], sink, error);
    case 'X':
      g_set_error (error, SOURCE_ERROR, SOURCE_ERROR_DAMAGED, "%s", fields[1]);
      return FALSE;
    default:
      g_assert_not_reached ();
    }
}

static gboolean
read_fake (const char *path, SourceSink *sink, GError **error)
{
  g_autofree char *contents = NULL;
  g_auto (GStrv) lines = NULL;
  gsize n_bytes;

  atomic_fetch_add (&n_all_reads, 1);
  g_assert_true (g_file_get_contents (path, &contents, &n_bytes, NULL));
  lines = g_strsplit (contents, "\n", -1);
  for (guint i = 0; lines[i]; i++)
    {
      if (!pour_line (lines[i], sink, error))
        return FALSE;
    }
  return sink->progress (sink, n_bytes, n_bytes, error);
}

static char **
fake_companions (const char *path)
{
  char **list = g_new0 (char *, 2);

  list[0] = g_strconcat (path, ".companion", NULL);
  return list;
}

const SourceFormat *
source_format_detect (const char *path, char **ret_path, char **ret_name, GError **error)
{
  static const SourceFormat fake = { "fake", read_fake, fake_companions };

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, SOURCE_ERROR, SOURCE_ERROR_IO, "%s is missing", path);
      return NULL;
    }
  if (!g_str_has_suffix (path, ".fake"))
    {
      g_set_error (error, SOURCE_ERROR, SOURCE_ERROR_FORMAT, "%s is of no known format", path);
      return NULL;
    }
  *ret_path = g_strdup (path);
  *ret_name = g_path_get_basename (path);
  *strrchr (*ret_name, '.') = '\0';
  return &fake;
}

/* --- the fixture --- */

Fixture *
fixture_new (void)
{
  Fixture *self = g_new0 (Fixture, 1);

  atomic_store (&n_all_reads, 0);
  self->dir = g_dir_make_tmp ("parlance-dictionary-XXXXXX", NULL);
  g_assert_nonnull (self->dir);
  self->cache_dir = g_build_filename (self->dir, "cache", NULL);
  self->paths = g_ptr_array_new_with_free_func (g_free);
  self->reports = g_ptr_array_new_with_free_func (g_free);
  return self;
}

static void
remove_directory (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_remove (child) < 0)
        remove_directory (child);
    }
  g_rmdir (path);
}

void
fixture_free (Fixture *self)
{
  remove_directory (self->dir);
  g_free (self->dir);
  g_free (self->cache_dir);
  g_ptr_array_unref (self->paths);
  g_ptr_array_unref (self->reports);
  g_free (self);
}

void
fixture_add (Fixture *self, const char *name, const char *lines)
{
  g_autofree char *file = g_strconcat (name, ".fake", NULL);
  char *path = g_build_filename (self->dir, file, NULL);

  g_assert_true (g_file_set_contents (path, lines, -1, NULL));
  for (guint i = 0; i < self->paths->len; i++)
    {
      if (g_str_equal (self->paths->pdata[i], path))
        {
          g_free (path);
          return;
        }
    }
  g_ptr_array_add (self->paths, path);
}

static void
on_report (const char *message, gpointer data)
{
  Fixture *self = data;

  g_assert_null (strchr (message, '\n'));
  g_ptr_array_add (self->reports, g_strdup (message));
}

static gboolean
on_progress (const char *name, guint64 done, guint64 total, gpointer data)
{
  Fixture *self = data;

  g_assert_cmpuint (done, <=, total);
  self->n_progress++;
  return !self->gives_up;
}

static LibraryOptions
make_options (Fixture *self)
{
  return (LibraryOptions){
    .cache_dir = self->cache_dir,
    .progress = on_progress,
    .report = on_report,
    .data = self,
    .wants_search = self->wants_search,
    .index_progress = on_progress,
    .previous = self->previous,
  };
}

void
fixture_index (Fixture *self, Library *library)
{
  LibraryOptions options = make_options (self);

  library_index (library, &options);
}

Library *
fixture_try (Fixture *self, GError **error)
{
  LibraryOptions options = make_options (self);
  g_autofree LibrarySource *sources = g_new0 (LibrarySource, self->paths->len + 1);
  Library *library;

  for (guint i = 0; i < self->paths->len; i++)
    {
      sources[i].path = self->paths->pdata[i];
      sources[i].required = !self->is_optional;
    }
  library = library_load (sources, self->paths->len, &options, error);
  return library;
}

Library *
fixture_load (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  Library *library = fixture_try (self, &error);

  g_assert_no_error (error);
  return library;
}

guint
fixture_n_reads (void)
{
  return atomic_load (&n_all_reads);
}

guint
fixture_n_cached (Fixture *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->cache_dir, 0, NULL);
  guint n = 0;

  while (dir && g_dir_read_name (dir))
    n++;
  return n;
}

char *
fixture_compiled (Fixture *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->cache_dir, 0, NULL);

  g_assert_cmpuint (fixture_n_cached (self), ==, 1);
  return g_build_filename (self->cache_dir, g_dir_read_name (dir), NULL);
}

/* --- asking --- */

static LibrarySelection
select_digits (const char *digits)
{
  LibrarySelection selection = { .n_indexes = 0 };

  for (; *digits; digits++)
    selection.indexes[selection.n_indexes++] = (guint8)(*digits - '0');
  return selection;
}

static void
append_answer (GString *out, guint8 dictionary, const char *headword, guint32 n_headword)
{
  if (out->len > 0)
    g_string_append_c (out, ' ');
  g_string_append_printf (out, "%u:%.*s", dictionary, (int)n_headword, headword);
}

char *
ask_define (Library *library, const char *word, const char *dictionaries, guint max_entries)
{
  LibrarySelection selection = select_digits (dictionaries);
  g_autofree LibraryEntry *entries = g_new (LibraryEntry, max_entries);
  GString *out = g_string_new (NULL);
  LibraryKey key;
  int n;

  library_fold (word, strlen (word), &key);
  n = library_define (library, word, strlen (word), &key, &selection, max_entries, entries);
  g_assert_cmpint (n, <=, (int)max_entries);
  for (int i = 0; i < n; i++)
    {
      append_answer (out, entries[i].dictionary, entries[i].headword, entries[i].n_headword);
      if (entries[i].is_lemma)
        g_string_append_c (out, '~');
    }
  if (n < 0)
    g_string_assign (out, "damaged");
  return g_string_free (out, FALSE);
}

static char *
spell_matches (const LibraryMatch *matches, int n, gboolean more)
{
  GString *out = g_string_new (NULL);

  for (int i = 0; i < n; i++)
    append_answer (out, matches[i].dictionary, matches[i].headword, matches[i].n_headword);
  if (more)
    g_string_append (out, " …");
  if (n < 0)
    g_string_assign (out, "damaged");
  return g_string_free (out, FALSE);
}

char *
ask_match (Library *library,
           LibraryStrategy strategy,
           const char *word,
           const char *dictionaries,
           guint limit)
{
  LibrarySelection selection = select_digits (dictionaries);
  g_autofree LibraryMatch *matches = g_new (LibraryMatch, limit);
  LibraryKey key;
  g_autoptr (GError) error = NULL;
  gboolean more = FALSE;
  int n;

  library_fold (word, strlen (word), &key);
  const LibraryScan scan = {
    .strategy = strategy,
    .word = word,
    .n_word = strlen (word),
    .key = &key,
    .selection = &selection,
    .limit = limit,
  };
  if (library_strategy_scans (strategy))
    n = library_scan (library, &scan, matches, &more, &error);
  else
    n = library_match (library, &key, strategy, &selection, limit, matches, &more);
  if (error && error->code != LIBRARY_ERROR_DAMAGED)
    return g_strdup (error->message);
  g_assert_cmpint (n, <=, (int)limit);
  return spell_matches (matches, n, more);
}

char *
ask_suggest (Library *library, const char *word, guint limit)
{
  LibrarySelection selection = { .n_indexes = 0 };
  g_autofree LibraryMatch *matches = g_new (LibraryMatch, limit);
  LibraryKey key;
  int n;

  library_fold (word, strlen (word), &key);
  n = library_suggest (library, &key, &selection, limit, NULL, matches);
  g_assert_cmpint (n, <=, (int)limit);
  return spell_matches (matches, n, FALSE);
}

char *
ask_search (Library *library, const char *text, const char *dictionaries, guint limit)
{
  static const char *const ends[] = {
    [LIBRARY_SEARCH_EMPTY] = "empty",
    [LIBRARY_SEARCH_BUILDING] = "building",
    [LIBRARY_SEARCH_UNAVAILABLE] = "unavailable",
    [LIBRARY_SEARCH_DAMAGED] = "damaged",
  };
  LibrarySelection selection = select_digits (dictionaries);
  LibrarySearch search = { text, strlen (text), &selection, limit, NULL };
  g_autofree LibraryHit *hits = g_new (LibraryHit, limit);
  GString *answer = g_string_new (NULL);
  guint n_hits;
  gboolean more;
  LibrarySearchEnd end = library_search (library, &search, hits, &n_hits, &more);

  if (end != LIBRARY_SEARCH_DONE)
    g_string_append (answer, ends[end]);
  for (guint i = 0; i < n_hits; i++)
    g_string_append_printf (answer, "%u:%.*s|%.*s\n", hits[i].dictionary, (int)hits[i].n_headword,
                            hits[i].headword, (int)hits[i].n_snippet, hits[i].snippet);
  if (more)
    g_string_append (answer, "…");
  return g_string_free (answer, FALSE);
}
