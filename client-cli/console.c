/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The edited line takes one row, the last one that was written: it never wraps, and so it can be
 * taken away and put back whatever stands above it. All that happens in one turn of the main loop
 * is drawn once, at its end.
 */
#include "client-cli/console.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

#include "client-cli/display-text.h"
#include "client-cli/line-input.h"
#include "client-cli/terminal.h"

#define ESCAPE_MS 50    /* [ms] in which the rest of a sequence follows its ESC */
#define POSITION_MS 300 /* [ms] a terminal is given to say where its cursor is */
#define READ_SIZE 4096  /* [bytes] */
#define MIN_COLUMNS 10
#define DEFAULT_COLUMNS 80
#define TAKE_AWAY "\r\033[J"
#define ASK_POSITION "\033[6n"

struct _Console
{
  App *app;
  const ConsoleEvents *events;
  gpointer user_data;
  gboolean edited; /* and the terminal is entered */
  gboolean typed_at;

  LineInput *lines; /* (nullable): where nothing is edited */

  LineEditor *editor; /* the rest is for where it is */
  ChatCompletion *completion;
  KeyDecoder decoder;
  char *prompt;
  gboolean drawn;
  guint cursor_column;   /* where it was drawn, as long as it is */
  gboolean interrupted;  /* the last key was Ctrl-C on an empty line */
  gboolean wants_column; /* the terminal was asked where its cursor is */
  guint input_source;
  guint draw_source;     /* 0: nothing to be drawn */
  guint escape_source;   /* 0: no sequence is begun */
  guint position_source; /* 0: not waiting */
};

static void
clear_source (guint *source)
{
  if (*source != 0)
    g_source_remove (*source);
  *source = 0;
}

static GString *
buffer_of (Console *self)
{
  return output_get_buffer (self->app->output);
}

static void
take_away (Console *self)
{
  if (self->drawn)
    g_string_append (buffer_of (self), TAKE_AWAY);
  self->drawn = FALSE;
}

/* The prompt gives way on a narrow terminal: what is typed matters more. */
static guint
draw_prompt (const Console *self, GString *out, guint columns)
{
  const char *prompt = display_width (self->prompt) <= columns / 2 ? self->prompt : "> ";

  g_string_append (out, prompt);
  return display_width (prompt);
}

static gboolean
on_draw (gpointer user_data)
{
  Console *self = user_data;
  GString *out = buffer_of (self);
  guint columns = MAX (self->app->style.columns, MIN_COLUMNS);
  guint cursor;

  self->draw_source = 0;
  g_string_append (out, self->drawn ? "\r" : "");
  guint used = draw_prompt (self, out, columns);
  line_editor_draw (self->editor, columns - used, out, &cursor);
  self->cursor_column = used + cursor;
  g_string_append_printf (out, "\033[K\r\033[%uC", self->cursor_column);
  self->drawn = TRUE;
  (void)output_flush (self->app->output); /* the last flush of all reports what fails */
  return G_SOURCE_REMOVE;
}

static void
want_draw (Console *self)
{
  /* Not when idle: where much comes in, the program is not, and it is to be seen all the same. */
  if (self->edited && self->draw_source == 0)
    self->draw_source = g_idle_add_full (G_PRIORITY_DEFAULT, on_draw, self, NULL);
}

void
console_print (Console *self, const char *lines)
{
  take_away (self);
  g_string_append (buffer_of (self), lines);
  if (self->edited)
    want_draw (self);
  else
    output_commit (self->app->output);
}

void
console_ring (Console *self)
{
  if (!self->edited)
    return;
  g_string_append_c (buffer_of (self), '\a');
  want_draw (self);
}

void
console_set_prompt (Console *self, const char *prompt)
{
  if (g_strcmp0 (self->prompt, prompt) == 0)
    return;
  g_free (self->prompt);
  self->prompt = g_strdup (prompt);
  want_draw (self);
}

/* --- keys --- */

static void
complete (Console *self, gboolean backward)
{
  CompletionNames names = { NULL, NULL };

  if (!chat_completion_is_going_on (self->completion))
    self->events->names (&names, self->user_data);
  if (!chat_completion_step (self->completion, self->editor, &names, backward))
    console_ring (self);
  g_clear_pointer (&names.nicks, g_ptr_array_unref);
  g_clear_pointer (&names.rooms, g_ptr_array_unref);
}

