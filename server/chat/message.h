/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A message as JSON: the object that `history` lists, and the notification that members get. Both
 * are written from the same parts, whether they come from a sender or out of the journal.
 * Source: docs/protocol.md, section 6.
 */
#pragma once

#include <glib.h>

/* Borrowed. */
typedef struct
{
  const char *room; /* as first written */
  gint64 seq;
  gint64 time_ms;
  const char *nick; /* as shown */
  const char *body; /* JSON members without braces */
  gsize n_body;
} Message;

/** message_append_object: `{"room":…,"seq":…,"time":…,"from":…,…}` */
void message_append_object (GString *out, const Message *self);

/** message_append_line: the notification, LF included; it ends in MESSAGE_END */
void message_append_line (GString *out, const Message *self);

#define MESSAGE_END "}}\n" /* a further member goes before it */
