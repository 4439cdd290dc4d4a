/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceSpans: owns its headwords and the JSON text they came in.
 */
#include "protocol/client/spans.h"

#include <gio/gio.h>
#include <string.h>

#include "protocol/client/boxed.h"
#include "protocol/client/fields.h"
#include "protocol/wire/limits.h"

struct _ParlanceSpans
{
  GArray *spans; /* of ParlanceSpan */
  char *json;
  ParlanceJsonValue span_values; /* borrowed from @json */
};

/* A span as it comes. */
typedef struct
{
  ParlanceSpan span;
  char *via;
} RawSpan;

PARLANCE_DEFINE_BOXED_TYPE (ParlanceSpans, parlance_spans)

static const ParlanceField spans_fields[] = {
  { "spans", PARLANCE_FIELD_ARRAY, TRUE, G_STRUCT_OFFSET (ParlanceSpans, span_values) },
};

static const ParlanceField span_fields[] = {
  { "start", PARLANCE_FIELD_INTEGER, TRUE, G_STRUCT_OFFSET (RawSpan, span.start) },
  { "end", PARLANCE_FIELD_INTEGER, TRUE, G_STRUCT_OFFSET (RawSpan, span.end) },
  { "headword", PARLANCE_FIELD_STRING, TRUE, G_STRUCT_OFFSET (RawSpan, span.headword) },
  { "via", PARLANCE_FIELD_STRING, TRUE, G_STRUCT_OFFSET (RawSpan, via) },
};

static void
span_clear (gpointer data)
{
  g_free (((ParlanceSpan *)data)->headword);
}

static gboolean
span_read (GArray *spans, const ParlanceJsonValue *value, GError **error)
{
  RawSpan raw = { .via = NULL };
  gboolean ok = parlance_fields_read (value, span_fields, G_N_ELEMENTS (span_fields), &raw, error);

  raw.span.is_lemma = raw.via != NULL && strcmp (raw.via, "lemma") == 0;
  g_free (raw.via);
  g_array_append_val (spans, raw.span);
  if (!ok)
    return FALSE;
  /* No text has more code points than bytes: whoever adds to positions need not fear overflow. */
  if (raw.span.start >= 0 && raw.span.start < raw.span.end && raw.span.end <= PARLANCE_MAX_TEXT)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       "a span does not lie in a text, or ends before it begins");
  return FALSE;
}

static gboolean
spans_read (ParlanceSpans *self, GError **error)
{
  ParlanceJsonValue value;
  guint32 cursor = 0;

  if (!parlance_fields_parse (self->json, &value, error) ||
      !parlance_fields_read (&value, spans_fields, G_N_ELEMENTS (spans_fields), self, error))
    return FALSE;
  while (parlance_json_next_element (&self->span_values, &cursor, &value))
    {
      if (!span_read (self->spans, &value, error))
        return FALSE;
    }
  return TRUE;
}

ParlanceSpans *
parlance_spans_new_take_json (char *json, GError **error)
{
  g_return_val_if_fail (json != NULL, NULL);

  g_autoptr (ParlanceSpans) self = g_atomic_rc_box_new0 (ParlanceSpans);
  self->spans = g_array_new (FALSE, TRUE, sizeof (ParlanceSpan));
  g_array_set_clear_func (self->spans, span_clear);
  self->json = json;
  if (!spans_read (self, error))
    {
      g_prefix_error_literal (error, "the server's answer to annotate makes no sense: ");
      return NULL;
    }
  return g_steal_pointer (&self);
}

static void
spans_clear (gpointer data)
{
  ParlanceSpans *self = data;

  g_array_unref (self->spans);
  g_free (self->json);
}

ParlanceSpans *
parlance_spans_ref (ParlanceSpans *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
parlance_spans_unref (ParlanceSpans *self)
{
  g_atomic_rc_box_release_full (self, spans_clear);
}

guint
parlance_spans_get_n_spans (const ParlanceSpans *self)
{
  return self->spans->len;
}

const ParlanceSpan *
parlance_spans_get_span (const ParlanceSpans *self, guint index)
{
  g_return_val_if_fail (index < self->spans->len, NULL);

  return &g_array_index (self->spans, ParlanceSpan, index);
}

const char *
parlance_spans_get_json (const ParlanceSpans *self)
{
  return self->json;
}
