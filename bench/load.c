/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The load generator: one thread keeps a number of requests outstanding on each of a number of
 * connections, counts the replies for some seconds and prints one JSON object. It serves every
 * protocol that is compared with the same loop: one receive, one scan, one clock reading and one
 * send for each turn of a connection.
 *
 * TCP_QUICKACK is set after a receive that completed no reply, and only then: a server that answers
 * in several small writes with Nagle's algorithm on (dictd) would else wait 40 ms for the
 * acknowledgement of the first, and a server that answers in one write costs no extra call.
 * --plain leaves TCP alone, as most clients do.
 */
#include "bench/latency.h"
#include "bench/reply-scan.h"
#include "bench/request-list.h"
#include "bench/socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#define SCRATCH_BYTES ((gsize)256 * 1024)
#define EVENTS_MAX 256

typedef struct
{
  int fd;
  gsize next_request;
  ReplyScanner scanner;
  char *tail;   /* (nullable) (owned): received, and handed back by the scanner */
  gsize n_tail; /* [bytes] */
  guint64 sent_ns[REQUEST_BATCH_MAX]; /* [ns] a ring: when each outstanding request was sent */
  guint oldest_sent;
} Connection;

typedef struct
{
  char *server;
  char *protocol;
  char *words;
  char *database;
  char *strategy;
  int n_connections;
  int n_outstanding;
  double seconds;
  double warm_up_s; /* [s] */
  gboolean reconnect;
  gboolean plain;
  gboolean check;
} Options;

typedef struct
{
  Options options;
  BenchAddress address;
  RequestList *list;
  Connection *connections;
  char *scratch;
  int epoll_fd;
  LatencyHistogram latency;
  guint64 n_replies;
  guint64 n_empty;
  guint64 n_wrong;
  guint64 n_bytes;    /* [bytes] received */
  guint64 started_ns; /* [ns] the end of the warm-up */
  struct rusage started_usage;
} Load;

static gboolean
send_requests (Load *self, Connection *connection, gsize n_requests, guint64 now_ns)
{
  gsize n_bytes;
  const char *bytes =
      request_list_batch (self->list, connection->next_request, n_requests, &n_bytes);

  if (!bench_send_all (connection->fd, bytes, n_bytes))
    {
      g_printerr ("Cannot send to %s: %s\n", self->options.server, g_strerror (errno));
      return FALSE;
    }

  connection->next_request = (connection->next_request + n_requests) % self->list->words->len;
  for (gsize i = 0; i < n_requests; i++)
    {
      /* The slots that have just been answered are the ones that are taken up again. */
      guint slot = connection->oldest_sent + (guint)self->options.n_outstanding -
                   (guint)n_requests + (guint)i;
      connection->sent_ns[slot % (guint)self->options.n_outstanding] = now_ns;
    }

  return TRUE;
}

static gboolean
open_connection (Load *self, Connection *connection)
{
  guint64 now_ns = bench_now_ns ();
  struct epoll_event event = { .events = EPOLLIN, .data = { .ptr = connection } };

  connection->fd = bench_connect (&self->address, !self->options.plain);
  if (connection->fd < 0 || epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, connection->fd, &event) != 0)
    {
      g_printerr ("Cannot connect to %s: %s\n", self->options.server, g_strerror (errno));
      return FALSE;
    }

  connection->n_tail = 0;
  connection->oldest_sent = 0;
  reply_scanner_init (&connection->scanner, self->list, connection->next_request,
                      self->options.check);
  return send_requests (self, connection, (gsize)self->options.n_outstanding, now_ns);
}

/* A reset leaves no TIME_WAIT behind: a run of new connections would use up the local ports. */
static gboolean
reopen_connection (Load *self, Connection *connection)
{
  const struct linger at_once = { .l_onoff = 1 };

  if (setsockopt (connection->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) != 0)
    g_printerr ("Cannot set SO_LINGER: %s\n", g_strerror (errno));
  close (connection->fd);
  return open_connection (self, connection);
}

static void
account_replies (Load *self, Connection *connection, gsize n_replies, guint64 now_ns)
{
  guint n_outstanding = (guint)self->options.n_outstanding;

  for (gsize i = 0; i < n_replies;)
    {
      guint64 sent_ns = connection->sent_ns[connection->oldest_sent];
      gsize n_same = 0;

      while (i < n_replies && connection->sent_ns[connection->oldest_sent] == sent_ns)
        {
          connection->oldest_sent++;
          if (connection->oldest_sent == n_outstanding)
            connection->oldest_sent = 0;
          n_same++;
          i++;
        }
      latency_add (&self->latency, now_ns - sent_ns, n_same);
    }
}

static gboolean
keep_tail (Load *self, Connection *connection, const char *tail, gsize n_tail)
{
  if (n_tail > SCRATCH_BYTES / 2)
    {
      g_printerr ("Cannot check %s: a reply is longer than %" G_GSIZE_FORMAT " bytes\n",
                  self->options.server, SCRATCH_BYTES / 2);
      return FALSE;
    }
  if (n_tail > 0)
    {
      if (connection->tail == NULL)
        connection->tail = g_malloc (SCRATCH_BYTES / 2);
      memcpy (connection->tail, tail, n_tail);
    }

  connection->n_tail = n_tail;
  return TRUE;
}

