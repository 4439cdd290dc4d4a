/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The command line, by getopt_long(), which lets options and words mix.
 */
#include "client-cli/options.h"

#include <getopt.h>
#include <string.h>

#include "protocol/wire/limits.h"

#define DEFAULT_TIMEOUT_MS 10000
#define MAX_TIMEOUT_S 86400.0

enum
{
  LONG_ONLY_SERVER = 256,
  LONG_ONLY_JSON,
  LONG_ONLY_COLOR,
  LONG_ONLY_TIMEOUT,
  LONG_ONLY_VERSION,
  LONG_ONLY_MAX_ENTRIES,
  LONG_ONLY_LIMIT,
  LONG_ONLY_AT,
  LONG_ONLY_SKIP_COMMON,
  LONG_ONLY_DISCOVERY_PORT,
  LONG_ONLY_WATCH,
  LONG_ONLY_TLS,
  LONG_ONLY_PASSWORD_FILE,
};

static const struct option long_options[] = {
  { "server", required_argument, NULL, LONG_ONLY_SERVER },
  { "json", no_argument, NULL, LONG_ONLY_JSON },
  { "color", required_argument, NULL, LONG_ONLY_COLOR },
  { "timeout", required_argument, NULL, LONG_ONLY_TIMEOUT },
  { "help", no_argument, NULL, 'h' },
  { "version", no_argument, NULL, LONG_ONLY_VERSION },
  { "dictionary", required_argument, NULL, 'd' },
  { "max-entries", required_argument, NULL, LONG_ONLY_MAX_ENTRIES },
  { "limit", required_argument, NULL, LONG_ONLY_LIMIT },
  { "strategy", required_argument, NULL, 's' },
  { "at", required_argument, NULL, LONG_ONLY_AT },
  { "skip-common", no_argument, NULL, LONG_ONLY_SKIP_COMMON },
  { "nick", required_argument, NULL, CHAT_OPTION_NICK },
  { "key", required_argument, NULL, CHAT_OPTION_KEY },
  { "action", no_argument, NULL, CHAT_OPTION_ACTION },
  { "whole", no_argument, NULL, CHAT_OPTION_WHOLE },
  { "since", required_argument, NULL, CHAT_OPTION_SINCE },
  { "before", required_argument, NULL, CHAT_OPTION_BEFORE },
  { "follow", no_argument, NULL, CHAT_OPTION_FOLLOW },
  { "after", required_argument, NULL, CHAT_OPTION_AFTER },
  { "plain", no_argument, NULL, CHAT_OPTION_PLAIN },
  { "bell", no_argument, NULL, CHAT_OPTION_BELL },
  { "discovery-port", required_argument, NULL, LONG_ONLY_DISCOVERY_PORT },
  { "watch", no_argument, NULL, LONG_ONLY_WATCH },
  { "tls", required_argument, NULL, LONG_ONLY_TLS },
  { "password-file", required_argument, NULL, LONG_ONLY_PASSWORD_FILE },
  { "account", required_argument, NULL, ADMIN_OPTION_ACCOUNT },
  { "address", required_argument, NULL, ADMIN_OPTION_ADDRESS },
  { "address-of", required_argument, NULL, ADMIN_OPTION_ADDRESS_OF },
  { "for", required_argument, NULL, ADMIN_OPTION_FOR },
  { "reason", required_argument, NULL, ADMIN_OPTION_REASON },
  { "room", required_argument, NULL, ADMIN_OPTION_ROOM },
  { NULL, 0, NULL, 0 },
};

static gboolean
parse_color (const char *value, ColorMode *ret_mode, char **ret_problem)
{
  static const char *const names[] = {
    [COLOR_AUTO] = "auto", [COLOR_ALWAYS] = "always", [COLOR_NEVER] = "never"
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (value, names[i]) == 0)
      {
        *ret_mode = (ColorMode)i;
        return TRUE;
      }
  *ret_problem = g_strdup_printf ("--color is auto, always or never, not “%s”", value);
  return FALSE;
}

