/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The tokens of a text. ASCII words and Chinese, nearly all there is, take paths without
 * allocation.
 */
#include "server/dictionary/text-tokens.h"

#include "server/dictionary/stem.h"

#include <string.h>

#define BAD_CHARACTER 0xfffd
#define JSON_CODE_BYTES 6 /* of an escape with a code: a backslash, a u, four digits */

/* [bytes] of a word that are folded: enough for TEXT_TOKEN_MAX afterwards. */
#define MAX_WORD 256

typedef enum
{
  CHARACTER_OTHER,
  CHARACTER_WORD,
  CHARACTER_IDEOGRAPH,
  CHARACTER_JOINER, /* an apostrophe: inside of a word only */
} CharacterKind;

/* The character at @at and its length; BAD_CHARACTER, one byte long, where the bytes are none. */
static gunichar
read_character (const TextCursor *cursor, guint32 at, guint32 *ret_n)
{
  const guint8 *bytes = (const guint8 *)cursor->text + at;
  gunichar c;

  *ret_n = 1;
  if (*bytes < 0x80)
    return *bytes;
  c = g_utf8_get_char_validated ((const char *)bytes, (gssize)(cursor->n_text - at));
  if (c >= 0x110000)
    return BAD_CHARACTER;
  *ret_n = (guint32)g_utf8_skip[*bytes];
  return c;
}

gboolean
text_is_ideograph (gunichar c)
{
  if (c < 0x3005)
    return FALSE;
  return (c >= 0x4e00 && c <= 0x9fff) || /* Han */
         (c >= 0x3400 && c <= 0x4dbf) || /* Han, extension A */
         c == 0x3005 || c == 0x3007 ||   /* the iteration mark, zero */
         (c >= 0x3041 && c <= 0x3096) || /* hiragana */
         (c >= 0x30a1 && c <= 0x30fa) || /* katakana */
         (c >= 0x31f0 && c <= 0x31ff) || /* katakana, small */
         (c >= 0xac00 && c <= 0xd7a3) || /* hangul */
         (c >= 0xf900 && c <= 0xfaff) || /* Han, for compatibility */
         (c >= 0x20000 && c <= 0x3ffff); /* Han, the other extensions */
}

static CharacterKind
kind_of (gunichar c)
{
  if (c < 0x80)
    {
      if (g_ascii_isalnum ((char)c))
        return CHARACTER_WORD;
      return c == '\'' ? CHARACTER_JOINER : CHARACTER_OTHER;
    }
  if (text_is_ideograph (c))
    return CHARACTER_IDEOGRAPH;
  if (c == 0x2019)
    return CHARACTER_JOINER;
  return g_unichar_isalnum (c) || g_unichar_ismark (c) ? CHARACTER_WORD : CHARACTER_OTHER;
}

/* Diacritics that stand by themselves after decomposition; the vowel signs of other scripts are no
 * diacritics. */
static gboolean
is_diacritic (gunichar c)
{
  return c >= 0x300 && c <= 0x36f;
}

static void
append_character (TextToken *token, gunichar c)
{
  char bytes[6];
  gsize n = (gsize)g_unichar_to_utf8 (c, bytes);

  if (token->n_text + n > sizeof token->text)
    return;
  memcpy (token->text + token->n_text, bytes, n);
  token->n_text += (guint32)n;
}

/* The word with other letters than ASCII's, as keys are folded, decomposed and without what came
 * off its letters then. */
static void
fold_slowly (TextToken *token, const char *word, gsize n_word)
{
  g_autofree char *valid = g_utf8_make_valid (word, (gssize)MIN (n_word, MAX_WORD));
  g_autofree char *composed = g_utf8_normalize (valid, -1, G_NORMALIZE_ALL_COMPOSE);
  g_autofree char *folded = g_utf8_casefold (composed, -1);
  g_autofree char *apart = g_utf8_normalize (folded, -1, G_NORMALIZE_ALL);

  for (const char *in = apart; *in; in += g_utf8_skip[(guchar)*in])
    {
      gunichar c = g_utf8_get_char (in);

      if (!is_diacritic (c) && c != BAD_CHARACTER &&
          (g_unichar_isalnum (c) || g_unichar_ismark (c)))
        append_character (token, c);
    }
}

/* Lower case, without apostrophes and what is owned. FALSE: something else than ASCII is in it. */
static gboolean
fold_ascii (TextToken *token, const char *word, gsize n_word)
{
  gboolean is_letters = TRUE;

  if (n_word > 2 && word[n_word - 2] == '\'' && (word[n_word - 1] | 0x20) == 's')
    n_word -= 2;
  for (gsize i = 0; i < n_word; i++)
    {
      char c = word[i];

      if ((guint8)c >= 0x80)
        return FALSE;
      if (c == '\'' || token->n_text == sizeof token->text)
        continue;
      is_letters &= !g_ascii_isdigit (c);
      token->text[token->n_text++] = g_ascii_tolower (c);
    }
  if (is_letters && token->n_text < sizeof token->text)
    token->n_text = (guint32)stem_english (token->text, token->n_text);
  return TRUE;
}

static void
fold (TextToken *token, const char *word, gsize n_word)
{
  token->n_text = 0;
  if (fold_ascii (token, word, n_word))
    return;
  token->n_text = 0;
  fold_slowly (token, word, n_word);
  if (token->n_text < sizeof token->text)
    {
      gsize n_ascii = 0;

      while (n_ascii < token->n_text && g_ascii_isalpha (token->text[n_ascii]))
        n_ascii++;
      if (n_ascii == token->n_text)
        token->n_text = (guint32)stem_english (token->text, token->n_text);
    }
}

/* Where the word that begins at @at ends. */
static guint32
word_end (const TextCursor *cursor, guint32 at)
{
  guint32 end = at;

  while (at < cursor->n_text)
    {
      guint32 n;
      CharacterKind kind = kind_of (read_character (cursor, at, &n));

      if (kind == CHARACTER_WORD)
        end = at + n;
      else if (kind != CHARACTER_JOINER || at != end)
        break;
      at += n;
    }
  return end;
}

/* How much of the text is to be passed over at a backslash of JSON. */
static guint32
escape_bytes (const TextCursor *cursor)
{
  guint32 n_left = cursor->n_text - cursor->at;
  gboolean is_code = n_left > 1 && cursor->text[cursor->at + 1] == 'u';

  return MIN (n_left, is_code ? JSON_CODE_BYTES : 2);
}

gboolean
text_token_next (TextCursor *cursor, TextToken *ret_token)
{
  while (cursor->at < cursor->n_text)
    {
      guint32 n;
      gunichar c = read_character (cursor, cursor->at, &n);
      CharacterKind kind = kind_of (c);

      if (c == '\\' && cursor->is_json)
        n = escape_bytes (cursor);
      ret_token->begin = cursor->at;
      if (kind == CHARACTER_WORD)
        n = word_end (cursor, cursor->at) - cursor->at;
      cursor->at += n;
      if (kind == CHARACTER_OTHER || kind == CHARACTER_JOINER)
        continue;
      ret_token->end = cursor->at;
      if (kind == CHARACTER_IDEOGRAPH && (c < 0xf900 || c > 0xfaff))
        {
          memcpy (ret_token->text, cursor->text + ret_token->begin, n);
          ret_token->n_text = n;
          return TRUE;
        }
      fold (ret_token, cursor->text + ret_token->begin, n);
      if (ret_token->n_text > 0)
        return TRUE;
    }
  return FALSE;
}
