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
 *   authority-load.c      what is stored, at a start
 *   authority-tell.c      operations for workers; what a request names
 *   authority-session.c   sessions: giving nicks, and taking them
 *   authority-access.c    hello, gone: who may come in
 *   authority-account.c   register, passwords, devices
 *   authority-operate.c   what operators do
 *   authority-ban.c       bans, and those who may not talk
 *   authority-tokens.c    tokens of nicks without an account
 *   authority-presence.c  join, leave, rooms, members, topic, typing
 *   authority-talk.c      send, history, search, catching up
 *   authority-keep.c      retention
 */
#pragma once

#include "server/chat/archive.h"
#include "server/chat/authority.h"
#include "server/chat/bans.h"
#include "server/chat/guesses.h"
#include "server/chat/hasher.h"
#include "server/chat/room.h"
#include "server/chat/room-makers.h"
#include "server/chat/throttle.h"

#include <pthread.h>
#include <stdatomic.h>

#define AUTHORITY_MAX_ROOMS 16384 /* in all; empty ones without a message are forgotten */

typedef struct
{
  guint8 hash[JOURNAL_TOKEN_BYTES]; /* first: the key of its table */
  char *nick;
  char *folded;
  gint64 expires_ms;
  GList link; /* in Authority.tokens_by_use */
} Token;

/* A session that has ended, to be told. */
typedef struct
{
  ChatClient *client;
  char *nick;            /* (owned): a GRefString */
  GPtrArray *rooms;      /* (owned): Room: where nobody of the nick is left */
  GPtrArray *twin_rooms; /* (owned): Room: where another one is */
  gboolean is_closed;    /* and the connection is to end */
  SharedFrame *words;    /* (nullable) (owned): its last */
} Ended;

/* One request of the batch. What it names lives until the batch ends. */
typedef struct
{
  ChatRequest *request;
  Room *room;         /* (nullable) */
  GPtrArray *ended;   /* (nullable) (owned): Ended */
  char *nick;         /* (nullable) (owned): whose doing it is, a GRefString */
  char *nick_folded;  /* (nullable) (owned): of a send, a GRefString */
  char *old_nick;     /* (nullable) (owned): what it was renamed from */
  GPtrArray *company; /* (nullable) (owned): ChatClient: who is to hear of the new name */
  guint entry;        /* of a send: among the batch's entries */
  gboolean is_first;  /* of a join: it was not in the room before */
  gboolean is_twin;   /* of join and leave: for a twin is in the room, nobody hears of it */
  gboolean is_parked; /* the request went to the hasher, and comes back */
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
  GHashTable *nicks;          /* folded nick -> Session, one of its ring (all owned) */
  GHashTable *tokens;         /* Token, by its hash (owned) */
  GHashTable *tokens_by_nick; /* folded nick -> Token */
  GQueue tokens_by_use;       /* Token, the one that was used last at the end */
  RingBudget ring_budget;

  AccountStore *store;
  Accounts *accounts;
  Bans *bans;
  Hasher *hasher;
  GHashTable *checked; /* ChatClient: those that wait for the hasher */
  Guesses *guesses;
  Throttle *registrations; /* by address */
  RoomMakers *room_makers;
  /* Of the password that was found to be the server's. */
  guint8 server_digest[PASSWORD_DIGEST_BYTES];
  char *server_digest_of; /* (nullable): the hash that it belongs to */

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

  _Atomic int access;
  _Atomic guint64 n_sessions;
  _Atomic guint64 n_rooms;
  _Atomic guint64 n_messages;
};

/* --- authority-tell.c --- */

/** authority_op: adds to what a port's worker is told; what @op owns goes with it */
void authority_op (Authority *self, const ChatPort *port, const ChatOp *op);
/** authority_post_ops: what has gathered goes out */
void authority_post_ops (Authority *self);
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
/** authority_refuse_room: of the request's room. @detail: (nullable): constant */
void authority_refuse_room (ChatRequest *request, ParlanceReason reason, const char *detail);
/** authority_find_room: (nullable): refuses the request where there is none */
Room *authority_find_room (Authority *self, ChatRequest *request);
/** authority_session: (nullable): of the client; refuses the request where there is none */
Session *authority_session (ChatRequest *request);
/** authority_membership: (nullable): in the room of the request, which is refused without */
Membership *authority_membership (ChatRequest *request);
/** authority_may_say: takes what all members hear off the session's rate; refuses the request where
 * nothing is left of it */
gboolean authority_may_say (Authority *self, ChatRequest *request, Session *session);
/** authority_charge: the same of what others do not hear, and who is muted may do */
gboolean authority_charge (Authority *self, ChatRequest *request, Session *session);
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

void authority_take_register (Authority *self, Step *step);
void authority_take_password (Authority *self, Step *step);
void authority_take_delete (Authority *self, Step *step);
void authority_take_account (Authority *self, Step *step);
void authority_take_logout (Authority *self, Step *step);
void authority_tell_logout (Authority *self, Step *step);
void authority_take_kick (Authority *self, Step *step);
void authority_take_ban (Authority *self, Step *step);
void authority_take_unban (Authority *self, Step *step);
void authority_take_bans (Authority *self, Step *step);
void authority_take_mute (Authority *self, Step *step);
void authority_take_unmute (Authority *self, Step *step);
void authority_take_close_room (Authority *self, Step *step);
void authority_tell_close_room (Authority *self, Step *step);
void authority_take_open_room (Authority *self, Step *step);
void authority_take_notice (Authority *self, Step *step);
void authority_tell_notice (Authority *self, Step *step);
void authority_take_set_operator (Authority *self, Step *step);
void authority_tell_set_operator (Authority *self, Step *step);
/** authority_tell_operators: between batches: those hear of it who are operators and were none by
 * @before, and the other way round */
