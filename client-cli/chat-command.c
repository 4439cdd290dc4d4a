/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The words on the table of protocol/client/command.c.
 */
#include "client-cli/chat-command.h"

#include "protocol/wire/limits.h"

typedef struct
{
  const char *argument; /* (nullable): for people */
  const char *summary;
} Words;

static const Words words[PARLANCE_COMMAND_LAST + 1] = {
  [PARLANCE_COMMAND_JOIN] = { "ROOM", "enter a room, or go back to it" },
  [PARLANCE_COMMAND_LEAVE] = { "[ROOM]", "leave it" },
  [PARLANCE_COMMAND_ME] = { "TEXT", "say what you do: * alice waves" },
  [PARLANCE_COMMAND_NICK] = { "NICK", "be called otherwise" },
  [PARLANCE_COMMAND_TOPIC] = { "[TEXT]", "show or set the room's topic" },
  [PARLANCE_COMMAND_WHO] = { "[ROOM]", "list who is there" },
  [PARLANCE_COMMAND_ROOMS] = { NULL, "list the server's rooms" },
  [PARLANCE_COMMAND_HISTORY] = { "[N]", "show N earlier messages" },
  [PARLANCE_COMMAND_DEFINE] = { "WORD", "look a word up, for you alone" },
  [PARLANCE_COMMAND_SHARE] = { "WORD", "show its entry to the room" },
  [PARLANCE_COMMAND_RETRY] = { NULL, "send again what was not sent" },
  [PARLANCE_COMMAND_HELP] = { NULL, "this list" },
  [PARLANCE_COMMAND_QUIT] = { NULL, "end; so does Ctrl-D" },
};

static char *
describe (ParlanceCommandFault fault, const ParlanceCommand *command)
{
  const char *name = parlance_command_get_name (command->kind);

  switch (fault)
    {
    case PARLANCE_COMMAND_FAULT_UNKNOWN:
      return g_strdup_printf ("there is no command %s, and nothing was sent. /help lists "
                              "the commands; //… says a line that begins with a slash",
                              command->argument);
    case PARLANCE_COMMAND_FAULT_NEEDS_ARGUMENT:
      return g_strdup_printf ("%s needs more: %s %s", name, name, words[command->kind].argument);
    case PARLANCE_COMMAND_FAULT_TAKES_NO_ARGUMENT:
      return g_strdup_printf ("%s stands alone; nothing was done", name);
    case PARLANCE_COMMAND_FAULT_NO_NUMBER:
      return g_strdup_printf ("%s takes a number of messages from 1 to %d", name,
                              PARLANCE_MAX_HISTORY);
    case PARLANCE_COMMAND_FAULT_NONE:
    default:
      return NULL;
    }
}

gboolean
chat_command_parse (const char *line, ParlanceCommand *ret_command, char **ret_problem)
{
  ParlanceCommandFault fault = parlance_command_parse (line, ret_command);

  *ret_problem = describe (fault, ret_command);
  if (fault != PARLANCE_COMMAND_FAULT_NONE)
    parlance_command_clear (ret_command);
  return fault == PARLANCE_COMMAND_FAULT_NONE;
}

char *
chat_command_help (void)
{
  GString *help = g_string_new (NULL);

  for (guint i = PARLANCE_COMMAND_FIRST; i <= PARLANCE_COMMAND_LAST; i++)
    {
      g_autofree char *usage =
          g_strconcat (parlance_command_get_name ((ParlanceCommandKind)i),
                       words[i].argument != NULL ? " " : NULL, words[i].argument, NULL);
      g_string_append_printf (help, "%-14s  %s\n", usage, words[i].summary);
    }
  g_string_append (help, "//…             say a line that begins with a slash\n");
  return g_string_free (help, FALSE);
}
