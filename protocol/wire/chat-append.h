/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writing the `params` objects of the chat methods. Every text is well-formed UTF-8. The other end
 * reads them in chat.h. Source: docs/protocol.md, section 5.
 */
#pragma once

#include <glib.h>

/* What goes into `hello`. */
typedef struct
{
  const char *client;   /* "name/version" */
  const char *nick;     /* (nullable): dictionary only */
  const char *password; /* (nullable) */
  const char *resume;   /* (nullable): a token */
} ParlanceHelloParams;

void parlance_hello_append (GString *out, const ParlanceHelloParams *hello);

/** parlance_room_append: of `leave`, `members` and `typing`, which take a room and nothing else. */
void parlance_room_append (GString *out, const char *room);

/** parlance_join_append: @after_seq: what we have already; -1: left out */
void parlance_join_append (GString *out, const char *room, gint64 after_seq);

void parlance_topic_append (GString *out, const char *room, const char *topic);

/* What goes into `send`. */
typedef struct
{
  const char *room;
  const char *text;
  const char *kind;  /* (nullable): "text" */
  const char *key;   /* (nullable) */
  gint64 reply_to;   /* 0: left out */
  const char *entry; /* (nullable): JSON text of an entry object */
} ParlanceSendParams;

void parlance_send_append (GString *out, const ParlanceSendParams *send);

/**
 * parlance_history_append:
 * @before_seq: 0: left out
 * @after_seq: -1: left out
 * @limit: 0: the server's default
 */
void parlance_history_append (
    GString *out, const char *room, gint64 before_seq, gint64 after_seq, guint limit);

/** parlance_search_messages_append: @room: (nullable): every room; @limit: 0: the default */
void
parlance_search_messages_append (GString *out, const char *room, const char *text, guint limit);
