/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each watched thread has one message, which is in its mailbox or back: nothing is allocated while
 * the server runs, and a thread that hangs is asked once.
 */
#include "server/watchdog.h"

#include "server/log.h"

#include <stdatomic.h>

/* A beat may come late, or be left out for one slow turn, and the service manager still hears the
 * next in time. */
#define WATCHDOG_BEATS 4

typedef struct
{
  MailboxMessage message; /* first */
  _Atomic gboolean is_back;
  char *name;
  void (*post) (gpointer target, MailboxMessage *message);
  gpointer target;
} Watched;

struct Watchdog
{
  const Notify *notify;
  gint64 beat_us;
  gint64 next_us;
  GPtrArray *watched;
};

static void
watched_deliver (MailboxMessage *message, void *receiver)
{
  Watched *watched = (Watched *)message;

  atomic_store_explicit (&watched->is_back, TRUE, memory_order_release);
}

static void
watched_discard (MailboxMessage *message)
{
  /* It is the watchdog's. */
}

static void
watched_free (gpointer data)
{
  Watched *watched = data;

  g_free (watched->name);
  g_free (watched);
}

Watchdog *
watchdog_new (const Notify *notify)
{
  gint64 interval_us = notify_watchdog_us (notify);

  if (interval_us == 0)
    return NULL;
  Watchdog *self = g_new0 (Watchdog, 1);
  self->notify = notify;
  self->beat_us = MAX (interval_us / WATCHDOG_BEATS, 1000);
  self->next_us = g_get_monotonic_time () + self->beat_us;
  self->watched = g_ptr_array_new_with_free_func (watched_free);
  return self;
}

void
watchdog_free (Watchdog *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->watched);
  g_free (self);
}

void
watchdog_watch (Watchdog *self,
                char *name,
                void (*post) (gpointer target, MailboxMessage *message),
                gpointer target)
{
  if (self == NULL)
    {
      g_free (name);
      return;
    }
  Watched *watched = g_new0 (Watched, 1);
  watched->message.deliver = watched_deliver;
  watched->message.discard = watched_discard;
  atomic_init (&watched->is_back, TRUE);
  watched->name = name;
  watched->post = post;
  watched->target = target;
  g_ptr_array_add (self->watched, watched);
}

/* Returns: whether all have answered what they were asked last */
static gboolean
watchdog_ask (Watchdog *self)
{
  gboolean is_well = TRUE;

  for (guint i = 0; i < self->watched->len; i++)
    {
      Watched *watched = g_ptr_array_index (self->watched, i);

      if (!atomic_load_explicit (&watched->is_back, memory_order_acquire))
        {
          log_warning ("%s does not answer; a service manager that hears nothing of this server "
                       "restarts it",
                       watched->name);
          is_well = FALSE;
          continue;
        }
      atomic_store_explicit (&watched->is_back, FALSE, memory_order_relaxed);
      watched->post (watched->target, &watched->message);
    }
  return is_well;
}

int
watchdog_turn (Watchdog *self, int wait_ms)
{
  if (self == NULL)
    return wait_ms;

  gint64 now_us = g_get_monotonic_time ();
  if (now_us >= self->next_us)
    {
      if (watchdog_ask (self))
        notify_send (self->notify, "WATCHDOG=1", NULL);
      self->next_us = now_us + self->beat_us;
    }
  int left_ms = (int)MIN ((self->next_us - now_us + 999) / 1000, G_MAXINT);
  return wait_ms < 0 ? left_ms : MIN (wait_ms, left_ms);
}
