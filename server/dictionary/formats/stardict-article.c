/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A field of a lower-case type is text up to a NUL; one of an upper-case type is a length and so
 * many bytes. Where the types are known beforehand, the last field has neither: it is what is left.
 */
#include "server/dictionary/formats/stardict-article.h"

#include <string.h>

#include "server/dictionary/formats/markup.h"

#define PHONETIC_SEPARATOR ", "

typedef struct
{
  const char *at;
  const char *end;
} Bytes;

void
stardict_article_init (StardictArticle *self)
{
  *self = (StardictArticle){ 0 };
  self->text = g_string_new (NULL);
  self->phonetic = g_string_new (NULL);
  self->field = g_string_new (NULL);
}

void
stardict_article_clear (StardictArticle *self)
{
  g_string_free (self->text, TRUE);
  g_string_free (self->phonetic, TRUE);
  g_string_free (self->field, TRUE);
}

/* Takes the next field off @bytes. Returns: whether it was all there */
static gboolean
cut_field (Bytes *bytes, char type, gboolean is_rest, Bytes *ret_field)
{
  gsize n_left = (gsize)(bytes->end - bytes->at);
  gsize n = n_left;
  gsize n_behind = 0;
  if (!is_rest && g_ascii_isupper (type))
    {
      guint32 number;
      if (n_left < sizeof (number))
        return FALSE;
      memcpy (&number, bytes->at, sizeof (number));
      n = GUINT32_FROM_BE (number);
      bytes->at += sizeof (number);
      if (n > n_left - sizeof (number))
        return FALSE;
    }
  else if (!is_rest)
    {
      /* An article's last text may lack its NUL: nothing is lost by that. */
      const char *nul = n_left == 0 ? NULL : memchr (bytes->at, '\0', n_left);
      n = nul == NULL ? n_left : (gsize)(nul - bytes->at);
      n_behind = nul != NULL;
    }
  *ret_field = (Bytes){ bytes->at, bytes->at + n };
  bytes->at += n + n_behind;
  return TRUE;
}

/* Puts @field, whose markup @type tells, into @self->field as plain text. */
static void
make_plain (StardictArticle *self, char type, Bytes field)
{
  static const struct
  {
    char type;
    MarkupKind kind;
  } kinds[] = {
    { 'g', MARKUP_PANGO }, { 'h', MARKUP_HTML }, { 'x', MARKUP_XDXF },
    { 'k', MARKUP_XML },   { 'n', MARKUP_XML },
  };
  gsize n_bytes = (gsize)(field.end - field.at);
  g_string_truncate (self->field, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i].type == type)
      {
        markup_to_plain (kinds[i].kind, field.at, n_bytes, self->field);
        return;
      }
  g_string_append_len (self->field, field.at, (gssize)n_bytes);
}

static void
append_field (GString *to, const GString *field, const char *separator)
{
  gsize n = field->len;
  const char *text = field->str;
  while (n > 0 && g_ascii_isspace (text[n - 1]))
    n--;
  while (n > 0 && (*text == '\n' || *text == '\r'))
    {
      text++;
      n--;
    }
  if (n == 0)
    return;
  if (to->len > 0)
    g_string_append (to, separator);
  g_string_append_len (to, text, (gssize)n);
}

/* Returns: why it cannot be taken, or NULL */
static const char *
take_text (StardictArticle *self, char type, Bytes field)
{
  while (field.end > field.at && field.end[-1] == '\0')
    field.end--;
  gsize n_bytes = (gsize)(field.end - field.at);
  const char *bad;
  if (n_bytes > 0 && memchr (field.at, '\0', n_bytes) != NULL)
    return "there is a NUL within a text";
  if (n_bytes > 0 && !g_utf8_validate_len (field.at, n_bytes, &bad))
    {
      if (type != 'l')
        return "a text is not UTF-8";
      self->n_other_encodings++;
      return NULL;
    }
  make_plain (self, type, field);
  if (type == 't' || type == 'y')
    append_field (self->phonetic, self->field, PHONETIC_SEPARATOR);
  else
    append_field (self->text, self->field, "\n");
  return NULL;
}

static const char *
take_field (StardictArticle *self, char type, Bytes field)
{
  if (strchr ("mltygxkwhn", type) != NULL)
    return take_text (self, type, field);
  if (strchr ("rWPX", type) != NULL)
    self->n_files++;
  else
    self->n_unknown++;
  return NULL;
}

const char *
stardict_article_read (StardictArticle *self, const char *types, const char *bytes, gsize n_bytes)
{
  Bytes rest = { bytes, bytes + n_bytes };
  gboolean has_own_types = *types == '\0';
  g_string_truncate (self->text, 0);
  g_string_truncate (self->phonetic, 0);
  while (rest.at < rest.end)
    {
      char type = has_own_types ? *rest.at++ : *types++;
      if (!g_ascii_isalpha (type))
        return "a field in it has a type that is no letter";
      Bytes field;
      if (!cut_field (&rest, type, !has_own_types && *types == '\0', &field))
        return "a field in it is longer than what is left of the article";
      const char *reason = take_field (self, type, field);
      if (reason != NULL)
        return reason;
    }
  /* A list of pronunciations is a dictionary, too. */
  if (self->text->len == 0)
    {
      g_string_append_len (self->text, self->phonetic->str, (gssize)self->phonetic->len);
      g_string_truncate (self->phonetic, 0);
    }
  return NULL;
}
