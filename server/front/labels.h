/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What every entry of a dictionary is introduced with, made ready once a snapshot: a definition is
 * then copied together without formatting anything.
 */
#pragma once

#include "server/dictionary/library.h"

typedef struct
{
  char *json; /* {"dictionary":"NAME","headword":" */
  gsize n_json;
  char *dict; /* after the headword in DICT's status line 151: _NAME "TITLE" CR LF */
  gsize n_dict;
  gboolean has_headline; /* the entries' text begins with the headword, as dictd's does */
} FrontLabel;

/** front_labels_new: (transfer full): one for each dictionary of @library, by index */
FrontLabel *front_labels_new (const Library *library);
void front_labels_free (FrontLabel *labels, guint n_labels);
