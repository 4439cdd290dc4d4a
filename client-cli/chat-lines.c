/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Laying out the lines of a chat. A line is wrapped with its head as a filler of the same width,
 * which escape sequences then take the place of.
 */
#include "client-cli/chat-lines.h"

#include <string.h>

#include "client-cli/display-text.h"
#include "client-cli/nick-color.h"
#include "client-cli/wrap.h"
#include "protocol/wire/utf8.h"

#define INDENT 6          /* [columns] as wide as a time and its space */
#define MIN_BESIDE 12     /* [columns] that text needs beside its head */
#define MAX_LINES 60      /* of one message */
#define MAX_CARD_LINES 4  /* of a definition's text */
#define SUMMARY_CHARS 200 /* of an entry's text */
#define FILLER 'x'
#define FIRST_STRONG_ISOLATE "\xE2\x81\xA8" /* U+2068 */
#define POP_ISOLATE "\xE2\x81\xA9"          /* U+2069 */

static gboolean
is_right_to_left (gunichar c)
{
  return (c >= 0x0590 && c <= 0x08FF) || (c >= 0xFB1D && c <= 0xFDFF) ||
         (c >= 0xFE70 && c <= 0xFEFF) || (c >= 0x10800 && c <= 0x10FFF) ||
         (c >= 0x1E800 && c <= 0x1EFFF);
}

static gboolean
has_right_to_left (const char *text)
{
  for (; *text != '\0'; text = parlance_utf8_next (text))
    if ((guchar)*text >= 0xD6 && is_right_to_left (g_utf8_get_char (text)))
      return TRUE;
  return FALSE;
}

/* Appends one line's piece of strangers' text, in which nothing reorders what stands around it. */
static void
append_harmless (GString *out, const ChatStyle *style, const char *text, gsize n_bytes)
{
  gsize length = out->len;

  display_append (out, text, n_bytes, DISPLAY_LINE);
  if (style->isolate && has_right_to_left (out->str + length))
    {
      g_string_insert (out, (gssize)length, FIRST_STRONG_ISOLATE);
      g_string_append (out, POP_ISOLATE);
    }
}

static void
append_color (GString *out, const ChatStyle *style, const char *sequence)
{
  if (style->render.color)
    g_string_append (out, sequence);
}

static void
append_nick (GString *out, const ChatStyle *style, const char *nick, gboolean own)
{
  g_autoptr (GString) color = g_string_new (NULL);

  if (own)
    g_string_append (color, "\033[1m");
  else
    nick_color_append (color, nick, style->many_colors);
  append_color (out, style, color->str);
  append_harmless (out, style, nick, strlen (nick));
  append_color (out, style, "\033[0m");
}

static GDateTime *
local_time (gint64 time_ms)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_ms / 1000);

  return utc != NULL ? g_date_time_to_local (utc) : NULL;
}

static void
append_time (GString *out, const ChatStyle *style, gint64 time_ms)
{
  g_autoptr (GDateTime) time = local_time (time_ms);

  append_color (out, style, "\033[2m");
  if (time != NULL)
    g_string_append_printf (out, "%02d:%02d", g_date_time_get_hour (time),
                            g_date_time_get_minute (time));
  else
    g_string_append (out, "--:--"); /* of no time that there is */
  append_color (out, style, "\033[0m");
  g_string_append_c (out, ' ');
}

static void
append_room (GString *out, const ChatStyle *style, const char *room)
{
  if (room == NULL)
    return;
  g_string_append_c (out, '[');
  append_harmless (out, style, room, strlen (room));
  g_string_append (out, "] ");
}

/* Time, room, mark and nick, and a space. */
static void
append_head (GString *out, const ChatStyle *style, const ChatLine *line)
{
  append_time (out, style, line->time_ms);
  append_room (out, style, line->room);
  if (line->mention)
    {
      append_color (out, style, "\033[1;7m");
      g_string_append_c (out, '!');
      append_color (out, style, "\033[0m");
      g_string_append_c (out, ' ');
    }
  g_string_append (out, line->kind == CHAT_LINE_TEXT ? "<" : "* ");
  append_nick (out, style, line->from, line->own);
  g_string_append (out, line->kind == CHAT_LINE_TEXT ? "> " : " ");
}

