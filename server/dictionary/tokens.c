/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Cutting text into tokens by Unicode's categories and scripts.
 */
#include "server/dictionary/tokens.h"

#define PROLONGED_SOUND 0x30fc /* of Katakana, but of no script by itself */
#define HALFWIDTH_PROLONGED_SOUND 0xff70

static gboolean
is_written_without_spaces (gunichar c)
{
  if (c < 0x0e00)
    return FALSE;
  switch ((int)g_unichar_get_script (c))
    {
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_BOPOMOFO:
    case G_UNICODE_SCRIPT_THAI:
    case G_UNICODE_SCRIPT_LAO:
    case G_UNICODE_SCRIPT_KHMER:
    case G_UNICODE_SCRIPT_MYANMAR:
      return TRUE;
    default:
      return c == PROLONGED_SOUND || c == HALFWIDTH_PROLONGED_SOUND;
    }
}

static TokenKind
kind_of (gunichar c)
{
  if (c < 0x80)
    {
      if (g_ascii_isalnum ((char)c))
        return TOKEN_WORD;
      return c == ' ' || (c >= '\t' && c <= '\r') ? TOKEN_SPACE : TOKEN_OTHER;
    }
  if (c >= 0x4e00 && c <= 0x9fff) /* the unified ideographs */
    return TOKEN_CHARACTER;
  if (g_unichar_isspace (c) || c == 0x85)
    return TOKEN_SPACE;
  if (g_unichar_isalpha (c) || g_unichar_isdigit (c))
    return is_written_without_spaces (c) ? TOKEN_CHARACTER : TOKEN_WORD;
  switch ((int)g_unichar_type (c))
    {
    case G_UNICODE_LETTER_NUMBER:
    case G_UNICODE_OTHER_NUMBER:
      return is_written_without_spaces (c) ? TOKEN_CHARACTER : TOKEN_WORD;
    default:
      return TOKEN_OTHER;
    }
}

/* Whether @c belongs to the character before it, with which it may compose. */
static gboolean
is_attached (gunichar c)
{
  if (c < 0x300)
    return FALSE;
  return g_unichar_ismark (c) || (c >= 0x1160 && c <= 0x11ff) || /* vowels and finals of Hangul */
         c == 0x200c || c == 0x200d ||                           /* joiners */
         c == 0xff9e || c == 0xff9f;                             /* half-width sound marks */
}

static inline const char *
next_point (const char *at)
{
  return at + g_utf8_skip[(guchar)*at];
}

/* Whether the word goes on at @at. */
static gboolean
goes_on (const char *at, const char *end)
{
  gunichar c = g_utf8_get_char (at);

  if (kind_of (c) == TOKEN_WORD)
    return TRUE;
  if (!token_is_apostrophe (c))
    return FALSE;
  at = next_point (at);
  return at < end && kind_of (g_utf8_get_char (at)) == TOKEN_WORD;
}

gboolean
token_next (const char **at, const char *end, Token *ret_token)
{
  const char *next = *at;
  TokenKind kind;

  if (next >= end)
    return FALSE;
  *ret_token = (Token){ .text = next, .n_points = 1 };
  kind = kind_of (g_utf8_get_char (next));
  next = next_point (next);
  while (next < end)
    {
      gunichar c = g_utf8_get_char (next);
      gboolean is_more = (kind == TOKEN_WORD && goes_on (next, end)) ||
                         (kind == TOKEN_SPACE && kind_of (c) == TOKEN_SPACE) ||
                         (kind != TOKEN_SPACE && is_attached (c));

      if (!is_more)
        break;
      next = next_point (next);
      ret_token->n_points++;
    }
  ret_token->kind = kind;
  ret_token->n_bytes = (guint32)(next - ret_token->text);
  *at = next;
  return TRUE;
}
