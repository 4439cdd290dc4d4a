/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a line typed into a chat means: something to say, or a command. Pure.
 */
#pragma once

#include <glib.h>

typedef enum
{
  CHAT_COMMAND_NONE, /* an empty line */
  CHAT_COMMAND_SAY,
  CHAT_COMMAND_JOIN,
  CHAT_COMMAND_LEAVE,
  CHAT_COMMAND_ME,
  CHAT_COMMAND_NICK,
  CHAT_COMMAND_TOPIC,
  CHAT_COMMAND_WHO,
  CHAT_COMMAND_ROOMS,
  CHAT_COMMAND_HISTORY,
  CHAT_COMMAND_DEFINE,
  CHAT_COMMAND_SHARE,
  CHAT_COMMAND_RETRY,
  CHAT_COMMAND_HELP,
  CHAT_COMMAND_QUIT,
} ChatCommandKind;

typedef struct
{
  ChatCommandKind kind;
  char *argument; /* (nullable): what stands after the command; what is to be said */
  guint number;   /* of %CHAT_COMMAND_HISTORY */
} ChatCommand;

#define CHAT_COMMAND_HISTORY_DEFAULT 20

/**
 * chat_command_parse:
 * @line: well-formed UTF-8; LF may stand in it
 * @ret_command: (out): to be cleared
 * @ret_problem: (out) (transfer full): one line for people, with what to do
 *
 * A line that begins with a slash is a command and never said, but for one that begins with two:
 * it is said without the first.
 */
gboolean chat_command_parse (const char *line, ChatCommand *ret_command, char **ret_problem);

void chat_command_clear (ChatCommand *self);

/** chat_command_help: Returns: (transfer full): lines with LF */
char *chat_command_help (void);

/** chat_command_name: Returns: (nullable): "/join" and so on, in order; %NULL past the last */
const char *chat_command_name (guint index);
