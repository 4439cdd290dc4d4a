/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A reader for tests of the compiler and the library: it stands in for source.c, so that a test
 * says call by call what is poured. And a private directory with such sources and a cache.
 *
 * A source is lines of fields with a TAB between them; g_strcompress() escapes are undone:
 *   E headword text [phonetic [rank [tag,… [kind=form,… [s=spelling,v=variant,r=reading,…]]]]]
 *   L form lemma
 *   P number-of-SourceProperty value
 *   W warning
 *   R count: so many entries without a headword
 *   X reason: fails with SOURCE_ERROR_DAMAGED
 */
#pragma once

#include "server/dictionary/library.h"

typedef struct
{
  char *dir;
  char *cache_dir;
  GPtrArray *paths;   /* of the sources, in order */
  GPtrArray *reports; /* what library_load() said */
  guint n_progress;
  gboolean gives_up;    /* at the next progress */
  gboolean is_optional; /* no source is required */
  gboolean wants_search;
  Library *previous; /* (nullable): borrowed, for the next load */
} Fixture;

Fixture *fixture_new (void);
void fixture_free (Fixture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

/** fixture_add: writes the source @name with @lines. */
void fixture_add (Fixture *self, const char *name, const char *lines);

/** fixture_try: loads all sources, each of them required unless @is_optional. */
Library *fixture_try (Fixture *self, GError **error);
/** fixture_load: the same, and it has to work. */
Library *fixture_load (Fixture *self);

/** fixture_index: library_index() with the options of the loads. */
void fixture_index (Fixture *self, Library *library);

/** fixture_compiled: (transfer full): the only file in the cache. Fails where it is not the only
 * one. */
char *fixture_compiled (Fixture *self);

/** fixture_n_reads: how often sources were read, that is, compiled, since fixture_new(). */
guint fixture_n_reads (void);

/** fixture_n_cached: how many files of any name the cache holds. */
guint fixture_n_cached (Fixture *self);

/**
 * ask_define: (transfer full): "0:Polish 1:polish 0:run~", the dictionary's index first, "~" after
 * what came through an inflection; "damaged" for -1. @dictionaries: digits, or "" for all.
 */
char *ask_define (Library *library, const char *word, const char *dictionaries, guint max_entries);

/** ask_match: (transfer full): "0:run 1:run …", with "…" where there are more; of a
 * pattern that is refused the message. */
char *ask_match (Library *library,
                 LibraryStrategy strategy,
                 const char *word,
                 const char *dictionaries,
                 guint limit);

char *ask_suggest (Library *library, const char *word, guint limit);

/**
 * ask_search: (transfer full): "0:headword|snippet\n…", with "…" at the end where there are more;
 * or "empty", "building", "unavailable", "damaged".
 */
char *ask_search (Library *library, const char *text, const char *dictionaries, guint limit);
