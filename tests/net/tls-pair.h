/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The records of TLS 1.3 as the server reads and writes them, and a client that may seal anything.
 */
#pragma once

#include "server/net/transport-tls-records.h"

#include <string.h>

#define TLS_TYPE_PADDING 0 /* what is sealed ends with zeros */

/* RFC 8446, section 6 */
#define UNEXPECTED_MESSAGE 10
#define BAD_RECORD_MAC 20
#define RECORD_OVERFLOW 22
#define ILLEGAL_PARAMETER 47
#define DECODE_ERROR 50
#define INTERNAL_ERROR 80

typedef struct
{
  const TlsSuite *suite;
  TlsAead *aead;
  TlsRecords server;
  TlsKeys client_out;
  TlsKeys client_in;
  GByteArray *stream; /* that the client has sealed */
  GByteArray *cipher; /* that the server has */
  gsize n_read;       /* [bytes] of it by the client */
  GByteArray *plain;  /* that the server has read */
  guint8 room[128 * 1024];
} Pair;

typedef void (*PairFunc) (Pair *pair, gconstpointer data);

typedef struct
{
  const char *name;
  PairFunc run;
  gconstpointer data;
} PairTest;

/** pair_add_tests: each test with each suite; @prefix ends with a slash */
void pair_add_tests (const char *prefix, const PairTest *tests, gsize n_tests);
/** pair_begin_anew: with the same suite */
void pair_begin_anew (Pair *pair);

void client_seals (Pair *pair, TlsType type, const void *content, gsize n_content);
void client_says (Pair *pair, const char *text);
/** client_says_nothing: a record with nothing but its type */
void client_says_nothing (Pair *pair, TlsType type);
/** client_changes_keys: @request: 1: asks for others of the server's */
void client_changes_keys (Pair *pair, guint8 request);
/** client_expects: the next record of the server */
void client_expects (Pair *pair, TlsType type, const void *content, gsize n_content);
void client_expects_alert (Pair *pair, guint8 level, guint8 alert);
void client_expects_no_more (Pair *pair);

TlsStatus server_receives (Pair *pair, const guint8 *bytes, gsize n_bytes);
/** server_reads: all that the client has sealed, at once */
TlsStatus server_reads (Pair *pair);
/** server_refuses: all that, with a fatal alert */
void server_refuses (Pair *pair, guint8 alert);
/** server_has_read: that, and nothing else */
void server_has_read (Pair *pair, const char *text);
