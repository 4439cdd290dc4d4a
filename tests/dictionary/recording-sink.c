/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See recording-sink.h. Every call is also checked against what source.h promises a sink.
 */
#include "tests/dictionary/recording-sink.h"

#include <glib/gstdio.h>
#include <string.h>

static const char *const property_names[] = {
  [SOURCE_TITLE] = "title",     [SOURCE_LANGUAGE] = "language", [SOURCE_TARGET] = "target",
  [SOURCE_LICENSE] = "license", [SOURCE_INFO] = "info",
};

static const char *const key_names[] = {
  [SOURCE_KEY_SPELLING] = " spelling=",
  [SOURCE_KEY_VARIANT] = " variant=",
  [SOURCE_KEY_READING] = " reading=",
};

static const char *
shown (char c, char buffer[2])
{
  if (c == '\n')
    return "\\n";
  if (c == '\t')
    return "\\t";
  g_assert_false (g_ascii_iscntrl (c));
  buffer[0] = c;
  buffer[1] = '\0';
  return buffer;
}

static void
append (RecordingSink *self, SourceText text)
{
  char buffer[2];
  g_assert_true (g_utf8_validate_len (text.text, text.n_bytes, NULL));
  for (gsize i = 0; i < text.n_bytes; i++)
    g_string_append (self->log, shown (text.text[i], buffer));
}

static gboolean
record_entry (SourceSink *sink, const SourceEntry *entry, GError **error)
{
  RecordingSink *self = (RecordingSink *)sink;
  if (self->refuses_entries)
    {
      g_set_error_literal (error, SOURCE_ERROR, SOURCE_ERROR_IO, "the disk is full");
      return FALSE;
    }
  g_assert_cmpuint (entry->headword.n_bytes, >, 0);
  g_assert_cmpuint (entry->headword.n_bytes, <=, DICTIONARY_MAX_HEADWORD);
  g_assert_cmpuint (entry->text.n_bytes, >, 0);
  g_assert_cmpuint (entry->text.n_bytes, <=, DICTIONARY_MAX_TEXT);

  self->n_entries++;
  g_string_append (self->log, "entry ");
  append (self, entry->headword);
  if (entry->phonetic.text != NULL)
    {
      g_string_append (self->log, " [");
      append (self, entry->phonetic);
      g_string_append_c (self->log, ']');
    }
  for (gsize i = 0; i < entry->n_tags; i++)
    {
      g_string_append (self->log, " #");
      append (self, entry->tags[i]);
    }
  for (gsize i = 0; i < entry->n_forms; i++)
    {
      g_string_append_printf (self->log, " %s=", entry->forms[i].kind);
      append (self, entry->forms[i].form);
    }
  for (gsize i = 0; i < entry->n_keys; i++)
    {
      g_assert_cmpuint (entry->keys[i].text.n_bytes, >, 0);
      g_assert_cmpuint (entry->keys[i].text.n_bytes, <=, DICTIONARY_MAX_HEADWORD);
      g_string_append (self->log, key_names[entry->keys[i].kind]);
      append (self, entry->keys[i].text);
    }
  if (entry->rank != 0)
    g_string_append_printf (self->log, " rank=%u", entry->rank);
  g_string_append (self->log, ": ");
  append (self, entry->text);
  g_string_append_c (self->log, '\n');
  return TRUE;
}

static gboolean
record_lemma (SourceSink *sink, SourceText form, SourceText lemma, GError **error)
{
  RecordingSink *self = (RecordingSink *)sink;
  g_string_append (self->log, "lemma ");
  append (self, form);
  g_string_append (self->log, " > ");
  append (self, lemma);
  g_string_append_c (self->log, '\n');
  return TRUE;
}

static gboolean
record_property (SourceSink *sink, SourceProperty property, SourceText value, GError **error)
{
  RecordingSink *self = (RecordingSink *)sink;
  g_string_append_printf (self->log, "%s ", property_names[property]);
  append (self, value);
  g_string_append_c (self->log, '\n');
  return TRUE;
}

static void
record_warning (SourceSink *sink, const char *message)
{
  RecordingSink *self = (RecordingSink *)sink;
  /* The folder's name differs from run to run. */
  const char *name = strrchr (message, G_DIR_SEPARATOR);
  g_string_append_printf (self->log, "warning %s\n", name == NULL ? message : name + 1);
}

static gboolean
record_progress (SourceSink *sink, guint64 done, guint64 total, GError **error)
{
  RecordingSink *self = (RecordingSink *)sink;
  if (self->is_cancelled)
    {
      g_set_error_literal (error, SOURCE_ERROR, SOURCE_ERROR_IO, "cancelled");
      return FALSE;
    }
  g_assert_cmpuint (done, <=, total);
  self->n_progress++;
  self->done = done;
  self->total = total;
  return TRUE;
}

void
recording_sink_init (RecordingSink *self)
{
  *self = (RecordingSink){
    .sink = { record_entry, record_lemma, record_property, record_warning, record_progress },
    .log = g_string_new (NULL),
  };
}

void
recording_sink_clear (RecordingSink *self)
{
  g_string_free (self->log, TRUE);
}

void
test_folder_init (TestFolder *self)
{
  g_autoptr (GError) error = NULL;
  self->path = g_dir_make_tmp ("parlance-test-XXXXXX", &error);
  g_assert_no_error (error);
}

void
test_folder_clear (TestFolder *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->path, 0, NULL);
  g_assert_nonnull (dir);
  for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *path = g_build_filename (self->path, name, NULL);
      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (self->path), ==, 0);
  g_clear_pointer (&self->path, g_free);
}

char *
test_folder_write (const TestFolder *self, const char *name, const void *bytes, gssize n_bytes)
{
  g_autoptr (GError) error = NULL;
  char *path = g_build_filename (self->path, name, NULL);
  g_file_set_contents_full (path, bytes, n_bytes, G_FILE_SET_CONTENTS_NONE, 0600, &error);
  g_assert_no_error (error);
  return path;
}

void
test_folder_add (const TestFolder *self, const char *name, const void *bytes, gssize n_bytes)
{
  g_free (test_folder_write (self, name, bytes, n_bytes));
}

void
check_read (const SourceFormat *format, const char *path, const char *expected)
{
  g_auto (RecordingSink) sink;
  recording_sink_init (&sink);
  g_autoptr (GError) error = NULL;
  gboolean is_read = format->read (path, &sink.sink, &error);
  g_assert_no_error (error);
  g_assert_true (is_read);
  g_assert_cmpstr (sink.log->str, ==, expected);
  g_assert_cmpuint (sink.done, ==, sink.total);
}

void
check_refused (const SourceFormat *format, const char *path, SourceErrorCode code, const char *part)
{
  g_auto (RecordingSink) sink;
  recording_sink_init (&sink);
  g_autoptr (GError) error = NULL;
  g_assert_false (format->read (path, &sink.sink, &error));
  g_assert_error (error, SOURCE_ERROR, (int)code);
  if (strstr (error->message, part) == NULL || strstr (error->message, path) == NULL ||
      strchr (error->message, '\n') != NULL)
    g_error ("expected one line with '%s' and '%s', got '%s'", part, path, error->message);
}
