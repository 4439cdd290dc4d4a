/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Greeting and entering are two steps, because InspIRCd welcomes everybody who waits once a second:
 * all have to have said who they are by then.
 */
#include "bench/chat-dialect.h"

#include "bench/chat-payload.h"

#include <string.h>

static const char *const names[] = {
  [CHAT_PARLANCE] = "parlance",
  [CHAT_REDIS] = "redis",
  [CHAT_IRC] = "irc",
  [CHAT_BARE] = "bare",
};

gboolean
chat_dialect_parse (const char *name, ChatDialect *ret_dialect)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i], name) == 0)
      {
        *ret_dialect = (ChatDialect)i;
        return TRUE;
      }

  return FALSE;
}

gboolean
chat_dialect_acknowledges (ChatDialect self)
{
  return self == CHAT_PARLANCE || self == CHAT_REDIS;
}

char *
chat_dialect_greeting (ChatDialect self, const char *nick)
{
  switch (self)
    {
    case CHAT_PARLANCE:
      return g_strdup_printf (
          "{\"jsonrpc\":\"2.0\",\"id\":\"hello\",\"method\":\"hello\",\"params\":"
          "{\"protocol\":1,\"client\":\"fanout/1\",\"nick\":\"%s\"}}\n",
          nick);
    case CHAT_IRC:
      return g_strdup_printf ("NICK %s\r\nUSER %s 0 * :%s\r\n", nick, nick, nick);
    case CHAT_REDIS:
    case CHAT_BARE:
    default:
      return g_strdup ("");
    }
}

static gboolean
has (const char *line, gsize n_line, const char *wanted)
{
  return memmem (line, n_line, wanted, strlen (wanted)) != NULL;
}

gboolean
chat_dialect_is_greeted (ChatDialect self, const char *line, gsize n_line)
{
  if (self == CHAT_IRC) /* the message of the day has ended, or there is none */
    return has (line, n_line, " 376 ") || has (line, n_line, " 422 ");

  return has (line, n_line, "\"id\":\"hello\",\"result\"");
}

char *
chat_dialect_entry (ChatDialect self, const char *room)
{
  switch (self)
    {
    case CHAT_PARLANCE:
      return g_strdup_printf ("{\"jsonrpc\":\"2.0\",\"id\":\"join\",\"method\":\"join\",\"params\":"
                              "{\"room\":\"%s\"}}\n",
                              room);
    case CHAT_IRC:
      return g_strdup_printf ("JOIN #%s\r\n", room);
    case CHAT_REDIS:
      return g_strdup_printf ("SUBSCRIBE %s\r\n", room);
    case CHAT_BARE:
    default:
      return g_strdup ("");
    }
}

gboolean
chat_dialect_has_entered (ChatDialect self, const char *line, gsize n_line)
{
  switch (self)
    {
    case CHAT_PARLANCE:
      return has (line, n_line, "\"id\":\"join\",\"result\"");
    case CHAT_IRC: /* the list of names has ended */
      return has (line, n_line, " 366 ");
    case CHAT_REDIS:
      return n_line >= 2 && memcmp (line, ":1", 2) == 0;
    case CHAT_BARE: /* it greets whom it has taken in */
    default:
      return has (line, n_line, "welcome");
    }
}

void
chat_template_init (ChatTemplate *self,
                    ChatDialect dialect,
                    const char *room,
                    const char *payload,
                    gboolean with_key)
{
  GString *line = g_string_new (NULL);

  *self = (ChatTemplate){ .line = line };
  switch (dialect)
    {
    case CHAT_PARLANCE:
      g_string_append (line, "{\"jsonrpc\":\"2.0\",\"id\":");
      self->id_at = line->len;
      g_string_append_printf (line, "%u,\"method\":\"send\",\"params\":{\"room\":\"%s\",",
                              CHAT_ID_BASE, room);
      if (with_key)
        {
          g_string_append (line, "\"key\":\"");
          self->key_at = line->len;
          g_string_append_len (line, payload, CHAT_PAYLOAD_HEAD);
          g_string_append (line, "\",");
        }
      g_string_append (line, "\"text\":\"");
      break;
    case CHAT_REDIS:
      g_string_append_printf (
          line, "*3\r\n$7\r\nPUBLISH\r\n$%" G_GSIZE_FORMAT "\r\n%s\r\n$%" G_GSIZE_FORMAT "\r\n",
          strlen (room), room, strlen (payload));
      break;
    case CHAT_IRC:
      g_string_append_printf (line, "PRIVMSG #%s :", room);
      break;
    case CHAT_BARE:
    default:
      break;
    }

  self->payload_at = line->len;
  g_string_append (line, payload);
  g_string_append (line, dialect == CHAT_PARLANCE ? "\"}}\n"
                         : dialect == CHAT_BARE   ? "\n"
                                                  : "\r\n");
}

void
chat_template_clear (ChatTemplate *self)
{
  if (self->line != NULL)
    g_string_free (self->line, TRUE);
  self->line = NULL;
}
