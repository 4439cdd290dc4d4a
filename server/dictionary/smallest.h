/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The smallest of many numbers, each once: half a dictionary ends with "e", and sorting that to
 * show fifty would take a thousand times as long as looking through it.
 */
#pragma once

#include <glib.h>

typedef struct
{
  guint32 *numbers; /* after smallest_finish(): ascending */
  guint n;
  guint n_wanted;
  guint32 limit; /* what is not below this is none of them */
} Smallest;

/** smallest_init: @n_wanted: at least 1. */
void smallest_init (Smallest *self, guint n_wanted);
void smallest_clear (Smallest *self);

/** smallest_add: numbers in any order, repeated or not. */
void smallest_add (Smallest *self, const guint32 *numbers, guint32 n);

/** smallest_finish: no more are added; at most @n_wanted are left. */
void smallest_finish (Smallest *self);
