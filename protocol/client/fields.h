/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads the members of a JSON object from a peer into a struct, by a const table: each member's
 * type is checked, unknown members are passed over. Nothing of the object is kept but the members
 * of the table, so that a reply costs memory only for what is asked of it.
 */
#pragma once

#include "protocol/wire/json-reader.h"

typedef enum
{
  PARLANCE_FIELD_STRING,  /* char *, owned, without NULs inside */
  PARLANCE_FIELD_STRINGS, /* char **, owned, NULL-terminated */
  PARLANCE_FIELD_PAIRS,   /* char **, owned, NULL-terminated: name, text, name, text of an object */
  PARLANCE_FIELD_INTEGER, /* gint64 */
  PARLANCE_FIELD_BOOLEAN, /* gboolean */
  PARLANCE_FIELD_OBJECT,  /* ParlanceJsonValue, borrowed from the object read */
  PARLANCE_FIELD_ARRAY,   /* ParlanceJsonValue, borrowed from the object read */
} ParlanceFieldKind;

typedef struct
{
  const char *name;
  ParlanceFieldKind kind;
  gboolean required;
  gsize offset; /* [bytes] of the member in the target struct */
} ParlanceField;

/**
 * parlance_fields_read:
 * @object: what is read; when it is no object that is the error
 * @fields: (array length=n_fields): the members of interest
 * @n_fields: at most 32
 * @target: the struct that the offsets of @fields point into; its members are zero or owned
 * @error: %G_IO_ERROR_INVALID_DATA, naming the member at fault
 *
 * An optional member that is null counts as absent. After a failure @target may be filled in part:
 * its owner frees it as ever.
 */
gboolean parlance_fields_read (const ParlanceJsonValue *object,
                               const ParlanceField *fields,
                               guint n_fields,
                               gpointer target,
                               GError **error);

/**
 * parlance_fields_dup_string:
 *
 * Returns: (transfer full) (nullable): the text of @value; %NULL when it is no string or has a NUL
 */
char *parlance_fields_dup_string (const ParlanceJsonValue *value);

/**
 * parlance_fields_parse:
 * @json: (transfer none): the JSON text of a result
 * @error: %G_IO_ERROR_INVALID_DATA when @json is not JSON
 */
gboolean parlance_fields_parse (const char *json, ParlanceJsonValue *ret_value, GError **error);
