/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * parlance search: the entries that hold words.
 */
#include <string.h>

#include "client-cli/command.h"
#include "client-cli/pipeline.h"
#include "protocol/wire/limits.h"

static void
ask (App *app, const char *text, GAsyncReadyCallback callback, gpointer user_data)
{
  ParlanceLookupOptions options = pipeline_options (app);

  parlance_session_search_async (app->session, text, &options, NULL, callback, user_data);
}

static void
show_text (App *app, const ParlanceSearchHits *hits)
{
  GString *out = output_get_buffer (app->output);
  guint n_hits = parlance_search_hits_get_n_hits (hits);
  const char *text = parlance_search_hits_get_text (hits);

  if (n_hits == 0)
    {
      g_autofree char *sentence = g_strdup_printf ("No entry holds “%s”.", text);
      output_remark (app->output, sentence);
      return;
    }
  if (app->shown)
    g_string_append_c (out, '\n');
  app->shown = TRUE;
  render_hits (out, &app->style, hits);
  if (parlance_search_hits_has_more (hits) && n_hits < PARLANCE_MAX_HITS)
    {
      g_autofree char *sentence = g_strdup_printf ("The best %u for “%s”; -n N shows up to %d.",
                                                   n_hits, text, PARLANCE_MAX_HITS);
      output_hint (app->output, sentence);
    }
}

static gboolean
show (App *app, const char *text, GAsyncResult *result, GError **error)
{
  g_autoptr (ParlanceSearchHits) hits =
      parlance_session_search_finish (app->session, result, error);
  if (hits == NULL)
    return FALSE;

  if (parlance_search_hits_get_n_hits (hits) == 0)
    app_note (app, EXIT_NOT_FOUND);
  if (app->options.json)
    {
      const char *json = parlance_search_hits_get_json (hits);
      output_append_json (app->output, json, strlen (json));
    }
  else
    show_text (app, hits);
  return TRUE;
}

void
search_start (App *app)
{
  static const PipelineSteps steps = { .ask = ask, .show = show };

  pipeline_run (app, &steps);
}
