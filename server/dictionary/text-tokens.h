/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Cutting a text into what full-text search finds it by: each Chinese, Japanese or Korean character
 * by itself, other words whole, folded as keys are, without diacritics, English ones without their
 * inflection. Entries and questions pass through the same function, so both sides always agree.
 */
#pragma once

#include <glib.h>

/* [bytes] of a token; of a longer word only the beginning counts. */
#define TEXT_TOKEN_MAX 64

typedef struct
{
  char text[TEXT_TOKEN_MAX]; /* well-formed UTF-8: letters and digits; not NUL-terminated */
  guint32 n_text;
  /* Where it stands in the text [bytes]. */
  guint32 begin;
  guint32 end;
} TextToken;

typedef struct
{
  const char *text;
  guint32 n_text;
  guint32 at;
  gboolean is_json; /* contents of a JSON string: its escapes stand between words */
} TextCursor;

/**
 * text_token_next:
 * @cursor: over well-formed UTF-8; of what is not, some tokens, and nothing read outside
 *
 * Returns: %FALSE at the end of the text
 */
gboolean text_token_next (TextCursor *cursor, TextToken *ret_token);

/** text_is_ideograph: whether @c is a token by itself */
gboolean text_is_ideograph (gunichar c);
