/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a line typed into a chat means: something to say, or a command. The words on it are each
 * client's own. Pure.
 */
#pragma once

#include <glib.h>

typedef enum
{
  PARLANCE_COMMAND_NONE, /* an empty line */
  PARLANCE_COMMAND_SAY,
  PARLANCE_COMMAND_JOIN,
  PARLANCE_COMMAND_LEAVE,
  PARLANCE_COMMAND_ME,
  PARLANCE_COMMAND_NICK,
  PARLANCE_COMMAND_TOPIC,
  PARLANCE_COMMAND_WHO,
  PARLANCE_COMMAND_ROOMS,
  PARLANCE_COMMAND_HISTORY,
  PARLANCE_COMMAND_DEFINE,
  PARLANCE_COMMAND_SHARE,
  PARLANCE_COMMAND_RETRY,
  PARLANCE_COMMAND_HELP,
  PARLANCE_COMMAND_QUIT,
} ParlanceCommandKind;

#define PARLANCE_COMMAND_FIRST PARLANCE_COMMAND_JOIN /* of those that are typed with a slash */
#define PARLANCE_COMMAND_LAST PARLANCE_COMMAND_QUIT

typedef enum
{
  PARLANCE_COMMAND_FAULT_NONE,
  PARLANCE_COMMAND_FAULT_UNKNOWN, /* there is no such command; its argument is what was typed */
  PARLANCE_COMMAND_FAULT_NEEDS_ARGUMENT,
  PARLANCE_COMMAND_FAULT_TAKES_NO_ARGUMENT,
  PARLANCE_COMMAND_FAULT_NO_NUMBER, /* from 1 to PARLANCE_MAX_HISTORY */
} ParlanceCommandFault;

typedef struct
{
  ParlanceCommandKind kind;
  char *argument; /* (nullable): what stands after the command; what is to be said */
  guint number;   /* of %PARLANCE_COMMAND_HISTORY */
} ParlanceCommand;

#define PARLANCE_COMMAND_HISTORY_DEFAULT 20

/**
 * parlance_command_parse:
 * @line: well-formed UTF-8; LF may stand in it
 * @ret_command: (out): to be cleared, also after a fault
 *
 * A line that begins with a slash is a command and never said, but for one that begins with two:
 * it is said without the first.
 */
ParlanceCommandFault parlance_command_parse (const char *line, ParlanceCommand *ret_command);

void parlance_command_clear (ParlanceCommand *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ParlanceCommand, parlance_command_clear)

/** parlance_command_get_name: Returns: (nullable): "/join" and so on; %NULL: it has none */
const char *parlance_command_get_name (ParlanceCommandKind kind);
