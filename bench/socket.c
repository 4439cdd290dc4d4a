/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Numeric addresses, blocking connections and the clock, for the programs of this folder.
 */
#include "bench/socket.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

gboolean
bench_address_parse (const char *text, BenchAddress *ret_address)
{
  const char *colon = strrchr (text, ':');

  if (colon == NULL)
    return FALSE;

  gboolean bracketed = text[0] == '[' && colon - text >= 2 && colon[-1] == ']';
  g_autofree char *host = bracketed ? g_strndup (text + 1, (gsize)(colon - text - 2))
                                    : g_strndup (text, (gsize)(colon - text));
  struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
                            .ai_socktype = SOCK_STREAM };
  struct addrinfo *found = NULL;

  if (getaddrinfo (host, colon + 1, &hints, &found) != 0)
    return FALSE;

  memcpy (&ret_address->storage, found->ai_addr, found->ai_addrlen);
  ret_address->n_bytes = found->ai_addrlen;
  freeaddrinfo (found);
  return TRUE;
}

char *
bench_address_to_string (const BenchAddress *address)
{
  char host[NI_MAXHOST];
  char port[NI_MAXSERV];

  if (getnameinfo ((const struct sockaddr *)&address->storage, address->n_bytes, host, sizeof host,
                   port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) != 0)
    return g_strdup ("?");

  return g_strdup_printf (address->storage.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
}

static gboolean
prepare (int fd, gboolean no_delay)
{
  const struct timeval patience = { .tv_sec = 10 };
  const int on = 1;

  if (setsockopt (fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) != 0 ||
      setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0)
    return FALSE;

  return !no_delay || setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0;
}

int
bench_connect (const BenchAddress *address, gboolean no_delay)
{
  int fd = socket (address->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (fd < 0)
    return -1;

  if (!prepare (fd, no_delay) ||
      connect (fd, (const struct sockaddr *)&address->storage, address->n_bytes) != 0)
    {
      int error = errno;
      close (fd);
      errno = error;
      return -1;
    }

  return fd;
}

gboolean
bench_send_all (int fd, const char *bytes, gsize n_bytes)
{
  while (n_bytes > 0)
    {
      ssize_t n_sent = send (fd, bytes, n_bytes, MSG_NOSIGNAL);

      if (n_sent < 0 && errno == EINTR)
        continue;
      if (n_sent < 0)
        return FALSE;

      bytes += n_sent;
      n_bytes -= (gsize)n_sent;
    }

  return TRUE;
}

guint64
bench_now_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (guint64)now.tv_sec * 1000000000u + (guint64)now.tv_nsec;
}
