/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Keys by length in letters, each with its signature: a counting sort, within one length the order
 * of keys stays.
 */
#include "server/dictionary/compile-letters.h"

#include "server/dictionary/letters.h"

/* The letters of a key that can be near another word; 0: it cannot. */
static guint
count_letters (const KeyList *keys, guint index, Letters *ret_letters)
{
  const KeyRef *ref = key_list_ref (keys, index);

  if (!letters_decode (key_list_text (keys, ref), ref->n_text, LETTERS_MAX, ret_letters) ||
      !letters_are_spelled (ret_letters))
    return 0;
  return ret_letters->n;
}

gboolean
compile_letters_write (CompileIndex *self, GError **error)
{
  guint n = self->keys.refs->len;
  g_autofree guint16 *counts = g_new (guint16, n);
  g_autofree guint64 *of_keys = g_new (guint64, n);
  g_autofree guint64 *signatures = NULL;
  g_autofree guint32 *addresses = NULL;
  g_autofree guint32 *next = NULL;
  guint32 starts[LAYOUT_N_LENGTH_STARTS] = { 0 };
  Letters letters;

  for (guint i = 0; i < n; i++)
    {
      counts[i] = (guint16)count_letters (&self->keys, i, &letters);
      if (counts[i] > 0)
        {
          of_keys[i] = letters_signature (&letters);
          starts[counts[i] + 1]++;
        }
    }
  for (guint i = 1; i < LAYOUT_N_LENGTH_STARTS; i++)
    starts[i] += starts[i - 1];

  next = g_memdup2 (starts, sizeof starts);
  addresses = g_new (guint32, n);
  signatures = g_new (guint64, n);
  for (guint i = 0; i < n; i++)
    {
      if (counts[i] == 0)
        continue;
      addresses[next[counts[i]]] = key_list_ref (&self->keys, i)->value;
      signatures[next[counts[i]]++] = of_keys[i];
    }
  n = starts[LAYOUT_N_LENGTH_STARTS - 1];
  return compile_index_section (self, LAYOUT_LENGTH_STARTS, starts, sizeof starts, error) &&
         compile_index_section (self, LAYOUT_LENGTHS, addresses, n * sizeof *addresses, error) &&
         compile_index_section (self, LAYOUT_SIGNATURES, signatures, n * sizeof *signatures, error);
}
