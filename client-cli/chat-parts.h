/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the files of `parlance chat` share; nobody else includes it. chat.c has its beginning, its
 * end and what is typed; chat-rooms.c the rooms and what is said there; chat-outbox.c what we say;
 * chat-actions.c and chat-words.c the commands that ask the server something.
 */
#pragma once

#include "client-cli/chat-lines.h"
#include "client-cli/chat-session.h"
#include "client-cli/console.h"

typedef struct _Chat Chat;

/* A room that we are in, as it is shown. */
typedef struct
{
  Chat *chat;
  ParlanceRoom *room;   /* (owned) */
  gboolean has_come_in; /* what was said before has been shown: messages are, as they come */
  gboolean is_loading;  /* it is being fetched */
  guint n_unread;       /* since the room was the active one */
  guint n_mentions;     /* of us among them */
  gint64 skip_until;    /* messages up to this seq were missed, and are too many to be shown */
} RoomView;

struct _Chat
{
  App *app;
  ChatSession *session;
  ParlanceChat *chat;
  Console *console;
  ChatStyle style;
  guint day; /* of the last line: chat_lines_day() */

  GPtrArray *views; /* of RoomView, in the order of joining */
  RoomView *active; /* (nullable): where typed lines go */

  GPtrArray *outbox; /* of ParlanceMessage: pending */
  GPtrArray *failed; /* of ParlanceMessage: refused; for /retry */
  guint slow_source; /* 0: not waiting to see whether sending takes long */
  gboolean is_slow;  /* it does: the prompt says so */

  GCancellable *cancellable;
  guint n_calls;        /* answers of the server that are due */
  gboolean input_ended; /* the program ends when all is settled */
  gboolean was_warned;  /* of messages that are not sent */
  gboolean is_lost;     /* there is no connection */
};

/* --- chat.c --- */

/** chat_remark: one line to whoever reads. */
void chat_remark (Chat *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

/** chat_problem: something could not be done; without a person who types it makes the exit status
 */
void chat_problem (Chat *self, ExitStatus status, const char *format, ...) G_GNUC_PRINTF (3, 4);

/** chat_maybe_quit: when the input has ended and everything is settled. */
void chat_maybe_quit (Chat *self);

/* --- chat-rooms.c --- */

/** chat_enter: joins @name, or goes back to it: the active room from here on. */
void chat_enter (Chat *self, const char *name);

/** chat_leave: @view: any */
void chat_leave (Chat *self, RoomView *view);

/** chat_find_view: Returns: (nullable): of the room @name, or the active one when that is %NULL */
RoomView *chat_find_view (Chat *self, const char *name);

/** chat_shown_room: Returns: (nullable): name to be shown with what happens in @view */
const char *chat_shown_room (const RoomView *view);

void chat_update_prompt (Chat *self);

/** chat_show_message: prints it. */
void chat_show_message (RoomView *view, ParlanceMessage *message);

/** chat_has_come_in: whether what was said before has been shown, of every room */
gboolean chat_has_come_in (const Chat *self);

/** chat_names: a ConsoleEvents.names */
void chat_names (CompletionNames *ret_names, gpointer user_data);

void room_view_free (gpointer data);

/* --- chat-outbox.c --- */

/**
 * chat_say:
 * @entry: (nullable): with %PARLANCE_MESSAGE_DEFINITION
 *
 * Returns: %FALSE, and it was said why, when the text has to be edited first
 */
gboolean chat_say (
    Chat *self, RoomView *view, ParlanceMessageKind kind, const char *text, ParlanceEntry *entry);

void chat_retry (Chat *self);

/** chat_outbox_is_settled: whether the server has all, and we have seen it said. */
gboolean chat_outbox_is_settled (Chat *self);

void chat_outbox_clear (Chat *self);

/* --- chat-actions.c --- */

void chat_set_nick (Chat *self, const char *nick);
void chat_topic (Chat *self, const char *topic);
void chat_who (Chat *self, const char *room);
void chat_list_rooms (Chat *self);
void chat_show_history (Chat *self, guint n_messages);

/* --- chat-words.c --- */

void chat_define (Chat *self, const char *word);
void chat_share (Chat *self, const char *word);
