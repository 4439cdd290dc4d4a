/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Keys may come in any order, and the first of two with one name counts. Unknown ones are passed
 * over.
 */
#include "server/dictionary/formats/stardict-info.h"

#include <string.h>

#include "server/dictionary/formats/file.h"
#include "server/dictionary/formats/input.h"
#include "server/dictionary/formats/markup.h"
#include "server/dictionary/formats/pour.h"

#define MAGIC "StarDict's dict ifo file"
#define OTHER_MAGIC "StarDict's "     /* of tree dictionaries and stores of pictures and sounds */
#define MAX_INFO ((gsize)1024 * 1024) /* [bytes] of the file */

/* The only kind besides the plain one that is a list of words, too. */
#define WORDNET_KIND "wordnet"

typedef enum
{
  KEY_VERSION,
  KEY_WORDS,
  KEY_SYNONYMS,
  KEY_INDEX_SIZE,
  KEY_OFFSET_BITS,
  KEY_TYPES,
  KEY_KIND,
  KEY_TITLE,
  KEY_LANGUAGES,
  KEY_DESCRIPTION,
  KEY_AUTHOR,
  KEY_EMAIL,
  KEY_WEBSITE,
  KEY_DATE,
  N_KEYS,
} Key;

static const char *const key_names[N_KEYS] = {
  [KEY_VERSION] = "version",
  [KEY_WORDS] = "wordcount",
  [KEY_SYNONYMS] = "synwordcount",
  [KEY_INDEX_SIZE] = "idxfilesize",
  [KEY_OFFSET_BITS] = "idxoffsetbits",
  [KEY_TYPES] = "sametypesequence",
  [KEY_KIND] = "dicttype",
  [KEY_TITLE] = "bookname",
  [KEY_LANGUAGES] = "lang",
  [KEY_DESCRIPTION] = "description",
  [KEY_AUTHOR] = "author",
  [KEY_EMAIL] = "email",
  [KEY_WEBSITE] = "website",
  [KEY_DATE] = "date",
};

/* What the file says: a value for each key, NULL where it has none. */
typedef struct
{
  char *values[N_KEYS];
  guint64 lines[N_KEYS];
} Values;

static void
values_clear (Values *self)
{
  for (gsize i = 0; i < N_KEYS; i++)
    g_free (self->values[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Values, values_clear)

static gboolean G_GNUC_PRINTF (4, 5)
    refuse (const char *name, SourceErrorCode code, GError **error, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *reason = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, SOURCE_ERROR, (int)code, "cannot read %s: %s", name, reason);
  return FALSE;
}

void
stardict_info_free (StardictInfo *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_free (self->types);
  g_free (self->title);
  g_free (self->language);
  g_free (self->target);
  g_string_free (self->about, TRUE);
  g_free (self);
}

static gboolean
check_magic (const char *name, Input *input, GError **error)
{
  char *line;
  gsize n_line;
  InputResult result = input_line (input, &line, &n_line, error);
  if (result == INPUT_FAILED)
    return FALSE;
  if (result == INPUT_RECORD && n_line == strlen (MAGIC) && memcmp (line, MAGIC, n_line) == 0)
    return TRUE;
  if (result == INPUT_RECORD && n_line > strlen (OTHER_MAGIC) &&
      memcmp (line, OTHER_MAGIC, strlen (OTHER_MAGIC)) == 0)
    return refuse (name, SOURCE_ERROR_FORMAT, error,
                   "line 1: it belongs to no dictionary with a list of words but to another kind "
                   "of StarDict's files");
  return refuse (name, SOURCE_ERROR_DAMAGED, error, "line 1: expected \"" MAGIC "\"");
}

static gboolean
take_line (Values *values, const Input *input, const char *line, gsize n_line, GError **error)
{
  const char *sign = n_line == 0 ? NULL : memchr (line, '=', n_line);
  if (sign == NULL)
    return TRUE;
  SourceText name = source_text_trim ((SourceText){ line, (gsize)(sign - line) });
  SourceText value = source_text_trim ((SourceText){ sign + 1, n_line - (gsize)(sign - line) - 1 });
  for (gsize i = 0; i < N_KEYS; i++)
    {
      if (strlen (key_names[i]) != name.n_bytes ||
          memcmp (key_names[i], name.text, name.n_bytes) != 0 || values->values[i] != NULL)
        continue;
      if (!input_check_utf8 (input, value.text, value.n_bytes, error))
        return FALSE;
      values->values[i] = g_strndup (value.text, value.n_bytes);
      values->lines[i] = input_line_number (input);
    }
  return TRUE;
}

static gboolean
read_values (const char *name, const char *path, Values *values, GError **error)
{
  g_autoptr (Input) input = input_open (path, NULL, error);
  if (input == NULL || !check_magic (name, input, error))
    return FALSE;
  char *line;
  gsize n_line;
  gsize n_all = 0;
  InputResult result;
  while ((result = input_line (input, &line, &n_line, error)) == INPUT_RECORD)
    {
      n_all += n_line + 1;
      if (n_all > MAX_INFO)
        return input_damaged (input, error, "it is longer than %" G_GSIZE_FORMAT " bytes",
                              MAX_INFO);
      if (!take_line (values, input, line, n_line, error))
        return FALSE;
    }
  return result == INPUT_END;
}

/* @fallback: what a missing key means; G_MAXUINT64: it has to be there. */
static gboolean
take_number (const char *name,
             const Values *values,
             Key key,
             guint64 fallback,
             guint64 *ret_number,
             GError **error)
{
  const char *text = values->values[key];
  *ret_number = fallback;
  if (text == NULL && fallback == G_MAXUINT64)
    return refuse (name, SOURCE_ERROR_DAMAGED, error, "it has no line \"%s=\"", key_names[key]);
  if (text == NULL || g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, ret_number, NULL))
    return TRUE;
  return refuse (name, SOURCE_ERROR_DAMAGED, error,
                 "line %" G_GUINT64_FORMAT ": %s is not a number", values->lines[key],
                 key_names[key]);
}

