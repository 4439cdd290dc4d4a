/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * SHOW, HELP, STATUS: what a DICT client asks about the server. Source: RFC 2229, 3.5 to 3.9
 */
#include "server/front/dict-commands.h"
#include "server/front/dict-strategies.h"

#include <string.h>

static void
show_databases (Connection *connection, GString *reply)
{
  const Library *library = front_context (connection)->library;
  guint n = library_n_dictionaries (library);

  if (n == 0)
    {
      g_string_append (reply, "554 No databases present\r\n");
      return;
    }
  g_string_append_printf (reply, "110 %u databases present\r\n", n);
  dict_begin_text (connection, reply);
  for (guint i = 0; i < n; i++)
    {
      const LibraryInfo *info = library_info (library, i);

      g_string_append (reply, info->name);
      g_string_append_c (reply, ' ');
      dict_append_quoted_plain (reply, info->title);
      g_string_append (reply, "\r\n");
    }
  dict_end_text (reply);
}

static void
show_strategies (Connection *connection, GString *reply)
{
  g_autoptr (GString) lines = g_string_new (NULL);

  g_string_append_printf (reply, "111 %u strategies available\r\n", dict_strategies_append (lines));
  dict_begin_text (connection, reply);
  g_string_append_len (reply, lines->str, (gssize)lines->len);
  dict_end_text (reply);
}

static void
show_info (Connection *connection, const char *name, GString *reply)
{
  const Library *library = front_context (connection)->library;
  int index = library_find (library, name, strlen (name));

  if (index < 0)
    {
      g_string_append (reply, "550 Invalid database, use \"SHOW DB\" for a list\r\n");
      return;
    }
  const LibraryInfo *info = library_info (library, (guint)index);
  g_string_append (reply, "112 Database information follows\r\n");
  dict_begin_text (connection, reply);
  dict_append_plain_text (reply, info->title);
  if (*info->license != '\0')
    {
      g_autofree char *license = g_strdup_printf ("License: %s", info->license);
      dict_append_plain_text (reply, license);
    }
  if (*info->info != '\0')
    dict_append_plain_text (reply, info->info);
  dict_end_text (reply);
}

static void
show_server (Connection *connection, GString *reply)
{
  const FrontContext *context = front_context (connection);
  g_autofree char *text = g_strdup_printf (
      "%s\nparlanced %s, %u dictionaries, up %" G_GINT64_FORMAT " s", context->server->name,
      PARLANCE_VERSION, library_n_dictionaries (context->library),
      (g_get_monotonic_time () - context->server->started_us) / G_USEC_PER_SEC);

  g_string_append (reply, "114 Server information follows\r\n");
  dict_begin_text (connection, reply);
  dict_append_plain_text (reply, text);
  dict_end_text (reply);
}

static gboolean
is_word (const char *word, const char *name, const char *longer_name)
{
  return g_ascii_strcasecmp (word, name) == 0 || g_ascii_strcasecmp (word, longer_name) == 0;
}

void
dict_show (Connection *connection, const DictCommand *command, GString *reply)
{
  const char *what = command->n_words >= 2 ? command->words[1] : "";

  if (is_word (what, "DB", "DATABASES") && command->n_words == 2)
    show_databases (connection, reply);
  else if (is_word (what, "STRAT", "STRATEGIES") && command->n_words == 2)
    show_strategies (connection, reply);
  else if (is_word (what, "INFO", "INFO") && command->n_words == 3)
    show_info (connection, command->words[2], reply);
  else if (is_word (what, "SERVER", "SERVER") && command->n_words == 2)
    show_server (connection, reply);
  else
    g_string_append (reply, "501 Syntax error: SHOW DB, SHOW STRAT, SHOW INFO database or "
                            "SHOW SERVER\r\n");
}

void
dict_help (Connection *connection, const DictCommand *command, GString *reply)
{
  g_string_append (reply, "113 Help text follows\r\n");
  dict_begin_text (connection, reply);
  dict_append_plain_text (reply,
                          "DEFINE database word          look a word up; database * is all of "
                          "them, ! the first that has it\n"
                          "MATCH database strategy word  find headwords\n"
                          "SHOW DB | SHOW STRAT          the databases, the strategies\n"
                          "SHOW INFO database            what a database is\n"
                          "SHOW SERVER                   what this server is\n"
                          "CLIENT text                   say who asks\n"
                          "STATUS                        how the server does\n"
                          "OPTION MIME                   headers before every text\n"
                          "QUIT                          end the connection");
  dict_end_text (reply);
}

void
dict_status (Connection *connection, const DictCommand *command, GString *reply)
{
  const FrontContext *context = front_context (connection);

  g_string_append_printf (reply, "210 up %" G_GINT64_FORMAT " s, %u dictionaries\r\n",
                          (g_get_monotonic_time () - context->server->started_us) / G_USEC_PER_SEC,
                          library_n_dictionaries (context->library));
}
