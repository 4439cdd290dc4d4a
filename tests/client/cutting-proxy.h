/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A way to a server that breaks where a test wants it: it passes bytes on in both directions on the
 * default main context, and cuts the next connection after so many of one direction.
 */
#pragma once

#include <gio/gio.h>

typedef enum
{
  CUT_TO_SERVER,
  CUT_TO_CLIENT,
  N_CUTS
} CutDirection;

typedef struct
{
  GSocketService *service;
  char *address;  /* where clients connect to: "127.0.0.1:port" */
  char *upstream; /* the server */

  /* Of the next connection, and then no more. */
  gboolean cut_next;
  CutDirection cut_direction;
  gsize cut_after; /* [bytes] */
  gboolean cut_by_reset;

  guint n_connections; /* that are open */
  guint n_cut;
} CuttingProxy;

void cutting_proxy_init (CuttingProxy *self, const char *upstream);

/** cutting_proxy_clear: every client has to have closed */
void cutting_proxy_clear (CuttingProxy *self);
