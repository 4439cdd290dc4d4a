/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The last step of every reader: makes what the source gave into what a sink is promised (no
 * control characters, LF line ends, sizes within limits, nothing empty), and counts what had to be
 * left out, to be said once at the end. One thread, the reader's.
 */
#pragma once

#include "server/dictionary/source.h"

typedef struct
{
  SourceSink *sink;
  GString *headword; /* cleaned copies, made only where the text needs it */
  GString *phonetic;
  GString *text;
  GArray *keys; /* SourceKey: those of the entry that can be asked for */
  guint64 n_entries;
  guint64 n_empty_headwords;
  guint64 n_empty_texts;
  guint64 n_long_headwords;
  guint64 n_long_texts;
} Pour;

void pour_init (Pour *self, SourceSink *sink);
void pour_clear (Pour *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pour, pour_clear)

/**
 * pour_entry:
 * @entry: its texts are UTF-8 without NUL, and otherwise as the source has them
 *
 * Leaves the entry out when a part is empty or over a limit of source.h, and of its keys those that
 * nobody could ask for: empty, too long, or with a control character in them.
 *
 * Returns: %FALSE with the sink's error
 */
gboolean pour_entry (Pour *self, const SourceEntry *entry, GError **error);

/** pour_lemma: leaves out what is empty, too long, or no inflection because both are equal. */
gboolean pour_lemma (Pour *self, SourceText form, SourceText lemma, GError **error);

/** pour_property: leaves out what is empty. */
gboolean pour_property (Pour *self, SourceProperty property, SourceText value, GError **error);

/** pour_finish: tells the sink what was left out of the file at @path. */
void pour_finish (Pour *self, const char *path);

/** source_text_trim: @text without the ASCII white space around it. */
SourceText source_text_trim (SourceText text);
