/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * GLib speaks to org.gtk.Notifications where there is one: what it gets is plain text. Else to
 * org.freedesktop.Notifications, which says by the capability "body-markup" that it takes markup.
 */
#include "client-gui/notification-markup.h"

static void
on_capabilities (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (answer == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_autofree const char **capabilities = NULL;
  g_variant_get (answer, "(^a&s)", &capabilities);
  g_task_return_boolean (task, g_strv_contains ((const char *const *)capabilities, "body-markup"));
}

static void
on_owner (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  gboolean is_owned = FALSE;

  if (answer == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_variant_get (answer, "(b)", &is_owned);
  if (is_owned)
    {
      g_task_return_boolean (task, FALSE);
      return;
    }
  g_dbus_connection_call (G_DBUS_CONNECTION (source), "org.freedesktop.Notifications",
                          "/org/freedesktop/Notifications", "org.freedesktop.Notifications",
                          "GetCapabilities", NULL, G_VARIANT_TYPE ("(as)"), G_DBUS_CALL_FLAGS_NONE,
                          -1, g_task_get_cancellable (task), on_capabilities, g_object_ref (task));
}

void
parlance_notification_markup_async (GDBusConnection *bus,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_return_if_fail (G_IS_DBUS_CONNECTION (bus));

  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_dbus_connection_call (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", "NameHasOwner",
                          g_variant_new ("(s)", "org.gtk.Notifications"), G_VARIANT_TYPE ("(b)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, cancellable, on_owner, task);
}

gboolean
parlance_notification_markup_finish (GAsyncResult *result, gboolean *ret_is_markup, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  g_autoptr (GError) failure = NULL;
  gboolean is_markup = g_task_propagate_boolean (G_TASK (result), &failure);

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  *ret_is_markup = is_markup;
  return TRUE;
}
