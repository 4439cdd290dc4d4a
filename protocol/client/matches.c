/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceMatches: owns its headwords and the JSON text they came in.
 */
#include "protocol/client/matches.h"

#include "protocol/client/boxed.h"
#include "protocol/client/fields.h"

typedef struct
{
  char *dictionary;
  char *headword;
} Match;

struct _ParlanceMatches
{
  char *word;
  char *strategy;
  GArray *matches; /* of Match */
  gboolean more;
  char *json;
  ParlanceJsonValue match_values; /* borrowed from @json */
};

PARLANCE_DEFINE_BOXED_TYPE (ParlanceMatches, parlance_matches)

static const ParlanceField matches_fields[] = {
  { "word", PARLANCE_FIELD_STRING, TRUE, G_STRUCT_OFFSET (ParlanceMatches, word) },
  { "strategy", PARLANCE_FIELD_STRING, TRUE, G_STRUCT_OFFSET (ParlanceMatches, strategy) },
  { "matches", PARLANCE_FIELD_ARRAY, TRUE, G_STRUCT_OFFSET (ParlanceMatches, match_values) },
  { "more", PARLANCE_FIELD_BOOLEAN, FALSE, G_STRUCT_OFFSET (ParlanceMatches, more) },
};

static const ParlanceField match_fields[] = {
  { "dictionary", PARLANCE_FIELD_STRING, TRUE, G_STRUCT_OFFSET (Match, dictionary) },
  { "headword", PARLANCE_FIELD_STRING, TRUE, G_STRUCT_OFFSET (Match, headword) },
};

static void
match_clear (gpointer data)
{
  Match *match = data;

  g_free (match->dictionary);
  g_free (match->headword);
}

static gboolean
matches_read (ParlanceMatches *self, GError **error)
{
  ParlanceJsonValue result;
  if (!parlance_fields_parse (self->json, &result, error) ||
      !parlance_fields_read (&result, matches_fields, G_N_ELEMENTS (matches_fields), self, error))
    return FALSE;

  ParlanceJsonValue value;
  guint32 cursor = 0;
  while (parlance_json_next_element (&self->match_values, &cursor, &value))
    {
      g_array_set_size (self->matches, self->matches->len + 1);
      Match *match = &g_array_index (self->matches, Match, self->matches->len - 1);
      if (!parlance_fields_read (&value, match_fields, G_N_ELEMENTS (match_fields), match, error))
        return FALSE;
    }
  return TRUE;
}

ParlanceMatches *
parlance_matches_new_take_json (char *json, GError **error)
{
  g_return_val_if_fail (json != NULL, NULL);

  g_autoptr (ParlanceMatches) self = g_atomic_rc_box_new0 (ParlanceMatches);
  self->matches = g_array_new (FALSE, TRUE, sizeof (Match));
  g_array_set_clear_func (self->matches, match_clear);
  self->json = json;
  if (!matches_read (self, error))
    {
      g_prefix_error_literal (error, "the server's answer to match makes no sense: ");
      return NULL;
    }
  return g_steal_pointer (&self);
}

static void
matches_clear (gpointer data)
{
  ParlanceMatches *self = data;

  g_free (self->word);
  g_free (self->strategy);
  g_array_unref (self->matches);
  g_free (self->json);
}

ParlanceMatches *
parlance_matches_ref (ParlanceMatches *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
parlance_matches_unref (ParlanceMatches *self)
{
  g_atomic_rc_box_release_full (self, matches_clear);
}

const char *
parlance_matches_get_word (const ParlanceMatches *self)
{
  return self->word;
}

const char *
parlance_matches_get_strategy (const ParlanceMatches *self)
{
  return self->strategy;
}

guint
parlance_matches_get_n_matches (const ParlanceMatches *self)
{
  return self->matches->len;
}

const char *
parlance_matches_get_headword (const ParlanceMatches *self,
                               guint index,
                               const char **ret_dictionary)
{
  g_return_val_if_fail (index < self->matches->len, NULL);

  const Match *match = &g_array_index (self->matches, Match, index);
  if (ret_dictionary != NULL)
    *ret_dictionary = match->dictionary;
  return match->headword;
}

gboolean
parlance_matches_has_more (const ParlanceMatches *self)
{
  return self->more;
}

const char *
parlance_matches_get_json (const ParlanceMatches *self)
{
  return self->json;
}
