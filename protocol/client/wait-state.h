/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A task that ends when the "state" of an object is one of those waited for.
 */
#pragma once

#include <gio/gio.h>

/**
 * parlance_wait_state:
 * @task: (transfer full): its cancellable ends the waiting
 * @object: with a property "state"; kept alive while it is waited for
 * @try_return: returns from @task and says %TRUE when @object is as it should be, else nothing. It
 * is asked at once, and at every change
 */
void parlance_wait_state (GTask *task,
                          gpointer object,
                          gboolean (*try_return) (GTask *task, gpointer object));
