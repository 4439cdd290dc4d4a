/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An edit distance with weights. What kind of error costs how much was set by hand, and tried on
 * tests/dictionary/data/misspellings-tuning.tsv.
 */
#include "server/dictionary/spelling.h"

#include <string.h>

#define FAR 10000u /* more than any word that is near costs */

enum
{
  COST_DOUBLED = 28,   /* a letter twice for once, or once for twice */
  COST_GAP = 25,       /* space, hyphen or apostrophe */
  COST_SILENT = 40,    /* a letter that is not heard where it stands */
  COST_VOWEL = 55,     /* one too many or left out */
  COST_CONSONANT = 80, /* the same */
  COST_SWAP = 50,
  COST_SWAP_VOWELS = 28, /* "ie" for "ei" */
  COST_OTHER_VOWEL = 38, /* in the place of one */
  COST_ALIKE = 42,       /* a consonant that sounds alike */
  COST_NEIGHBOUR = 75,   /* the next key */
  COST_FIRST = 45,       /* the first letter, besides the error itself */
};

/* Letters that stand for others: "fone", "skool". The cost is of the whole sequence. */
typedef struct
{
  char typed[5];
  char meant[5];
  guint8 cost;
} Sounds;

static const Sounds sounds[] = {
  { "f", "ph", 30 },      { "ph", "f", 30 },      { "f", "gh", 60 },      { "k", "ch", 40 },
  { "k", "ck", 25 },      { "k", "qu", 50 },      { "kw", "qu", 30 },     { "c", "ch", 40 },
  { "j", "dg", 35 },      { "g", "dg", 35 },      { "sh", "ti", 45 },     { "sh", "ci", 45 },
  { "sh", "ch", 50 },     { "s", "sc", 30 },      { "c", "sc", 35 },      { "s", "ps", 30 },
  { "n", "pn", 20 },      { "n", "kn", 20 },      { "r", "wr", 20 },      { "n", "gn", 30 },
  { "x", "cc", 40 },      { "x", "cs", 40 },      { "ks", "x", 40 },      { "gz", "x", 40 },
  { "uf", "ough", 60 },   { "o", "ough", 60 },    { "ou", "ough", 50 },   { "us", "ous", 30 },
  { "ous", "us", 30 },    { "shun", "tion", 40 }, { "sion", "tion", 30 }, { "tion", "sion", 30 },
  { "cion", "tion", 30 }, { "tion", "cion", 40 }, { "cial", "tial", 30 }, { "er", "re", 30 },
  { "el", "le", 28 },     { "le", "el", 28 },     { "al", "le", 38 },     { "el", "al", 30 },
  { "ly", "ally", 30 },   { "ally", "ly", 30 },   { "able", "ible", 25 }, { "ible", "able", 25 },
  { "ance", "ence", 22 }, { "ence", "ance", 22 }, { "ant", "ent", 22 },   { "ent", "ant", 22 },
  { "or", "er", 28 },     { "er", "or", 28 },     { "ar", "er", 28 },     { "er", "ar", 28 },
  { "ys", "ies", 45 },    { "os", "oes", 30 },    { "t", "ght", 50 },     { "ite", "ight", 40 },
  { "eaur", "ure", 60 },  { "eau", "u", 60 },     { "i", "igh", 50 },     { "z", "s", 35 },
};

static gboolean
is_vowel (gunichar c)
{
  return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' || c == 'y';
}

static gboolean
is_gap (gunichar c)
{
  return c == ' ' || c == '-' || c == '\'' || c == '.';
}

/* Whether both letters stand in one of the groups, which spaces separate. */
static gboolean
share_group (const char *groups, gunichar a, gunichar b)
{
  gboolean has_a = FALSE, has_b = FALSE;

  for (; *groups != '\0'; groups++)
    {
      has_a = *groups != ' ' && (has_a || (gunichar)*groups == a);
      has_b = *groups != ' ' && (has_b || (gunichar)*groups == b);
      if (has_a && has_b)
        return TRUE;
    }
  return FALSE;
}

