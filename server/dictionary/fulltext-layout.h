/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the builder and the reader of full-text indexes agree on.
 *
 * - source: one row with the dictionary's stamp and size [bytes], and the number of rows.
 *
 * - addresses: the records of rows 1, 2, 3…, FULLTEXT_ROWS_PER_CHUNK 32-bit words to a chunk.
 *
 * - entries: FTS5 without contents, columns `text` and `headword`.
 *
 * Rows are numbered by frequency, so that of a word that stands everywhere the first thousand rows
 * are the ones that matter, and reading stops there. Nothing but postings is stored: the text is in
 * the dictionary.
 */
#pragma once

#define FULLTEXT_APPLICATION_ID 0x504c4654 /* "PLFT" */
/* Of the schema, the tokens and the order of rows. */
#define FULLTEXT_VERSION 1
#define FULLTEXT_ROWS_PER_CHUNK 1024
