/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Answers of the server that have no type of their own: what is in them, and lists as tables.
 */
#pragma once

#include "client-cli/app.h"
#include "client-cli/render.h"
#include "protocol/wire/json-reader.h"

/** answer_finish: of a parlance_session_call_async(), and of its wait. Returns: (transfer full)
 * (nullable): its JSON; %NULL: the program has failed, or is quitting */
char *answer_finish (App *app, GObject *source, GAsyncResult *result);

/* Members of an object. What is not there, or of another type, is "" or %FALSE. */

/** answer_dup_text: (transfer full) (nullable): %NULL where there is none */
char *answer_dup_text (const ParlanceJsonValue *object, const char *member);
/** answer_dup_number: (transfer full): a whole number as it is written */
char *answer_dup_number (const ParlanceJsonValue *object, const char *member);
gboolean answer_is_true (const ParlanceJsonValue *object, const char *member);

/** answer_dup_time: (transfer full): @member, in ms since 1970, in local time; @fallback where it
 * is not there */
char *answer_dup_time (const ParlanceJsonValue *object, const char *member, const char *fallback);

/** answer_format_time: (transfer full): the same of a time; "" where it is none */
char *answer_format_time (gint64 time_ms);

/** AnswerRow: adds the cells of a row, each (transfer full) */
typedef void (*AnswerRow) (GPtrArray *cells, const ParlanceJsonValue *object);

/**
 * answer_show_table:
 * @method: what was asked
 * @list: member with the objects
 *
 * Appends a row for each object; nothing where there are none. The program fails where the answer
 * makes no sense.
 */
void answer_show_table (App *app,
                        const char *json,
                        const char *method,
                        const char *list,
                        const RenderTable *table,
                        AnswerRow add_row);
