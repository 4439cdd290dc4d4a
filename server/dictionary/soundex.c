/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * American Soundex over folded words.
 */
#include "server/dictionary/soundex.h"

#define APART 0   /* a vowel: equal sounds on both sides of it count twice */
#define UNHEARD 7 /* h, w: as if it were not there */

static const guint8 sounds[26] = {
  /* a */ APART, 1,     2, 3, APART, 1, 2, UNHEARD, APART, 2,       2, 4,     5,
  /* n */ 5,     APART, 1, 2, 6,     2, 3, APART,   1,     UNHEARD, 2, APART, 2,
};

static gboolean
has_foreign_letter (const char *key, gsize n_bytes)
{
  const char *end = key + n_bytes;

  while (key < end)
    {
      gunichar c = g_utf8_get_char_validated (key, end - key);

      if (c == (gunichar)-1 || c == (gunichar)-2)
        return TRUE;
      if (c >= 0x80 && (g_unichar_isalpha (c) || g_unichar_ismark (c)))
        return TRUE;
      key += g_utf8_skip[(guchar)*key];
    }
  return FALSE;
}

int
soundex_code (const char *key, gsize n_bytes)
{
  int code = -1;
  guint n_digits = 0;
  guint last = APART;
  gboolean foreign = FALSE;

  for (gsize i = 0; i < n_bytes; i++)
    {
      guint sound;

      foreign = foreign || (guint8)key[i] >= 0x80;
      if (!g_ascii_islower (key[i]) || n_digits == 3)
        continue;
      sound = sounds[key[i] - 'a'];
      if (code < 0)
        code = key[i] - 'a';
      else if (sound == UNHEARD)
        continue;
      else if (sound != APART && sound != last)
        {
          code = code * 7 + (int)sound;
          n_digits++;
        }
      last = sound;
    }
  if (code < 0 || (foreign && has_foreign_letter (key, n_bytes)))
    return -1;
  for (; n_digits < 3; n_digits++)
    code *= 7;
  return code;
}
