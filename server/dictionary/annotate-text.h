/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A text made ready to find headwords in: cut into units and folded as keys are, while every unit
 * still knows where it stands in the text as it came.
 */
#pragma once

#include "server/dictionary/tokens.h"

/* What a headword begins or ends with: a word, a character of a script without spaces, or, inside
 * of a headword only, anything else but white space. */
typedef struct
{
  guint32 key_at; /* [bytes] in AnnotateText.keys */
  guint32 n_key;  /* [bytes]; 0: no headword is so long, nor can one reach over it */
  guint32 start;  /* [code points] in the text */
  guint32 end;
  guint32 text_at; /* [bytes] in the text */
  guint32 n_text;
  guint8 kind;  /* TokenKind, never TOKEN_SPACE */
  guint8 order; /* set of UnitOrder: of the units that folding made of one piece */
} Unit;

typedef enum
{
  UNIT_IS_FIRST = 1 << 0, /* of what folding made of one piece of text */
  UNIT_IS_LAST = 1 << 1,
} UnitOrder;

typedef struct
{
  const char *text;
  GArray *units; /* of Unit, in the order of the text */
  GString *keys; /* the units folded, one space where there is white space between them */
} AnnotateText;

/**
 * annotate_text_init:
 * @text: borrowed
 * @at: [code points] of the only place that matters, or -1 for the whole
 *
 * With @at only what a headword that covers @at can reach is looked at.
 */
void annotate_text_init (AnnotateText *self, const char *text, gsize n_text, gint64 at);
void annotate_text_clear (AnnotateText *self);

static inline const Unit *
annotate_text_unit (const AnnotateText *self, guint index)
{
  return &g_array_index (self->units, Unit, index);
}

static inline const char *
annotate_text_key (const AnnotateText *self, const Unit *unit)
{
  return self->keys->str + unit->key_at;
}
