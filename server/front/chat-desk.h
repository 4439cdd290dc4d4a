/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A worker's part in chat: which of its connections are in which room, requests on their way to the
 * authority, and handing frames out. Belongs to the worker's thread.
 *
 * A room of a thousand members is handed out to a few at a time, and requests that come in between
 * are answered in between: that is what keeps a lookup quick while a crowd talks.
 */
#pragma once

#include "server/chat/authority.h"
#include "server/net/connection.h"

typedef struct ChatDesk ChatDesk;
typedef struct DeskClient DeskClient;
typedef struct DeskRequest DeskRequest;

/* Embedded first in the front door's own request. */
struct DeskRequest
{
  ChatRequest chat;       /* first; room, verb and the like are the front door's to fill in */
  Connection *connection; /* (nullable): held until the request is back */
  guint weight;           /* of that hold */
  /* Worker's thread, when the request is back: writes the reply. The client may be closed, and what
   * it sends goes nowhere then. */
  void (*answer) (DeskRequest *self);
  /* Frees what the front door put into it, and the struct. Any thread. */
  void (*dispose) (DeskRequest *self);
};

/** chat_desk_new: of the worker with number @index. @authority may still be %NULL:
 * chat_desk_set_authority() */
ChatDesk *chat_desk_new (Worker *worker, guint index);
void chat_desk_free (ChatDesk *self);

/** chat_desk_set_authority: before the worker starts */
void chat_desk_set_authority (ChatDesk *self, Authority *authority);

/** chat_desk_port: (transfer none): for the authority */
ChatPort *chat_desk_port (ChatDesk *self);

/** chat_desk_chore: once a turn: posts requests and hands frames out. Returns: whether there is
 * more to hand out */
gboolean chat_desk_chore (ChatDesk *self);

/** chat_desk_open: (transfer none): a client for @connection, until desk_client_ended() */
DeskClient *chat_desk_open (ChatDesk *self, Connection *connection);

/**
 * chat_desk_submit:
 * @request: (transfer full): of @client; leaves at the end of the turn
 * @weight: connection_hold()
 */
void chat_desk_submit (ChatDesk *self, DeskClient *client, DeskRequest *request, guint weight);

/** desk_client_ended: its connection hears nothing more */
void desk_client_ended (DeskClient *self);

/** desk_client_has_room: what connection_await_room() was called for */
void desk_client_has_room (DeskClient *self);