static void
enter (Console *self)
{
  g_autofree char *line = g_strdup (line_editor_get_text (self->editor));

  if (self->events->line (line, self->user_data))
    g_free (line_editor_take (self->editor));
}

static void
interrupt (Console *self, gboolean was_empty, gboolean was_interrupted)
{
  if (was_empty && was_interrupted)
    self->events->end (FALSE, self->user_data);
  else if (was_empty)
    {
      self->interrupted = TRUE;
      console_print (self, "-- Ctrl-C again, Ctrl-D or /quit ends the chat\n");
    }
}

static void
stop (Console *self)
{
  take_away (self);
  (void)output_flush (self->app->output);
  terminal_stop ();
}

static void
press (Console *self, const Key *key)
{
  gboolean was_empty = *line_editor_get_text (self->editor) == '\0';
  gboolean was_interrupted = self->interrupted;
  LineEditorResult result = line_editor_press (self->editor, key);

  self->interrupted = FALSE;
  if (result != LINE_EDITOR_TAB && result != LINE_EDITOR_BACK_TAB)
    chat_completion_end (self->completion);
  switch (result)
    {
    case LINE_EDITOR_CHANGED:
      if (key->kind == KEY_CHARACTER && *line_editor_get_text (self->editor) != '/')
        self->events->typed (self->user_data);
      break;
    case LINE_EDITOR_REFUSED:
      console_ring (self);
      break;
    case LINE_EDITOR_ENTER:
      enter (self);
      break;
    case LINE_EDITOR_TAB:
    case LINE_EDITOR_BACK_TAB:
      complete (self, result == LINE_EDITOR_BACK_TAB);
      break;
    case LINE_EDITOR_INTERRUPT:
      interrupt (self, was_empty, was_interrupted);
      break;
    case LINE_EDITOR_END:
      self->events->end (FALSE, self->user_data);
      break;
    case LINE_EDITOR_REDRAW:
      g_string_append (buffer_of (self), "\033[H\033[2J");
      self->drawn = FALSE;
      break;
    case LINE_EDITOR_SUSPEND:
      stop (self);
      break;
    default:
      break;
    }
  want_draw (self);
}

/* --- another width --- */

static void
take_away_rows (Console *self, guint n_rows_above)
{
  if (n_rows_above > 0)
    g_string_append_printf (buffer_of (self), "\033[%uA", n_rows_above);
  take_away (self);
  want_draw (self);
}

/* Some terminals break lines anew when they get narrower, and the line being typed with them;
 * others cut them off. Where the cursor is afterwards tells which. */
static void
on_position (Console *self, guint column)
{
  guint columns = self->app->style.columns;
  gboolean broken = self->cursor_column >= columns && column + 1 < columns;

  clear_source (&self->position_source);
  self->wants_column = FALSE;
  take_away_rows (self, broken && columns > 0 ? self->cursor_column / columns : 0);
}

static gboolean
on_no_position (gpointer user_data)
{
  Console *self = user_data;

  self->position_source = 0;
  self->wants_column = FALSE;
  take_away_rows (self, 0);
  return G_SOURCE_REMOVE;
}

static void
on_resized (gpointer user_data)
{
  Console *self = user_data;
  guint columns = terminal_columns ();

  if (columns == 0)
    return;
  self->app->style.columns = columns;
  self->events->resized (self->user_data);
  if (!self->drawn || self->cursor_column < columns)
    {
      take_away_rows (self, 0);
      return;
    }
  clear_source (&self->draw_source);
  clear_source (&self->position_source);
  self->wants_column = TRUE;
  self->position_source = g_timeout_add (POSITION_MS, on_no_position, self);
  g_string_append (buffer_of (self), ASK_POSITION);
  (void)output_flush (self->app->output);
}

static void
on_stop_wanted (gpointer user_data)
{
  stop (user_data);
}

static void
on_continued (gpointer user_data)
{
  Console *self = user_data;

  self->drawn = FALSE;
  g_string_append (buffer_of (self), TAKE_AWAY);
  on_resized (self);
  want_draw (self);
}

/* --- input --- */

static void
take_key (Console *self, const Key *key)
{
  if (key->kind != KEY_POSITION)
    press (self, key);
  else if (self->wants_column)
    on_position (self, key->column);
}

