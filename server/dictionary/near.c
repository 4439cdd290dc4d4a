/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A pass over eight bytes a key, for the keys of the few lengths that can be near: a nanosecond
 * each. One key in some hundreds is left.
 */
#include "server/dictionary/near.h"

#include "server/dictionary/dictionary-parts.h"

#define KEYS_A_STEP 8192 /* between two looks at whether somebody still wants the answer */

typedef struct
{
  const guint64 *signatures;
  const guint32 *addresses;
  guint32 n;
} Slice;

/* Whether at most @n bits of @bits are set. The processors that this is built for need not be able
 * to count bits, but all can clear the lowest one. */
static inline __attribute__ ((always_inline)) gboolean
has_at_most (guint64 bits, guint n)
{
  for (guint i = 0; i < n; i++)
    bits &= bits - 1;
  return bits == 0;
}

static inline __attribute__ ((always_inline)) void
sieve (const Slice *slice, guint64 signature, guint n_missing, guint n_extra, GArray *addresses)
{
  for (guint32 i = 0; i < slice->n; i++)
    {
      guint64 key = slice->signatures[i];

      if (has_at_most (signature & ~key, n_missing) && has_at_most (key & ~signature, n_extra))
        g_array_append_val (addresses, slice->addresses[i]);
    }
}

/* A key that is longer by @n_longer letters took that many of the edits: so many fewer are left for
 * letters of the word that it does not have. With constants the loops above unroll. */
static void
sieve_slice (const Slice *slice, guint64 signature, guint distance, int n_longer, GArray *addresses)
{
  guint n_missing = n_longer > 0 ? distance - (guint)n_longer : distance;
  guint n_extra = n_longer < 0 ? distance - (guint)-n_longer : distance;

  switch (n_missing * 4 + n_extra)
    {
    case 2 * 4 + 2:
      sieve (slice, signature, 2, 2, addresses);
      break;
    case 1 * 4 + 2:
      sieve (slice, signature, 1, 2, addresses);
      break;
    case 0 * 4 + 2:
      sieve (slice, signature, 0, 2, addresses);
      break;
    case 2 * 4 + 1:
      sieve (slice, signature, 2, 1, addresses);
      break;
    case 2 * 4 + 0:
      sieve (slice, signature, 2, 0, addresses);
      break;
    case 3 * 4 + 3:
      sieve (slice, signature, 3, 3, addresses);
      break;
    case 2 * 4 + 3:
      sieve (slice, signature, 2, 3, addresses);
      break;
    case 3 * 4 + 2:
      sieve (slice, signature, 3, 2, addresses);
      break;
    default:
      sieve (slice, signature, n_missing, n_extra, addresses);
      break;
    }
}

/* The keys of @n_letters letters. FALSE: the file is damaged. */
static gboolean
slice_of_length (const Dictionary *dictionary, guint n_letters, Slice *ret_slice)
{
  const DictionarySection *starts_section = &dictionary->sections[LAYOUT_LENGTH_STARTS];
  const DictionarySection *lengths = &dictionary->sections[LAYOUT_LENGTHS];
  const DictionarySection *signatures = &dictionary->sections[LAYOUT_SIGNATURES];
  const guint32 *starts = (const guint32 *)(gconstpointer)starts_section->data;
  guint32 begin = starts[n_letters];
  guint32 end = starts[n_letters + 1];

  if (begin > end || end > lengths->n_bytes / sizeof (guint32) ||
      end > signatures->n_bytes / sizeof (guint64))
    return FALSE;
  ret_slice->signatures = (const guint64 *)(gconstpointer)signatures->data + begin;
  ret_slice->addresses = (const guint32 *)(gconstpointer)lengths->data + begin;
  ret_slice->n = end - begin;
  return TRUE;
}

gboolean
near_keys (const Dictionary *dictionary,
           const Letters *word,
           guint distance,
           const LibraryCancel *cancelled,
           GArray *addresses)
{
  guint64 signature = letters_signature (word);
  guint shortest = word->n > distance ? word->n - distance : 0;

  for (guint n = shortest; n <= word->n + distance && n <= LETTERS_MAX; n++)
    {
      Slice rest;

      if (!slice_of_length (dictionary, n, &rest))
        return FALSE;
      while (rest.n > 0 && !library_is_cancelled (cancelled))
        {
          Slice step = { rest.signatures, rest.addresses, MIN (rest.n, KEYS_A_STEP) };

          sieve_slice (&step, signature, distance, (int)n - (int)word->n, addresses);
          rest.signatures += step.n;
          rest.addresses += step.n;
          rest.n -= step.n;
        }
    }
  return TRUE;
}
