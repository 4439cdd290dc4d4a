/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Holds the whole list: pairs in the file's order, which is that of frequency, and the set of the
 * forms that are still wanted. Strings live in one chunk.
 */
#include "server/dictionary/formats/lemma-list.h"

#include <string.h>

#include "server/dictionary/formats/input.h"

#define MAX_PAIRS 1000000 /* ten times the real list: bounds the memory a wrong file can take */

typedef struct
{
  const char *form;
  const char *lemma;
} LemmaPair;

struct LemmaList
{
  GStringChunk *strings;
  GArray *pairs;      /* LemmaPair */
  GHashTable *wanted; /* set of forms */
};

static LemmaList *
lemma_list_new (void)
{
  LemmaList *self = g_new0 (LemmaList, 1);
  self->strings = g_string_chunk_new ((gsize)64 * 1024);
  self->pairs = g_array_new (FALSE, FALSE, sizeof (LemmaPair));
  self->wanted = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

void
lemma_list_free (LemmaList *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->wanted);
  g_array_unref (self->pairs);
  g_string_chunk_free (self->strings);
  g_free (self);
}

/* The corpus counts "my" as a form of "I" and "they" as one of "it". Nobody who asks for the one
 * wants to read the other. */
static gboolean
is_pronoun (const char *lemma)
{
  static const char *const pronouns[] = { "i",  "it", "he",  "they", "you", "she", "we",
                                          "me", "u",  "its", "thou", "hi",  "not" };
  for (gsize i = 0; i < G_N_ELEMENTS (pronouns); i++)
    if (strcmp (lemma, pronouns[i]) == 0)
      return TRUE;
  return FALSE;
}

/* "'s", "'ll", "d": the corpus' tokens of "she's", "she'll", "she'd". */
static gboolean
is_fragment (SourceText form)
{
  return form.n_bytes < 2 || form.text[0] == '\'';
}

static gboolean
add_line (LemmaList *self, const Input *input, const char *line, gsize n_line, GError **error)
{
  static const char arrow[] = " -> ";
  const char *forms = g_strstr_len (line, (gssize)n_line, arrow);
  if (forms == NULL)
    return input_damaged (input, error, "expected 'lemma/frequency -> form,form'");
  const char *slash = memchr (line, '/', (gsize)(forms - line));
  const char *lemma_end = slash == NULL ? forms : slash;
  const char *lemma = g_string_chunk_insert_len (self->strings, line, lemma_end - line);
  if (is_pronoun (lemma))
    return TRUE;

  const char *end = line + n_line;
  for (const char *at = forms + strlen (arrow); at < end;)
    {
      const char *comma = memchr (at, ',', (gsize)(end - at));
      const char *form_end = comma == NULL ? end : comma;
      SourceText form = source_text_trim ((SourceText){ at, (gsize)(form_end - at) });
      at = form_end + 1;
      if (is_fragment (form))
        continue;
      if (self->pairs->len == MAX_PAIRS)
        return input_damaged (input, error, "more than %d forms", MAX_PAIRS);
      LemmaPair pair = {
        .form = g_string_chunk_insert_len (self->strings, form.text, (gssize)form.n_bytes),
        .lemma = lemma,
      };
      g_array_append_val (self->pairs, pair);
      g_hash_table_add (self->wanted, (gpointer)(guintptr)pair.form);
    }
  return TRUE;
}

static gboolean
add_lines (LemmaList *self, Input *input, GError **error)
{
  char *line;
  gsize n_line;
  InputResult result;
  while ((result = input_line (input, &line, &n_line, error)) == INPUT_RECORD)
    {
      if (!input_check_utf8 (input, line, n_line, error))
        return FALSE;
      if (n_line == 0 || line[0] == ';')
        continue;
      if (!add_line (self, input, line, n_line, error))
        return FALSE;
    }
  return result == INPUT_END;
}

LemmaList *
lemma_list_read (const char *path, GError **error)
{
  g_autoptr (Input) input = input_open (path, NULL, error);
  if (input == NULL)
    return NULL;
  LemmaList *self = lemma_list_new ();
  if (!add_lines (self, input, error))
    {
      lemma_list_free (self);
      return NULL;
    }
  return self;
}

void
lemma_list_forget (LemmaList *self, SourceText form)
{
  char key[DICTIONARY_MAX_HEADWORD + 1];
  if (form.n_bytes > DICTIONARY_MAX_HEADWORD)
    return;
  memcpy (key, form.text, form.n_bytes);
  key[form.n_bytes] = '\0';
  g_hash_table_remove (self->wanted, key);
}

gboolean
lemma_list_pour (const LemmaList *self, Pour *pour, GError **error)
{
  for (guint i = 0; i < self->pairs->len; i++)
    {
      const LemmaPair *pair = &g_array_index (self->pairs, LemmaPair, i);
      if (!g_hash_table_contains (self->wanted, pair->form))
        continue;
      SourceText form = { pair->form, strlen (pair->form) };
      SourceText lemma = { pair->lemma, strlen (pair->lemma) };
      if (!pour_lemma (pour, form, lemma, error))
        return FALSE;
    }
  return TRUE;
}
