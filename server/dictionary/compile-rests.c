/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rests are known by a hash, and compared with what stands in the file before one is shared.
 */
#include "server/dictionary/compile-rests.h"

/* [bytes] A shorter rest is not worth the look. */
#define MIN_SHARED 128

void
compile_rests_init (CompileRests *self, CacheFile *file)
{
  self->file = file;
  self->records_at = 0;
  self->known = g_hash_table_new (NULL, NULL);
  self->scratch = g_byte_array_new ();
}

void
compile_rests_clear (CompileRests *self)
{
  g_hash_table_unref (self->known);
  g_byte_array_unref (self->scratch);
}

/* Whether the record at @address has this @rest. */
static gboolean
has_rest (CompileRests *self,
          guint32 address,
          const char *rest,
          guint32 n_rest,
          gboolean *ret_has,
          GError **error)
{
  guint64 offset = self->records_at + (guint64)address * LAYOUT_RECORD_UNIT;
  LayoutRecord record;

  *ret_has = FALSE;
  if (!cache_file_read (self->file, offset, &record, sizeof record, error))
    return FALSE;
  if (record.n_rest != n_rest)
    return TRUE;
  g_byte_array_set_size (self->scratch, n_rest);
  if (!cache_file_read (self->file, offset + sizeof record + record.n_headword, self->scratch->data,
                        n_rest, error))
    return FALSE;
  *ret_has = memcmp (self->scratch->data, rest, n_rest) == 0;
  return TRUE;
}

gboolean
compile_rests_find (CompileRests *self,
                    guint32 address,
                    const LayoutRecord *record,
                    const char *rest,
                    guint32 *ret_owner,
                    GError **error)
{
  gpointer hash;
  gpointer known;
  gboolean has = FALSE;

  *ret_owner = address;
  if (record->n_rest < MIN_SHARED)
    return TRUE;
  hash = GSIZE_TO_POINTER (layout_hash (rest, record->n_rest));
  if (!g_hash_table_lookup_extended (self->known, hash, NULL, &known))
    {
      g_hash_table_insert (self->known, hash, GUINT_TO_POINTER (address));
      return TRUE;
    }
  if (!has_rest (self, GPOINTER_TO_UINT (known), rest, record->n_rest, &has, error))
    return FALSE;
  if (has)
    *ret_owner = GPOINTER_TO_UINT (known);
  return TRUE;
}
