/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One scanner a protocol. Their work is of one kind, a memchr() over the reply: a DICT text is
 * searched for dots (RFC 2229, 2.4.1: it ends with a line that is one dot), a JSON reply for its
 * LF, and a redis value is skipped by its length, which is the cheapest and so favours redis.
 */
#include "bench/reply-scan.h"

#include <string.h>

void
reply_scanner_init (ReplyScanner *self, const RequestList *list, gsize first, gboolean checked)
{
  gboolean is_dict = list->protocol == REQUEST_DICT_DEFINE || list->protocol == REQUEST_DICT_MATCH;

  *self = (ReplyScanner){
    .list = list, .next = first, .checked = checked, .state = is_dict ? SCAN_BANNER : SCAN_STATUS
  };
}

static void
reply_ended (ReplyScanner *self)
{
  self->n_replies++;
  self->next++;
  if (self->next == self->list->words->len)
    self->next = 0;
}

static const char *
expected_word (const ReplyScanner *self)
{
  return self->list->words->pdata[self->next];
}

/* A definition's line is 151 "word" database "description". */
static void
check_dict_word (ReplyScanner *self, const char *line, const char *line_end)
{
  const char *word = expected_word (self);
  gsize n_bytes = strlen (word);
  const char *quoted = line + strlen ("151 \"");

  if ((gsize)(line_end - line) < strlen ("151 \"\"") + n_bytes || quoted[-1] != '"' ||
      g_ascii_strncasecmp (quoted, word, n_bytes) != 0 || quoted[n_bytes] != '"')
    self->n_wrong++;
}

static void
use_dict_status (ReplyScanner *self, const char *line, const char *line_end)
{
  gboolean is_banner = self->state == SCAN_BANNER;
  guint code = 0;

  for (gsize i = 0; i < 3 && line + i < line_end && g_ascii_isdigit (line[i]); i++)
    code = code * 10 + (guint)(line[i] - '0');

  self->state = SCAN_STATUS;
  switch (code)
    {
    case 150: /* so many definitions follow */
      return;
    case 151: /* a definition */
    case 152: /* a list of matches */
      self->state = SCAN_TEXT;
      self->at_line_start = TRUE;
      if (self->checked && code == 151)
        check_dict_word (self, line, line_end);
      return;
    case 220:
      self->broken = !is_banner;
      return;
    case 552: /* no match */
      self->n_empty++;
      reply_ended (self);
      return;
    case 250:
      reply_ended (self);
      return;
    default:
      self->broken = TRUE;
      return;
    }
}

/* Moves behind the line that is a dot, or to what must be seen again with more bytes. */
static const char *
skip_dict_text (ReplyScanner *self, const char *cursor, const char *end)
{
  const char *dot = cursor;

  while ((dot = memchr (dot, '.', (gsize)(end - dot))) != NULL)
    {
      gboolean at_line_start = dot == cursor ? self->at_line_start : dot[-1] == '\n';

      if (!at_line_start)
        {
          dot++;
          continue;
        }

      self->at_line_start = TRUE;
      if (end - dot < 3)
        return dot;
      if (dot[1] == '\r' && dot[2] == '\n')
        {
          self->state = SCAN_STATUS;
          return dot + 3;
        }
      /* A doubled dot stands for one; what follows is not at the start of the line. */
      dot += 2;
    }

  self->at_line_start = end[-1] == '\n';
  return end;
}

static const char *
scan_dict (ReplyScanner *self, const char *cursor, const char *end)
{
  while (cursor < end && !self->broken)
    {
      if (self->state == SCAN_TEXT)
        {
          cursor = skip_dict_text (self, cursor, end);
          if (self->state == SCAN_TEXT)
            return cursor;
          continue;
        }

      const char *line_end = memchr (cursor, '\n', (gsize)(end - cursor));

      if (line_end == NULL)
        return cursor;
      use_dict_status (self, cursor, line_end);
      cursor = line_end + 1;
    }

  return cursor;
}

static gboolean
has_member (const char *line, const char *line_end, const char *member)
{
  return memmem (line, (gsize)(line_end - line), member, strlen (member)) != NULL;
}

static void
check_json (ReplyScanner *self, const char *line, const char *line_end)
{
  g_autofree char *id = g_strdup_printf ("\"id\":%" G_GSIZE_FORMAT ",", self->next);
  g_autofree char *id_at_end = g_strdup_printf ("\"id\":%" G_GSIZE_FORMAT "}", self->next);
  gboolean belongs = has_member (line, line_end, id) || has_member (line, line_end, id_at_end);

  if (self->list->protocol == REQUEST_JSON_DEFINE)
    {
      g_autofree char *word = g_strdup_printf ("\"word\":\"%s\"", expected_word (self));

      belongs = belongs && has_member (line, line_end, word);
      if (has_member (line, line_end, "\"entries\":[]"))
        self->n_empty++;
    }

  if (!belongs || !has_member (line, line_end, "\"result\":"))
    self->n_wrong++;
}

static const char *
scan_json (ReplyScanner *self, const char *cursor, const char *end)
{
  while (cursor < end)
    {
      const char *line_end = memchr (cursor, '\n', (gsize)(end - cursor));

      /* Only a check looks into the line; else what was searched need not be seen again. */
      if (line_end == NULL)
        return self->checked ? cursor : end;
      if (self->checked)
        check_json (self, cursor, line_end);
      reply_ended (self);
      cursor = line_end + 1;
    }

  return cursor;
}

/* A value's line is $ and its length, -1 when there is none. */
static void
use_redis_length (ReplyScanner *self, const char *line, const char *line_end)
{
  const char *digit = line + 1;
  gsize n_bytes = 0;

  if (*line != '$' || line_end - line < 3)
    {
      self->broken = TRUE;
      return;
    }
  if (*digit == '-')
    {
      self->n_empty++;
      reply_ended (self);
      return;
    }

  for (; *digit >= '0' && *digit <= '9'; digit++)
    n_bytes = n_bytes * 10 + (gsize)(*digit - '0');
  self->n_value_left = n_bytes + 2;
  self->state = SCAN_VALUE;

  guint32 expected = g_array_index (self->list->value_bytes, guint32, self->next);
  if (self->checked && expected != 0 && expected != n_bytes)
    self->n_wrong++;
}

static const char *
scan_redis (ReplyScanner *self, const char *cursor, const char *end)
{
  while (cursor < end && !self->broken)
    {
      if (self->state == SCAN_VALUE)
        {
          gsize n_skipped = MIN (self->n_value_left, (gsize)(end - cursor));

          cursor += n_skipped;
          self->n_value_left -= n_skipped;
          if (self->n_value_left > 0)
            return cursor;
          self->state = SCAN_STATUS;
          reply_ended (self);
          continue;
        }

      const char *line_end = memchr (cursor, '\n', (gsize)(end - cursor));

      if (line_end == NULL)
        return cursor;
      use_redis_length (self, cursor, line_end);
      cursor = line_end + 1;
    }

  return cursor;
}

gsize
reply_scanner_feed (ReplyScanner *self, const char *bytes, gsize n_bytes)
{
  const char *end = bytes + n_bytes;
  const char *used = bytes;

  switch (self->list->protocol)
    {
    case REQUEST_DICT_DEFINE:
    case REQUEST_DICT_MATCH:
      used = scan_dict (self, bytes, end);
      break;
    case REQUEST_JSON_DEFINE:
    case REQUEST_JSON_PING:
      used = scan_json (self, bytes, end);
      break;
    case REQUEST_REDIS_GET:
      used = scan_redis (self, bytes, end);
      break;
    }

  return (gsize)(used - bytes);
}
