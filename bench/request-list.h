/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every request of a run, rendered before it starts and laid out one after the other, so that a
 * batch of any length is one contiguous piece of memory and sending it costs one system call and
 * no copy. Read-only once made.
 */
#pragma once

#include <glib.h>

#define REQUEST_BATCH_MAX 64 /* the longest batch, in requests */

typedef enum
{
  REQUEST_DICT_DEFINE, /* DEFINE DATABASE "word" */
  REQUEST_DICT_MATCH,  /* MATCH DATABASE STRATEGY "word" */
  REQUEST_JSON_DEFINE, /* define, restricted to one dictionary */
  REQUEST_JSON_PING,   /* ping; the words are not used */
  REQUEST_REDIS_GET,   /* GET as a RESP array, which client libraries send */
} RequestProtocol;

typedef struct
{
  RequestProtocol protocol;
  GPtrArray *words;    /* (element-type utf8) */
  GArray *value_bytes; /* (element-type guint32): [bytes] a word's known value size, or 0 */
  GString *rendered;   /* the requests; the first REQUEST_BATCH_MAX stand again at the end */
  GArray *offsets;     /* (element-type gsize): [bytes] where each starts in @rendered */
} RequestList;

/**
 * request_protocol_parse:
 * @name: "dict-define", "dict-match", "json-define", "json-ping" or "redis-get"
 *
 * Returns: whether @name is one of them
 */
gboolean request_protocol_parse (const char *name, RequestProtocol *ret_protocol);

/**
 * request_list_load:
 * @words_path: a text file with one word a line; a tab and a number after a word are the size of
 *   its value in bytes, which --check compares with the reply's
 * @database: the dictionary that is asked
 * @strategy: of dict-match
 *
 * Returns: (transfer full) (nullable): NULL with @error set when the file has no words
 */
RequestList *request_list_load (RequestProtocol protocol,
                                const char *words_path,
                                const char *database,
                                const char *strategy,
                                GError **error);

void request_list_free (RequestList *self);

/**
 * request_list_batch:
 * @first: the index of the first request, below the number of words
 * @n_requests: 1 to %REQUEST_BATCH_MAX; the list goes round
 * @ret_n_bytes: (out): [bytes]
 *
 * Returns: (transfer none): the requests
 */
const char *
request_list_batch (const RequestList *self, gsize first, gsize n_requests, gsize *ret_n_bytes);
