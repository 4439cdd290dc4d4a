/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The commands of the program: a const table, and a `start` in a file of its own for each.
 */
#pragma once

#include "client-cli/app.h"

typedef struct
{
  const char *name;
  const char *synopsis; /* after "parlance " */
  const char *summary;
  const char *options; /* (nullable): help for those of its own, lines with LF */
  const char *input;   /* (nullable): help on what the words are, instead of the usual */
  guint accepts;       /* set of CommandOption */
  guint max_limit;     /* of -n; 0: takes none */
  gboolean takes_words;
  guint min_words;
  guint max_words;          /* 0: any number */
  gboolean chats;           /* needs no session: it keeps a connection of its own */
  gboolean needs_no_server; /* it is started without one */
  gboolean takes_server;    /* its word is the server, and whatever that shows is accepted */

  /* Called once the session is connected, unless it `chats`; ends with app_quit() or app_fail(). */
  void (*start) (App *app);
} Command;

/** command_find: Returns: (nullable): */
const Command *command_find (const char *name);

/** command_check: Returns: (transfer full) (nullable): what is wrong with @options for @self */
char *command_check (const Command *self, const Options *options);

/** command_help: Returns: (transfer full): help for @self, or for the program when it is %NULL */
char *command_help (const Command *self);

void define_start (App *app);
void match_start (App *app);
void search_start (App *app);
void annotate_start (App *app);
void dictionaries_start (App *app);
void status_start (App *app);
void chat_start (App *app);
void send_start (App *app);
void history_start (App *app);
void listen_start (App *app);
void discover_start (App *app);
void doctor_start (App *app);
void trust_start (App *app);
void account_start (App *app);
void admin_start (App *app);
