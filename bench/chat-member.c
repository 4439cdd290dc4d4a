/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sockets block; the receives here give up after the time that bench_connect() sets.
 */
#include "bench/chat-member.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define READ_BYTES ((gsize)64 * 1024)

typedef gboolean (*IsLastLine) (ChatDialect dialect, const char *line, gsize n_line);

void
chat_member_keep_tail (ChatMember *self, const char *tail, gsize n_tail)
{
  if (n_tail > self->n_tail_max)
    {
      self->n_tail_max = MAX (n_tail, 512);
      self->tail = g_realloc (self->tail, self->n_tail_max);
    }
  if (n_tail > 0)
    memmove (self->tail, tail, n_tail);
  self->n_tail = n_tail;
}

static gboolean
say (const ChatMember *self, const char *text)
{
  return text[0] == '\0' || bench_send_all (self->fd, text, strlen (text));
}

/* An IRC server may want to see an answer before it lets anybody in. */
static gboolean
answer_ping (const ChatMember *self, const char *line, gsize n_line)
{
  if (n_line < 5 || memcmp (line, "PING ", 5) != 0)
    return TRUE;

  g_autofree char *pong = g_strdup_printf ("PONG %.*s", (int)(n_line - 5), line + 5);
  return say (self, pong);
}

/* Uses up the lines that are there. Returns: 1 when the last one was among them, 0, or -1 */
static int
use_lines (ChatMember *self, const ChatEntrance *entrance, GByteArray *input, IsLastLine is_last)
{
  const char *cursor = (const char *)input->data;
  const char *end = cursor + input->len;
  const char *line_end;
  int found = 0;

  while (found == 0 && cursor != end &&
         (line_end = memchr (cursor, '\n', (gsize)(end - cursor))) != NULL)
    {
      gsize n_line = (gsize)(line_end + 1 - cursor);

      if (is_last (entrance->dialect, cursor, n_line))
        found = 1;
      else if (!answer_ping (self, cursor, n_line))
        found = -1;
      else if (n_line > 8 && memmem (cursor, n_line, "\"error\"", 7) != NULL)
        {
          g_printerr ("Cannot enter: the server said %.*s", (int)n_line, cursor);
          return -1;
        }
      cursor = line_end + 1;
    }

  g_byte_array_remove_range (input, 0, (guint)(cursor - (const char *)input->data));
  return found;
}

static gboolean
await_line (ChatMember *self, const ChatEntrance *entrance, IsLastLine is_last)
{
  g_autoptr (GByteArray) input = g_byte_array_new ();
  g_autofree char *bytes = g_malloc (READ_BYTES);
  int found;

  g_byte_array_append (input, (const guint8 *)self->tail, (guint)self->n_tail);
  while ((found = use_lines (self, entrance, input, is_last)) == 0)
    {
      ssize_t n_received = recv (self->fd, bytes, READ_BYTES, 0);

      if (n_received < 0 && errno == EINTR)
        continue;
      if (n_received <= 0)
        {
          g_printerr ("Cannot enter: %s; last came: %.*s\n",
                      n_received == 0 ? "closed by the server" : g_strerror (errno),
                      (int)MIN (input->len, 200), (const char *)input->data);
          return FALSE;
        }
      g_byte_array_append (input, (const guint8 *)bytes, (guint)n_received);
    }

  chat_member_keep_tail (self, (const char *)input->data, input->len);
  return found > 0;
}

static gboolean
connect_member (const ChatEntrance *entrance,
                ChatMember *self,
                int receive_bytes,
                guint nick_number)
{
  g_autofree char *run = g_ascii_strdown (entrance->run, -1);
  g_autofree char *nick = g_strdup_printf ("%s%u", run, nick_number);
  g_autofree char *greeting = chat_dialect_greeting (entrance->dialect, nick);

  self->fd = bench_connect (&entrance->address, TRUE);
  if (self->fd < 0 ||
      (receive_bytes > 0 &&
       setsockopt (self->fd, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes) != 0) ||
      !say (self, greeting))
    {
      g_printerr ("Cannot connect: %s\n", g_strerror (errno));
      return FALSE;
    }

  return TRUE;
}

gboolean
chat_members_enter (const ChatEntrance *entrance,
                    ChatMember *members,
                    gsize n_members,
                    gboolean is_publisher,
                    int receive_bytes,
                    guint first_nick)
{
  ChatDialect dialect = entrance->dialect;
  g_autofree char *entry = chat_dialect_entry (dialect, entrance->room);
  gboolean greets = dialect == CHAT_PARLANCE || dialect == CHAT_IRC;

  for (gsize i = 0; i < n_members; i++)
    members[i].fd = -1;
  for (gsize i = 0; i < n_members; i++)
    if (!connect_member (entrance, &members[i], receive_bytes, first_nick + (guint)i))
      return FALSE;
  if (is_publisher)
    return TRUE;

  for (gsize i = 0; greets && i < n_members; i++)
    if (!await_line (&members[i], entrance, chat_dialect_is_greeted))
      return FALSE;
  for (gsize i = 0; i < n_members; i++)
    if (!say (&members[i], entry) || !await_line (&members[i], entrance, chat_dialect_has_entered))
      return FALSE;

  return TRUE;
}

void
chat_members_clear (ChatMember *members, gsize n_members)
{
  const struct linger at_once = { .l_onoff = 1 };

  for (gsize i = 0; members != NULL && i < n_members; i++)
    {
      if (members[i].fd >= 0)
        {
          if (setsockopt (members[i].fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) != 0)
            g_printerr ("Cannot set SO_LINGER: %s\n", g_strerror (errno));
          close (members[i].fd);
        }
      g_free (members[i].wanted);
      g_free (members[i].tail);
    }
  g_free (members);
}
