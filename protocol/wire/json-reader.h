/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A strict JSON reader for both ends. One pass checks a whole line against RFC 8259 and UTF-8;
 * everything after that walks text that is known to be well formed, allocates nothing and cannot
 * fail. docs/decisions/ says why neither end reads with json-c.
 */
#pragma once

#include <glib.h>

typedef enum
{
  PARLANCE_JSON_NULL,
  PARLANCE_JSON_FALSE,
  PARLANCE_JSON_TRUE,
  PARLANCE_JSON_INTEGER, /* a number without fraction and exponent, of any size */
  PARLANCE_JSON_REAL,
  PARLANCE_JSON_STRING,
  PARLANCE_JSON_ARRAY,
  PARLANCE_JSON_OBJECT,
} ParlanceJsonType;

/* A value as it stands in the text, quotes and brackets included. Borrowed from the line.
 * { NULL, 0, … } is "no value". */
typedef struct
{
  const char *text;
  guint32 n_bytes;
  ParlanceJsonType type;
} ParlanceJsonValue;

#define PARLANCE_JSON_DEEPEST 64 /* the most parlance_json_parse() can be asked for */

/**
 * parlance_json_parse:
 * @text: (array length=n_bytes): one JSON text; white space may stand around it
 * @max_depth: how deep arrays and objects may nest, at most PARLANCE_JSON_DEEPEST
 * @ret_value: (out): the value, borrowed from @text
 *
 * Refuses whatever RFC 8259 does, ill-formed UTF-8 (RFC 3629), a byte order mark, and escapes that
 * are no Unicode text (a lone surrogate).
 *
 * Returns: %FALSE when @text is not JSON or nests deeper; @ret_value is then untouched
 */
gboolean parlance_json_parse (const char *text,
                              gsize n_bytes,
                              guint max_depth,
                              ParlanceJsonValue *ret_value);

/* The name of a member that is looked for; without quote and backslash. */
typedef struct
{
  const char *text;
  guint32 n_bytes;
} ParlanceJsonName;

#define PARLANCE_JSON_NAME(literal)                                                                \
  {                                                                                                \
    literal, sizeof (literal) - 1                                                                  \
  }

/**
 * parlance_json_parse_members:
 * @names: (array length=n_names): members of the outermost object to be found
 * @ret_values: (array length=n_names) (out): their values; a text of %NULL where there is none. Of
 *   members with the same name the last one counts
 *
 * parlance_json_parse(), and parlance_json_get_member() for each name, in the same single pass.
 * When the text is no object all values are absent.
 *
 * Returns: as parlance_json_parse(); after %FALSE @ret_values is of no use
 */
gboolean parlance_json_parse_members (const char *text,
                                      gsize n_bytes,
                                      guint max_depth,
                                      const ParlanceJsonName *names,
                                      guint n_names,
                                      ParlanceJsonValue *ret_root,
                                      ParlanceJsonValue *ret_values);

/**
 * parlance_json_next_member:
 * @object: a value of type object out of parlance_json_parse()
 * @cursor: (inout): 0 for the first member
 *
 * Returns: %FALSE after the last member
 */
gboolean parlance_json_next_member (const ParlanceJsonValue *object,
                                    guint32 *cursor,
                                    ParlanceJsonValue *ret_key,
                                    ParlanceJsonValue *ret_value);

/** parlance_json_next_element: the same for an array. */
gboolean parlance_json_next_element (const ParlanceJsonValue *array,
                                     guint32 *cursor,
                                     ParlanceJsonValue *ret_value);

/**
 * parlance_json_get_member:
 *
 * Of members with the same name the last one counts.
 *
 * Returns: %FALSE when @object has no member @name
 */
gboolean parlance_json_get_member (const ParlanceJsonValue *object,
                                   const char *name,
                                   ParlanceJsonValue *ret_value);

/** parlance_json_string_equals: whether the string, escapes resolved, is @text (no NUL in it). */
gboolean parlance_json_string_equals (const ParlanceJsonValue *string, const char *text);

/** parlance_json_string_n_decoded: [bytes] the string has once its escapes are resolved. */
gsize parlance_json_string_n_decoded (const ParlanceJsonValue *string);

/**
 * parlance_json_string_decode:
 * @out: room for parlance_json_string_n_decoded() bytes (`string->n_bytes` is always enough); not
 *   NUL-terminated
 *
 * Returns: how many bytes of UTF-8 were written; NUL (\u0000) may be among them
 */
gsize parlance_json_string_decode (const ParlanceJsonValue *string, char *out);

/** parlance_json_get_int64: %FALSE when @value is no integer that fits. */
gboolean parlance_json_get_int64 (const ParlanceJsonValue *value, gint64 *ret_number);
