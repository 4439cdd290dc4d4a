/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceDefinitionView: what all the dictionaries say of a word, one entry after the other.
 */
#pragma once

#include <gtk/gtk.h>

#include "client-gui/client.h"

#define PARLANCE_TYPE_DEFINITION_VIEW (parlance_definition_view_get_type ())
G_DECLARE_FINAL_TYPE (
    ParlanceDefinitionView, parlance_definition_view, PARLANCE, DEFINITION_VIEW, GtkWidget)

/**
 * ParlanceDefinitionView::look-up:
 * @text: as of ParlanceMessageText::look-up
 * @at: [code points]
 *
 * A word of the definition is to be looked up.
 */

/** parlance_definition_view_set_client: once, before it is shown */
void parlance_definition_view_set_client (ParlanceDefinitionView *self, ParlanceClient *client);

/**
 * parlance_definition_view_set_has_actions:
 *
 * Whether each headword has buttons to save and to share it.
 */
void parlance_definition_view_set_has_actions (ParlanceDefinitionView *self, gboolean has_actions);

/** parlance_definition_view_set_definition: @definition: (nullable): no more than its first entries
 * are shown when it has a great many */
void parlance_definition_view_set_definition (ParlanceDefinitionView *self,
                                              ParlanceDefinition *definition);
