/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Cutting text into the pieces at whose borders a headword may begin and end. Keys are cut by the
 * same rules as the text they are looked for in. Pure.
 */
#pragma once

#include <glib.h>

typedef enum
{
  TOKEN_SPACE,     /* a run of white space */
  TOKEN_WORD,      /* letters, digits and their marks; apostrophes between them */
  TOKEN_CHARACTER, /* one of a script that is written without spaces, and its marks */
  TOKEN_OTHER,     /* one character of any other kind, and its marks */
} TokenKind;

typedef struct
{
  const char *text;
  guint32 n_bytes;
  guint32 n_points; /* [code points] */
  TokenKind kind;
} Token;

/**
 * token_next:
 * @at: (inout): where the token begins; then where it ends
 * @end: of the text: well-formed UTF-8, and NUL may be among it
 *
 * Returns: %FALSE at the end
 */
gboolean token_next (const char **at, const char *end, Token *ret_token);

/** token_is_apostrophe: the ASCII one, or one of those that are printed and typed for it. */
static inline gboolean
token_is_apostrophe (gunichar c)
{
  return c == '\'' || c == 0x2019 || c == 0x02bc;
}
