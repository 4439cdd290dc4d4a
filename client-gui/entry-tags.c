/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ECDICT marks the words that an examination asks for.
 */
#include "client-gui/entry-tags.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  const char *key;
  const char *name;
  const char *explanation; /* (nullable) */
} Word;

static const Word tags[] = {
  { "zk", N_ ("Zhongkao"), N_ ("Asked for in the entrance examination of senior high schools") },
  { "gk", N_ ("Gaokao"), N_ ("Asked for in the entrance examination of universities") },
  { "ky", N_ ("Postgraduate"), N_ ("Asked for in the entrance examination of graduate schools") },
  { "cet4", N_ ("CET-4"), N_ ("Asked for in the College English Test, band 4") },
  { "cet6", N_ ("CET-6"), N_ ("Asked for in the College English Test, band 6") },
  { "toefl", N_ ("TOEFL"), N_ ("Asked for in the Test of English as a Foreign Language") },
  { "ielts", N_ ("IELTS"), N_ ("Asked for in the International English Language Testing System") },
  { "gre", N_ ("GRE"), N_ ("Asked for in the Graduate Record Examinations") },
};

static const Word forms[] = {
  { "past", N_ ("past"), NULL },
  { "past_participle", N_ ("past participle"), NULL },
  { "present_participle", N_ ("present participle"), NULL },
  { "third_person", N_ ("third person"), NULL },
  { "plural", N_ ("plural"), NULL },
  { "comparative", N_ ("comparative"), NULL },
  { "superlative", N_ ("superlative"), NULL },
};

static const Word *
find (const Word *words, gsize n_words, const char *key)
{
  for (gsize i = 0; i < n_words; i++)
    if (strcmp (words[i].key, key) == 0)
      return &words[i];
  return NULL;
}

const char *
parlance_entry_tags_name (const char *tag)
{
  const Word *word = find (tags, G_N_ELEMENTS (tags), tag);

  return word != NULL ? _ (word->name) : tag;
}

const char *
parlance_entry_tags_explain (const char *tag)
{
  const Word *word = find (tags, G_N_ELEMENTS (tags), tag);

  return word != NULL ? _ (word->explanation) : NULL;
}

const char *
parlance_entry_tags_name_form (const char *kind)
{
  const Word *word = find (forms, G_N_ELEMENTS (forms), kind);

  return word != NULL ? _ (word->name) : kind;
}
