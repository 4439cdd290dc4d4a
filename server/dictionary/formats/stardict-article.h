/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One article of a StarDict dictionary: fields of several types, one behind the other, of which it
 * makes one plain text and a phonetic transcription.
 *
 * Source: "Format for StarDict dictionary files", section 4.
 */
#pragma once

#include <glib.h>

typedef struct
{
  GString *text; /* of the article read last */
  GString *phonetic;
  GString *field;
  guint64 n_files;           /* fields left out: sounds, pictures and other files */
  guint64 n_other_encodings; /* fields left out: text in what is not UTF-8 */
  guint64 n_unknown;         /* fields left out: of a type of its own */
} StardictArticle;

void stardict_article_init (StardictArticle *self);
void stardict_article_clear (StardictArticle *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (StardictArticle, stardict_article_clear)

/**
 * stardict_article_read:
 * @types: of its fields, one letter each; "": each field begins with its own
 * @bytes: (array length=n_bytes)
 * @n_bytes: [bytes]
 *
 * Returns: %NULL, or (transfer none) why it cannot be read
 */
const char *
stardict_article_read (StardictArticle *self, const char *types, const char *bytes, gsize n_bytes);
