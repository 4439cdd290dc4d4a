/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finding the headwords in a text. At each unit where one may begin, the lengths that the
 * dictionaries say their keys have are tried, the longest first: as it is written, then with the
 * first word, the last or both in place of what they are inflections of.
 */
#include <string.h>

#include "server/dictionary/annotate-inflections.h"
#include "server/dictionary/library-parts.h"

#define MAX_HITS 4096    /* at one place, by a dictionary made for it */
#define MAX_SPELLINGS 16 /* of one key that are compared with the text */

typedef struct
{
  guint first; /* unit */
  guint n;     /* units */
  gboolean is_lemma;
  guint8 turn; /* of the dictionary among those asked */
  DictionaryKey key;
} Hit;

typedef struct
{
  const Library *library;
  AnnotateText text;
  GArray *hits; /* of Hit */
  guint n_asked;
  guint8 asked[LIBRARY_MAX_DICTIONARIES];
  /* Where the search is: the unit a headword begins at, and which lengths each dictionary has for
   * it as it is written [0] and for each of its inflections. */
  const Inflections *head;
  guint32 lengths[1 + ANNOTATE_MAX_INFLECTIONS][LIBRARY_MAX_DICTIONARIES];
  InflectionStore store;
  LibraryKey key; /* scratch */
} Annotation;

/* --- one length --- */

/* The key that the units @first to @first + @n - 1 make with @head and @tail (nullable) in place of
 * the first and the last. FALSE: it is longer than any. */
static gboolean
make_key (Annotation *self,
          guint first,
          guint n,
          const Lemma *head,
          const Lemma *tail,
          const char **ret_text,
          gsize *ret_n_text)
{
  const Unit *begin = annotate_text_unit (&self->text, first);
  const Unit *end = annotate_text_unit (&self->text, first + n - 1);
  guint32 middle_at = head ? begin->key_at + begin->n_key : begin->key_at;
  guint32 middle_end = tail ? end->key_at : end->key_at + end->n_key;
  gsize n_head = head ? head->n_text : 0;
  gsize n_middle = middle_end > middle_at ? middle_end - middle_at : 0;
  gsize n_tail = tail ? tail->n_text : 0;
  char *out = self->key.text;

  *ret_text = self->text.keys->str + middle_at;
  *ret_n_text = n_head + n_middle + n_tail;
  if (*ret_n_text > LIBRARY_MAX_KEY)
    return FALSE;
  if (!head && !tail)
    return TRUE;
  if (head)
    memcpy (out, head->text, n_head);
  memcpy (out + n_head, *ret_text, n_middle);
  if (tail)
    memcpy (out + n_head + n_middle, tail->text, n_tail);
  *ret_text = out;
  return TRUE;
}

/* Looks for one key; the first dictionary that has it makes a hit. FALSE: a file is damaged. */
static gboolean
try_key (Annotation *self, guint first, guint n, const Lemma *head, const Lemma *tail)
{
  const guint32 *lengths = self->lengths[head ? 1 + (head - self->head->items) : 0];
  Hit hit = { .first = first, .n = n, .is_lemma = head || tail };
  const char *text;
  gsize n_text;
  guint64 hash = 0;

  if (!make_key (self, first, n, head, tail, &text, &n_text))
    return TRUE;
  for (guint i = 0; i < self->n_asked; i++)
    {
      guint8 index = self->asked[i];
      DictionaryFind find;

      if ((n > 1 && !(lengths[i] & 1u << (n - 1))) ||
          (head && !inflection_holds (self->library, head, index)) ||
          (tail && !inflection_holds (self->library, tail, index)))
        continue;
      if (hash == 0)
        hash = layout_hash (text, n_text);
      find = dictionary_find_written (self->library->dictionaries[index], text, n_text, hash,
                                      &hit.key);
      if (find == DICTIONARY_DAMAGED)
        return FALSE;
      if (find == DICTIONARY_FOUND)
        {
          hit.turn = (guint8)i;
          g_array_append_val (self->hits, hit);
          return TRUE;
        }
    }
  return TRUE;
}

