/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The result of `define`: entries in the server's order or, when there are none, words that are
 * near. Immutable and reference-counted. Source: docs/protocol.md, section 3.
 */
#pragma once

#include "protocol/client/entry.h"

typedef struct _ParlanceDefinition ParlanceDefinition;

#define PARLANCE_TYPE_DEFINITION (parlance_definition_get_type ())
GType parlance_definition_get_type (void);

/**
 * parlance_definition_new_take_json:
 * @json: (transfer full): the JSON text of a result of `define`
 * @error: %G_IO_ERROR_INVALID_DATA, naming what is wrong
 *
 * Returns: (transfer full) (nullable):
 */
ParlanceDefinition *parlance_definition_new_take_json (char *json, GError **error);

ParlanceDefinition *parlance_definition_ref (ParlanceDefinition *self);
void parlance_definition_unref (ParlanceDefinition *self);

/** parlance_definition_get_word: what was asked, as the server echoes it. */
const char *parlance_definition_get_word (const ParlanceDefinition *self);

guint parlance_definition_get_n_entries (const ParlanceDefinition *self);

/** parlance_definition_get_entry: Returns: (transfer none): lives as long as @self */
ParlanceEntry *parlance_definition_get_entry (const ParlanceDefinition *self, guint index);

/**
 * parlance_definition_get_suggestions:
 *
 * Returns: (array zero-terminated=1): headwords near the word, best first; empty when none
 */
const char *const *parlance_definition_get_suggestions (const ParlanceDefinition *self);

/** parlance_definition_get_json: the result's JSON text exactly as it came. */
const char *parlance_definition_get_json (const ParlanceDefinition *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceDefinition, parlance_definition_unref)
