/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A small compiled form to damage.
 */
#include "tests/dictionary/damage-image.h"

#include <stdlib.h>
#include <string.h>

#include "server/dictionary/library-parts.h"
#include "tests/dictionary/fake-source.h"

/* Long enough to stand once for both its headwords. */
#define SHARED_PART "a long article that two headwords share "
#define SHARED SHARED_PART SHARED_PART SHARED_PART SHARED_PART

static const char lines[] =
    "P\t0\tA title\nP\t1\ten\n"
    "E\trun\tto move\trʌn\t7\ta,b\tpast=ran\nE\tPolish\tx\nE\tpolish\ty\nE\tpolish\tz\n"
    "E\tWalk\tx\nE\t你好\tx\nE\treceive\tx\nE\trelieve\tx\nE\tsun\tx\nE\tgun\tx\n"
    "E\twalk 你好\tx\nE\t你们\tx\n"
    "E\t发\tx\t\t3\t\t\ts=發,v=髮,r=fa,r=fā\nE\t发\ty\t\t9\t\t\ts=髮,v=發,r=fa\n"
    "E\tone\t" SHARED "\nE\ttwo\t" SHARED "\n"
    "E\t罚\tz\t\t\t\t\ts=罰,r=fa\n"
    "L\tran\trun\nL\twalks\twalk\nL\twalks\tpolish\n";

static const char *const words[] = {
  "run", "ran", "Polish", "walks", "recieve", "你好", "un", "zzz", "walks 你好 ran's",
  "fa",  "fa1", "f",      "髮",
};

#define MAX_ENTRIES 12
#define MAX_MATCHES 12
#define MAX_SPANS 12

static void
assert_inside (const DamageImage *self, const char *text, gsize n_text)
{
  const char *begin = (const char *)self->data;
  const char *end = begin + self->n_bytes;

  g_assert_true (text >= begin && text <= end);
  g_assert_cmpuint (n_text, <=, (gsize)(end - text));
}

static void
ask_for (const DamageImage *self, Library *library, const char *word)
{
  LibrarySelection all = { .n_indexes = 0 };
  LibraryEntry entries[MAX_ENTRIES];
  LibraryMatch matches[MAX_MATCHES];
  LibraryKey key;
  gboolean more;
  int n;

  library_fold (word, strlen (word), &key);
  n = library_define (library, word, strlen (word), &key, &all, MAX_ENTRIES, entries);
  g_assert_cmpint (n, <=, MAX_ENTRIES);
  for (int i = 0; i < n; i++)
    {
      assert_inside (self, entries[i].headword, entries[i].n_headword);
      assert_inside (self, entries[i].rest, entries[i].n_rest);
      assert_inside (self, entries[i].phonetic, entries[i].n_phonetic);
      assert_inside (self, entries[i].text, entries[i].n_text);
    }
  LibraryScan scan = {
    .word = word,
    .n_word = strlen (word),
    .key = &key,
    .selection = &all,
    .limit = MAX_MATCHES,
  };
  for (guint strategy = 0; strategy <= LIBRARY_N_STRATEGIES; strategy++)
    {
      scan.strategy = (LibraryStrategy)strategy;
      if (library_strategy_scans (scan.strategy))
        n = library_scan (library, &scan, matches, &more, NULL);
      else if (strategy < LIBRARY_N_STRATEGIES)
        n = library_match (library, &key, (LibraryStrategy)strategy, &all, MAX_MATCHES, matches,
                           &more);
      else
        n = library_suggest (library, &key, &all, MAX_MATCHES, NULL, matches);
      g_assert_cmpint (n, <=, MAX_MATCHES);
      for (int i = 0; i < n; i++)
        assert_inside (self, matches[i].headword, matches[i].n_headword);
    }
}

static void
annotate (const DamageImage *self, Library *library, const char *text)
{
  LibrarySelection all = { .n_indexes = 0 };
  LibrarySpan spans[MAX_SPANS];

  for (gint64 at = LIBRARY_WHOLE_TEXT; at <= 1; at++)
    {
      int n = library_annotate (library, text, strlen (text), at, &all, MAX_SPANS, spans);

      g_assert_cmpint (n, <=, MAX_SPANS);
      for (int i = 0; i < n; i++)
        assert_inside (self, spans[i].headword, spans[i].n_headword);
    }
}

DamageImage
damage_image_make (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autofree char *path = NULL;
  g_autofree char *contents = NULL;
  DamageImage self;

  fixture_add (fixture, "a", lines);
  library_unref (fixture_load (fixture));
  path = fixture_compiled (fixture);
  g_assert_true (g_file_get_contents (path, &contents, &self.n_bytes, NULL));
  self.data = malloc (self.n_bytes);
  g_assert_nonnull (self.data);
  memcpy (self.data, contents, self.n_bytes);
  return self;
}

Library *
damage_image_open (const DamageImage *self, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (self->data, self->n_bytes);
  Dictionary *dictionary = dictionary_new (bytes, error);
  Library *library;

  if (!dictionary)
    return NULL;
  library = library_new ();
  library_add (library, dictionary, g_strdup ("damaged"), NULL);
  return library;
}

void
damage_image_ask (const DamageImage *self, Library *library)
{
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      ask_for (self, library, words[i]);
      annotate (self, library, words[i]);
    }
}
