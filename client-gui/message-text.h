/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceMessageText: a stranger's text as it is: it can be selected, its links can be followed,
 * and its words can be looked up. Nothing in it is markup.
 */
#pragma once

#include <gtk/gtk.h>

/* The cast is PARLANCE_MESSAGE_TEXT_WIDGET(): PARLANCE_MESSAGE_TEXT is a kind of message. */
#define PARLANCE_TYPE_MESSAGE_TEXT (parlance_message_text_get_type ())
G_DECLARE_FINAL_TYPE (
    ParlanceMessageText, parlance_message_text, PARLANCE, MESSAGE_TEXT_WIDGET, GtkWidget)

/**
 * ParlanceMessageText::look-up:
 * @text: what is to be looked up, or where it stands
 * @at: [code points] the place in @text whose word is wanted; -1: @text is wanted, exactly
 * @where: (type GdkRectangle): the place in the widget's coordinates
 *
 * A double-click on a word, or parlance_message_text_look_up().
 */

/**
 * ParlanceMessageText::word-selected:
 * @text: the word
 * @at: -1, as of ParlanceMessageText::look-up
 * @where: (type GdkRectangle): the place in the widget's coordinates
 *
 * One whole word was selected with the pointer, and the button is let go.
 */

GtkWidget *parlance_message_text_new (void);

/** parlance_message_text_set_text: @text: well-formed UTF-8 */
void parlance_message_text_set_text (ParlanceMessageText *self, const char *text);
const char *parlance_message_text_get_text (ParlanceMessageText *self);

/** parlance_message_text_set_attributes: @attributes: (nullable): how parts of the text look; until
 * the text is set again */
void parlance_message_text_set_attributes (ParlanceMessageText *self, PangoAttrList *attributes);

/** parlance_message_text_set_max_lines: of each paragraph no more than so many lines
 * are shown; 0: all of them */
void parlance_message_text_set_max_lines (ParlanceMessageText *self, guint n_lines);

/** parlance_message_text_select: selects the code points from @start to before @end */
void parlance_message_text_select (ParlanceMessageText *self, gint64 start, gint64 end);

/** parlance_message_text_dup_selected: Returns: (transfer full) (nullable): what is selected */
char *parlance_message_text_dup_selected (ParlanceMessageText *self);

/**
 * parlance_message_text_look_up:
 *
 * Emits ParlanceMessageText::look-up for the selection, exactly, or for the place of the caret.
 */
void parlance_message_text_look_up (ParlanceMessageText *self);
