/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How the commands that chat begin and fail: under which nick, and when a server that cannot be
 * reached is the end of it. Once there was a connection, ParlanceChat brings it back by itself.
 */
#pragma once

#include "client-cli/app.h"
#include "protocol/client/chat.h"

typedef struct _ChatSession ChatSession;

/* All but `online` may be %NULL. */
typedef struct
{
  /* There is a connection; rooms are joined next. */
  void (*online) (gboolean first, gpointer user_data);
  /* It is lost, and the next attempt comes by itself. Told once for each loss. */
  void (*lost) (guint retry_s, const GError *error, gpointer user_data);
  /* Trying again would not help. %NULL, and before the first connection: the program fails. */
  void (*failed) (const GError *error, gpointer user_data);
} ChatSessionEvents;

/**
 * chat_session_new:
 * @events: a constant
 *
 * Nothing is connected before chat_session_connect().
 *
 * Returns: (nullable): %NULL when the nick is of no use, and the program has failed
 */
ChatSession *chat_session_new (App *app, const ChatSessionEvents *events, gpointer user_data);

/** chat_session_free: leaves the server. */
void chat_session_free (ChatSession *self);

ParlanceChat *chat_session_get_chat (ChatSession *self);

/** chat_session_was_online: whether there has been a connection */
gboolean chat_session_was_online (const ChatSession *self);

/** chat_session_connect: when no server is reached the program fails. */
void chat_session_connect (ChatSession *self);

/**
 * chat_session_enter:
 * @name: checked with chat_session_check_room()
 * @after_seq: as for parlance_chat_join_after()
 *
 * Joins a room of which nothing is kept but the messages just said. When it is refused the program
 * fails.
 *
 * Returns: (transfer none)
 */
ParlanceRoom *chat_session_enter (ChatSession *self, const char *name, gint64 after_seq);

/**
 * chat_session_check_room:
 *
 * Returns: whether @name can be a room's; the program has failed if not
 */
gboolean chat_session_check_room (App *app, const char *name);
