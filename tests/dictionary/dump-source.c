/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads one source and writes its entries to stdout, for checks that compare them with what other
 * programs say: `headword TAB text`, and a further TAB and key for each key, all with \n, \t and
 * \\ escaped. With --quiet it only reads, and tells how long that took.
 */
#include <stdio.h>
#include <string.h>

#include "server/dictionary/source.h"

typedef struct
{
  SourceSink sink;
  gboolean is_quiet;
  guint64 n_entries;
  guint64 n_lemmas;
} DumpSink;

static void
write_escaped (SourceText text)
{
  for (gsize i = 0; i < text.n_bytes; i++)
    {
      char c = text.text[i];
      if (c == '\n')
        (void)fputs ("\\n", stdout);
      else if (c == '\t')
        (void)fputs ("\\t", stdout);
      else if (c == '\\')
        (void)fputs ("\\\\", stdout);
      else
        (void)putchar (c);
    }
}

static gboolean
dump_entry (SourceSink *sink, const SourceEntry *entry, GError **error)
{
  DumpSink *self = (DumpSink *)sink;
  self->n_entries++;
  if (self->is_quiet)
    return TRUE;
  write_escaped (entry->headword);
  (void)putchar ('\t');
  write_escaped (entry->text);
  for (gsize i = 0; i < entry->n_keys; i++)
    {
      (void)putchar ('\t');
      write_escaped (entry->keys[i].text);
    }
  (void)putchar ('\n');
  return TRUE;
}

static gboolean
count_lemma (SourceSink *sink, SourceText form, SourceText lemma, GError **error)
{
  ((DumpSink *)sink)->n_lemmas++;
  return TRUE;
}

static gboolean
show_property (SourceSink *sink, SourceProperty property, SourceText value, GError **error)
{
  (void)fprintf (stderr, "property %d: %.*s\n", property, (int)MIN (value.n_bytes, 200),
                 value.text);
  return TRUE;
}

static void
show_warning (SourceSink *sink, const char *message)
{
  (void)fprintf (stderr, "%s\n", message);
}

static gboolean
go_on (SourceSink *sink, guint64 done, guint64 total, GError **error)
{
  return TRUE;
}

int
main (int argc, char **argv)
{
  DumpSink sink = { .sink = { dump_entry, count_lemma, show_property, show_warning, go_on } };
  sink.is_quiet = argc == 3 && strcmp (argv[1], "--quiet") == 0;
  if (argc != 2 && !sink.is_quiet)
    {
      (void)fprintf (stderr, "usage: dump-source [--quiet] PATH\n");
      return 2;
    }

  gint64 start_us = g_get_monotonic_time ();
  g_autofree char *path = NULL;
  g_autofree char *name = NULL;
  g_autoptr (GError) error = NULL;
  const SourceFormat *format = source_format_detect (argv[argc - 1], &path, &name, &error);
  if (format == NULL || !format->read (path, &sink.sink, &error))
    {
      (void)fprintf (stderr, "%s\n", error->message);
      return 1;
    }
  if (fflush (stdout) != 0)
    return 1;
  (void)fprintf (stderr,
                 "%s: %s, %" G_GUINT64_FORMAT " entries, %" G_GUINT64_FORMAT
                 " lemmas, %" G_GINT64_FORMAT " ms\n",
                 name, format->format, sink.n_entries, sink.n_lemmas,
                 (g_get_monotonic_time () - start_us) / 1000);
  return 0;
}
