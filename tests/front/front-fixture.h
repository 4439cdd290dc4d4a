/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A front door with a real library behind it and no network: stands in for server/net's connection,
 * worker and pool, and keeps what is sent. Jobs for the pool are run at once. One thread.
 */
#pragma once

#include "server/front/context.h"
#include "server/net/door.h"

typedef struct
{
  FrontServer server;
  FrontContext *context;
  Worker *worker;
  Library *library;
  Connection *connection; /* the one that is open */
  GString *sent;          /* through any connection since the last front_take() */
  gboolean is_ended;      /* connection_end() was called on @connection */
  gboolean is_local;      /* what connections are told; set before front_open() */
  gboolean refuses_plain; /* too */
  gboolean is_pool_full;
  guint n_asked;   /* lookups that the worker was told of */
  guint n_charged; /* lines that were taken off the budget */
} FrontFixture;

/**
 * front_fixture_new:
 *
 * With two dictionaries, "main" and "more", made from files that are gone when it returns.
 */
FrontFixture *front_fixture_new (void);
void front_fixture_free (FrontFixture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FrontFixture, front_fixture_free)

/** front_open: a connection with @door, in place of the one before */
void front_open (FrontFixture *self, const Door *door);

/** front_feed: received bytes, cut into lines as a connection does, until it ends */
void front_feed (FrontFixture *self, const char *bytes, gsize n_bytes);

/** front_take: (transfer full): what was sent since the last call */
char *front_take (FrontFixture *self);

/** front_ask: (transfer full): what one line is answered */
char *front_ask (FrontFixture *self, const char *line);
