/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From a line to its command: words, quotes, the table of commands, and what is answered without
 * one. Source: RFC 2229, 2.2, 2.3 and 3
 */
#include "server/front/dict.h"

#include "server/front/dict-commands.h"
#include "server/front/foresee.h"

#include <string.h>

typedef struct
{
  char name[12]; /* upper case */
  DictHandler run;
} DictEntry;

static void
dict_client (Connection *connection, const DictCommand *command, GString *reply)
{
  g_string_append (reply, "250 ok\r\n");
}

static void
dict_option (Connection *connection, const DictCommand *command, GString *reply)
{
  DictState *state = door_state (connection);

  if (command->n_words != 2 || g_ascii_strcasecmp (command->words[1], "MIME") != 0)
    {
      g_string_append (reply, "501 Syntax error: OPTION MIME is the only option\r\n");
      return;
    }
  state->wants_mime = true;
  g_string_append (reply, "250 ok, with MIME headers\r\n");
}

static void
dict_quit (Connection *connection, const DictCommand *command, GString *reply)
{
  g_string_append (reply, "221 Closing connection\r\n");
  connection_send (connection, reply->str, reply->len);
  g_string_truncate (reply, 0);
  connection_end (connection);
}

static void
dict_not_implemented (Connection *connection, const DictCommand *command, GString *reply)
{
  g_string_append (reply, "502 Command not implemented\r\n");
}

static const DictEntry commands[] = {
  { "DEFINE", dict_define },
  { "MATCH", dict_match },
  { "CLIENT", dict_client },
  { "SHOW", dict_show },
  { "OPTION", dict_option },
  { "STATUS", dict_status },
  { "HELP", dict_help },
  { "QUIT", dict_quit },
  { "AUTH", dict_not_implemented },
  { "SASLAUTH", dict_not_implemented },
  { "SASLRESP", dict_not_implemented },
};

/* What a byte of a command line means to take_word(): nothing special (0), a space, a quote or a
 * backslash. */
enum
{
  BYTE_SPACE = 1,
  BYTE_QUOTE = 2,
  BYTE_ESCAPE = 4,
};

static const guint8 byte_kinds[256] = {
  [' '] = BYTE_SPACE,  ['\t'] = BYTE_SPACE,  ['"'] = BYTE_QUOTE,
  ['\''] = BYTE_QUOTE, ['\\'] = BYTE_ESCAPE,
};

static inline guint8
byte_kind (char byte)
{
  return byte_kinds[(guchar)byte];
}

/* Copies one word to *@out with its quotes and backslashes resolved. Returns behind it, or NULL
 * when a quote is left open. */
static const char *
take_word (const char *p, const char *end, char **out)
{
  char quote = '\0';
  char *to = *out;

  /* Only at its beginning a word can open a quote: people type don't without one. */
  if ((byte_kind (*p) & BYTE_QUOTE) != 0)
    quote = *p++;
  for (; p < end; p++)
    {
      guint8 kind = byte_kind (*p);

      if (kind == BYTE_SPACE && quote == '\0')
        break;
      if (kind == BYTE_ESCAPE && p + 1 < end)
        *to++ = *++p;
      else if (kind == BYTE_QUOTE && *p == quote)
        quote = '\0';
      else
        *to++ = *p;
    }
  *to++ = '\0';
  *out = to;
  return quote == '\0' ? p : NULL;
}

/* @room holds at least twice the line: every word shrinks or keeps its length, and gets a NUL. */
static gboolean
command_parse (const char *line, gsize n_bytes, char *room, DictCommand *ret_command)
{
  const char *end = line + n_bytes;
  const char *p = line;

  ret_command->n_words = 0;
  while (p < end)
    {
      if (byte_kind (*p) == BYTE_SPACE)
        {
          p++;
          continue;
        }
      char *word = room;
      p = take_word (p, end, &room);
      if (p == NULL)
        return FALSE;
      if (ret_command->n_words < DICT_MAX_WORDS)
        ret_command->words[ret_command->n_words] = word;
      if (ret_command->n_words <= DICT_MAX_WORDS)
        ret_command->n_words++;
    }
  return TRUE;
}

