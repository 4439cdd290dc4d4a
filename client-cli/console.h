/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where a chat reads lines and shows lines. On a terminal that can, the line being typed stays at
 * the bottom, whole, whatever comes in above it; elsewhere (pipes, a dumb terminal, --plain) lines
 * go in and out as they are, without one escape sequence.
 */
#pragma once

#include "client-cli/app.h"
#include "client-cli/chat-completion.h"

typedef struct _Console Console;

typedef struct
{
  /* A line was entered. Returns: %FALSE when it is to stay in the editor */
  gboolean (*line) (const char *line, gpointer user_data);
  /* A person wants to end it, and may change their mind; or, @for_good, the input has ended. */
  void (*end) (gboolean for_good, gpointer user_data);
  /* For completion; the arrays are the console's to free. */
  void (*names) (CompletionNames *ret_names, gpointer user_data);
  /* Something was typed that is not a command. */
  void (*typed) (gpointer user_data);
  /* The width is another one: app->style has it. Nothing is asked but to set the prompt. */
  void (*resized) (gpointer user_data);
} ConsoleEvents;

/**
 * console_new:
 * @plain: no editing, even on a terminal that can
 * @events: a constant
 *
 * Returns: (nullable): %NULL when the terminal cannot be set, and the program has failed
 */
Console *console_new (App *app, gboolean plain, const ConsoleEvents *events, gpointer user_data);

/**
 * console_close:
 *
 * The terminal is as it was, and what else is to be said has its own line. What is printed after it
 * is plain.
 */
void console_close (Console *self);
void console_free (Console *self);

/** console_is_edited: whether there is a line at the bottom that is being typed. */
gboolean console_is_edited (const Console *self);

/** console_is_typed_at: whether lines come from a person, not from a file or a program. */
gboolean console_is_typed_at (const Console *self);

/** console_print: @lines: harmless, each with its LF */
void console_print (Console *self, const char *lines);

/** console_set_prompt: @prompt: harmless text that stands before what is typed */
void console_set_prompt (Console *self, const char *prompt);

/** console_ring: sounds the terminal's bell, where there is one. */
void console_ring (Console *self);

/**
 * console_pause:
 * @paused: whether no lines are wanted for now
 *
 * Lines that come from a file or a program are left there meanwhile; a person may go on typing.
 */
void console_pause (Console *self, gboolean paused);
