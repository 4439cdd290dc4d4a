/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A server that a test holds in its hand: it accepts one connection at a time on a free port of the
 * loopback, on the thread's default main context, answers nothing by itself, and sends what the
 * test tells it to.
 */
#pragma once

#include <gio/gio.h>

#include "protocol/client/lookup.h"

typedef struct
{
  GSocketService *service;
  char *address;                 /* "127.0.0.1:port" */
  GSocketConnection *connection; /* (nullable): the last that came */
  GString *received;
  guint n_reads; /* that brought something */
} FakeServer;

void fake_server_init (FakeServer *self);
void fake_server_clear (FakeServer *self);

/** fake_server_send: writes @bytes to the client, all at once. */
void fake_server_send (FakeServer *self, const char *bytes);

/** fake_server_send_bytewise: the same in writes of one byte each. */
void fake_server_send_bytewise (FakeServer *self, const char *bytes);

/** fake_server_hang_up: closes the connection. */
void fake_server_hang_up (FakeServer *self);

/** fake_server_wait_lines: turns the main loop until @n_lines requests have come in all. */
void fake_server_wait_lines (FakeServer *self, guint n_lines);

/** fake_server_wait_for: turns the main loop until *@flag; fails the test after some seconds. */
void fake_server_wait_for (const gboolean *flag);

/** fake_server_speak_plainly: @session does not try TLS, which this server has never heard of */
void fake_server_speak_plainly (ParlanceSession *session);

/** fake_server_connect_session: connects @session, which must not be, and accepts it. */
void fake_server_connect_session (FakeServer *self, ParlanceSession *session);

/** fake_server_connect: Returns: (transfer full): a session that is connected */
ParlanceSession *fake_server_connect (FakeServer *self);

/* What became of one call. */
typedef struct
{
  guint n_done; /* how often its callback was called */
  gboolean done;
  char *result;  /* (nullable) */
  GError *error; /* (nullable) */
} Outcome;

/** outcome_store: a GAsyncReadyCallback whose user data is an Outcome. */
void outcome_store (GObject *source, GAsyncResult *result, gpointer user_data);
void outcome_clear (Outcome *self);
