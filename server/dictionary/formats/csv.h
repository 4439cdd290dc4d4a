/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Comma-separated records as in RFC 4180: a field that begins with a quote ends with one, and may
 * hold commas, line ends, and quotes written twice.
 */
#pragma once

#include "server/dictionary/formats/input.h"

#define CSV_MAX_FIELDS 64

typedef struct
{
  char *text; /* writable, valid until the next record; not NUL-terminated */
  gsize n_bytes;
} CsvField;

typedef struct
{
  CsvField fields[CSV_MAX_FIELDS];
  gsize n_fields;
} CsvRecord;

/**
 * csv_read:
 *
 * Skips empty lines. input_line_number() is then the line in which the record begins.
 *
 * Returns: %INPUT_FAILED with %SOURCE_ERROR_DAMAGED also when a quote is not closed or misplaced,
 * the record is not UTF-8 or has more than %CSV_MAX_FIELDS
 */
InputResult csv_read (Input *input, CsvRecord *ret_record, GError **error);
