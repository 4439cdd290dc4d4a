/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * /define and /share: lookups on the connection of the chat.
 */
#include <string.h>

#include "client-cli/chat-parts.h"
#include "protocol/client/lookup.h"

#define MAX_ENTRIES 3 /* that /define shows */
#define MAX_LINES 14  /* … of all of them */
#define INDENT 2      /* [columns] */

/* A lookup that is under way. */
typedef struct
{
  Chat *chat;
  ParlanceRoom *room; /* (nullable): of /share: where the entry goes, if we are still there */
} Lookup;

static void
lookup_free (Lookup *self)
{
  Chat *chat = self->chat;

  chat->n_calls--;
  if (!chat->app->quitting)
    chat_maybe_quit (chat);
  g_clear_object (&self->room);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Lookup, lookup_free)

static void
look_up (
    Chat *self, const char *word, guint limit, ParlanceRoom *room, GAsyncReadyCallback callback)
{
  ParlanceSession *session = parlance_chat_get_session (self->chat);
  ParlanceLookupOptions options = { .limit = limit };

  if (session == NULL)
    {
      chat_problem (self, EXIT_FAILED, "there is no connection, and “%s” was not looked up", word);
      return;
    }
  Lookup *lookup = g_new0 (Lookup, 1);
  lookup->chat = self;
  lookup->room = room != NULL ? g_object_ref (room) : NULL;
  self->n_calls++;
  parlance_session_define_async (session, word, &options, self->cancellable, callback, lookup);
}

/* Returns: (transfer full) (nullable): with an entry at least; otherwise it was said why not */
static ParlanceDefinition *
finish (Chat *self, GObject *source, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ParlanceDefinition) definition =
      parlance_session_define_finish (PARLANCE_SESSION (source), result, &error);

  if (self->app->quitting)
    return NULL;
  if (definition == NULL)
    {
      chat_problem (self, EXIT_FAILED, "nothing was looked up: %s", error->message);
      return NULL;
    }
  if (parlance_definition_get_n_entries (definition) > 0)
    return g_steal_pointer (&definition);
  g_autofree char *sentence = render_not_found (definition);
  chat_remark (self, "%s", sentence);
  app_note (self->app, EXIT_NOT_FOUND);
  return NULL;
}

/* Nothing that is not a head of ours begins at the left edge. */
static char *
indent_and_cut (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint n_lines = g_strv_length (lines);
  GString *cut = g_string_new (NULL);

  if (n_lines > 0 && *lines[n_lines - 1] == '\0')
    n_lines--;
  guint n_shown = n_lines > MAX_LINES + 1 ? MAX_LINES : n_lines;
  for (guint i = 0; i < n_shown; i++)
    g_string_append_printf (cut, "%*s%s\n", *lines[i] != '\0' ? INDENT : 0, "", lines[i]);
  if (n_shown < n_lines)
    g_string_append_printf (cut, "%*s… (%u more lines; “parlance define” shows all)\n", INDENT, "",
                            n_lines - n_shown);
  return g_string_free (cut, FALSE);
}

static void
on_defined (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Lookup) lookup = user_data;
  Chat *self = lookup->chat;
  g_autoptr (ParlanceDefinition) definition = finish (self, source, result);
  g_autoptr (GString) text = g_string_new (NULL);
  RenderStyle style = self->style.render;

  if (definition == NULL)
    return;
  style.columns = style.columns > INDENT ? style.columns - INDENT : style.columns;
  render_definition (text, &style, definition);
  g_autofree char *lines = indent_and_cut (text->str);
  console_print (self->console, lines);
}

void
chat_define (Chat *self, const char *word)
{
  look_up (self, word, MAX_ENTRIES, NULL, on_defined);
}

static void
on_found_to_share (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Lookup) lookup = user_data;
  Chat *self = lookup->chat;
  g_autoptr (ParlanceDefinition) definition = finish (self, source, result);

  if (definition == NULL)
    return;
  RoomView *view = chat_find_view (self, parlance_room_get_name (lookup->room));
  ParlanceEntry *entry = parlance_definition_get_entry (definition, 0);
  g_autofree char *text = chat_lines_entry_summary (entry);
  (void)chat_say (self, view, PARLANCE_MESSAGE_DEFINITION, text, entry);
}

void
chat_share (Chat *self, const char *word)
{
  if (self->active == NULL)
    {
      chat_problem (self, EXIT_FAILED, "you are in no room to show “%s” to", word);
      return;
    }
  look_up (self, word, 1, self->active->room, on_found_to_share);
}
