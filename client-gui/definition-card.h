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

GtkWidget *parlance_definition_card_new (void);

/** parlance_definition_card_set_client: once, before it is shown: for the word book */
void parlance_definition_card_set_client (ParlanceDefinitionCard *self, ParlanceClient *client);

/**
 * parlance_definition_card_set_entry:
 * @entry: (nullable): a stranger's
 * @context: (nullable): what the word book is told when it is saved; copied
 */
void parlance_definition_card_set_entry (ParlanceDefinitionCard *self,
                                         ParlanceEntry *entry,
                                         const ParlanceWordContext *context);
