/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceMessage: one message of a room, received or still on its way out. A message that was
 * received never changes; one of our own changes its state, its seq and its time until the server
 * has it, and stays the same object. Every string is a stranger's text, never ready for a terminal
 * or for markup. One thread, that of the chat it belongs to.
 *
 * Properties, all readable, "notify" when they change: "room", "from", "text" and "key" (strings),
 * "seq", "time-ms" and "reply-to" (int64), "kind", "state" (enums), "entry" (boxed ParlanceEntry),
 * "is-own" (boolean), "error" (boxed GError).
 * Source: docs/protocol.md, sections 5 and 6.
 */
#pragma once

#include <gio/gio.h>

#include "protocol/client/entry.h"

typedef enum
{
  PARLANCE_MESSAGE_TEXT,
  PARLANCE_MESSAGE_ACTION,     /* "/me": what the sender does */
  PARLANCE_MESSAGE_DEFINITION, /* a card: look at the entry, @text is for who cannot */
  PARLANCE_MESSAGE_OTHER,      /* of a later version: show @text */
} ParlanceMessageKind;

typedef enum
{
  PARLANCE_MESSAGE_PENDING, /* the server has not said that it has it; it will be sent (again) */
  PARLANCE_MESSAGE_SENT,    /* stored by the server; every received message is */
  PARLANCE_MESSAGE_FAILED,  /* refused: see parlance_message_get_error(). Nothing is done until
                               parlance_chat_retry_message() or _discard_message() */
} ParlanceMessageState;

#define PARLANCE_TYPE_MESSAGE_KIND (parlance_message_kind_get_type ())
GType parlance_message_kind_get_type (void);

#define PARLANCE_TYPE_MESSAGE_STATE (parlance_message_state_get_type ())
GType parlance_message_state_get_type (void);

#define PARLANCE_TYPE_MESSAGE (parlance_message_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceMessage, parlance_message, PARLANCE, MESSAGE, GObject)

/** parlance_message_get_room: name of the room, as the server writes it. */
const char *parlance_message_get_room (ParlanceMessage *self);

/** parlance_message_get_seq: its number in the room, from 1; 0 while the server has not given one.
 */
gint64 parlance_message_get_seq (ParlanceMessage *self);

/**
 * parlance_message_get_time_ms:
 *
 * Returns: [ms since 1970, UTC] by the server's clock; while it is not sent, when it was written,
 * by our own
 */
gint64 parlance_message_get_time_ms (ParlanceMessage *self);

/** parlance_message_get_from: the sender's nick when it was sent. */
const char *parlance_message_get_from (ParlanceMessage *self);

ParlanceMessageKind parlance_message_get_kind (ParlanceMessage *self);

/** parlance_message_get_kind_name: Returns: "text", "action", "definition" or "other" */
const char *parlance_message_get_kind_name (ParlanceMessage *self);

/** parlance_message_get_text: UTF-8, lines end with LF. */
const char *parlance_message_get_text (ParlanceMessage *self);

/** parlance_message_get_reply_to: seq of the message it answers; 0: of none. */
gint64 parlance_message_get_reply_to (ParlanceMessage *self);

/** parlance_message_get_entry: Returns: (transfer none) (nullable): what a card shows */
ParlanceEntry *parlance_message_get_entry (ParlanceMessage *self);

/** parlance_message_get_key: Returns: (nullable): the idempotency key of one of our own */
const char *parlance_message_get_key (ParlanceMessage *self);

/** parlance_message_get_is_own: whether it is from the nick that this chat has or had. */
gboolean parlance_message_get_is_own (ParlanceMessage *self);

ParlanceMessageState parlance_message_get_state (ParlanceMessage *self);

/** parlance_message_get_error: Returns: (transfer none) (nullable): why it failed */
const GError *parlance_message_get_error (ParlanceMessage *self);
