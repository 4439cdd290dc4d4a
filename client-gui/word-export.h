/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The word book for other programs:
 *
 * * CSV as RFC 4180 has it, UTF-8 without a byte order mark, with a line of column names. A cell
 *   that begins with = + - @ gets a ' before it: a spreadsheet would take a stranger's text for a
 *   formula, and work it out.
 * * the text that Anki imports: columns apart by tabs, a note a line: front, back, sentence. What
 *   has more than one line is quoted.
 */
#pragma once

#include "client-gui/saved-word.h"

typedef enum
{
  PARLANCE_WORD_EXPORT_CSV,
  PARLANCE_WORD_EXPORT_ANKI,
} ParlanceWordExportFormat;

/**
 * parlance_word_export_append:
 * @words: of ParlanceSavedWord
 *
 * Times are those of the local time zone.
 */
void parlance_word_export_append (GListModel *words, ParlanceWordExportFormat format, GString *out);

/**
 * parlance_word_export_async:
 * @file: replaced by the words as they are at the time of the call
 */
void parlance_word_export_async (GListModel *words,
                                 ParlanceWordExportFormat format,
                                 GFile *file,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);

/** parlance_word_export_finish: @ret_n_words: (out) (optional): how many were written */
gboolean parlance_word_export_finish (GAsyncResult *result, guint *ret_n_words, GError **error);
