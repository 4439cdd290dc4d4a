/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See body-budget.h.
 */
#include "server/dictionary/formats/body-budget.h"

#define PROGRESS_BYTES ((guint64)1024 * 1024)

BodyBudgetResult
body_budget_take (BodyBudget *self, guint64 n_bytes, guint64 body_size)
{
  self->n_taken += n_bytes;
  if (self->n_taken > body_size * BODY_BUDGET_TIMES + BODY_BUDGET_MORE)
    return BODY_BUDGET_OVER;
  if (self->n_taken < self->next_progress)
    return BODY_BUDGET_FINE;
  self->next_progress = self->n_taken + PROGRESS_BYTES;
  return BODY_BUDGET_TELL;
}