/* @with_guesses: for a word that is a headword itself the rules of English would guess nonsense. */
static gboolean
try_inflections (Annotation *self, guint first, guint n, gboolean with_guesses)
{
  const Inflections *tail = n > 1 ? inflections_of (&self->store, first + n - 1) : NULL;
  guint n_heads = with_guesses ? self->head->n_items : self->head->n_listed;
  guint n_tails = tail ? tail->n_items : 0;

  if (n > 1 && !tail)
    return FALSE;
  for (guint i = 0; i <= n_heads; i++)
    {
      for (guint j = i == 0; j <= n_tails; j++)
        {
          if (!try_key (self, first, n, i > 0 ? &self->head->items[i - 1] : NULL,
                        j > 0 ? &tail->items[j - 1] : NULL))
            return FALSE;
        }
    }
  return TRUE;
}

static gboolean
is_mark_of_words (gunichar c)
{
  switch ((int)g_unichar_type (c))
    {
    case G_UNICODE_MATH_SYMBOL: /* C++ */
    case G_UNICODE_CURRENCY_SYMBOL:
    case G_UNICODE_MODIFIER_SYMBOL:
    case G_UNICODE_OTHER_SYMBOL:
      return TRUE;
    default:
      return c == '#' || c == '%' || c == '&' || c == '@' || c == '*';
    }
}

/* *C+* is no headword of *C++*. */
static gboolean
is_repeated_mark (const Annotation *self, guint index)
{
  const Unit *unit = annotate_text_unit (&self->text, index);
  const Unit *next = unit + 1;

  return index + 1 < self->text.units->len && next->key_at == unit->key_at + unit->n_key &&
         next->n_key == unit->n_key &&
         memcmp (annotate_text_key (&self->text, unit), annotate_text_key (&self->text, next),
                 unit->n_key) == 0;
}

/* Whether a headword may end with unit @last. A full stop is more likely the sentence's, unless
 * there is one before (*a.m.*). */
static gboolean
may_end (const Annotation *self, guint first, guint last)
{
  const Unit *unit = annotate_text_unit (&self->text, last);
  const char *key = annotate_text_key (&self->text, unit);

  if (!(unit->order & UNIT_IS_LAST))
    return FALSE;
  if (unit->kind != TOKEN_OTHER)
    return TRUE;
  if (is_mark_of_words (g_utf8_get_char (key)))
    return !is_repeated_mark (self, last);
  for (guint i = first + 1; i < last && *key == '.'; i++)
    {
      if (*annotate_text_key (&self->text, annotate_text_unit (&self->text, i)) == '.')
        return TRUE;
    }
  return FALSE;
}

/* Adds the headwords of @n units from @first on: all of them, or the one that is preferred. */
static gboolean
try_length (Annotation *self, guint first, guint n, gboolean all)
{
  guint n_before = self->hits->len;
  gboolean is_headword;

  if (!may_end (self, first, first + n - 1))
    return TRUE;
  if (!try_key (self, first, n, NULL, NULL))
    return FALSE;
  is_headword = self->hits->len > n_before;
  if (is_headword && !all)
    return TRUE;
  if (!try_inflections (self, first, n, n > 1 || !is_headword))
    return FALSE;
  for (guint i = n_before + 1; i < self->hits->len && !all; i++)
    {
      Hit *best = &g_array_index (self->hits, Hit, n_before);
      const Hit *hit = &g_array_index (self->hits, Hit, i);

      if (hit->turn < best->turn)
        *best = *hit;
    }
  if (!all)
    g_array_set_size (self->hits, MIN (self->hits->len, n_before + 1));
  return TRUE;
}

/* --- one beginning --- */

static guint32
take_lengths (Annotation *self, guint row, guint64 hash)
{
  guint32 lengths = 0;

  for (guint i = 0; i < self->n_asked; i++)
    {
      self->lengths[row][i] =
          dictionary_lengths (self->library->dictionaries[self->asked[i]], hash);
      lengths |= self->lengths[row][i];
    }
  return lengths;
}

