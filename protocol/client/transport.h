/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lines over one open connection: cuts what arrives into lines, and gathers what is sent into one
 * write per turn of the main loop. One thread owns it, the one whose main context it was made on;
 * every callback comes from there.
 */
#pragma once

#include <gio/gio.h>

typedef struct _ParlanceTransport ParlanceTransport;

typedef struct
{
  /* One line, without its end; borrowed for the call. The callee may close or free the transport.
   */
  void (*line) (gpointer user_data, const char *line, gsize n_bytes);

  /* Said once, when the peer or the network ended the connection, and not after a call of
   * parlance_transport_close(). @error is never NULL. */
  void (*lost) (gpointer user_data, const GError *error);
} ParlanceTransportEvents;

/**
 * parlance_transport_new:
 * @stream: (transfer none): connected, with pollable input and output streams
 * @context: (transfer none): where to read and write
 * @events: (transfer none): a constant
 */
ParlanceTransport *parlance_transport_new (GIOStream *stream,
                                           GMainContext *context,
                                           const ParlanceTransportEvents *events,
                                           gpointer user_data);

/**
 * parlance_transport_get_output:
 *
 * Append whole lines, with their LF, to what is returned before going back to the main loop: they
 * are sent in its next turn, with all others of this turn.
 *
 * Returns: (transfer none): what waits to be sent
 */
GString *parlance_transport_get_output (ParlanceTransport *self);

/** parlance_transport_close: ends the connection at once; no callback follows. */
void parlance_transport_close (ParlanceTransport *self);

/** parlance_transport_free: @self: (nullable): closes it too. */
void parlance_transport_free (ParlanceTransport *self);
