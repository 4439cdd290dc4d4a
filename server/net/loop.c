/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * epoll, level-triggered unless a source asks for EPOLLET.
 */
#include "server/net/loop.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#define LOOP_MAX_EVENTS 256

struct Loop
{
  int fd;
  int64_t now_ms;
  struct epoll_event events[LOOP_MAX_EVENTS];
};

Loop *
loop_new (GError **error)
{
  int fd = epoll_create1 (EPOLL_CLOEXEC);
  if (fd < 0)
    {
      g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (errno),
                   "cannot make an epoll descriptor: %s", g_strerror (errno));
      return NULL;
    }
  Loop *self = g_new0 (Loop, 1);
  self->fd = fd;
  self->now_ms = g_get_monotonic_time () / 1000;
  return self;
}

void
loop_free (Loop *self)
{
  if (self == NULL)
    return;
  close (self->fd);
  g_free (self);
}

gboolean
loop_add (Loop *self, LoopSource *source, uint32_t events)
{
  struct epoll_event event = { .events = events, .data.ptr = source };

  source->events = events;
  return epoll_ctl (self->fd, EPOLL_CTL_ADD, source->fd, &event) == 0;
}

void
loop_modify (Loop *self, LoopSource *source, uint32_t events)
{
  struct epoll_event event = { .events = events, .data.ptr = source };

  if (source->events == events)
    return;
  source->events = events;
  /* Fails only for a descriptor that is not in the set: a mistake of ours. */
  if (epoll_ctl (self->fd, EPOLL_CTL_MOD, source->fd, &event) != 0)
    g_assert_not_reached ();
}

void
loop_remove (Loop *self, LoopSource *source)
{
  if (epoll_ctl (self->fd, EPOLL_CTL_DEL, source->fd, NULL) != 0)
    g_assert_not_reached ();
}

void
loop_turn (Loop *self, int timeout_ms)
{
  int n = epoll_wait (self->fd, self->events, LOOP_MAX_EVENTS, timeout_ms);

  self->now_ms = g_get_monotonic_time () / 1000;
  for (int i = 0; i < n; i++)
    {
      LoopSource *source = self->events[i].data.ptr;
      source->ready (source, self->events[i].events);
    }
}

int64_t
loop_now_ms (const Loop *self)
{
  return self->now_ms;
}