/* How many units a headword from @first on can have, and in *@ret_lengths which numbers are worth
 * trying, as a set; 0: none can begin there. FALSE: a file is damaged. */
static gboolean
begin_at (Annotation *self, guint first, guint *ret_n_most, guint32 *ret_lengths)
{
  const Unit *unit = annotate_text_unit (&self->text, first);
  guint n_left = self->text.units->len - first;
  guint n = 0;

  *ret_lengths = 0;
  *ret_n_most = 0;
  if (unit->kind == TOKEN_OTHER || !(unit->order & UNIT_IS_FIRST))
    return TRUE;
  self->head = inflections_of (&self->store, first);
  if (!self->head)
    return FALSE;
  *ret_lengths = 1;
  *ret_lengths |=
      take_lengths (self, 0, layout_hash (annotate_text_key (&self->text, unit), unit->n_key));
  for (guint i = 0; i < self->head->n_items; i++)
    *ret_lengths |= take_lengths (self, 1 + i, self->head->items[i].hash);

  while (n < MIN (n_left, LAYOUT_MAX_TOKENS) &&
         annotate_text_unit (&self->text, first + n)->n_key > 0)
    n++;
  *ret_n_most = n;
  return TRUE;
}

/* --- what is found --- */

static gboolean
is_spelled (const LibraryEntry *entry, const char *text, gsize n_text)
{
  return entry->n_headword == n_text && memcmp (entry->headword, text, n_text) == 0;
}

/* The entry to name the headword after: of several spellings the text's own. */
static gboolean
read_headword (const Annotation *self, const Hit *hit, LibraryEntry *ret_entry)
{
  const Dictionary *dictionary = self->library->dictionaries[self->asked[hit->turn]];
  const Unit *begin = annotate_text_unit (&self->text, hit->first);
  const Unit *end = annotate_text_unit (&self->text, hit->first + hit->n - 1);
  guint32 n_text = end->text_at + end->n_text - begin->text_at;

  for (guint32 i = 0; i < MIN (hit->key.n_spellings, MAX_SPELLINGS) && !hit->is_lemma; i++)
    {
      guint32 first, last;

      if (!dictionary_spelling (&hit->key, i, &first, &last) ||
          !dictionary_record (dictionary, hit->key.by_spelling[first], ret_entry))
        return FALSE;
      if (is_spelled (ret_entry, self->text.text + begin->text_at, n_text))
        return TRUE;
    }
  return dictionary_record (dictionary, hit->key.records[0], ret_entry);
}

static gboolean
write_span (const Annotation *self, const Hit *hit, LibrarySpan *ret_span)
{
  LibraryEntry entry;

  if (!read_headword (self, hit, &entry))
    return FALSE;
  *ret_span = (LibrarySpan){
    .start = annotate_text_unit (&self->text, hit->first)->start,
    .end = annotate_text_unit (&self->text, hit->first + hit->n - 1)->end,
    .headword = entry.headword,
    .n_headword = entry.n_headword,
    .is_lemma = hit->is_lemma,
    .dictionary = self->asked[hit->turn],
  };
  return TRUE;
}

/* --- the whole text --- */

/* Leaves the longest headword at @first as the only hit, or none. */
static gboolean
find_longest (Annotation *self, guint first)
{
  guint32 lengths;
  guint n_most;

  g_array_set_size (self->hits, 0);
  if (!begin_at (self, first, &n_most, &lengths))
    return FALSE;
  for (guint n = n_most; n > 0 && self->hits->len == 0; n--)
    {
      if (lengths & 1u << (n - 1) && !try_length (self, first, n, FALSE))
        return FALSE;
    }
  return TRUE;
}