static void
append_indented (GString *out, const ChatStyle *style, const char *text)
{
  g_autofree char *indented = g_strdup_printf ("%*s%s", *text != '\0' ? INDENT : 0, "", text);

  wrap_append_line (out, indented, INDENT, style->render.columns);
}

/* Appends @head and @text, wrapped. @head ends with a space; @plain_head is it without colours. */
static void
append_with_head (GString *out,
                  const ChatStyle *style,
                  const char *head,
                  const char *plain_head,
                  const char *text)
{
  guint width = display_width (plain_head);
  g_autoptr (GString) filled = g_string_new (NULL);
  g_autoptr (GString) wrapped = g_string_new (NULL);

  if (style->render.columns == 0)
    {
      g_string_append_printf (out, "%s%s\n", head, text);
      return;
    }
  if (width + MIN_BESIDE > style->render.columns)
    {
      g_string_append_printf (out, "%.*s\n", (int)strlen (head) - 1, head);
      append_indented (out, style, text);
      return;
    }
  for (guint i = 1; i < width; i++)
    g_string_append_c (filled, FILLER);
  g_string_append_printf (filled, " %s", text);
  wrap_append_line (wrapped, filled->str, INDENT, style->render.columns);

  /* The space at the end of the head may be where the line was broken. */
  g_string_append_len (out, head, (gssize)strlen (head) - 1);
  g_string_append (out, wrapped->str + width - 1);
}

/* Returns: (transfer full): the next line of the text, harmless; *text is NULL after the last */
static char *
take_line (const ChatStyle *style, const char **text)
{
  const char *end = strchr (*text, '\n');
  g_autoptr (GString) line = g_string_new (NULL);
  g_auto (GStrv) pieces = NULL;

  /* TABs are layout here; everything else is not. */
  g_autofree char *raw = end != NULL ? g_strndup (*text, (gsize)(end - *text)) : g_strdup (*text);
  pieces = g_strsplit (raw, "\t", -1);
  for (char **piece = pieces; *piece != NULL; piece++)
    {
      if (piece > pieces)
        g_string_append_c (line, '\t');
      append_harmless (line, style, *piece, strlen (*piece));
    }
  *text = end != NULL ? end + 1 : NULL;
  return g_string_free (g_steal_pointer (&line), FALSE);
}

static guint
count_lines (const char *text)
{
  guint n = 1;

  for (; (text = strchr (text, '\n')) != NULL; text++)
    n++;
  return n;
}

/* What is left of @text, each line indented, at most @max_lines of them. */
static void
append_rest (GString *out, const ChatStyle *style, const char *text, guint max_lines)
{
  for (guint n = 0; text != NULL; n++)
    {
      if (n == max_lines)
        {
          g_autofree char *more = g_strdup_printf ("… (%u more lines)", count_lines (text));
          append_indented (out, style, more);
          return;
        }
      g_autofree char *line = take_line (style, &text);
      append_indented (out, style, line);
    }
}

/* The entry's heading in one line, as render_definition() has it. */
static char *
dup_card_heading (const ChatStyle *style, const ParlanceEntry *entry)
{
  const char *phonetic = parlance_entry_get_phonetic (entry);
  GString *heading = g_string_new ("shares ");

  append_harmless (heading, style, parlance_entry_get_headword (entry),
                   strlen (parlance_entry_get_headword (entry)));
  if (phonetic != NULL && *phonetic != '\0')
    {
      g_string_append (heading, "  ");
      append_harmless (heading, style, phonetic, strlen (phonetic));
    }
  g_string_append (heading, "  (");
  append_harmless (heading, style, parlance_entry_get_dictionary (entry),
                   strlen (parlance_entry_get_dictionary (entry)));
  g_string_append_c (heading, ')');
  return g_string_free (heading, FALSE);
}

