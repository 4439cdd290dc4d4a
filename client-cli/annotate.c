/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * parlance annotate: a text with the words that stand in it.
 *
 * Piece by piece: the server is asked for its headwords, then for the definitions of those that
 * have not been shown yet, all at once; when the last is there the piece is printed and the next
 * one begins.
 */
#include <string.h>

#include "client-cli/command.h"
#include "client-cli/display-text.h"
#include "client-cli/gloss.h"
#include "client-cli/pipeline.h"
#include "client-cli/text-input.h"
#include "client-cli/wrap.h"
#include "protocol/wire/json-writer.h"

#define MAX_GLOSS_WIDTH 32 /* [columns] that one long headword moves the glosses of others to */

typedef struct _Annotate Annotate;

/* A headword that is listed under the line it first stands in. */
typedef struct
{
  Annotate *annotate;
  char *headword;
  gint64 start;                   /* [code points] in the piece */
  ParlanceDefinition *definition; /* (nullable) */
} Listed;

struct _Annotate
{
  App *app;
  TextInput *input;
  char *piece;        /* (nullable): that is being asked about */
  gint64 n_passed;    /* [code points] of the text before @piece */
  GPtrArray *listed;  /* of Listed: of @piece */
  guint n_due;        /* definitions */
  GHashTable *known;  /* of char *: headwords that were listed */
  gboolean found;     /* any headword */
  gboolean was_asked; /* for the place of --at */
};

static void next_piece (gpointer user_data);

static void
listed_free (gpointer data)
{
  Listed *self = data;

  g_free (self->headword);
  g_clear_pointer (&self->definition, parlance_definition_unref);
  g_free (self);
}

static void
annotate_free (gpointer data)
{
  Annotate *self = data;

  text_input_free (self->input);
  g_free (self->piece);
  g_ptr_array_unref (self->listed);
  g_hash_table_unref (self->known);
  g_free (self);
}

/* --- showing ---------------------------------------------------------------------------------- */

/* The glosses of what begins before @end in the piece, from *@next on. */
static void
show_glosses (Annotate *self, guint *next, gint64 end)
{
  GString *out = output_get_buffer (self->app->output);
  guint width = 0;
  guint last = *next;

  for (; last < self->listed->len; last++)
    {
      const Listed *listed = g_ptr_array_index (self->listed, last);
      if (listed->start >= end)
        break;
      width = MAX (width, gloss_width (listed->headword));
    }
  width = MIN (width, MAX_GLOSS_WIDTH);
  for (; *next < last; (*next)++)
    {
      const Listed *listed = g_ptr_array_index (self->listed, *next);
      gloss_append (out, &self->app->style, listed->headword, listed->definition, width);
    }
}

/* Each line of the piece, and under it the words that begin in it. */
static void
show_piece (Annotate *self)
{
  GString *out = output_get_buffer (self->app->output);
  g_autoptr (GString) harmless = g_string_new (NULL);
  const char *line = self->piece;
  gint64 position = 0;
  guint next = 0;

  while (*line != '\0')
    {
      const char *line_end = strchrnul (line, '\n');

      g_string_truncate (harmless, 0);
      display_append (harmless, line, (gsize)(line_end - line), DISPLAY_TEXT);
      if (harmless->len > 0)
        wrap_append (out, harmless->str, 0, self->app->style.columns);
      else
        g_string_append_c (out, '\n');
      position += g_utf8_strlen (line, line_end - line) + 1;
      show_glosses (self, &next, position);
      line = *line_end != '\0' ? line_end + 1 : line_end;
    }
}

static void
show_json (const Annotate *self, const ParlanceSpans *spans)
{
  g_autoptr (GString) json = g_string_new (NULL);

  for (guint i = 0; i < parlance_spans_get_n_spans (spans); i++)
    {
      const ParlanceSpan *span = parlance_spans_get_span (spans, i);

      g_string_assign (json, "{\"start\":");
      parlance_json_append_int64 (json, self->n_passed + span->start);
      g_string_append (json, ",\"end\":");
      parlance_json_append_int64 (json, self->n_passed + span->end);
      g_string_append (json, ",\"headword\":");
      parlance_json_append_string (json, span->headword, strlen (span->headword));
      g_string_append (json, span->is_lemma ? ",\"via\":\"lemma\"}" : ",\"via\":\"exact\"}");
      output_append_json (self->app->output, json->str, json->len);
    }
}

static void
finish_piece (Annotate *self)
{
  guint next = 0;

  if (self->app->options.at >= 0)
    show_glosses (self, &next, G_MAXINT64);
  else if (!self->app->options.json)
    show_piece (self);
  output_commit (self->app->output);
  self->n_passed += g_utf8_strlen (self->piece, -1);
  g_clear_pointer (&self->piece, g_free);
  g_ptr_array_set_size (self->listed, 0);
  next_piece (self);
}

