/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * parlance define: the entries of words.
 */
#include <string.h>

#include "client-cli/command.h"
#include "client-cli/pipeline.h"
#include "protocol/wire/limits.h"

static void
ask (App *app, const char *word, GAsyncReadyCallback callback, gpointer user_data)
{
  ParlanceLookupOptions options = pipeline_options (app);

  parlance_session_define_async (app->session, word, &options, NULL, callback, user_data);
}

/* The server does not say that it left entries out. */
static void
hint_at_more (App *app, const ParlanceDefinition *definition)
{
  guint n_entries = parlance_definition_get_n_entries (definition);
  guint limit = app->options.limit > 0 ? app->options.limit : PARLANCE_DEFAULT_ENTRIES;

  if (n_entries < limit || n_entries >= PARLANCE_MAX_ENTRIES)
    return;
  g_autofree char *sentence =
      g_strdup_printf ("%u %s of “%s” shown, there may be more: -n N shows up to %d.", n_entries,
                       n_entries == 1 ? "entry" : "entries",
                       parlance_definition_get_word (definition), PARLANCE_MAX_ENTRIES);
  output_hint (app->output, sentence);
}

static void
show_text (App *app, const ParlanceDefinition *definition)
{
  GString *out = output_get_buffer (app->output);

  if (parlance_definition_get_n_entries (definition) == 0)
    {
      g_autofree char *sentence = render_not_found (definition);
      output_remark (app->output, sentence);
      return;
    }
  if (app->shown)
    g_string_append_c (out, '\n');
  app->shown = TRUE;
  render_definition (out, &app->style, definition);
  hint_at_more (app, definition);
}

static gboolean
show (App *app, const char *word, GAsyncResult *result, GError **error)
{
  g_autoptr (ParlanceDefinition) definition =
      parlance_session_define_finish (app->session, result, error);
  if (definition == NULL)
    return FALSE;

  if (parlance_definition_get_n_entries (definition) == 0)
    app_note (app, EXIT_NOT_FOUND);
  if (app->options.json)
    {
      const char *json = parlance_definition_get_json (definition);
      output_append_json (app->output, json, strlen (json));
    }
  else
    show_text (app, definition);
  return TRUE;
}

void
define_start (App *app)
{
  static const PipelineSteps steps = { .ask = ask, .show = show };

  pipeline_run (app, &steps);
}
