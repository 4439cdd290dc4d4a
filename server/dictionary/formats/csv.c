/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two passes a record: one finds its end by counting quotes (within a record they come in pairs, so
 * a line end after an even number of them ends it), one splits it in place.
 */
#include "server/dictionary/formats/csv.h"

#include <string.h>

static gsize
count_quotes (const char *bytes, gsize n_bytes)
{
  gsize n_quotes = 0;
  const char *end = bytes + n_bytes;
  for (const char *at = bytes; at < end && (at = memchr (at, '"', (gsize)(end - at))) != NULL; at++)
    n_quotes++;
  return n_quotes;
}

/* Finds where the record ends that begins the unconsumed input, and consumes it. */
static InputResult
take_record (Input *input, char **ret_record, gsize *ret_n, GError **error)
{
  gsize n_scanned = 0;
  gsize n_quotes = 0;
  guint64 n_lines = 0;
  for (;;)
    {
      gsize n_there;
      char *record = input_peek (input, &n_there);
      char *line_end =
          n_there > n_scanned ? memchr (record + n_scanned, '\n', n_there - n_scanned) : NULL;
      gsize scan_end = line_end == NULL ? n_there : (gsize)(line_end - record) + 1;
      n_quotes += count_quotes (record + n_scanned, scan_end - n_scanned);
      n_scanned = scan_end;
      if (line_end != NULL)
        n_lines++;

      if (line_end != NULL && n_quotes % 2 == 0)
        {
          input_consume (input, n_scanned, n_lines);
          *ret_record = record;
          *ret_n = n_scanned - 1;
          return INPUT_RECORD;
        }
      if (line_end != NULL)
        continue;

      InputResult more = input_more (input, error);
      if (more == INPUT_RECORD)
        continue;
      if (more == INPUT_FAILED || n_there == 0)
        return more;
      record = input_peek (input, &n_there);
      input_consume (input, n_there, n_lines + 1);
      if (n_quotes % 2 != 0)
        {
          input_damaged (input, error, "a quote is opened in this record and never closed");
          return INPUT_FAILED;
        }
      *ret_record = record;
      *ret_n = n_there;
      return INPUT_RECORD;
    }
}

/* Takes the quotes off the field that begins at @at with one.
 * Returns: what follows its closing quote */
static char *
split_quoted (char *at, const char *end, CsvField *ret_field)
{
  at++;
  *ret_field = (CsvField){ at, 0 };
  char *to = at;
  for (;;)
    {
      char *quote = memchr (at, '"', (gsize)(end - at));
      g_assert (quote != NULL); /* they come in pairs */
      gsize n_bytes = (gsize)(quote - at);
      if (to != at)
        memmove (to, at, n_bytes);
      to += n_bytes;
      at = quote + 1;
      if (at == end || *at != '"')
        break;
      *to++ = '"';
      at++;
    }
  ret_field->n_bytes = (gsize)(to - ret_field->text);
  return at;
}

static gboolean
split_record (const Input *input, char *at, const char *end, CsvRecord *ret_record, GError **error)
{
  ret_record->n_fields = 0;
  for (;;)
    {
      if (ret_record->n_fields == CSV_MAX_FIELDS)
        return input_damaged (input, error, "more than %d columns", CSV_MAX_FIELDS);
      CsvField *field = &ret_record->fields[ret_record->n_fields++];
      if (at < end && *at == '"')
        {
          at = split_quoted (at, end, field);
          if (at < end && *at != ',')
            return input_damaged (input, error,
                                  "column %" G_GSIZE_FORMAT " goes on after its "
                                  "closing quote; a quote in a field is written twice",
                                  ret_record->n_fields);
        }
      else
        {
          char *comma = memchr (at, ',', (gsize)(end - at));
          gsize n_bytes = comma == NULL ? (gsize)(end - at) : (gsize)(comma - at);
          if (memchr (at, '"', n_bytes) != NULL)
            return input_damaged (input, error,
                                  "column %" G_GSIZE_FORMAT " has a quote in it but "
                                  "does not begin with one",
                                  ret_record->n_fields);
          *field = (CsvField){ at, n_bytes };
          at += n_bytes;
        }
      if (at == end)
        return TRUE;
      at++;
    }
}

InputResult
csv_read (Input *input, CsvRecord *ret_record, GError **error)
{
  char *record;
  gsize n_record;
  do
    {
      InputResult result = take_record (input, &record, &n_record, error);
      if (result != INPUT_RECORD)
        return result;
      if (n_record > 0 && record[n_record - 1] == '\r')
        n_record--;
    }
  while (n_record == 0);

  if (!input_check_utf8 (input, record, n_record, error) ||
      !split_record (input, record, record + n_record, ret_record, error))
    return INPUT_FAILED;
  return INPUT_RECORD;
}
