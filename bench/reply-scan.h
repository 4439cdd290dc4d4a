/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finds where replies end in a byte stream, with as little work as the protocol allows, so that the
 * generator is not what a run measures. What one connection has received goes through one scanner,
 * in order; bytes are used up where they stand, and only an unfinished status line is handed back.
 *
 * With @checked set, each reply is compared with the request that it must answer.
 */
#pragma once

#include "bench/request-list.h"

typedef enum
{
  SCAN_BANNER, /* a DICT server speaks first */
  SCAN_STATUS, /* at a status line, or at the start of a reply */
  SCAN_TEXT,   /* inside a DICT text, up to the line that is a dot */
  SCAN_VALUE,  /* inside a redis value */
} ScanState;

typedef struct
{
  const RequestList *list;
  gsize next;         /* the request that the next reply answers */
  gsize n_value_left; /* [bytes] of a redis value, its CR LF counted */
  ScanState state;
  gboolean at_line_start; /* in SCAN_TEXT: the last byte used was LF */
  gboolean checked;
  gboolean broken; /* the stream is not what the protocol says; nothing more is scanned */
  guint64 n_replies;
  guint64 n_empty; /* replies that say "not found" (for JSON only with @checked) */
  guint64 n_wrong; /* with @checked: replies that do not belong to their request */
} ReplyScanner;

/**
 * reply_scanner_init:
 * @first: the index of the first request that is sent
 */
void
reply_scanner_init (ReplyScanner *self, const RequestList *list, gsize first, gboolean checked);

/**
 * reply_scanner_feed:
 * @bytes: what was handed back last time, followed by what was received
 *
 * Returns: [bytes] how many were used; the rest must come first in the next call
 */
gsize reply_scanner_feed (ReplyScanner *self, const char *bytes, gsize n_bytes);
