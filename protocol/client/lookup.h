/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The typed methods of a ParlanceSession that need no nick. Each `_async` is a
 * parlance_session_call_async() and each `_finish` has its errors, and %G_IO_ERROR_INVALID_DATA
 * when the result is not what the protocol says. Source: docs/protocol.md, sections 3 and 5.
 */
#pragma once

#include "protocol/client/definition.h"
#include "protocol/client/dictionary-info.h"
#include "protocol/client/matches.h"
#include "protocol/client/search-hits.h"
#include "protocol/client/server-info.h"
#include "protocol/client/session.h"
#include "protocol/client/spans.h"

/* What narrows a lookup; zero is the server's default throughout. Borrowed for the call only. */
typedef struct
{
  const char *const *dictionaries; /* (nullable) (array zero-terminated=1): names; none: all */
  const char *strategy;            /* (nullable): of match */
  guint limit;                     /* `max_entries` of define, `limit` of match and search */
} ParlanceLookupOptions;

/**
 * parlance_session_hello_async:
 * @client: "name/version" of the program
 */
void parlance_session_hello_async (ParlanceSession *self,
                                   const char *client,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);

/**
 * parlance_session_hello_finish:
 * @error: also %PARLANCE_TRUST_ERROR: it is not the server that it says it is; it is not to be
 *   spoken to any more
 */
ParlanceServerInfo *
parlance_session_hello_finish (ParlanceSession *self, GAsyncResult *result, GError **error);

/**
 * parlance_session_define_async:
 * @word: well-formed UTF-8
 * @options: (nullable)
 */
void parlance_session_define_async (ParlanceSession *self,
                                    const char *word,
                                    const ParlanceLookupOptions *options,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
ParlanceDefinition *
parlance_session_define_finish (ParlanceSession *self, GAsyncResult *result, GError **error);

/**
 * parlance_session_match_async:
 * @word: well-formed UTF-8
 * @options: (nullable)
 */
void parlance_session_match_async (ParlanceSession *self,
                                   const char *word,
                                   const ParlanceLookupOptions *options,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
ParlanceMatches *
parlance_session_match_finish (ParlanceSession *self, GAsyncResult *result, GError **error);

#define PARLANCE_WHOLE_TEXT (-1)

/**
 * parlance_session_annotate_async:
 * @text: well-formed UTF-8, at most PARLANCE_MAX_TEXT bytes
 * @at: [code points] the place whose headwords are wanted, or %PARLANCE_WHOLE_TEXT
 * @options: (nullable): its dictionaries count
 */
void parlance_session_annotate_async (ParlanceSession *self,
                                      const char *text,
                                      gint64 at,
                                      const ParlanceLookupOptions *options,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
ParlanceSpans *
parlance_session_annotate_finish (ParlanceSession *self, GAsyncResult *result, GError **error);

/**
 * parlance_session_search_async:
 * @text: well-formed UTF-8
 * @options: (nullable)
 */
void parlance_session_search_async (ParlanceSession *self,
                                    const char *text,
                                    const ParlanceLookupOptions *options,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
ParlanceSearchHits *
parlance_session_search_finish (ParlanceSession *self, GAsyncResult *result, GError **error);

void parlance_session_dictionaries_async (ParlanceSession *self,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);

/** Returns: (transfer full) (nullable) (element-type ParlanceDictionaryInfo): in their order */
GPtrArray *
parlance_session_dictionaries_finish (ParlanceSession *self, GAsyncResult *result, GError **error);

void parlance_session_stats_async (ParlanceSession *self,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);

/**
 * parlance_session_stats_finish:
 *
 * Which counters there are is the server's affair.
 *
 * Returns: (transfer full) (nullable): JSON text of an object
 */
char *parlance_session_stats_finish (ParlanceSession *self, GAsyncResult *result, GError **error);

void parlance_session_ping_async (ParlanceSession *self,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

/** parlance_session_ping_finish: @ret_time_ms: (out): the server's clock [ms since 1970, UTC] */
gboolean parlance_session_ping_finish (ParlanceSession *self,
                                       GAsyncResult *result,
                                       gint64 *ret_time_ms,
                                       GError **error);
