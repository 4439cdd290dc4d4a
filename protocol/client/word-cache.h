/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceWordCache: the definitions that were looked up last, so that they can be read when there
 * is no server to ask. What has not been used for longest goes first when there are too many. One
 * thread, that of the sessions it is used with.
 */
#pragma once

#include "protocol/client/lookup.h"

#define PARLANCE_WORD_CACHE_MAX_ENTRIES 4096
#define PARLANCE_WORD_CACHE_MAX_BYTES (8 * 1024 * 1024)

/* For so long a definition is given again without asking. */
#define PARLANCE_WORD_CACHE_FRESH_MS 60000

#define PARLANCE_TYPE_WORD_CACHE (parlance_word_cache_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceWordCache, parlance_word_cache, PARLANCE, WORD_CACHE, GObject)

/**
 * parlance_word_cache_new:
 * @max_entries: at least 1
 * @max_bytes: [bytes] of answers; one that is larger by itself is not kept
 */
ParlanceWordCache *parlance_word_cache_new (guint max_entries, gsize max_bytes);

/**
 * parlance_word_cache_define_async:
 * @session: (nullable): %NULL: there is nobody to ask
 * @word: well-formed UTF-8
 * @options: (nullable)
 *
 * parlance_session_define_async(), whose answer is kept. Without a session, or when the connection
 * is lost before there is an answer, what was kept is given; and so it is when it is fresh, of the
 * same session and of a word spelt the same.
 */
void parlance_word_cache_define_async (ParlanceWordCache *self,
                                       ParlanceSession *session,
                                       const char *word,
                                       const ParlanceLookupOptions *options,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);

/**
 * parlance_word_cache_define_finish:
 * @ret_kept: (out) (optional): whether it is what was kept, not an answer of the server
 * @error: as of parlance_session_define_finish(); %G_IO_ERROR_NOT_CONNECTED when nobody can be
 *   asked and nothing is kept
 */
ParlanceDefinition *parlance_word_cache_define_finish (ParlanceWordCache *self,
                                                       GAsyncResult *result,
                                                       gboolean *ret_kept,
                                                       GError **error);

/**
 * parlance_word_cache_add:
 * @word: what @definition is found by from now on, as if it had been asked for
 *
 * For a word that was resolved by the client: *ran*, of which the definition of *run* was asked.
 */
void parlance_word_cache_add (ParlanceWordCache *self,
                              const char *word,
                              const ParlanceLookupOptions *options,
                              ParlanceDefinition *definition);

/**
 * parlance_word_cache_peek:
 *
 * Case and the width of letters do not count, as they do not for the server.
 *
 * Returns: (transfer none) (nullable): what is kept
 */
ParlanceDefinition *parlance_word_cache_peek (ParlanceWordCache *self,
                                              const char *word,
                                              const ParlanceLookupOptions *options);

/** parlance_word_cache_clear: forgets everything; for another server, with other dictionaries */
void parlance_word_cache_clear (ParlanceWordCache *self);

guint parlance_word_cache_get_n_entries (ParlanceWordCache *self);

/** parlance_word_cache_get_n_bytes: [bytes] of the answers that are kept */
gsize parlance_word_cache_get_n_bytes (ParlanceWordCache *self);
