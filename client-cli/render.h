/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Everything the program shows to people, in one hand: what is bold, what is dim, where lines
 * break. All text of strangers goes through client-cli/display-text.h here. Pure: appends to a
 * string.
 */
#pragma once

#include "protocol/client/definition.h"
#include "protocol/client/matches.h"
#include "protocol/client/search-hits.h"

typedef struct
{
  gboolean color;
  guint columns; /* of the terminal; 0: do not wrap */
} RenderStyle;

typedef enum
{
  RENDER_PLAIN,
  RENDER_STRONG,
  RENDER_DIM,
} RenderEmphasis;

/** render_text: appends one line's piece of strangers' text. */
void render_text (GString *out, const RenderStyle *style, RenderEmphasis how, const char *text);

/** render_definition: appends its entries, with a blank line between them. */
void
render_definition (GString *out, const RenderStyle *style, const ParlanceDefinition *definition);

/** render_not_found: Returns: (transfer full): a sentence for a word without entries */
char *render_not_found (const ParlanceDefinition *definition);

/** render_matches: appends a headword a line, and its dictionary when there are several. */
void render_matches (GString *out, const RenderStyle *style, const ParlanceMatches *matches);

/** render_hits: appends a heading and a snippet each, the words of the search strong in it. */
void render_hits (GString *out, const RenderStyle *style, const ParlanceSearchHits *hits);

#define RENDER_MAX_COLUMNS 8

/* A table: cells row by row, all of one length; numbers stand to the right. */
typedef struct
{
  const char *const *titles; /* (nullable) (array length=n_columns) */
  guint n_columns;           /* at most RENDER_MAX_COLUMNS */
  guint numeric;             /* set of columns, 1 << column */
  RenderEmphasis first;      /* of the first column; the others are plain */
} RenderTable;

/**
 * render_table:
 * @cells: (element-type utf8): n_columns for each row
 *
 * A table with titles that is wider than the terminal becomes a block of lines for each row.
 */
void render_table (GString *out,
                   const RenderStyle *style,
                   const RenderTable *table,
                   const GPtrArray *cells);

/** render_number: Returns: (transfer full): with groups of three digits, "3,402,564" */
char *render_number (gint64 number);
