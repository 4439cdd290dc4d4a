/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the files of the chat desk share; nobody else includes it. chat-desk.c has clients, requests
 * and mail, chat-fanout.c the rooms and handing out.
 */
#pragma once

#include "server/front/chat-desk.h"
#include "server/net/worker.h"

typedef struct DeskRoom DeskRoom;

/* A client in a room. */
typedef struct
{
  DeskClient *client;
  DeskRoom *room;
  guint index;         /* among the room's members */
  guint64 n_handed;    /* of the room's items: those it was handed, or was not there for */
  gint64 seq;          /* the last message it was handed */
  guint32 generation;  /* of its last join: pieces for an earlier one come too late */
  gboolean is_lagging; /* it is catching up: what is live passes it by */
} DeskMember;

/* Something to be handed to a room. */
typedef struct
{
  ChatOpKind kind; /* MESSAGES, PERSONAL, EVENT */
  OutputFrame *frame;
  gint64 last_seq;
  gint64 queued_us;         /* monotonic */
  const DeskClient *client; /* PERSONAL: to that one only; EVENT: to all but that one */
} DeskItem;

struct DeskRoom
{
  guint32 id;
  char *name;         /* as first written */
  GPtrArray *members; /* DeskMember, and %NULL where one left during a pass */
  guint n_members;    /* without those */
  GArray *items;      /* DeskItem, in order */
  guint64 n_done;     /* that stood before these */
  guint n_passing;    /* of them that this pass hands out; 0: there is none */
  guint cursor;       /* the next member of the pass */
  DeskRoom *next;     /* in the queue of those with items */
  gboolean is_queued;
};

typedef struct
{
  DeskRoom *first; /* (nullable) */
  DeskRoom **end;
} DeskQueue;

#define DESK_MESSAGE_BYTES (64 * 1024)    /* of a page for each that is asked for, at most */
#define DESK_PAGE_BYTES (2 * 1024 * 1024) /* … and of all of it, as archive.c makes it */
#define DESK_PIECE_BYTES (128 * 1024)     /* of what was missed, as archive.c makes it */

struct DeskClient
{
  ChatClient chat; /* first */
  ChatDesk *desk;
  Connection *connection; /* (nullable): %NULL once it has ended */
  guint n_requests;       /* on their way */
  gboolean is_gone;       /* and the authority knows it */
  gboolean is_asking;     /* a piece of what it has missed is on its way */
  guint32 paging;         /* bits by ChatVerb: a page that it has asked for is on its way */
  gsize n_paging;         /* [bytes] that those have at most */
  ChatRequest *shelf;     /* (owned): pages that it is to be asked for later, in order */
  guint next_asking;      /* which of its memberships is looked at first for the next one */
  GPtrArray *members;     /* DeskMember (owned) */
  DeskClient *previous;   /* among the desk's */
  DeskClient *next;
};

struct ChatDesk
{
  ChatPort port; /* first: leads from the port to the desk */
  Worker *worker;
  Authority *authority;
  GHashTable *rooms; /* id -> DeskRoom (owned) */
  DeskClient *clients;
  ChatRequest *outbox; /* (owned): leaves at the end of the turn */
  ChatRequest **outbox_end;
  DeskQueue small; /* rooms with items and few members */
  DeskQueue large;
  guint32 n_joins; /* numbers the generations */
};

/* --- chat-fanout.c --- */

DeskMember *desk_find_member (const DeskClient *client, guint32 room_id);
/** desk_add_member: @name: of the room, as first written */
DeskMember *desk_add_member (DeskClient *client, guint32 room_id, const char *name);
/** desk_remove_member: and its room with its last member */
void desk_remove_member (DeskMember *member);
/** desk_queue_item: @op: MESSAGES, PERSONAL or EVENT; its frame is taken */
void desk_queue_item (ChatDesk *self, const ChatOp *op);
/** desk_hand_pending: what the member is to hear before something that overtakes the room's queue.
 * May end the connection, and the membership with it */
void desk_hand_pending (DeskMember *member);
/** desk_hand_out: to as many members as the worker lets it. Returns: whether there are more, and it
 * is not to wait for them */
gboolean desk_hand_out (ChatDesk *self);
void desk_room_free (DeskRoom *self);
