/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The table of records and of spellings; see cedict-table.h. Spellings that stand in one record are
 * of one family, and so are those that a third joins: whichever of them is asked, the entries of
 * all are found.
 */
#include "server/dictionary/formats/cedict-table.h"

#include <stdlib.h>
#include <string.h>

#include "server/dictionary/formats/zh-frequency.h"
#include "server/dictionary/pinyin.h"

#define MAX_TEXT_BYTES (128u * 1024 * 1024)
#define MAX_ENTRIES (2u * 1000 * 1000)
#define MAX_VARIANTS 32 /* spellings of one family that lead to an entry; CC-CEDICT has up to 6 */
#define MAX_READINGS 9  /* ways to type one reading that need a key each */
#define MAX_KEYS (1 + MAX_VARIANTS + MAX_READINGS)
#define TRADITIONAL "Traditional: "

/* A word in the second of its readings is as frequent as one so many places further down. */
#define RANK_STEP 3000
#define RANK_LAST 20000 /* further down: a surname, another word's variant */

typedef struct
{
  char *text;     /* in the table's chunk */
  guint32 parent; /* towards the family's head */
  guint32 next;   /* in the ring of the family */
  guint32 first;  /* the first entry that is filed under it */
} Word;

typedef struct
{
  guint32 index; /* in the source */
  guint32 traditional;
  guint32 simplified;
  guint32 pinyin;     /* where it stands in the text, NUL-terminated */
  guint32 senses;     /* the same */
  guint32 n_meanings; /* senses that say something of their own */
} Entry;

struct CedictTable
{
  GString *text;
  GStringChunk *chunk;
  GHashTable *ids; /* spelling -> its index + 1 in @words */
  GArray *words;
  GArray *entries;
};

CedictTable *
cedict_table_new (void)
{
  CedictTable *self = g_new0 (CedictTable, 1);
  self->text = g_string_new (NULL);
  self->chunk = g_string_chunk_new (64 * 1024);
  self->ids = g_hash_table_new (g_str_hash, g_str_equal);
  self->words = g_array_new (FALSE, FALSE, sizeof (Word));
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  return self;
}

void
cedict_table_free (CedictTable *self)
{
  if (self == NULL)
    return;
  g_string_free (self->text, TRUE);
  g_string_chunk_free (self->chunk);
  g_hash_table_unref (self->ids);
  g_array_unref (self->words);
  g_array_unref (self->entries);
  g_free (self);
}

/* --- families --- */

static Word *
word_at (const CedictTable *self, guint32 id)
{
  return &g_array_index (self->words, Word, id);
}

static guint32
find_word (CedictTable *self, const char *text)
{
  guint32 found = GPOINTER_TO_UINT (g_hash_table_lookup (self->ids, text));
  if (found > 0)
    return found - 1;
  guint32 id = self->words->len;
  Word word = { g_string_chunk_insert (self->chunk, text), id, id, G_MAXUINT32 };
  g_array_append_val (self->words, word);
  g_hash_table_insert (self->ids, word.text, GUINT_TO_POINTER (id + 1));
  return id;
}

static guint32
find_head (CedictTable *self, guint32 id)
{
  for (Word *word = word_at (self, id); word->parent != id; word = word_at (self, id))
    {
      word->parent = word_at (self, word->parent)->parent;
      id = word->parent;
    }
  return id;
}

static void
join (CedictTable *self, guint32 a, guint32 b)
{
  guint32 head_a = find_head (self, a), head_b = find_head (self, b);
  if (head_a == head_b)
    return;
  word_at (self, head_b)->parent = head_a;
  /* Two rings that swap a step each are one. */
  guint32 next = word_at (self, a)->next;
  word_at (self, a)->next = word_at (self, b)->next;
  word_at (self, b)->next = next;
}

/* --- adding --- */

/* Whether the sense only leads elsewhere. */
static gboolean
is_reference (const char *sense, gsize n_sense)
{
  static const char *const openings[] = {
    "surname ",  "see ",        "used in ", "also written ",
    "also pr. ", "Taiwan pr. ", "CL:",      "abbr. for ",
  };
  if (g_strstr_len (sense, (gssize)MIN (n_sense, 40), "variant of ") != NULL)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (openings); i++)
    if (n_sense >= strlen (openings[i]) && strncmp (sense, openings[i], strlen (openings[i])) == 0)
      return TRUE;
  return FALSE;
}

