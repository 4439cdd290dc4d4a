/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The load generator for chat: members of one room, some of whom send. Checks every delivery and
 * prints one JSON object. It serves every protocol that is compared with the same loop. The exit
 * status is 1 when a message was lost, doubled, damaged, or not one of this run's.
 */
#include "bench/fanout-run.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>

#define PAYLOAD_BYTES_MAX 8192

typedef struct
{
  char *server;
  char *protocol;
  char *room;
} Names;

static void
print_latency (const char *name, const LatencyHistogram *latency)
{
  g_print ("\"%sp50_us\": %.1f, \"%sp99_us\": %.1f, \"%smax_us\": %.1f, ", name,
           latency_quantile_us (latency, 0.5), name, latency_quantile_us (latency, 0.99), name,
           (double)latency->max_ns / 1e3);
}

static double
in_us (struct timeval time)
{
  return (double)time.tv_sec * 1e6 + (double)time.tv_usec;
}

static void
print_report (const char *protocol, const FanoutOptions *options, const FanoutReport *report)
{
  double n_deliveries = (double)MAX (report->n_deliveries, 1);
  double n_messages = (double)MAX (report->n_messages, 1);

  g_print ("{\"protocol\": \"%s\", \"members\": %d, \"senders\": %d, \"slow\": %d, "
           "\"window\": %d, \"rate\": %.0f, \"payload\": %d, \"seconds\": %.3f, ",
           protocol, options->n_members, options->n_senders, options->n_slow, options->window,
           options->rate, options->payload_bytes, report->seconds);
  g_print ("\"messages\": %" G_GUINT64_FORMAT ", \"messages_per_s\": %.0f, "
           "\"deliveries\": %" G_GUINT64_FORMAT ", \"deliveries_per_s\": %.0f, ",
           report->n_messages, (double)report->n_messages / report->seconds, report->n_deliveries,
           (double)report->n_deliveries / report->seconds);
  print_latency ("", &report->delivery);
  print_latency ("ack_", &report->acknowledgement);
  g_print ("\"lost\": %" G_GUINT64_FORMAT ", \"doubled\": %" G_GUINT64_FORMAT
           ", \"strange\": %" G_GUINT64_FORMAT ", \"wrong\": %" G_GUINT64_FORMAT
           ", \"unfinished\": %" G_GUINT64_FORMAT ", \"same_order\": %s, ",
           report->n_lost, report->n_doubled, report->n_strange, report->n_wrong,
           report->n_unfinished, report->same_order ? "true" : "false");
  g_print ("\"bytes_per_delivery\": %.1f, \"deliveries_per_read\": %.2f, "
           "\"own_user_us_per_delivery\": %.4f, \"own_system_us_per_delivery\": %.4f, ",
           (double)report->n_bytes / n_deliveries, n_deliveries / (double)MAX (report->n_reads, 1),
           in_us (report->own.ru_utime) / n_deliveries,
           in_us (report->own.ru_stime) / n_deliveries);
  g_print ("\"server_us_per_delivery\": %.4f, \"server_us_per_message\": %.2f, "
           "\"server_cores\": %.3f, \"server_switches_per_message\": %.3f}\n",
           (double)report->server.cpu_ns / 1e3 / n_deliveries,
           (double)report->server.cpu_ns / 1e3 / n_messages,
           (double)report->server.cpu_ns / 1e9 / report->seconds,
           (double)report->server.n_switches / n_messages);
}

