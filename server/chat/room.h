/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rooms, sessions, and who is in which, as the authority knows them. Nothing here sends anything.
 */
#pragma once

#include "protocol/wire/limits.h"
#include "server/chat/accounts.h"
#include "server/chat/request.h"
#include "server/chat/ring.h"
#include "server/chat/send-budget.h"

typedef struct Room Room;

/* One session in one room. */
typedef struct
{
  Session *session;
  Room *room;
  guint index;           /* among the room's members */
  gint64 last_typing_ms; /* monotonic; 0: never */
} Membership;

/* A keyed message among those that are about to go out: its sender is to see the key. */
typedef struct
{
  ChatClient *client;
  guint32 end; /* of its line in the room's batch */
  char *key;   /* (owned): as JSON */
} KeyedLine;

struct Room
{
  guint32 id;
  char *name; /* as first written */
  char *folded;
  char *topic;
  gint64 first_seq;
  gint64 last_seq;
  GPtrArray *members; /* Membership, in no order */
  guint n_twins;      /* of them that only repeat a nick */
  guint *n_local;     /* members of each port that have been told that they are in */
  guint n_told;       /* of all ports: as many as there are at this point of the batch */
  Ring *ring;
  /* Messages of this batch that have not gone out: lines, where they end, and which have keys. */
  GString *lines;
  GArray *ends;  /* guint32 */
  GArray *keyed; /* KeyedLine */
  gint64 lines_first_seq;
};

/* Sessions of one account have the same nick: they are twins, and one person to everybody else. */
struct Session
{
  ChatClient *client;
  Session *twin;    /* the next one of a ring; itself: there is no other */
  Account *account; /* (nullable): %NULL: nobody has registered the nick */
  Device *device;   /* (nullable): of the account */
  ChatPeer peer;
  char *nick;             /* (owned): a GRefString: steps of a batch hold on to what it was */
  char *folded;           /* (owned): the same */
  GHashTable *rooms;      /* folded name -> Membership (owned) */
  SendBudget send_budget; /* without an account, which has one for all its sessions */
};

Room *
room_new (guint32 id, const char *name, const char *folded, RingBudget *budget, guint n_ports);
/** room_free: it has no members */
void room_free (Room *self);

Session *session_new (ChatClient *client, const char *nick, const char *folded);
/** session_free: it is in no room */
void session_free (Session *self);

void session_set_nick (Session *self, const char *nick, const char *folded);

/** session_set_device: @device: (nullable): the one that it is there with */
void session_set_device (Session *self, Device *device);

/** session_enter: Returns: (transfer none): the new membership */
Membership *session_enter (Session *self, Room *room);
/** session_exit: frees the membership */
void session_exit (Session *self, Membership *membership);

/** session_in: Returns: (nullable): its membership of the room of that name */
Membership *session_in (Session *self, const char *room_folded);

/** session_twin_in: Returns: (nullable): the membership of another session of that nick */
Membership *session_twin_in (const Session *self, const char *room_folded);
/** session_n_twins: how many sessions have the nick, itself included */
guint session_n_twins (const Session *self);
/** session_join_twins: @other: has the same nick; neither is in a room where the other is */
void session_join_twins (Session *self, Session *other);
/** session_leave_twins: it is in no room. Returns: (nullable): one of those that are left */
Session *session_leave_twins (Session *self);

/** membership_is_twin: whether another one of that nick stands for the person in the room */
gboolean membership_is_twin (const Membership *self);

/** room_n_people: members, each nick once */
guint room_n_people (const Room *self);

/** room_add_line: a message that was stored, to go out with the batch. @key: (nullable) (array
 * length=n_key): @client's own */
void room_add_line (Room *self, gint64 seq, ChatClient *client, const char *key, gsize n_key);

/** room_clear_lines: they have gone out */
void room_clear_lines (Room *self);

/** room_tell_in: room_tell_out: a member of the port with number @port is told that it is in, or
 * out
 */
void room_tell_in (Room *self, guint port);
void room_tell_out (Room *self, guint port);

/** room_is_quiet: those who were told that they are in are too many for joined, left and typing */
static inline gboolean
room_is_quiet (const Room *self)
{
  return self->n_told > PARLANCE_QUIET_MEMBERS;
}

/** room_is_forgettable: nobody is in it, and nothing of it would be missed */
gboolean room_is_forgettable (const Room *self);
