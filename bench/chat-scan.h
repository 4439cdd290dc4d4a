/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finds the messages in what a member of a room receives, for tens of millions of them a second: a
 * message mostly has the length of the one before, so the scanner looks there for its end and its
 * head, and searches only where it is not.
 */
#pragma once

#include "bench/chat-dialect.h"

#include <glib.h>

typedef struct
{
  guint32 number;
  guint16 sender;
  guint16 is_acknowledgement; /* of the receiving connection's own message; only @number counts */
} ChatItem;

typedef struct
{
  ChatDialect dialect;
  const char *run;     /* CHAT_RUN_LETTERS letters */
  const char *payload; /* what every message has behind the head */
  gsize n_payload;     /* [bytes] */
  gboolean checked;    /* compare the whole payload, not only its head */
  gsize n_frame;       /* [bytes] of the last message; 0: none was seen */
  gsize n_foot;        /* [bytes] behind its payload */
  gsize n_wrong;       /* payloads that were not what was sent */
  char *refusal;       /* (nullable) (owned): what the server said instead of an acknowledgement */
} ChatScan;

void chat_scan_init (
    ChatScan *self, ChatDialect dialect, const char *run, const char *room, const char *payload);

/**
 * chat_scan_feed:
 * @items: (array length=n_items_max) (out caller-allocates):
 * @ret_n_used: (out): [bytes] the rest has to be given again, with what follows it
 *
 * Stops when @items is full: then bytes are left over although they hold a whole line.
 *
 * Returns: how many items were found; look at @refusal
 */
gsize chat_scan_feed (ChatScan *self,
                      const char *bytes,
                      gsize n_bytes,
                      ChatItem *items,
                      gsize n_items_max,
                      gsize *ret_n_used);
void chat_scan_clear (ChatScan *self);
