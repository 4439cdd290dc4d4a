/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a turn of a worker has received, of all that was ready, until it is handled
 * (docs/decisions/0004-send-at-the-end-of-a-turn.md). Belongs to one worker and its thread.
 */
#pragma once

#include "server/net/connection.h"

#define INTAKE_BYTES (64 * 1024)
#define INTAKE_MAX_PARTS 64

typedef struct
{
  Connection *connection;
  guint32 begin; /* among the bytes */
  guint32 n_bytes;
  guint64 foreseen; /* 0: nothing */
} IntakePart;

/* All zeros: empty. */
typedef struct
{
  guint n_parts;
  guint32 n_bytes; /* that hold what was received */
  IntakePart parts[INTAKE_MAX_PARTS];
  char bytes[INTAKE_BYTES];
} Intake;

/**
 * intake_room:
 * @ret_n_room: (out): [bytes], never 0
 *
 * Returns: where to receive to, for intake_add()
 */
char *intake_room (Intake *self, gsize *ret_n_room);

/**
 * intake_add:
 * @n_bytes: [bytes] that stand at the beginning of intake_room()
 *
 * connection_received() is called with them in intake_handle(), or at once when there is little
 * room left.
 */
void intake_add (Intake *self, Connection *connection, gsize n_bytes);

/** intake_handle: hands everything to its connection, in order, and is empty then */
void intake_handle (Intake *self);
