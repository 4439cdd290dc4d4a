/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a dictd dictionary does not say of itself, but its file's name tells: languages and licence.
 */
#pragma once

typedef struct
{
  char source[3]; /* ISO 639-1 or "" */
  char target[3];
  const char *license; /* or "" */
} DictdFacts;

/** dictd_facts: of the dictionary whose file's stem is @stem: "wn", "freedict-eng-deu". */
DictdFacts dictd_facts (const char *stem);
