/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What we say in a chat. ParlanceChat sends it, over any number of connections; a line of our own
 * is shown when the server passes it on, like everybody's. What the server refuses is complained of
 * and kept for /retry.
 */
#include <string.h>

#include "client-cli/chat-parts.h"
#include "protocol/wire/limits.h"

#define WINDOW 64       /* messages on their way before lines of a file wait */
#define MAX_QUOTED 40   /* [code points] of a message that is complained of */
#define SLOW_MS 700     /* [ms] that a message may take before the prompt tells of it */
#define MAX_FAILED 1000 /* messages kept for /retry */

static guint
longest (Chat *self)
{
  ParlanceServerInfo *info = parlance_chat_get_server_info (self->chat);

  return info != NULL ? parlance_server_info_get_max_text (info) : PARLANCE_MAX_TEXT;
}

static char *
dup_quote (const char *text)
{
  gboolean is_long = g_utf8_strlen (text, -1) > MAX_QUOTED;
  g_autofree char *begin = g_utf8_substring (text, 0, is_long ? MAX_QUOTED : -1);

  return g_strconcat ("“", begin, is_long ? "…" : "", "”", NULL);
}

static gboolean
on_slow (gpointer user_data)
{
  Chat *self = user_data;

  self->slow_source = 0;
  self->is_slow = TRUE;
  chat_update_prompt (self);
  return G_SOURCE_REMOVE;
}

/* Most messages are stored within a blink: what would come and go with each is not shown. */
static void
watch_slowness (Chat *self)
{
  if (self->outbox->len > 0 && self->slow_source == 0 && !self->is_slow)
    self->slow_source = g_timeout_add (SLOW_MS, on_slow, self);
  if (self->outbox->len > 0)
    return;
  self->is_slow = FALSE;
  if (self->slow_source != 0)
    g_source_remove (self->slow_source);
  self->slow_source = 0;
}

/* Something was heard: the program waits on. */
static void
note_progress (Chat *self)
{
  watch_slowness (self);
  app_wait_begin (self->app);
  app_wait_end (self->app);
  console_pause (self->console, self->outbox->len >= WINDOW);
  chat_update_prompt (self);
}

static void
on_state (ParlanceMessage *message, GParamSpec *property, gpointer user_data)
{
  Chat *self = user_data;
  ParlanceMessageState state = parlance_message_get_state (message);

  if (state == PARLANCE_MESSAGE_PENDING || !g_ptr_array_find (self->outbox, message, NULL))
    return;
  g_autoptr (ParlanceMessage) kept = g_object_ref (message);
  g_ptr_array_remove (self->outbox, message);
  if (state == PARLANCE_MESSAGE_SENT)
    g_signal_handlers_disconnect_by_data (message, self);
  else
    {
      g_autofree char *quote = dup_quote (parlance_message_get_text (message));
      const char *hint = console_is_typed_at (self->console) ? ". /retry sends it again" : "";
      if (self->failed->len == MAX_FAILED)
        g_ptr_array_remove_index (self->failed, 0);
      g_ptr_array_add (self->failed, g_steal_pointer (&kept));
      chat_problem (self, EXIT_FAILED, "not sent to %s: %s: %s%s",
                    parlance_message_get_room (message), quote,
                    parlance_message_get_error (message)->message, hint);
    }
  note_progress (self);
  chat_maybe_quit (self);
}

gboolean
chat_say (
    Chat *self, RoomView *view, ParlanceMessageKind kind, const char *text, ParlanceEntry *entry)
{
  ParlanceSendOptions options = { .kind = kind, .entry = entry };

  if (view == NULL)
    {
      chat_problem (self, EXIT_FAILED, "you are in no room, and nothing was sent: /join ROOM");
      return TRUE; /* one cannot join while it stands in the line; it can be recalled */
    }
  if (strlen (text) > longest (self))
    {
      chat_problem (self, EXIT_USAGE,
                    "that is %" G_GSIZE_FORMAT " bytes long, and a message has at most %u: "
                    "nothing was sent",
                    strlen (text), longest (self));
      return FALSE;
    }
  ParlanceMessage *message = parlance_chat_send (self->chat, view->room, text, &options);
  g_ptr_array_add (self->outbox, g_object_ref (message));
  g_signal_connect (message, "notify::state", G_CALLBACK (on_state), self);
  self->was_warned = FALSE;
  note_progress (self);
  return TRUE;
}

void
chat_retry (Chat *self)
{
  if (self->failed->len == 0)
    {
      chat_remark (self, "there is nothing that was not sent");
      return;
    }
  while (self->failed->len > 0)
    {
      g_autoptr (ParlanceMessage) message = g_ptr_array_steal_index (self->failed, 0);
      g_ptr_array_add (self->outbox, g_object_ref (message));
      parlance_chat_retry_message (self->chat, message);
    }
  note_progress (self);
}

/* The server passes on what we say after it has confirmed it, or before. */
gboolean
chat_outbox_is_settled (Chat *self)
{
  if (self->outbox->len > 0)
    return FALSE;
  for (guint i = 0; i < self->views->len; i++)
    {
      const RoomView *view = g_ptr_array_index (self->views, i);
      ParlanceMessageList *messages = parlance_room_get_messages (view->room);
      guint n = parlance_message_list_get_n (messages);
      if (n > 0 && parlance_message_get_seq (parlance_message_list_get (messages, n - 1)) >
                       parlance_room_get_last_seq (view->room))
        return FALSE;
    }
  return TRUE;
}

static void
clear (Chat *self, GPtrArray *messages)
{
  for (guint i = 0; i < messages->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (messages, i), self);
  g_ptr_array_unref (messages);
}

void
chat_outbox_clear (Chat *self)
{
  if (self->slow_source != 0)
    g_source_remove (self->slow_source);
  clear (self, self->outbox);
  clear (self, self->failed);
}
