/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The compiler's sink: entries become records of ready JSON text, their headwords and inflections
 * folded keys.
 */
#include "server/dictionary/compiler.h"

#include "server/dictionary/compile-index.h"
#include "server/dictionary/compile-rests.h"

/* Of one entry in the compiled form; six times DICTIONARY_MAX_TEXT, were every byte to be escaped,
 * and room for the rest. */
#define MAX_REST (8 * 1024 * 1024)
/* Poured by one source, left out or not; each costs time, and memory until the end. */
#define MAX_ENTRIES ((guint64)16 * 1000 * 1000)
#define MAX_RECORDS_BYTES ((guint64)LAYOUT_RECORD_UNIT << 32)

#define N_SOURCE_PROPERTIES (SOURCE_INFO + 1)
G_STATIC_ASSERT (LAYOUT_FORMAT == N_SOURCE_PROPERTIES);

static const struct
{
  const char *name;
  gsize n_bytes;
} property_limits[N_SOURCE_PROPERTIES] = {
  [SOURCE_TITLE] = { "title", LIBRARY_MAX_TITLE },
  [SOURCE_LANGUAGE] = { "source language", LIBRARY_MAX_LANGUAGE },
  [SOURCE_TARGET] = { "target language", LIBRARY_MAX_LANGUAGE },
  [SOURCE_LICENSE] = { "license", LIBRARY_MAX_LICENSE },
  [SOURCE_INFO] = { "description", LIBRARY_MAX_INFO },
};

typedef enum
{
  LEFT_OUT_NOTHING,
  LEFT_OUT_NO_HEADWORD,
  LEFT_OUT_LONG_HEADWORD,
  LEFT_OUT_BAD_HEADWORD,
  LEFT_OUT_NO_TEXT,
  LEFT_OUT_LONG_TEXT,
  LEFT_OUT_PHONETIC,
} LeftOut;

#define N_LEFT_OUT (LEFT_OUT_PHONETIC + 1)

static const char *const left_out_messages[N_LEFT_OUT] = {
  [LEFT_OUT_NO_HEADWORD] = "entries without a headword",
  [LEFT_OUT_LONG_HEADWORD] =
      "entries whose headword is over " G_STRINGIFY (DICTIONARY_MAX_HEADWORD) " bytes",
  [LEFT_OUT_BAD_HEADWORD] = "entries whose headword holds U+FFFD or is too long when normalised: "
                            "nobody could ask for them",
  [LEFT_OUT_NO_TEXT] = "entries without a text",
  [LEFT_OUT_LONG_TEXT] = "entries whose text is over 1 MiB",
  [LEFT_OUT_PHONETIC] = "phonetics over " G_STRINGIFY (COMPILER_MAX_PHONETIC) " bytes",
};

typedef struct
{
  SourceSink sink; /* first: readers hold a pointer to it */
  const CompilerSource *source;
  const LibraryOptions *options;
  CompileIndex index;
  CompileRests rests;
  LibraryKey key;       /* scratch */
  LibraryKey other_key; /* scratch: a lemma, an alias */
  GString *record;      /* scratch: one record's bytes */
  char *properties[N_SOURCE_PROPERTIES];
  guint64 n_poured; /* entries, those left out included */
  guint64 n_left_out[N_LEFT_OUT];
} Compiler;

static gboolean
fail_too_large (const Compiler *self, GError **error)
{
  g_set_error (error, SOURCE_ERROR, SOURCE_ERROR_DAMAGED,
               "cannot compile %s: it is larger than a compiled dictionary can be (32 GiB of "
               "entries, 1 GiB of headwords, 16 million other keys); split it",
               self->source->path);
  return FALSE;
}

static gboolean
fail_too_many (const Compiler *self, GError **error)
{
  g_set_error (error, SOURCE_ERROR, SOURCE_ERROR_DAMAGED,
               "cannot compile %s: it has more than %" G_GUINT64_FORMAT " entries; split it",
               self->source->path, MAX_ENTRIES);
  return FALSE;
}

/* --- records --- */

/* Appends @text as JSON string contents: the quote, the backslash and control characters escaped.
 */
static void
append_escaped (GString *out, SourceText text)
{
  gsize begin = 0;

  for (gsize i = 0; i < text.n_bytes; i++)
    {
      guint8 byte = (guint8)text.text[i];

      if (byte >= 0x20 && byte != '"' && byte != '\\')
        continue;
      g_string_append_len (out, text.text + begin, (gssize)(i - begin));
      begin = i + 1;
      if (byte == '\n')
        g_string_append (out, "\\n");
      else if (byte == '\t')
        g_string_append (out, "\\t");
      else if (byte < 0x20)
        g_string_append_printf (out, "\\u%04x", byte);
      else
        {
          g_string_append_c (out, '\\');
          g_string_append_c (out, (char)byte);
        }
    }
  g_string_append_len (out, text.text + begin, (gssize)(text.n_bytes - begin));
}

