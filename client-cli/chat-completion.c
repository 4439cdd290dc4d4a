/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A ring of what fits, what was typed being one of it, so that nobody is caught in it.
 */
#include "client-cli/chat-completion.h"

#include <string.h>

#include "client-cli/display-text.h"
#include "protocol/client/command.h"
#include "protocol/wire/utf8.h"

struct _ChatCompletion
{
  GPtrArray *fitting; /* (nullable) of char *: what was typed, then what fits; NULL: not going on */
  guint at;
  gsize start; /* [bytes] where it stands in the line */
  gsize end;
};

ChatCompletion *
chat_completion_new (void)
{
  return g_new0 (ChatCompletion, 1);
}

void
chat_completion_end (ChatCompletion *self)
{
  g_clear_pointer (&self->fitting, g_ptr_array_unref);
}

void
chat_completion_free (ChatCompletion *self)
{
  if (self == NULL)
    return;
  chat_completion_end (self);
  g_free (self);
}

gboolean
chat_completion_is_going_on (const ChatCompletion *self)
{
  return self->fitting != NULL;
}

static char *
fold (const char *text)
{
  g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE);

  return g_utf8_casefold (normal != NULL ? normal : text, -1);
}

/* A name comes from strangers: what no name can hold does not get into the line. */
static gboolean
is_harmless (const char *name)
{
  for (; *name != '\0'; name = parlance_utf8_next (name))
    if (!g_unichar_isgraph (g_utf8_get_char (name)) && *name != ' ')
      return FALSE;
  return TRUE;
}

static void
add_fitting (ChatCompletion *self, const GPtrArray *names, const char *typed, const char *after)
{
  g_autofree char *wanted = fold (typed);

  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autofree char *folded = fold (name);
      if (g_str_has_prefix (folded, wanted) && is_harmless (name))
        g_ptr_array_add (self->fitting, g_strconcat (name, after, NULL));
    }
}

static void
add_commands (ChatCompletion *self, const char *typed)
{
  for (guint i = PARLANCE_COMMAND_FIRST; i <= PARLANCE_COMMAND_LAST; i++)
    {
      const char *name = parlance_command_get_name ((ParlanceCommandKind)i);
      if (g_str_has_prefix (name, typed))
        g_ptr_array_add (self->fitting, g_strconcat (name, " ", NULL));
    }
}

/* Returns: how long the command is that wants a room, its space included; 0: the line has none */
static gsize
room_command_length (const char *line)
{
  static const char *const commands[] = {
    "/join ", "/j ", "/leave ", "/part ", "/who ", "/names "
  };

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_has_prefix (line, commands[i]))
      return strlen (commands[i]);
  return 0;
}

static void
begin (ChatCompletion *self, const char *line, gsize cursor, const CompletionNames *names)
{
  g_autofree char *before = g_strndup (line, cursor);
  gsize n_command = room_command_length (before);
  const char *blank = MAX (strrchr (before, ' '), strrchr (before, '\n'));

  self->end = cursor;
  self->start = n_command > 0 ? n_command : blank != NULL ? (gsize)(blank + 1 - before) : 0;
  self->at = 0;
  self->fitting = g_ptr_array_new_with_free_func (g_free);
  const char *typed = before + self->start;
  g_ptr_array_add (self->fitting, g_strdup (typed));
  if (n_command > 0)
    add_fitting (self, names->rooms, typed, "");
  else if (self->start == 0 && *typed == '/')
    add_commands (self, typed);
  else
    add_fitting (self, names->nicks, typed, self->start == 0 ? ": " : " ");
}

gboolean
chat_completion_step (ChatCompletion *self,
                      LineEditor *editor,
                      const CompletionNames *names,
                      gboolean backward)
{
  if (self->fitting == NULL)
    begin (self, line_editor_get_text (editor), line_editor_get_cursor (editor), names);
  guint n = self->fitting->len;
  if (n == 1)
    {
      chat_completion_end (self);
      return FALSE;
    }
  self->at = (self->at + (backward ? n - 1 : 1)) % n;
  line_editor_replace (editor, self->start, self->end, g_ptr_array_index (self->fitting, self->at));
  self->end = line_editor_get_cursor (editor);
  return TRUE;
}
