/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a server tells of one of its dictionaries. Immutable and reference-counted.
 * Source: docs/protocol.md, section 3, `dictionaries`.
 */
#pragma once

#include <glib-object.h>

typedef struct _ParlanceDictionaryInfo ParlanceDictionaryInfo;

#define PARLANCE_TYPE_DICTIONARY_INFO (parlance_dictionary_info_get_type ())
GType parlance_dictionary_info_get_type (void);

/**
 * parlance_dictionary_info_list_new_from_json:
 * @json: (transfer none): the JSON text of a result of `dictionaries`
 * @error: %G_IO_ERROR_INVALID_DATA, naming what is wrong
 *
 * Returns: (transfer full) (nullable) (element-type ParlanceDictionaryInfo): in the server's order
 */
GPtrArray *parlance_dictionary_info_list_new_from_json (const char *json, GError **error);

ParlanceDictionaryInfo *parlance_dictionary_info_ref (ParlanceDictionaryInfo *self);
void parlance_dictionary_info_unref (ParlanceDictionaryInfo *self);

/** parlance_dictionary_info_get_name: what requests call it. */
const char *parlance_dictionary_info_get_name (const ParlanceDictionaryInfo *self);

/** parlance_dictionary_info_get_title: what people call it; may be empty. */
const char *parlance_dictionary_info_get_title (const ParlanceDictionaryInfo *self);

gint64 parlance_dictionary_info_get_n_entries (const ParlanceDictionaryInfo *self);

/* Languages, format and licence are empty when the server does not know them. */
const char *parlance_dictionary_info_get_source (const ParlanceDictionaryInfo *self);
const char *parlance_dictionary_info_get_target (const ParlanceDictionaryInfo *self);
const char *parlance_dictionary_info_get_format (const ParlanceDictionaryInfo *self);
const char *parlance_dictionary_info_get_license (const ParlanceDictionaryInfo *self);

/** parlance_dictionary_info_get_json: its JSON text exactly as it came. */
const char *parlance_dictionary_info_get_json (const ParlanceDictionaryInfo *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceDictionaryInfo, parlance_dictionary_info_unref)
