/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The formats there are readers for. source_format_detect() chooses among them.
 */
#pragma once

#include "server/dictionary/source.h"

/* Endings `.tsv` and `.tab`: headword, phonetic and text between tabs. */
extern const SourceFormat tsv_format;
