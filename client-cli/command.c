/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The command table and what follows from it: finding, checking, help.
 */
#include "client-cli/command.h"

#include <string.h>

#include "protocol/wire/limits.h"

#define NICK_OPTION                                                                                \
  "      --nick NICK           be called that; else PARLANCE_NICK, else your login name\n"

#define PASSWORD_OPTION                                                                            \
  "      --password-file FILE  read passwords from it, one a line; -: standard input\n"

static const Command commands[] = {
  {
      .name = "define",
      .synopsis = "define [OPTION…] [WORD…]",
      .summary = "Show the entries of words",
      .options = "  -d, --dictionary NAME     only this dictionary (may be given again)\n"
                 "  -n, --max-entries N       at most N entries a word, 1 to 100\n",
      .accepts = OPTION_DICTIONARY | OPTION_COUNT | OPTION_MAX_ENTRIES,
      .max_limit = PARLANCE_MAX_ENTRIES,
      .takes_words = TRUE,
      .start = define_start,
  },
  {
      .name = "match",
      .synopsis = "match [OPTION…] [WORD…]",
      .summary = "List headwords that match",
      .options = "  -s, --strategy NAME       exact, prefix (the default), suffix, substring,\n"
                 "                            fuzzy, soundex, regexp, lemma,\n"
                 "                            and whatever else the server knows\n"
                 "  -d, --dictionary NAME     only this dictionary (may be given again)\n"
                 "  -n, --limit N             at most N headwords a word, 1 to 1000\n",
      .accepts = OPTION_DICTIONARY | OPTION_COUNT | OPTION_LIMIT | OPTION_STRATEGY,
      .max_limit = PARLANCE_MAX_MATCHES,
      .takes_words = TRUE,
      .start = match_start,
  },
  {
      .name = "search",
      .synopsis = "search [OPTION…] [TEXT…]",
      .summary = "Find the entries that hold words",
      .options = "  -d, --dictionary NAME     only this dictionary (may be given again)\n"
                 "  -n, --limit N             at most N entries a text, 1 to 200\n",
      .accepts = OPTION_DICTIONARY | OPTION_COUNT | OPTION_LIMIT,
      .max_limit = PARLANCE_MAX_HITS,
      .takes_words = TRUE,
      .start = search_start,
  },
  {
      .name = "annotate",
      .synopsis = "annotate [OPTION…] [FILE|TEXT|-]",
      .summary = "Show a text with the words in it",
      .options = "  -d, --dictionary NAME     only this dictionary (may be given again)\n"
                 "      --at N                only the words at character N, counted from 0\n"
                 "      --skip-common         leave out the commonest words (the, of, 的)\n",
      .accepts = OPTION_DICTIONARY | OPTION_AT | OPTION_SKIP_COMMON,
      .takes_words = TRUE,
      .input = "Without a text, or with -, it is read from standard input.\n",
      .start = annotate_start,
  },
  {
      .name = "dictionaries",
      .synopsis = "dictionaries [OPTION…]",
      .summary = "List the server's dictionaries",
      .start = dictionaries_start,
  },
  {
      .name = "status",
      .synopsis = "status [OPTION…]",
      .summary = "Say how the server is",
      .start = status_start,
  },
  {
      .name = "discover",
      .synopsis = "discover [OPTION…]",
      .summary = "List the servers on the network",
      .options = "      --watch               go on, and tell who comes and goes\n"
                 "      --timeout SECONDS     look for that long (1.5; with --watch without end)\n",
      .accepts = OPTION_WATCH,
      .needs_no_server = TRUE,
      .start = discover_start,
  },
  {
      .name = "doctor",
      .synopsis = "doctor [OPTION…]",
      .summary = "Say why a server cannot be found",
      .options =
          "      --server HOST[:PORT]  a server that should be found; else PARLANCE_SERVER,\n"
          "                            else the one that was used last\n",
      .needs_no_server = TRUE,
      .start = doctor_start,
  },
  {
      .name = "trust",
      .synopsis = "trust [OPTION…] [SERVER]",
      .summary = "Accept what a server shows in place of what it is known by",
      .takes_words = TRUE,
      .input = "Ask who runs the server for its fingerprint first, by another way than the "
               "network.\n",
      .max_words = 1,
      .takes_server = TRUE,
      .start = trust_start,
  },
  {
      .name = "chat",
      .synopsis = "chat [OPTION…] [ROOM]",
      .summary = "Talk in a room, the lobby if none is named",
      .options = NICK_OPTION
      "      --plain               no line editing, no escape sequences\n"
      "      --bell                ring when somebody says your nick\n" PASSWORD_OPTION,
      .accepts = OPTION_NICK | OPTION_PLAIN | OPTION_BELL | OPTION_PASSWORD_FILE,
      .takes_words = TRUE,
      .input = "/help lists what can be typed there. Lines that do not come from a terminal are "
               "sent,\nand the program ends when the server has them all.\n",
      .max_words = 1,
      .chats = TRUE,
      .start = chat_start,
  },
  {
      .name = "send",
      .synopsis = "send [OPTION…] ROOM [TEXT…]",
      .summary = "Send messages to a room",
      .options = NICK_OPTION
      "      --action              what one does, as /me says it in a chat\n"
      "      --whole               standard input is one message\n"
      "      --key KEY             the same key again is the same message\n" PASSWORD_OPTION,
      .accepts = OPTION_NICK | OPTION_ACTION | OPTION_WHOLE | OPTION_KEY | OPTION_PASSWORD_FILE,
      .takes_words = TRUE,
      .input = "The TEXT is one message. Without one, or with -, each line of standard input is.\n"
               "Done when the server has stored it.\n",
      .min_words = 1,
      .chats = TRUE,
      .start = send_start,
  },
  {
      .name = "history",
      .synopsis = "history [OPTION…] ROOM",
      .summary = "Show what was said in a room",
      .options =
          "  -n, --limit N             at most N messages, the last ones (50; all with --since)\n"
          "      --since WHEN          from this message or time on: 17, 2h, 14:30, 2026-11-27\n"
          "      --before WHEN         up to before it\n"
          "      --follow              and go on with what is said from now on\n" NICK_OPTION
              PASSWORD_OPTION,
      .accepts = OPTION_COUNT | OPTION_LIMIT | OPTION_SINCE | OPTION_BEFORE | OPTION_FOLLOW |
                 OPTION_NICK | OPTION_PASSWORD_FILE,
      .max_limit = G_MAXINT,
      .takes_words = TRUE,
      .input = "",
      .min_words = 1,
      .max_words = 1,
      .chats = TRUE,
      .start = history_start,
  },
  {
      .name = "listen",
      .synopsis = "listen [OPTION…] [ROOM…]",
      .summary = "Show what is said in rooms as it comes",
      .options = "      --after SEQ           begin after this message (of one room)\n" NICK_OPTION
          PASSWORD_OPTION,
      .accepts = OPTION_AFTER | OPTION_NICK | OPTION_PASSWORD_FILE,
      .takes_words = TRUE,
      .input = "Without a room, the lobby. With --json, whatever the server notifies of.\n",
      .chats = TRUE,
      .start = listen_start,
  },
  {
      .name = "account",
      .synopsis = "account [OPTION…] register|login|password|logout|devices|delete [NICK|DEVICE]",
      .summary = "Register a nick, log in and out, change the password, delete it",
      .options = NICK_OPTION PASSWORD_OPTION,
      .accepts = OPTION_NICK | OPTION_PASSWORD_FILE,
      .takes_words = TRUE,
      .input = "  register [NICK]         make the nick yours, with a password\n"
               "  login [NICK]            log in on this device\n"
               "  password                take another password; other devices are logged out\n"
               "  devices                 list the devices that are logged in\n"
               "  logout [DEVICE|others]  log this device out, or another, or all others\n"
               "  delete                  delete the account; its nick is anybody's then\n",
      .min_words = 1,
      .max_words = 2,
      .start = account_start,
  },
  {
      .name = "admin",
      .synopsis = "admin [OPTION…] VERB [NICK|ROOM|TEXT]",
      .summary = "Keep order on a server, as one of its operators",
      .options = "      --account NICK        ban the account\n"
                 "      --address RANGE       ban an address, or a range as 10.0.0.0/8\n"
                 "      --address-of NICK     ban the address that somebody is connected from\n"
                 "      --for TIME            for that long only: 30m, 2h, 7d\n"
                 "      --reason TEXT         what those whom it concerns are told\n"
                 "      --room ROOM           tell a notice in this room only\n" NICK_OPTION
                     PASSWORD_OPTION,
      .accepts = OPTION_ACCOUNT | OPTION_ADDRESS | OPTION_ADDRESS_OF | OPTION_FOR | OPTION_REASON |
                 OPTION_ROOM | OPTION_NICK | OPTION_PASSWORD_FILE,
      .takes_words = TRUE,
      .input = "  kick NICK                     end their connections\n"
               "  ban [NICK], unban [NICK|NUMBER], bans\n"
               "  mute NICK, unmute NICK        let them read, and not write\n"
               "  close-room ROOM, open-room ROOM\n"
               "  notice TEXT                   tell everybody\n"
               "  op NICK, deop NICK            give and take the rights of an operator\n"
               "  password NICK                 give an account another password\n"
               "  delete NICK                   delete an account\n",
      .min_words = 1,
      .max_words = 2,
      .start = admin_start,
  },
};

