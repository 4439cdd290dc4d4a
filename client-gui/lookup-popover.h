/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceLookupPopover: what the dictionaries say about a word, at the word.
 */
#pragma once

#include <adwaita.h>

#include "client-gui/client.h"

#define PARLANCE_TYPE_LOOKUP_POPOVER (parlance_lookup_popover_get_type ())
G_DECLARE_FINAL_TYPE (
    ParlanceLookupPopover, parlance_lookup_popover, PARLANCE, LOOKUP_POPOVER, GtkPopover)

/** parlance_lookup_popover_new: give it a parent by gtk_widget_set_parent(), and unparent it when
 * that is disposed of */
GtkWidget *parlance_lookup_popover_new (ParlanceClient *client);

/**
 * parlance_lookup_popover_show_at:
 * @relative_to: the widget that the word stands in, below the parent of @self
 * @where: the place, in the coordinates of @relative_to
 * @text: well-formed UTF-8
 * @at: [code points] the place in @text whose word is wanted; -1: @text is wanted, exactly
 * @context: (nullable): for the word book
 *
 * Looks the word up, and pops up when there is something to show. It takes the focus, and gives it
 * back when it is closed.
 */
void parlance_lookup_popover_show_at (ParlanceLookupPopover *self,
                                      GtkWidget *relative_to,
                                      const GdkRectangle *where,
                                      const char *text,
                                      gint64 at,
                                      const ParlanceWordContext *context);
