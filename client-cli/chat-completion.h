/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What Tab makes of a line in a chat: commands after a slash, rooms where a command wants one,
 * nicks everywhere else. Each further Tab takes the next one that fits. Pure.
 */
#pragma once

#include "client-cli/line-editor.h"

/* What there is, the likeliest first. */
typedef struct
{
  GPtrArray *nicks; /* of char * */
  GPtrArray *rooms; /* of char * */
} CompletionNames;

typedef struct _ChatCompletion ChatCompletion;

ChatCompletion *chat_completion_new (void);
void chat_completion_free (ChatCompletion *self);

/** chat_completion_is_going_on: whether chat_completion_step() has names already. */
gboolean chat_completion_is_going_on (const ChatCompletion *self);

/**
 * chat_completion_step:
 * @names: (nullable): not looked at while it is going on
 * @backward: the one before, not the next
 *
 * Returns: %FALSE when nothing fits
 */
gboolean chat_completion_step (ChatCompletion *self,
                               LineEditor *editor,
                               const CompletionNames *names,
                               gboolean backward);

/** chat_completion_end: another key was pressed. */
void chat_completion_end (ChatCompletion *self);
