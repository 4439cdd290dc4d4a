/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The command line, taken apart: options may stand before and after the command and its words. Pure
 * but for the environment's PARLANCE_SERVER, PARLANCE_DISCOVERY_PORT and PARLANCE_TLS.
 */
#pragma once

#include "client-cli/admin-options.h"
#include "client-cli/chat-options.h"
#include "protocol/client/trust.h"

typedef enum
{
  COLOR_AUTO,
  COLOR_ALWAYS,
  COLOR_NEVER,
} ColorMode;

/* Options that not every command takes; a set of them is an or of these. */
typedef enum
{
  OPTION_DICTIONARY = 1 << 0,
  OPTION_MAX_ENTRIES = 1 << 1,
  OPTION_LIMIT = 1 << 2,
  OPTION_COUNT = 1 << 3, /* -n, which is either of the two above */
  OPTION_STRATEGY = 1 << 4,
  OPTION_AT = 1 << 5,
  OPTION_SKIP_COMMON = 1 << 6,
  OPTION_WATCH = 1 << 7,
  OPTION_TIMEOUT = 1 << 8, /* every command takes it; some want to know whether it was given */
  OPTION_PASSWORD_FILE = 1 << 9,
  OPTION_ACCOUNT = 1 << 10, /* these six: client-cli/admin-options.h */
  OPTION_ADDRESS = 1 << 11,
  OPTION_ADDRESS_OF = 1 << 12,
  OPTION_FOR = 1 << 13,
  OPTION_REASON = 1 << 14,
  OPTION_ROOM = 1 << 15,

  OPTION_NICK = 1 << 16, /* from here on: client-cli/chat-options.h */
  OPTION_KEY = 1 << 17,
  OPTION_ACTION = 1 << 18,
  OPTION_WHOLE = 1 << 19,
  OPTION_SINCE = 1 << 20,
  OPTION_BEFORE = 1 << 21,
  OPTION_FOLLOW = 1 << 22,
  OPTION_AFTER = 1 << 23,
  OPTION_PLAIN = 1 << 24,
  OPTION_BELL = 1 << 25,
} CommandOption;

typedef struct
{
  const char *server;     /* (nullable): %NULL: to be looked for */
  guint16 discovery_port; /* UDP */
  ParlanceTlsUse tls;
  gboolean json;
  ColorMode color;
  guint timeout_ms;
  gboolean help;
  gboolean version;

  guint given;             /* set of CommandOption */
  GPtrArray *dictionaries; /* of char *, NULL-terminated, owned */
  guint limit;             /* 0: the server's default */
  const char *strategy;    /* (nullable) */
  gint64 at;               /* [code points]; -1: not given */
  gboolean skip_common;
  ChatOptions chat;
  AdminOptions admin;
  const char *password_file; /* (nullable): "-": standard input */
  gboolean watch;

  const char *command;      /* (nullable) */
  const char *const *words; /* (array length=n_words): raw bytes as they were typed */
  guint n_words;
} Options;

/**
 * options_parse:
 * @argv: borrowed for the life of @ret_options, and put into another order
 * @ret_options: to be cleared with options_clear(), after a failure too
 * @ret_problem: (out) (transfer full): what is wrong with the command line, for people
 *
 * Does not know which option goes with which command: `given` is for who does.
 */
gboolean options_parse (int argc, char **argv, Options *ret_options, char **ret_problem);

/** options_check_server: Returns: (transfer full) (nullable): what is wrong with its port */
char *options_check_server (const Options *self);

void options_clear (Options *self);
