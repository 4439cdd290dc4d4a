/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The servers that were used last, remembered from run to run in $XDG_STATE_HOME/parlance/servers:
 * which one to prefer where there are several, and where to try when discovery finds none. The file
 * is only this user's to read. Thread: one at a time.
 */
#pragma once

#include "protocol/client/server.h"

#define PARLANCE_RECENT_MAX 32 /* servers that are kept, those that were used last */

typedef struct _ParlanceRecent ParlanceRecent;

/**
 * parlance_recent_load:
 * @path: (nullable): the file; %NULL: the usual one
 *
 * A file that is not there, or cannot be understood, is as good as an empty one.
 */
ParlanceRecent *parlance_recent_load (const char *path);
void parlance_recent_free (ParlanceRecent *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceRecent, parlance_recent_free)

/** parlance_recent_get_n: how many there are */
guint parlance_recent_get_n (const ParlanceRecent *self);

/** parlance_recent_get_id: @index: 0 is the one that was used last */
const char *parlance_recent_get_id (const ParlanceRecent *self, guint index);
const char *parlance_recent_get_name (const ParlanceRecent *self, guint index);

/** parlance_recent_get_is_local: whether it was on this machine */
gboolean parlance_recent_get_is_local (const ParlanceRecent *self, guint index);

/** parlance_recent_get_seen: when it answered last, since 1970 [µs] */
gint64 parlance_recent_get_seen (const ParlanceRecent *self, guint index);

/**
 * parlance_recent_dup_addresses:
 *
 * Returns: (transfer full) (array zero-terminated=1): where it was, best first; at least one
 */
char **parlance_recent_dup_addresses (const ParlanceRecent *self, guint index);

/* One use of a server, to be noted. Unlike the server it may go to another thread. */
typedef struct _ParlanceRecentUse ParlanceRecentUse;

/** parlance_recent_use_new: Returns: (transfer full): @server is being used; @now_us: since 1970 */
ParlanceRecentUse *parlance_recent_use_new (ParlanceServer *server, gint64 now_us);
void parlance_recent_use_free (ParlanceRecentUse *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceRecentUse, parlance_recent_use_free)

/** parlance_recent_note: @use: (transfer full): the last one, in place of that server's */
void parlance_recent_note (ParlanceRecent *self, ParlanceRecentUse *use);

/**
 * parlance_recent_save:
 *
 * Writes the file as a whole or not at all.
 */
gboolean parlance_recent_save (const ParlanceRecent *self, GError **error);
