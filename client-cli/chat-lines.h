/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The lines of a chat as people read them:
 *
 *     14:02 <alice> hello
 *     14:02 [music] * bob waves
 *     14:03 ! <carol> alice: are you there?
 *     14:03 -- dave joined
 *
 * Only these begin at the left edge: whatever a message holds, its further lines are indented, so
 * that it cannot pass for others. All text of strangers goes through client-cli/display-text.h
 * here. Pure but for the time zone.
 */
#pragma once

#include "client-cli/render.h"

typedef struct
{
  RenderStyle render;
  gboolean many_colors; /* the terminal has 256 */
  gboolean isolate; /* the terminal may write from right to left: keep that within names, texts */
} ChatStyle;

typedef enum
{
  CHAT_LINE_TEXT,
  CHAT_LINE_ACTION,
  CHAT_LINE_DEFINITION,
} ChatLineKind;

typedef struct
{
  ChatLineKind kind;
  gint64 time_ms;   /* since 1970, UTC */
  const char *room; /* (nullable): where the reader has to be told */
  const char *from;
  const char *text;
  const ParlanceEntry *entry; /* (nullable): of a definition */
  gboolean own;
  gboolean mention; /* of the reader */
} ChatLine;

/** chat_lines_message: a very long message is cut, and said to be. */
void chat_lines_message (GString *out, const ChatStyle *style, const ChatLine *line);

/**
 * chat_lines_event: somebody came, left, and so on
 * @time_ms: 0: of no time
 * @room: (nullable)
 * @sentence: strangers' text may be in it
 */
void chat_lines_event (
    GString *out, const ChatStyle *style, gint64 time_ms, const char *room, const char *sentence);

/** chat_lines_remark: something that the program has to say. */
void chat_lines_remark (GString *out, const ChatStyle *style, const char *sentence);

/** chat_lines_problem: the same, to be seen. */
void chat_lines_problem (GString *out, const ChatStyle *style, const char *sentence);

/**
 * chat_lines_day:
 * @ret_day: (inout): the day that lines were last of, 0 at first
 *
 * Appends a line when @time_ms is of another day than the line before it; none before the first
 * one of today.
 */
void chat_lines_day (GString *out, const ChatStyle *style, gint64 time_ms, guint *ret_day);

/** chat_lines_entry_summary: Returns: (transfer full): @entry as one line of plain text */
char *chat_lines_entry_summary (const ParlanceEntry *entry);
