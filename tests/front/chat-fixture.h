/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The JSON-RPC door with chat behind it: real workers and a real authority, and clients at the
 * other ends of socket pairs. The test's thread owns the fixture and its clients.
 */
#pragma once

#include "server/front/context.h"

typedef struct
{
  FrontServer server;
  Library *library;
  guint n_workers;
  Worker **workers;
  ChatPort **ports;
  char *data_dir;
} ChatFixture;

/** chat_fixture_new: the workers are not started: what is sent before is there in their first turn,
 * and all that one worker gets in a turn is one batch */
ChatFixture *chat_fixture_new (guint n_workers);
void chat_fixture_start (ChatFixture *self);
/** chat_fixture_free: stops all of it, as the server does */
void chat_fixture_free (ChatFixture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatFixture, chat_fixture_free)

typedef struct
{
  int fd;
  GString *received; /* and not yet taken */
  gsize n_taken;     /* of it */
  gint64 seq;        /* the caller's */
} ChatClientEnd;

/** chat_end_new: connects to that worker */
ChatClientEnd *chat_end_new (ChatFixture *fixture, guint worker);
void chat_end_free (ChatClientEnd *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatClientEnd, chat_end_free)

/** chat_end_ask: sends a request with id 1. @params: JSON members, with ' in the place of " */
void chat_end_ask (ChatClientEnd *self, const char *method, const char *params, ...)
    G_GNUC_PRINTF (3, 4);
/** chat_end_say: sends a message of @n_text bytes to @room */
void chat_end_say (ChatClientEnd *self, const char *room, gsize n_text);
void chat_end_half_close (ChatClientEnd *self);

/**
 * chat_end_next:
 *
 * Returns: (transfer none) (nullable): the next line, valid until the next call; fails after a
 *   deadline; %NULL at the end of the stream
 */
const char *chat_end_next (ChatClientEnd *self);

/** chat_end_try_next: %NULL where there is none at the moment too */
const char *chat_end_try_next (ChatClientEnd *self);

/** chat_end_expect: that the next line has @part, with ' in the place of ", in it */
void chat_end_expect (ChatClientEnd *self, const char *part);

/** chat_end_enter: hello and join, and their answers */
void chat_end_enter (ChatClientEnd *self, const char *nick, const char *room);

/** chat_line_number: of the first member @name of @line; -1: it has none */
gint64 chat_line_number (const char *line, const char *name);
