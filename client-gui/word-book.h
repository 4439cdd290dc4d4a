/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceWordBook: the words that a person saved, with where they met them, kept in
 * $XDG_DATA_HOME/parlance/words.jsonl. A GListModel of ParlanceSavedWord, the newest first.
 *
 * The file is read and written in another thread, with low priority; parlance_word_book_flush()
 * waits for it at the end. What cannot be stored stays here, and is tried again with the next
 * change.
 *
 * Properties: "loaded" (boolean: the file has been read, or could not be), "error" (string,
 * nullable: words for a person on what went wrong with the file), "unsaved" (boolean: something was
 * not stored, and trying again may help).
 */
#pragma once

#include "client-gui/saved-word.h"

#define PARLANCE_TYPE_WORD_BOOK (parlance_word_book_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceWordBook, parlance_word_book, PARLANCE, WORD_BOOK, GObject)

/** parlance_word_book_new: @path: (nullable): of the file; %NULL: the usual one */
ParlanceWordBook *parlance_word_book_new (const char *path);

/**
 * parlance_word_book_set_server:
 * @id: (nullable): of the server that rooms are on, in contexts that are saved from now on
 */
void parlance_word_book_set_server (ParlanceWordBook *self, const char *id);

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

/**
 * parlance_word_book_remove:
 *
 * Returns: (transfer full) (nullable): what was removed, for parlance_word_book_put_back(); %NULL:
 *   there was no such word
 */
ParlanceSavedWord *parlance_word_book_remove (ParlanceWordBook *self, const char *headword);

/** parlance_word_book_put_back: undoes a removal; a word saved anew since then stays as it is */
void parlance_word_book_put_back (ParlanceWordBook *self, ParlanceSavedWord *word);

gboolean parlance_word_book_get_loaded (ParlanceWordBook *self);

/** parlance_word_book_get_error: Returns: (nullable): whole sentences */
const char *parlance_word_book_get_error (ParlanceWordBook *self);

gboolean parlance_word_book_get_unsaved (ParlanceWordBook *self);

/** parlance_word_book_dismiss_error: the person has read it */
void parlance_word_book_dismiss_error (ParlanceWordBook *self);

/** parlance_word_book_retry: tries once more what failed */
void parlance_word_book_retry (ParlanceWordBook *self);

/**
 * parlance_word_book_flush:
 *
 * Waits until all that was saved is on the disk, or could not be put there. Runs the main loop
 * meanwhile.
 *
 * Returns: whether all is stored
 */
gboolean parlance_word_book_flush (ParlanceWordBook *self);
