/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One dictionary entry as a server sent it: immutable and reference-counted. Every string is a
 * stranger's text, never ready for a terminal or for markup. Source: docs/protocol.md, section 3.
 */
#pragma once

#include <glib-object.h>

#include "protocol/wire/json-reader.h"

typedef struct _ParlanceEntry ParlanceEntry;

#define PARLANCE_TYPE_ENTRY (parlance_entry_get_type ())
GType parlance_entry_get_type (void);

/**
 * parlance_entry_new_from_value:
 * @value: (transfer none): an entry object; copied
 * @error: %G_IO_ERROR_INVALID_DATA
 *
 * Returns: (transfer full) (nullable):
 */
ParlanceEntry *parlance_entry_new_from_value (const ParlanceJsonValue *value, GError **error);

/**
 * parlance_entry_shorten:
 * @max_bytes: [bytes] of the text
 *
 * For passing an entry on: what a client may send in one line is less than what a server may.
 *
 * Returns: (transfer full): @self, or the same with a text that ends with an ellipsis
 */
ParlanceEntry *parlance_entry_shorten (ParlanceEntry *self, gsize max_bytes);

/* Reference counts are atomic: an entry may be handed to another thread. */
ParlanceEntry *parlance_entry_ref (ParlanceEntry *self);
void parlance_entry_unref (ParlanceEntry *self);

const char *parlance_entry_get_dictionary (const ParlanceEntry *self);
const char *parlance_entry_get_headword (const ParlanceEntry *self);

/** parlance_entry_is_lemma: whether the entry was found through an inflection (*ran* to *run*). */
gboolean parlance_entry_is_lemma (const ParlanceEntry *self);

/** parlance_entry_get_via: "exact", "lemma", or what a later server calls its way to the entry. */
const char *parlance_entry_get_via (const ParlanceEntry *self);

/** parlance_entry_get_phonetic: Returns: (nullable): */
const char *parlance_entry_get_phonetic (const ParlanceEntry *self);

/** parlance_entry_get_text: lines end with LF; never empty. */
const char *parlance_entry_get_text (const ParlanceEntry *self);

/** parlance_entry_get_tags: Returns: (array zero-terminated=1): empty when there are none */
const char *const *parlance_entry_get_tags (const ParlanceEntry *self);

guint parlance_entry_get_n_forms (const ParlanceEntry *self);

/**
 * parlance_entry_get_form:
 * @index: below parlance_entry_get_n_forms()
 * @ret_kind: (out) (transfer none): what inflection it is, as the dictionary calls it
 *
 * Returns: (transfer none): the inflected form
 */
const char *parlance_entry_get_form (const ParlanceEntry *self, guint index, const char **ret_kind);

/** parlance_entry_append_json: appends the entry object, as `define` returns it. */
void parlance_entry_append_json (const ParlanceEntry *self, GString *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceEntry, parlance_entry_unref)