/* The numbers that say how the other files are laid out. */
static gboolean
take_layout (StardictInfo *self, const Values *values, GError **error)
{
  const char *name = self->name;
  guint64 n_bits;
  if (!take_number (name, values, KEY_WORDS, G_MAXUINT64, &self->n_words, error) ||
      !take_number (name, values, KEY_INDEX_SIZE, G_MAXUINT64, &self->index_size, error) ||
      !take_number (name, values, KEY_SYNONYMS, 0, &self->n_synonyms, error) ||
      !take_number (name, values, KEY_OFFSET_BITS, 32, &n_bits, error))
    return FALSE;
  if (self->n_words == 0)
    return refuse (name, SOURCE_ERROR_DAMAGED, error,
                   "line %" G_GUINT64_FORMAT ": its wordcount is 0, there is nothing to look up",
                   values->lines[KEY_WORDS]);
  if (n_bits != 32 && n_bits != 64)
    return refuse (name, SOURCE_ERROR_DAMAGED, error,
                   "line %" G_GUINT64_FORMAT ": idxoffsetbits is neither 32 nor 64",
                   values->lines[KEY_OFFSET_BITS]);
  self->n_offset_bytes = (guint)n_bits / 8;

  self->types = g_strdup (values->values[KEY_TYPES] != NULL ? values->values[KEY_TYPES] : "");
  for (const char *type = self->types; *type != '\0'; type++)
    if (!g_ascii_isalpha (*type))
      return refuse (name, SOURCE_ERROR_DAMAGED, error,
                     "line %" G_GUINT64_FORMAT ": sametypesequence has more in it than letters",
                     values->lines[KEY_TYPES]);
  return TRUE;
}

static gboolean
check_kind (const StardictInfo *self, const Values *values, GError **error)
{
  const char *version = values->values[KEY_VERSION];
  if (version == NULL)
    return refuse (self->name, SOURCE_ERROR_DAMAGED, error, "it has no line \"version=\"");
  if (strcmp (version, "2.4.2") != 0 && strcmp (version, "3.0.0") != 0)
    return refuse (self->name, SOURCE_ERROR_FORMAT, error,
                   "line %" G_GUINT64_FORMAT ": its version is neither 2.4.2 nor 3.0.0",
                   values->lines[KEY_VERSION]);
  const char *kind = values->values[KEY_KIND];
  if (kind != NULL && *kind != '\0' && strcmp (kind, WORDNET_KIND) != 0)
    return refuse (self->name, SOURCE_ERROR_FORMAT, error,
                   "line %" G_GUINT64_FORMAT ": its dicttype is none that is a list of words",
                   values->lines[KEY_KIND]);
  return TRUE;
}

/* "en-zh": two languages of two letters. Anything else says nothing. */
static void
take_languages (StardictInfo *self, const char *languages)
{
  gboolean is_pair = languages != NULL && strlen (languages) == 5 && languages[2] == '-';
  for (gsize i = 0; is_pair && i < 5; i++)
    is_pair = i == 2 || g_ascii_islower (languages[i]);
  self->language = g_strndup (is_pair ? languages : "", 2);
  self->target = g_strndup (is_pair ? languages + 3 : "", 2);
}

static void
take_about (StardictInfo *self, const Values *values)
{
  static const struct
  {
    Key key;
    const char *label;
  } parts[] = {
    { KEY_AUTHOR, "Author: " },
    { KEY_EMAIL, "Email: " },
    { KEY_WEBSITE, "Website: " },
    { KEY_DATE, "Date: " },
  };
  /* A description is one line, and writes <br> for more. */
  const char *description = values->values[KEY_DESCRIPTION];
  if (description != NULL)
    markup_to_plain (MARKUP_HTML, description, strlen (description), self->about);
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      const char *value = values->values[parts[i].key];
      if (value != NULL && *value != '\0')
        g_string_append_printf (self->about, "%s%s%s", self->about->len > 0 ? "\n" : "",
                                parts[i].label, value);
    }
}

StardictInfo *
stardict_info_read (const char *path, GError **error)
{
  g_autoptr (StardictInfo) self = g_new0 (StardictInfo, 1);
  g_auto (Values) values = { 0 };
  self->name = file_display_name (path);
  self->about = g_string_new (NULL);
  if (!read_values (self->name, path, &values, error) || !check_kind (self, &values, error) ||
      !take_layout (self, &values, error))
    return NULL;
  self->title = g_strdup (values.values[KEY_TITLE] != NULL ? values.values[KEY_TITLE] : "");
  take_languages (self, values.values[KEY_LANGUAGES]);
  take_about (self, &values);
  return g_steal_pointer (&self);
}