static guint32
count_meanings (const GString *senses)
{
  guint32 n = 0;
  const char *end;
  for (const char *at = senses->str; (end = strchr (at, '\n')) != NULL; at = end + 1)
    n += !is_reference (at, (gsize)(end - at));
  return n;
}

gboolean
cedict_table_add (CedictTable *self, const CedictRecord *record)
{
  gsize n_record = record->pinyin->len + record->senses->len + record->traditional->len +
                   record->simplified->len;
  if (self->text->len + n_record > MAX_TEXT_BYTES || self->entries->len == MAX_ENTRIES)
    return FALSE;
  Entry entry = {
    .index = self->entries->len,
    .traditional = find_word (self, record->traditional->str),
    .simplified = find_word (self, record->simplified->str),
    .pinyin = (guint32)self->text->len,
    .senses = (guint32)(self->text->len + record->pinyin->len + 1),
    .n_meanings = count_meanings (record->senses),
  };
  g_string_append_len (self->text, record->pinyin->str, (gssize)record->pinyin->len + 1);
  g_string_append_len (self->text, record->senses->str, (gssize)record->senses->len + 1);
  g_array_append_val (self->entries, entry);
  Word *simplified = word_at (self, entry.simplified);
  simplified->first = MIN (simplified->first, entry.index);
  join (self, entry.traditional, entry.simplified);
  return TRUE;
}

/* --- pouring --- */

/* What an entry to pour is put together in. */
typedef struct
{
  GString *phonetic;
  GString *text;
  GString *readings[MAX_READINGS];
  SourceKey keys[MAX_KEYS];
  gsize n_keys;
  gsize n_readings;
} Draft;

static SourceText
text_of (const GString *string)
{
  return (SourceText){ string->str, string->len };
}

static void
add_key (Draft *draft, SourceText text, SourceKeyKind kind)
{
  if (draft->n_keys < MAX_KEYS && text.n_bytes > 0)
    draft->keys[draft->n_keys++] = (SourceKey){ text, kind };
}

static void
add_spellings (const CedictTable *self, const Entry *entry, Draft *draft)
{
  const char *traditional = word_at (self, entry->traditional)->text;
  if (entry->traditional != entry->simplified)
    add_key (draft, (SourceText){ traditional, strlen (traditional) }, SOURCE_KEY_SPELLING);
  guint n = 0;
  for (guint32 id = word_at (self, entry->simplified)->next;
       id != entry->simplified && n < MAX_VARIANTS; id = word_at (self, id)->next, n++)
    {
      const char *text = word_at (self, id)->text;
      if (id != entry->traditional)
        add_key (draft, (SourceText){ text, strlen (text) }, SOURCE_KEY_VARIANT);
    }
}

static void
add_reading (Draft *draft, const Pinyin *pinyin, guint form)
{
  GString *reading = draft->readings[draft->n_readings];
  g_string_truncate (reading, 0);
  pinyin_write (pinyin, form, reading);
  for (gsize i = 0; i < draft->n_readings; i++)
    if (g_string_equal (draft->readings[i], reading))
      return;
  draft->n_readings++;
  add_key (draft, text_of (reading), SOURCE_KEY_READING);
}

/* `yi1 xia4 r5` is typed as `yixiaer`, too. FALSE: no r that is a syllable. */
static gboolean
spell_out_r (Pinyin *pinyin)
{
  gboolean any = FALSE;
  for (guint i = 0; i < pinyin->n; i++)
    {
      gboolean is_alone = i + 1 == pinyin->n || pinyin->letters[i + 1].is_border;
      if (pinyin->letters[i].letter != 'r' || !pinyin->letters[i].is_border || !is_alone ||
          pinyin->n == PINYIN_MAX)
        continue;
      memmove (&pinyin->letters[i + 1], &pinyin->letters[i],
               (pinyin->n - i) * sizeof pinyin->letters[0]);
      pinyin->n++;
      pinyin->letters[i] = (PinyinLetter){ 'e', 0, TRUE };
      pinyin->letters[++i].is_border = FALSE;
      any = TRUE;
    }
  return any;
}