void
chat_lines_message (GString *out, const ChatStyle *style, const ChatLine *line)
{
  g_autoptr (GString) head = g_string_new (NULL);
  g_autoptr (GString) plain_head = g_string_new (NULL);
  ChatStyle plain = *style;

  plain.render.color = FALSE;
  append_head (head, style, line);
  append_head (plain_head, &plain, line);
  if (line->kind == CHAT_LINE_DEFINITION && line->entry != NULL)
    {
      g_autofree char *heading = dup_card_heading (style, line->entry);
      append_with_head (out, style, head->str, plain_head->str, heading);
      append_rest (out, style, parlance_entry_get_text (line->entry), MAX_CARD_LINES);
      return;
    }
  const char *text = line->text;
  g_autofree char *first = take_line (style, &text);
  append_with_head (out, style, head->str, plain_head->str, first);
  append_rest (out, style, text, MAX_LINES - 1);
}

static void
append_said (GString *out, const ChatStyle *style, const char *emphasis, const char *plain)
{
  g_autoptr (GString) wrapped = g_string_new (NULL);

  wrap_append_line (wrapped, plain, INDENT, style->render.columns);
  for (const char *line = wrapped->str; *line != '\0';)
    {
      const char *end = strchr (line, '\n');
      append_color (out, style, emphasis);
      g_string_append_len (out, line, end - line);
      append_color (out, style, "\033[0m");
      g_string_append_c (out, '\n');
      line = end + 1;
    }
}

static void
append_sentence (GString *line, const ChatStyle *style, const char *sentence)
{
  g_string_append (line, "-- ");
  append_harmless (line, style, sentence, strlen (sentence));
}

void
chat_lines_event (
    GString *out, const ChatStyle *style, gint64 time_ms, const char *room, const char *sentence)
{
  g_autoptr (GString) line = g_string_new (NULL);
  ChatStyle plain = *style;

  plain.render.color = FALSE;
  if (time_ms != 0)
    append_time (line, &plain, time_ms);
  append_room (line, style, room);
  append_sentence (line, style, sentence);
  append_said (out, style, "\033[2m", line->str);
}

void
chat_lines_remark (GString *out, const ChatStyle *style, const char *sentence)
{
  chat_lines_event (out, style, 0, NULL, sentence);
}

void
chat_lines_problem (GString *out, const ChatStyle *style, const char *sentence)
{
  g_autoptr (GString) line = g_string_new (NULL);

  append_sentence (line, style, sentence);
  append_said (out, style, "\033[1m", line->str);
}

static guint
day_of (GDateTime *time)
{
  int year;
  int month;
  int day;

  g_date_time_get_ymd (time, &year, &month, &day);
  return (guint)(year * 10000 + month * 100 + day);
}

void
chat_lines_day (GString *out, const ChatStyle *style, gint64 time_ms, guint *ret_day)
{
  g_autoptr (GDateTime) time = local_time (time_ms);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  if (time == NULL || day_of (time) == *ret_day)
    return;
  if (*ret_day != 0 || day_of (time) != day_of (now))
    {
      /* The program speaks English, whatever the locale says of days. */
      static const char *const days[] = { "Monday", "Tuesday",  "Wednesday", "Thursday",
                                          "Friday", "Saturday", "Sunday" };
      g_autofree char *date = g_date_time_format (time, "%Y-%m-%d");
      g_autofree char *sentence =
          g_strdup_printf ("%s, %s --", days[g_date_time_get_day_of_week (time) - 1], date);
      chat_lines_remark (out, style, sentence);
    }
  *ret_day = day_of (time);
}

char *
chat_lines_entry_summary (const ParlanceEntry *entry)
{
  const char *phonetic = parlance_entry_get_phonetic (entry);
  GString *summary = g_string_new (parlance_entry_get_headword (entry));
  g_auto (GStrv) lines = g_strsplit (parlance_entry_get_text (entry), "\n", -1);
  const char *separator = ": ";

  if (phonetic != NULL && *phonetic != '\0')
    g_string_append_printf (summary, " [%s]", phonetic);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_strstrip (lines[i]);
      if (*lines[i] == '\0')
        continue;
      g_string_append_printf (summary, "%s%s", separator, lines[i]);
      separator = "; ";
      if (g_utf8_strlen (summary->str, -1) > SUMMARY_CHARS)
        {
          g_string_truncate (
              summary,
              (gsize)(g_utf8_offset_to_pointer (summary->str, SUMMARY_CHARS) - summary->str));
          g_string_append (summary, "…");
          break;
        }
    }
  return g_string_free (summary, FALSE);
}
