/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All of CC-CEDICT while it is read. Its records have to be seen together before one of them can be
 * poured: which other spellings a word has, and which of a word's readings is the usual one,
 * follows from all of them. In memory it takes about as much as the file has.
 */
#pragma once

#include "server/dictionary/formats/cedict-record.h"
#include "server/dictionary/formats/pour.h"

typedef struct CedictTable CedictTable;

CedictTable *cedict_table_new (void);
void cedict_table_free (CedictTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CedictTable, cedict_table_free)

/** cedict_table_add: copies @record. FALSE: the table is full (128 MiB of text, two million
 * records). */
gboolean cedict_table_add (CedictTable *self, const CedictRecord *record);

/**
 * cedict_table_pour:
 *
 * Gives all entries to the sink in the order in which their words came first, a word's usual
 * reading before its others.
 */
gboolean cedict_table_pour (CedictTable *self, Pour *pour, GError **error);
