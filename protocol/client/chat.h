/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceChat: one person's presence on one server. It keeps a connection for as long as it is
 * wanted: it comes back after a loss, with its nick, its rooms and what was said meanwhile, and
 * what was written without a connection goes out once, in order. What is to be shown is in its
 * rooms.
 *
 * Nothing blocks. One thread: everything runs on the thread-default main context that the chat was
 * made in, and signals and callbacks come from there. A pending call keeps the chat alive: cancel
 * what waits for a connection before letting it go.
 *
 * Properties, "notify" when they change: "nick" (string), "token" (string), "state" (enum), "error"
 * (boxed GError), "retry-s" (uint), "server-info" (boxed), "session" (object), "n-unsent" (uint),
 * "rooms" (object, constant).
 *
 *     chat = parlance_chat_new ("parlance/0.1.0", "127.0.0.1", "alice");
 *     room = parlance_chat_join (chat, "lobby");
 *     g_signal_connect (room, "message", G_CALLBACK (on_message), NULL);
 *     parlance_chat_connect (chat);
 *     parlance_chat_send (chat, room, "hello", NULL);
 *
 * Source: docs/protocol.md, sections 5 to 7.
 */
#pragma once

#include "protocol/client/chat-state.h"
#include "protocol/client/room-info.h"
#include "protocol/client/room.h"
#include "protocol/client/server-info.h"
#include "protocol/client/session.h"

#define PARLANCE_TYPE_CHAT (parlance_chat_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceChat, parlance_chat, PARLANCE, CHAT, GObject)

/**
 * ParlanceChat::message:
 * @room: (type ParlanceRoom)
 * @message: (type ParlanceMessage)
 *
 * ParlanceRoom::message of any room.
 */

/**
 * ParlanceChat::renamed:
 * @from: the nick somebody had, maybe ourselves
 * @to: the nick that they have; the members of rooms are up to date
 */

/**
 * ParlanceChat::notice:
 * @text: from the operator of the server
 */

/**
 * ParlanceChat::rights:
 * @is_operator: whether we are an operator from here on; parlance_chat_get_server_info() keeps
 *   saying what we were when we came
 * @by: (nullable): the nick of who has changed it; %NULL: the configuration of the server
 */

/**
 * parlance_chat_new:
 * @client: what the program is called, "name/version"
 * @host_and_port: (nullable): as for parlance_session_new(); %NULL: set before connecting
 * @nick: well-formed UTF-8; the server judges it
 */
ParlanceChat *parlance_chat_new (const char *client, const char *host_and_port, const char *nick);

/* --- The connection --------------------------------------------------------------------------- */

/**
 * parlance_chat_set_address:
 * @host_and_port: as for parlance_session_new()
 *
 * For the next attempt to connect; a connection that stands is left alone.
 */
void parlance_chat_set_address (ParlanceChat *self, const char *host_and_port);

/** parlance_chat_set_addresses: the same for several of one server: each attempt tries them in turn
 */
void parlance_chat_set_addresses (ParlanceChat *self, const char *const *addresses);

/** parlance_chat_get_addresses: Returns: (transfer none) (array zero-terminated=1): as they were
 * set
 */
const char *const *parlance_chat_get_addresses (ParlanceChat *self);

/**
 * parlance_chat_set_trust:
 * @trust: (transfer none): referenced
 *
 * What the server has to show (protocol/client/trust.h), for the connections to come. Another
 * certificate, or none, ends the attempts: %PARLANCE_CHAT_FAILED with an error of
 * %PARLANCE_TRUST_ERROR. Ask the person, with *no* as the answer for whoever is in a hurry, then
 * parlance_trust_accept() and parlance_chat_connect().
 */
void parlance_chat_set_trust (ParlanceChat *self, ParlanceTrust *trust);

/** parlance_chat_get_trust: (transfer none) */
ParlanceTrust *parlance_chat_get_trust (ParlanceChat *self);

/** parlance_chat_get_address: Returns: (transfer none) (nullable): of the connection, or tried next
 */
const char *parlance_chat_get_address (ParlanceChat *self);

/** parlance_chat_set_password: @password: (nullable): the server's or the nick's; for the next
 * attempt */
void parlance_chat_set_password (ParlanceChat *self, const char *password);

/**
 * parlance_chat_set_token:
 * @token: (nullable): parlance_chat_get_token() of an earlier run
 * @voucher: (nullable): parlance_chat_get_token_voucher() of that run
 *
 * For the next attempt: gives the nick back although an old connection may still hold it. It is
 * sent to a server with the same voucher, and to no other. The chat keeps it up to date by itself,
 * and "notify::token" says when there is another one to be kept.
 */
void parlance_chat_set_token (ParlanceChat *self, const char *token, const char *voucher);
const char *parlance_chat_get_token (ParlanceChat *self);

/** parlance_chat_get_token_voucher: Returns: (transfer none) (nullable):
 * parlance_session_get_voucher() of the connection that the token came over */
const char *parlance_chat_get_token_voucher (ParlanceChat *self);