#define L(letter) (1u << ((letter) - 'a'))

/* Consonants that are mistaken for each other by sound. */
static const guint32 alike[SPELLING_N_LATIN] = {
  ['b' - 'a'] = L ('p'),           ['c' - 'a'] = L ('k') | L ('s') | L ('z'),
  ['d' - 'a'] = L ('t'),           ['f' - 'a'] = L ('v'),
  ['g' - 'a'] = L ('j'),           ['j' - 'a'] = L ('g'),
  ['k' - 'a'] = L ('c') | L ('q'), ['m' - 'a'] = L ('n'),
  ['n' - 'a'] = L ('m'),           ['p' - 'a'] = L ('b'),
  ['q' - 'a'] = L ('k'),           ['s' - 'a'] = L ('c') | L ('x') | L ('z'),
  ['t' - 'a'] = L ('d'),           ['u' - 'a'] = L ('w'),
  ['v' - 'a'] = L ('f') | L ('w'), ['w' - 'a'] = L ('u') | L ('v'),
  ['x' - 'a'] = L ('s'),           ['z' - 'a'] = L ('c') | L ('s'),
};

/* Keys beside each other on a keyboard. */
static const guint32 neighbours[SPELLING_N_LATIN] = {
  ['a' - 'a'] = L ('q') | L ('s') | L ('w') | L ('z'),
  ['b' - 'a'] = L ('g') | L ('h') | L ('n') | L ('v'),
  ['c' - 'a'] = L ('d') | L ('f') | L ('v') | L ('x'),
  ['d' - 'a'] = L ('c') | L ('e') | L ('f') | L ('r') | L ('s') | L ('x'),
  ['e' - 'a'] = L ('d') | L ('r') | L ('s') | L ('w'),
  ['f' - 'a'] = L ('c') | L ('d') | L ('g') | L ('r') | L ('t') | L ('v'),
  ['g' - 'a'] = L ('b') | L ('f') | L ('h') | L ('t') | L ('v') | L ('y'),
  ['h' - 'a'] = L ('b') | L ('g') | L ('j') | L ('n') | L ('u') | L ('y'),
  ['i' - 'a'] = L ('j') | L ('k') | L ('o') | L ('u'),
  ['j' - 'a'] = L ('h') | L ('i') | L ('k') | L ('m') | L ('n') | L ('u'),
  ['k' - 'a'] = L ('i') | L ('j') | L ('l') | L ('m') | L ('o'),
  ['l' - 'a'] = L ('k') | L ('o') | L ('p'),
  ['m' - 'a'] = L ('j') | L ('k') | L ('n'),
  ['n' - 'a'] = L ('b') | L ('h') | L ('j') | L ('m'),
  ['o' - 'a'] = L ('i') | L ('k') | L ('l') | L ('p'),
  ['p' - 'a'] = L ('l') | L ('o'),
  ['q' - 'a'] = L ('a') | L ('w'),
  ['r' - 'a'] = L ('d') | L ('e') | L ('f') | L ('t'),
  ['s' - 'a'] = L ('a') | L ('d') | L ('e') | L ('w') | L ('x') | L ('z'),
  ['t' - 'a'] = L ('f') | L ('g') | L ('r') | L ('y'),
  ['u' - 'a'] = L ('h') | L ('i') | L ('j') | L ('y'),
  ['v' - 'a'] = L ('b') | L ('c') | L ('f') | L ('g'),
  ['w' - 'a'] = L ('a') | L ('e') | L ('q') | L ('s'),
  ['x' - 'a'] = L ('c') | L ('d') | L ('s') | L ('z'),
  ['y' - 'a'] = L ('g') | L ('h') | L ('t') | L ('u'),
  ['z' - 'a'] = L ('a') | L ('s') | L ('x'),
};