static int
cut (Annotation *self, guint limit, LibrarySpan *ret_spans)
{
  guint n_spans = 0;

  for (guint i = 0; i < self->text.units->len && n_spans < limit;)
    {
      const Hit *hit;

      if (!find_longest (self, i))
        return -1;
      if (self->hits->len == 0)
        {
          i++;
          continue;
        }
      hit = &g_array_index (self->hits, Hit, 0);
      if (!write_span (self, hit, &ret_spans[n_spans++]))
        return -1;
      i += hit->n;
    }
  return (int)n_spans;
}

/* --- one place --- */

/* Adds every headword from @first on that reaches over @at. */
static gboolean
find_covering (Annotation *self, guint first, gint64 at)
{
  guint32 lengths;
  guint n_most;

  if (!begin_at (self, first, &n_most, &lengths))
    return FALSE;
  for (guint n = n_most; n > 0 && self->hits->len < MAX_HITS; n--)
    {
      if (annotate_text_unit (&self->text, first + n - 1)->end <= at)
        break;
      if (lengths & 1u << (n - 1) && !try_length (self, first, n, TRUE))
        return FALSE;
    }
  return TRUE;
}

static guint32
length_of (const Annotation *self, const Hit *hit)
{
  return annotate_text_unit (&self->text, hit->first + hit->n - 1)->end -
         annotate_text_unit (&self->text, hit->first)->start;
}

static int
compare_hits (gconstpointer a, gconstpointer b, gpointer data)
{
  const Hit *one = a, *other = b;
  guint32 one_length = length_of (data, one), other_length = length_of (data, other);

  if (one_length != other_length)
    return one_length > other_length ? -1 : 1;
  if (one->is_lemma != other->is_lemma)
    return one->is_lemma - other->is_lemma;
  if (one->turn != other->turn)
    return one->turn - other->turn;
  return one->first < other->first ? -1 : one->first > other->first;
}

static gboolean
is_repeated (const Annotation *self, guint index)
{
  const DictionaryKey *key = &g_array_index (self->hits, Hit, index).key;

  for (guint i = 0; i < index; i++)
    {
      const DictionaryKey *other = &g_array_index (self->hits, Hit, i).key;

      if (other->n_text == key->n_text && memcmp (other->text, key->text, key->n_text) == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_in_white_space (const Annotation *self, gint64 at)
{
  for (guint i = 0; i < self->text.units->len; i++)
    {
      const Unit *unit = annotate_text_unit (&self->text, i);

      if (unit->start <= at && at < unit->end)
        return FALSE;
    }
  return TRUE;
}

static int
cover (Annotation *self, gint64 at, guint limit, LibrarySpan *ret_spans)
{
  guint n_spans = 0;

  if (is_in_white_space (self, at))
    return 0;
  for (guint i = 0; i < self->text.units->len; i++)
    {
      if (annotate_text_unit (&self->text, i)->start > at)
        break;
      if (!find_covering (self, i, at))
        return -1;
    }
  g_array_sort_with_data (self->hits, compare_hits, self);
  for (guint i = 0; i < self->hits->len && n_spans < limit; i++)
    {
      if (!is_repeated (self, i) &&
          !write_span (self, &g_array_index (self->hits, Hit, i), &ret_spans[n_spans++]))
        return -1;
    }
  return (int)n_spans;
}

int
library_annotate (const Library *self,
                  const char *text,
                  gsize n_text,
                  gint64 at,
                  const LibrarySelection *selection,
                  guint limit,
                  LibrarySpan *ret_spans)
{
  g_autofree Annotation *annotation = g_new0 (Annotation, 1);
  int n_spans;

  annotation->library = self;
  annotation->n_asked = library_asked (self, selection, annotation->asked);
  annotation->hits = g_array_new (FALSE, FALSE, sizeof (Hit));
  annotate_text_init (&annotation->text, text, n_text, at);
  annotation->store.library = self;
  annotation->store.text = &annotation->text;
  n_spans = at == LIBRARY_WHOLE_TEXT ? cut (annotation, limit, ret_spans)
                                     : cover (annotation, at, limit, ret_spans);
  annotate_text_clear (&annotation->text);
  g_array_unref (annotation->hits);
  return n_spans;
}
