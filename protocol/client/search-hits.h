/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The result of `search`: headwords, the dictionaries they stand in, and what was found there.
 * Immutable and reference-counted. Source: docs/protocol.md, section 3.
 */
#pragma once

#include <glib-object.h>

typedef struct _ParlanceSearchHits ParlanceSearchHits;

#define PARLANCE_TYPE_SEARCH_HITS (parlance_search_hits_get_type ())
GType parlance_search_hits_get_type (void);

/**
 * parlance_search_hits_new_take_json:
 * @json: (transfer full): the JSON text of a result of `search`
 * @error: %G_IO_ERROR_INVALID_DATA, naming what is wrong
 *
 * Returns: (transfer full) (nullable):
 */
ParlanceSearchHits *parlance_search_hits_new_take_json (char *json, GError **error);

ParlanceSearchHits *parlance_search_hits_ref (ParlanceSearchHits *self);
void parlance_search_hits_unref (ParlanceSearchHits *self);

const char *parlance_search_hits_get_text (const ParlanceSearchHits *self); /* that was searched */
guint parlance_search_hits_get_n_hits (const ParlanceSearchHits *self);

/**
 * parlance_search_hits_get_snippet:
 * @index: below parlance_search_hits_get_n_hits(); 0 is the best
 * @ret_headword: (out) (optional) (transfer none): of the entry
 * @ret_dictionary: (out) (optional) (transfer none): the dictionary it stands in
 *
 * Returns: (transfer none): a line of the entry's text, around what was found
 */
const char *parlance_search_hits_get_snippet (const ParlanceSearchHits *self,
                                              guint index,
                                              const char **ret_headword,
                                              const char **ret_dictionary);

/** parlance_search_hits_has_more: whether there is more than these. */
gboolean parlance_search_hits_has_more (const ParlanceSearchHits *self);

/** parlance_search_hits_get_json: the result's JSON text exactly as it came. */
const char *parlance_search_hits_get_json (const ParlanceSearchHits *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceSearchHits, parlance_search_hits_unref)
