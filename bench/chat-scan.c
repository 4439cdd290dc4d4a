/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A frame of redis is seven lines of a known length in all, which its scanner skips at once: that
 * is the least, and favours redis. Those of the others are a line each. Where the next line is not
 * like the last message (a number has one digit more, or it is something else), memchr() finds its
 * end and memmem() the head of a payload, if there is one.
 */
#include "bench/chat-scan.h"

#include "bench/chat-payload.h"

#include <string.h>

void
chat_scan_init (
    ChatScan *self, ChatDialect dialect, const char *run, const char *room, const char *payload)
{
  gsize n_payload = strlen (payload);

  *self = (ChatScan){ .dialect = dialect, .run = run, .payload = payload, .n_payload = n_payload };
  if (dialect == CHAT_REDIS)
    {
      g_autofree char *head = g_strdup_printf ("*3\r\n$7\r\nmessage\r\n$%" G_GSIZE_FORMAT
                                               "\r\n%s\r\n$%" G_GSIZE_FORMAT "\r\n",
                                               strlen (room), room, n_payload);

      self->n_foot = 2;
      self->n_frame = strlen (head) + n_payload + self->n_foot;
    }
}

static inline gboolean
is_payload (const ChatScan *self, const char *at)
{
  return memcmp (at, self->run, CHAT_RUN_LETTERS) == 0;
}

static inline void
use_payload (ChatScan *self, const char *at, ChatItem *item)
{
  guint sender;

  chat_payload_read (at, &sender, &item->number);
  item->sender = (guint16)sender;
  item->is_acknowledgement = FALSE;
  if (self->checked && memcmp (at + CHAT_PAYLOAD_HEAD, self->payload + CHAT_PAYLOAD_HEAD,
                               self->n_payload - CHAT_PAYLOAD_HEAD) != 0)
    self->n_wrong++;
}

/* {"jsonrpc":"2.0","id":100000007,"result":…  or  :1000 */
static gboolean
use_acknowledgement (ChatScan *self, const char *line, gsize n_line, ChatItem *item)
{
  static const char head[] = "{\"jsonrpc\":\"2.0\",\"id\":";
  const gsize n_head = sizeof head - 1;
  guint32 id = 0;

  *item = (ChatItem){ .is_acknowledgement = TRUE };
  if (self->dialect == CHAT_REDIS)
    return line[0] == ':';
  if (self->dialect != CHAT_PARLANCE || n_line < n_head + 10 || memcmp (line, head, n_head) != 0)
    return FALSE;

  const char *cursor = line + n_head;
  while (g_ascii_isdigit (*cursor)) /* the line ends in LF */
    id = id * 10 + (guint32)(*cursor++ - '0');
  if (id >= CHAT_ID_BASE && g_str_has_prefix (cursor, ",\"result\":"))
    {
      item->number = id - CHAT_ID_BASE;
      return TRUE;
    }

  if (self->refusal == NULL && memmem (line, n_line, "\"error\"", 7) != NULL)
    self->refusal = g_strndup (line, MIN (n_line, 300));
  return FALSE;
}

/* A line that is not like the last message. Returns: whether it was an item */
static gboolean
use_line (ChatScan *self, const char *line, gsize n_line, ChatItem *item)
{
  const char *payload =
      n_line < self->n_payload ? NULL : memmem (line, n_line, self->run, CHAT_RUN_LETTERS);

  /* The key of an own message begins with the same letters, but a quote ends it. */
  while (payload != NULL && (gsize)(line + n_line - payload) >= self->n_payload)
    {
      if (memchr (payload, '"', self->n_payload) == NULL)
        {
          self->n_frame = n_line;
          self->n_foot = (gsize)(line + n_line - payload) - self->n_payload;
          use_payload (self, payload, item);
          return TRUE;
        }
      payload++;
      payload = memmem (payload, (gsize)(line + n_line - payload), self->run, CHAT_RUN_LETTERS);
    }

  if (use_acknowledgement (self, line, n_line, item))
    return TRUE;
  if (self->dialect == CHAT_IRC && n_line > 6 && memcmp (line, "ERROR ", 6) == 0)
    self->refusal = g_strndup (line, n_line);
  return FALSE;
}

gsize
chat_scan_feed (ChatScan *self,
                const char *bytes,
                gsize n_bytes,
                ChatItem *items,
                gsize n_items_max,
                gsize *ret_n_used)
{
  const char *cursor = bytes;
  const char *end = bytes + n_bytes;
  gsize n_items = 0;

  while (cursor < end && n_items < n_items_max)
    {
      gsize n_frame = self->n_frame;
      gboolean fits = n_frame > 0 && n_frame <= (gsize)(end - cursor);

      if (fits && cursor[n_frame - 1] == '\n')
        {
          const char *payload = cursor + n_frame - self->n_foot - self->n_payload;

          if (is_payload (self, payload))
            {
              use_payload (self, payload, &items[n_items++]);
              cursor += n_frame;
              continue;
            }
        }
      if (self->dialect == CHAT_REDIS && *cursor == '*' && !fits)
        break;

      const char *line_end = memchr (cursor, '\n', (gsize)(end - cursor));
      if (line_end == NULL)
        break;
      if (use_line (self, cursor, (gsize)(line_end + 1 - cursor), &items[n_items]))
        n_items++;
      cursor = line_end + 1;
    }

  *ret_n_used = (gsize)(cursor - bytes);
  return n_items;
}

void
chat_scan_clear (ChatScan *self)
{
  g_clear_pointer (&self->refusal, g_free);
}
