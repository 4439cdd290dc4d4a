/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Nicks and names of rooms. Both a name as it is written and its NFKC form have to keep the rules:
 * else U+FDFA, a single letter, would bring spaces into a nick, and a room could end in one.
 *
 * Nearly every name is ASCII, and one is folded for each message that is sent: ASCII takes one
 * pass.
 */
#include "protocol/wire/names.h"

#include "protocol/wire/limits.h"

#include <string.h>

/* Canonical normalisation can make up to three characters of one (UAX #15, section 9),
 * compatibility up to 18. More than canonical growth is no name: this is what bounds the size of a
 * folded one. */
#define MAX_GROWTH 3

/* Folding and normalising can each make work for the other, for few characters (a Greek iota
 * subscript among other marks): two rounds settle all that is known, four any. */
#define MAX_ROUNDS 4

typedef struct
{
  gunichar first;
  gunichar last;
} Range;

/* Letters and marks without a shape of their own: Default_Ignorable_Code_Point as far as it is of
 * general category L or M (DerivedCoreProperties.txt), and the filler of Khitan. Everything else
 * that is default-ignorable is Cf or unassigned. */
static const Range shapeless[] = {
  { 0x034f, 0x034f },   /* combining grapheme joiner */
  { 0x115f, 0x1160 },   /* Hangul fillers */
  { 0x17b4, 0x17b5 },   /* Khmer inherent vowels */
  { 0x180b, 0x180f },   /* Mongolian variation selectors, and the vowel separator */
  { 0x3164, 0x3164 },   /* Hangul filler */
  { 0xfe00, 0xfe0f },   /* variation selectors */
  { 0xffa0, 0xffa0 },   /* halfwidth Hangul filler */
  { 0x16fe4, 0x16fe4 }, /* Khitan filler */
  { 0xe0100, 0xe01ef }, /* variation selectors */
};

static gboolean
is_shapeless (gunichar c)
{
  for (gsize i = 0; i < G_N_ELEMENTS (shapeless); i++)
    {
      if (c >= shapeless[i].first && c <= shapeless[i].last)
        return TRUE;
    }
  return FALSE;
}

/* Whether @c may stand in any name: letters, marks, digits (Nd), and three of ASCII. */
static gboolean
is_name_char (gunichar c)
{
  if (c < 0x80)
    return g_ascii_isalnum ((char)c) || c == '-' || c == '_' || c == '.';
  switch (g_unichar_type (c))
    {
    case G_UNICODE_UPPERCASE_LETTER:
    case G_UNICODE_LOWERCASE_LETTER:
    case G_UNICODE_TITLECASE_LETTER:
    case G_UNICODE_MODIFIER_LETTER:
    case G_UNICODE_OTHER_LETTER:
    case G_UNICODE_NON_SPACING_MARK:
    case G_UNICODE_SPACING_MARK:
    case G_UNICODE_ENCLOSING_MARK:
    case G_UNICODE_DECIMAL_NUMBER:
      return !is_shapeless (c);
    default:
      return FALSE;
    }
}

/* Whether the text is 1 to @max_chars characters of names. With @spaces, single U+0020 may stand
 * between them: of a run one could not see how long it is. */
static gboolean
keeps_rules (const char *text, gsize n_bytes, guint max_chars, gboolean spaces)
{
  const char *end = text + n_bytes;
  gboolean is_space = TRUE; /* none at the beginning */
  guint n_chars = 0;

  while (text < end)
    {
      gunichar c = g_utf8_get_char (text);

      if (++n_chars > max_chars)
        return FALSE;
      if (c == ' ' && (!spaces || is_space))
        return FALSE;
      if (c != ' ' && !is_name_char (c))
        return FALSE;
      is_space = c == ' ';
      text += g_utf8_skip[(guchar)*text];
    }
  return n_chars > 0 && !is_space;
}

static gboolean
is_ascii (const char *text, gsize n_bytes)
{
  for (gsize i = 0; i < n_bytes; i++)
    {
      if ((guchar)text[i] >= 0x80)
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_valid (const char *text, gsize n_bytes, guint max_chars, gboolean spaces)
{
  if (!keeps_rules (text, n_bytes, max_chars, spaces))
    return FALSE;
  if (is_ascii (text, n_bytes))
    return TRUE;

  g_autofree char *composed = g_utf8_normalize (text, (gssize)n_bytes, G_NORMALIZE_ALL_COMPOSE);
  return composed != NULL &&
         keeps_rules (composed, strlen (composed), MAX_GROWTH * max_chars, spaces);
}

gboolean
parlance_nick_is_valid (const char *text, gsize n_bytes)
{
  return is_valid (text, n_bytes, PARLANCE_MAX_NICK, FALSE);
}

gboolean
parlance_room_is_valid (const char *text, gsize n_bytes)
{
  return is_valid (text, n_bytes, PARLANCE_MAX_ROOM, TRUE);
}

/* g_utf8_casefold() exchanges the cases of Cherokee instead of folding them: small letters become
 * capitals, as they should, and capitals small. All of these take three bytes. */
static void
mend_cherokee (char *folded)
{
  for (char *at = folded; *at != '\0'; at += g_utf8_skip[(guchar)*at])
    {
      gunichar c = g_utf8_get_char (at);

      if (c >= 0xab70 && c <= 0xabbf)
        g_unichar_to_utf8 (c - 0xab70 + 0x13a0, at);
      else if (c >= 0x13f8 && c <= 0x13fd)
        g_unichar_to_utf8 (c - 8, at);
    }
}

static char *
fold_once (const char *text, gsize n_bytes)
{
  g_autofree char *composed = g_utf8_normalize (text, (gssize)n_bytes, G_NORMALIZE_ALL_COMPOSE);
  g_assert (composed != NULL); /* the caller vouches for UTF-8 */
  g_autofree char *folded = g_utf8_casefold (composed, -1);

  mend_cherokee (folded);
  return g_utf8_normalize (folded, -1, G_NORMALIZE_ALL_COMPOSE);
}

char *
parlance_name_fold (const char *text, gsize n_bytes)
{
  if (is_ascii (text, n_bytes))
    return g_ascii_strdown (text, (gssize)n_bytes);

  char *folded = fold_once (text, n_bytes);
  for (guint round = 1; round < MAX_ROUNDS; round++)
    {
      char *again = fold_once (folded, strlen (folded));
      gboolean settled = strcmp (again, folded) == 0;

      g_free (folded);
      folded = again;
      if (settled)
        break;
    }
  return folded;
}
