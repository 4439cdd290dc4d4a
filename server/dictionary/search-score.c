/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Scoring: the entry is cut into tokens once more, which takes about a microsecond, and the terms
 * are looked for among them.
 */
#include "server/dictionary/search-score.h"

#include <string.h>

#include "server/dictionary/layout.h"
#include "server/dictionary/text-tokens.h"

#define MAX_HEADWORD_TOKENS 64
#define MAX_TEXT_TOKENS 256

#define NOWHERE G_MAXUINT

#define WEIGHT_EXACT_HEADWORD 3000000u
#define WEIGHT_SAME_HEADWORD 2000000u /* in another form */
#define WEIGHT_WHOLE_HEADWORD 600000u
#define WEIGHT_PART_OF_HEADWORD 200000u
#define COST_OF_HEADWORD_TOKEN 12000u /* for each that was not asked for */
#define WEIGHT_MEANING 180000u
#define WEIGHT_TOGETHER 60000u
#define WEIGHT_FREQUENT 150000u
#define COST_OF_RANK_DOUBLED 7500u
#define WEIGHT_EARLY 60000u
#define WEIGHT_SHORT 30000u
#define SHORT_BYTES 64u /* of a text that gets half of it */

typedef struct
{
  guint64 hash;
  guint32 begin;
  guint32 end;
} ScoredToken;

typedef struct
{
  const char *text;
  guint32 n_text;
  const ScoredToken *tokens;
  guint n_tokens;
  gboolean is_whole; /* all of its tokens are here */
} ScoredText;

static ScoredText
cut (const char *text, guint32 n_text, ScoredToken *tokens, guint max_tokens)
{
  TextCursor cursor = { text, n_text, 0, TRUE };
  ScoredText self = { text, n_text, tokens, 0, FALSE };
  TextToken token;

  while (self.n_tokens < max_tokens)
    {
      if (!text_token_next (&cursor, &token))
        {
          self.is_whole = TRUE;
          break;
        }
      tokens[self.n_tokens++] =
          (ScoredToken){ layout_hash (token.text, token.n_text), token.begin, token.end };
    }
  return self;
}

/* The first token from @from on where the term stands, or NOWHERE. */
static guint
find_term (const ScoredText *text,
           const SearchQuestion *question,
           const SearchTerm *term,
           guint from)
{
  const guint64 *wanted = &question->tokens[term->first];

  for (guint i = from; i + term->n_tokens <= text->n_tokens; i++)
    {
      guint n = 0;

      while (n < term->n_tokens && text->tokens[i + n].hash == wanted[n])
        n++;
      if (n == term->n_tokens)
        return i;
    }
  return NOWHERE;
}

/* Whether there is more than a space between two places of the text, or it begins or ends there:
 * the comma between two meanings, the dot of "n.". */
static gboolean
is_border (const ScoredText *text, guint32 from, guint32 to)
{
  if (from == 0 || to == text->n_text)
    return TRUE;
  for (guint32 i = from; i < to; i++)
    {
      if (text->text[i] != ' ')
        return TRUE;
    }
  return FALSE;
}

/* Whether the term stands alone between two borders. */
static gboolean
is_meaning (const ScoredText *text, guint first, guint n_tokens)
{
  guint last = first + n_tokens - 1;
  guint32 before = first > 0 ? text->tokens[first - 1].end : 0;
  guint32 after = last + 1 < text->n_tokens ? text->tokens[last + 1].begin : text->n_text;

  return is_border (text, before, text->tokens[first].begin) &&
         is_border (text, text->tokens[last].end, after);
}

/* Whether the term is a meaning somewhere from @first on. */
static gboolean
has_meaning (const ScoredText *text,
             const SearchQuestion *question,
             const SearchTerm *term,
             guint first)
{
  while (first != NOWHERE)
    {
      if (is_meaning (text, first, term->n_tokens))
        return TRUE;
      first = find_term (text, question, term, first + 1);
    }
  return FALSE;
}

typedef struct
{
  guint n_in_headword;  /* terms */
  guint n_meanings;     /* terms that are a meaning of the entry */
  guint first;          /* token in the text, of those that stand there; or NOWHERE */
  guint last;           /* the same */
  gboolean is_complete; /* every term was found, or may stand further on */
} Found;

