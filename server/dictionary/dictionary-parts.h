/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What opening a compiled dictionary leaves for reading it: the bounds of its sections.
 */
#pragma once

#include <stdatomic.h>

#include "server/dictionary/dictionary.h"

typedef struct
{
  const guint8 *data;
  gsize n_bytes;
} DictionarySection;

struct Dictionary
{
  atomic_uint n_refs;
  GBytes *bytes;
  DictionarySection sections[LAYOUT_N_SECTIONS]; /* within @bytes, whole units long */
  guint64 n_entries;
  char *properties[LAYOUT_N_PROPERTIES];
};