/**
 * parlance_chat_connect:
 *
 * Wants a connection from now on. What comes of it is told by "notify::state". Does nothing when
 * that is so already.
 */
void parlance_chat_connect (ParlanceChat *self);

/**
 * parlance_chat_disconnect:
 *
 * Ends the connection at once and wants none. Rooms and unsent messages are kept for
 * parlance_chat_connect().
 */
void parlance_chat_disconnect (ParlanceChat *self);

/**
 * parlance_chat_retry_now:
 *
 * Ends %PARLANCE_CHAT_WAITING, or gives up an attempt for one from the first address on; for a
 * button, or news of the network.
 */
void parlance_chat_retry_now (ParlanceChat *self);

ParlanceChatState parlance_chat_get_state (ParlanceChat *self);

/**
 * parlance_chat_get_error:
 *
 * Returns: (transfer none) (nullable): why there is no connection, while waiting, connecting again
 * or failed; %NULL when online and when offline
 */
const GError *parlance_chat_get_error (ParlanceChat *self);

/** parlance_chat_get_retry_s: [s] until the next attempt while waiting, rounded up; else 0 */
guint parlance_chat_get_retry_s (ParlanceChat *self);

/**
 * parlance_chat_get_session:
 *
 * For lookups on the same connection: lookup.h.
 *
 * Returns: (transfer none) (nullable): %NULL unless online; another one after each reconnection
 */
ParlanceSession *parlance_chat_get_session (ParlanceChat *self);

/**
 * parlance_chat_get_server_info:
 *
 * Name, id, version and limits.
 *
 * Returns: (transfer none) (nullable): of the server that answered last; %NULL before one did
 */
ParlanceServerInfo *parlance_chat_get_server_info (ParlanceChat *self);

/** parlance_chat_get_nick: as the server writes it once it has answered. */
const char *parlance_chat_get_nick (ParlanceChat *self);

/**
 * parlance_chat_set_nick_async:
 *
 * Online: asks the server for the nick, after what is being sent has been answered. Otherwise: for
 * the next attempt, and done at once.
 */
void parlance_chat_set_nick_async (ParlanceChat *self,
                                   const char *nick,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);

/** parlance_chat_set_nick_finish: @error: nick_in_use, invalid_name, … ; the old nick then stays */
gboolean parlance_chat_set_nick_finish (ParlanceChat *self, GAsyncResult *result, GError **error);

/* --- Rooms ------------------------------------------------------------------------------------ */

/** parlance_chat_get_rooms: Returns: (transfer none): a GListModel of ParlanceRoom, in join order
 */
GListModel *parlance_chat_get_rooms (ParlanceChat *self);

/** parlance_chat_get_room: Returns: (transfer none) (nullable): the room of that name, if wanted */
ParlanceRoom *parlance_chat_get_room (ParlanceChat *self, const char *name);

/**
 * parlance_chat_join:
 * @name: well-formed UTF-8; the server judges it
 *
 * Wants to be in a room, on this connection and all later ones. "notify::state" of the room says
 * what comes of it. A room that failed is tried again.
 *
 * Returns: (transfer none): of parlance_chat_get_rooms()
 */
ParlanceRoom *parlance_chat_join (ParlanceChat *self, const char *name);

/**
 * parlance_chat_join_after:
 * @after_seq: from 0; -1: parlance_chat_join()
 *
 * parlance_chat_join(), and ParlanceRoom::message of what was said after @after_seq, before what is
 * said from now on. Of a room that has been joined already it is just parlance_chat_join().
 */
ParlanceRoom *parlance_chat_join_after (ParlanceChat *self, const char *name, gint64 after_seq);

/**
 * parlance_chat_join_async:
 *
 * parlance_chat_join(), and waits for what comes of it: as long as it takes to be connected. A room
 * that the server refuses is removed from parlance_chat_get_rooms(). Cancelling ends the waiting,
 * not the wish to be in the room.
 */
void parlance_chat_join_async (ParlanceChat *self,
                               const char *name,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);

/** parlance_chat_join_finish: Returns: (transfer full) (nullable) */
ParlanceRoom *parlance_chat_join_finish (ParlanceChat *self, GAsyncResult *result, GError **error);

/**
 * parlance_chat_leave_async:
 *
 * The room goes from parlance_chat_get_rooms() at once, whatever the server says; its unsent
 * messages fail. Without a connection that is all.
 */
