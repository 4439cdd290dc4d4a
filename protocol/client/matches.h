/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The result of `match`: headwords and the dictionaries they stand in. Immutable and
 * reference-counted. Source: docs/protocol.md, section 3.
 */
#pragma once

#include <glib-object.h>

typedef struct _ParlanceMatches ParlanceMatches;

#define PARLANCE_TYPE_MATCHES (parlance_matches_get_type ())
GType parlance_matches_get_type (void);

/**
 * parlance_matches_new_take_json:
 * @json: (transfer full): the JSON text of a result of `match`
 * @error: %G_IO_ERROR_INVALID_DATA, naming what is wrong
 *
 * Returns: (transfer full) (nullable):
 */
ParlanceMatches *parlance_matches_new_take_json (char *json, GError **error);

ParlanceMatches *parlance_matches_ref (ParlanceMatches *self);
void parlance_matches_unref (ParlanceMatches *self);

const char *parlance_matches_get_word (const ParlanceMatches *self);
const char *parlance_matches_get_strategy (const ParlanceMatches *self);
guint parlance_matches_get_n_matches (const ParlanceMatches *self);

/**
 * parlance_matches_get_headword:
 * @index: below parlance_matches_get_n_matches()
 * @ret_dictionary: (out) (optional) (transfer none): the dictionary it stands in
 *
 * Returns: (transfer none):
 */
const char *parlance_matches_get_headword (const ParlanceMatches *self,
                                           guint index,
                                           const char **ret_dictionary);

/** parlance_matches_has_more: whether the limit cut the list. */
gboolean parlance_matches_has_more (const ParlanceMatches *self);

/** parlance_matches_get_json: the result's JSON text exactly as it came. */
const char *parlance_matches_get_json (const ParlanceMatches *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceMatches, parlance_matches_unref)
