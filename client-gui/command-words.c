/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The app has the commands of the command line's client, but for what a window does by itself.
 */
#include "client-gui/command-words.h"

#include <glib/gi18n.h>

#include "client-gui/display-line.h"

#define MAX_CHARS 40 /* of what was typed in a sentence */

typedef struct
{
  const char *argument; /* (nullable) */
  const char *summary;  /* (nullable): the app has no such command */
} Words;

static const Words words[PARLANCE_COMMAND_LAST + 1] = {
  [PARLANCE_COMMAND_JOIN] = { N_ ("ROOM"), N_ ("Join a room, or go to it") },
  [PARLANCE_COMMAND_LEAVE] = { N_ ("[ROOM]"), N_ ("Leave this room, or another one") },
  [PARLANCE_COMMAND_ME] = { N_ ("TEXT"), N_ ("Say what you do: “alice waves”") },
  [PARLANCE_COMMAND_NICK] = { N_ ("NICK"), N_ ("Take another nick") },
  [PARLANCE_COMMAND_TOPIC] = { N_ ("[TEXT]"), N_ ("Show or set the room’s topic") },
  [PARLANCE_COMMAND_WHO] = { NULL, N_ ("Show who is in the room") },
  [PARLANCE_COMMAND_ROOMS] = { NULL, N_ ("Show the server’s rooms") },
  [PARLANCE_COMMAND_DEFINE] = { N_ ("WORD"), N_ ("Look a word up, for you alone") },
  [PARLANCE_COMMAND_SHARE] = { N_ ("WORD"), N_ ("Show a word’s definition to the room") },
  [PARLANCE_COMMAND_RETRY] = { NULL, N_ ("Send again what could not be sent") },
  [PARLANCE_COMMAND_HELP] = { NULL, N_ ("Show this list") },
  [PARLANCE_COMMAND_QUIT] = { NULL, N_ ("Quit Parlance") },
};

char *
parlance_command_words_usage (ParlanceCommandKind kind)
{
  g_return_val_if_fail (kind <= PARLANCE_COMMAND_LAST, NULL);

  if (words[kind].summary == NULL)
    return NULL;
  if (words[kind].argument == NULL)
    return g_strdup (parlance_command_get_name (kind));
  return g_strdup_printf ("%s %s", parlance_command_get_name (kind), _ (words[kind].argument));
}

const char *
parlance_command_words_summary (ParlanceCommandKind kind)
{
  g_return_val_if_fail (kind <= PARLANCE_COMMAND_LAST, NULL);

  return words[kind].summary != NULL ? _ (words[kind].summary) : NULL;
}

char *
parlance_command_words_fault (ParlanceCommandFault fault, const ParlanceCommand *command)
{
  g_return_val_if_fail (command != NULL, NULL);

  if (fault == PARLANCE_COMMAND_FAULT_UNKNOWN)
    {
      g_autofree char *typed = parlance_display_line_dup_isolated (command->argument, MAX_CHARS);
      return g_strdup_printf (_ ("There is no command %s. Nothing was sent. “/help” shows the "
                                 "commands; begin with “//” to say something that begins with a "
                                 "slash."),
                              typed);
    }
  g_autofree char *usage = parlance_command_words_usage (command->kind);
  if (usage == NULL || fault == PARLANCE_COMMAND_FAULT_NO_NUMBER)
    return g_strdup (_ ("Earlier messages appear when you scroll up."));
  if (fault == PARLANCE_COMMAND_FAULT_NEEDS_ARGUMENT)
    return g_strdup_printf (_ ("Something is missing: write “%s”."), usage);
  return g_strdup_printf (_ ("“%s” stands alone. Nothing was done."), usage);
}