/* Returns: how many bytes stand in the scratch buffer, or 0 when the connection is lost */
static gsize
receive (Load *self, Connection *connection)
{
  ssize_t n_received;

  if (connection->n_tail > 0)
    memcpy (self->scratch, connection->tail, connection->n_tail);
  do
    n_received = recv (connection->fd, self->scratch + connection->n_tail,
                       SCRATCH_BYTES - connection->n_tail, 0);
  while (n_received < 0 && errno == EINTR);

  if (n_received <= 0)
    {
      g_printerr ("Lost a connection to %s: %s\n", self->options.server,
                  n_received == 0 ? "closed by the server" : g_strerror (errno));
      return 0;
    }

  self->n_bytes += (gsize)n_received;
  return connection->n_tail + (gsize)n_received;
}

static gboolean
serve (Load *self, Connection *connection)
{
  ReplyScanner *scanner = &connection->scanner;
  gsize n_bytes = receive (self, connection);

  if (n_bytes == 0)
    return FALSE;

  guint64 now_ns = bench_now_ns ();
  ReplyScanner before = *scanner;
  gsize n_used = reply_scanner_feed (scanner, self->scratch, n_bytes);
  gsize n_replies = scanner->n_replies - before.n_replies;

  if (scanner->broken || n_replies > (gsize)self->options.n_outstanding)
    {
      g_printerr ("%s does not speak %s: it sent \"%.*s\"\n", self->options.server,
                  self->options.protocol, (int)MIN (n_bytes, 160), self->scratch);
      return FALSE;
    }
  if (!keep_tail (self, connection, self->scratch + n_used, n_bytes - n_used))
    return FALSE;

  if (n_replies == 0)
    {
      const int on = 1;

      return self->options.plain ||
             setsockopt (connection->fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on) == 0;
    }

  account_replies (self, connection, n_replies, now_ns);
  self->n_replies += n_replies;
  self->n_empty += scanner->n_empty - before.n_empty;
  self->n_wrong += scanner->n_wrong - before.n_wrong;

  return self->options.reconnect ? reopen_connection (self, connection)
                                 : send_requests (self, connection, n_replies, now_ns);
}

static void
end_warm_up (Load *self, guint64 now_ns)
{
  latency_reset (&self->latency);
  self->n_replies = 0;
  self->n_empty = 0;
  self->n_bytes = 0;
  self->started_ns = now_ns;
  getrusage (RUSAGE_SELF, &self->started_usage);
}

static gboolean
run (Load *self)
{
  struct epoll_event events[EVENTS_MAX];
  guint64 now_ns = bench_now_ns ();
  guint64 warm_ns = now_ns + (guint64)(self->options.warm_up_s * 1e9);
  guint64 deadline_ns = warm_ns + (guint64)(self->options.seconds * 1e9);

  while (now_ns < deadline_ns)
    {
      int n_events = epoll_wait (self->epoll_fd, events, EVENTS_MAX, 5000);

      if (n_events < 0 && errno == EINTR)
        continue;
      if (n_events <= 0)
        {
          g_printerr ("%s has not answered for 5 s\n", self->options.server);
          return FALSE;
        }
      for (int i = 0; i < n_events; i++)
        if (!serve (self, events[i].data.ptr))
          return FALSE;

      now_ns = bench_now_ns ();
      if (self->started_ns == 0 && now_ns >= warm_ns)
        end_warm_up (self, now_ns);
    }

  return TRUE;
}

static double
elapsed_us (struct timeval since, struct timeval until)
{
  return (double)(until.tv_sec - since.tv_sec) * 1e6 + (double)(until.tv_usec - since.tv_usec);
}

static void
print_report (const Load *self)
{
  struct rusage usage;
  double seconds = (double)(bench_now_ns () - self->started_ns) / 1e9;
  double n_replies = (double)MAX (self->n_replies, 1);

  getrusage (RUSAGE_SELF, &usage);
  g_print ("{\"protocol\": \"%s\", \"connections\": %d, \"outstanding\": %d, \"seconds\": %.3f, "
           "\"replies\": %" G_GUINT64_FORMAT ", \"replies_per_s\": %.0f, "
           "\"bytes_per_reply\": %.1f, \"p50_us\": %.1f, \"p99_us\": %.1f, \"max_us\": %.1f, "
           "\"empty\": %" G_GUINT64_FORMAT ", \"wrong\": %" G_GUINT64_FORMAT ", "
           "\"own_user_us_per_reply\": %.3f, \"own_system_us_per_reply\": %.3f}\n",
           self->options.protocol, self->options.n_connections, self->options.n_outstanding,
           seconds, self->n_replies, n_replies / seconds, (double)self->n_bytes / n_replies,
           latency_quantile_us (&self->latency, 0.5), latency_quantile_us (&self->latency, 0.99),
           (double)self->latency.max_ns / 1e3, self->n_empty, self->n_wrong,
           elapsed_us (self->started_usage.ru_utime, usage.ru_utime) / n_replies,
           elapsed_us (self->started_usage.ru_stime, usage.ru_stime) / n_replies);
}

