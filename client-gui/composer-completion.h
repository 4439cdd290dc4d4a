/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What Tab makes of what is being written: commands after a slash, rooms where a command wants one,
 * nicks everywhere else. Each further Tab takes the next one that fits. Pure.
 */
#pragma once

#include <glib.h>

typedef struct _ParlanceCompletion ParlanceCompletion;

/**
 * parlance_completion_new:
 * @before: what stands before the caret
 * @nicks: (element-type utf8): the likeliest first
 * @rooms: (element-type utf8)
 *
 * Returns: (transfer full) (nullable): %NULL when nothing fits
 */
ParlanceCompletion *
parlance_completion_new (const char *before, const GPtrArray *nicks, const GPtrArray *rooms);
void parlance_completion_free (ParlanceCompletion *self);

/** parlance_completion_get_start: [bytes] into @before: what stands from there on is replaced */
gsize parlance_completion_get_start (const ParlanceCompletion *self);

/**
 * parlance_completion_step:
 * @by: 1: the next one, -1: the one before
 *
 * Returns: (transfer none): what takes its place; after the last comes what was typed
 */
const char *parlance_completion_step (ParlanceCompletion *self, int by);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceCompletion, parlance_completion_free)
