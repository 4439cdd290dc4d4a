/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The table of the commands of a chat, and its parser.
 */
#include "client-cli/chat-command.h"

#include <string.h>

#include "client-cli/display-text.h"
#include "protocol/wire/limits.h"

typedef enum
{
  ARGUMENT_NONE,
  ARGUMENT_MAY,
  ARGUMENT_MUST,
} ArgumentRule;

typedef struct
{
  ChatCommandKind kind;
  ArgumentRule rule;
  const char *name;
  const char *alias;    /* (nullable): the name that people know from elsewhere */
  const char *argument; /* (nullable): for people */
  const char *summary;
} Entry;

static const Entry entries[] = {
  { CHAT_COMMAND_JOIN, ARGUMENT_MUST, "/join", "/j", "ROOM", "enter a room, or go back to it" },
  { CHAT_COMMAND_LEAVE, ARGUMENT_MAY, "/leave", "/part", "[ROOM]", "leave it" },
  { CHAT_COMMAND_ME, ARGUMENT_MUST, "/me", NULL, "TEXT", "say what you do: * alice waves" },
  { CHAT_COMMAND_NICK, ARGUMENT_MUST, "/nick", NULL, "NICK", "be called otherwise" },
  { CHAT_COMMAND_TOPIC, ARGUMENT_MAY, "/topic", NULL, "[TEXT]", "show or set the room's topic" },
  { CHAT_COMMAND_WHO, ARGUMENT_MAY, "/who", "/names", "[ROOM]", "list who is there" },
  { CHAT_COMMAND_ROOMS, ARGUMENT_NONE, "/rooms", NULL, NULL, "list the server's rooms" },
  { CHAT_COMMAND_HISTORY, ARGUMENT_MAY, "/history", NULL, "[N]", "show N earlier messages" },
  { CHAT_COMMAND_DEFINE, ARGUMENT_MUST, "/define", "/d", "WORD", "look a word up, for you alone" },
  { CHAT_COMMAND_SHARE, ARGUMENT_MUST, "/share", NULL, "WORD", "show its entry to the room" },
  { CHAT_COMMAND_RETRY, ARGUMENT_NONE, "/retry", NULL, NULL, "send again what was not sent" },
  { CHAT_COMMAND_HELP, ARGUMENT_NONE, "/help", "/?", NULL, "this list" },
  { CHAT_COMMAND_QUIT, ARGUMENT_NONE, "/quit", "/exit", NULL, "end; so does Ctrl-D" },
};

static const Entry *
find (const char *name, gsize n_bytes)
{
  g_autofree char *lower = g_ascii_strdown (name, (gssize)n_bytes);

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    if (strcmp (lower, entries[i].name) == 0 || g_strcmp0 (lower, entries[i].alias) == 0)
      return &entries[i];
  return NULL;
}

static gboolean
is_blank (const char *text)
{
  for (; *text != '\0'; text = display_next_char (text))
    if (!g_unichar_isspace (g_utf8_get_char (text)))
      return FALSE;
  return TRUE;
}

static gboolean
check_argument (const Entry *entry, const char *argument, ChatCommand *ret, char **ret_problem)
{
  guint64 number = CHAT_COMMAND_HISTORY_DEFAULT;

  if (*argument == '\0' && entry->rule == ARGUMENT_MUST)
    *ret_problem =
        g_strdup_printf ("%s needs more: %s %s", entry->name, entry->name, entry->argument);
  else if (*argument != '\0' && entry->rule == ARGUMENT_NONE)
    *ret_problem = g_strdup_printf ("%s stands alone; nothing was done", entry->name);
  else if (entry->kind == CHAT_COMMAND_HISTORY && *argument != '\0' &&
           !g_ascii_string_to_unsigned (argument, 10, 1, PARLANCE_MAX_HISTORY, &number, NULL))
    *ret_problem =
        g_strdup_printf ("/history takes a number of messages from 1 to %d", PARLANCE_MAX_HISTORY);
  if (*ret_problem != NULL)
    return FALSE;
  *ret = (ChatCommand){
    .kind = entry->kind,
    .argument = *argument != '\0' ? g_strdup (argument) : NULL,
    .number = (guint)number,
  };
  return TRUE;
}

gboolean
chat_command_parse (const char *line, ChatCommand *ret_command, char **ret_problem)
{
  gsize n_name = strcspn (line, " \t\n");

  *ret_problem = NULL;
  if (is_blank (line))
    {
      *ret_command = (ChatCommand){ .kind = CHAT_COMMAND_NONE };
      return TRUE;
    }
  if (line[0] != '/' || line[1] == '/')
    {
      *ret_command = (ChatCommand){
        .kind = CHAT_COMMAND_SAY,
        .argument = g_strdup (line[0] == '/' ? line + 1 : line),
      };
      return TRUE;
    }

  const Entry *entry = find (line, n_name);
  if (entry == NULL)
    {
      *ret_problem = g_strdup_printf ("there is no command %.*s, and nothing was sent. /help lists "
                                      "the commands; //… says a line that begins with a slash",
                                      (int)n_name, line);
      return FALSE;
    }
  g_autofree char *argument = g_strstrip (g_strdup (line + n_name));
  return check_argument (entry, argument, ret_command, ret_problem);
}

void
chat_command_clear (ChatCommand *self)
{
  g_clear_pointer (&self->argument, g_free);
}

char *
chat_command_help (void)
{
  GString *help = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      const Entry *entry = &entries[i];
      g_autofree char *usage =
          g_strconcat (entry->name, entry->argument != NULL ? " " : NULL, entry->argument, NULL);
      g_string_append_printf (help, "%-14s  %s\n", usage, entry->summary);
    }
  g_string_append (help, "//…             say a line that begins with a slash\n");
  return g_string_free (help, FALSE);
}

const char *
chat_command_name (guint index)
{
  return index < G_N_ELEMENTS (entries) ? entries[index].name : NULL;
}
