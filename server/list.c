/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The table is put together whole, since its columns are as wide as their widest field.
 */
#include "server/list.h"

#include "server/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

typedef enum
{
  COLUMN_NAME,
  COLUMN_FORMAT,
  COLUMN_ENTRIES,
  COLUMN_LANGUAGES,
  COLUMN_STATE,
  COLUMN_SOURCE,
} Column;

#define N_COLUMNS (COLUMN_SOURCE + 1)

typedef struct
{
  char *fields[N_COLUMNS];
} Row;

typedef struct
{
  GArray *rows;      /* of Row, the titles first */
  GHashTable *names; /* those that are taken */
  guint n_unreadable;
} Table;

static void
row_clear (gpointer data)
{
  Row *row = data;

  for (guint i = 0; i < N_COLUMNS; i++)
    g_free (row->fields[i]);
}

static char *
languages_of (const LibraryInfo *info)
{
  if (*info->source == '\0' && *info->target == '\0')
    return g_strdup ("-");
  return g_strdup_printf ("%s-%s", *info->source != '\0' ? info->source : "?",
                          *info->target != '\0' ? info->target : "?");
}

/* (transfer full) */
static char *
state_of (Table *table, const LibrarySurvey *survey)
{
  if (survey->error != NULL)
    {
      table->n_unreadable++;
      return g_strdup ("unreadable");
    }
  if (!g_hash_table_add (table->names, g_strdup (survey->name)))
    return g_strdup ("name taken");
  return g_strdup (survey->info != NULL ? "compiled" : "new");
}

static void
add_row (const LibrarySurvey *survey, gpointer data)
{
  Table *table = data;
  const LibraryInfo *info = survey->info;
  Row row;

  row.fields[COLUMN_NAME] = g_strdup (survey->name != NULL ? survey->name : "-");
  row.fields[COLUMN_FORMAT] = g_strdup (survey->format != NULL ? survey->format : "-");
  row.fields[COLUMN_ENTRIES] =
      info != NULL ? g_strdup_printf ("%" G_GUINT64_FORMAT, info->n_entries) : g_strdup ("-");
  row.fields[COLUMN_LANGUAGES] = info != NULL ? languages_of (info) : g_strdup ("-");
  row.fields[COLUMN_STATE] = state_of (table, survey);
  /* The message names the file. */
  row.fields[COLUMN_SOURCE] =
      g_strdup (survey->error != NULL ? survey->error->message : survey->source->path);
  /* Names are clean; folders are called anything. */
  log_blank_controls (row.fields[COLUMN_SOURCE], strlen (row.fields[COLUMN_SOURCE]));
  g_array_append_val (table->rows, row);
}

static void
append_rows (GString *out, const GArray *rows)
{
  gsize widths[N_COLUMNS] = { 0 };

  for (guint i = 0; i < rows->len; i++)
    {
      const Row *row = &g_array_index (rows, Row, i);
      for (guint k = 0; k < N_COLUMNS; k++)
        widths[k] = MAX (widths[k], (gsize)g_utf8_strlen (row->fields[k], -1));
    }
  for (guint i = 0; i < rows->len; i++)
    {
      const Row *row = &g_array_index (rows, Row, i);
      for (guint k = 0; k < COLUMN_SOURCE; k++)
        {
          gsize n_pad = widths[k] - (gsize)g_utf8_strlen (row->fields[k], -1);
          gboolean is_number = k == COLUMN_ENTRIES;

          g_string_append_printf (out, "%*s%s%*s  ", is_number ? (int)n_pad : 0, "", row->fields[k],
                                  is_number ? 0 : (int)n_pad, "");
        }
      g_string_append_printf (out, "%s\n", row->fields[COLUMN_SOURCE]);
    }
}

gboolean
list_dictionaries (const Config *config, GError **error)
{
  static const char *const titles[N_COLUMNS] = { "NAME",      "FORMAT", "ENTRIES",
                                                 "LANGUAGES", "STATE",  "SOURCE" };
  g_autoptr (GArray) sources = config_sources (config);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (Row));
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *cache_dir = g_build_filename (config->data_dir, "cache", NULL);
  g_autoptr (GString) out = g_string_new (NULL);
  Table table = { .rows = rows, .names = names };
  Row row;

  g_array_set_clear_func (rows, row_clear);
  for (guint i = 0; i < N_COLUMNS; i++)
    row.fields[i] = g_strdup (titles[i]);
  g_array_append_val (rows, row);
  library_survey ((const LibrarySource *)(const void *)sources->data, sources->len, cache_dir,
                  add_row, &table);
  append_rows (out, rows);
  if (fputs (out->str, stdout) == EOF || fflush (stdout) != 0)
    {
      g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (errno),
                   "cannot print the list of dictionaries: %s", g_strerror (errno));
      return FALSE;
    }
  if (table.n_unreadable == 0)
    return TRUE;
  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "dictionaries that cannot be read: %u",
               table.n_unreadable);
  return FALSE;
}