static gboolean
is_text (const char *line, gsize n_bytes)
{
  gsize n_ascii = 0;

  while (n_ascii < n_bytes && (signed char)line[n_ascii] > 0)
    n_ascii++;
  return n_ascii == n_bytes || g_utf8_validate_len (line + n_ascii, n_bytes - n_ascii, NULL);
}

/* @name is upper case and all letters. */
static inline gboolean
is_command (const char *word, const char *name)
{
  for (; *name != '\0'; word++, name++)
    {
      if ((*word & ~0x20) != *name)
        return FALSE;
    }
  return *word == '\0';
}

static void
dict_run (Connection *connection, const DictCommand *command, GString *reply)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      if (is_command (command->words[0], commands[i].name))
        {
          commands[i].run (connection, command, reply);
          return;
        }
    }
  g_string_append (reply, "500 Syntax error, command not recognized\r\n");
}

static void
dict_line (Connection *connection, const char *line, gsize n_bytes)
{
  FrontContext *context = front_context (connection);
  GString *reply = context->reply;
  char room[2 * DICT_MAX_LINE];
  DictCommand command = { .n_words = 0 };

  g_string_truncate (reply, 0);
  worker_count (&context->n_calls[FRONT_METHOD_DICT], 1);
  if (!is_text (line, n_bytes))
    g_string_append (reply, "501 Syntax error: not UTF-8\r\n");
  else if (!command_parse (line, n_bytes, room, &command))
    g_string_append (reply, "501 Syntax error: a quote is left open\r\n");
  else if (command.n_words > 0)
    dict_run (connection, &command, reply);

  if (reply->len > 0)
    connection_send (connection, reply->str, reply->len);
}

static void
dict_opened (Connection *connection)
{
  FrontContext *context = front_context (connection);
  GString *reply = context->reply;

  /* The message id only has to differ from all others: RFC 2229, 3.1. */
  g_string_printf (reply, "220 %s parlanced %s <mime> <%" G_GINT64_FORMAT ".%u.%u@%s>\r\n",
                   context->server->host, PARLANCE_VERSION, context->server->started_us,
                   context->index, context->n_greeted++, context->server->host);
  connection_send (connection, reply->str, reply->len);
}

static void
send_line (Connection *connection, const char *line)
{
  connection_send (connection, line, strlen (line));
}

static void
dict_line_too_long (Connection *connection)
{
  send_line (connection, "500 Syntax error: a command is at most 1024 bytes\r\n");
}

static void
dict_notice (Connection *connection, DoorNotice notice)
{
  switch (notice)
    {
    case DOOR_NOTICE_SERVER_FULL:
      send_line (connection, "420 Server temporarily unavailable: too many connections\r\n");
      break;
    case DOOR_NOTICE_CROWD:
      send_line (connection, "420 Server temporarily unavailable: too many connections from your "
                             "address\r\n");
      break;
    case DOOR_NOTICE_SHUTTING_DOWN:
      send_line (connection, "421 Server shutting down at operator request\r\n");
      break;
    case DOOR_NOTICE_SLOW_CONSUMER:
      send_line (connection, "420 Server temporarily unavailable: answers were not read\r\n");
      break;
    default:
      g_assert_not_reached ();
    }
}

const Door dict_door = {
  .name = "dict",
  .line_limit = DICT_MAX_LINE - 2,
  .answers_in_order = TRUE,
  .n_state_bytes = sizeof (DictState),
  .opened = dict_opened,
  .foresee = foresee_dict,
  .fetch = foresee_fetch,
  .line = dict_line,
  .line_too_long = dict_line_too_long,
  .notice = dict_notice,
};