static Found
find_terms (const SearchQuestion *question, const ScoredText *headword, const ScoredText *text)
{
  Found found = { .first = NOWHERE, .is_complete = TRUE };

  for (guint i = 0; i < question->n_terms; i++)
    {
      const SearchTerm *term = &question->terms[i];
      gboolean is_in_headword = find_term (headword, question, term, 0) != NOWHERE;
      guint at = find_term (text, question, term, 0);

      found.n_in_headword += is_in_headword;
      if (at != NOWHERE)
        {
          found.n_meanings += has_meaning (text, question, term, at);
          found.first = MIN (found.first, at);
          found.last = MAX (found.last, at + term->n_tokens - 1);
        }
      else if (!is_in_headword && headword->is_whole && text->is_whole)
        found.is_complete = FALSE;
    }
  return found;
}

/* Whether the headword has the key of the whole text. */
static gboolean
is_asked (const SearchQuestion *question, const LibraryEntry *entry)
{
  LibraryKey key;

  library_fold (entry->headword, entry->n_headword, &key);
  return key.n_bytes == question->key.n_bytes &&
         memcmp (key.text, question->key.text, key.n_bytes) == 0;
}

static guint32
score_headword (const SearchQuestion *question,
                const LibraryEntry *entry,
                const ScoredText *headword,
                const Found *found)
{
  guint n_more = headword->n_tokens - MIN (headword->n_tokens, question->n_tokens);
  guint32 cost = MIN (n_more, 16) * COST_OF_HEADWORD_TOKEN;

  if (found->n_in_headword == 0)
    return 0;
  if (found->n_in_headword < question->n_terms)
    return WEIGHT_PART_OF_HEADWORD / 2 * found->n_in_headword / question->n_terms;
  if (n_more > 0 || headword->n_tokens != question->n_tokens)
    return WEIGHT_WHOLE_HEADWORD - cost;
  for (guint i = 0; i < question->n_tokens; i++)
    {
      if (headword->tokens[i].hash != question->tokens[i])
        return WEIGHT_WHOLE_HEADWORD;
    }
  return is_asked (question, entry) ? WEIGHT_EXACT_HEADWORD : WEIGHT_SAME_HEADWORD;
}

static guint32
score_text (const SearchQuestion *question, const Found *found)
{
  guint n_spanned;
  guint32 score;

  if (found->first == NOWHERE)
    return 0;
  /* A headword that says it all is not better for being explained by itself. */
  if (found->n_in_headword == question->n_terms)
    return 0;
  n_spanned = found->last - found->first + 1;
  score = WEIGHT_MEANING / question->n_terms * found->n_meanings;
  score += WEIGHT_EARLY / (1 + found->first / 4);
  if (question->n_terms > 1)
    score += WEIGHT_TOGETHER / (1 + (n_spanned - MIN (n_spanned, question->n_tokens)) / 2);
  return score;
}

static guint32
score_frequency (guint32 rank)
{
  guint32 cost = rank > 0 ? (guint32)g_bit_storage (rank) * COST_OF_RANK_DOUBLED : WEIGHT_FREQUENT;

  return WEIGHT_FREQUENT - MIN (cost, WEIGHT_FREQUENT);
}

guint32
search_score (const SearchQuestion *question, const LibraryEntry *entry)
{
  ScoredToken headword_tokens[MAX_HEADWORD_TOKENS] = { 0 };
  ScoredToken text_tokens[MAX_TEXT_TOKENS] = { 0 };
  ScoredText headword =
      cut (entry->headword, entry->n_headword, headword_tokens, MAX_HEADWORD_TOKENS);
  ScoredText text = cut (entry->text, entry->n_text, text_tokens, MAX_TEXT_TOKENS);
  Found found = find_terms (question, &headword, &text);

  if (!found.is_complete)
    return 0;
  return 1 + score_headword (question, entry, &headword, &found) + score_text (question, &found) +
         score_frequency (entry->rank) +
         WEIGHT_SHORT * SHORT_BYTES / (SHORT_BYTES + MIN (entry->n_text, 1u << 16));
}