static guint
cost_of_replacing (gunichar typed, gunichar meant)
{
  if (is_vowel (typed) && is_vowel (meant))
    return COST_OTHER_VOWEL;
  if (is_gap (typed) && is_gap (meant))
    return COST_GAP;
  if (typed < 'a' || typed > 'z' || meant < 'a' || meant > 'z')
    return SPELLING_WHOLE_ERROR;
  if ((alike[typed - 'a'] & L (meant)) != 0)
    return COST_ALIKE;
  return (neighbours[typed - 'a'] & L (meant)) != 0 ? COST_NEIGHBOUR : SPELLING_WHOLE_ERROR;
}

/* Whether the consonant at @at is not heard there. */
static gboolean
is_silent (const Letters *word, guint at)
{
  gunichar before = at > 0 ? word->letters[at - 1] : 0;
  gunichar after = at + 1 < word->n ? word->letters[at + 1] : 0;

  switch (word->letters[at])
    {
    case 'h':
      return share_group ("wr gr cr tr xr rh", before, 'r') || before == 'w' || before == 'x';
    case 'b':
      return before == 'm' || after == 't';
    case 'c':
      return before == 's' || after == 'k' || after == 'q';
    case 'd':
      return after == 'g' || after == 'j' || before == 'n';
    case 'g':
      return after == 'n';
    case 'k':
      return after == 'n' || before == 'c';
    case 'l':
      return after == 'k' || after == 'm' || after == 'f' || after == 'd';
    case 'n':
      return before == 'm' || after == 'm';
    case 'p':
      return after == 't' || after == 's' || after == 'n';
    case 'r':
      return is_vowel (before) && after != 0 && !is_vowel (after);
    case 's':
      return after == 'l' || before == 'i';
    case 't':
      return after == 'c' || before == 's' || after == 'l';
    case 'w':
      return after == 'r' || after == 'h';
    default:
      return FALSE;
    }
}

/* Of the letter at @at being there too much in @word, or missing from it. */
static guint
cost_of_one (const Letters *word, guint at)
{
  gunichar c = word->letters[at];

  if (at > 0 && word->letters[at - 1] == c)
    return COST_DOUBLED;
  if (is_gap (c))
    return COST_GAP;
  if (is_silent (word, at) || (c == 'e' && at + 1 == word->n))
    return COST_SILENT;
  return is_vowel (c) ? COST_VOWEL : COST_CONSONANT;
}

static guint
cost_of_swapping (gunichar a, gunichar b)
{
  return is_vowel (a) && is_vowel (b) ? COST_SWAP_VOWELS : COST_SWAP;
}

/* Whether the @n first letters of @word end with @text; its length, or 0. */
static guint
ends_with (const Letters *word, guint n, const char *text)
{
  guint n_text = (guint)strlen (text);

  if (n_text > n)
    return 0;
  for (guint i = 0; i < n_text; i++)
    {
      if (word->letters[n - n_text + i] != (gunichar)text[i])
        return 0;
    }
  return n_text;
}

static void
find_sounds (Spelling *self, guint n_letters)
{
  for (guint i = 0; i < G_N_ELEMENTS (sounds); i++)
    {
      guint n_typed = ends_with (self->typed, n_letters, sounds[i].typed);

      if (n_typed > 0 && self->n_sounds < G_N_ELEMENTS (self->sounds))
        self->sounds[self->n_sounds++] = (SpellingSound){ (guint8)i, (guint8)n_typed };
    }
}

void
spelling_init (Spelling *self, const Letters *typed)
{
  g_return_if_fail (typed->n <= SPELLING_MAX);
  self->typed = typed;
  self->n_sounds = 0;
  for (guint i = 0; i < typed->n; i++)
    {
      for (guint letter = 0; letter < SPELLING_N_LATIN; letter++)
        self->replacing[i][letter] = (guint8)cost_of_replacing (typed->letters[i], 'a' + letter);
      self->leaving_out[i] = (guint8)cost_of_one (typed, i);
      self->sounds_begin[i] = self->n_sounds;
      find_sounds (self, i + 1);
    }
  self->sounds_begin[typed->n] = self->n_sounds;
}

