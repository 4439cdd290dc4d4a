/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The result of `annotate`: the headwords in a text and where they stand. Immutable and
 * reference-counted. Source: docs/protocol.md, section 3.
 */
#pragma once

#include <glib-object.h>

typedef struct _ParlanceSpans ParlanceSpans;

#define PARLANCE_TYPE_SPANS (parlance_spans_get_type ())
GType parlance_spans_get_type (void);

/* Positions in code points of the text that was asked about. */
typedef struct
{
  gint64 start;
  gint64 end; /* exclusive, above @start, at most PARLANCE_MAX_TEXT */
  char *headword;
  gboolean is_lemma; /* found through an inflection */
} ParlanceSpan;

/**
 * parlance_spans_new_take_json:
 * @json: (transfer full): the JSON text of a result of `annotate`
 * @error: %G_IO_ERROR_INVALID_DATA, naming what is wrong
 *
 * Returns: (transfer full) (nullable):
 */
ParlanceSpans *parlance_spans_new_take_json (char *json, GError **error);

ParlanceSpans *parlance_spans_ref (ParlanceSpans *self);
void parlance_spans_unref (ParlanceSpans *self);

guint parlance_spans_get_n_spans (const ParlanceSpans *self);

/**
 * parlance_spans_get_span:
 * @index: below parlance_spans_get_n_spans()
 *
 * Returns: (transfer none):
 */
const ParlanceSpan *parlance_spans_get_span (const ParlanceSpans *self, guint index);

/** parlance_spans_get_json: the result's JSON text exactly as it came. */
const char *parlance_spans_get_json (const ParlanceSpans *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceSpans, parlance_spans_unref)