static const struct
{
  CommandOption option;
  const char *name;
} option_names[] = {
  { OPTION_DICTIONARY, "--dictionary" },
  { OPTION_MAX_ENTRIES, "--max-entries" },
  { OPTION_LIMIT, "--limit" },
  { OPTION_COUNT, "-n" },
  { OPTION_STRATEGY, "--strategy" },
  { OPTION_AT, "--at" },
  { OPTION_SKIP_COMMON, "--skip-common" },
  { OPTION_NICK, "--nick" },
  { OPTION_KEY, "--key" },
  { OPTION_ACTION, "--action" },
  { OPTION_WHOLE, "--whole" },
  { OPTION_SINCE, "--since" },
  { OPTION_BEFORE, "--before" },
  { OPTION_FOLLOW, "--follow" },
  { OPTION_AFTER, "--after" },
  { OPTION_PLAIN, "--plain" },
  { OPTION_BELL, "--bell" },
  { OPTION_WATCH, "--watch" },
  { OPTION_PASSWORD_FILE, "--password-file" },
  { OPTION_ACCOUNT, "--account" },
  { OPTION_ADDRESS, "--address" },
  { OPTION_ADDRESS_OF, "--address-of" },
  { OPTION_FOR, "--for" },
  { OPTION_REASON, "--reason" },
  { OPTION_ROOM, "--room" },
};

