/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Packs as dictzip does, so that tests need no tool, and can pack wrongly on purpose.
 */
#pragma once

#include <glib.h>

/* Where a packed file differs from a right one. All zero: nowhere. */
typedef struct
{
  gboolean has_name;    /* a file name, a comment and a checksum in the header */
  gboolean other_field; /* another extra field before the table */
  gboolean no_table;    /* plain gzip */
  guint version;        /* instead of 1 */
  guint chunk_length;   /* instead of the real one, in the table */
  guint more_chunks;    /* counted in the table and not listed */
  guint longer_by;      /* [bytes] the first chunk's size in the table */
} PackedFlaw;

/**
 * packed_new:
 * @chunk_length: [bytes] unpacked, of every chunk but the last
 *
 * Returns: (transfer full): the file's bytes
 */
GByteArray *
packed_new (const char *bytes, gsize n_bytes, gsize chunk_length, const PackedFlaw *flaw);
