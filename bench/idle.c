/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Opens many connections, lets each ask once (so that the server has surely accepted it) and holds
 * them. Says {"connected": N} and then serves its standard input: a line "ping COUNT" asks COUNT
 * times, one at a time on connections chosen at random, and prints the latencies as one JSON
 * object. The end of the input ends it. So its caller can read the server's memory in between.
 */
#include "bench/latency.h"
#include "bench/socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define LINE_BYTES 4096
#define SEED 1

typedef struct
{
  const char *name;
  const char *request; /* its reply is one line */
  gboolean has_banner;
} Protocol;

static const Protocol protocols[] = {
  { "json", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n", FALSE },
  { "dict", "STATUS\r\n", TRUE },
  { "redis", "PING\r\n", FALSE },
  { "memcached", "version\r\n", FALSE },
};

static const Protocol *
find_protocol (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (protocols); i++)
    if (strcmp (protocols[i].name, name) == 0)
      return &protocols[i];

  return NULL;
}

/* Each reply is one line and nothing else is outstanding, so an LF is always the last byte. */
static gboolean
read_line (int fd)
{
  char bytes[LINE_BYTES];
  ssize_t n_received;

  do
    {
      n_received = recv (fd, bytes, sizeof bytes, 0);
      if (n_received < 0 && errno == EINTR)
        continue;
      if (n_received <= 0)
        return FALSE;
    }
  while (n_received < 0 || bytes[n_received - 1] != '\n');

  return TRUE;
}

static gboolean
ask (const Protocol *protocol, int fd)
{
  return bench_send_all (fd, protocol->request, strlen (protocol->request)) && read_line (fd);
}

static gboolean
connect_all (const BenchAddress *address, const Protocol *protocol, GArray *fds, int n_connections)
{
  for (int i = 0; i < n_connections; i++)
    {
      int fd = bench_connect (address, TRUE);

      if (fd < 0)
        {
          g_printerr ("Cannot open connection %d: %s\n", i + 1, g_strerror (errno));
          return FALSE;
        }
      g_array_append_val (fds, fd);
      if ((protocol->has_banner && !read_line (fd)) || !ask (protocol, fd))
        {
          g_printerr ("No answer on connection %d: %s\n", i + 1, g_strerror (errno));
          return FALSE;
        }
    }

  return TRUE;
}

static gboolean
ping (const Protocol *protocol, const GArray *fds, GRand *random, guint64 n_pings)
{
  LatencyHistogram latency;

  latency_reset (&latency);
  for (guint64 i = 0; i < n_pings; i++)
    {
      gint32 chosen = g_rand_int_range (random, 0, (gint32)fds->len);
      guint64 sent_ns = bench_now_ns ();

      if (!ask (protocol, g_array_index (fds, int, chosen)))
        {
          g_printerr ("No answer to a ping: %s\n", g_strerror (errno));
          return FALSE;
        }
      latency_add (&latency, bench_now_ns () - sent_ns, 1);
    }

  g_print ("{\"pings\": %" G_GUINT64_FORMAT ", \"p50_us\": %.1f, \"p99_us\": %.1f, "
           "\"max_us\": %.1f}\n",
           n_pings, latency_quantile_us (&latency, 0.5), latency_quantile_us (&latency, 0.99),
           (double)latency.max_ns / 1e3);
  return fflush (stdout) == 0;
}

static gboolean
serve_input (const Protocol *protocol, const GArray *fds)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (SEED);
  char line[LINE_BYTES];

  g_print ("{\"connected\": %u}\n", fds->len);
  gboolean done = fflush (stdout) == 0;
  while (done && fgets (line, sizeof line, stdin) != NULL)
    if (g_str_has_prefix (line, "ping "))
      done = ping (protocol, fds, random, g_ascii_strtoull (line + strlen ("ping "), NULL, 10));

  return done;
}

/* The default soft limit of 1024 descriptors is for programs that use select(). */
static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0)
    {
      limit.rlim_cur = limit.rlim_max;
      if (setrlimit (RLIMIT_NOFILE, &limit) != 0)
        g_printerr ("Cannot raise the descriptor limit: %s\n", g_strerror (errno));
    }
}

int
main (int argc, char **argv)
{
  g_autofree char *server = NULL;
  g_autofree char *protocol_name = NULL;
  int n_connections = 10000;
  const GOptionEntry entries[] = {
    { "server", 's', 0, G_OPTION_ARG_STRING, &server, "Where it listens", "ADDR:PORT" },
    { "protocol", 'p', 0, G_OPTION_ARG_STRING, &protocol_name,
      "json (the default), dict, redis or memcached", "NAME" },
    { "connections", 'c', 0, G_OPTION_ARG_INT, &n_connections, "Default: 10000", "N" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- hold idle connections");
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) fds = g_array_new (FALSE, FALSE, sizeof (int));
  BenchAddress address;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }

  const Protocol *protocol = find_protocol (protocol_name == NULL ? "json" : protocol_name);
  if (server == NULL || protocol == NULL || n_connections < 1 ||
      !bench_address_parse (server, &address))
    {
      g_printerr ("Give --server, --protocol and --connections; --help lists them\n");
      return 2;
    }

  raise_descriptor_limit ();
  gboolean done =
      connect_all (&address, protocol, fds, n_connections) && serve_input (protocol, fds);

  for (guint i = 0; i < fds->len; i++)
    close (g_array_index (fds, int, i));
  return done ? 0 : 1;
}
