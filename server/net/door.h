/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A front door as the network sees it: what a protocol does with the lines of its connections. The
 * network layer calls it and knows nothing else of the layers above.
 */
#pragma once

#include <glib.h>

typedef struct Connection Connection;

/* What the network layer has to tell a peer before it closes. */
typedef enum
{
  DOOR_NOTICE_SERVER_FULL,
  DOOR_NOTICE_CROWD, /* too many connections of its address */
  DOOR_NOTICE_SHUTTING_DOWN,
  DOOR_NOTICE_SLOW_CONSUMER,
} DoorNotice;

/* Every function runs on the thread of the worker that owns the connection. */
typedef struct
{
  const char *name;
  guint32 line_limit; /* [bytes] longest line, line end not counted */
  /* Lines behind one that the pool answers wait for that answer: the protocol has no ids. */
  gboolean answers_in_order;
  gsize n_state_bytes; /* room that each connection keeps for the door, zeroed: door_state() */

  void (*opened) (Connection *connection); /* (nullable) may greet */
  /* (nullable) Of several connections' input that is handled one after the other: begins to fetch
   * what the answer to @bytes will need, and returns what fetch() is to be called with shortly
   * before the lines are handled; 0: nothing. A guess, without effect but on time. */
  guint64 (*foresee) (Connection *connection, const char *bytes, gsize n_bytes);
  void (*fetch) (Connection *connection, guint64 foreseen); /* (nullable) with foresee() only */
  /* One line without its end, never empty; borrowed for the call. */
  void (*line) (Connection *connection, const char *line, gsize n_bytes);
  void (*line_too_long) (Connection *connection);
  void (*notice) (Connection *connection, DoorNotice notice);
  /* (nullable) The connection takes no more lines and hears nothing more; its state goes when all
   * that holds it is done. Must not send. */
  void (*ended) (Connection *connection);
  /* (nullable) What connection_await_room() was called for. */
  void (*has_room) (Connection *connection);
} Door;
