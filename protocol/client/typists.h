/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who writes just now in one room, each for a while after the last sign of it.
 */
#pragma once

#include "protocol/client/clock.h"

#define PARLANCE_TYPISTS_KEEP_MS 6000 /* [ms] twice as long as signs are apart */
#define PARLANCE_TYPISTS_MOST 32      /* more than anybody would be shown */

typedef struct _ParlanceTypists ParlanceTypists;

/** parlance_typists_new: @changed: called whenever parlance_typists_get_nicks() has others */
ParlanceTypists *parlance_typists_new (const ParlanceClock *clock,
                                       GMainContext *context,
                                       void (*changed) (gpointer data),
                                       gpointer data);
void parlance_typists_free (ParlanceTypists *self);

void parlance_typists_add (ParlanceTypists *self, const char *nick);
void parlance_typists_remove (ParlanceTypists *self, const char *nick);
void parlance_typists_clear (ParlanceTypists *self);

/** parlance_typists_get_nicks: Returns: (transfer none) (array zero-terminated=1): sorted */
const char *const *parlance_typists_get_nicks (ParlanceTypists *self);
