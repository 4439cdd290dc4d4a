/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writing how keys begin: what annotate asks before it looks for a headword of several words.
 */
#include "server/dictionary/compile-starts.h"

#include "server/dictionary/tokens.h"

#define STARTS_SPARSENESS 4 /* sets for each beginning, so that few share one */

typedef struct
{
  guint64 hash; /* of the first word */
  guint32 lengths;
} Start;

/* FALSE: annotate does not look for @key, or only as the single word that it is. */
static gboolean
start_of (const char *key, gsize n_key, Start *ret_start)
{
  const char *end = key + n_key;
  Token first, token;
  guint n_tokens = 1;

  if (!token_next (&key, end, &first) ||
      (first.kind != TOKEN_WORD && first.kind != TOKEN_CHARACTER))
    return FALSE;
  while (token_next (&key, end, &token))
    n_tokens += token.kind != TOKEN_SPACE;
  if (n_tokens == 1 || n_tokens > LAYOUT_MAX_TOKENS)
    return FALSE;
  *ret_start = (Start){ layout_hash (first.text, first.n_bytes), 1u << (n_tokens - 1) };
  return TRUE;
}

/* Those of one beginning come one after the other, nearly, since keys are sorted. */
static void
add_start (GArray *starts, const KeyList *list, guint index)
{
  const KeyRef *ref = key_list_ref (list, index);
  Start *last = NULL;
  Start start;

  if (!start_of (key_list_text (list, ref), ref->n_text, &start))
    return;
  if (starts->len > 0)
    last = &g_array_index (starts, Start, starts->len - 1);
  if (last && last->hash == start.hash)
    last->lengths |= start.lengths;
  else
    g_array_append_val (starts, start);
}

gboolean
compile_starts_write (CompileIndex *self, GError **error)
{
  const CompileAliases *aliases = &self->aliases;
  g_autoptr (GArray) starts = g_array_new (FALSE, FALSE, sizeof (Start));
  g_autofree guint32 *sets = NULL;
  guint32 n_sets;

  for (guint i = 0; i < self->keys.refs->len; i++)
    add_start (starts, &self->keys, i);
  for (guint i = 0; i < aliases->list.refs->len; i++)
    {
      if (g_array_index (aliases->kinds, guint8, i) != SOURCE_KEY_READING)
        add_start (starts, &aliases->list, i);
    }
  n_sets = MAX (starts->len, 1) * STARTS_SPARSENESS;
  sets = g_new0 (guint32, n_sets);
  for (guint i = 0; i < starts->len; i++)
    {
      const Start *start = &g_array_index (starts, Start, i);

      sets[layout_first_slot (start->hash, n_sets)] |= start->lengths;
    }
  if (!compile_index_begin (self, LAYOUT_STARTS, error) ||
      !cache_file_append (self->file, sets, n_sets * sizeof *sets, error))
    return FALSE;
  compile_index_end (self, LAYOUT_STARTS);
  return TRUE;
}
