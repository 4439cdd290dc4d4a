/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceDictionaryPane: the dictionary: an entry, results as one types, articles, where one has
 * been.
 */
#pragma once

#include <adwaita.h>

#include "client-gui/client.h"

#define PARLANCE_TYPE_DICTIONARY_PANE (parlance_dictionary_pane_get_type ())
G_DECLARE_FINAL_TYPE (
    ParlanceDictionaryPane, parlance_dictionary_pane, PARLANCE, DICTIONARY_PANE, GtkWidget)

/** parlance_dictionary_pane_set_client: once, before it is shown */
void parlance_dictionary_pane_set_client (ParlanceDictionaryPane *self, ParlanceClient *client);

/** parlance_dictionary_pane_look_up: shows the articles of @word; "" puts the cursor where a word
 * is typed */
void parlance_dictionary_pane_look_up (ParlanceDictionaryPane *self, const char *word);

/** parlance_dictionary_pane_look_up_at: the same for the word at a place of @text, as of
 * ParlanceMessageText::look-up */
void
parlance_dictionary_pane_look_up_at (ParlanceDictionaryPane *self, const char *text, gint64 at);

/** parlance_dictionary_pane_go_back: shows the word before, if there is one */
void parlance_dictionary_pane_go_back (ParlanceDictionaryPane *self);
void parlance_dictionary_pane_go_forward (ParlanceDictionaryPane *self);