static gboolean
connect_all (Load *self)
{
  int n_connections = self->options.n_connections;

  self->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  if (self->epoll_fd < 0)
    {
      g_printerr ("Cannot make an epoll instance: %s\n", g_strerror (errno));
      return FALSE;
    }

  self->scratch = g_malloc (SCRATCH_BYTES);
  self->connections = g_new0 (Connection, n_connections);
  for (int i = 0; i < n_connections; i++)
    self->connections[i].fd = -1;
  for (int i = 0; i < n_connections; i++)
    {
      Connection *connection = &self->connections[i];

      /* Spread over the list, so that the connections do not ask for the same words. */
      connection->next_request = (gsize)i * self->list->words->len / (gsize)n_connections;
      if (!open_connection (self, connection))
        return FALSE;
    }

  return TRUE;
}

static void
clear (Load *self)
{
  for (int i = 0; self->connections != NULL && i < self->options.n_connections; i++)
    {
      if (self->connections[i].fd >= 0)
        close (self->connections[i].fd);
      g_free (self->connections[i].tail);
    }
  g_free (self->connections);
  g_free (self->scratch);
  if (self->epoll_fd >= 0)
    close (self->epoll_fd);
  request_list_free (self->list);
  g_free (self->options.server);
  g_free (self->options.protocol);
  g_free (self->options.words);
  g_free (self->options.database);
  g_free (self->options.strategy);
}

static gboolean
parse_options (Options *options, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "server", 's', 0, G_OPTION_ARG_STRING, &options->server, "Where it listens", "ADDR:PORT" },
    { "protocol", 'p', 0, G_OPTION_ARG_STRING, &options->protocol,
      "dict-define, dict-match, json-define, json-ping or redis-get", "NAME" },
    { "words", 'w', 0, G_OPTION_ARG_FILENAME, &options->words,
      "One word a line; after a tab, its value's size", "FILE" },
    { "database", 0, 0, G_OPTION_ARG_STRING, &options->database, "Default: wn", "NAME" },
    { "strategy", 0, 0, G_OPTION_ARG_STRING, &options->strategy, "Default: prefix", "NAME" },
    { "connections", 'c', 0, G_OPTION_ARG_INT, &options->n_connections, "Default: 50", "N" },
    { "outstanding", 'o', 0, G_OPTION_ARG_INT, &options->n_outstanding,
      "Requests on each connection, 1 to 64; default: 1", "N" },
    { "seconds", 't', 0, G_OPTION_ARG_DOUBLE, &options->seconds, "Default: 2", "S" },
    { "warm-up", 0, 0, G_OPTION_ARG_DOUBLE, &options->warm_up_s, "Default: 0.3", "S" },
    { "reconnect", 0, 0, G_OPTION_ARG_NONE, &options->reconnect,
      "Open a connection for every request", NULL },
    { "plain", 0, 0, G_OPTION_ARG_NONE, &options->plain, "Set neither TCP_NODELAY nor TCP_QUICKACK",
      NULL },
    { "check", 0, 0, G_OPTION_ARG_NONE, &options->check, "Compare every reply with its request",
      NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- measure a lookup server");

  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, argc, argv, error);
}

static gboolean
prepare (Load *self, int *argc, char ***argv)
{
  Options *options = &self->options;
  RequestProtocol protocol;
  g_autoptr (GError) error = NULL;

  if (!parse_options (options, argc, argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return FALSE;
    }
  if (options->server == NULL || options->protocol == NULL || options->words == NULL ||
      !bench_address_parse (options->server, &self->address) ||
      !request_protocol_parse (options->protocol, &protocol) || options->n_connections < 1 ||
      options->n_outstanding < 1 || options->n_outstanding > REQUEST_BATCH_MAX ||
      (options->reconnect && options->n_outstanding != 1))
    {
      g_printerr ("Give --server, --protocol and --words in their ranges; --help lists them\n");
      return FALSE;
    }

  self->list = request_list_load (protocol, options->words,
                                  options->database == NULL ? "wn" : options->database,
                                  options->strategy == NULL ? "prefix" : options->strategy, &error);
  if (self->list == NULL)
    g_printerr ("%s\n", error->message);

  return self->list != NULL;
}

int
main (int argc, char **argv)
{
  Load self = {
    .options = { .n_connections = 50, .n_outstanding = 1, .seconds = 2, .warm_up_s = 0.3 },
    .epoll_fd = -1,
  };
  gboolean done = prepare (&self, &argc, &argv) && connect_all (&self) && run (&self);

  if (done)
    print_report (&self);
  done = done && self.n_wrong == 0;
  clear (&self);
  return done ? 0 : 1;
}
