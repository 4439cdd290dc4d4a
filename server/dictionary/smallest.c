/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The smallest of many numbers. A buffer takes twice as many as are wanted; when it is full, it is
 * sorted and cut, and what is above the last one left is not taken any more.
 */
#include "server/dictionary/smallest.h"

void
smallest_init (Smallest *self, guint n_wanted)
{
  self->numbers = g_new (guint32, 2 * (gsize)n_wanted);
  self->n = 0;
  self->n_wanted = n_wanted;
  self->limit = G_MAXUINT32;
}

void
smallest_clear (Smallest *self)
{
  g_clear_pointer (&self->numbers, g_free);
  self->n = 0;
}

/* Shell's sort: for the few hundred numbers that there are, faster than qsort(), which calls a
 * function to compare two. */
static void
sort_numbers (guint32 *numbers, guint n)
{
  static const guint gaps[] = { 701, 301, 132, 57, 23, 10, 4, 1 };

  for (guint i = 0; i < G_N_ELEMENTS (gaps); i++)
    {
      for (guint j = gaps[i]; j < n; j++)
        {
          guint32 number = numbers[j];
          guint at = j;

          for (; at >= gaps[i] && numbers[at - gaps[i]] > number; at -= gaps[i])
            numbers[at] = numbers[at - gaps[i]];
          numbers[at] = number;
        }
    }
}

void
smallest_finish (Smallest *self)
{
  guint n = 0;

  sort_numbers (self->numbers, self->n);
  for (guint i = 0; i < self->n && n < self->n_wanted; i++)
    {
      if (n == 0 || self->numbers[n - 1] != self->numbers[i])
        self->numbers[n++] = self->numbers[i];
    }
  self->n = n;
  if (n == self->n_wanted)
    self->limit = self->numbers[n - 1];
}

void
smallest_add (Smallest *self, const guint32 *numbers, guint32 n)
{
  guint32 limit = self->limit; /* in a register: stores to the buffer could change the other */

  for (guint32 i = 0; i < n; i++)
    {
      if (numbers[i] >= limit)
        continue;
      self->numbers[self->n++] = numbers[i];
      if (self->n < 2 * self->n_wanted)
        continue;
      smallest_finish (self);
      limit = self->limit;
    }
}
