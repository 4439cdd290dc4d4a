/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What servers answer to the chat methods, and what they tell unasked, read into structs. Strings
 * are strangers' text. Source: docs/protocol.md, sections 5 and 6.
 */
#pragma once

#include "protocol/wire/json-reader.h"

/* Of `join`. */
typedef struct
{
  char *room;
  char *topic;    /* (nullable) */
  char **members; /* (nullable) */
  gint64 first_seq;
  gint64 last_seq;
} ParlanceJoinAnswer;

/**
 * parlance_join_answer_parse:
 * @json: the JSON text of a result
 * @ret_answer: (out): zero before; to be cleared after failures too
 * @error: %G_IO_ERROR_INVALID_DATA
 */
gboolean
parlance_join_answer_parse (const char *json, ParlanceJoinAnswer *ret_answer, GError **error);
void parlance_join_answer_clear (ParlanceJoinAnswer *self);

/**
 * parlance_members_answer_parse:
 * @json: the JSON text of a result of `members`
 * @error: %G_IO_ERROR_INVALID_DATA
 *
 * Returns: (transfer full) (nullable) (array zero-terminated=1): nicks in the server's order
 */
char **parlance_members_answer_parse (const char *json, GError **error);

/** parlance_send_answer_parse: the same of `send`; @ret_seq is at least 1 */
gboolean
parlance_send_answer_parse (const char *json, gint64 *ret_seq, gint64 *ret_time_ms, GError **error);

/* What goes with the notifications that are no messages; each has some of it. */
typedef struct
{
  char *room;  /* (nullable), as are all */
  char *nick;  /* joined, left, typing */
  char *topic; /* topic */
  char *by;    /* topic */
  char *from;  /* renamed */
  char *to;    /* renamed */
  char *text;  /* notice */
} ParlanceChatEvent;

/** parlance_chat_event_read: @ret_event: (out): zero before; to be cleared after failures too */
gboolean parlance_chat_event_read (const ParlanceJsonValue *params, ParlanceChatEvent *ret_event);
void parlance_chat_event_clear (ParlanceChatEvent *self);

/* Of `rights`. */
typedef struct
{
  gboolean is_operator;
  char *by; /* (nullable): %NULL: the configuration of the server */
} ParlanceChatRights;

/** parlance_chat_rights_read: @ret_rights: as for parlance_chat_event_read() */
gboolean
parlance_chat_rights_read (const ParlanceJsonValue *params, ParlanceChatRights *ret_rights);
void parlance_chat_rights_clear (ParlanceChatRights *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ParlanceJoinAnswer, parlance_join_answer_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ParlanceChatEvent, parlance_chat_event_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ParlanceChatRights, parlance_chat_rights_clear)
