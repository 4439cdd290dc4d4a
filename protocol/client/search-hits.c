/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceSearchHits: owns its hits and the JSON text they came in.
 */
#include "protocol/client/search-hits.h"

#include "protocol/client/boxed.h"
#include "protocol/client/fields.h"

typedef struct
{
  char *dictionary;
  char *headword;
  char *snippet;
} Hit;

struct _ParlanceSearchHits
{
  char *text;
  GArray *hits; /* of Hit */
  gboolean more;
  char *json;
  ParlanceJsonValue hit_values; /* borrowed from @json */
};

PARLANCE_DEFINE_BOXED_TYPE (ParlanceSearchHits, parlance_search_hits)

static const ParlanceField hits_fields[] = {
  { "text", PARLANCE_FIELD_STRING, TRUE, G_STRUCT_OFFSET (ParlanceSearchHits, text) },
  { "hits", PARLANCE_FIELD_ARRAY, TRUE, G_STRUCT_OFFSET (ParlanceSearchHits, hit_values) },
  { "more", PARLANCE_FIELD_BOOLEAN, FALSE, G_STRUCT_OFFSET (ParlanceSearchHits, more) },
};

static const ParlanceField hit_fields[] = {
  { "dictionary", PARLANCE_FIELD_STRING, TRUE, G_STRUCT_OFFSET (Hit, dictionary) },
  { "headword", PARLANCE_FIELD_STRING, TRUE, G_STRUCT_OFFSET (Hit, headword) },
  { "snippet", PARLANCE_FIELD_STRING, TRUE, G_STRUCT_OFFSET (Hit, snippet) },
};

static void
hit_clear (gpointer data)
{
  Hit *hit = data;

  g_free (hit->dictionary);
  g_free (hit->headword);
  g_free (hit->snippet);
}

static gboolean
hits_read (ParlanceSearchHits *self, GError **error)
{
  ParlanceJsonValue result;
  if (!parlance_fields_parse (self->json, &result, error) ||
      !parlance_fields_read (&result, hits_fields, G_N_ELEMENTS (hits_fields), self, error))
    return FALSE;

  ParlanceJsonValue value;
  guint32 cursor = 0;
  while (parlance_json_next_element (&self->hit_values, &cursor, &value))
    {
      g_array_set_size (self->hits, self->hits->len + 1);
      Hit *hit = &g_array_index (self->hits, Hit, self->hits->len - 1);
      if (!parlance_fields_read (&value, hit_fields, G_N_ELEMENTS (hit_fields), hit, error))
        return FALSE;
    }
  return TRUE;
}

ParlanceSearchHits *
parlance_search_hits_new_take_json (char *json, GError **error)
{
  g_return_val_if_fail (json != NULL, NULL);

  g_autoptr (ParlanceSearchHits) self = g_atomic_rc_box_new0 (ParlanceSearchHits);
  self->hits = g_array_new (FALSE, TRUE, sizeof (Hit));
  g_array_set_clear_func (self->hits, hit_clear);
  self->json = json;
  if (!hits_read (self, error))
    {
      g_prefix_error_literal (error, "the server's answer to search makes no sense: ");
      return NULL;
    }
  return g_steal_pointer (&self);
}

static void
hits_clear (gpointer data)
{
  ParlanceSearchHits *self = data;

  g_free (self->text);
  g_array_unref (self->hits);
  g_free (self->json);
}

ParlanceSearchHits *
parlance_search_hits_ref (ParlanceSearchHits *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
parlance_search_hits_unref (ParlanceSearchHits *self)
{
  g_atomic_rc_box_release_full (self, hits_clear);
}

const char *
parlance_search_hits_get_text (const ParlanceSearchHits *self)
{
  return self->text;
}

guint
parlance_search_hits_get_n_hits (const ParlanceSearchHits *self)
{
  return self->hits->len;
}

const char *
parlance_search_hits_get_snippet (const ParlanceSearchHits *self,
                                  guint index,
                                  const char **ret_headword,
                                  const char **ret_dictionary)
{
  g_return_val_if_fail (index < self->hits->len, NULL);

  const Hit *hit = &g_array_index (self->hits, Hit, index);
  if (ret_headword != NULL)
    *ret_headword = hit->headword;
  if (ret_dictionary != NULL)
    *ret_dictionary = hit->dictionary;
  return hit->snippet;
}

gboolean
parlance_search_hits_has_more (const ParlanceSearchHits *self)
{
  return self->more;
}

const char *
parlance_search_hits_get_json (const ParlanceSearchHits *self)
{
  return self->json;
}
