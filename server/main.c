/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * parlanced: options in, exit status out. What the server is lies in server.c.
 */
#include "server/certificate.h"
#include "server/chat/journal-export.h"
#include "server/config.h"
#include "server/core-dump.h"
#include "server/hash-password.h"
#include "server/list.h"
#include "server/log.h"
#include "server/server.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct
{
  ConfigOptions config;
  gboolean check_config;
  gboolean hash_password;
  gboolean list_dictionaries;
  char *export_room;
  gboolean version;
} Options;

static gboolean
parse_options (Options *options, int *argc, char ***argv, GError **error)
{
  ConfigOptions *config = &options->config;
  const GOptionEntry entries[] = {
    { "config", 'c', 0, G_OPTION_ARG_FILENAME, &config->config, "Read the key file FILE", "FILE" },
    { "listen", 'l', 0, G_OPTION_ARG_STRING_ARRAY, &config->listen,
      "Serve JSON-RPC here; may be repeated (default: every address, port 9502)", "ADDR:PORT" },
    { "dict-listen", 0, 0, G_OPTION_ARG_STRING, &config->dict_listen,
      "Serve DICT here (default: off; its usual port is 2628)", "ADDR:PORT|off" },
    { "discovery-port", 0, 0, G_OPTION_ARG_STRING, &config->discovery_port,
      "UDP port for being found (default: 9502)", "PORT|off" },
    { "data-dir", 0, 0, G_OPTION_ARG_FILENAME, &config->data_dir,
      "Keep messages, compiled dictionaries and the server's identity here", "DIR" },
    { "dictionary", 'd', 0, G_OPTION_ARG_FILENAME_ARRAY, &config->dictionaries,
      "Serve the dictionary at PATH; may be repeated, in the order of asking", "PATH" },
    { "workers", 0, 0, G_OPTION_ARG_STRING, &config->workers,
      "Threads that serve (default: one a core)", "N" },
    { "name", 0, 0, G_OPTION_ARG_STRING, &config->name, "What people see the server called",
      "NAME" },
    { "send-rate", 0, 0, G_OPTION_ARG_STRING, &config->send_rate,
      "Messages a second one session may send, 0: no limit (default: 20)", "N" },
    { "durability", 0, 0, G_OPTION_ARG_STRING, &config->durability,
      "What a stored message survives: a killed server, or a power cut (default: full)",
      "process|full|memory" },
    { "max-connections", 0, 0, G_OPTION_ARG_STRING, &config->max_connections,
      "Connections at a time (default: 16384, or what the limit of open files allows)", "N" },
    { "tls", 0, 0, G_OPTION_ARG_STRING, &config->tls,
      "Whether clients may, or have to, encrypt (default: optional)", "off|optional|required" },
    { "confine", 0, 0, G_OPTION_ARG_STRING, &config->confine,
      "Whether the server gives up what it does not need (default: auto, as far as it can)",
      "auto|on|off" },
    { "access", 0, 0, G_OPTION_ARG_STRING, &config->access,
      "Who may chat: everybody, who knows the password, or who has an account (default: open)",
      "open|password|accounts" },
    { "hash-password", 0, 0, G_OPTION_ARG_NONE, &options->hash_password,
      "Ask for a password, and print the line of the key file that says it", NULL },
    { "check-config", 0, 0, G_OPTION_ARG_NONE, &options->check_config,
      "Check the configuration and say what is wrong with it", NULL },
    { "list-dictionaries", 0, 0, G_OPTION_ARG_NONE, &options->list_dictionaries,
      "List the dictionaries that would be served, in order, and their state", NULL },
    { "export-room", 0, 0, G_OPTION_ARG_STRING, &options->export_room,
      "Print the messages that are kept of ROOM as JSON Lines", "ROOM" },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, "Print the version", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (context, "Serves chat and dictionaries to the local network.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (*argc > 1)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                   "“%s” is no option; see --help (a dictionary is named with --dictionary)",
                   (*argv)[1]);
      return FALSE;
    }
  return TRUE;
}

static void
options_clear (Options *options)
{
  ConfigOptions *config = &options->config;

  g_free (config->config);
  g_strfreev (config->listen);
  g_free (config->dict_listen);
  g_free (config->discovery_port);
  g_free (config->data_dir);
  g_strfreev (config->dictionaries);
  g_free (config->workers);
  g_free (config->name);
  g_free (config->send_rate);
  g_free (config->durability);
  g_free (config->max_connections);
  g_free (config->tls);
  g_free (config->confine);
  g_free (config->access);
  g_free (options->export_room);
}

static gboolean
serve (const ConfigOptions *options, Config *config, GError **error)
{
  Server *server = server_new (options, config, error);

  if (server == NULL)
    return FALSE;
  gboolean ok = server_run (server, error);
  server_free (server);
  return ok;
}

/* What does not serve. */
static gboolean
run_and_end (const Options *options, const Config *config, GError **error)
{
  if (options->list_dictionaries)
    return list_dictionaries (config, error);
  if (options->export_room != NULL)
    return journal_export_room (config->data_dir, options->export_room, stdout, error) >= 0;
  return certificate_check (config, error) && puts ("The configuration is good.") != EOF;
}

static gboolean
run (const Options *options, GError **error)
{
  Config *config = config_new (&options->config, error);

  if (config == NULL)
    return FALSE;
  if (!options->check_config && !options->list_dictionaries && options->export_room == NULL)
    return serve (&options->config, config, error);
  gboolean ok = run_and_end (options, config, error);
  config_free (config);
  return ok;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  Options options = { 0 };
  int status = EXIT_SUCCESS;

  (void)setlocale (LC_ALL, "");
  core_dump_forbid ();
  if (!parse_options (&options, &argc, &argv, &error))
    status = 2;
  else if (options.version)
    status = puts ("parlanced " PARLANCE_VERSION) != EOF ? EXIT_SUCCESS : EXIT_FAILURE;
  else if (options.hash_password ? !hash_password (&error) : !run (&options, &error))
    status = EXIT_FAILURE;

  if (error != NULL)
    log_error ("%s", error->message);
  options_clear (&options);
  return status;
}
