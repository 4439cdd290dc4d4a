/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every limit that both ends of the wire agree on. The server announces the ones a client needs in
 * its `hello` reply. Source: docs/protocol.md.
 */
#pragma once

#define PARLANCE_PROTOCOL_VERSION 1

#define PARLANCE_DEFAULT_PORT 9502      /* TCP, and UDP for discovery */
#define PARLANCE_DEFAULT_DICT_PORT 2628 /* TCP, RFC 2229 */

#define PARLANCE_MAX_LINE 65536 /* [bytes] client to server, line end not counted */
#define PARLANCE_MAX_REPLY_LINE (4 * 1024 * 1024) /* [bytes] server to client */
#define PARLANCE_MAX_DEPTH 32                     /* nested arrays and objects in one line */
#define PARLANCE_MAX_BAD_LINES 16 /* unparsable lines in a row before the server closes */

#define PARLANCE_MAX_ID 64        /* [bytes] a string `id`, decoded */
#define PARLANCE_MAX_WORD 256     /* [bytes] of `word` */
#define PARLANCE_MAX_TEXT 8192    /* [bytes] of `text` */
#define PARLANCE_MAX_ROOMS 64     /* rooms one session may be in */
#define PARLANCE_MAX_NICK 32      /* [code points] */
#define PARLANCE_MAX_ROOM 64      /* [code points] */
#define PARLANCE_MAX_TOPIC 512    /* [bytes] of `topic` */
#define PARLANCE_MAX_KEY 64       /* [bytes] an idempotency key */
#define PARLANCE_MIN_PASSWORD 8   /* [code points] of a password that is chosen */
#define PARLANCE_MAX_PASSWORD 256 /* [bytes] of any */
#define PARLANCE_MAX_CLIENT 64    /* [bytes] of `client` that are kept */
#define PARLANCE_MAX_REASON 256   /* [bytes] why somebody was banned, muted, kicked */
#define PARLANCE_MAX_NOTICE 1024  /* [bytes] of an operator's notice */
#define PARLANCE_MAX_DEVICES 16   /* that an account is logged in on */

#define PARLANCE_MAX_ENTRIES 100 /* `define` */
#define PARLANCE_DEFAULT_ENTRIES 20
#define PARLANCE_MAX_MATCHES 1000 /* `match` */
#define PARLANCE_DEFAULT_MATCHES 50
#define PARLANCE_MAX_SUGGESTIONS 8
#define PARLANCE_MAX_HITS 200 /* `search` */
#define PARLANCE_DEFAULT_HITS 20
#define PARLANCE_MAX_HISTORY 500 /* `history` and `search_messages` */
#define PARLANCE_DEFAULT_HISTORY 50

#define PARLANCE_QUIET_MEMBERS 500 /* a larger room sends no joined, left and typing */
#define PARLANCE_TYPING_MS 3000    /* [ms] at most one `typing` is passed on in */
