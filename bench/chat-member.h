/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The generator's connections to a chat server: opened all at once, then each enters the room after
 * the one before it has, without reading what the others are told of that: it waits in the kernel.
 */
#pragma once

#include "bench/chat-dialect.h"
#include "bench/socket.h"

#include <glib.h>

typedef struct
{
  int fd;
  int sender;      /* whose messages it sends, -1: nobody's */
  guint32 *wanted; /* (nullable) (owned): of each sender, the number that comes next */
  guint64 order;   /* a hash over what came, in its order */
  char *tail;      /* (nullable) (owned): received, the beginning of a line */
  gsize n_tail;    /* [bytes] */
  gsize n_tail_max;
} ChatMember;

typedef struct
{
  ChatDialect dialect;
  BenchAddress address;
  const char *room;
  const char *run; /* nicks begin with it, in small letters */
} ChatEntrance;

/**
 * chat_members_enter:
 * @members: (array length=n_members) (inout): zeroed
 * @is_publisher: connects only; not to be in the room
 * @receive_bytes: [bytes] the receive buffer the kernel is to keep, 0: its default
 * @first_nick: their nicks are numbered from here
 *
 * Waits 10 s for a server that does not answer. What was received behind the last answer is in the
 * members' tails.
 *
 * Returns: whether all are in the room; when not, it was said on stderr
 */
gboolean chat_members_enter (const ChatEntrance *entrance,
                             ChatMember *members,
                             gsize n_members,
                             gboolean is_publisher,
                             int receive_bytes,
                             guint first_nick);

/** chat_member_keep_tail: remembers what has to be scanned again with what follows */
void chat_member_keep_tail (ChatMember *self, const char *tail, gsize n_tail);

/** chat_members_clear: closes them with a reset, so that the server finds nobody there to tell of
 * the others' going, and no port stays in TIME_WAIT. Takes %NULL. */
void chat_members_clear (ChatMember *members, gsize n_members);
