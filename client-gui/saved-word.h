/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceSavedWord: a word that a person saved: a dictionary's entry, and where the word was met.
 * Immutable, and safe to hand to another thread.
 */
#pragma once

#include <gio/gio.h>

#include "protocol/client/entry.h"

/* Where a word was met. Borrowed for the call. */
typedef struct
{
  const char *sentence; /* (nullable): the message that it stands in */
  const char *room;     /* (nullable) */
  const char *from;     /* (nullable): who said it */
  gint64 time_ms;       /* when it was said, since 1970; 0: now */
  gint64 seq;           /* the message's number in the room; 0: unknown */
} ParlanceWordContext;

#define PARLANCE_TYPE_SAVED_WORD (parlance_saved_word_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceSavedWord, parlance_saved_word, PARLANCE, SAVED_WORD, GObject)

/**
 * parlance_saved_word_new:
 * @context: (nullable)
 * @server: (nullable): the id of the server that the room is on
 * @saved_ms: since 1970
 */
ParlanceSavedWord *parlance_saved_word_new (ParlanceEntry *entry,
                                            const ParlanceWordContext *context,
                                            const char *server,
                                            gint64 saved_ms);

/**
 * parlance_saved_word_new_again:
 * @entry: of the same headword
 * @context: (nullable): %NULL keeps that of @self
 *
 * Returns: (transfer full): @self as it is after the word has been saved once more
 */
ParlanceSavedWord *parlance_saved_word_new_again (ParlanceSavedWord *self,
                                                  ParlanceEntry *entry,
                                                  const ParlanceWordContext *context,
                                                  const char *server);

/**
 * parlance_saved_word_new_from_value:
 * @error: %G_IO_ERROR_INVALID_DATA
 *
 * Returns: (transfer full) (nullable): what parlance_saved_word_append_json() wrote
 */
ParlanceSavedWord *
parlance_saved_word_new_from_value (const ParlanceJsonValue *value, GError **error);

/** parlance_saved_word_append_json: a JSON object without a line break in it */
void parlance_saved_word_append_json (ParlanceSavedWord *self, GString *out);

/** parlance_saved_word_get_entry: Returns: (transfer none) */
ParlanceEntry *parlance_saved_word_get_entry (ParlanceSavedWord *self);

const char *parlance_saved_word_get_headword (ParlanceSavedWord *self);

/** parlance_saved_word_get_phonetic: Returns: (nullable) */
const char *parlance_saved_word_get_phonetic (ParlanceSavedWord *self);

const char *parlance_saved_word_get_text (ParlanceSavedWord *self);
const char *parlance_saved_word_get_dictionary (ParlanceSavedWord *self);

/** parlance_saved_word_get_sentence: Returns: (nullable) */
const char *parlance_saved_word_get_sentence (ParlanceSavedWord *self);

/** parlance_saved_word_get_server: Returns: (nullable): the id of the server of the room */
const char *parlance_saved_word_get_server (ParlanceSavedWord *self);

/** parlance_saved_word_get_room: Returns: (nullable) */
const char *parlance_saved_word_get_room (ParlanceSavedWord *self);

/** parlance_saved_word_get_from: Returns: (nullable): who said the sentence */
const char *parlance_saved_word_get_from (ParlanceSavedWord *self);

/** parlance_saved_word_get_seq: Returns: the sentence's number in the room; 0: unknown */
gint64 parlance_saved_word_get_seq (ParlanceSavedWord *self);

/** parlance_saved_word_get_met: Returns: [ms] since 1970, when the sentence was said */
gint64 parlance_saved_word_get_met (ParlanceSavedWord *self);

/** parlance_saved_word_get_saved: Returns: [ms] since 1970, when the word was saved first */
gint64 parlance_saved_word_get_saved (ParlanceSavedWord *self);
