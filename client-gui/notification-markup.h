/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether who shows notifications takes their text for markup. Some desktops do, so that it must
 * be escaped, and others would show what escaping puts in.
 */
#pragma once

#include <gio/gio.h>

/**
 * parlance_notification_markup_async:
 * @bus: the session's
 */
void parlance_notification_markup_async (GDBusConnection *bus,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);

/**
 * parlance_notification_markup_finish:
 * @ret_is_markup: (out): not touched on failure
 */
gboolean
parlance_notification_markup_finish (GAsyncResult *result, gboolean *ret_is_markup, GError **error);
