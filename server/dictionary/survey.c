/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Looking at sources without opening a library of them.
 */
#include "server/dictionary/library.h"

#include "server/dictionary/cache.h"
#include "server/dictionary/library-parts.h"

void
library_survey (const LibrarySource *sources,
                gsize n_sources,
                const char *cache_dir,
                LibrarySurveyor surveyor,
                gpointer data)
{
  for (gsize i = 0; i < n_sources; i++)
    {
      g_autofree char *path = NULL;
      g_autofree char *name = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (Dictionary) dictionary = NULL;
      const SourceFormat *format = source_format_detect (sources[i].path, &path, &name, &error);
      LibrarySurvey survey = { .source = &sources[i], .error = error };
      LibraryInfo info;

      if (format != NULL)
        {
          survey.format = format->format;
          survey.name = sources[i].name != NULL ? sources[i].name : name;
          dictionary = cache_peek (format, path, cache_dir);
        }
      if (dictionary != NULL)
        {
          info = library_info_of (dictionary, survey.name);
          survey.info = &info;
        }
      surveyor (&survey, data);
    }
}
