/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceDictionaryHitRow: a ParlanceDictionaryHit in a list.
 */
#pragma once

#include <gtk/gtk.h>

#include "client-gui/dictionary-hit.h"

#define PARLANCE_TYPE_DICTIONARY_HIT_ROW (parlance_dictionary_hit_row_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceDictionaryHitRow,
                      parlance_dictionary_hit_row,
                      PARLANCE,
                      DICTIONARY_HIT_ROW,
                      GtkListBoxRow)

GtkWidget *parlance_dictionary_hit_row_new (ParlanceDictionaryHit *hit);

/** parlance_dictionary_hit_row_get_hit: Returns: (transfer none) */
ParlanceDictionaryHit *parlance_dictionary_hit_row_get_hit (ParlanceDictionaryHitRow *self);
