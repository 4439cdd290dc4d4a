/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Folding a word to the key it is filed under: NFKC, full case folding, white space
 * (docs/protocol.md, section 3). Questions and headwords pass through the same function, so both
 * sides always agree.
 *
 * Most words are ASCII or Chinese and take a path of one pass without allocation.
 */
#include "server/dictionary/library.h"

#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */
#define N_REPLACEMENT 3

/* Folding, normalising and cutting white space can each make work for another, for few characters
 * (a Greek iota subscript among other marks): two rounds settle all that is known, four any. */
#define MAX_ROUNDS 4

static inline gboolean
is_ascii_space (guint8 byte)
{
  return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* White_Space of Unicode: GLib leaves out U+000B and U+0085. */
static inline gboolean
is_space (gunichar c)
{
  return g_unichar_isspace (c) || c == 0x0b || c == 0x85;
}

/* Three bytes of a unified ideograph, U+4E00 to U+9FFF: without case, without decomposition, and
 * they compose with nothing. */
static inline gboolean
is_ideograph (const guint8 *bytes)
{
  return (bytes[0] > 0xe4 && bytes[0] <= 0xe9) || (bytes[0] == 0xe4 && bytes[1] >= 0xb8);
}

static inline char
ascii_lower (guint8 byte)
{
  return (char)(byte | (byte >= 'A' && byte <= 'Z' ? 0x20 : 0));
}

/* FALSE: something is in @word that needs the slow path. */
static gboolean
fold_fast (const guint8 *word, gsize n_word, LibraryKey *ret_key)
{
  char *out = ret_key->text;
  gboolean space = FALSE; /* owed: written only when something follows */

  if (n_word > LIBRARY_MAX_KEY)
    return FALSE;
  for (gsize i = 0; i < n_word; i++)
    {
      guint8 byte = word[i];

      if (is_ascii_space (byte))
        {
          space = out != ret_key->text;
          continue;
        }
      if (space)
        *out++ = ' ';
      space = FALSE;
      if (byte > 0 && byte < 0x80)
        {
          *out++ = ascii_lower (byte);
          continue;
        }
      if (i + 2 >= n_word || !is_ideograph (word + i))
        return FALSE;
      memcpy (out, word + i, 3);
      out += 3;
      i += 2;
    }
  *out = '\0';
  ret_key->n_bytes = (guint32)(out - ret_key->text);
  return TRUE;
}

/* One round; (transfer full), NULL when @text is not UTF-8. */
static char *
fold_once (const char *text)
{
  g_autofree char *composed = g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE);
  g_autofree char *folded = composed ? g_utf8_casefold (composed, -1) : NULL;
  char *result = folded ? g_utf8_normalize (folded, -1, G_NORMALIZE_ALL_COMPOSE) : NULL;
  char *out = result;
  gboolean space = FALSE;

  if (!result)
    return NULL;
  for (const char *in = result; *in;)
    {
      const char *next = in + g_utf8_skip[(guchar)*in];

      if (is_space (g_utf8_get_char (in)))
        space = out != result;
      else
        {
          if (space)
            *out++ = ' ';
          space = FALSE;
          memmove (out, in, (gsize)(next - in));
          out += next - in;
        }
      in = next;
    }
  *out = '\0';
  return result;
}

/* Too long a key ends in U+FFFD, so that it is no key's beginning either. */
static void
store_cut (const char *text, LibraryKey *ret_key)
{
  gsize n_bytes = LIBRARY_MAX_KEY - N_REPLACEMENT;

  while (((guint8)text[n_bytes] & 0xc0) == 0x80)
    n_bytes--;
  memcpy (ret_key->text, text, n_bytes);
  memcpy (ret_key->text + n_bytes, REPLACEMENT, N_REPLACEMENT + 1);
  ret_key->n_bytes = (guint32)n_bytes + N_REPLACEMENT;
}

static void
fold_slowly (const char *word, gsize n_word, LibraryKey *ret_key)
{
  g_autoptr (GString) whole = g_string_sized_new (n_word);
  g_autofree char *text = NULL;
  gsize n_text;

  for (gsize i = 0; i < n_word; i++)
    {
      if (word[i] == '\0')
        g_string_append (whole, REPLACEMENT);
      else
        g_string_append_c (whole, word[i]);
    }
  text = fold_once (whole->str);
  for (guint round = 1; text && round < MAX_ROUNDS; round++)
    {
      char *again = fold_once (text);
      gboolean settled = again && strcmp (again, text) == 0;

      g_free (text);
      text = again;
      if (settled)
        break;
    }

  n_text = text ? strlen (text) : 0;
  if (n_text > LIBRARY_MAX_KEY)
    {
      store_cut (text, ret_key);
      return;
    }
  if (text)
    memcpy (ret_key->text, text, n_text);
  ret_key->text[n_text] = '\0';
  ret_key->n_bytes = (guint32)n_text;
}

void
library_fold (const char *word, gsize n_word, LibraryKey *ret_key)
{
  if (!fold_fast ((const guint8 *)word, n_word, ret_key))
    fold_slowly (word, n_word, ret_key);
}
