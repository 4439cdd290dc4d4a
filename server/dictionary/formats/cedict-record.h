/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One record of CC-CEDICT as either of its forms has it, and reading it from them.
 */
#pragma once

#include "server/dictionary/formats/input.h"

typedef struct
{
  GString *traditional;
  GString *simplified;
  GString *pinyin; /* `ni3 hao3` */
  GString *senses; /* each ends with LF */
} CedictRecord;

void cedict_record_init (CedictRecord *self);
void cedict_record_clear (CedictRecord *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CedictRecord, cedict_record_clear)

/**
 * cedict_record_parse_line:
 * @line: `Traditional Simplified [pin1 yin1] /sense/sense/`
 *
 * Returns: (nullable): what is wrong with the line, for people; %NULL: nothing
 */
const char *cedict_record_parse_line (CedictRecord *self, const char *line, gsize n_line);

/**
 * cedict_record_parse_json:
 * @text: an object {"traditional": "…", "simplified": "…", "pinyin": "…", "english": ["…"]}, UTF-8
 *
 * Other members are skipped.
 *
 * Returns: (nullable): what is wrong with the object, for people; %NULL: nothing
 */
const char *cedict_record_parse_json (CedictRecord *self, const char *text, gsize n_text);

/* An array of records that is read one at a time: however large the file is, there is no more than
 * one of them in memory. */
typedef struct
{
  Input *input; /* borrowed */
  guint64 n_records;
} CedictJson;

/** cedict_json_read: gives the next record; %INPUT_FAILED with input_damaged() also where the file
 * is no such array. */
InputResult cedict_json_read (CedictJson *self, CedictRecord *ret_record, GError **error);

/** cedict_append_sense: appends a sense as it is printed: references like `個|个[ge4]` become
 * `个 (個) gè`. */
void cedict_append_sense (GString *out, const char *sense, gsize n_sense);
