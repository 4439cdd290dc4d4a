/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the front doors share. A FrontServer is one for the whole process and immutable while
 * workers run; a FrontContext is one for each worker and belongs to its thread, but for the
 * counters, which anyone may read.
 */
#pragma once

#include "protocol/wire/limits.h"
#include "server/dictionary/library.h"
#include "server/front/chat-desk.h"
#include "server/front/labels.h"
#include "server/net/compute.h"
#include "server/net/worker.h"

#include <stdatomic.h>

/* Methods that are counted, in the order of `stats`. */
typedef enum
{
  FRONT_METHOD_ANNOTATE,
  FRONT_METHOD_DEFINE,
  FRONT_METHOD_DICTIONARIES,
  FRONT_METHOD_HELLO,
  FRONT_METHOD_MATCH,
  FRONT_METHOD_PING,
  FRONT_METHOD_SEARCH,
  FRONT_METHOD_STATS,
  FRONT_METHOD_JOIN,
  FRONT_METHOD_LEAVE,
  FRONT_METHOD_ROOMS,
  FRONT_METHOD_MEMBERS,
  FRONT_METHOD_TOPIC,
  FRONT_METHOD_SEND,
  FRONT_METHOD_HISTORY,
  FRONT_METHOD_SEARCH_MESSAGES,
  FRONT_METHOD_TYPING,
  FRONT_METHOD_REGISTER,
  FRONT_METHOD_PASSWORD_CHANGE,
  FRONT_METHOD_ACCOUNT,
  FRONT_METHOD_ACCOUNT_DELETE,
  FRONT_METHOD_LOGOUT,
  FRONT_METHOD_KICK,
  FRONT_METHOD_BAN,
  FRONT_METHOD_UNBAN,
  FRONT_METHOD_BANS,
  FRONT_METHOD_MUTE,
  FRONT_METHOD_UNMUTE,
  FRONT_METHOD_CLOSE_ROOM,
  FRONT_METHOD_OPEN_ROOM,
  FRONT_METHOD_NOTICE,
  FRONT_METHOD_SET_OPERATOR,
  FRONT_METHOD_DICT, /* every command of the DICT front door */
} FrontMethod;

#define FRONT_N_METHODS (FRONT_METHOD_DICT + 1)

typedef struct FrontContext FrontContext;

typedef struct
{
  char *id;          /* UUID, the same at every start in the same data directory */
  char *name;        /* for people */
  char *host;        /* the machine's name, for the DICT banner */
  gint64 started_us; /* monotonic [µs] */
  ComputePool *pool;
  Authority *authority;    /* (nullable): %NULL: there is no chat */
  const Peers *peers;      /* (nullable): addresses and their limits, for `stats` */
  const Memory *memory;    /* (nullable): what connections take, for `stats` */
  FrontContext **contexts; /* of every worker */
  guint n_contexts;
} FrontServer;

struct FrontContext
{
  const FrontServer *server;
  Worker *worker;     /* set before it starts */
  ChatDesk *desk;     /* (nullable) (owned): where there is chat */
  Library *library;   /* (owned): replaced by front_context_set_library() */
  FrontLabel *labels; /* (owned): of its dictionaries */
  GString *reply;     /* scratch of the request that is being answered */
  GString *body;      /* scratch of a message that is being read */
  char *names;        /* scratch for a name out of a request, PARLANCE_MAX_LINE bytes */
  LibraryEntry entries[PARLANCE_MAX_ENTRIES];
  LibraryMatch matches[PARLANCE_MAX_MATCHES];
  LibrarySelection selection;
  char *loading;     /* (nullable) (owned): the dictionary that is being compiled */
  guint64 n_loaded;  /* [bytes] of its source that are read */
  guint64 n_to_load; /* [bytes] all of them */
  guint index;       /* among the workers */
  guint n_greeted;   /* DICT banners sent */
  _Atomic guint64 n_calls[FRONT_N_METHODS];
  _Atomic guint64 n_lookups; /* by define, match, annotate and search, through either door */
};

/** front_context_new: @library: (transfer none): referenced */
FrontContext *front_context_new (const FrontServer *server, Library *library);
void front_context_free (FrontContext *self);

/**
 * front_context_set_library:
 *
 * Mails the snapshot to the context's worker, which answers from it as soon as it gets there. Any
 * thread.
 */
void front_context_set_library (FrontContext *self, Library *library);

/**
 * front_context_set_loading:
 * @name: (nullable): the dictionary that is being compiled; %NULL: none
 * @done: @total: [bytes] of its source
 *
 * Mails to the context's worker what `stats` shows. Any thread.
 */
void front_context_set_loading (FrontContext *self, const char *name, guint64 done, guint64 total);

/** front_context: the one of the worker that @connection belongs to */
static inline FrontContext *
front_context (Connection *connection)
{
  return worker_context (connection_worker (connection));
}

/** front_note_lookup: counts one, which what has no hurry gives way to */
static inline void
front_note_lookup (FrontContext *self)
{
  worker_count (&self->n_lookups, 1);
  worker_note_asked (self->worker);
}

/**
 * front_charge_match:
 *
 * Suffixes and sounds go through a good part of a dictionary, tens of times as long as other
 * lookups: such lines take that much more of their connection's turn.
 */
static inline void
front_charge_match (Connection *connection, LibraryStrategy strategy)
{
  if (strategy == LIBRARY_STRATEGY_SUFFIX || strategy == LIBRARY_STRATEGY_SOUNDEX)
    connection_charge (connection, CONNECTION_LINES_PER_TURN);
}
