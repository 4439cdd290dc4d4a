/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Options that an accepted socket inherits are set on the listener once: TCP_NODELAY, and keepalive
 * that finds a half-open peer within 2 minutes (docs/protocol.md, section 7).
 */
#include "server/net/listener.h"

#include "server/log.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <unistd.h>

#define LISTENER_BACKLOG 4096
#define LISTENER_ACCEPTS_PER_TURN 64
#define LISTENER_PAUSE_MS 100
#define LISTENER_COMPLAIN_MS 10000 /* at most one line in this time about descriptors */

#define KEEPALIVE_IDLE_S 45
#define KEEPALIVE_INTERVAL_S 15
#define KEEPALIVE_PROBES 4 /* 45 s + 4 * 15 s: under 2 minutes */

struct Listener
{
  LoopSource source; /* first */
  Loop *loop;
  const Door *door;
  ListenerOptions options;
  char *address;
  int64_t paused_until_ms; /* 0: not pausing */
  int64_t complained_ms;   /* 0: never */
};

static gboolean
set_option (int fd, int level, int name, int value)
{
  return setsockopt (fd, level, name, &value, sizeof value) == 0;
}

/* What an accepted socket inherits. */
static gboolean
set_inherited_options (int fd)
{
  return set_option (fd, IPPROTO_TCP, TCP_NODELAY, 1) &&
         set_option (fd, SOL_SOCKET, SO_KEEPALIVE, 1) &&
         set_option (fd, IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE_S) &&
         set_option (fd, IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL_S) &&
         set_option (fd, IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_PROBES);
}

static gboolean
set_own_options (int fd, sa_family_t family)
{
  return set_option (fd, SOL_SOCKET, SO_REUSEADDR, 1) &&
         /* [::] and 0.0.0.0 are listened to separately. */
         (family != AF_INET6 || set_option (fd, IPPROTO_IPV6, IPV6_V6ONLY, 1));
}

/* EMFILE and its like last until somebody gives something back: asking again at once would spin. */
static void
listener_pause (Listener *self, int code)
{
  int64_t now_ms = loop_now_ms (self->loop);

  if (self->complained_ms == 0 || now_ms - self->complained_ms > LISTENER_COMPLAIN_MS)
    {
      log_warning ("cannot accept on %s: %s; waiting for connections to close (raise the limit of "
                   "open files, or lower max_connections)",
                   self->address, g_strerror (code));
      self->complained_ms = now_ms;
    }
  self->paused_until_ms = now_ms + LISTENER_PAUSE_MS;
  loop_modify (self->loop, &self->source, 0);
}

static void
listener_ready (LoopSource *source, uint32_t events)
{
  Listener *self = (Listener *)source;

  for (int i = 0; i < LISTENER_ACCEPTS_PER_TURN; i++)
    {
      Address peer = { .n_bytes = sizeof peer.storage };
      int fd = accept4 (source->fd, &peer.any, &peer.n_bytes, SOCK_NONBLOCK | SOCK_CLOEXEC);

      if (fd >= 0)
        {
          self->options.accepted (fd, &peer, self->door, self->options.data);
          continue;
        }
      if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
        {
          listener_pause (self, errno);
          return;
        }
      if (errno == EAGAIN || errno == EWOULDBLOCK)
        return;
      /* The rest are mishaps of that one connection (accept(2), "Error handling"). */
    }
}

/* GLib has one code for all that socket() and bind() may say; callers tell one case apart. */
static GFileError
listener_error_code (int code)
{
  return code == EAFNOSUPPORT || code == EADDRNOTAVAIL ? G_FILE_ERROR_NXIO
                                                       : g_file_error_from_errno (code);
}

static char *
bound_address (int fd)
{
  Address address = { .n_bytes = sizeof address.storage };

  if (getsockname (fd, &address.any, &address.n_bytes) != 0)
    return g_strdup ("unknown address");
  return address_format (&address);
}

Listener *
listener_adopt (
    Loop *loop, int fd, const Door *door, const ListenerOptions *options, GError **error)
{
  Listener *self = g_new0 (Listener, 1);

  self->source.fd = fd;
  self->source.ready = listener_ready;
  self->loop = loop;
  self->door = door;
  self->options = *options;
  self->address = bound_address (fd);
  if (set_inherited_options (fd) && loop_add (loop, &self->source, 0))
    return self;
  g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (errno), "cannot watch %s: %s",
               self->address, g_strerror (errno));
  close (fd);
  g_free (self->address);
  g_free (self);
  return NULL;
}

Listener *
listener_new (Loop *loop,
              const Address *address,
              const Door *door,
              const ListenerOptions *options,
              GError **error)
{
  g_autofree char *wanted = address_format (address);
  int fd = socket (address->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

  if (fd >= 0 && set_own_options (fd, address->any.sa_family) &&
      bind (fd, &address->any, address->n_bytes) == 0 && listen (fd, LISTENER_BACKLOG) == 0)
    return listener_adopt (loop, fd, door, options, error);

  int code = errno;
  g_set_error (error, G_FILE_ERROR, (gint)listener_error_code (code), "cannot listen on %s: %s%s",
               wanted, g_strerror (code),
               code == EADDRINUSE ? " (is another server running? choose another port)" : "");
  if (fd >= 0)
    close (fd);
  return NULL;
}

void
listener_start (Listener *self)
{
  loop_modify (self->loop, &self->source, EPOLLIN);
}

void
listener_free (Listener *self)
{
  if (self == NULL)
    return;
  loop_remove (self->loop, &self->source);
  close (self->source.fd);
  g_free (self->address);
  g_free (self);
}

const char *
listener_address (const Listener *self)
{
  return self->address;
}

gboolean
listener_takes_both (const Listener *self)
{
  int is_only_ipv6 = 1;
  socklen_t n_bytes = sizeof is_only_ipv6;

  return getsockopt (self->source.fd, IPPROTO_IPV6, IPV6_V6ONLY, &is_only_ipv6, &n_bytes) == 0 &&
         is_only_ipv6 == 0;
}

int
listener_retry_ms (Listener *self)
{
  int64_t now_ms = loop_now_ms (self->loop);

  if (self->paused_until_ms == 0)
    return -1;
  if (now_ms < self->paused_until_ms)
    return (int)(self->paused_until_ms - now_ms);
  self->paused_until_ms = 0;
  loop_modify (self->loop, &self->source, EPOLLIN);
  return -1;
}
