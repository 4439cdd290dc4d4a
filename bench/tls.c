/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What TLS costs a server: lookups in plain text and over TLS by the same client, handshakes, and
 * the memory of idle connections. Works against anything that answers a line for a line, and for
 * handshakes against `openssl s_server`. Time and memory of the server are read from /proc, for the
 * client is on the same machine and works as hard. Prints one JSON object.
 */
#include "bench/process-usage.h"
#include "bench/socket.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define MAX_CONNECTIONS 60000
#define SCRATCH_BYTES 65536

typedef struct
{
  char *server;
  char *what; /* "lookups", "handshakes" or "idle" */
  char *word;
  gboolean plain;
  int pid; /* of the server; 0: unknown */
  int n_connections;
  int n_outstanding;
  double seconds;
} Options;

typedef struct
{
  int fd;
  SSL *ssl; /* (nullable): plain text */
} Peer;

typedef struct
{
  Options options;
  BenchAddress address;
  SSL_CTX *context;
  Peer *peers;
  char scratch[SCRATCH_BYTES];
} Bench;

static gboolean
peer_open (Bench *self, Peer *peer)
{
  *peer = (Peer){ .fd = bench_connect (&self->address, TRUE) };
  if (peer->fd < 0)
    {
      g_printerr ("Cannot connect to %s: %s\n", self->options.server, g_strerror (errno));
      return FALSE;
    }
  if (self->options.plain)
    return TRUE;
  peer->ssl = SSL_new (self->context);
  if (peer->ssl != NULL && SSL_set_fd (peer->ssl, peer->fd) == 1 && SSL_connect (peer->ssl) == 1)
    return TRUE;
  ERR_print_errors_fp (stderr);
  g_printerr ("No handshake with %s\n", self->options.server);
  return FALSE;
}

static void
peer_close (Peer *peer)
{
  SSL_free (peer->ssl);
  if (peer->fd >= 0)
    close (peer->fd);
}

static gboolean
peer_send (Peer *peer, const char *bytes, gsize n_bytes)
{
  size_t n_written;

  return peer->ssl != NULL ? SSL_write_ex (peer->ssl, bytes, n_bytes, &n_written) == 1
                           : bench_send_all (peer->fd, bytes, n_bytes);
}

/* Reads until @n_lines have ended; there are no more than that to come. */
static gboolean
peer_receive (Bench *self, Peer *peer, int n_lines)
{
  while (n_lines > 0)
    {
      size_t n = 0;

      if (peer->ssl != NULL)
        {
          if (SSL_read_ex (peer->ssl, self->scratch, sizeof self->scratch, &n) != 1)
            return FALSE;
        }
      else
        {
          ssize_t n_received = recv (peer->fd, self->scratch, sizeof self->scratch, 0);
          if (n_received <= 0)
            return FALSE;
          n = (size_t)n_received;
        }
      for (const char *p = self->scratch, *end = p + n;
           (p = memchr (p, '\n', (size_t)(end - p))) != NULL; p++)
        n_lines--;
    }
  return n_lines == 0;
}

static gboolean
open_all (Bench *self)
{
  self->peers = g_new0 (Peer, (gsize)self->options.n_connections);
  for (int i = 0; i < self->options.n_connections; i++)
    {
      if (!peer_open (self, &self->peers[i]))
        return FALSE;
    }
  return TRUE;
}

static void
report (const Bench *self, guint64 n, double took_s, double cpu_s)
{
  printf ("{\"what\": \"%s\", \"tls\": %s, \"count\": %" G_GUINT64_FORMAT
          ", \"per_second\": %.0f, \"server_cpu_us\": %.2f}\n",
          self->options.what, self->options.plain ? "false" : "true", n, (double)n / took_s,
          n > 0 ? cpu_s * 1e6 / (double)n : 0.0);
}

static double
server_cpu_s (const Bench *self)
{
  ProcessUsage usage = { 0 };

  return self->options.pid > 0 && process_usage_read (self->options.pid, &usage)
             ? (double)usage.cpu_ns / 1e9
             : 0.0;
}

static gboolean
bench_lookups (Bench *self)
{
  const Options *options = &self->options;
  g_autoptr (GString) batch = g_string_new (NULL);
  guint64 n = 0;

  for (int i = 0; i < options->n_outstanding; i++)
    g_string_append_printf (
        batch,
        "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"define\",\"params\":{\"word\":\"%s\"}}\n", i,
        options->word);
  if (!open_all (self))
    return FALSE;
  double cpu_s = server_cpu_s (self);
  guint64 start_ns = bench_now_ns ();
  guint64 end_ns = start_ns + (guint64)(options->seconds * 1e9);
  /* A connection's next requests follow its replies, so that the server has always something to do.
   */
  for (int i = 0; i < options->n_connections; i++)
    {
      if (!peer_send (&self->peers[i], batch->str, batch->len))
        return FALSE;
    }
  while (bench_now_ns () < end_ns)
    {
      for (int i = 0; i < options->n_connections; i++)
        {
          if (!peer_receive (self, &self->peers[i], options->n_outstanding) ||
              !peer_send (&self->peers[i], batch->str, batch->len))
            return FALSE;
          n += (guint64)options->n_outstanding;
        }
    }
  report (self, n, (double)(bench_now_ns () - start_ns) / 1e9, server_cpu_s (self) - cpu_s);
  return TRUE;
}