void authority_tell_operators (Authority *self, const ChatLimits *before);
void authority_take_stats (Authority *self, Step *step);
/** authority_tell_ended: of those that end sessions, or do nothing but answer */
void authority_tell_ended (Authority *self, Step *step);

/* --- authority-load.c --- */

/** authority_load: rooms and tokens, out of the journal */
gboolean authority_load (Authority *self, GError **error);
/** authority_load_accounts: @data_dir: (nullable): %NULL: nothing is stored */
gboolean authority_load_accounts (Authority *self, const char *data_dir, GError **error);

/* --- authority-session.c --- */

void ended_free (gpointer data);
/** authority_end_session: takes the session out of everything. @words: (nullable) (transfer full):
 * its connection is to end with them. @is_closed: or without */
void authority_end_session (
    Authority *self, Session *session, gboolean is_closed, SharedFrame *words, Step *step);
/** authority_tell_ends: of the sessions that the step has ended */
void authority_tell_ends (Authority *self, const Step *step);
/** authority_give_nick: gives the client the nick, which is free, or the account's. What the
 * session knows of an account is not touched */
void authority_give_nick (
    Authority *self, ChatClient *client, const char *nick, const char *folded, Step *step);
/** authority_greet: gives the client the nick of an account, and the result that hello has.
 * @device: (nullable): whose token is in the request; %NULL: another one is made */
void authority_greet (Authority *self, Step *step, Account *account, Device *device);
/** authority_append_session: @account: (nullable). @dropped: (nullable): of the account, for this
 */
void authority_append_session (const Authority *self,
                               GString *out,
                               const char *nick,
                               const char *token,
                               const Account *account,
                               const DroppedDevice *dropped);
/** authority_last_words: (transfer full): an error that belongs to no request */
SharedFrame *authority_last_words (ParlanceReason reason, const char *words);

/* --- authority-access.c --- */

gboolean authority_is_operator (const Authority *self, const Account *account);
/** authority_refuse_nick: the request's nick is in use. @detail: (nullable): constant */
void authority_refuse_nick (ChatRequest *request, const char *detail);
/** authority_refuse_words: @words: (transfer full) */
void authority_refuse_words (ChatRequest *request, ParlanceReason reason, char *words);
/** authority_is_reserved: whether the nick is kept for an operator who has not registered it */
gboolean authority_is_reserved (const Authority *self, const char *folded);
/** authority_admits_address: refuses the request where it comes from an address that is banned */
gboolean authority_admits_address (Authority *self, ChatRequest *request);
/**
 * authority_check:
 * @known: the hash that the request's password is to have
 * @nick: (nullable): folded: whose it is; %NULL: the server's
 *
 * Returns: whether the password is right. If not the request is refused, or parked
 */
gboolean authority_check (Authority *self, Step *step, const char *known, const char *nick);
/** authority_hash: makes a hash of @fresh, and compares @tried with @known (nullable: with nothing)
 * before. Returns: whether that is done, and the request not refused */
gboolean authority_hash (
    Authority *self, Step *step, const char *known, const char *tried, const char *fresh);
/** authority_may_hash: refuses the request where too many wait for that */
gboolean authority_may_hash (Authority *self, ChatRequest *request);
/** authority_may_change: whether the client may change to that nick without confusing those who
 * share a room with it: refuses the request if not */
gboolean authority_may_change (Authority *self, ChatRequest *request, const char *folded);
/** authority_not_stored: refuses the request, and logs why now and then */
void authority_not_stored (Authority *self, ChatRequest *request, const GError *error);
/** authority_forget_digest: the server has another password */
void authority_forget_digest (Authority *self);

/* --- authority-ban.c --- */

/** authority_describe_ban: (transfer full): in words for whom it concerns */
char *authority_describe_ban (const Authority *self, const Ban *ban);
/** authority_may_talk: refuses the request where the session is muted */
gboolean authority_may_talk (Authority *self, ChatRequest *request, const Session *session);
/** authority_operator: Returns: (nullable): the session, which is an operator's; refuses the
 * request where it is not */
Session *authority_operator (Authority *self, ChatRequest *request);
/** authority_is_safe: whether @folded is no operator; refuses the request otherwise */
gboolean authority_is_safe (Authority *self, ChatRequest *request, const char *folded);

/* --- authority-tokens.c --- */

gboolean authority_load_tokens (Authority *self, GError **error);
void authority_init_tokens (Authority *self);
void authority_clear_tokens (Authority *self);
/** authority_expire_tokens: those that nobody has used for too long */
void authority_expire_tokens (Authority *self, gint64 now_ms);
void authority_hash_token (const char *text, guint8 ret_hash[JOURNAL_TOKEN_BYTES]);
/** authority_make_token: (transfer full): 256 bits that cannot be guessed, as text, and their hash
 */
char *authority_make_token (guint8 ret_hash[JOURNAL_TOKEN_BYTES]);
/** authority_issue_token: gives the nick a token, in place of any before. Returns: (transfer full):
 * its text */
char *authority_issue_token (Authority *self, const char *nick, const char *folded);
/** authority_drop_token: that of the nick, if it has one */
void authority_drop_token (Authority *self, const char *folded);
/** authority_find_token: (nullable): by its hash; one that is valid */
Token *authority_find_token (Authority *self, const guint8 hash[JOURNAL_TOKEN_BYTES]);
/** authority_renew_token: it is being used */
void authority_renew_token (Authority *self, Token *token, gint64 now_ms);

/* --- authority-keep.c --- */

/** authority_keep_now: goes through the rooms as soon as there is time */
void authority_keep_now (Authority *self);
/** authority_keep_step: does a little of it. Returns: how long it may wait for the next [ms] */
int authority_keep_step (Authority *self);