static gboolean
parse_tls (const char *value, const char *name, ParlanceTlsUse *ret_tls, char **ret_problem)
{
  static const char *const names[] = {
    [PARLANCE_TLS_USE_AUTO] = "auto",
    [PARLANCE_TLS_USE_REQUIRE] = "require",
    [PARLANCE_TLS_USE_OFF] = "off",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (value, names[i]) == 0)
      {
        *ret_tls = (ParlanceTlsUse)i;
        return TRUE;
      }
  *ret_problem = g_strdup_printf ("%s is auto, require or off, not “%s”", name, value);
  return FALSE;
}

static gboolean
parse_timeout (const char *value, guint *ret_timeout_ms, char **ret_problem)
{
  char *end;
  double seconds = g_ascii_strtod (value, &end);

  if (end == value || *end != '\0' || !(seconds >= 0.001 && seconds <= MAX_TIMEOUT_S))
    {
      *ret_problem = g_strdup_printf (
          "--timeout is a number of seconds from 0.001 to %.0f, not “%s”", MAX_TIMEOUT_S, value);
      return FALSE;
    }
  *ret_timeout_ms = (guint)(seconds * 1000.0);
  return TRUE;
}

static gboolean
parse_limit (const char *value, Options *options, CommandOption given, char **ret_problem)
{
  guint64 number;

  /* How many are too many is the command's to say, which may not be known yet. */
  if (!g_ascii_string_to_unsigned (value, 10, 1, G_MAXUINT, &number, NULL))
    {
      *ret_problem = g_strdup_printf ("-n is a number of at least 1, not “%s”", value);
      return FALSE;
    }
  options->limit = (guint)number;
  options->given |= given;
  return TRUE;
}

static gboolean
parse_at (const char *value, Options *options, char **ret_problem)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (value, 10, 0, G_MAXINT64, &number, NULL))
    {
      *ret_problem = g_strdup_printf ("--at is a number of characters, not “%s”", value);
      return FALSE;
    }
  options->at = (gint64)number;
  options->given |= OPTION_AT;
  return TRUE;
}

static gboolean
parse_discovery_port (const char *value, const char *name, guint16 *ret_port, char **ret_problem)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (value, 10, 1, G_MAXUINT16, &number, NULL))
    {
      *ret_problem =
          g_strdup_printf ("%s is a port from 1 to %d, not “%s”", name, G_MAXUINT16, value);
      return FALSE;
    }
  *ret_port = (guint16)number;
  return TRUE;
}

static gboolean
parse_text (const char *value, const char *name, char **ret_problem)
{
  if (*value != '\0' && g_utf8_validate (value, -1, NULL))
    return TRUE;
  *ret_problem = g_strdup_printf ("the value of %s is empty or not UTF-8", name);
  return FALSE;
}

static gboolean
take_option (int option, const char *value, Options *options, char **ret_problem)
{
  switch (option)
    {
    case LONG_ONLY_SERVER:
      options->server = value;
      return parse_text (value, "--server", ret_problem);
    case LONG_ONLY_JSON:
      options->json = TRUE;
      return TRUE;
    case LONG_ONLY_COLOR:
      return parse_color (value, &options->color, ret_problem);
    case LONG_ONLY_TIMEOUT:
      options->given |= OPTION_TIMEOUT;
      return parse_timeout (value, &options->timeout_ms, ret_problem);
    case 'h':
      options->help = TRUE;
      return TRUE;
    case LONG_ONLY_VERSION:
      options->version = TRUE;
      return TRUE;
    case 'd':
      options->given |= OPTION_DICTIONARY;
      g_ptr_array_insert (options->dictionaries, (int)options->dictionaries->len - 1,
                          g_strdup (value));
      return parse_text (value, "--dictionary", ret_problem);
    case 'n':
      return parse_limit (value, options, OPTION_COUNT, ret_problem);
    case LONG_ONLY_MAX_ENTRIES:
      return parse_limit (value, options, OPTION_MAX_ENTRIES, ret_problem);
    case LONG_ONLY_LIMIT:
      return parse_limit (value, options, OPTION_LIMIT, ret_problem);
    case 's':
      options->given |= OPTION_STRATEGY;
      options->strategy = value;
      return parse_text (value, "--strategy", ret_problem);
    case LONG_ONLY_AT:
      return parse_at (value, options, ret_problem);
    case LONG_ONLY_SKIP_COMMON:
      options->given |= OPTION_SKIP_COMMON;
      options->skip_common = TRUE;
      return TRUE;
    case LONG_ONLY_DISCOVERY_PORT:
      return parse_discovery_port (value, "--discovery-port", &options->discovery_port,
                                   ret_problem);
    case LONG_ONLY_TLS:
      return parse_tls (value, "--tls", &options->tls, ret_problem);
    case LONG_ONLY_WATCH:
      options->given |= OPTION_WATCH;
      options->watch = TRUE;
      return TRUE;
    case LONG_ONLY_PASSWORD_FILE:
      options->given |= OPTION_PASSWORD_FILE;
      options->password_file = value;
      return TRUE;
    default:
      if (admin_options_has (option))
        return admin_options_take (&options->admin, option, value, &options->given, ret_problem);
      return chat_options_take (&options->chat, option, value, &options->given, ret_problem);
    }
}