void parlance_chat_leave_async (ParlanceChat *self,
                                ParlanceRoom *room,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean parlance_chat_leave_finish (ParlanceChat *self, GAsyncResult *result, GError **error);

/**
 * parlance_chat_set_topic_async:
 * @topic: well-formed UTF-8, at most PARLANCE_MAX_TOPIC bytes; "": none
 *
 * The room's topic changes when the server tells everybody. This and every call below ends with
 * %G_IO_ERROR_NOT_CONNECTED when not online.
 */
void parlance_chat_set_topic_async (ParlanceChat *self,
                                    ParlanceRoom *room,
                                    const char *topic,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
gboolean parlance_chat_set_topic_finish (ParlanceChat *self, GAsyncResult *result, GError **error);

/** parlance_chat_list_rooms_async: every room of the server. */
void parlance_chat_list_rooms_async (ParlanceChat *self,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);

/** Returns: (transfer full) (nullable) (element-type ParlanceRoomInfo): in the server's order */
GPtrArray *
parlance_chat_list_rooms_finish (ParlanceChat *self, GAsyncResult *result, GError **error);

/** parlance_chat_list_members_async: of any room, joined or not. */
void parlance_chat_list_members_async (ParlanceChat *self,
                                       const char *room,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);

/** Returns: (transfer full) (nullable) (array zero-terminated=1): nicks in the server's order */
char **parlance_chat_list_members_finish (ParlanceChat *self, GAsyncResult *result, GError **error);

/* --- Messages --------------------------------------------------------------------------------- */

/* Zero members are the defaults. Borrowed for the call. */
typedef struct
{
  ParlanceMessageKind kind; /* not PARLANCE_MESSAGE_OTHER */
  gint64 reply_to;          /* seq */
  ParlanceEntry *entry;     /* (nullable): with PARLANCE_MESSAGE_DEFINITION */
  const char *key;          /* (nullable): 1 to PARLANCE_MAX_KEY bytes; NULL: one is made up */
} ParlanceSendOptions;

/**
 * parlance_chat_send:
 * @room: of this chat; joined or not yet
 * @text: well-formed UTF-8, 1 byte to parlance_server_info_get_max_text(); the server judges it
 * @options: (nullable)
 *
 * Writes a message. It is at once at the end of the room's list, pending, and is sent as soon as
 * there is a connection that has joined the room: once, in the order of these calls.
 *
 * Returns: (transfer none): of the room's list. Take a reference to watch its "notify::state"
 */
ParlanceMessage *parlance_chat_send (ParlanceChat *self,
                                     ParlanceRoom *room,
                                     const char *text,
                                     const ParlanceSendOptions *options);

/**
 * parlance_chat_send_async:
 * @cancellable: (nullable): ends the waiting, not the sending
 *
 * parlance_chat_send(), and waits until the message is sent or has failed.
 */
void parlance_chat_send_async (ParlanceChat *self,
                               ParlanceRoom *room,
                               const char *text,
                               const ParlanceSendOptions *options,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);

/**
 * parlance_chat_send_finish:
 *
 * Returns: (transfer full) (nullable): the message, which the server has; %NULL when it failed
 */
ParlanceMessage *
parlance_chat_send_finish (ParlanceChat *self, GAsyncResult *result, GError **error);

/** parlance_chat_retry_message: sends a message that failed, after all that wait; else nothing. */
void parlance_chat_retry_message (ParlanceChat *self, ParlanceMessage *message);

/** parlance_chat_discard_message: takes a message that failed out of its room's list. */
void parlance_chat_discard_message (ParlanceChat *self, ParlanceMessage *message);

/** parlance_chat_get_n_unsent: how many messages of all rooms are pending (not: failed). */
guint parlance_chat_get_n_unsent (ParlanceChat *self);

/**
 * parlance_chat_send_typing:
 *
 * Call it at every key: it tells the room at most every PARLANCE_TYPING_MS, and does nothing when
 * that is not possible.
 */
void parlance_chat_send_typing (ParlanceChat *self, ParlanceRoom *room);

/**
 * parlance_chat_history_async:
 * @room: name of any room, joined or not
 * @before_seq: messages before it; 0: see @after_seq
 * @after_seq: messages after it; -1 and no @before_seq: the newest
 * @limit: 1 to PARLANCE_MAX_HISTORY; 0: the server's default
 *
 * Fetches messages beside the room's list: for `parlance history`. For a view that is scrolled use
 * parlance_room_load_older_async().
 */
void parlance_chat_history_async (ParlanceChat *self,
                                  const char *room,
                                  gint64 before_seq,
                                  gint64 after_seq,
                                  guint limit,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

/**
 * parlance_chat_history_finish:
 * @ret_more: (out) (optional): whether there are more in that direction
 *
 * Returns: (transfer full) (nullable) (element-type ParlanceMessage): in seq order
 */
GPtrArray *parlance_chat_history_finish (ParlanceChat *self,
                                         GAsyncResult *result,
                                         gboolean *ret_more,
                                         GError **error);

/**
 * parlance_chat_search_messages_async:
 * @room: (nullable): name of a room; %NULL: every room
 * @limit: 1 to PARLANCE_MAX_HISTORY; 0: the server's default
 */
void parlance_chat_search_messages_async (ParlanceChat *self,
                                          const char *room,
                                          const char *text,
                                          guint limit,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);

/** parlance_chat_search_messages_finish: as parlance_chat_history_finish(), but newest first. */
GPtrArray *parlance_chat_search_messages_finish (ParlanceChat *self,
                                                 GAsyncResult *result,
                                                 gboolean *ret_more,
                                                 GError **error);
