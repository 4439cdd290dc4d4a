/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a service manager hands over for a door stands in place of the addresses of the
 * configuration, which are most likely the same ones.
 */
#include "server/doors.h"

#include "server/front/dict.h"
#include "server/front/jsonrpc.h"
#include "server/log.h"

#include <string.h>

typedef struct
{
  Loop *loop;
  const ListenerOptions *options;
  const Door *door;
  gboolean is_default; /* nobody asked for the addresses */
  GPtrArray *listeners;
} Opening;

static gboolean
bind_all (const Opening *opening, const GArray *addresses, GError **error)
{
  for (guint i = 0; i < addresses->len; i++)
    {
      const Address *address = &g_array_index (addresses, Address, i);
      g_autoptr (GError) local_error = NULL;
      Listener *listener =
          listener_new (opening->loop, address, opening->door, opening->options, &local_error);

      if (listener != NULL)
        g_ptr_array_add (opening->listeners, listener);
      /* A machine without IPv6 (or without IPv4) serves what it has, when nobody asked for more. */
      else if (!opening->is_default ||
               !g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NXIO) ||
               (i + 1 == addresses->len && opening->listeners->len == 0))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      else
        log_info ("%s; going on without", local_error->message);
    }
  return TRUE;
}

static gboolean
adopt_all (const Opening *opening, GArray *handed, GError **error)
{
  for (guint i = 0; i < handed->len; i++)
    {
      int fd = handed_sockets_steal (&g_array_index (handed, int, i));
      Listener *listener =
          listener_adopt (opening->loop, fd, opening->door, opening->options, error);

      if (listener == NULL)
        return FALSE;
      g_ptr_array_add (opening->listeners, listener);
    }
  return TRUE;
}

static gboolean
open_door (const Opening *opening, GArray *handed, const GArray *addresses, GError **error)
{
  return handed->len > 0 ? adopt_all (opening, handed, error)
                         : bind_all (opening, addresses, error);
}

gboolean
doors_open (Doors *self,
            Loop *loop,
            const Config *config,
            HandedSockets *handed,
            const ListenerOptions *options,
            GError **error)
{
  self->json = g_ptr_array_new_with_free_func ((GDestroyNotify)listener_free);
  self->dict = g_ptr_array_new_with_free_func ((GDestroyNotify)listener_free);

  const Opening json = { loop, options, &jsonrpc_door, config->listen_default, self->json };
  const Opening dict = { loop, options, &dict_door, FALSE, self->dict };
  return open_door (&json, handed->json, config->listen, error) &&
         open_door (&dict, handed->dict, config->dict_listen, error);
}

static void
start_all (const GPtrArray *listeners)
{
  for (guint i = 0; i < listeners->len; i++)
    listener_start (g_ptr_array_index (listeners, i));
}

void
doors_start (Doors *self)
{
  start_all (self->json);
  start_all (self->dict);
}

static int
wait_of (const GPtrArray *listeners, int wait_ms)
{
  for (guint i = 0; i < listeners->len; i++)
    {
      int retry_ms = listener_retry_ms (g_ptr_array_index (listeners, i));
      if (retry_ms >= 0)
        wait_ms = wait_ms < 0 ? retry_ms : MIN (wait_ms, retry_ms);
    }
  return wait_ms;
}

int
doors_wait_ms (Doors *self, int wait_ms)
{
  return wait_of (self->dict, wait_of (self->json, wait_ms));
}

void
doors_close (Doors *self)
{
  g_clear_pointer (&self->json, g_ptr_array_unref);
  g_clear_pointer (&self->dict, g_ptr_array_unref);
}
