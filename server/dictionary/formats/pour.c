/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Cleaning and limits between readers and sink; see pour.h.
 */
#include "server/dictionary/formats/pour.h"

#include <string.h>

#include "server/dictionary/formats/file.h"

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

void
pour_init (Pour *self, SourceSink *sink)
{
  *self = (Pour){ .sink = sink };
  self->headword = g_string_new (NULL);
  self->phonetic = g_string_new (NULL);
  self->text = g_string_new (NULL);
  self->keys = g_array_new (FALSE, FALSE, sizeof (SourceKey));
}

void
pour_clear (Pour *self)
{
  g_string_free (self->headword, TRUE);
  g_string_free (self->phonetic, TRUE);
  g_string_free (self->text, TRUE);
  g_array_unref (self->keys);
  *self = (Pour){ 0 };
}

SourceText
source_text_trim (SourceText text)
{
  while (text.n_bytes > 0 && g_ascii_isspace (text.text[0]))
    {
      text.text++;
      text.n_bytes--;
    }
  while (text.n_bytes > 0 && g_ascii_isspace (text.text[text.n_bytes - 1]))
    text.n_bytes--;
  return text;
}

/* How many bytes the control character at @at has; 0: it is none. C1 is U+0080 to U+009F: C2 80 to
 * C2 9F in UTF-8. */
static inline gsize
control_length (const guchar *at)
{
  if (at[0] < 0x20 || at[0] == 0x7F)
    return 1;
  return at[0] == 0xC2 && at[1] < 0xA0 ? 2 : 0;
}

static gboolean
has_control (SourceText text)
{
  const guchar *bytes = (const guchar *)text.text;
  for (gsize i = 0; i < text.n_bytes; i++)
    if (control_length (bytes + i) > 0)
      return TRUE;
  return FALSE;
}

/* Returns @text itself, or a cleaned copy of it in @buffer. A line end or tab stays where @is_text,
 * and is a space in what stands on one line. */
static SourceText
clean (SourceText text, gboolean is_text, GString *buffer)
{
  const guchar *bytes = (const guchar *)text.text;
  gsize at = 0;
  while (at < text.n_bytes && (control_length (bytes + at) == 0 ||
                               (is_text && (bytes[at] == '\n' || bytes[at] == '\t'))))
    at++;
  if (at == text.n_bytes)
    return text;

  g_string_truncate (buffer, 0);
  g_string_append_len (buffer, text.text, (gssize)at);
  while (at < text.n_bytes)
    {
      gsize n_control = control_length (bytes + at);
      guchar c = bytes[at];
      if (n_control == 0 || (is_text && (c == '\n' || c == '\t')))
        g_string_append_c (buffer, (char)c);
      else if (c == '\n' || c == '\t')
        g_string_append_c (buffer, ' ');
      else if (c != '\r')
        g_string_append (buffer, REPLACEMENT);
      at += MAX (n_control, 1);
    }
  return (SourceText){ buffer->str, buffer->len };
}

static void
choose_keys (Pour *self, const SourceEntry *entry)
{
  g_array_set_size (self->keys, 0);
  for (gsize i = 0; i < entry->n_keys; i++)
    {
      SourceKey key = entry->keys[i];
      key.text = source_text_trim (key.text);
      if (key.text.n_bytes > 0 && key.text.n_bytes <= DICTIONARY_MAX_HEADWORD &&
          !has_control (key.text))
        g_array_append_val (self->keys, key);
    }
}

gboolean
pour_entry (Pour *self, const SourceEntry *entry, GError **error)
{
  SourceEntry cleaned = *entry;
  cleaned.headword = source_text_trim (clean (entry->headword, FALSE, self->headword));
  cleaned.phonetic = source_text_trim (clean (entry->phonetic, FALSE, self->phonetic));
  cleaned.text = clean (entry->text, TRUE, self->text);
  choose_keys (self, entry);
  cleaned.keys = (const SourceKey *)(gconstpointer)self->keys->data;
  cleaned.n_keys = self->keys->len;
  if (cleaned.phonetic.n_bytes == 0)
    cleaned.phonetic = (SourceText){ NULL, 0 };

  if (cleaned.headword.n_bytes == 0)
    self->n_empty_headwords++;
  else if (cleaned.headword.n_bytes > DICTIONARY_MAX_HEADWORD)
    self->n_long_headwords++;
  else if (source_text_trim (cleaned.text).n_bytes == 0)
    self->n_empty_texts++;
  else if (cleaned.text.n_bytes > DICTIONARY_MAX_TEXT)
    self->n_long_texts++;
  else
    {
      self->n_entries++;
      return self->sink->entry (self->sink, &cleaned, error);
    }
  return TRUE;
}

gboolean
pour_lemma (Pour *self, SourceText form, SourceText lemma, GError **error)
{
  form = source_text_trim (clean (form, FALSE, self->phonetic));
  lemma = source_text_trim (clean (lemma, FALSE, self->headword));
  if (form.n_bytes == 0 || form.n_bytes > DICTIONARY_MAX_HEADWORD || lemma.n_bytes == 0 ||
      lemma.n_bytes > DICTIONARY_MAX_HEADWORD)
    return TRUE;
  if (form.n_bytes == lemma.n_bytes && memcmp (form.text, lemma.text, form.n_bytes) == 0)
    return TRUE;
  return self->sink->lemma (self->sink, form, lemma, error);
}

gboolean
pour_property (Pour *self, SourceProperty property, SourceText value, GError **error)
{
  value = clean (value, property == SOURCE_INFO, self->text);
  if (property != SOURCE_INFO)
    value = source_text_trim (value);
  if (value.n_bytes == 0)
    return TRUE;
  return self->sink->property (self->sink, property, value, error);
}

static void
warn (Pour *self, const char *name, guint64 n, const char *reason)
{
  if (n == 0)
    return;
  g_autofree char *message = g_strdup_printf ("%s: %" G_GUINT64_FORMAT " %s left out: %s", name, n,
                                              n == 1 ? "entry was" : "entries were", reason);
  self->sink->warning (self->sink, message);
}

void
pour_finish (Pour *self, const char *path)
{
  g_autofree char *name = file_display_name (path);
  warn (self, name, self->n_empty_headwords, "the headword is empty");
  warn (self, name, self->n_empty_texts, "there is no text");
  warn (self, name, self->n_long_headwords,
        "the headword is longer than " G_STRINGIFY (DICTIONARY_MAX_HEADWORD) " bytes");
  warn (self, name, self->n_long_texts, "the text is longer than 1 MiB");
}
