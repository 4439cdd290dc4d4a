/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceDictionary: looking words up, for everything in the app that does: in the dictionaries
 * that the person chose, on the connection that there is, and without one in what was looked up
 * before. One for the whole process, beside the ParlanceClient.
 *
 * Properties: "online" (boolean, readable: there is a server to ask).
 */
#pragma once

#include "client-gui/dictionary-choice.h"
#include "protocol/client/chat.h"
#include "protocol/client/word-cache.h"

#define PARLANCE_TYPE_DICTIONARY (parlance_dictionary_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceDictionary, parlance_dictionary, PARLANCE, DICTIONARY, GObject)

ParlanceDictionary *parlance_dictionary_new (GSettings *settings);

/** parlance_dictionary_set_chat: @chat: (nullable): whose server is asked from now on */
void parlance_dictionary_set_chat (ParlanceDictionary *self, ParlanceChat *chat);

/** parlance_dictionary_get_choice: Returns: (transfer none): constant */
ParlanceDictionaryChoice *parlance_dictionary_get_choice (ParlanceDictionary *self);

/** parlance_dictionary_get_cache: Returns: (transfer none): constant */
ParlanceWordCache *parlance_dictionary_get_cache (ParlanceDictionary *self);

gboolean parlance_dictionary_get_online (ParlanceDictionary *self);

/** parlance_dictionary_get_session: Returns: (transfer none) (nullable): for what is asked next */
ParlanceSession *parlance_dictionary_get_session (ParlanceDictionary *self);

/** parlance_dictionary_get_options: Returns: that name the chosen dictionaries; borrowed for a call
 */
ParlanceLookupOptions parlance_dictionary_get_options (ParlanceDictionary *self);

/** parlance_dictionary_note_error: a lookup failed: when it was for a dictionary that is gone, the
 * server is asked anew which there are */
void parlance_dictionary_note_error (ParlanceDictionary *self, const GError *error);

/**
 * parlance_dictionary_dup_reason:
 *
 * Returns: (transfer full): a sentence for people on why a lookup failed
 */
char *parlance_dictionary_dup_reason (const GError *error);
