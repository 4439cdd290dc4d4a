/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A ring of slots, one for each outstanding word. An answer is kept in its slot until those before
 * it have been shown.
 */
#include "client-cli/pipeline.h"

#include <string.h>

#include "protocol/wire/json-writer.h"

/* Enough that the server always has work while answers travel; the answers in it are what memory
 * may be needed for. */
#define WINDOW 256

typedef struct
{
  struct _Pipeline *pipeline;
  char *word;           /* (nullable): NULL: free, or too long to be kept */
  GAsyncResult *result; /* (nullable): NULL: not answered yet, or not asked */
  GError *refusal;      /* (nullable): why it was not asked */
} Slot;

typedef struct _Pipeline
{
  App *app;
  const PipelineSteps *steps;
  Words *words;
  gboolean ended; /* @words are */
  guint first;    /* slot of the oldest word */
  guint n_slots;  /* in use, from @first on */
  Slot slots[WINDOW];
} Pipeline;

static void on_answer (GObject *source, GAsyncResult *result, gpointer user_data);

static void
slot_clear (Slot *slot)
{
  g_clear_pointer (&slot->word, g_free);
  g_clear_object (&slot->result);
  g_clear_error (&slot->refusal);
}

static void
append_json_error (Output *output, const char *word, const GError *error)
{
  ParlanceReason reason = (ParlanceReason)error->code;
  g_autoptr (GString) json = g_string_new ("{\"word\":");

  if (word != NULL)
    parlance_json_append_string (json, word, strlen (word));
  else
    g_string_append (json, "null");
  g_string_append (json, ",\"error\":{\"code\":");
  parlance_json_append_int64 (json, parlance_reason_code (reason));
  g_string_append (json, ",\"message\":");
  parlance_json_append_string (json, error->message, strlen (error->message));
  g_string_append (json, ",\"data\":{\"reason\":");
  parlance_json_append_string (json, parlance_reason_symbol (reason),
                               strlen (parlance_reason_symbol (reason)));
  g_string_append (json, "}}}");
  output_append_json (output, json->str, json->len);
}

/* The word is at fault, or the server was for this once: the other words go on. */
static void
show_refusal (App *app, const char *word, const GError *error)
{
  gboolean word_is_at_fault =
      g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_INVALID_PARAMS) ||
      g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_TOO_LONG);

  app_note (app, word_is_at_fault ? EXIT_USAGE : EXIT_FAILED);
  if (app->options.json)
    return;
  g_autofree char *message = g_strdup_printf ("“%s” was not looked up: %s", word, error->message);
  output_complain (app->output, message);
}

/* The word cannot be asked for: it did not leave the program. */
static void
show_skipped (App *app, const Slot *slot)
{
  app_note (app, EXIT_USAGE);
  if (app->options.json)
    {
      append_json_error (app->output, slot->word, slot->refusal);
      return;
    }
  g_autofree char *message = g_strdup_printf ("%s; skipped", slot->refusal->message);
  output_complain (app->output, message);
}

static void
show (Pipeline *self, const Slot *slot)
{
  App *app = self->app;
  g_autoptr (GError) error = NULL;

  if (slot->refusal != NULL)
    {
      show_skipped (app, slot);
      return;
    }
  if (self->steps->show (app, slot->word, slot->result, &error))
    return;
  if (app->options.json && error->domain == PARLANCE_ERROR)
    append_json_error (app->output, slot->word, error);
  if (app_is_fatal (error))
    app_fail_with (app, error);
  else
    show_refusal (app, slot->word, error);
}

static void
show_answered (Pipeline *self)
{
  while (self->n_slots > 0 && !self->app->quitting)
    {
      Slot *slot = &self->slots[self->first];
      if (slot->result == NULL && slot->refusal == NULL)
        break;
      show (self, slot);
      slot_clear (slot);
      self->first = (self->first + 1) % WINDOW;
      self->n_slots--;
    }
  output_commit (self->app->output);
}

static void
ask_more (gpointer user_data)
{
  Pipeline *self = user_data;
  char *word;
  GError *refusal = NULL;
  WordsStatus status = WORDS_READY;

  while (!self->ended && self->n_slots < WINDOW && !self->app->quitting &&
         (status = words_next (self->words, &word, &refusal)) <= WORDS_REFUSED)
    {
      Slot *slot = &self->slots[(self->first + self->n_slots++) % WINDOW];
      slot->pipeline = self;
      slot->word = word;
      slot->refusal = g_steal_pointer (&refusal);
      if (status == WORDS_REFUSED)
        {
          show_answered (self);
          continue;
        }
      app_wait_begin (self->app);
      self->steps->ask (self->app, word, on_answer, slot);
    }
  if (status == WORDS_END)
    self->ended = TRUE;
  if (self->ended && self->n_slots == 0)
    app_quit (self->app);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Slot *slot = user_data;
  Pipeline *self = slot->pipeline;

  app_wait_end (self->app);
  slot->result = g_object_ref (result);
  show_answered (self);
  ask_more (self);
}

static void
pipeline_free (gpointer data)
{
  Pipeline *self = data;

  for (guint i = 0; i < WINDOW; i++)
    slot_clear (&self->slots[i]);
  words_free (self->words);
  g_free (self);
}

void
pipeline_run (App *app, const PipelineSteps *steps)
{
  Pipeline *self = g_new0 (Pipeline, 1);

  self->app = app;
  self->steps = steps;
  self->words = words_new (app, ask_more, self);
  app->command_data = self;
  app->command_data_free = pipeline_free;
  ask_more (self);
}

ParlanceLookupOptions
pipeline_options (const App *app)
{
  return (ParlanceLookupOptions){
    .dictionaries = (const char *const *)app->options.dictionaries->pdata,
    .strategy = app->options.strategy,
    .limit = app->options.limit,
  };
}
