/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Looks words up with many requests outstanding and hands the answers out in the order of the
 * words. Memory is bounded by the window, however many words there are.
 */
#pragma once

#include "client-cli/words.h"

/* What a command does with each word. */
typedef struct
{
  void (*ask) (App *app, const char *word, GAsyncReadyCallback callback, gpointer user_data);

  /* In the order of the words. Returns: %FALSE with @error set when there is no result */
  gboolean (*show) (App *app, const char *word, GAsyncResult *result, GError **error);
} PipelineSteps;

/**
 * pipeline_run:
 * @steps: a constant
 *
 * Starts on the words of the options; quits @app after the last. Words that cannot be asked for and
 * words that the server refuses are complained of (with --json: an object on the output), one line
 * each, and the others go on.
 */
void pipeline_run (App *app, const PipelineSteps *steps);

/** pipeline_options: the options of the command line that narrow lookups, borrowed. */
ParlanceLookupOptions pipeline_options (const App *app);
