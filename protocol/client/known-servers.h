/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How servers showed themselves the first time, remembered from run to run in
 * $XDG_STATE_HOME/parlance/known_servers, as ssh does in known_hosts. A server goes by its id, and
 * by the address where somebody typed it. The file is only this user's to read. Thread: one.
 */
#pragma once

#include <glib.h>

#define PARLANCE_KNOWN_SERVERS_MAX 4096 /* that are kept, those that were noted last */

/* What stands in place of a fingerprint for a server that was used in plain text. */
#define PARLANCE_KNOWN_PLAIN "plain"

typedef enum
{
  PARLANCE_KNOWN_BY_ID,
  PARLANCE_KNOWN_BY_ADDRESS,
} ParlanceKnownBy;

typedef struct _ParlanceKnownServers ParlanceKnownServers;

#define PARLANCE_KNOWN_SERVERS_MAX_WAIT_MS 1000 /* [ms] while another program changes it */

/**
 * parlance_known_servers_load:
 * @path: (nullable): the file; %NULL: the usual one
 * @error: %G_FILE_ERROR: it is there, or may be, and cannot be read, or is no file of ours
 *
 * To look at. Lines that cannot be understood are passed over. A file that is not there is as good
 * as an empty one.
 */
ParlanceKnownServers *parlance_known_servers_load (const char *path, GError **error);

/**
 * parlance_known_servers_load_to_change:
 *
 * The same for parlance_known_servers_save(): until it is freed nobody else gets the file to
 * change. Blocks for up to %PARLANCE_KNOWN_SERVERS_MAX_WAIT_MS. Lines that cannot be understood are
 * gone with the save.
 */
ParlanceKnownServers *parlance_known_servers_load_to_change (const char *path, GError **error);

void parlance_known_servers_free (ParlanceKnownServers *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceKnownServers, parlance_known_servers_free)

/** parlance_known_servers_read: adds the lines of @text; whatever they are */
void parlance_known_servers_read (ParlanceKnownServers *self, const char *text, gsize n_bytes);

/**
 * parlance_known_servers_find:
 * @name: a server's UUID, or "host:port"
 *
 * Returns: (transfer none) (nullable): "sha256:" and 64 digits, %PARLANCE_KNOWN_PLAIN, or %NULL for
 *   a server that is not known
 */
const char *parlance_known_servers_find (const ParlanceKnownServers *self,
                                         ParlanceKnownBy by,
                                         const char *name);

/**
 * parlance_known_servers_accept:
 * @fingerprint: (nullable): %NULL: it was used in plain text
 *
 * From now on the server is known by this.
 *
 * Returns: FALSE when @name or @fingerprint are none: nothing is changed
 */
gboolean parlance_known_servers_accept (ParlanceKnownServers *self,
                                        ParlanceKnownBy by,
                                        const char *name,
                                        const char *fingerprint);

/** parlance_known_servers_save: @self: loaded to change; writes the file as a whole or not at all
 */
gboolean parlance_known_servers_save (const ParlanceKnownServers *self, GError **error);

/** parlance_known_servers_to_text: (transfer full): what would be written */
char *parlance_known_servers_to_text (const ParlanceKnownServers *self);

/**
 * parlance_fingerprint_normalize:
 * @text: as a server announces it, perhaps in capitals and with colons
 *
 * Returns: (transfer full) (nullable): "sha256:" and 64 small digits, or %NULL
 */
char *parlance_fingerprint_normalize (const char *text);
