/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceWordBook: the words that a person saved, with where they met them, kept in
 * $XDG_DATA_HOME/parlance/. A GListModel of ParlanceSavedWord, the newest first.
 */
#pragma once

#include <gio/gio.h>

#include "protocol/client/entry.h"

#define PARLANCE_TYPE_WORD_BOOK (parlance_word_book_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceWordBook, parlance_word_book, PARLANCE, WORD_BOOK, GObject)

/** parlance_word_book_new: @path: (nullable): of the file; %NULL: the usual one */
ParlanceWordBook *parlance_word_book_new (const char *path);

/* Where a word was met. Borrowed for the call. */
typedef struct
{
  const char *sentence; /* (nullable): the message that it stands in */
  const char *room;     /* (nullable) */
  const char *from;     /* (nullable): who said it */
  gint64 time_ms;       /* when it was said, since 1970; 0: now */
} ParlanceWordContext;

/**
 * parlance_word_book_save:
 * @entry: the definition that is kept with it
 * @context: (nullable)
 *
 * Saves a word. A headword that is there already keeps its place and gets the new context.
 */
void parlance_word_book_save (ParlanceWordBook *self,
                              ParlanceEntry *entry,
                              const ParlanceWordContext *context);

/** parlance_word_book_contains: whether the headword was saved */
gboolean parlance_word_book_contains (ParlanceWordBook *self, const char *headword);
