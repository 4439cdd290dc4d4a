/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One run of the program: its options, its session, its output and how it will end. Everything
 * happens on the main loop of the one thread.
 */
#pragma once

#include <stdio.h>

#include "client-cli/options.h"
#include "client-cli/output.h"
#include "client-cli/render.h"
#include "protocol/client/lookup.h"

typedef struct _Chooser Chooser;

/* The exit status; when several things happened the highest counts. */
typedef enum
{
  EXIT_FOUND = 0,
  EXIT_NOT_FOUND = 1,
  EXIT_USAGE = 2,
  EXIT_FAILED = 3,
} ExitStatus;

typedef struct
{
  Options options;
  RenderStyle style;
  Output *output;
  ParlanceSession *session;     /* (nullable): of commands that need a server */
  Chooser *chooser;             /* (nullable): when nobody said which server */
  ParlanceTrust *trust;         /* what the server has to show */
  const char *given[2];         /* the server that somebody said, and NULL */
  const char *const *addresses; /* of the server, best first; borrowed; NULL before it is chosen */
  GMainLoop *loop;
  ExitStatus status;
  gboolean quitting;
  gboolean shown; /* entries or matches were: the next ones come after a blank line */

  guint n_waiting;      /* answers that are due */
  gint64 last_heard_us; /* monotonic time of the last answer, or of the first question after none */
  guint watchdog;       /* source id; 0: none */

  FILE *password_file;         /* (nullable): --password-file, once it has been read from */
  gboolean password_was_taken; /* PARLANCE_PASSWORD has answered a question */

  gpointer command_data; /* (nullable): of the command that runs, freed with @command_data_free */
  GDestroyNotify command_data_free;
} App;

/** app_note: remembers that @status happened. */
void app_note (App *self, ExitStatus status);

/** app_quit: leaves the main loop; safe to call again. */
void app_quit (App *self);

/** app_fail: complains, notes @status and quits. Does nothing when the program is quitting. */
void app_fail (App *self, ExitStatus status, const char *format, ...) G_GNUC_PRINTF (3, 4);

/** app_fail_with: app_fail() for an error of the session, with advice. */
void app_fail_with (App *self, const GError *error);

/**
 * app_wait_begin:
 *
 * An answer is due: when none at all comes for as long as --timeout says, the program fails.
 */
void app_wait_begin (App *self);

/** app_wait_end: an answer came. */
void app_wait_end (App *self);

/**
 * app_advice_on_trust:
 *
 * Returns: (transfer full): what to do about an error of %PARLANCE_TRUST_ERROR, after the error's
 *   own words
 */
char *app_advice_on_trust (const App *self, const GError *error);

/**
 * app_is_fatal:
 *
 * Returns: whether @error leaves nothing to be hoped for from further requests
 */
gboolean app_is_fatal (const GError *error);

/**
 * app_server_chosen:
 * @addresses: (array zero-terminated=1): of the server, best first; borrowed until the app ends
 *
 * What the chooser (client-cli/choose.h) says when it has found one: the command begins.
 */
void app_server_chosen (App *self, const char *const *addresses);

/** app_run: runs the command line. Returns: the exit status */
int app_run (int argc, char **argv);
