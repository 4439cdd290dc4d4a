/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The rooms of a chat: coming in, what is said there, what was missed, and the prompt that tells of
 * it.
 */
#include <string.h>

#include "client-cli/chat-parts.h"
#include "client-cli/display-text.h"
#include "client-cli/message-printer.h"
#include "protocol/client/mention.h"

#define N_BEFORE 20     /* messages that are shown of what was said before we came */
#define MAX_MISSED 50   /* … and of what was missed while there was no connection */
#define MAX_SPEAKERS 30 /* nicks that completion offers first */
#define MAX_LOOKED_AT 300
#define MAX_NAMED 8    /* members named when one comes in */
#define MAX_KEPT 20000 /* messages of a room, for completion and /history */

void
room_view_free (gpointer data)
{
  RoomView *self = data;

  g_signal_handlers_disconnect_by_data (self->room, self);
  g_object_unref (self->room);
  g_free (self);
}

RoomView *
chat_find_view (Chat *self, const char *name)
{
  ParlanceRoom *room = name != NULL ? parlance_chat_get_room (self->chat, name) : NULL;

  if (name == NULL)
    return self->active;
  for (guint i = 0; i < self->views->len; i++)
    {
      RoomView *view = g_ptr_array_index (self->views, i);
      if (view->room == room)
        return view;
    }
  return NULL;
}

gboolean
chat_has_come_in (const Chat *self)
{
  for (guint i = 0; i < self->views->len; i++)
    if (!((const RoomView *)g_ptr_array_index (self->views, i))->has_come_in)
      return FALSE;
  return TRUE;
}

const char *
chat_shown_room (const RoomView *view)
{
  return view == view->chat->active ? NULL : parlance_room_get_name (view->room);
}

/* --- the prompt --- */

