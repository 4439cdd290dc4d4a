/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ECDICT, the free English-Chinese dictionary (https://github.com/skywind3000/ECDICT), as its CSV
 * stands: one record a word. Columns are found by their names in the first record; `word` and
 * `translation` must be there, the others may be missing.
 */
#include "server/dictionary/formats/formats.h"

#include <string.h>

#include "server/dictionary/formats/csv.h"
#include "server/dictionary/formats/file.h"
#include "server/dictionary/formats/lemma-list.h"
#include "server/dictionary/formats/pour.h"

#define LEMMA_FILE "lemma.en.txt"
#define MAX_TAGS 32
#define MAX_FORMS 32

typedef enum
{
  COLUMN_WORD,
  COLUMN_TRANSLATION,
  N_NEEDED_COLUMNS,
  COLUMN_PHONETIC = N_NEEDED_COLUMNS,
  COLUMN_DEFINITION,
  COLUMN_TAG,
  COLUMN_BNC,
  COLUMN_FRQ,
  COLUMN_EXCHANGE,
  N_COLUMNS,
} Column;

static const char *const column_names[N_COLUMNS] = {
  [COLUMN_WORD] = "word",
  [COLUMN_TRANSLATION] = "translation",
  [COLUMN_PHONETIC] = "phonetic",
  [COLUMN_DEFINITION] = "definition",
  [COLUMN_TAG] = "tag",
  [COLUMN_BNC] = "bnc", /* rank by the British National Corpus; 0: not in it */
  [COLUMN_FRQ] = "frq", /* rank by a contemporary corpus; 0: not in it */
  [COLUMN_EXCHANGE] = "exchange",
};

typedef struct
{
  int places[N_COLUMNS]; /* in a record; -1: not there */
  gsize n_fields;        /* every record has as many as the first */
} EcdictLayout;

/* What the letters of `exchange` stand for ("p:ran/i:running"). */
static const struct
{
  char letter;
  const char *kind;
} exchange_kinds[] = {
  { 'p', "past" },         { 'd', "past_participle" }, { 'i', "present_participle" },
  { '3', "third_person" }, { 's', "plural" },          { 'r', "comparative" },
  { 't', "superlative" },
};

static gboolean
find_columns (const CsvRecord *header, EcdictLayout *ret_layout, Column *ret_missing)
{
  ret_layout->n_fields = header->n_fields;
  for (Column column = 0; column < N_COLUMNS; column++)
    {
      ret_layout->places[column] = -1;
      gsize n_name = strlen (column_names[column]);
      for (gsize i = 0; i < header->n_fields && ret_layout->places[column] < 0; i++)
        if (header->fields[i].n_bytes == n_name &&
            memcmp (header->fields[i].text, column_names[column], n_name) == 0)
          ret_layout->places[column] = (int)i;
      if (ret_layout->places[column] < 0 && column < N_NEEDED_COLUMNS)
        {
          *ret_missing = column;
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
read_header (Input *input, EcdictLayout *ret_layout, GError **error)
{
  CsvRecord header;
  Column missing = COLUMN_WORD;
  InputResult result = csv_read (input, &header, error);
  if (result == INPUT_FAILED)
    return FALSE;
  if (result == INPUT_END)
    return input_damaged (input, error, "the file is empty");
  if (!find_columns (&header, ret_layout, &missing))
    return input_damaged (input, error, "the first line names no column '%s'",
                          column_names[missing]);
  return TRUE;
}

gboolean
ecdict_check_header (const char *path, GError **error)
{
  g_autoptr (Input) input = input_open (path, NULL, error);
  EcdictLayout layout;
  g_autoptr (GError) reason = NULL;
  if (input == NULL)
    return FALSE;
  if (read_header (input, &layout, &reason))
    return TRUE;
  if (!g_error_matches (reason, SOURCE_ERROR, SOURCE_ERROR_DAMAGED))
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  g_set_error (
      error, SOURCE_ERROR, SOURCE_ERROR_FORMAT,
      "%s; a .csv must be ECDICT's, with the columns word,phonetic,definition,translation,…",
      reason->message);
  return FALSE;
}

static CsvField
field (const EcdictLayout *layout, const CsvRecord *record, Column column)
{
  static char nothing[1];
  int place = layout->places[column];
  return place < 0 ? (CsvField){ nothing, 0 } : record->fields[place];
}

/* Line ends are written as the characters \n and \r\n. Undone in place. */
static SourceText
unescape_lines (CsvField text)
{
  const char *end = text.text + text.n_bytes;
  char *to = memchr (text.text, '\\', text.n_bytes);
  if (to == NULL)
    return (SourceText){ text.text, text.n_bytes };

  for (const char *from = to; from < end; from++)
    {
      gsize n_left = (gsize)(end - from);
      if (n_left >= 4 && memcmp (from, "\\r\\n", 4) == 0)
        {
          *to++ = '\n';
          from += 3;
        }
      else if (n_left >= 2 && from[0] == '\\' && (from[1] == 'n' || from[1] == 'r'))
        {
          *to++ = '\n';
          from++;
        }
      else
        *to++ = *from;
    }
  return (SourceText){ text.text, (gsize)(to - text.text) };
}

/* Tags and forms are cut out of a field: what would have to be cleaned there becomes a space. */
static void
blank_controls (CsvField text)
{
  for (gsize i = 0; i < text.n_bytes; i++)
    {
      guchar c = (guchar)text.text[i];
      if (c < 0x20 || c == 0x7F)
        text.text[i] = ' ';
      else if (c == 0xC2 && (guchar)text.text[i + 1] < 0xA0)
        text.text[i] = text.text[i + 1] = ' ';
    }
}

static gsize
split_tags (CsvField text, SourceText tags[MAX_TAGS])
{
  blank_controls (text);
  const char *end = text.text + text.n_bytes;
  gsize n_tags = 0;
  for (const char *at = text.text; at < end && n_tags < MAX_TAGS;)
    {
      const char *space = memchr (at, ' ', (gsize)(end - at));
      const char *tag_end = space == NULL ? end : space;
      if (tag_end > at)
        tags[n_tags++] = (SourceText){ at, (gsize)(tag_end - at) };
      at = tag_end + 1;
    }
  return n_tags;
}

/* What is no number counts as unknown, like 0. */
static guint32
parse_rank (CsvField text)
{
  guint64 rank = 0;
  for (gsize i = 0; i < text.n_bytes; i++)
    {
      if (!g_ascii_isdigit (text.text[i]) || rank > G_MAXUINT32 / 10 - 1)
        return 0;
      rank = rank * 10 + (guint64)(text.text[i] - '0');
    }
  return (guint32)rank;
}

static guint32
best_rank (guint32 a, guint32 b)
{
  if (a == 0 || b == 0)
    return MAX (a, b);
  return MIN (a, b);
}

typedef struct
{
  SourceForm forms[MAX_FORMS];
  gsize n_forms;
  SourceText lemma; /* text NULL: the word is no form of another */
} Exchange;

static void
add_exchange (Exchange *self, char letter, SourceText value)
{
  if (value.n_bytes == 0 || value.n_bytes > DICTIONARY_MAX_HEADWORD)
    return;
  if (letter == '0')
    self->lemma = value;
  for (gsize i = 0; i < G_N_ELEMENTS (exchange_kinds); i++)
    if (exchange_kinds[i].letter == letter && self->n_forms < MAX_FORMS)
      self->forms[self->n_forms++] = (SourceForm){ exchange_kinds[i].kind, value };
}

static void
parse_exchange (CsvField text, Exchange *ret_exchange)
{
  ret_exchange->n_forms = 0;
  ret_exchange->lemma = (SourceText){ NULL, 0 };
  blank_controls (text);
  const char *end = text.text + text.n_bytes;
  for (const char *at = text.text; at < end;)
    {
      const char *slash = memchr (at, '/', (gsize)(end - at));
      const char *item_end = slash == NULL ? end : slash;
      if (item_end - at > 2 && at[1] == ':')
        {
          SourceText value = { at + 2, (gsize)(item_end - at - 2) };
          add_exchange (ret_exchange, at[0], source_text_trim (value));
        }
      at = item_end + 1;
    }
}

static gboolean
pour_exchange (
    Pour *pour, LemmaList *lemmas, SourceText word, const Exchange *exchange, GError **error)
{
  for (gsize i = 0; i < exchange->n_forms; i++)
    {
      if (lemmas != NULL)
        lemma_list_forget (lemmas, exchange->forms[i].form);
      if (!pour_lemma (pour, exchange->forms[i].form, word, error))
        return FALSE;
    }
  if (exchange->lemma.text == NULL)
    return TRUE;
  if (lemmas != NULL)
    lemma_list_forget (lemmas, word);
  return pour_lemma (pour, word, exchange->lemma, error);
}

static gboolean
read_record (Pour *pour,
             LemmaList *lemmas,
             const EcdictLayout *layout,
             const CsvRecord *record,
             GError **error)
{
  CsvField word = field (layout, record, COLUMN_WORD);
  CsvField phonetic = field (layout, record, COLUMN_PHONETIC);
  SourceText text = unescape_lines (field (layout, record, COLUMN_TRANSLATION));
  if (source_text_trim (text).n_bytes == 0)
    text = unescape_lines (field (layout, record, COLUMN_DEFINITION));

  SourceText tags[MAX_TAGS];
  Exchange exchange;
  parse_exchange (field (layout, record, COLUMN_EXCHANGE), &exchange);
  SourceEntry entry = {
    .headword = source_text_trim ((SourceText){ word.text, word.n_bytes }),
    .phonetic = { phonetic.text, phonetic.n_bytes },
    .text = text,
    .tags = tags,
    .n_tags = split_tags (field (layout, record, COLUMN_TAG), tags),
    .forms = exchange.forms,
    .n_forms = exchange.n_forms,
    .rank = best_rank (parse_rank (field (layout, record, COLUMN_FRQ)),
                       parse_rank (field (layout, record, COLUMN_BNC))),
  };
  return pour_entry (pour, &entry, error) &&
         pour_exchange (pour, lemmas, entry.headword, &exchange, error);
}

static gboolean
pour_properties (Pour *pour, GError **error)
{
  static const struct
  {
    SourceProperty property;
    const char *value;
  } properties[] = {
    { SOURCE_TITLE, "ECDICT English-Chinese" },
    { SOURCE_LANGUAGE, "en" },
    { SOURCE_TARGET, "zh" },
    { SOURCE_LICENSE, "MIT" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (properties); i++)
    {
      SourceText value = { properties[i].value, strlen (properties[i].value) };
      if (!pour_property (pour, properties[i].property, value, error))
        return FALSE;
    }
  return TRUE;
}

/* Returns: (transfer full) (nullable): the list of inflections beside @path, when there is one */
static char *
lemma_path (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *lemmas = g_build_filename (folder, LEMMA_FILE, NULL);
  return file_exists (lemmas) ? g_steal_pointer (&lemmas) : NULL;
}

static char **
companions (const char *path)
{
  char *lemmas = lemma_path (path);
  if (lemmas == NULL)
    return NULL;
  char **paths = g_new0 (char *, 2);
  paths[0] = lemmas;
  return paths;
}

static gboolean
read_records (Input *input, Pour *pour, LemmaList *lemmas, GError **error)
{
  EcdictLayout layout = { .n_fields = 0 };
  if (!read_header (input, &layout, error) || !pour_properties (pour, error))
    return FALSE;

  CsvRecord record = { .n_fields = 0 };
  InputResult result;
  while ((result = csv_read (input, &record, error)) == INPUT_RECORD)
    {
      if (record.n_fields != layout.n_fields)
        return input_damaged (input, error,
                              "%" G_GSIZE_FORMAT " columns where the first line names "
                              "%" G_GSIZE_FORMAT,
                              record.n_fields, layout.n_fields);
      if (!read_record (pour, lemmas, &layout, &record, error))
        return FALSE;
    }
  return result == INPUT_END;
}

static gboolean
read_ecdict (const char *path, SourceSink *sink, GError **error)
{
  g_autoptr (LemmaList) lemmas = NULL;
  g_autofree char *lemmas_path = lemma_path (path);
  if (lemmas_path != NULL && (lemmas = lemma_list_read (lemmas_path, error)) == NULL)
    return FALSE;
  g_autoptr (Input) input = input_open (path, sink, error);
  if (input == NULL)
    return FALSE;

  g_auto (Pour) pour;
  pour_init (&pour, sink);
  if (!read_records (input, &pour, lemmas, error))
    return FALSE;
  if (lemmas != NULL && !lemma_list_pour (lemmas, &pour, error))
    return FALSE;
  pour_finish (&pour, path);
  return TRUE;
}

const SourceFormat ecdict_format = {
  .format = "ecdict",
  .read = read_ecdict,
  .companions = companions,
};