/* Which forms differ from each other: most readings have tones, and nothing else. */
static guint
forms_of (const Pinyin *pinyin)
{
  guint forms = 0;
  if (pinyin->has_tones || pinyin->is_neutral)
    forms |= PINYIN_TONES;
  for (guint i = 0; i < pinyin->n; i++)
    {
      char letter = pinyin->letters[i].letter;
      if (letter == 'v')
        forms |= PINYIN_PLAIN_U;
      if (i > 0 && pinyin->letters[i].is_border && strchr ("aeo", letter) != NULL)
        forms |= PINYIN_APOSTROPHES;
    }
  return forms;
}

static void
add_readings (const char *text, Draft *draft)
{
  Pinyin pinyin;
  if (!pinyin_parse (text, strlen (text), &pinyin))
    return;
  guint forms = forms_of (&pinyin);
  for (guint form = 0; form <= forms; form++)
    if ((form & ~forms) == 0)
      add_reading (draft, &pinyin, form);
  if (spell_out_r (&pinyin))
    add_reading (draft, &pinyin, 0);
}

static void
write_text (const CedictTable *self, const Entry *entry, GString *out)
{
  const char *end;
  for (const char *at = self->text->str + entry->senses; (end = strchr (at, '\n')) != NULL;
       at = end + 1)
    {
      cedict_append_sense (out, at, (gsize)(end - at));
      g_string_append_c (out, '\n');
    }
  if (out->len > 0 && entry->traditional != entry->simplified)
    g_string_append_printf (out, TRADITIONAL "%s", word_at (self, entry->traditional)->text);
  else if (out->len > 0)
    g_string_truncate (out, out->len - 1);
}

/* @nth of the entries of its word. */
static guint32
rank_of (const CedictTable *self, const Entry *entry, guint32 nth)
{
  const char *word = word_at (self, entry->simplified)->text;
  guint32 rank = zh_frequency_rank (word, strlen (word));
  if (rank == 0)
    return 0;
  if (entry->n_meanings == 0)
    return rank + RANK_LAST;
  return rank + MIN (nth * RANK_STEP, RANK_LAST);
}

static gboolean
pour_one (const CedictTable *self,
          const Entry *entry,
          guint32 rank,
          Draft *draft,
          Pour *pour,
          GError **error)
{
  const char *headword = word_at (self, entry->simplified)->text;
  const char *pinyin = self->text->str + entry->pinyin;
  g_string_truncate (draft->phonetic, 0);
  g_string_truncate (draft->text, 0);
  draft->n_keys = 0;
  draft->n_readings = 0;
  add_spellings (self, entry, draft);
  add_readings (pinyin, draft);
  pinyin_append_marked (draft->phonetic, pinyin, strlen (pinyin));
  write_text (self, entry, draft->text);
  SourceEntry poured = {
    .headword = { headword, strlen (headword) },
    .keys = draft->keys,
    .n_keys = draft->n_keys,
    .phonetic = text_of (draft->phonetic),
    .text = text_of (draft->text),
    .rank = rank,
  };
  return pour_entry (pour, &poured, error);
}

static int
compare_entries (const void *a, const void *b, void *table)
{
  const Entry *one = a, *other = b;
  guint32 one_first = word_at (table, one->simplified)->first;
  guint32 other_first = word_at (table, other->simplified)->first;
  if (one_first != other_first)
    return one_first < other_first ? -1 : 1;
  if (one->n_meanings != other->n_meanings)
    return one->n_meanings > other->n_meanings ? -1 : 1;
  return one->index < other->index ? -1 : 1;
}

gboolean
cedict_table_pour (CedictTable *self, Pour *pour, GError **error)
{
  Draft draft = { .phonetic = g_string_new (NULL), .text = g_string_new (NULL) };
  guint32 word = G_MAXUINT32;
  guint32 nth = 0;
  gboolean ok = TRUE;
  for (guint i = 0; i < MAX_READINGS; i++)
    draft.readings[i] = g_string_new (NULL);
  if (self->entries->len > 0)
    qsort_r (self->entries->data, self->entries->len, sizeof (Entry), compare_entries, self);

  for (guint i = 0; i < self->entries->len && ok; i++)
    {
      const Entry *entry = &g_array_index (self->entries, Entry, i);
      nth = entry->simplified == word ? nth + 1 : 0;
      word = entry->simplified;
      ok = pour_one (self, entry, rank_of (self, entry, nth), &draft, pour, error);
    }
  g_string_free (draft.phonetic, TRUE);
  g_string_free (draft.text, TRUE);
  for (guint i = 0; i < MAX_READINGS; i++)
    g_string_free (draft.readings[i], TRUE);
  return ok;
}
