/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What markup.c knows of names: what a tag does to the text, and what an entity stands for.
 */
#pragma once

#include "server/dictionary/formats/markup.h"

typedef enum
{
  TAG_INLINE, /* nothing */
  TAG_BLOCK,  /* begins a line, and so does what is behind it */
  TAG_BREAK,  /* ends a line */
  TAG_CELL,   /* of a table: stands apart from the one before */
  TAG_LIST,
  TAG_NUMBERED_LIST,
  TAG_ITEM,
  TAG_KEPT_SPACE,    /* white space counts */
  TAG_TRANSCRIPTION, /* stands in brackets */
  TAG_HIDDEN,        /* its contents are for no reader */
} TagEffect;

/** markup_tag_effect: of the tag called @name, which is compared without case. */
TagEffect markup_tag_effect (MarkupKind kind, const char *name, gsize n_name);

/**
 * markup_entity:
 * @name: what stands between `&` and `;`, "amp", "#8217", "#x2019"
 *
 * Returns: the character, or 0 when there is none
 * Source: HTML 4.01, section 24, and XML 1.0, section 4.1
 */
gunichar markup_entity (const char *name, gsize n_name);