static const char global_options[] =
    "      --server HOST[:PORT]  the server; else PARLANCE_SERVER, else one that is found\n"
    "      --discovery-port PORT where servers are looked for (9502)\n"
    "      --tls WHEN            auto (where the server can), require or off\n"
    "      --json                JSON Lines instead of text\n"
    "      --color WHEN          auto, always or never\n"
    "      --timeout SECONDS     give up after that long without an answer (10)\n"
    "  -h, --help                this help\n"
    "      --version             the program's version\n";

const Command *
command_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (commands[i].name, name) == 0)
      return &commands[i];
  return NULL;
}

char *
command_check (const Command *self, const Options *options)
{
  for (guint i = 0; i < G_N_ELEMENTS (option_names); i++)
    if ((options->given & ~self->accepts & (guint)option_names[i].option) != 0)
      return g_strdup_printf ("%s takes no %s", self->name, option_names[i].name);
  if (options->limit > self->max_limit)
    return g_strdup_printf ("%s takes -n from 1 to %u, not %u", self->name, self->max_limit,
                            options->limit);
  if (!self->takes_words && options->n_words > 0)
    return g_strdup_printf ("%s takes no words", self->name);
  if (options->n_words < self->min_words)
    return g_strdup_printf (self->chats ? "%s needs a room" : "%s needs to be told what to do",
                            self->name);
  if (self->max_words > 0 && options->n_words > self->max_words)
    return g_strdup_printf (self->takes_server ? "%s takes one server"
                            : self->chats
                                ? "%s takes one room; a name with spaces stands in quotes"
                                : "%s takes fewer words; a text with spaces stands in quotes",
                            self->name);
  return NULL;
}

char *
command_help (const Command *self)
{
  GString *help = g_string_new ("Usage: parlance ");

  if (self != NULL)
    {
      g_string_append_printf (help, "%s\n\n%s.\n", self->synopsis, self->summary);
      if (self->input != NULL)
        g_string_append (help, self->input);
      else if (self->takes_words)
        g_string_append (help, "Without words, or with -, words are read from standard input, "
                               "one a line.\n");
      if (self->options != NULL)
        g_string_append_printf (help, "\n%s", self->options);
    }
  else
    {
      g_string_append (help, "COMMAND [OPTION…] [WORD…]\n\n");
      for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
        g_string_append_printf (help, "  %-14s  %s\n", commands[i].name, commands[i].summary);
    }
  g_string_append_printf (help, "\n%s", global_options);
  if (self == NULL)
    g_string_append (help, "\n“parlance COMMAND --help” and parlance(1) say more.\n");
  return g_string_free (help, FALSE);
}
