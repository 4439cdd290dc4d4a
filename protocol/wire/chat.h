/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Typed parameters of the chat methods, read from a request. Every name that comes out is valid.
 * Source: docs/protocol.md, sections 4 and 5.
 */
#pragma once

#include "protocol/wire/errors.h"
#include "protocol/wire/json-reader.h"
#include "protocol/wire/limits.h"

/* A nick or the name of a room, as written. */
typedef struct
{
  char text[4 * PARLANCE_MAX_ROOM + 1]; /* NUL-terminated; "": absent */
  guint32 n_bytes;
} ParlanceName;

#define PARLANCE_MAX_TOKEN 64 /* [bytes] of a session's token */

typedef struct
{
  ParlanceName nick; /* may be absent */
  gboolean has_resume;
  char resume[PARLANCE_MAX_TOKEN + 1];      /* "": absent, or no token that could ever be valid */
  char password[PARLANCE_MAX_PASSWORD + 1]; /* "": absent; whoever is done with it wipes it */
  char client[PARLANCE_MAX_CLIENT + 1];
} ParlanceHello;

typedef struct
{
  ParlanceName room;                 /* absent in search_messages only */
  gint64 after;                      /* `after_seq` of join, `after` of history; -1: absent */
  gint64 before;                     /* of history; -1: absent */
  guint32 limit;                     /* of history and search_messages */
  char text[PARLANCE_MAX_TOPIC + 1]; /* `topic` of topic, `text` of search_messages */
  char key[PARLANCE_MAX_KEY + 1];    /* of send; may hold NULs */
  guint32 n_key;                     /* [bytes]; 0: absent */
} ParlanceChatParams;

/**
 * parlance_hello_parse:
 * @params: what parlance_request_parse() gave
 * @ret_fault: (out): invalid_params with the field, or invalid_name for the nick
 */
gboolean parlance_hello_parse (const ParlanceJsonValue *params,
                               ParlanceHello *ret_hello,
                               ParlanceFault *ret_fault);

/**
 * parlance_room_parse:
 *
 * Of leave, members and typing. As all below: invalid_params, invalid_name or too_long in
 * @ret_fault, with the field.
 */
gboolean parlance_room_parse (const ParlanceJsonValue *params,
                              ParlanceChatParams *ret_chat,
                              ParlanceFault *ret_fault);

gboolean parlance_join_parse (const ParlanceJsonValue *params,
                              ParlanceChatParams *ret_chat,
                              ParlanceFault *ret_fault);

gboolean parlance_topic_parse (const ParlanceJsonValue *params,
                               ParlanceChatParams *ret_chat,
                               ParlanceFault *ret_fault);

gboolean parlance_history_parse (const ParlanceJsonValue *params,
                                 ParlanceChatParams *ret_chat,
                                 ParlanceFault *ret_fault);

gboolean parlance_search_messages_parse (const ParlanceJsonValue *params,
                                         ParlanceChatParams *ret_chat,
                                         ParlanceFault *ret_fault);

/**
 * parlance_send_parse:
 * @body: what the message says is appended as JSON members without braces: `"kind":…,"text":…` and
 *   where they are given `"reply_to"` and `"entry"`, each written in one way only
 */
gboolean parlance_send_parse (const ParlanceJsonValue *params,
                              GString *body,
                              ParlanceChatParams *ret_chat,
                              ParlanceFault *ret_fault);
