/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The terminal in raw mode, and back as it was on every way out: at the end, at exit(), by a signal
 * that ends the program or stops it. There is one a program, for signal handlers know no other.
 */
#pragma once

#include <glib.h>

/* What happens to the terminal, told from the main loop. */
typedef struct
{
  void (*resized) (gpointer user_data);
  void (*stop_wanted) (gpointer user_data); /* somebody else asks to: see terminal_stop() */
  void (*continued) (gpointer user_data);   /* the screen may hold anything */
} TerminalEvents;

/** terminal_is_capable: whether both standard input and output are one that moves its cursor. */
gboolean terminal_is_capable (void);

/**
 * terminal_enter:
 * @events: a constant
 *
 * Keys come one by one from here on, unechoed, Ctrl-C and its like as keys, and pastes in brackets.
 *
 * Returns: %FALSE with errno when the terminal does not let itself be set
 */
gboolean terminal_enter (const TerminalEvents *events, gpointer user_data);

/** terminal_leave: does nothing when it was not entered. */
void terminal_leave (void);

/**
 * terminal_stop:
 *
 * Stops the program's process group, as Ctrl-Z does; returns when it goes on, with the terminal as
 * terminal_enter() left it.
 */
void terminal_stop (void);

/** terminal_columns: [columns] of standard output; 0: it is none or does not say */
guint terminal_columns (void);
