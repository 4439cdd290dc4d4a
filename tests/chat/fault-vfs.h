/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files that fail: SQLite's way to the disk with a switch in it. A full disk, a directory that
 * cannot be written, an I/O error, at any call that is chosen, whoever runs the test.
 */
#pragma once

#include <glib.h>

typedef enum
{
  FAULT_OPEN,
  FAULT_READ,
  FAULT_WRITE,
  FAULT_TRUNCATE,
  FAULT_SYNC,
  FAULT_SIZE,
  FAULT_LOCK,
  FAULT_SHARE, /* memory shared with other connections */
  FAULT_DELETE,
  FAULT_ACCESS,
  FAULT_ANY, /* of all of these */
  FAULT_N_CALLS,
} FaultCall;

extern const char *const fault_call_names[FAULT_N_CALLS];

/** fault_vfs_install: for every database that is opened from here on */
void fault_vfs_install (void);

/**
 * fault_vfs_arm:
 * @nth: which of the calls of this kind fails, counted from 1
 * @code: with which of SQLite's codes
 * @n_failing: how many fail from that one on
 */
void fault_vfs_arm (FaultCall call, guint nth, int code, guint n_failing);

/** fault_vfs_disarm: Returns: how many failed since fault_vfs_arm() */
guint fault_vfs_disarm (void);

/** fault_code: the code that SQLite gives such a call of a disk that is broken. 0 for FAULT_ANY:
 * to each its own */
int fault_code (FaultCall call);
