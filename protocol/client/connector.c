/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Addresses come from a list, or one by one from GIO's enumerator, which looks names up. Whatever
 * is under way (each attempt, the enumerator, the timer) holds a reference to the race; its task is
 * completed once, by the first of them to have something final to say.
 */
#include "protocol/client/connector.h"

#include "protocol/client/address.h"

#define STAGGER_MS 250 /* RFC 8305, section 5: Connection Attempt Delay */

typedef struct
{
  guint n_refs;
  GTask *task; /* (nullable): %NULL: it is completed */
  GMainContext *context;
  GPtrArray *listed;                    /* (nullable): of GSocketAddress, those that are left */
  GSocketAddressEnumerator *enumerator; /* (nullable): instead of @listed */
  gboolean is_enumerating;
  gboolean is_exhausted;    /* there are no more addresses */
  GCancellable *cancelling; /* of all that is under way */
  gulong cancel_handler;
  guint n_attempts; /* under way */
  GSource *timer;   /* (nullable): until the next attempt */
  GError *error;    /* (nullable): of the last attempt that failed */
} Race;

static char connect_tag; /* its address marks our tasks */

static void race_go_on (Race *self);

static void
race_unref (gpointer data)
{
  Race *self = data;

  if (--self->n_refs > 0)
    return;
  g_clear_object (&self->task);
  g_clear_pointer (&self->listed, g_ptr_array_unref);
  g_clear_object (&self->enumerator);
  g_object_unref (self->cancelling);
  g_main_context_unref (self->context);
  g_clear_error (&self->error);
  g_free (self);
}

static Race *
race_ref (Race *self)
{
  self->n_refs++;
  return self;
}

static void
stop_timer (Race *self)
{
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

/* Ends what is under way. @connection: (transfer full) (nullable); @error: (transfer full)
 * (nullable): one of them */
static void
complete (Race *self, GSocketConnection *connection, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  g_cancellable_disconnect (g_task_get_cancellable (task), self->cancel_handler);
  stop_timer (self);
  g_cancellable_cancel (self->cancelling);
  if (connection != NULL)
    g_task_return_pointer (task, connection, g_object_unref);
  else
    g_task_return_error (task, error);
}

/* --- attempts --------------------------------------------------------------------------------- */

static void
note_failure (Race *self, GError *error)
{
  g_clear_error (&self->error);
  self->error = error;
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Race *self = user_data;
  g_autoptr (GSocketConnection) connection = G_SOCKET_CONNECTION (source);
  g_autoptr (GError) error = NULL;
  gboolean connected = g_socket_connection_connect_finish (connection, result, &error);

  self->n_attempts--;
  if (self->task != NULL && connected)
    complete (self, g_steal_pointer (&connection), NULL);
  else if (self->task != NULL)
    {
      note_failure (self, g_steal_pointer (&error));
      race_go_on (self);
    }
  race_unref (self);
}

/* @address: where to; a family that this machine lacks is an attempt that failed */
static gboolean
begin_attempt (Race *self, GSocketAddress *address)
{
  GError *error = NULL;
  g_autoptr (GSocket) socket = g_socket_new (g_socket_address_get_family (address),
                                             G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);

  if (socket == NULL)
    {
      note_failure (self, error);
      return FALSE;
    }
  self->n_attempts++;
  g_socket_connection_connect_async (g_socket_connection_factory_create_connection (socket),
                                     address, self->cancelling, on_connected, race_ref (self));
  return TRUE;
}

static gboolean
on_timer (gpointer user_data)
{
  Race *self = user_data;

  stop_timer (self);
  race_go_on (self);
  return G_SOURCE_REMOVE;
}

/* The next address is tried when this one has had its time, or sooner when it fails. */
static void
try_address (Race *self, GSocketAddress *address)
{
  stop_timer (self);
  if (!begin_attempt (self, address))
    {
      race_go_on (self);
      return;
    }
  self->timer = g_timeout_source_new (STAGGER_MS);
  g_source_set_callback (self->timer, on_timer, race_ref (self), race_unref);
  g_source_attach (self->timer, self->context);
}

/* --- addresses -------------------------------------------------------------------------------- */

static void
on_address (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Race *self = user_data;
  GError *error = NULL;
  g_autoptr (GSocketAddress) address = g_socket_address_enumerator_next_finish (
      G_SOCKET_ADDRESS_ENUMERATOR (source), result, &error);

  self->is_enumerating = FALSE;
  self->is_exhausted = address == NULL;
  if (self->task == NULL)
    g_clear_error (&error);
  else if (address != NULL)
    try_address (self, address);
  else
    {
      if (error != NULL)
        note_failure (self, error);
      race_go_on (self);
    }
  race_unref (self);
}

/* Begins with the next address, or ends when there is none and nothing is under way. */
static void
race_go_on (Race *self)
{
  if (self->listed != NULL && self->listed->len > 0)
    {
      g_autoptr (GSocketAddress) address = g_ptr_array_steal_index (self->listed, 0);
      try_address (self, address);
    }
  else if (self->enumerator != NULL && !self->is_exhausted)
    {
      if (self->is_enumerating)
        return;
      self->is_enumerating = TRUE;
      g_socket_address_enumerator_next_async (self->enumerator, self->cancelling, on_address,
                                              race_ref (self));
    }
  else if (self->n_attempts == 0)
    complete (self, NULL,
              self->error != NULL
                  ? g_steal_pointer (&self->error)
                  : g_error_new_literal (G_IO_ERROR, G_IO_ERROR_HOST_NOT_FOUND, "no address"));
}

/* Takes the next address of @family, or of any other when there is none, out of @addresses. */
static GSocketAddress *
take_address (GPtrArray *addresses, GSocketFamily family)
{
  for (guint i = 0; i < addresses->len; i++)
    {
      if (g_socket_address_get_family (g_ptr_array_index (addresses, i)) == family)
        return g_ptr_array_steal_index (addresses, i);
    }
  return g_ptr_array_steal_index (addresses, 0);
}

GPtrArray *
parlance_connector_order (const char *const *addresses)
{
  GPtrArray *ordered = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) left = g_ptr_array_new_with_free_func (g_object_unref);

  for (const char *const *text = addresses; *text != NULL; text++)
    {
      GInetSocketAddress *address = parlance_address_parse_numeric (*text);
      if (address != NULL)
        g_ptr_array_add (left, address);
    }
  GSocketFamily family = left->len > 0 ? g_socket_address_get_family (g_ptr_array_index (left, 0))
                                       : G_SOCKET_FAMILY_INVALID;
  while (left->len > 0)
    {
      GSocketAddress *address = take_address (left, family);

      g_ptr_array_add (ordered, address);
      family = g_socket_address_get_family (address) == G_SOCKET_FAMILY_IPV4 ? G_SOCKET_FAMILY_IPV6
                                                                             : G_SOCKET_FAMILY_IPV4;
    }
  return ordered;
}

