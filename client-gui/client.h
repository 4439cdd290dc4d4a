/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceClient: what the app is doing, apart from how it is shown: the server that it visits, the
 * conversations there and which of them is looked at, the word book. One for the whole process;
 * widgets are given it and bind to it. No widget keeps state that belongs here.
 *
 * Properties: "settings" (GSettings, constant), "chat" (ParlanceChat, nullable: none while no
 * server is visited), "server-name" (string: for titles, "" when there is none), "conversations"
 * (GListModel of ParlanceConversation, constant), "current" (ParlanceConversation, nullable,
 * writable), "word-book" (constant), "notice" (string, nullable: what operators said last).
 */
#pragma once

#include "client-gui/account-state.h"
#include "client-gui/conversation.h"
#include "client-gui/dictionary.h"
#include "client-gui/local-server.h"
#include "client-gui/word-book.h"
#include "protocol/client/browser.h"
#include "protocol/client/chat.h"

#define PARLANCE_TYPE_CLIENT (parlance_client_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceClient, parlance_client, PARLANCE, CLIENT, GObject)

/**
 * ParlanceClient::message:
 * @conversation: (type ParlanceConversation)
 * @message: (type ParlanceMessage)
 *
 * ParlanceRoom::message of any conversation, after its counts are up to date.
 */

ParlanceClient *parlance_client_new (GSettings *settings);

GSettings *parlance_client_get_settings (ParlanceClient *self);

/* --- The server ------------------------------------------------------------------------------- */

/* Where to go, and who to be there. Borrowed for the call. */
typedef struct
{
  const char *name;             /* (nullable): what to call it until it has said its name */
  const char *const *addresses; /* (array zero-terminated=1): at least one, as for
                                   parlance_chat_set_addresses() */
  const char *nick;             /* well-formed UTF-8 */
  const char *password;         /* (nullable) */
  ParlanceServer *server;       /* (nullable): where it was found; it is noted as used */
  ParlanceTrust *trust;         /* what it has to show */
} ParlanceVisit;

/**
 * parlance_client_arrive_async:
 *
 * Asks to be let in by a server, once; a visit of another one goes on meanwhile. Who is let in
 * leaves that one and is in the rooms that were joined here the last time, or the lobby.
 */
void parlance_client_arrive_async (ParlanceClient *self,
                                   const ParlanceVisit *visit,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);

/**
 * parlance_client_arrive_finish:
 * @error: of %PARLANCE_ERROR: the server lets nobody in who comes like this; of
 *   %PARLANCE_TRUST_ERROR: it is not to be trusted; else as of parlance_chat_get_error()
 */
gboolean parlance_client_arrive_finish (ParlanceClient *self, GAsyncResult *result, GError **error);

/**
 * parlance_client_visit:
 * @name: (nullable): what to call it until it has said its name
 * @addresses: (array zero-terminated=1): as for parlance_chat_set_addresses()
 * @nick: well-formed UTF-8
 *
 * As parlance_client_arrive_async(), without asking first: "chat" is another one from then on; its
 * state says what comes of it.
 */
void parlance_client_visit (ParlanceClient *self,
                            const char *name,
                            const char *const *addresses,
                            const char *nick);

/**
 * parlance_client_return:
 *
 * Visits the server that was visited when the program ended the last time.
 *
 * Returns: whether there is one
 */
gboolean parlance_client_return (ParlanceClient *self);

/** parlance_client_save: writes down the visit, as it stands, to be returned to; before the end */
void parlance_client_save (ParlanceClient *self);

/** parlance_client_leave: visits no server, and forgets that it did: back to the choice. */
void parlance_client_leave (ParlanceClient *self);

ParlanceChat *parlance_client_get_chat (ParlanceClient *self);

/** parlance_client_get_session: Returns: (transfer none) (nullable): for lookups; none offline */
ParlanceSession *parlance_client_get_session (ParlanceClient *self);

const char *parlance_client_get_server_name (ParlanceClient *self);

/** parlance_client_get_server_id: Returns: (transfer none) (nullable): of the server that is
 * visited
 */
const char *parlance_client_get_server_id (ParlanceClient *self);

/** parlance_client_get_local_server: Returns: (transfer none): that may be started from here */
ParlanceLocalServer *parlance_client_get_local_server (ParlanceClient *self);

/** parlance_client_get_account: Returns: (transfer none): what we are to the server; constant */
ParlanceAccountState *parlance_client_get_account (ParlanceClient *self);

/** parlance_client_get_notice: Returns: (transfer none) (nullable): what operators told everybody
 * and nobody has put away; a stranger's text */
const char *parlance_client_get_notice (ParlanceClient *self);

/** parlance_client_dismiss_notice: it has been read */
void parlance_client_dismiss_notice (ParlanceClient *self);

/* --- Conversations ---------------------------------------------------------------------------- */

/** parlance_client_get_conversations: Returns: (transfer none): in the order they were joined */
GListModel *parlance_client_get_conversations (ParlanceClient *self);

/** parlance_client_get_conversation: Returns: (transfer none) (nullable): of the room @name */
ParlanceConversation *parlance_client_get_conversation (ParlanceClient *self, const char *name);

/** parlance_client_get_current: Returns: (transfer none) (nullable): the one that is looked at */
ParlanceConversation *parlance_client_get_current (ParlanceClient *self);
void parlance_client_set_current (ParlanceClient *self, ParlanceConversation *conversation);

/**
 * parlance_client_join:
 *
 * Joins a room, or finds that it has been joined, and makes it the current one.
 *
 * Returns: (transfer none) (nullable): %NULL when no server is visited
 */
ParlanceConversation *parlance_client_join (ParlanceClient *self, const char *name);

/** parlance_client_share: says a definition in the current conversation, if there is one. */
void parlance_client_share (ParlanceClient *self, ParlanceEntry *entry);

/** parlance_client_share_in: the same in any conversation */
void parlance_client_share_in (ParlanceClient *self,
                               ParlanceConversation *conversation,
                               ParlanceEntry *entry);

ParlanceWordBook *parlance_client_get_word_book (ParlanceClient *self);

/** parlance_client_get_dictionary: Returns: (transfer none): for looking words up; constant */
ParlanceDictionary *parlance_client_get_dictionary (ParlanceClient *self);
