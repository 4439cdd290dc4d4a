/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A file mapped for reading, as bytes that unmap it when the last reference goes.
 */
#pragma once

#include <glib.h>

/**
 * mapping_new:
 * @fd: open for reading; not needed afterwards
 * @n_bytes: from the file's beginning, not 0
 *
 * Returns: (transfer full): %NULL with errno
 */
GBytes *mapping_new (int fd, gsize n_bytes);
