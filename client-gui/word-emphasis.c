/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Compares character by character, so that places in the sentence stay what they are whatever
 * folding would do to its length.
 */
#include "client-gui/word-emphasis.h"

#include "protocol/wire/utf8.h"

/* Whether @c beside a word makes it a longer one. */
static gboolean
continues_word (gunichar c)
{
  return g_unichar_isalnum (c) && !g_unichar_iswide (c);
}

/* Returns: (nullable): the end of @word at the beginning of @text, when it stands there */
static const char *
match_here (const char *text, const char *word)
{
  gunichar last = 0;

  while (*word != '\0')
    {
      if (*text == '\0' ||
          g_unichar_tolower (g_utf8_get_char (text)) != g_unichar_tolower (g_utf8_get_char (word)))
        return NULL;
      last = g_utf8_get_char (text);
      text = parlance_utf8_next (text);
      word = parlance_utf8_next (word);
    }
  if (continues_word (last) && continues_word (g_utf8_get_char (text)))
    return NULL;
  return text;
}

static gboolean
find (const char *sentence, const char *word, gsize *ret_start, gsize *ret_end)
{
  gunichar before = 0;
  gunichar first = g_utf8_get_char (word);

  if (*word == '\0')
    return FALSE;
  for (const char *at = sentence; *at != '\0'; at = parlance_utf8_next (at))
    {
      const char *end =
          continues_word (before) && continues_word (first) ? NULL : match_here (at, word);

      if (end != NULL)
        {
          *ret_start = (gsize)(at - sentence);
          *ret_end = (gsize)(end - sentence);
          return TRUE;
        }
      before = g_utf8_get_char (at);
    }
  return FALSE;
}

gboolean
parlance_word_emphasis_find (const char *sentence,
                             ParlanceEntry *entry,
                             gsize *ret_start,
                             gsize *ret_end)
{
  g_return_val_if_fail (sentence != NULL, FALSE);
  g_return_val_if_fail (entry != NULL, FALSE);

  if (find (sentence, parlance_entry_get_headword (entry), ret_start, ret_end))
    return TRUE;
  for (guint i = 0; i < parlance_entry_get_n_forms (entry); i++)
    {
      const char *kind;

      if (find (sentence, parlance_entry_get_form (entry, i, &kind), ret_start, ret_end))
        return TRUE;
    }
  return FALSE;
}
