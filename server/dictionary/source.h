/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What stands between the readers of dictionary formats and the compiler: a reader walks its source
 * once, front to back, and pours what it finds into a sink. Readers know no compiled form, the
 * compiler knows no format.
 *
 * Everything given to a sink is borrowed for the call: well-formed UTF-8 without NUL, LF line ends.
 */
#pragma once

#include <glib.h>

#define DICTIONARY_MAX_HEADWORD 256 /* [bytes]; a longer one could never be asked for */
#define DICTIONARY_MAX_TEXT 1048576 /* [bytes] of one entry: 1 MiB */

typedef struct
{
  const char *text;
  gsize n_bytes;
} SourceText; /* text NULL: absent */

/* One inflected form of an entry, as `forms` shows it. */
typedef struct
{
  const char *kind; /* "past", "past_participle", "present_participle", "third_person", "plural",
                       "comparative", "superlative" */
  SourceText form;
} SourceForm;

/* What else an entry is found by than its headword, the preferred kinds first. */
typedef enum
{
  SOURCE_KEY_SPELLING, /* another way to write the same word: traditional characters, a synonym */
  SOURCE_KEY_VARIANT,  /* a way to write a word that shares a spelling with this one */
  SOURCE_KEY_READING,  /* how it is pronounced: pinyin */
} SourceKeyKind;

typedef struct
{
  SourceText text;
  SourceKeyKind kind;
} SourceKey;

typedef struct
{
  SourceText headword;
  const SourceKey *keys; /* besides the headword */
  gsize n_keys;
  SourceText phonetic; /* optional */
  SourceText text;     /* plain, ready to print */
  const SourceText *tags;
  gsize n_tags;
  const SourceForm *forms;
  gsize n_forms;
  guint32 rank; /* place in a frequency list, 1 the most frequent word; 0: unknown */
} SourceEntry;

typedef enum
{
  SOURCE_TITLE,
  SOURCE_LANGUAGE, /* of the headwords, ISO 639-1: "en" */
  SOURCE_TARGET,   /* of the explanations */
  SOURCE_LICENSE,
  SOURCE_INFO,    /* what the source says of itself; `SHOW INFO` of DICT */
} SourceProperty; /* each of any length: the compiler cuts them (library.h) */

typedef struct SourceSink SourceSink;

struct SourceSink
{
  /* Each returns FALSE with the error set when the sink can take no more (disk full, out of range):
   * the reader then stops and passes that error on. */
  gboolean (*entry) (SourceSink *self, const SourceEntry *entry, GError **error);
  /* @form is an inflection of the headword @lemma: "ran", "run". Order of calls is order of
   * preference among the lemmas of one form. */
  gboolean (*lemma) (SourceSink *self, SourceText form, SourceText lemma, GError **error);
  gboolean (*property) (SourceSink *self,
                        SourceProperty property,
                        SourceText value,
                        GError **error);
  /* Something was left out that a person should know of, said once a kind; never fails. */
  void (*warning) (SourceSink *self, const char *message);
  /* @done of @total, in bytes of the source; called now and then. FALSE: cancelled. */
  gboolean (*progress) (SourceSink *self, guint64 done, guint64 total, GError **error);
};

/* Reads the source at @path. On failure the message names the file and the place (line, byte or
 * record) and says why; the sink is then to be thrown away. Blocks. Any thread. */
typedef gboolean (*SourceReader) (const char *path, SourceSink *sink, GError **error);

typedef struct
{
  const char *format; /* as the `dictionaries` method names it: "ecdict", "dictd", "tsv" */
  SourceReader read;
  /* The files besides @path itself that the result depends on: they are part of the cache's key.
   * (transfer full) (array zero-terminated=1) (nullable) */
  char **(*companions) (const char *path);
} SourceFormat;

/**
 * source_format_detect:
 * @path: what a person named: a file, with or without its ending ("…/wn", "…/wn.index",
 * "…/wn.dict.dz", "…/ecdict.csv")
 * @ret_path: (out) (transfer full): the file that the format's reader wants
 * @ret_name: (out) (transfer full): the dictionary's name, the file's stem: "wn", "ecdict"
 *
 * Returns: (transfer none): the format, or %NULL with an error: @path, or a file that goes with it,
 * is missing, a directory or not readable, or @path is of no known format
 */
const SourceFormat *
source_format_detect (const char *path, char **ret_path, char **ret_name, GError **error);

/**
 * source_split_name:
 * @name: of a file
 * @ret_n_stem: [bytes] of it before the ending that a dictionary's file has; all where it has none
 *
 * Returns: whether a dictionary is known by a file of that ending, rather than it being one that
 *   goes with another
 */
gboolean source_split_name (const char *name, gsize *ret_n_stem);

/* SOURCE_ERROR codes. IO: the file could not be opened or read (missing, a directory, permission):
 * a name given on the command line then ends the start. DAMAGED: its contents are not what they
 * should be. FORMAT: no reader knows it. */
typedef enum
{
  SOURCE_ERROR_IO,
  SOURCE_ERROR_DAMAGED,
  SOURCE_ERROR_FORMAT,
} SourceErrorCode;

#define SOURCE_ERROR (source_error_quark ())
GQuark source_error_quark (void);
