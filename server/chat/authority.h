/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The authority: the one thread that owns nicks, rooms, membership and the numbers of messages. It
 * drains its mailbox, stores everything drained in one transaction, and only then answers and sends
 * frames out: that is group commit, and what makes "acknowledged" mean "durable".
 */
#pragma once

#include "server/chat/journal.h"
#include "server/chat/mail.h"
#include "server/chat/network-range.h"

typedef struct Authority Authority;

/* How long messages are kept; 0: for ever, all of them. */
typedef struct
{
  guint max_days;
  guint max_messages; /* of one room */
} ChatRetention;

typedef enum
{
  CHAT_ACCESS_OPEN,     /* a nick that was registered needs its password */
  CHAT_ACCESS_PASSWORD, /* and another one the server's */
  CHAT_ACCESS_ACCOUNTS, /* there is no other one */
} ChatAccess;

typedef struct
{
  guint send_rate; /* [messages/s] of one session, or of all of an account, burst twice that; 0: no
                      limit */
  guint room_rate; /* [rooms/min] that an address, or an account, makes; 0: no limit */
  GArray *unlimited; /* (owned): NetworkRange: addresses that it does not count for */
  gsize ring_bytes;  /* that recent messages may take in memory; 0: RING_BUDGET_BYTES */
  ChatRetention retention;
  GHashTable *rooms; /* (owned): folded name -> ChatRetention that a room has of its own */
  ChatAccess access;
  char *password_hash; /* (nullable) (owned): of the server's password, which registering needs
                        * too */
  GHashTable
      *operators; /* (owned): set of folded nicks: operators as soon as they are registered */
} ChatLimits;

ChatLimits *chat_limits_new (void);
void chat_limits_free (ChatLimits *self);

/* For `stats`; each of them a little old, never torn. */
typedef struct
{
  guint64 n_sessions;
  guint64 n_rooms;
  guint64 n_messages; /* stored */
} AuthorityCounts;

/**
 * authority_new:
 * @data_dir: where the journal is
 * @limits: (transfer full)
 * @ports: (array length=n_ports) (transfer none): of every worker, by their index; they outlive the
 *   authority
 *
 * Opens the journal and reads what rooms and tokens there are.
 */
Authority *authority_new (const char *data_dir,
                          JournalDurability durability,
                          ChatLimits *limits,
                          ChatPort *const *ports,
                          guint n_ports,
                          GError **error);

/** authority_start: begins the threads */
gboolean authority_start (Authority *self, GError **error);

/** authority_post: (transfer full) of @requests, a chain by `next`. Any thread. */
void authority_post (Authority *self, ChatRequest *requests);

/** authority_set_limits: (transfer full) of @limits. Any thread. */
void authority_set_limits (Authority *self, ChatLimits *limits);

/** authority_post_message: (transfer full) of @message, which any receiver will do for. Any thread.
 */
void authority_post_message (Authority *self, MailboxMessage *message);

/** authority_stop: carries out what was posted, commits, and joins the threads. The ports still
 * take mail */
void authority_stop (Authority *self);

/** authority_free: stopped, or never started. Takes %NULL */
void authority_free (Authority *self);

/** authority_get_access: as of the limits that were set last. Any thread */
ChatAccess authority_get_access (const Authority *self);

/** authority_counts: any thread */
AuthorityCounts authority_counts (const Authority *self);
