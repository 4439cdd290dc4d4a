/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the files of the authority share; nobody else includes it.
 *
 * A batch has two halves. Each request is *taken*: checked against what the authority knows, which
 * changes at once, and what is to be stored gathers. Then everything is stored. Then each is
 * *told*, in the same order: numbers are given out, answers and frames leave. So a later request of
 * the batch builds on an earlier one, and nothing leaves before it is stored.
 *
 *   authority.c           the thread and the batch
 *   authority-tell.c      operations for workers; what a request names
 *   authority-session.c   hello, gone, tokens
 *   authority-presence.c  join, leave, rooms, members, topic, typing
 *   authority-talk.c      send, history, search, catching up
 *   authority-keep.c      retention
 */
#pragma once

#include "server/chat/archive.h"
#include "server/chat/authority.h"
#include "server/chat/room.h"

#include <pthread.h>
#include <stdatomic.h>

#define AUTHORITY_MAX_ROOMS 16384 /* in all; empty ones without a message are forgotten */

/* One request of the batch. What it names lives until the batch ends. */
typedef struct
{
  ChatRequest *request;
  Room *room;         /* (nullable) */
  GPtrArray *rooms;   /* (nullable) (owned): Room: those that a session that ends was in */
  ChatClient *closed; /* (nullable): whose session was taken over */
  char *nick;         /* (nullable) (owned): whose doing it is, a GRefString */
  char *nick_folded;  /* (nullable) (owned): of a send, a GRefString */
  char *old_nick;     /* (nullable) (owned): what it was renamed from */
  char *left_nick;    /* (nullable) (owned): of the session that ends */
  GPtrArray *company; /* (nullable) (owned): ChatClient: who is to hear of the new name */
  guint entry;        /* of a send: among the batch's entries */
  gboolean is_first;  /* of a join: it was not in the room before */
} Step;

typedef struct
{
  gint64 next_ms;    /* monotonic: when to go through the rooms again */
  GPtrArray *rooms;  /* Room: those still to be gone through; empty: not trimming */
  gboolean expiring; /* keys and tokens are being gone through */
} Keep;

struct Authority
{
  Journal *journal;
  Archive *archive;
  ChatLimits *limits;
  ChatPort *const *ports;
  guint n_ports;
  Mailbox *mailbox;
  int poll_fd;
  pthread_t thread;
  gboolean started;
  gboolean stopping;

  GHashTable *rooms;          /* folded name -> Room (owned) */
  GHashTable *nicks;          /* folded nick -> Session (owned) */
  GHashTable *tokens;         /* Token, by its hash (owned) */
  GHashTable *tokens_by_nick; /* folded nick -> Token */
  GQueue tokens_by_use;       /* Token, the one that was used last at the end */
  RingBudget ring_budget;

  ChatRequest *queue; /* (owned): drained and not yet taken */
  ChatRequest **queue_end;
  gint64 now_us; /* monotonic, at the beginning of the batch */
  gint64 now_ms; /* real */
  GArray *steps;
  GArray *entries;          /* JournalEntry */
  gboolean is_stored;       /* the batch was */
  gint64 complained_us;     /* monotonic */
  GArray **ops;             /* for each port: ChatOp */
  GPtrArray *open_rooms;    /* with lines that have not gone out */
  GPtrArray *lonely_rooms;  /* that lost a member */
  GPtrArray *dead_sessions; /* freed when the batch ends */
  Keep keep;

  _Atomic guint64 n_sessions;
  _Atomic guint64 n_rooms;
  _Atomic guint64 n_messages;
};

/* --- authority-tell.c --- */

/** authority_op: adds to what a port's worker is told; what @op owns goes with it */
void authority_op (Authority *self, const ChatPort *port, const ChatOp *op);
/** authority_answer: the request goes back */
void authority_answer (Authority *self, ChatRequest *request);
/** authority_seal: what was said in the room goes out before what comes next */
void authority_seal (Authority *self, Room *room);
/** authority_seal_all: that of all rooms does */
void authority_seal_all (Authority *self);
/** authority_event: @frame: (transfer full): to every member but @except (nullable) */
void authority_event (Authority *self, Room *room, SharedFrame *frame, ChatClient *except);
/** authority_notification: (transfer full): of two members, whose names are quoted already */
SharedFrame *authority_notification (const char *method,
                                     const char *name_1,
                                     const char *value_1,
                                     const char *name_2,
                                     const char *value_2);
/** authority_find_room: (nullable): refuses the request where there is none */
Room *authority_find_room (Authority *self, ChatRequest *request);
/** authority_session: (nullable): of the client; refuses the request where there is none */
Session *authority_session (ChatRequest *request);
/** authority_membership: (nullable): in the room of the request, which is refused without */
Membership *authority_membership (ChatRequest *request);
/** authority_may_say: takes what all members hear off the session's rate; refuses the request where
 * nothing is left of it */
gboolean authority_may_say (Authority *self, ChatRequest *request, Session *session);
/** authority_add_room: what is stored, or made */
Room *authority_add_room (Authority *self, guint32 id, const char *name, const char *folded);

/* --- the methods: take, and tell unless it was refused --- */

void authority_take_hello (Authority *self, Step *step);
void authority_tell_hello (Authority *self, Step *step);
void authority_take_gone (Authority *self, Step *step);
void authority_tell_gone (Authority *self, Step *step);
void authority_take_join (Authority *self, Step *step);
void authority_tell_join (Authority *self, Step *step);
void authority_take_leave (Authority *self, Step *step);
void authority_tell_leave (Authority *self, Step *step);
void authority_take_rooms (Authority *self, Step *step);
void authority_tell_rooms (Authority *self, Step *step);
void authority_take_members (Authority *self, Step *step);
void authority_tell_members (Authority *self, Step *step);
void authority_take_topic (Authority *self, Step *step);
void authority_tell_topic (Authority *self, Step *step);
void authority_take_typing (Authority *self, Step *step);
void authority_tell_typing (Authority *self, Step *step);
void authority_take_send (Authority *self, Step *step);
void authority_tell_send (Authority *self, Step *step);
void authority_take_archive (Authority *self, Step *step);
void authority_tell_archive (Authority *self, Step *step);
void authority_take_catch_up (Authority *self, Step *step);
void authority_tell_catch_up (Authority *self, Step *step);

/* --- authority-session.c --- */

gboolean authority_load_tokens (Authority *self, GError **error);
void authority_init_tokens (Authority *self);
void authority_clear_tokens (Authority *self);
/** authority_expire_tokens: those that nobody has used for too long */
void authority_expire_tokens (Authority *self, gint64 now_ms);

/* --- authority-keep.c --- */

/** authority_keep_now: goes through the rooms as soon as there is time */
void authority_keep_now (Authority *self);
/** authority_keep_step: does a little of it. Returns: how long it may wait for the next [ms] */
int authority_keep_step (Authority *self);
