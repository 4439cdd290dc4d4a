/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceDictionaryOrderRow: a dictionary in the preferences: whether it is asked, and before
 * which others.
 */
#pragma once

#include <adwaita.h>

#include "client-gui/dictionary-choice.h"

#define PARLANCE_TYPE_DICTIONARY_ORDER_ROW (parlance_dictionary_order_row_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceDictionaryOrderRow,
                      parlance_dictionary_order_row,
                      PARLANCE,
                      DICTIONARY_ORDER_ROW,
                      AdwActionRow)

GtkWidget *
parlance_dictionary_order_row_new (ParlanceDictionaryChoice *choice, ParlanceDictionaryItem *item);
