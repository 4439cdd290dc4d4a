/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * parlance dictionaries: what the server looks words up in.
 */
#include <string.h>

#include "client-cli/command.h"

static void
show_json (App *app, const GPtrArray *dictionaries)
{
  for (guint i = 0; i < dictionaries->len; i++)
    {
      const char *json = parlance_dictionary_info_get_json (g_ptr_array_index (dictionaries, i));
      output_append_json (app->output, json, strlen (json));
    }
}

static char *
languages_of (const ParlanceDictionaryInfo *info)
{
  const char *source = parlance_dictionary_info_get_source (info);
  const char *target = parlance_dictionary_info_get_target (info);

  if (*source == '\0' && *target == '\0')
    return g_strdup ("");
  return g_strdup_printf ("%s → %s", source, target);
}

static void
show_table (App *app, const GPtrArray *dictionaries)
{
  static const char *const titles[] = {
    "NAME", "ENTRIES", "LANGUAGES", "FORMAT", "TITLE", "LICENSE"
  };
  static const RenderTable table = {
    .titles = titles,
    .n_columns = G_N_ELEMENTS (titles),
    .numeric = 1 << 1,
    .first = RENDER_STRONG,
  };
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < dictionaries->len; i++)
    {
      const ParlanceDictionaryInfo *info = g_ptr_array_index (dictionaries, i);
      g_ptr_array_add (cells, g_strdup (parlance_dictionary_info_get_name (info)));
      g_ptr_array_add (cells, render_number (parlance_dictionary_info_get_n_entries (info)));
      g_ptr_array_add (cells, languages_of (info));
      g_ptr_array_add (cells, g_strdup (parlance_dictionary_info_get_format (info)));
      g_ptr_array_add (cells, g_strdup (parlance_dictionary_info_get_title (info)));
      g_ptr_array_add (cells, g_strdup (parlance_dictionary_info_get_license (info)));
    }
  render_table (output_get_buffer (app->output), &app->style, &table, cells);
}

static void
on_dictionaries (GObject *source, GAsyncResult *result, gpointer user_data)
{
  App *app = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) dictionaries =
      parlance_session_dictionaries_finish (app->session, result, &error);

  app_wait_end (app);
  if (dictionaries == NULL)
    {
      app_fail_with (app, error);
      return;
    }
  if (dictionaries->len == 0)
    {
      app_note (app, EXIT_NOT_FOUND);
      if (!app->options.json)
        output_remark (app->output, "The server has no dictionaries.");
    }
  else if (app->options.json)
    show_json (app, dictionaries);
  else
    show_table (app, dictionaries);
  app_quit (app);
}

void
dictionaries_start (App *app)
{
  app_wait_begin (app);
  parlance_session_dictionaries_async (app->session, NULL, on_dictionaries, app);
}