static gsize
append_member (GString *out, const char *opening, SourceText text)
{
  gsize begin;

  g_string_append (out, opening);
  begin = out->len;
  append_escaped (out, text);
  g_string_append_c (out, '"');
  return out->len - 1 - begin;
}

static void
append_tags (GString *out, const SourceEntry *entry)
{
  gboolean any = FALSE;

  for (gsize i = 0; i < entry->n_tags; i++)
    {
      if (entry->tags[i].n_bytes == 0)
        continue;
      append_member (out, any ? ",\"" : ",\"tags\":[\"", entry->tags[i]);
      any = TRUE;
    }
  if (any)
    g_string_append_c (out, ']');
}

static gboolean
is_kind_known (const SourceForm *forms, gsize n_forms, const char *kind)
{
  for (gsize i = 0; i < n_forms; i++)
    {
      if (forms[i].form.n_bytes > 0 && g_str_equal (forms[i].kind, kind))
        return TRUE;
    }
  return FALSE;
}

/* A kind stands once, with its first form: an object's members are unique. */
static void
append_forms (GString *out, const SourceEntry *entry)
{
  gboolean any = FALSE;

  for (gsize i = 0; i < entry->n_forms; i++)
    {
      const SourceForm *form = &entry->forms[i];

      if (form->form.n_bytes == 0 || is_kind_known (entry->forms, i, form->kind))
        continue;
      g_string_append (out, any ? ",\"" : ",\"forms\":{\"");
      g_string_append (out, form->kind);
      append_member (out, "\":\"", form->form);
      any = TRUE;
    }
  if (any)
    g_string_append_c (out, '}');
}

/* Makes the bytes of a record in self->record. FALSE: it is too long. */
static gboolean
make_record (Compiler *self, const SourceEntry *entry, SourceText headword)
{
  GString *out = self->record;
  LayoutRecord record = { .rank = entry->rank };
  gsize rest_at;

  g_string_truncate (out, 0);
  g_string_append_len (out, (const char *)&record, sizeof record);
  append_escaped (out, headword);
  rest_at = out->len;
  record.n_headword = (guint16)(rest_at - sizeof record);

  if (entry->phonetic.n_bytes > COMPILER_MAX_PHONETIC)
    self->n_left_out[LEFT_OUT_PHONETIC]++;
  else if (entry->phonetic.n_bytes > 0)
    record.n_phonetic = (guint16)append_member (out, LAYOUT_PHONETIC_OPENING, entry->phonetic);
  record.n_text = (guint32)append_member (out, LAYOUT_TEXT_OPENING, entry->text);
  append_tags (out, entry);
  append_forms (out, entry);
  g_string_append_c (out, '}');

  if (out->len - rest_at > MAX_REST)
    return FALSE;
  record.n_rest = (guint32)(out->len - rest_at);
  memcpy (out->str, &record, sizeof record);
  return TRUE;
}

/* --- the sink --- */

