/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The index of a dictd dictionary, in memory, in the order in which the bodies lie in their file.
 * Lines are `headword TAB offset TAB length [TAB headword as to be shown]`, the numbers in base 64.
 *
 * Source: dictfmt(1) and dictd(8), "Database format".
 */
#pragma once

#include <glib.h>

typedef struct
{
  guint64 offset;       /* [bytes] in the body */
  const char *headword; /* bytes of no known encoding yet */
  guint32 length;       /* [bytes] */
  guint32 line;         /* in the index, from 1 */
} DictdLine;

typedef struct DictdIndex DictdIndex;

/**
 * dictd_index_read:
 * @body_size: [bytes]; no line may reach beyond it
 *
 * Returns: (transfer full): or %NULL with %SOURCE_ERROR_IO or %SOURCE_ERROR_DAMAGED
 */
DictdIndex *dictd_index_read (const char *path, guint64 body_size, GError **error);
void dictd_index_free (DictdIndex *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DictdIndex, dictd_index_free)

/**
 * dictd_index_lines:
 * @ret_n: (out)
 *
 * Returns: (transfer none) (array length=ret_n): sorted by offset, length and headword
 */
const DictdLine *dictd_index_lines (const DictdIndex *self, gsize *ret_n);

/** dictd_line_special: what stands after "00-database-" or "00database", which mark what is no
 * entry; %NULL: it is one. */
const char *dictd_line_special (const DictdLine *line);

/** dictd_index_damaged: sets %SOURCE_ERROR_DAMAGED about @line, and returns %FALSE. */
gboolean dictd_index_damaged (const DictdIndex *self,
                              const DictdLine *line,
                              const char *reason,
                              GError **error);
