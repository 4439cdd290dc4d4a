/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceDefinitionCard: a definition that somebody shared, as it stands in a conversation: short,
 * until one asks for more.
 */
#pragma once

#include <adwaita.h>

#include "client-gui/client.h"

#define PARLANCE_TYPE_DEFINITION_CARD (parlance_definition_card_get_type ())
G_DECLARE_FINAL_TYPE (
    ParlanceDefinitionCard, parlance_definition_card, PARLANCE, DEFINITION_CARD, GtkWidget)

/**
 * ParlanceDefinitionCard::look-up:
 * @text: as of ParlanceMessageText::look-up
 * @at: [code points]
 * @where: (type GdkRectangle): the place in the card's coordinates
 *
 * A word of the definition is to be looked up.
 */

GtkWidget *parlance_definition_card_new (void);

/** parlance_definition_card_set_client: for the word book, and what dictionaries are called; before
 * parlance_definition_card_set_entry() */
void parlance_definition_card_set_client (ParlanceDefinitionCard *self, ParlanceClient *client);

/**
 * parlance_definition_card_set_entry:
 * @entry: (nullable): a stranger's
 * @context: (nullable): what the word book is told when it is saved; copied
 */
void parlance_definition_card_set_entry (ParlanceDefinitionCard *self,
                                         ParlanceEntry *entry,
                                         const ParlanceWordContext *context);