static gboolean
on_escape (gpointer user_data)
{
  Console *self = user_data;
  Key key;

  self->escape_source = 0;
  if (key_decoder_expire (&self->decoder, &key))
    take_key (self, &key);
  return G_SOURCE_REMOVE;
}

static gboolean
on_keys (int fd, GIOCondition condition, gpointer user_data)
{
  Console *self = user_data;
  char bytes[READ_SIZE];
  ssize_t n_bytes = read (fd, bytes, sizeof bytes);
  Key key;

  if (n_bytes < 0 && (errno == EINTR || errno == EAGAIN))
    return G_SOURCE_CONTINUE;
  if (n_bytes <= 0)
    {
      self->input_source = 0;
      self->events->end (TRUE, self->user_data);
      return G_SOURCE_REMOVE;
    }
  clear_source (&self->escape_source);
  /* The last key may close the console. */
  for (ssize_t i = 0; i < n_bytes && self->edited; i++)
    if (key_decoder_feed (&self->decoder, bytes[i], &key))
      take_key (self, &key);
  if (!self->edited)
    return G_SOURCE_REMOVE;
  if (key_decoder_is_waiting (&self->decoder))
    self->escape_source = g_timeout_add (ESCAPE_MS, on_escape, self);
  return G_SOURCE_CONTINUE;
}

static void
on_plain_line (const char *line, gpointer user_data)
{
  Console *self = user_data;

  (void)self->events->line (line, self->user_data);
}

static void
on_plain_refused (const char *why, gpointer user_data)
{
  Console *self = user_data;

  app_note (self->app, EXIT_USAGE);
  output_complain (self->app->output, why);
}

static void
on_plain_end (const char *failure, gpointer user_data)
{
  Console *self = user_data;

  if (failure != NULL)
    app_fail (self->app, EXIT_FAILED, "%s", failure);
  self->events->end (TRUE, self->user_data);
}

void
console_pause (Console *self, gboolean paused)
{
  if (self->lines != NULL)
    line_input_pause (self->lines, paused && !self->typed_at);
}

gboolean
console_is_edited (const Console *self)
{
  return self->edited;
}

gboolean
console_is_typed_at (const Console *self)
{
  return self->typed_at;
}

static gboolean
begin_editing (Console *self)
{
  static const TerminalEvents terminal_events = {
    .resized = on_resized,
    .stop_wanted = on_stop_wanted,
    .continued = on_continued,
  };

  if (!terminal_enter (&terminal_events, self))
    {
      app_fail (self->app, EXIT_FAILED, "cannot set the terminal: %s. Try --plain.",
                g_strerror (errno));
      return FALSE;
    }
  self->edited = TRUE;
  guint columns = terminal_columns ();
  if (columns > 0)
    self->app->style.columns = columns;
  if (self->app->style.columns == 0)
    self->app->style.columns = DEFAULT_COLUMNS;
  self->editor = line_editor_new (LINE_INPUT_MAX);
  self->completion = chat_completion_new ();
  key_decoder_init (&self->decoder);
  self->input_source = g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_keys, self);
  want_draw (self);
  return TRUE;
}

Console *
console_new (App *app, gboolean plain, const ConsoleEvents *events, gpointer user_data)
{
  static const LineInputEvents line_events = {
    .line = on_plain_line,
    .refused = on_plain_refused,
    .end = on_plain_end,
  };
  Console *self = g_new0 (Console, 1);

  self->app = app;
  self->events = events;
  self->user_data = user_data;
  self->typed_at = isatty (STDIN_FILENO);
  self->prompt = g_strdup ("> ");
  if (plain || !terminal_is_capable ())
    self->lines = line_input_new (&line_events, self);
  else if (!begin_editing (self))
    g_clear_pointer (&self, console_free);
  return self;
}

void
console_close (Console *self)
{
  if (!self->edited)
    return;
  self->edited = FALSE;
  clear_source (&self->input_source);
  clear_source (&self->draw_source);
  clear_source (&self->escape_source);
  clear_source (&self->position_source);
  take_away (self);
  (void)output_flush (self->app->output);
  terminal_leave ();
}

void
console_free (Console *self)
{
  if (self == NULL)
    return;
  console_close (self);
  line_input_free (self->lines);
  line_editor_free (self->editor);
  chat_completion_free (self->completion);
  g_free (self->prompt);
  g_free (self);
}