typedef guint16 Row[SPELLING_MAX + LETTERS_MAX_DISTANCE + 2];

/* Whether the cell behind @i and @j letters is counted: words that are near leave the diagonal by
 * no more than their distance. */
static gboolean
is_in_band (guint i, guint j)
{
  return j <= i + LETTERS_MAX_DISTANCE && i <= j + LETTERS_MAX_DISTANCE;
}

/* The cheapest way to the cell behind @i letters of what was typed and @j of @meant over letters
 * that stand for others. */
static guint
cost_by_sound (const Spelling *self, guint i, const Letters *meant, guint j, Row *rows)
{
  guint best = FAR;

  for (guint k = self->sounds_begin[i - 1]; k < self->sounds_begin[i]; k++)
    {
      const Sounds *rule = &sounds[self->sounds[k].rule];
      guint n_meant = ends_with (meant, j, rule->meant);
      guint row = i - self->sounds[k].n_typed;

      if (n_meant > 0 && is_in_band (row, j - n_meant))
        best = MIN (best, rows[row][j - n_meant] + (guint)rule->cost);
    }
  return best;
}

static guint
cost_of_cell (const Spelling *self, guint i, const Letters *meant, guint j, Row *rows)
{
  const Letters *typed = self->typed;
  gunichar t = typed->letters[i - 1], m = meant->letters[j - 1];
  guint first_typed = i == 1 ? COST_FIRST : 0;
  guint first_meant = j == 1 ? COST_FIRST : 0;
  guint best = rows[i - 1][j - 1];

  if (t != m && m >= 'a' && m <= 'z')
    best += self->replacing[i - 1][m - 'a'] + MAX (first_typed, first_meant);
  else if (t != m)
    best += cost_of_replacing (t, m) + MAX (first_typed, first_meant);
  best = MIN (best, rows[i - 1][j] + self->leaving_out[i - 1] + first_typed);
  best = MIN (best, rows[i][j - 1] + cost_of_one (meant, j - 1) + first_meant);
  if (i > 1 && j > 1 && t == meant->letters[j - 2] && m == typed->letters[i - 2] && t != m)
    best = MIN (best, rows[i - 2][j - 2] + cost_of_swapping (t, m) + (i == 2 ? COST_FIRST / 2 : 0));
  return MIN (best, cost_by_sound (self, i, meant, j, rows));
}

guint
spelling_cost (const Spelling *self, const Letters *meant)
{
  const guint n_typed = self->typed->n;
  Row rows[SPELLING_MAX + 1];

  g_return_val_if_fail (meant->n <= n_typed + LETTERS_MAX_DISTANCE, FAR);
  g_return_val_if_fail (n_typed <= meant->n + LETTERS_MAX_DISTANCE, FAR);
  for (guint i = 0; i <= n_typed; i++)
    {
      guint begin = i > LETTERS_MAX_DISTANCE ? i - LETTERS_MAX_DISTANCE : 0;
      guint end = MIN (meant->n, i + LETTERS_MAX_DISTANCE);

      if (begin > 0)
        rows[i][begin - 1] = FAR;
      for (guint j = begin; j <= end; j++)
        {
          if (i == 0 && j == 0)
            rows[i][j] = 0;
          else if (j == 0)
            rows[i][j] = (guint16)(rows[i - 1][j] + self->leaving_out[i - 1] + COST_FIRST);
          else if (i == 0)
            rows[i][j] = (guint16)(rows[i][j - 1] + cost_of_one (meant, j - 1) + COST_FIRST);
          else
            rows[i][j] = (guint16)MIN (cost_of_cell (self, i, meant, j, rows), FAR);
        }
      rows[i][end + 1] = FAR;
    }
  return rows[n_typed][meant->n];
}
