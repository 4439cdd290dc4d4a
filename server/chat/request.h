/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a front door asks the authority, and how the answer comes back: the request itself travels,
 * worker → authority (→ archive) → worker, and belongs to whoever has it. Its strings are the front
 * door's, and so is freeing it: message.discard.
 */
#pragma once

#include "protocol/wire/account.h"
#include "protocol/wire/errors.h"
#include "server/chat/network-range.h"
#include "server/chat/password.h"
#include "server/net/mailbox.h"
#include "server/net/shared-frame.h"

typedef struct ChatClient ChatClient;
typedef struct ChatPort ChatPort;
typedef struct ChatRequest ChatRequest;
typedef struct Session Session;

typedef enum
{
  CHAT_HELLO,    /* @nick, @nick_folded, @text: the token to resume with, @password; any may be
                  * absent; @device_name, @peer, as of CHAT_REGISTER */
  CHAT_JOIN,     /* @room, @after; answered with @result, @seq and @is_live as of CHAT_CATCH_UP */
  CHAT_LEAVE,    /* @room; answered with @room_id */
  CHAT_ROOMS,    /* answered with @result, as all that follow */
  CHAT_MEMBERS,  /* @room */
  CHAT_TOPIC,    /* @room, @text */
  CHAT_SEND,     /* @room, @body, @key; answered with @seq and @time_ms */
  CHAT_TYPING,   /* @room */
  CHAT_HISTORY,  /* @room, @before, @after, @limit */
  CHAT_SEARCH,   /* @room (may be absent), @text, @limit */
  CHAT_CATCH_UP, /* @room, @after: the next piece of what was missed: @frame up to @seq, @is_live */
  CHAT_GONE,     /* the connection has ended; answered when nothing names the client any more */
  /* Of accounts. Answered with @result where nothing else is said. */
  CHAT_REGISTER, /* @nick, @password, @server_password (may be absent), @device_name, @peer */
  CHAT_PASSWORD, /* @nick (may be absent), @password, @new_password */
  CHAT_DELETE,   /* @nick (may be absent), @password */
  CHAT_ACCOUNT,
  CHAT_LOGOUT, /* @id: a device, @is_on: all others, or neither */
  /* Of operators. */
  CHAT_KICK,         /* @nick, @text: the reason, may be empty */
  CHAT_BAN,          /* @target, @nick or @address, @text, @duration_s */
  CHAT_UNBAN,        /* @id, or @target and @nick or @address */
  CHAT_BANS,         /* those that mute too */
  CHAT_MUTE,         /* @nick, @text, @duration_s */
  CHAT_UNMUTE,       /* @nick */
  CHAT_CLOSE_ROOM,   /* @room, @text */
  CHAT_OPEN_ROOM,    /* @room */
  CHAT_NOTICE,       /* @text, @room (may be absent) */
  CHAT_SET_OPERATOR, /* @nick, @is_on */
  CHAT_STATS,        /* answered with nothing: whether an operator asks for them */
} ChatVerb;

/* What everybody but operators is told of CHAT_STATS. */
#define CHAT_STATS_REFUSED "stats are shown to operators, and on the server's own machine"

/* One connection that has said hello with a nick. */
struct ChatClient
{
  ChatPort *port; /* of its worker */
  /* (nullable): what all clients of the same address have in common, for as long as a request of
   * theirs is on its way; compared and never looked into. NULL: its address has no limits, and it
   * counts as one of its own. */
  gpointer address;
  Session *session;        /* (nullable): the authority's own; NULL: not identified */
  gboolean knows_password; /* the authority's own: has shown the server's */
  /* The authority's own: a password of its is being looked at, and what it asks for meanwhile
   * waits. */
  gboolean is_checked;
  ChatRequest *parked; /* (owned): in order */
};

/* Where a connection comes from, and what may be said on it. */
typedef struct
{
  NetworkAddress address;
  gboolean is_local;   /* the same machine */
  gboolean is_private; /* encrypted, or local */
} ChatPeer;

/* Work for the hasher, which sets what is out. */
typedef struct
{
  char *known;       /* (nullable) (owned): the hash that @tried is to have; %NULL: none is asked */
  const char *tried; /* borrowed from the request, as is the next */
  const char *fresh; /* (nullable): to be hashed if @tried is right */
  gboolean is_done;
  PasswordVerdict verdict; /* (out) */
  char *hash;              /* (out) (nullable) (owned): of @fresh */
} PasswordCheck;

/* How a worker is reached. */
struct ChatPort
{
  guint index; /* from 0 */
  void (*post) (ChatPort *self, MailboxMessage *message);
  void (*deliver) (MailboxMessage *message, void *receiver); /* of a ChatMail */
};

struct ChatRequest
{
  MailboxMessage message; /* first */
  ChatRequest *next;      /* (nullable): the next one in whatever list it is in */
  ChatVerb verb;
  ChatClient *client;

  /* What is asked. Strings are NUL-terminated; NULL where the verb has none. */
  const char *room; /* as written */
  const char *room_folded;
  const char *nick;
  const char *nick_folded;
  const char *text;
  const char *body; /* JSON members of a message, without braces */
  gsize n_body;
  const char *key; /* may hold NULs */
  gsize n_key;
  gint64 after; /* -1: absent */
  gint64 before;
  guint32 limit;
  guint32 generation; /* of the catch-up; the worker's own */
  const char *password;
  const char *new_password;
  const char *server_password;
  const char *device_name; /* what the client calls itself */
  const char *address;     /* as somebody wrote it */
  ChatPeer peer;
  ParlanceTarget target;
  gint64 id;
  gint64 duration_s;
  gboolean is_on;

  PasswordCheck check; /* the authority's own */

  /* What is answered. */
  gboolean is_refused;
  ParlanceFault fault; /* borrows from the request, or constants */
  GString *result;     /* (nullable) (owned): JSON text */
  guint32 room_id;
  char *room_name; /* (nullable) (owned): as first written */
  gint64 seq;
  gint64 time_ms;
  SharedFrame *frame; /* (nullable) (owned) */
  gboolean is_live;   /* what follows @seq comes as MESSAGES */
  char *words;        /* (nullable) (owned): what @fault borrows and is no constant */
};

/** chat_request_clear: frees what is answered, and the authority's own */
void chat_request_clear (ChatRequest *self);

/** chat_request_refuse: with a member of `params`, or %NULL for a reason that names none */
static inline void
chat_request_refuse (ChatRequest *self, ParlanceReason reason, const char *field)
{
  self->is_refused = TRUE;
  self->fault =
      field != NULL ? parlance_fault_field (reason, field) : (ParlanceFault){ .reason = reason };
}