static char *
describe_misuse (char **argv, int misuse)
{
  if (misuse == ':')
    return g_strdup_printf ("%s needs a value", argv[optind - 1]);
  if (optopt != 0 && optopt < LONG_ONLY_SERVER)
    return g_strdup_printf ("there is no option -%c", optopt);
  if (optopt != 0)
    return g_strdup_printf ("%s takes no value", argv[optind - 1]);
  return g_strdup_printf ("there is no option %s", argv[optind - 1]);
}

static void
options_init (Options *self)
{
  const char *server = g_getenv ("PARLANCE_SERVER");

  *self = (Options){
    .server = server != NULL && *server != '\0' ? server : NULL,
    .discovery_port = PARLANCE_DEFAULT_PORT,
    .timeout_ms = DEFAULT_TIMEOUT_MS,
    .at = -1,
    .chat = { .after_seq = -1 },
    .dictionaries = g_ptr_array_new_with_free_func (g_free),
  };
  g_ptr_array_add (self->dictionaries, NULL);
}

static gboolean
read_environment (Options *options, char **ret_problem)
{
  const char *port = g_getenv ("PARLANCE_DISCOVERY_PORT");
  const char *tls = g_getenv ("PARLANCE_TLS");

  if (port != NULL && *port != '\0' &&
      !parse_discovery_port (port, "PARLANCE_DISCOVERY_PORT", &options->discovery_port,
                             ret_problem))
    return FALSE;
  return tls == NULL || *tls == '\0' || parse_tls (tls, "PARLANCE_TLS", &options->tls, ret_problem);
}

gboolean
options_parse (int argc, char **argv, Options *ret_options, char **ret_problem)
{
  int option;

  options_init (ret_options);
  if (!read_environment (ret_options, ret_problem))
    return FALSE;
  optind = 0; /* GNU getopt starts over, so that a test may parse several lines */
  opterr = 0;
  while ((option = getopt_long (argc, argv, ":hd:n:s:", long_options, NULL)) != -1)
    {
      if (option == ':' || option == '?')
        {
          *ret_problem = describe_misuse (argv, option);
          return FALSE;
        }
      if (!take_option (option, optarg, ret_options, ret_problem))
        return FALSE;
    }

  if (optind < argc)
    {
      ret_options->command = argv[optind];
      ret_options->words = (const char *const *)argv + optind + 1;
      ret_options->n_words = (guint)(argc - optind - 1);
    }
  return TRUE;
}

char *
options_check_server (const Options *self)
{
  if (self->server == NULL)
    return NULL;
  const char *host_end = *self->server == '[' ? strchr (self->server, ']') : self->server;
  const char *port = host_end != NULL ? strchr (host_end, ':') : NULL;

  /* An IPv6 address without brackets has no port. */
  if (port == NULL || strchr (port + 1, ':') != NULL ||
      g_ascii_string_to_unsigned (port + 1, 10, 1, G_MAXUINT16, NULL, NULL))
    return NULL;
  return g_strdup_printf ("the port of server “%s” is not a number from 1 to %d", self->server,
                          G_MAXUINT16);
}

void
options_clear (Options *self)
{
  g_clear_pointer (&self->dictionaries, g_ptr_array_unref);
}
