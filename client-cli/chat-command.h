/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The commands of a chat in words: what is wrong with one, and what there are. Pure.
 */
#pragma once

#include "protocol/client/command.h"

/**
 * chat_command_parse:
 * @line: well-formed UTF-8; LF may stand in it
 * @ret_command: (out): to be cleared
 * @ret_problem: (out) (transfer full): one line for people, with what to do
 */
gboolean chat_command_parse (const char *line, ParlanceCommand *ret_command, char **ret_problem);

/** chat_command_help: Returns: (transfer full): lines with LF */
char *chat_command_help (void);