static gboolean
is_white (char byte)
{
  return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static SourceText
trimmed (SourceText text)
{
  while (text.n_bytes > 0 && is_white (text.text[0]))
    {
      text.text++;
      text.n_bytes--;
    }
  while (text.n_bytes > 0 && is_white (text.text[text.n_bytes - 1]))
    text.n_bytes--;
  return text;
}

/* Whether @key can be asked for: library_fold() marks with U+FFFD what cannot. */
static gboolean
is_findable (const LibraryKey *key)
{
  return key->n_bytes > 0 && !strstr (key->text, "\xef\xbf\xbd");
}

/* Folds the headword into self->key. */
static LeftOut
judge (Compiler *self, SourceText headword, SourceText text)
{
  if (headword.n_bytes == 0)
    return LEFT_OUT_NO_HEADWORD;
  if (headword.n_bytes > DICTIONARY_MAX_HEADWORD)
    return LEFT_OUT_LONG_HEADWORD;
  if (trimmed (text).n_bytes == 0)
    return LEFT_OUT_NO_TEXT;
  if (text.n_bytes > DICTIONARY_MAX_TEXT)
    return LEFT_OUT_LONG_TEXT;
  library_fold (headword.text, headword.n_bytes, &self->key);
  if (self->key.n_bytes == 0)
    return LEFT_OUT_NO_HEADWORD;
  return is_findable (&self->key) ? LEFT_OUT_NOTHING : LEFT_OUT_BAD_HEADWORD;
}

/* What else the entry at @record is found by than the headword, whose key is in self->key. FALSE:
 * it does not fit. */
static gboolean
add_aliases (Compiler *self, const SourceEntry *entry, guint32 record)
{
  LibraryKey *alias = &self->other_key;

  for (gsize i = 0; i < entry->n_keys; i++)
    {
      SourceText text = entry->keys[i].text;

      if (text.n_bytes > DICTIONARY_MAX_HEADWORD)
        continue;
      library_fold (text.text, text.n_bytes, alias);
      if (!is_findable (alias) || (alias->n_bytes == self->key.n_bytes &&
                                   memcmp (alias->text, self->key.text, alias->n_bytes) == 0))
        continue;
      if (!compile_aliases_add (&self->index.aliases, record, entry->rank, entry->keys[i].kind,
                                alias->text, alias->n_bytes))
        return FALSE;
    }
  return TRUE;
}

/* Appends what make_record() has made; its rest only where no record before has the same. */
static gboolean
append_record (Compiler *self, guint32 address, GError **error)
{
  GString *bytes = self->record;
  LayoutRecord record;
  gsize rest_at;

  memcpy (&record, bytes->str, sizeof record);
  rest_at = sizeof record + record.n_headword;
  if (!compile_rests_find (&self->rests, address, &record, bytes->str + rest_at, &record.owner,
                           error))
    return FALSE;
  memcpy (bytes->str, &record, sizeof record);
  return cache_file_append (self->index.file, bytes->str,
                            record.owner == address ? bytes->len : rest_at, error);
}

static gboolean
sink_entry (SourceSink *sink, const SourceEntry *entry, GError **error)
{
  Compiler *self = (Compiler *)sink;
  CacheFile *file = self->index.file;
  SourceText headword = trimmed (entry->headword);
  LeftOut left_out;
  guint64 offset;
  guint32 address;

  if (++self->n_poured > MAX_ENTRIES)
    return fail_too_many (self, error);
  left_out = judge (self, headword, entry->text);
  if (left_out == LEFT_OUT_NOTHING && !make_record (self, entry, headword))
    left_out = LEFT_OUT_LONG_TEXT;
  if (left_out != LEFT_OUT_NOTHING)
    {
      self->n_left_out[left_out]++;
      return TRUE;
    }

  if (!cache_file_align (file, LAYOUT_RECORD_UNIT, error))
    return FALSE;
  offset = cache_file_position (file) - self->index.header.sections[LAYOUT_RECORDS].offset;
  address = (guint32)(offset / LAYOUT_RECORD_UNIT);
  if (offset >= MAX_RECORDS_BYTES ||
      !key_list_add (&self->index.keys, self->key.text, self->key.n_bytes, address) ||
      !add_aliases (self, entry, address))
    return fail_too_large (self, error);
  self->index.header.n_entries++;
  return append_record (self, address, error);
}

static gboolean
sink_lemma (SourceSink *sink, SourceText form, SourceText lemma, GError **error)
{
  Compiler *self = (Compiler *)sink;
  CompileIndex *index = &self->index;
  CompileLemma stored;

  if (form.n_bytes > DICTIONARY_MAX_HEADWORD || lemma.n_bytes > DICTIONARY_MAX_HEADWORD)
    return TRUE;
  library_fold (form.text, form.n_bytes, &self->key);
  library_fold (lemma.text, lemma.n_bytes, &self->other_key);
  if (!is_findable (&self->key) || !is_findable (&self->other_key))
    return TRUE;

  stored.n_text = self->other_key.n_bytes;
  if (!key_list_store (&index->forms, self->other_key.text, stored.n_text, &stored.offset) ||
      !key_list_add (&index->forms, self->key.text, self->key.n_bytes, index->lemmas->len))
    return fail_too_large (self, error);
  g_array_append_val (index->lemmas, stored);
  return TRUE;
}

static void
report (const Compiler *self, const char *message)
{
  if (self->options->report)
    self->options->report (message, self->options->data);
}

/* @text, or as many whole characters of it as @limit_bytes hold. */
static SourceText
cut (SourceText text, gsize limit_bytes)
{
  if (text.n_bytes <= limit_bytes)
    return text;
  while (limit_bytes > 0 && ((guint8)text.text[limit_bytes] & 0xC0) == 0x80)
    limit_bytes--;
  return (SourceText){ text.text, limit_bytes };
}

static gboolean
sink_property (SourceSink *sink, SourceProperty property, SourceText value, GError **error)
{
  Compiler *self = (Compiler *)sink;
  SourceText kept;

  g_return_val_if_fail (property < N_SOURCE_PROPERTIES, TRUE);
  value = trimmed (value);
  kept = cut (value, property_limits[property].n_bytes);
  if (kept.n_bytes < value.n_bytes)
    {
      g_autofree char *message = g_strdup_printf (
          "%s: its %s is cut: it is over %" G_GSIZE_FORMAT " bytes", self->source->name,
          property_limits[property].name, property_limits[property].n_bytes);
      report (self, message);
    }
  g_free (self->properties[property]);
  self->properties[property] = g_strndup (kept.text ? kept.text : "", kept.n_bytes);
  return TRUE;
}

static void
sink_warning (SourceSink *sink, const char *message)
{
  report ((Compiler *)sink, message);
}

static gboolean
sink_progress (SourceSink *sink, guint64 done, guint64 total, GError **error)
{
  Compiler *self = (Compiler *)sink;
  const LibraryOptions *options = self->options;

  if (!options->progress || options->progress (self->source->name, done, total, options->data))
    return TRUE;
  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INTR, "compiling %s was given up",
               self->source->name);
  return FALSE;
}

