/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The commands of a chat that ask the server about people and rooms.
 */
#include <string.h>

#include "client-cli/chat-parts.h"
#include "protocol/wire/limits.h"
#include "protocol/wire/names.h"

#define MAX_NAMED 200 /* members that /who names */

/* A question that is under way. */
typedef struct
{
  Chat *chat;
  char *text; /* (nullable): what it is about */
} Call;

static Call *
call_new (Chat *chat, const char *text)
{
  Call *self = g_new0 (Call, 1);

  self->chat = chat;
  self->text = g_strdup (text);
  chat->n_calls++;
  return self;
}

static void
call_free (Call *self)
{
  Chat *chat = self->chat;

  chat->n_calls--;
  if (!chat->app->quitting)
    chat_maybe_quit (chat);
  g_free (self->text);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

static void
complain (Chat *self, const char *what, const GError *error)
{
  if (!self->app->quitting)
    chat_problem (self, EXIT_FAILED, "%s: %s", what, error->message);
}

/* --- nick and topic --- */

static void
on_nick (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  Chat *self = call->chat;
  g_autoptr (GError) error = NULL;

  if (!parlance_chat_set_nick_finish (self->chat, result, &error))
    complain (self, "you keep your nick", error);
  /* Online, the server tells everybody, us among them. */
  else if (parlance_chat_get_state (self->chat) != PARLANCE_CHAT_ONLINE)
    chat_remark (self, "you will be %s", call->text);
}

void
chat_set_nick (Chat *self, const char *nick)
{
  gboolean has_failed = parlance_chat_get_state (self->chat) == PARLANCE_CHAT_FAILED;

  if (!parlance_nick_is_valid (nick, strlen (nick)))
    {
      chat_problem (self, EXIT_USAGE, "a nick has 1 to %d letters, digits and -_. in it",
                    PARLANCE_MAX_NICK);
      return;
    }
  parlance_chat_set_nick_async (self->chat, nick, self->cancellable, on_nick,
                                call_new (self, nick));
  if (has_failed)
    parlance_chat_connect (self->chat);
}

static void
on_topic (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;

  if (!parlance_chat_set_topic_finish (call->chat->chat, result, &error))
    complain (call->chat, "the topic stays", error);
}

void
chat_topic (Chat *self, const char *topic)
{
  RoomView *view = self->active;

  if (view == NULL)
    chat_problem (self, EXIT_FAILED, "you are in no room");
  else if (topic != NULL)
    parlance_chat_set_topic_async (self->chat, view->room, topic, self->cancellable, on_topic,
                                   call_new (self, NULL));
  else if (*parlance_room_get_topic (view->room) != '\0')
    chat_remark (self, "topic: %s", parlance_room_get_topic (view->room));
  else
    chat_remark (self, "%s has no topic", parlance_room_get_name (view->room));
}

/* --- who is there --- */

static void
on_members (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  Chat *self = call->chat;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) nicks = parlance_chat_list_members_finish (self->chat, result, &error);

  if (nicks == NULL)
    {
      complain (self, call->text, error);
      return;
    }
  guint n_nicks = g_strv_length (nicks);
  if (n_nicks == 0)
    {
      chat_remark (self, "nobody is in %s", call->text);
      return;
    }
  g_autoptr (GString) names = g_string_new (NULL);
  for (guint i = 0; i < MIN (n_nicks, MAX_NAMED); i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", nicks[i]);
  if (n_nicks > MAX_NAMED)
    g_string_append_printf (names, " and %u more", n_nicks - MAX_NAMED);
  chat_remark (self, "%u in %s: %s", n_nicks, call->text, names->str);
}

void
chat_who (Chat *self, const char *room)
{
  if (room == NULL && self->active == NULL)
    {
      chat_problem (self, EXIT_FAILED, "you are in no room: /who ROOM");
      return;
    }
  if (room == NULL)
    room = parlance_room_get_name (self->active->room);
  parlance_chat_list_members_async (self->chat, room, self->cancellable, on_members,
                                    call_new (self, room));
}

/* --- rooms --- */

static void
add_row (Chat *self, GPtrArray *cells, const ParlanceRoomInfo *info)
{
  const char *name = parlance_room_info_get_name (info);
  RoomView *view = chat_find_view (self, name);
  const char *mark = view == NULL ? "" : view == self->active ? "here" : "joined";

  g_ptr_array_add (cells, g_strdup (name));
  g_ptr_array_add (cells, render_number (parlance_room_info_get_n_members (info)));
  g_ptr_array_add (cells, g_strdup (mark));
  g_ptr_array_add (cells, view != NULL && view->n_unread > 0 ? render_number (view->n_unread)
                                                             : g_strdup (""));
  g_ptr_array_add (cells, g_strdup (parlance_room_info_get_topic (info)));
}

static void
on_rooms (GObject *source, GAsyncResult *result, gpointer user_data)
{
  static const char *const titles[] = { "room", "people", "you are", "unread", "topic" };
  static const RenderTable table = {
    .titles = titles,
    .n_columns = G_N_ELEMENTS (titles),
    .numeric = 1U << 1 | 1U << 3,
    .first = RENDER_STRONG,
  };
  g_autoptr (Call) call = user_data;
  Chat *self = call->chat;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rooms = parlance_chat_list_rooms_finish (self->chat, result, &error);
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) lines = g_string_new (NULL);

  if (rooms == NULL)
    {
      complain (self, "cannot list the rooms", error);
      return;
    }
  for (guint i = 0; i < rooms->len; i++)
    add_row (self, cells, g_ptr_array_index (rooms, i));
  render_table (lines, &self->style.render, &table, cells);
  console_print (self->console, lines->str);
}

void
chat_list_rooms (Chat *self)
{
  parlance_chat_list_rooms_async (self->chat, self->cancellable, on_rooms, call_new (self, NULL));
}

/* --- what was said earlier --- */

static void
on_older (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  Chat *self = call->chat;
  ParlanceRoom *room = PARLANCE_ROOM (source);
  RoomView *view = chat_find_view (self, parlance_room_get_name (room));
  ParlanceMessageList *messages = parlance_room_get_messages (room);
  guint day = self->day;
  guint n_loaded;
  g_autoptr (GError) error = NULL;

  if (!parlance_room_load_older_finish (room, result, &n_loaded, &error))
    {
      complain (self, "cannot show what was said earlier", error);
      return;
    }
  if (view == NULL)
    return;
  if (n_loaded == 0)
    {
      chat_remark (self, "nothing was said earlier in %s", parlance_room_get_name (room));
      return;
    }
  chat_remark (self, "earlier in %s:", parlance_room_get_name (room));
  self->day = 0;
  for (guint i = 0; i < n_loaded; i++)
    chat_show_message (view, parlance_message_list_get (messages, i));
  self->day = day;
  chat_remark (self, "so far what was said earlier");
}

void
chat_show_history (Chat *self, guint n_messages)
{
  if (self->active == NULL)
    {
      chat_problem (self, EXIT_FAILED, "you are in no room");
      return;
    }
  parlance_room_load_older_async (self->active->room, n_messages, self->cancellable, on_older,
                                  call_new (self, NULL));
}