/* --- the call --------------------------------------------------------------------------------- */

/* The task says so itself, whatever it is completed with. */
static gboolean
on_cancelled_idle (gpointer user_data)
{
  Race *self = user_data;

  if (self->task != NULL)
    complete (self, NULL,
              g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "connecting was cancelled"));
  return G_SOURCE_REMOVE;
}

static void
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  Race *self = user_data;
  g_autoptr (GSource) idle = g_idle_source_new ();

  /* Not here: a handler cannot be disconnected while it runs. */
  g_source_set_priority (idle, G_PRIORITY_DEFAULT);
  g_source_set_callback (idle, on_cancelled_idle, race_ref (self), race_unref);
  g_source_attach (idle, self->context);
}

void
parlance_connector_connect_async (const char *const *addresses,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_return_if_fail (addresses != NULL && addresses[0] != NULL);

  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GPtrArray) listed = parlance_connector_order (addresses);
  g_autoptr (GSocketConnectable) name = NULL;
  GError *error = NULL;

  g_task_set_source_tag (task, &connect_tag);
  if (listed->len == 0)
    name = parlance_address_parse (addresses[0], &error);
  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  Race *self = g_new0 (Race, 1);
  self->n_refs = 1;
  self->task = g_steal_pointer (&task);
  self->context = g_main_context_ref_thread_default ();
  self->cancelling = g_cancellable_new ();
  if (name != NULL)
    self->enumerator = g_socket_connectable_enumerate (name);
  else
    self->listed = g_steal_pointer (&listed);
  if (cancellable != NULL)
    self->cancel_handler =
        g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), race_ref (self), race_unref);
  race_go_on (self);
  race_unref (self);
}

GSocketConnection *
parlance_connector_connect_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, &connect_tag), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
