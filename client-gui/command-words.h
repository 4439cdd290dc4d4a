/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The commands that are typed with a slash, in words. Pure.
 */
#pragma once

#include "protocol/client/command.h"

/**
 * parlance_command_words_fault:
 * @command: that has the fault
 *
 * Returns: (transfer full): a sentence on what is wrong and what to do
 */
char *parlance_command_words_fault (ParlanceCommandFault fault, const ParlanceCommand *command);

/**
 * parlance_command_words_usage:
 *
 * Returns: (transfer full) (nullable): "/join ROOM"; %NULL: the app has no such command
 */
char *parlance_command_words_usage (ParlanceCommandKind kind);

/** parlance_command_words_summary: Returns: (nullable): what it does; %NULL as above */
const char *parlance_command_words_summary (ParlanceCommandKind kind);