/* --- asking ----------------------------------------------------------------------------------- */

static void
on_definition (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Listed *listed = user_data;
  Annotate *self = listed->annotate;
  g_autoptr (GError) error = NULL;

  app_wait_end (self->app);
  self->n_due--;
  if (self->app->quitting)
    return;
  listed->definition = parlance_session_define_finish (self->app->session, result, &error);
  if (listed->definition == NULL)
    {
      /* A word that the server refuses is listed without its gloss. */
      if (app_is_fatal (error))
        {
          app_fail_with (self->app, error);
          return;
        }
      app_note (self->app, EXIT_FAILED);
    }
  if (self->n_due == 0)
    finish_piece (self);
}

static gboolean
is_wanted (const Annotate *self, const char *headword)
{
  return !(self->app->options.skip_common && gloss_is_common (headword)) &&
         !g_hash_table_contains (self->known, headword);
}

static void
list_headwords (Annotate *self, const ParlanceSpans *spans)
{
  for (guint i = 0; i < parlance_spans_get_n_spans (spans); i++)
    {
      const ParlanceSpan *span = parlance_spans_get_span (spans, i);

      if (!is_wanted (self, span->headword))
        continue;
      Listed *listed = g_new0 (Listed, 1);
      listed->annotate = self;
      listed->headword = g_strdup (span->headword);
      listed->start = span->start;
      g_ptr_array_add (self->listed, listed);
      g_hash_table_add (self->known, g_strdup (span->headword));
    }
}

static void
define_listed (Annotate *self)
{
  ParlanceLookupOptions options = pipeline_options (self->app);

  options.limit = 1;
  self->n_due = self->listed->len;
  for (guint i = 0; i < self->listed->len; i++)
    {
      Listed *listed = g_ptr_array_index (self->listed, i);

      app_wait_begin (self->app);
      parlance_session_define_async (self->app->session, listed->headword, &options, NULL,
                                     on_definition, listed);
    }
}

static void
on_spans (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Annotate *self = user_data;
  App *app = self->app;
  g_autoptr (GError) error = NULL;

  app_wait_end (app);
  if (app->quitting)
    return;
  g_autoptr (ParlanceSpans) spans = parlance_session_annotate_finish (app->session, result, &error);
  if (spans == NULL)
    {
      app_fail_with (app, error);
      return;
    }
  self->found |= parlance_spans_get_n_spans (spans) > 0;
  if (app->options.json)
    show_json (self, spans);
  else
    list_headwords (self, spans);
  if (self->listed->len > 0)
    define_listed (self);
  else
    finish_piece (self);
}

static void
finish (Annotate *self)
{
  App *app = self->app;

  if (app->options.at >= 0 && !self->was_asked && !app->quitting)
    {
      app_fail (app, EXIT_USAGE,
                "--at %" G_GINT64_FORMAT " is outside of the text, which has %" G_GINT64_FORMAT
                " characters",
                app->options.at, self->n_passed);
      return;
    }
  if (!self->found)
    {
      app_note (app, EXIT_NOT_FOUND);
      if (!app->options.json && !app->quitting)
        output_remark (app->output, app->options.at >= 0 ? "No headword stands there."
                                                         : "No headword stands in the text.");
    }
  app_quit (app);
}

/* Whether the place that --at asks for, if it does, is in the piece. */
static gboolean
is_asked_for (const Annotate *self)
{
  gint64 at = self->app->options.at;

  return at < 0 || (!self->was_asked && at >= self->n_passed &&
                    at < self->n_passed + g_utf8_strlen (self->piece, -1));
}

static void
next_piece (gpointer user_data)
{
  Annotate *self = user_data;
  App *app = self->app;
  TextInputStatus status;

  while ((status = text_input_next (self->input, &self->piece)) == TEXT_INPUT_READY)
    {
      if (is_asked_for (self))
        {
          ParlanceLookupOptions options = pipeline_options (app);
          gint64 at = app->options.at < 0 ? PARLANCE_WHOLE_TEXT : app->options.at - self->n_passed;

          self->was_asked = TRUE;
          app_wait_begin (app);
          parlance_session_annotate_async (app->session, self->piece, at, &options, NULL, on_spans,
                                           self);
          return;
        }
      self->n_passed += g_utf8_strlen (self->piece, -1);
      g_clear_pointer (&self->piece, g_free);
    }
  if (status == TEXT_INPUT_END)
    finish (self);
}

void
annotate_start (App *app)
{
  Annotate *self = g_new0 (Annotate, 1);

  self->app = app;
  self->listed = g_ptr_array_new_with_free_func (listed_free);
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  app->command_data = self;
  app->command_data_free = annotate_free;
  self->input = text_input_new (app, next_piece, self);
  if (self->input != NULL)
    next_piece (self);
}