static void append_note (GString *notes, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
append_note (GString *notes, const char *format, ...)
{
  va_list arguments;

  if (notes->len > 0)
    g_string_append (notes, ", ");
  va_start (arguments, format);
  g_string_append_vprintf (notes, format, arguments);
  va_end (arguments);
}

void
chat_update_prompt (Chat *self)
{
  g_autoptr (GString) notes = g_string_new (NULL);
  g_autofree char *room = display_dup_line (
      self->active != NULL ? parlance_room_get_name (self->active->room) : "no room");

  if (self->is_lost)
    append_note (notes, "offline");
  if (self->is_slow && self->outbox->len > 0)
    append_note (notes, "%u unsent", self->outbox->len);
  for (guint i = 0; i < self->views->len; i++)
    {
      const RoomView *view = g_ptr_array_index (self->views, i);
      g_autofree char *name = display_dup_line (parlance_room_get_name (view->room));
      if (view->n_unread > 0)
        append_note (notes, "%s%s %u", view->n_mentions > 0 ? "!" : "", name, view->n_unread);
    }
  g_autofree char *brief = g_strdup_printf ("[%s] ", room);
  g_autofree char *full = g_strdup_printf ("[%s] (%s) ", room, notes->str);
  gboolean fits = display_width (full) <= self->style.render.columns / 2;
  console_set_prompt (self->console, notes->len > 0 && fits ? full : brief);
}

/* --- what is said --- */

static gboolean
is_mention (const RoomView *view, ParlanceMessage *message)
{
  return !parlance_message_get_is_own (message) &&
         parlance_text_mentions (parlance_message_get_text (message),
                                 parlance_chat_get_nick (view->chat->chat));
}

void
chat_show_message (RoomView *view, ParlanceMessage *message)
{
  Chat *self = view->chat;
  g_autoptr (GString) lines = g_string_new (NULL);
  ChatLine line = message_printer_line_for (message);

  line.room = chat_shown_room (view);
  line.own = parlance_message_get_is_own (message);
  line.mention = is_mention (view, message);
  chat_lines_day (lines, &self->style, line.time_ms, &self->day);
  chat_lines_message (lines, &self->style, &line);
  console_print (self->console, lines->str);
}

static void
on_message (ParlanceRoom *room, ParlanceMessage *message, gpointer user_data)
{
  RoomView *view = user_data;
  Chat *self = view->chat;

  /* What comes before is shown with what was said earlier, from the room's list. */
  if (!view->has_come_in)
    return;
  if (parlance_message_get_seq (message) > view->skip_until)
    chat_show_message (view, message);
  if (is_mention (view, message))
    {
      view->n_mentions++;
      if (self->app->options.chat.bell)
        console_ring (self->console);
    }
  if (!parlance_message_get_is_own (message))
    view->n_unread++;
  if (view == self->active)
    view->n_unread = view->n_mentions = 0;
  chat_update_prompt (self);
  chat_maybe_quit (self);
}

static void
show_event (RoomView *view, const char *sentence)
{
  Chat *self = view->chat;
  g_autoptr (GString) line = g_string_new (NULL);

  if (!view->has_come_in)
    return;
  chat_lines_event (line, &self->style, g_get_real_time () / 1000, chat_shown_room (view),
                    sentence);
  console_print (self->console, line->str);
}

static void
on_joined (ParlanceRoom *room, const char *nick, gpointer user_data)
{
  g_autofree char *sentence = g_strdup_printf ("%s joined", nick);

  show_event (user_data, sentence);
}

static void
on_left (ParlanceRoom *room, const char *nick, gpointer user_data)
{
  g_autofree char *sentence = g_strdup_printf ("%s left", nick);

  show_event (user_data, sentence);
}

static void
on_topic_changed (ParlanceRoom *room, const char *topic, const char *by, gpointer user_data)
{
  g_autofree char *sentence = *topic != '\0' ? g_strdup_printf ("%s set the topic: %s", by, topic)
                                             : g_strdup_printf ("%s took the topic away", by);

  show_event (user_data, sentence);
}

/* --- coming in --- */

static char *
dup_company (const RoomView *view)
{
  ParlanceMemberList *members = parlance_room_get_members (view->room);
  const char *own = parlance_chat_get_nick (view->chat->chat);
  guint n_members = parlance_member_list_get_n (members);
  GString *company = g_string_new (NULL);
  guint n_named = 0;

  for (guint i = 0; i < n_members && n_named < MAX_NAMED; i++)
    {
      const char *nick = parlance_member_list_get_nick (members, i);
      if (strcmp (nick, own) == 0)
        continue;
      g_string_append_printf (company, "%s%s", n_named > 0 ? ", " : " with ", nick);
      n_named++;
    }
  if (n_named == 0)
    g_string_append (company, " alone");
  else if (n_members > n_named + 1)
    g_string_append_printf (company, " and %u more", n_members - n_named - 1);
  return g_string_free (company, FALSE);
}

static void
show_room (RoomView *view)
{
  Chat *self = view->chat;
  ParlanceMessageList *messages = parlance_room_get_messages (view->room);
  const char *topic = parlance_room_get_topic (view->room);
  g_autofree char *company = dup_company (view);

  view->is_loading = FALSE;
  view->has_come_in = TRUE;
  for (guint i = 0; i < parlance_message_list_get_n (messages); i++)
    {
      ParlanceMessage *message = parlance_message_list_get (messages, i);

      /* An own one that is acknowledged, and not passed on yet, is still to come. */
      if (parlance_message_get_state (message) == PARLANCE_MESSAGE_SENT &&
          parlance_message_get_seq (message) <= parlance_room_get_last_seq (view->room))
        chat_show_message (view, message);
    }
  chat_remark (self, "you are %s in %s,%s", parlance_chat_get_nick (self->chat),
               parlance_room_get_name (view->room), company);
  if (*topic != '\0')
    chat_remark (self, "topic: %s", topic);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Chat *self = user_data;
  ParlanceRoom *room = PARLANCE_ROOM (source);
  g_autoptr (GError) error = NULL;

  self->n_calls--;
  (void)parlance_room_load_older_finish (room, result, NULL, &error);
  if (self->app->quitting)
    return;
  /* The room may have been left meanwhile. */
  for (guint i = 0; i < self->views->len; i++)
    {
      RoomView *view = g_ptr_array_index (self->views, i);
      if (view->room == room && view->is_loading)
        show_room (view);
    }
  chat_maybe_quit (self);
}

static void
show_missed (RoomView *view)
{
  Chat *self = view->chat;
  gint64 n_missed = parlance_room_get_n_missed (view->room);
  gint64 last_seq = parlance_room_get_last_seq (view->room);

  view->skip_until = n_missed > MAX_MISSED ? last_seq + n_missed - MAX_MISSED : 0;
  if (n_missed > MAX_MISSED)
    chat_remark (self, "back in %s, %" G_GINT64_FORMAT " messages missed; the last %d of them:",
                 parlance_room_get_name (view->room), n_missed, MAX_MISSED);
  else if (n_missed > 0)
    chat_remark (self, "back in %s, %" G_GINT64_FORMAT " message%s missed:",
                 parlance_room_get_name (view->room), n_missed, n_missed == 1 ? "" : "s");
  else if (view == self->active)
    chat_remark (self, "back, nothing missed");
}

static void
come_in (RoomView *view)
{
  Chat *self = view->chat;

  if (view->has_come_in)
    show_missed (view);
  else if (!view->is_loading)
    {
      view->is_loading = TRUE;
      self->n_calls++;
      parlance_room_load_older_async (view->room, N_BEFORE, self->cancellable, on_loaded, self);
    }
  chat_update_prompt (self);
}

static void
on_state (ParlanceRoom *room, GParamSpec *property, gpointer user_data)
{
  RoomView *view = user_data;
  Chat *self = view->chat;

  switch (parlance_room_get_state (room))
    {
    case PARLANCE_ROOM_JOINED:
      come_in (view);
      break;
    case PARLANCE_ROOM_FAILED:
      chat_problem (self, EXIT_FAILED, "cannot join %s: %s", parlance_room_get_name (room),
                    parlance_room_get_error (room)->message);
      chat_leave (self, view);
      break;
    default:
      break;
    }
}

static void
make_active (Chat *self, RoomView *view)
{
  self->active = view;
  if (view != NULL)
    view->n_unread = view->n_mentions = 0;
  chat_update_prompt (self);
}

void
chat_enter (Chat *self, const char *name)
{
  RoomView *view = chat_find_view (self, name);

  if (view != NULL)
    {
      make_active (self, view);
      return;
    }
  view = g_new0 (RoomView, 1);
  view->chat = self;
  view->room = g_object_ref (parlance_chat_join (self->chat, name));
  parlance_message_list_set_limit (parlance_room_get_messages (view->room), MAX_KEPT);
  g_ptr_array_add (self->views, view);
  g_signal_connect (view->room, "message", G_CALLBACK (on_message), view);
  g_signal_connect (view->room, "joined", G_CALLBACK (on_joined), view);
  g_signal_connect (view->room, "left", G_CALLBACK (on_left), view);
  g_signal_connect (view->room, "topic-changed", G_CALLBACK (on_topic_changed), view);
  g_signal_connect (view->room, "notify::state", G_CALLBACK (on_state), view);
  make_active (self, view);
}

static void
on_leave_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Chat *self = user_data;

  /* Whatever the server says, we are out of it. */
  self->n_calls--;
  (void)parlance_chat_leave_finish (PARLANCE_CHAT (source), result, NULL);
  if (!self->app->quitting)
    chat_maybe_quit (self);
}

