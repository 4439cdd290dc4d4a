/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The table of the commands of a chat, and its parser.
 */
#include "protocol/client/command.h"

#include <string.h>

#include "protocol/wire/limits.h"

typedef enum
{
  ARGUMENT_NONE,
  ARGUMENT_MAY,
  ARGUMENT_MUST,
} ArgumentRule;

typedef struct
{
  const char *name;
  const char *alias; /* (nullable): the name that people know from elsewhere */
  ArgumentRule rule;
} Entry;

static const Entry entries[PARLANCE_COMMAND_LAST + 1] = {
  [PARLANCE_COMMAND_JOIN] = { "/join", "/j", ARGUMENT_MUST },
  [PARLANCE_COMMAND_LEAVE] = { "/leave", "/part", ARGUMENT_MAY },
  [PARLANCE_COMMAND_ME] = { "/me", NULL, ARGUMENT_MUST },
  [PARLANCE_COMMAND_NICK] = { "/nick", NULL, ARGUMENT_MUST },
  [PARLANCE_COMMAND_TOPIC] = { "/topic", NULL, ARGUMENT_MAY },
  [PARLANCE_COMMAND_WHO] = { "/who", "/names", ARGUMENT_MAY },
  [PARLANCE_COMMAND_ROOMS] = { "/rooms", NULL, ARGUMENT_NONE },
  [PARLANCE_COMMAND_HISTORY] = { "/history", NULL, ARGUMENT_MAY },
  [PARLANCE_COMMAND_DEFINE] = { "/define", "/d", ARGUMENT_MUST },
  [PARLANCE_COMMAND_SHARE] = { "/share", NULL, ARGUMENT_MUST },
  [PARLANCE_COMMAND_RETRY] = { "/retry", NULL, ARGUMENT_NONE },
  [PARLANCE_COMMAND_HELP] = { "/help", "/?", ARGUMENT_NONE },
  [PARLANCE_COMMAND_QUIT] = { "/quit", "/exit", ARGUMENT_NONE },
};

/* Returns: %PARLANCE_COMMAND_NONE when there is none of that name */
static ParlanceCommandKind
find (const char *name, gsize n_bytes)
{
  g_autofree char *lower = g_ascii_strdown (name, (gssize)n_bytes);

  for (guint i = PARLANCE_COMMAND_FIRST; i <= PARLANCE_COMMAND_LAST; i++)
    if (strcmp (lower, entries[i].name) == 0 || g_strcmp0 (lower, entries[i].alias) == 0)
      return (ParlanceCommandKind)i;
  return PARLANCE_COMMAND_NONE;
}

static gboolean
is_blank (const char *text)
{
  for (; *text != '\0'; text = g_utf8_find_next_char (text, NULL))
    if (!g_unichar_isspace (g_utf8_get_char (text)))
      return FALSE;
  return TRUE;
}

static ParlanceCommandFault
check_argument (ParlanceCommand *command)
{
  const char *argument = command->argument;
  guint64 number = PARLANCE_COMMAND_HISTORY_DEFAULT;

  if (argument == NULL && entries[command->kind].rule == ARGUMENT_MUST)
    return PARLANCE_COMMAND_FAULT_NEEDS_ARGUMENT;
  if (argument != NULL && entries[command->kind].rule == ARGUMENT_NONE)
    return PARLANCE_COMMAND_FAULT_TAKES_NO_ARGUMENT;
  if (command->kind == PARLANCE_COMMAND_HISTORY && argument != NULL &&
      !g_ascii_string_to_unsigned (argument, 10, 1, PARLANCE_MAX_HISTORY, &number, NULL))
    return PARLANCE_COMMAND_FAULT_NO_NUMBER;
  command->number = (guint)number;
  return PARLANCE_COMMAND_FAULT_NONE;
}

ParlanceCommandFault
parlance_command_parse (const char *line, ParlanceCommand *ret_command)
{
  gsize n_name = strcspn (line, " \t\n");

  *ret_command = (ParlanceCommand){ .kind = PARLANCE_COMMAND_NONE };
  if (is_blank (line))
    return PARLANCE_COMMAND_FAULT_NONE;
  if (line[0] != '/' || line[1] == '/')
    {
      ret_command->kind = PARLANCE_COMMAND_SAY;
      ret_command->argument = g_strdup (line[0] == '/' ? line + 1 : line);
      return PARLANCE_COMMAND_FAULT_NONE;
    }

  ret_command->kind = find (line, n_name);
  if (ret_command->kind == PARLANCE_COMMAND_NONE)
    {
      ret_command->argument = g_strndup (line, n_name);
      return PARLANCE_COMMAND_FAULT_UNKNOWN;
    }
  g_autofree char *argument = g_strstrip (g_strdup (line + n_name));
  if (*argument != '\0')
    ret_command->argument = g_steal_pointer (&argument);
  return check_argument (ret_command);
}

void
parlance_command_clear (ParlanceCommand *self)
{
  g_clear_pointer (&self->argument, g_free);
}

const char *
parlance_command_get_name (ParlanceCommandKind kind)
{
  g_return_val_if_fail (kind <= PARLANCE_COMMAND_LAST, NULL);

  return entries[kind].name;
}
