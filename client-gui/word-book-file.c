/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Nothing that stands in the file is ever dropped: it was a person's, and what we cannot read they
 * perhaps can.
 */
#include "client-gui/word-book-file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define TYPICAL_LINE_BYTES 512

char *
parlance_word_book_file_name_damaged (const char *path)
{
  return g_strconcat (path, ".damaged", NULL);
}

void
parlance_word_book_file_free (ParlanceWordBookFile *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->words);
  if (self->left != NULL)
    g_string_free (self->left, TRUE);
  g_free (self);
}

/* --- reading ---------------------------------------------------------------------------------- */

static gboolean
write_all (int fd, const char *bytes, gsize n_bytes)
{
  while (n_bytes > 0)
    {
      gssize n_written = write (fd, bytes, n_bytes);

      if (n_written < 0 && errno != EINTR)
        return FALSE;
      if (n_written > 0)
        {
          bytes += n_written;
          n_bytes -= (gsize)n_written;
        }
    }
  return TRUE;
}

/* Adds @lines to the file of what could not be read. Returns: whether they are on the disk there */
static gboolean
set_aside (const char *path, const GString *lines)
{
  g_autofree char *name = parlance_word_book_file_name_damaged (path);
  int fd = open (name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

  if (fd < 0)
    return FALSE;
  gboolean is_written = write_all (fd, lines->str, lines->len) && fsync (fd) == 0;
  return close (fd) == 0 && is_written;
}

/* Returns: (transfer full) (nullable) */
static ParlanceSavedWord *
read_line (const char *line, gsize n_bytes)
{
  ParlanceJsonValue value;

  if (n_bytes > G_MAXUINT32 || !parlance_json_parse (line, n_bytes, PARLANCE_JSON_DEEPEST, &value))
    return NULL;
  return parlance_saved_word_new_from_value (&value, NULL);
}

static gboolean
is_blank (const char *line, gsize n_bytes)
{
  for (gsize i = 0; i < n_bytes; i++)
    {
      if (!g_ascii_isspace (line[i]))
        return FALSE;
    }
  return TRUE;
}

static int
compare_saved (gconstpointer a, gconstpointer b)
{
  gint64 one = parlance_saved_word_get_saved (*(ParlanceSavedWord *const *)a);
  gint64 other = parlance_saved_word_get_saved (*(ParlanceSavedWord *const *)b);

  return (one < other) - (one > other);
}

/* Goes through the lines of @text; returns those that are no words. */
static GString *
read_lines (ParlanceWordBookFile *self, const char *text, gsize n_bytes)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GString *damaged = g_string_new (NULL);
  const char *end = text + n_bytes;

  for (const char *line = text; line < end;)
    {
      const char *newline = memchr (line, '\n', (gsize)(end - line));
      gsize n_line = (gsize)((newline != NULL ? newline : end) - line);
      g_autoptr (ParlanceSavedWord) word = read_line (line, n_line);

      /* A headword for the second time is one that an editor has doubled: the first one counts. */
      if (word != NULL &&
          g_hash_table_add (seen, (gpointer)(guintptr)parlance_saved_word_get_headword (word)))
        g_ptr_array_add (self->words, g_steal_pointer (&word));
      else if (!is_blank (line, n_line))
        {
          g_string_append_len (damaged, line, (gssize)n_line);
          g_string_append_c (damaged, '\n');
          self->n_damaged++;
        }
      line += n_line + 1;
    }
  return damaged;
}

ParlanceWordBookFile *
parlance_word_book_file_read (const char *path, GError **error)
{
  g_autoptr (ParlanceWordBookFile) self = g_new0 (ParlanceWordBookFile, 1);
  g_autoptr (GError) failure = NULL;
  g_autofree char *text = NULL;
  gsize n_bytes = 0;

  self->words = g_ptr_array_new_with_free_func (g_object_unref);
  if (!g_file_get_contents (path, &text, &n_bytes, &failure) &&
      !g_error_matches (failure, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }

  if (text == NULL)
    return g_steal_pointer (&self);
  g_autoptr (GString) damaged = read_lines (self, text, n_bytes);
  if (damaged->len > 0 && !set_aside (path, damaged))
    self->left = g_steal_pointer (&damaged);
  /* Stable, so that what was saved in the same moment keeps its order. */
  g_ptr_array_sort (self->words, compare_saved);
  return g_steal_pointer (&self);
}

/* --- writing ---------------------------------------------------------------------------------- */

gboolean
parlance_word_book_file_write (const char *path,
                               GPtrArray *words,
                               const GString *left,
                               GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GString) text = g_string_sized_new ((words->len + 1) * TYPICAL_LINE_BYTES);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      int code = errno;
      g_set_error_literal (error, G_FILE_ERROR, (gint)g_file_error_from_errno (code),
                           g_strerror (code));
      return FALSE;
    }
  for (guint i = 0; i < words->len; i++)
    {
      parlance_saved_word_append_json (g_ptr_array_index (words, i), text);
      g_string_append_c (text, '\n');
    }
  if (left != NULL)
    g_string_append_len (text, left->str, (gssize)left->len);
  return g_file_set_contents_full (path, text->str, (gssize)text->len,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0600, error);
}