void
chat_leave (Chat *self, RoomView *view)
{
  g_autoptr (ParlanceRoom) room = g_object_ref (view->room);

  if (self->active == view)
    self->active = NULL;
  g_ptr_array_remove (self->views, view);
  self->n_calls++;
  parlance_chat_leave_async (self->chat, room, self->cancellable, on_leave_answer, self);
  if (self->active == NULL)
    make_active (self, self->views->len > 0 ? g_ptr_array_index (self->views, self->views->len - 1)
                                            : NULL);
}

/* --- completion --- */

static void
add_nick (GPtrArray *nicks, const char *nick, const char *own)
{
  if (strcmp (nick, own) == 0 || g_ptr_array_find_with_equal_func (nicks, nick, g_str_equal, NULL))
    return;
  g_ptr_array_add (nicks, g_strdup (nick));
}

void
chat_names (CompletionNames *ret_names, gpointer user_data)
{
  Chat *self = user_data;
  const char *own = parlance_chat_get_nick (self->chat);
  GPtrArray *nicks = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *rooms = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < self->views->len; i++)
    {
      const RoomView *view = g_ptr_array_index (self->views, i);
      g_ptr_array_add (rooms, g_strdup (parlance_room_get_name (view->room)));
    }
  if (self->active != NULL)
    {
      ParlanceMessageList *messages = parlance_room_get_messages (self->active->room);
      ParlanceMemberList *members = parlance_room_get_members (self->active->room);
      guint n_messages = parlance_message_list_get_n (messages);
      /* Who spoke last is who is answered. Those that have left are not offered. */
      for (guint i = 0; i < MIN (n_messages, MAX_LOOKED_AT) && nicks->len < MAX_SPEAKERS; i++)
        {
          const char *from =
              parlance_message_get_from (parlance_message_list_get (messages, n_messages - 1 - i));
          if (parlance_member_list_contains (members, from))
            add_nick (nicks, from, own);
        }
      for (guint i = 0; i < parlance_member_list_get_n (members); i++)
        add_nick (nicks, parlance_member_list_get_nick (members, i), own);
    }
  *ret_names = (CompletionNames){ .nicks = nicks, .rooms = rooms };
}