static gboolean
bench_handshakes (Bench *self)
{
  guint64 n = 0;
  double cpu_s = server_cpu_s (self);
  guint64 start_ns = bench_now_ns ();
  guint64 end_ns = start_ns + (guint64)(self->options.seconds * 1e9);

  for (; bench_now_ns () < end_ns; n++)
    {
      Peer peer;

      if (!peer_open (self, &peer))
        return FALSE;
      /* A reset leaves no TIME_WAIT behind: a run would use up the local ports. */
      const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };
      if (setsockopt (peer.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) != 0)
        return FALSE;
      peer_close (&peer);
    }
  report (self, n, (double)(bench_now_ns () - start_ns) / 1e9, server_cpu_s (self) - cpu_s);
  return TRUE;
}

/* [KiB] that belong to the server alone, or -1 */
static double
server_memory_kib (const Bench *self)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/status", self->options.pid);
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents (path, &text, NULL, NULL) ||
      (line = strstr (text, "\nRssAnon:")) == NULL)
    return -1;
  return g_ascii_strtod (line + strlen ("\nRssAnon:"), NULL);
}

static gboolean
bench_idle (Bench *self)
{
  static const char ping[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n";
  Peer warm;

  if (!peer_open (self, &warm) || !peer_send (&warm, ping, strlen (ping)) ||
      !peer_receive (self, &warm, 1))
    return FALSE;
  double before_kib = server_memory_kib (self);
  if (before_kib < 0 || !open_all (self))
    return FALSE;
  for (int i = 0; i < self->options.n_connections; i++)
    {
      if (!peer_send (&self->peers[i], ping, strlen (ping)) ||
          !peer_receive (self, &self->peers[i], 1))
        return FALSE;
    }
  printf ("{\"what\": \"idle\", \"tls\": %s, \"count\": %d, \"bytes_each\": %.0f}\n",
          self->options.plain ? "false" : "true", self->options.n_connections,
          (server_memory_kib (self) - before_kib) * 1024 / self->options.n_connections);
  peer_close (&warm);
  return TRUE;
}

static gboolean
parse_options (Options *options, int *argc, char ***argv)
{
  const GOptionEntry entries[] = {
    { "server", 0, 0, G_OPTION_ARG_STRING, &options->server, "Where it listens", "ADDR:PORT" },
    { "pid", 0, 0, G_OPTION_ARG_INT, &options->pid, "The server's process, to read its use of",
      "N" },
    { "plain", 0, 0, G_OPTION_ARG_NONE, &options->plain, "Without TLS", NULL },
    { "word", 0, 0, G_OPTION_ARG_STRING, &options->word, "What is looked up (hello)", "WORD" },
    { "connections", 0, 0, G_OPTION_ARG_INT, &options->n_connections, "How many (4)", "N" },
    { "outstanding", 0, 0, G_OPTION_ARG_INT, &options->n_outstanding, "Requests of each (64)",
      "N" },
    { "seconds", 0, 0, G_OPTION_ARG_DOUBLE, &options->seconds, "How long (3)", "S" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("lookups|handshakes|idle");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, &error) || *argc != 2 ||
      options->server == NULL || options->n_connections < 1 ||
      options->n_connections > MAX_CONNECTIONS || options->n_outstanding < 1)
    {
      g_printerr ("%s\n", error != NULL ? error->message : "See --help");
      return FALSE;
    }
  options->what = (*argv)[1];
  return TRUE;
}

static gboolean
run (Bench *self)
{
  if (strcmp (self->options.what, "lookups") == 0)
    return bench_lookups (self);
  if (strcmp (self->options.what, "handshakes") == 0)
    return bench_handshakes (self);
  if (strcmp (self->options.what, "idle") == 0)
    return bench_idle (self);
  return FALSE;
}

int
main (int argc, char **argv)
{
  Bench *self = g_new0 (Bench, 1);
  struct rlimit limit;

  self->options = (Options){ .n_connections = 4, .n_outstanding = 64, .seconds = 3 };
  if (!parse_options (&self->options, &argc, &argv))
    return 2;
  if (self->options.word == NULL)
    self->options.word = g_strdup ("hello");
  if (!bench_address_parse (self->options.server, &self->address))
    {
      g_printerr ("%s is no address\n", self->options.server);
      return 2;
    }
  if (getrlimit (RLIMIT_NOFILE, &limit) == 0)
    {
      limit.rlim_cur = limit.rlim_max;
      (void)setrlimit (RLIMIT_NOFILE, &limit);
    }
  self->context = SSL_CTX_new (TLS_client_method ());
  if (self->context == NULL)
    return EXIT_FAILURE;
  if (strcmp (self->options.what, "idle") == 0)
    (void)SSL_CTX_set_mode (self->context, SSL_MODE_RELEASE_BUFFERS);
  /* As in plain text: all that has come with one receive, and not a header and a record by turns.
   */
  SSL_CTX_set_read_ahead (self->context, 1);
  SSL_CTX_set_default_read_buffer_len (self->context, SCRATCH_BYTES);
  gboolean ok = run (self);
  for (int i = 0; self->peers != NULL && i < self->options.n_connections; i++)
    peer_close (&self->peers[i]);
  g_free (self->peers);
  SSL_CTX_free (self->context);
  g_free (self->options.server);
  g_free (self->options.word);
  g_free (self);
  return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
