/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What each answer needs out of a large dictionary is in no cache as a rule. It is begun to be
 * fetched while others are handled: where to look for all at once, what is found there one ahead.
 */
#include "server/net/intake.h"

#include <string.h>

#define INTAKE_MIN_ROOM_BYTES (16 * 1024) /* with less the next receive would be cut short */

char *
intake_room (Intake *self, gsize *ret_n_room)
{
  *ret_n_room = INTAKE_BYTES - self->n_bytes;
  return self->bytes + self->n_bytes;
}

void
intake_handle (Intake *self)
{
  for (guint i = 1; i < self->n_parts; i++)
    {
      IntakePart *part = &self->parts[i];

      part->foreseen =
          connection_foresee (part->connection, self->bytes + part->begin, part->n_bytes);
    }
  for (guint i = 0; i < self->n_parts; i++)
    {
      const IntakePart *part = &self->parts[i];

      if (i + 1 < self->n_parts && part[1].foreseen != 0)
        connection_fetch (part[1].connection, part[1].foreseen);
      connection_received (part->connection, self->bytes + part->begin, part->n_bytes);
    }
  /* There may have been passwords in it. */
  explicit_bzero (self->bytes, self->n_bytes);
  self->n_parts = 0;
  self->n_bytes = 0;
}

void
intake_add (Intake *self, Connection *connection, gsize n_bytes)
{
  self->parts[self->n_parts++] = (IntakePart){ connection, self->n_bytes, (guint32)n_bytes, 0 };
  self->n_bytes += (guint32)n_bytes;
  if (self->n_parts == INTAKE_MAX_PARTS || INTAKE_BYTES - self->n_bytes < INTAKE_MIN_ROOM_BYTES)
    intake_handle (self);
}