static void
report_left_out (const Compiler *self)
{
  for (guint i = 0; i < N_LEFT_OUT; i++)
    {
      g_autofree char *message = NULL;

      if (self->n_left_out[i] == 0)
        continue;
      message = g_strdup_printf ("%s: %" G_GUINT64_FORMAT " left out: %s", self->source->name,
                                 self->n_left_out[i], left_out_messages[i]);
      report (self, message);
    }
}

/* --- the whole --- */

static gboolean
write_properties (Compiler *self, GError **error)
{
  const char *values[LAYOUT_N_PROPERTIES];

  for (guint i = 0; i < N_SOURCE_PROPERTIES; i++)
    values[i] = self->properties[i] ? self->properties[i] : "";
  values[LAYOUT_FORMAT] = self->source->format->format;

  if (!compile_index_begin (&self->index, LAYOUT_PROPERTIES, error))
    return FALSE;
  for (guint i = 0; i < LAYOUT_N_PROPERTIES; i++)
    {
      if (!cache_file_append (self->index.file, values[i], strlen (values[i]) + 1, error))
        return FALSE;
    }
  compile_index_end (&self->index, LAYOUT_PROPERTIES);
  return TRUE;
}

static gboolean
read_source (Compiler *self, GError **error)
{
  LayoutHeader *header = &self->index.header;

  /* Zeros where the header will be: until then the file is none. */
  if (!cache_file_append (self->index.file, header, sizeof *header, error) ||
      !compile_index_begin (&self->index, LAYOUT_RECORDS, error))
    return FALSE;
  self->rests.records_at = header->sections[LAYOUT_RECORDS].offset;
  if (!self->source->format->read (self->source->path, &self->sink, error))
    return FALSE;
  compile_index_end (&self->index, LAYOUT_RECORDS);
  report_left_out (self);
  if (header->n_entries > 0)
    return TRUE;
  g_set_error (error, SOURCE_ERROR, SOURCE_ERROR_DAMAGED, "%s holds no entries",
               self->source->path);
  return FALSE;
}

static gboolean
commit (Compiler *self, GError **error)
{
  LayoutHeader *header = &self->index.header;

  memcpy (header->magic, LAYOUT_MAGIC, sizeof header->magic);
  header->version = LAYOUT_VERSION;
  header->byte_order = LAYOUT_BYTE_ORDER;
  header->stamp = self->source->stamp;
  header->n_bytes = cache_file_position (self->index.file);
  header->checksum = layout_header_checksum (header);
  return cache_file_commit (self->index.file, header, sizeof *header, error);
}

gboolean
compiler_run (const CompilerSource *source,
              CacheFile *out,
              const LibraryOptions *options,
              GError **error)
{
  g_autofree Compiler *self = g_new0 (Compiler, 1);
  gboolean ok;

  self->sink = (SourceSink){ sink_entry, sink_lemma, sink_property, sink_warning, sink_progress };
  self->source = source;
  self->options = options;
  self->record = g_string_sized_new (4096);
  compile_index_init (&self->index, out);
  compile_rests_init (&self->rests, out);

  ok = read_source (self, error) && compile_index_write (&self->index, error) &&
       write_properties (self, error) && commit (self, error);

  compile_index_clear (&self->index);
  compile_rests_clear (&self->rests);
  g_string_free (self->record, TRUE);
  for (guint i = 0; i < N_SOURCE_PROPERTIES; i++)
    g_free (self->properties[i]);
  return ok;
}
