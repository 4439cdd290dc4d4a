/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See fuzz-source.h.
 */
#include "tests/fuzz/fuzz-source.h"

#include <string.h>

static void
check_text (SourceText text, gsize limit, gboolean is_text)
{
  g_assert_nonnull (text.text);
  g_assert_cmpuint (text.n_bytes, >, 0);
  g_assert_cmpuint (text.n_bytes, <=, limit);
  g_assert_true (g_utf8_validate_len (text.text, text.n_bytes, NULL));
  for (gsize i = 0; i < text.n_bytes; i++)
    {
      guchar c = (guchar)text.text[i];
      gboolean is_c1 = c == 0xC2 && (guchar)text.text[i + 1] < 0xA0;
      gboolean is_kept = is_text && (c == '\n' || c == '\t');
      g_assert_true ((c >= 0x20 && c != 0x7F && !is_c1) || is_kept);
    }
}

static gboolean
check_entry (SourceSink *sink, const SourceEntry *entry, GError **error)
{
  check_text (entry->headword, DICTIONARY_MAX_HEADWORD, FALSE);
  check_text (entry->text, DICTIONARY_MAX_TEXT, TRUE);
  if (entry->phonetic.text != NULL)
    check_text (entry->phonetic, G_MAXSIZE, FALSE);
  for (gsize i = 0; i < entry->n_keys; i++)
    check_text (entry->keys[i].text, DICTIONARY_MAX_HEADWORD, FALSE);
  for (gsize i = 0; i < entry->n_tags; i++)
    check_text (entry->tags[i], G_MAXSIZE, FALSE);
  for (gsize i = 0; i < entry->n_forms; i++)
    {
      g_assert_nonnull (entry->forms[i].kind);
      check_text (entry->forms[i].form, DICTIONARY_MAX_HEADWORD, FALSE);
    }
  return TRUE;
}

static gboolean
check_lemma (SourceSink *sink, SourceText form, SourceText lemma, GError **error)
{
  check_text (form, DICTIONARY_MAX_HEADWORD, FALSE);
  check_text (lemma, DICTIONARY_MAX_HEADWORD, FALSE);
  return TRUE;
}

static gboolean
check_property (SourceSink *sink, SourceProperty property, SourceText value, GError **error)
{
  check_text (value, G_MAXSIZE, property == SOURCE_INFO);
  return TRUE;
}

static void
check_warning (SourceSink *sink, const char *message)
{
  g_assert_null (strchr (message, '\n'));
}

static gboolean
check_progress (SourceSink *sink, guint64 done, guint64 total, GError **error)
{
  g_assert_cmpuint (done, <=, total);
  return TRUE;
}

void
fuzz_read (const SourceFormat *format, const char *path)
{
  SourceSink sink = { check_entry, check_lemma, check_property, check_warning, check_progress };
  g_autoptr (GError) error = NULL;
  gboolean is_read = format->read (path, &sink, &error);
  g_assert_true (is_read == (error == NULL));
  if (error == NULL)
    return;
  g_assert_true (error->domain == SOURCE_ERROR);
  g_autofree char *folder = g_path_get_dirname (path);
  g_assert_nonnull (strstr (error->message, folder));
  g_assert_null (strchr (error->message, '\n'));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}
