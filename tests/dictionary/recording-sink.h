/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A sink that writes down what a reader pours, one line a call, so that a test can compare all of
 * it at once; and private folders for a test's files.
 */
#pragma once

#include "server/dictionary/source.h"

typedef struct
{
  SourceSink sink;
  GString *log; /* what was poured, in order; line ends and tabs as \n and \t */
  guint n_entries;
  guint n_progress;
  guint64 done; /* of the last progress */
  guint64 total;
  gboolean refuses_entries; /* fail each call of entry() */
  gboolean is_cancelled;    /* fail each call of progress() */
} RecordingSink;

void recording_sink_init (RecordingSink *self);
void recording_sink_clear (RecordingSink *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RecordingSink, recording_sink_clear)

/* A folder of this test's own, removed with what is in it. */
typedef struct
{
  char *path;
} TestFolder;

void test_folder_init (TestFolder *self);
void test_folder_clear (TestFolder *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TestFolder, test_folder_clear)

/** test_folder_write: (transfer full): the path of the file made there; n_bytes -1: a string. */
char *
test_folder_write (const TestFolder *self, const char *name, const void *bytes, gssize n_bytes);

/** test_folder_add: the same, for a file that is not named again. */
void test_folder_add (const TestFolder *self, const char *name, const void *bytes, gssize n_bytes);

/** check_read: reads @path with @format and compares what is poured with @expected. */
void check_read (const SourceFormat *format, const char *path, const char *expected);

/** check_refused: reads @path, which must fail with @code and a message that holds @part. */
void check_refused (const SourceFormat *format,
                    const char *path,
                    SourceErrorCode code,
                    const char *part);
