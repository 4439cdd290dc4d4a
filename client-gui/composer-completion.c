/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A ring of what fits, what was typed being one of it, so that nobody is caught in it.
 */
#include "client-gui/composer-completion.h"

#include <string.h>

#include "client-gui/command-words.h"
#include "protocol/client/command.h"
#include "protocol/wire/utf8.h"

struct _ParlanceCompletion
{
  gsize start;
  GPtrArray *fitting; /* of char *; the first is what was typed */
  guint at;
};

static char *
fold (const char *text)
{
  g_autofree char *whole = g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE);

  return g_utf8_casefold (whole != NULL ? whole : text, -1);
}

static void
add_fitting (ParlanceCompletion *self, const GPtrArray *names, const char *typed, const char *after)
{
  g_autofree char *wanted = fold (typed);

  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autofree char *folded = fold (name);
      if (g_str_has_prefix (folded, wanted))
        g_ptr_array_add (self->fitting, g_strconcat (name, after, NULL));
    }
}

static void
add_commands (ParlanceCompletion *self, const char *typed)
{
  for (guint i = PARLANCE_COMMAND_FIRST; i <= PARLANCE_COMMAND_LAST; i++)
    {
      const char *name = parlance_command_get_name ((ParlanceCommandKind)i);
      if (g_str_has_prefix (name, typed) &&
          parlance_command_words_summary ((ParlanceCommandKind)i) != NULL)
        g_ptr_array_add (self->fitting, g_strconcat (name, " ", NULL));
    }
}

/* Returns: [bytes] where the room begins that a command wants; 0: it wants none */
static gsize
find_room (const char *before)
{
  static const char *const commands[] = { "/join ", "/j ", "/leave ", "/part " };

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_has_prefix (before, commands[i]))
      return strlen (commands[i]);
  return 0;
}

static gsize
find_word (const char *before)
{
  const char *start = before;

  for (const char *at = before; *at != '\0'; at = parlance_utf8_next (at))
    if (g_unichar_isspace (g_utf8_get_char (at)))
      start = parlance_utf8_next (at);
  return (gsize)(start - before);
}

ParlanceCompletion *
parlance_completion_new (const char *before, const GPtrArray *nicks, const GPtrArray *rooms)
{
  g_return_val_if_fail (before != NULL, NULL);

  gsize room = find_room (before);
  g_autoptr (ParlanceCompletion) self = g_new0 (ParlanceCompletion, 1);
  self->start = room > 0 ? room : find_word (before);
  self->fitting = g_ptr_array_new_with_free_func (g_free);
  const char *typed = before + self->start;
  if (*typed == '\0')
    return NULL;
  g_ptr_array_add (self->fitting, g_strdup (typed));
  if (room > 0)
    add_fitting (self, rooms, typed, "");
  else if (self->start == 0 && *typed == '/')
    add_commands (self, typed);
  else
    add_fitting (self, nicks, *typed == '@' ? typed + 1 : typed, self->start == 0 ? ": " : " ");
  return self->fitting->len > 1 ? g_steal_pointer (&self) : NULL;
}

gsize
parlance_completion_get_start (const ParlanceCompletion *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->start;
}

const char *
parlance_completion_step (ParlanceCompletion *self, int by)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (by == 1 || by == -1, NULL);

  guint n = self->fitting->len;
  self->at = (self->at + (by > 0 ? 1 : n - 1)) % n;
  return g_ptr_array_index (self->fitting, self->at);
}

void
parlance_completion_free (ParlanceCompletion *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->fitting);
  g_free (self);
}
