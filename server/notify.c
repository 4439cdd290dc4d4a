/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Datagrams of KEY=value lines to a UNIX socket: the whole protocol, which its authors promise not
 * to change and invite to be written anew. It is not libsystemd's here for two reasons: a system
 * without systemd would need that library to start the server at all, and libsystemd makes a socket
 * for each message, for which a confined process would have to be allowed sockets of that family
 * for ever. This has one, made before the server is confined.
 */
#include "server/notify.h"

#include "server/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define NOTIFY_MAX_STATUS 512 /* [bytes] */
#define NOTIFY_MAX_WATCHDOG_US (G_GINT64_CONSTANT (1000000) * 3600 * 24 * 365)

struct Notify
{
  int fd;
  struct sockaddr_un address;
  socklen_t n_address;
  gint64 watchdog_us; /* 0: none */
};

/* An absolute path, or a name behind "@". */
static gboolean
set_address (Notify *self, const char *name)
{
  gsize n = strlen (name);

  if ((*name != '/' && *name != '@') || n < 2 || n >= sizeof self->address.sun_path)
    return FALSE;
  self->address.sun_family = AF_UNIX;
  memcpy (self->address.sun_path, name, n);
  if (*name == '@')
    self->address.sun_path[0] = '\0';
  /* An abstract name is as long as it is; a path ends with a NUL. */
  self->n_address =
      (socklen_t)(offsetof (struct sockaddr_un, sun_path) + n + (*name == '/' ? 1 : 0));
  return TRUE;
}

static gboolean
open_socket (Notify *self)
{
  const struct timeval timeout = { .tv_sec = NOTIFY_TIMEOUT_S };

  self->fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  return self->fd >= 0 &&
         setsockopt (self->fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout) == 0;
}

static gint64
read_watchdog (void)
{
  const char *interval = g_getenv ("WATCHDOG_USEC");
  const char *pid = g_getenv ("WATCHDOG_PID");
  guint64 number;

  if (interval == NULL)
    return 0;
  if (pid != NULL && (!g_ascii_string_to_unsigned (pid, 10, 1, G_MAXINT, &number, NULL) ||
                      number != (guint64)getpid ()))
    return 0;
  if (!g_ascii_string_to_unsigned (interval, 10, 1, NOTIFY_MAX_WATCHDOG_US, &number, NULL))
    {
      log_warning ("WATCHDOG_USEC=“%s” is no interval; going on without a watchdog", interval);
      return 0;
    }
  return (gint64)number;
}

Notify *
notify_new (void)
{
  const char *name = g_getenv ("NOTIFY_SOCKET");
  Notify *self = NULL;

  if (name != NULL)
    {
      self = g_new0 (Notify, 1);
      self->fd = -1;
      if (!set_address (self, name))
        log_warning ("NOTIFY_SOCKET=“%s” is no address of a socket; nobody is notified", name);
      else if (!open_socket (self))
        log_warning ("cannot make a socket to notify the service manager: %s", g_strerror (errno));
      else
        self->watchdog_us = read_watchdog ();
      if (self->n_address == 0 || self->fd < 0)
        g_clear_pointer (&self, notify_free);
    }
  g_unsetenv ("NOTIFY_SOCKET");
  g_unsetenv ("WATCHDOG_USEC");
  g_unsetenv ("WATCHDOG_PID");
  return self;
}

void
notify_free (Notify *self)
{
  if (self == NULL)
    return;
  if (self->fd >= 0)
    close (self->fd);
  g_free (self);
}

/* A service manager passes over a status that is not UTF-8: one that was cut within a character, or
 * names a file that somebody has named otherwise. */
static char *
valid_status (char *line)
{
  char *end = line + strlen (line);
  char *last = g_utf8_find_prev_char (line, end);

  if (last != NULL && g_utf8_get_char_validated (last, end - last) == (gunichar)-2)
    *last = '\0';
  log_blank_controls (line, strlen (line));
  return g_utf8_make_valid (line, -1);
}

void
notify_send (const Notify *self, const char *state, const char *status, ...)
{
  if (self == NULL)
    return;

  g_autoptr (GString) text = g_string_new (state);
  if (status != NULL)
    {
      char line[NOTIFY_MAX_STATUS];
      va_list arguments;

      va_start (arguments, status);
      int n = vsnprintf (line, sizeof line, status, arguments);
      va_end (arguments);
      if (n < 0)
        return;
      g_autofree char *valid = valid_status (line);
      g_string_append_printf (text, "%sSTATUS=%s", text->len > 0 ? "\n" : "", valid);
    }
  ssize_t n_sent;
  do
    n_sent = sendto (self->fd, text->str, text->len, MSG_NOSIGNAL,
                     (const struct sockaddr *)(const void *)&self->address, self->n_address);
  while (n_sent < 0 && errno == EINTR);
  if (n_sent < 0)
    log_warning ("cannot notify the service manager: %s", g_strerror (errno));
}

gint64
notify_watchdog_us (const Notify *self)
{
  return self != NULL ? self->watchdog_us : 0;
}
