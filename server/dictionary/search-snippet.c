/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Cutting snippets out of JSON string contents, which they stay: no escape is cut in two.
 */
#include "server/dictionary/search-snippet.h"

#include <string.h>

#include "server/dictionary/layout.h"
#include "server/dictionary/text-tokens.h"

#define MAX_CHARACTERS 160
#define MAX_CHARACTERS_BEFORE 60 /* what was found */
#define MAX_SCANNED 65536        /* [bytes] of the text */
#define ELLIPSIS "…"

/* [bytes] of the character, or escape, at @at. */
static guint32
character_bytes (const LibraryEntry *entry, guint32 at)
{
  guint32 n_left = entry->n_text - at;
  guint32 n = 1;

  if (entry->text[at] == '\\')
    n = n_left > 1 && entry->text[at + 1] == 'u' ? 6 : 2;
  else
    {
      while (n < n_left && ((guint8)entry->text[at + n] & 0xc0) == 0x80)
        n++;
    }
  return MIN (n, n_left);
}

/* Where, of the terms' first appearances, the last begins; 0 when there is none. */
static guint32
find_anchor (const SearchQuestion *question, const LibraryEntry *entry)
{
  TextCursor cursor = { entry->text, MIN (entry->n_text, MAX_SCANNED), 0, TRUE };
  guint n_matched[SEARCH_MAX_TOKENS] = { 0 };
  guint32 begins[SEARCH_MAX_TOKENS];
  guint n_left = question->n_terms;
  guint32 anchor = 0;
  TextToken token;

  while (n_left > 0 && text_token_next (&cursor, &token))
    {
      guint64 hash = layout_hash (token.text, token.n_text);

      for (guint i = 0; i < question->n_terms; i++)
        {
          const SearchTerm *term = &question->terms[i];
          const guint64 *wanted = &question->tokens[term->first];

          if (n_matched[i] == term->n_tokens)
            continue;
          if (n_matched[i] > 0 && wanted[n_matched[i]] != hash)
            n_matched[i] = 0;
          if (wanted[n_matched[i]] != hash)
            continue;
          if (n_matched[i]++ == 0)
            begins[i] = token.begin;
          if (n_matched[i] == term->n_tokens)
            {
              n_left--;
              anchor = MAX (anchor, begins[i]);
            }
        }
    }
  return anchor;
}

/* Whether a text may be cut before the character at @at: not inside of a word. */
static gboolean
may_cut (const LibraryEntry *entry, guint32 at)
{
  const char *text = entry->text;

  if (at == 0 || at >= entry->n_text)
    return TRUE;
  if ((guint8)text[at] < 0x80 && !g_ascii_isalnum (text[at]) && text[at] != '\'')
    return text[at] != '.' && text[at] != ',';
  if ((guint8)text[at - 1] < 0x80)
    return !g_ascii_isalnum (text[at - 1]) && text[at - 1] != '\'';
  return text_is_ideograph (g_utf8_get_char_validated (text + at, (gssize)(entry->n_text - at)));
}

/* Where the snippet begins: at most so many characters before @anchor. */
static guint32
find_begin (const LibraryEntry *entry, guint32 anchor)
{
  guint32 n_characters = 0;
  guint32 at = 0;

  for (guint32 i = 0; i < anchor; i += character_bytes (entry, i))
    n_characters++;
  if (n_characters <= MAX_CHARACTERS_BEFORE)
    return 0;
  for (guint32 i = n_characters - MAX_CHARACTERS_BEFORE; i > 0; i--)
    at += character_bytes (entry, at);
  while (at < anchor && !may_cut (entry, at))
    at += character_bytes (entry, at);
  return MIN (at, anchor);
}

/* Where it ends, if not with the text: where it may be cut, if there is such a place. */
static guint32
find_end (const LibraryEntry *entry, guint32 begin)
{
  guint32 at = begin;
  guint32 cut = begin;

  for (guint i = 0; i < MAX_CHARACTERS && at < entry->n_text; i++)
    {
      at += character_bytes (entry, at);
      if (may_cut (entry, at))
        cut = at;
    }
  return cut > begin ? cut : at;
}

static void
append (LibraryHit *hit, const char *text, gsize n_text)
{
  if (hit->n_snippet + n_text > sizeof hit->snippet)
    return;
  memcpy (hit->snippet + hit->n_snippet, text, n_text);
  hit->n_snippet += (guint16)n_text;
}

/* A line end or a TAB, escaped as they are. */
static gboolean
is_space (const char *text, guint32 n)
{
  return (n == 1 && *text == ' ') ||
         (n == 2 && *text == '\\' && (text[1] == 'n' || text[1] == 't'));
}

void
search_snippet (const SearchQuestion *question, const LibraryEntry *entry, LibraryHit *hit)
{
  guint32 begin = find_begin (entry, find_anchor (question, entry));
  guint32 end = find_end (entry, begin);
  gboolean is_space_owed = FALSE;

  hit->n_snippet = 0;
  if (begin > 0)
    append (hit, ELLIPSIS, strlen (ELLIPSIS));
  for (guint32 at = begin; at < end;)
    {
      guint32 n = character_bytes (entry, at);

      if (is_space (entry->text + at, n))
        is_space_owed = at > begin;
      else
        {
          if (is_space_owed)
            append (hit, " ", 1);
          is_space_owed = FALSE;
          append (hit, entry->text + at, n);
        }
      at += n;
    }
  if (end < entry->n_text)
    append (hit, ELLIPSIS, strlen (ELLIPSIS));
}
