/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceEntryView: one entry of a dictionary, to be read: the word, how it is said, what it
 * means, its forms. Every string of it is a stranger's.
 */
#pragma once

#include <gtk/gtk.h>

#include "client-gui/client.h"

#define PARLANCE_TYPE_ENTRY_VIEW (parlance_entry_view_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceEntryView, parlance_entry_view, PARLANCE, ENTRY_VIEW, GtkWidget)

/**
 * ParlanceEntryView::look-up:
 * @text: as of ParlanceMessageText::look-up
 * @at: [code points]
 *
 * A word of the entry is to be looked up.
 */

GtkWidget *parlance_entry_view_new (void);

/**
 * parlance_entry_view_set_entry:
 * @entry: (nullable)
 * @title: (nullable): what people call the dictionary
 */
void
parlance_entry_view_set_entry (ParlanceEntryView *self, ParlanceEntry *entry, const char *title);

/** parlance_entry_view_set_heading_visible: %FALSE where the entry before has the same headword */
void parlance_entry_view_set_heading_visible (ParlanceEntryView *self, gboolean visible);

/** parlance_entry_view_get_actions: Returns: (transfer none): a box at the end of the heading, for
 * what can be done with the entry */
GtkBox *parlance_entry_view_get_actions (ParlanceEntryView *self);
