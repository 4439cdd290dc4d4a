/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A server for tests of who a server is: it speaks TLS with one of two certificates, which have the
 * same name, or does what servers without TLS do. On the thread's default main context.
 */
#pragma once

#include <gio/gio.h>

#define TLS_SERVER_ID "6f0d3c1e-2b6a-4c0e-9d0b-0a1b2c3d4e5f" /* in both certificates */

typedef enum
{
  TLS_SERVER_ONE,
  TLS_SERVER_OTHER,    /* another certificate */
  TLS_SERVER_HANGS_UP, /* at the first byte of TLS, else it speaks plain text */
  TLS_SERVER_SAYS_SO,  /* that it does not understand, in plain text */
  TLS_SERVER_IS_SILENT,
  TLS_SERVER_IS_GONE, /* as behind a tunnel: it hangs up at once */
  TLS_SERVER_CUTS,    /* the next @n_to_cut handshakes, then it is ONE; plain text too */
} TlsServerKind;

typedef struct
{
  GSocketService *service;
  char *address; /* "127.0.0.1:port" */
  TlsServerKind kind;
  GTlsCertificate *certificates[2];
  GPtrArray *streams;  /* of GIOStream */
  guint n_shaking;     /* handshakes under way */
  GPtrArray *sources;  /* of GSource */
  guint n_connections; /* that came */
  guint n_to_cut;      /* 1, to begin with */
  const char *fault;   /* (nullable): what a CUTS says to whatever comes in plain text */
  guint n_answers;     /* to lines but "ping"; each has the answer as its result */
  const char *answer;
  char *last_request; /* (nullable): the line that it has answered last */
} TlsServer;

void tls_server_init (TlsServer *self);
void tls_server_clear (TlsServer *self);

/** tls_server_fingerprint: (transfer full): of the certificate of @kind */
char *tls_server_fingerprint (const TlsServer *self, TlsServerKind kind);

/**
 * tls_server_is_beyond_sanitizer:
 *
 * GIO shakes hands on a thread of its own, and ThreadSanitizer cannot see into GLib's locks
 * (docs/threads.md, section 2).
 *
 * Returns: whether that is so in this build; the test's plan says then why it does nothing
 */
gboolean tls_server_is_beyond_sanitizer (void);