static gboolean
parse_options (int *argc, char ***argv, FanoutOptions *options, Names *names)
{
  const GOptionEntry entries[] = {
    { "server", 0, 0, G_OPTION_ARG_STRING, &names->server, "Where it listens", "ADDR:PORT" },
    { "protocol", 'p', 0, G_OPTION_ARG_STRING, &names->protocol, "parlance, redis, irc or bare",
      "NAME" },
    { "room", 0, 0, G_OPTION_ARG_STRING, &names->room, "Default: bench", "NAME" },
    { "members", 'm', 0, G_OPTION_ARG_INT, &options->n_members, "Default: 100", "N" },
    { "senders", 's', 0, G_OPTION_ARG_INT, &options->n_senders,
      "How many of them send (redis: beside them); default: 1", "N" },
    { "slow", 0, 0, G_OPTION_ARG_INT, &options->n_slow, "More members, who never read", "N" },
    { "window", 'w', 0, G_OPTION_ARG_INT, &options->window,
      "Messages of each sender under way, 1 to 1024; default: 10", "N" },
    { "rate", 'r', 0, G_OPTION_ARG_DOUBLE, &options->rate,
      "Instead: messages a second, of all senders", "N" },
    { "ping-pong", 0, 0, G_OPTION_ARG_NONE, &options->ping_pong,
      "Instead: two members answer each other", NULL },
    { "payload", 'b', 0, G_OPTION_ARG_INT, &options->payload_bytes, "Bytes of a text; default: 128",
      "N" },
    { "keys", 0, 0, G_OPTION_ARG_NONE, &options->with_keys, "Send idempotency keys (parlance)",
      NULL },
    { "check", 0, 0, G_OPTION_ARG_NONE, &options->checked, "Compare every byte of every text",
      NULL },
    { "announce", 0, 0, G_OPTION_ARG_NONE, &options->announces,
      "Print {\"entered\": true} when all are in the room", NULL },
    { "seconds", 't', 0, G_OPTION_ARG_DOUBLE, &options->seconds, "Default: 2", "S" },
    { "warm-up", 0, 0, G_OPTION_ARG_DOUBLE, &options->warm_up_s, "Default: 0.3", "S" },
    { "messages", 0, 0, G_OPTION_ARG_INT64, &options->n_messages_max, "End after as many", "N" },
    { "server-pid", 0, 0, G_OPTION_ARG_INT, &options->server_pid, "Report what it uses", "PID" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- measure a chat server");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, &error))
    g_printerr ("%s\n", error->message);

  return error == NULL;
}

static gboolean
are_sound (const FanoutOptions *options)
{
  return options->n_members >= 1 && options->n_senders >= 1 && options->n_slow >= 0 &&
         options->n_senders <= MIN (options->n_members, FANOUT_SENDERS_MAX) &&
         options->window >= 1 && options->window <= FANOUT_WINDOW_MAX && options->rate >= 0 &&
         options->payload_bytes >= 24 && options->payload_bytes <= PAYLOAD_BYTES_MAX &&
         options->seconds > 0 && options->warm_up_s >= 0 && options->n_messages_max >= 0;
}

static gboolean
prepare (int *argc, char ***argv, FanoutOptions *options, Names *names)
{
  if (!parse_options (argc, argv, options, names))
    return FALSE;
  if (options->ping_pong)
    {
      options->n_members = 2;
      options->n_senders = 2;
      options->window = 1;
      options->rate = 0;
    }
  if (names->server == NULL || names->protocol == NULL ||
      !bench_address_parse (names->server, &options->address) ||
      !chat_dialect_parse (names->protocol, &options->dialect) || !are_sound (options))
    {
      g_printerr ("Give --server and --protocol, and everything in its range; --help lists them\n");
      return FALSE;
    }

  options->room = names->room == NULL ? "bench" : names->room;
  return TRUE;
}

/* The default soft limit of 1024 descriptors is for programs that use select(). */
static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit (RLIMIT_NOFILE, &limit) != 0)
    g_printerr ("Cannot raise the descriptor limit: %s\n", g_strerror (errno));
}

int
main (int argc, char **argv)
{
  FanoutOptions options = { .n_members = 100,
                            .n_senders = 1,
                            .window = 10,
                            .payload_bytes = 128,
                            .seconds = 2,
                            .warm_up_s = 0.3 };
  g_autofree FanoutReport *report = g_new0 (FanoutReport, 1);
  Names names = { .protocol = NULL };
  int status = 2;

  if (prepare (&argc, &argv, &options, &names))
    {
      raise_descriptor_limit ();
      status = fanout_run (&options, report) ? 0 : 1;
    }
  if (status == 0)
    {
      print_report (names.protocol, &options, report);
      status = report->n_lost + report->n_doubled + report->n_strange + report->n_wrong +
                           report->n_unfinished ==
                       0
                   ? 0
                   : 1;
    }

  g_free (names.server);
  g_free (names.protocol);
  g_free (names.room);
  return status;
}
