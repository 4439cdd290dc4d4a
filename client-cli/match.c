/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * parlance match: the headwords that match words.
 */
#include <string.h>

#include "client-cli/command.h"
#include "client-cli/pipeline.h"
#include "protocol/wire/limits.h"

static void
ask (App *app, const char *word, GAsyncReadyCallback callback, gpointer user_data)
{
  ParlanceLookupOptions options = pipeline_options (app);

  parlance_session_match_async (app->session, word, &options, NULL, callback, user_data);
}

static void
show_text (App *app, const ParlanceMatches *matches)
{
  if (parlance_matches_get_n_matches (matches) == 0)
    {
      g_autofree char *sentence =
          g_strdup_printf ("No headword matches “%s” (%s).", parlance_matches_get_word (matches),
                           parlance_matches_get_strategy (matches));
      output_remark (app->output, sentence);
      return;
    }

  if (app->shown)
    g_string_append_c (output_get_buffer (app->output), '\n');
  app->shown = TRUE;
  render_matches (output_get_buffer (app->output), &app->style, matches);
  if (parlance_matches_has_more (matches))
    {
      guint n_matches = parlance_matches_get_n_matches (matches);
      g_autofree char *advice =
          n_matches < PARLANCE_MAX_MATCHES
              ? g_strdup_printf ("; -n N shows up to %d", PARLANCE_MAX_MATCHES)
              : g_strdup ("");
      g_autofree char *sentence =
          g_strdup_printf ("There are more than these %u for “%s”%s.", n_matches,
                           parlance_matches_get_word (matches), advice);
      output_remark (app->output, sentence);
    }
}

static gboolean
show (App *app, const char *word, GAsyncResult *result, GError **error)
{
  g_autoptr (ParlanceMatches) matches = parlance_session_match_finish (app->session, result, error);
  if (matches == NULL)
    return FALSE;

  if (parlance_matches_get_n_matches (matches) == 0)
    app_note (app, EXIT_NOT_FOUND);
  if (app->options.json)
    {
      const char *json = parlance_matches_get_json (matches);
      output_append_json (app->output, json, strlen (json));
    }
  else
    show_text (app, matches);
  return TRUE;
}

void
match_start (App *app)
{
  static const PipelineSteps steps = { .ask = ask, .show = show };

  pipeline_run (app, &steps);
}
