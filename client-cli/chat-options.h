/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The options of chat, send, history and listen. Pure but for the clock that "2h" counts from.
 */
#pragma once

#include <glib.h>

/* What getopt_long() returns for them. */
enum
{
  CHAT_OPTION_NICK = 512,
  CHAT_OPTION_KEY,
  CHAT_OPTION_ACTION,
  CHAT_OPTION_WHOLE,
  CHAT_OPTION_SINCE,
  CHAT_OPTION_BEFORE,
  CHAT_OPTION_FOLLOW,
  CHAT_OPTION_AFTER,
  CHAT_OPTION_PLAIN,
  CHAT_OPTION_BELL,
};

/* A place in a room's log: a seq or a time, never both. */
typedef struct
{
  gint64 seq;     /* 0: none */
  gint64 time_ms; /* [ms since 1970, UTC] 0: none */
} ChatMoment;

typedef struct
{
  const char *nick; /* (nullable) */
  const char *key;  /* (nullable) */
  gboolean action;
  gboolean whole;
  ChatMoment since;
  ChatMoment before;
  gboolean follow;
  gint64 after_seq; /* -1: not given */
  gboolean plain;
  gboolean bell;
} ChatOptions;

/**
 * chat_moment_parse:
 * @text: a seq; a span until now as in "90s", "15m", "2h", "3d", "1w"; a day as in "2026-11-27"; a
 *   time of ISO 8601, of the local time zone when it names none; or a time of today as in "14:30"
 * @now_ms: [ms since 1970, UTC]
 */
gboolean chat_moment_parse (const char *text, gint64 now_ms, ChatMoment *ret_moment);

/**
 * chat_options_take:
 * @value: borrowed for the life of @self
 * @given: (inout): set of CommandOption
 *
 * Returns: %FALSE with @ret_problem for people when the value is wrong
 */
gboolean chat_options_take (
    ChatOptions *self, int option, const char *value, guint *given, char **ret_problem);
