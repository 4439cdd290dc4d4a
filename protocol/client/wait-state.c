/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Waiting for a state. Whichever comes first, the state or the cancellation, takes the other's
 * handler away with it.
 */
#include "protocol/client/wait-state.h"

typedef struct
{
  GTask *task;
  GObject *object;
  gulong handler;
  GSource *cancel_source; /* (nullable) */
  gboolean (*try_return) (GTask *task, gpointer object);
} Wait;

static void
wait_end (Wait *self)
{
  g_signal_handler_disconnect (self->object, self->handler);
  if (self->cancel_source != NULL)
    g_source_destroy (self->cancel_source);
  g_clear_pointer (&self->cancel_source, g_source_unref);
  g_object_unref (self->object);
  g_object_unref (self->task);
  g_free (self);
}

static void
on_state (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  Wait *self = user_data;
  g_autoptr (GTask) task = g_object_ref (self->task);

  /* The callback may do anything to the object, so the waiting ends before it is called. */
  g_signal_handler_block (object, self->handler);
  if (self->try_return (task, object))
    wait_end (self);
  else
    g_signal_handler_unblock (object, self->handler);
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  Wait *self = user_data;
  g_autoptr (GTask) task = g_object_ref (self->task);

  wait_end (self);
  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

void
parlance_wait_state (GTask *task,
                     gpointer object,
                     gboolean (*try_return) (GTask *task, gpointer object))
{
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (g_task_return_error_if_cancelled (task) || try_return (task, object))
    {
      g_object_unref (task);
      return;
    }

  Wait *self = g_new0 (Wait, 1);
  self->task = task;
  self->object = g_object_ref (object);
  self->try_return = try_return;
  self->handler = g_signal_connect (object, "notify::state", G_CALLBACK (on_state), self);
  if (cancellable != NULL)
    {
      self->cancel_source = g_cancellable_source_new (cancellable);
      g_source_set_callback (self->cancel_source, G_SOURCE_FUNC (on_cancelled), self, NULL);
      g_source_attach (self->cancel_source, g_task_get_context (task));
    }
}
