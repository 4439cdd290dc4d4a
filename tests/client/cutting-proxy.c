/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two streams joined, each direction with a read under way at all times. A pair goes when both
 * directions have ended.
 */
#include "tests/client/cutting-proxy.h"

#include <sys/socket.h>

typedef struct Pair Pair;

typedef struct
{
  Pair *pair;
  GInputStream *from;
  GOutputStream *to;
  gsize left; /* [bytes] until the connection is cut */
  char buffer[4096];
} Pump;

struct Pair
{
  CuttingProxy *proxy;
  GSocketConnection *client;
  GSocketConnection *server;
  GCancellable *cancellable;
  gboolean by_reset;
  guint n_running;
  Pump pumps[N_CUTS];
};

static void pump (Pump *self);

/* Both ends at once: nothing that is still in the pumps arrives. */
static void
pair_close (Pair *self)
{
  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  g_cancellable_cancel (self->cancellable);
  if (self->by_reset)
    {
      const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };
      int fds[] = { g_socket_get_fd (g_socket_connection_get_socket (self->client)),
                    g_socket_get_fd (g_socket_connection_get_socket (self->server)) };
      for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
        g_assert_cmpint (setsockopt (fds[i], SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), ==,
                         0);
    }
}

static void
pump_end (Pump *self)
{
  Pair *pair = self->pair;

  pair_close (pair);
  if (--pair->n_running > 0)
    return;
  (void)g_io_stream_close (G_IO_STREAM (pair->client), NULL, NULL);
  (void)g_io_stream_close (G_IO_STREAM (pair->server), NULL, NULL);
  pair->proxy->n_connections--;
  g_object_unref (pair->client);
  g_object_unref (pair->server);
  g_object_unref (pair->cancellable);
  g_free (pair);
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Pump *self = user_data;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL))
    pump_end (self);
  else if (self->left == 0)
    {
      self->pair->proxy->n_cut++;
      pump_end (self);
    }
  else
    pump (self);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Pump *self = user_data;
  gssize n_bytes = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  if (n_bytes <= 0)
    {
      pump_end (self);
      return;
    }
  if (self->left != G_MAXSIZE)
    {
      n_bytes = MIN (n_bytes, (gssize)self->left);
      self->left -= (gsize)n_bytes;
    }
  g_output_stream_write_all_async (self->to, self->buffer, (gsize)n_bytes, G_PRIORITY_DEFAULT,
                                   self->pair->cancellable, on_written, self);
}

static void
pump (Pump *self)
{
  g_input_stream_read_async (self->from, self->buffer, sizeof self->buffer, G_PRIORITY_DEFAULT,
                             self->pair->cancellable, on_read, self);
}

static gboolean
on_incoming (GSocketService *service,
             GSocketConnection *connection,
             GObject *source_object,
             gpointer user_data)
{
  CuttingProxy *self = user_data;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  Pair *pair = g_new0 (Pair, 1);

  /* The server is of this machine and accepts at once. */
  pair->server = g_socket_client_connect_to_host (client, self->upstream, 0, NULL, &error);
  g_assert_no_error (error);
  pair->client = g_object_ref (connection);
  pair->proxy = self;
  pair->cancellable = g_cancellable_new ();
  pair->by_reset = self->cut_next && self->cut_by_reset;
  pair->n_running = N_CUTS;
  self->n_connections++;

  GIOStream *ends[] = { G_IO_STREAM (pair->client), G_IO_STREAM (pair->server) };
  for (guint i = 0; i < N_CUTS; i++)
    {
      Pump *one = &pair->pumps[i];
      one->pair = pair;
      one->from = g_io_stream_get_input_stream (ends[i]);
      one->to = g_io_stream_get_output_stream (ends[1 - i]);
      one->left = self->cut_next && self->cut_direction == i ? self->cut_after : G_MAXSIZE;
      pump (one);
    }
  self->cut_next = FALSE;
  return TRUE;
}

void
cutting_proxy_init (CuttingProxy *self, const char *upstream)
{
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) bound = NULL;

  *self = (CuttingProxy){ .service = g_socket_service_new (), .upstream = g_strdup (upstream) };
  g_assert_true (g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), any,
                                                G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL,
                                                &bound, NULL));
  self->address = g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (bound));
  g_signal_connect (self->service, "incoming", G_CALLBACK (on_incoming), self);
}

void
cutting_proxy_clear (CuttingProxy *self)
{
  while (self->n_connections > 0)
    g_main_context_iteration (NULL, TRUE);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_object_unref (self->service);
  g_free (self->address);
  g_free (self->upstream);
}
