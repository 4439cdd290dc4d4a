/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How much of a body an index may ask for. Words share texts, so that all texts together are more
 * than their body; but a few bytes of index can ask for the whole body again and again.
 */
#pragma once

#include <glib.h>

#define BODY_BUDGET_TIMES 16                         /* GCIDE's texts are 4.5 times its body */
#define BODY_BUDGET_MORE ((guint64)64 * 1024 * 1024) /* [bytes] besides, for small bodies */

/* All zero at the start. */
typedef struct
{
  guint64 n_taken;       /* [bytes] of texts until here */
  guint64 next_progress; /* [bytes] of texts: to be told then */
} BodyBudget;

typedef enum
{
  BODY_BUDGET_FINE,
  BODY_BUDGET_TELL, /* fine, and it is time to tell the sink of the progress */
  BODY_BUDGET_OVER,
} BodyBudgetResult;

/**
 * body_budget_take:
 * @n_bytes: of the next text
 * @body_size: [bytes]
 */
BodyBudgetResult body_budget_take (BodyBudget *self, guint64 n_bytes, guint64 body_size);
