/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finding a source's compiled form in the cache, or making it.
 */
#include "server/dictionary/cache.h"

#include <errno.h>
#include <sys/stat.h>

#include "server/dictionary/cache-file.h"
#include "server/dictionary/compiler.h"
#include "server/dictionary/indexing.h"

/* Hexadecimal, of the digest of the path: two sources never share a file. */
#define N_PATH_DIGITS 16
#define MAX_STEM_BYTES 64 /* of the file's name, for people who look into the cache */

/* "<cache_dir>/ecdict-0123456789abcdef.@kind" */
static char *
cached_path (const char *cache_dir, const char *path, const char *kind)
{
  g_autofree char *stem = g_path_get_basename (path);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, path, -1);
  g_autofree char *name = NULL;
  char *ending = strrchr (stem, '.');

  if (ending && ending != stem)
    *ending = '\0';
  if (strlen (stem) > MAX_STEM_BYTES)
    stem[MAX_STEM_BYTES] = '\0';
  g_strcanon (stem, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_", '_');
  name = g_strdup_printf ("%s-%.*s.%s", stem, N_PATH_DIGITS, digest, kind);
  return g_build_filename (cache_dir, name, NULL);
}

/* A file that is not there is a state, too: it may come. */
static void
add_file (GChecksum *sum, const char *path)
{
  g_autofree char *state = NULL;
  struct stat file;

  if (stat (path, &file) == 0)
    state = g_strdup_printf ("%" G_GINT64_FORMAT " bytes at %" G_GINT64_FORMAT ".%09ld",
                             (gint64)file.st_size, (gint64)file.st_mtim.tv_sec,
                             (long)file.st_mtim.tv_nsec);
  else
    state = g_strdup_printf ("absent: %d", errno);
  /* With their NULs, so that no two lists run into the same bytes. */
  g_checksum_update (sum, (const guchar *)path, (gssize)strlen (path) + 1);
  g_checksum_update (sum, (const guchar *)state, (gssize)strlen (state) + 1);
}

static LayoutStamp
make_stamp (const SourceFormat *format, const char *path)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_auto (GStrv) companions = format->companions ? format->companions (path) : NULL;
  const guint32 version = LAYOUT_VERSION;
  gsize n_bytes = LAYOUT_STAMP_BYTES;
  LayoutStamp stamp;

  g_checksum_update (sum, (const guchar *)&version, sizeof version);
  g_checksum_update (sum, (const guchar *)format->format, (gssize)strlen (format->format) + 1);
  add_file (sum, path);
  for (guint i = 0; companions && companions[i]; i++)
    add_file (sum, companions[i]);
  g_checksum_get_digest (sum, stamp.bytes, &n_bytes);
  return stamp;
}

typedef struct
{
  const char *name;
  const LibraryOptions *options;
} Wait;

/* While another process compiles it, nothing of it is done here. */
static gboolean
wait_for_compiled (gpointer data)
{
  const Wait *self = data;

  return !self->options->progress ||
         self->options->progress (self->name, 0, 1, self->options->data);
}

static Dictionary *
compile (const CompilerSource *source,
         const char *compiled,
         const LibraryOptions *options,
         GError **error)
{
  Wait wait = { source->name, options };
  g_autoptr (CacheFile) file = cache_file_begin (compiled, wait_for_compiled, &wait, error);
  Dictionary *dictionary;

  if (!file)
    return NULL;
  /* Whoever held the lock before may have done it. */
  dictionary = dictionary_open (compiled, &source->stamp, NULL);
  if (dictionary)
    return dictionary;
  if (!compiler_run (source, file, options, error))
    return NULL;
  return dictionary_open (compiled, &source->stamp, error);
}

Dictionary *
cache_open (const SourceFormat *format,
            const char *path,
            const char *name,
            const LibraryOptions *options,
            GError **error)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *compiled = cached_path (options->cache_dir, absolute, "pdict");
  CompilerSource source = { format, path, name, make_stamp (format, absolute) };
  Dictionary *dictionary = dictionary_open (compiled, &source.stamp, NULL);

  if (!dictionary)
    dictionary = compile (&source, compiled, options, error);
  if (dictionary && options->wants_search)
    indexing_begin (dictionary, cached_path (options->cache_dir, absolute, "pindex"), name,
                    options);
  return dictionary;
}

Dictionary *
cache_peek (const SourceFormat *format, const char *path, const char *cache_dir)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *compiled = cached_path (cache_dir, absolute, "pdict");
  const LayoutStamp stamp = make_stamp (format, absolute);

  return dictionary_open (compiled, &stamp, NULL);
}
