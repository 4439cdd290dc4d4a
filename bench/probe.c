/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Asks a server at a steady pace, far below what it can do, and prints the latencies as one JSON
 * object: what somebody waits for while others keep the server busy. Requests are lines, answered
 * by a line each; they go in turn over some connections, each of which waits for its reply.
 *
 * The kernel tells when a reply arrived (SO_TIMESTAMPNS), so that how late this process gets a
 * core for reading it does not count: it stands for a client on a machine of its own.
 */
#include "bench/latency.h"
#include "bench/socket.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define EVENTS_MAX 64
#define REPLY_BYTES ((gsize)64 * 1024)
#define STALL_NS G_GUINT64_CONSTANT (5000000000)

typedef struct
{
  int fd;
  gboolean is_waiting;
  guint64 sent_ns; /* [ns] of the real-time clock, which is the kernel's here */
} Connection;

typedef struct
{
  char *server;
  char *requests;
  int n_connections;
  double rate;
  double seconds;
} Options;

typedef struct
{
  Options options;
  char **requests; /* without their line ends */
  guint n_requests;
  Connection *connections;
  GQueue idle; /* (element-type Connection) */
  int epoll_fd;
  guint64 n_sent;
  guint64 n_late; /* had to wait for a connection */
  guint64 n_errors;
  LatencyHistogram latency;
  char reply[REPLY_BYTES];
} Probe;

static guint64
real_now_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_REALTIME, &now);
  return (guint64)now.tv_sec * 1000000000u + (guint64)now.tv_nsec;
}

/* Returns: how many bytes came and, in @ret_when_ns, when the last of them did; or 0 */
static gsize
receive (Probe *self, const Connection *connection, guint64 *ret_when_ns)
{
  char control[CMSG_SPACE (sizeof (struct timespec))];
  struct iovec bytes = { .iov_base = self->reply, .iov_len = REPLY_BYTES };
  struct msghdr message = {
    .msg_iov = &bytes, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control
  };
  ssize_t n_received = recvmsg (connection->fd, &message, 0);

  *ret_when_ns = real_now_ns ();
  for (struct cmsghdr *part = CMSG_FIRSTHDR (&message); n_received > 0 && part != NULL;
       part = CMSG_NXTHDR (&message, part))
    if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_TIMESTAMPNS)
      {
        struct timespec when;

        memcpy (&when, CMSG_DATA (part), sizeof when);
        *ret_when_ns = (guint64)when.tv_sec * 1000000000u + (guint64)when.tv_nsec;
      }

  return n_received < 0 ? 0 : (gsize)n_received;
}

static gboolean
serve (Probe *self, Connection *connection)
{
  guint64 when_ns;
  gsize n_bytes = receive (self, connection, &when_ns);

  if (n_bytes == 0 || !connection->is_waiting)
    {
      g_printerr ("Lost a connection to %s, or it says what nobody asked\n", self->options.server);
      return FALSE;
    }
  if (self->reply[n_bytes - 1] != '\n')
    return TRUE;

  if (memmem (self->reply, n_bytes, "\"error\":", 8) != NULL)
    self->n_errors++;
  latency_add (&self->latency, when_ns - MIN (when_ns, connection->sent_ns), 1);
  connection->is_waiting = FALSE;
  g_queue_push_tail (&self->idle, connection);
  return TRUE;
}

static gboolean
ask (Probe *self, guint64 due_ns, guint64 interval_ns)
{
  Connection *connection = g_queue_pop_head (&self->idle);
  const char *request = self->requests[self->n_sent % self->n_requests];
  g_autofree char *line = g_strconcat (request, "\n", NULL);
  guint64 late_ns = bench_now_ns () - due_ns;

  self->n_sent++;
  connection->is_waiting = TRUE;
  connection->sent_ns = real_now_ns ();
  /* It is our own fault to be a little late; more, and the replies were. */
  if (late_ns > (guint64)self->options.n_connections * interval_ns)
    {
      self->n_late++;
      connection->sent_ns -= late_ns;
    }
  if (bench_send_all (connection->fd, line, strlen (line)))
    return TRUE;

  g_printerr ("Cannot send to %s: %s\n", self->options.server, g_strerror (errno));
  return FALSE;
}

static gboolean
run (Probe *self)
{
  guint64 interval_ns = (guint64)(1e9 / self->options.rate);
  guint64 now_ns = bench_now_ns ();
  guint64 end_ns = now_ns + (guint64)(self->options.seconds * 1e9);
  guint64 due_ns = now_ns;

  while (now_ns < end_ns)
    {
      struct epoll_event events[EVENTS_MAX];
      guint64 wake_ns = g_queue_is_empty (&self->idle) ? now_ns + STALL_NS : MAX (due_ns, now_ns);
      struct timespec wait = { .tv_sec = (time_t)((wake_ns - now_ns) / 1000000000u),
                               .tv_nsec = (long)((wake_ns - now_ns) % 1000000000u) };
      int n_events = epoll_pwait2 (self->epoll_fd, events, EVENTS_MAX, &wait, NULL);

      if ((n_events < 0 && errno != EINTR) || (n_events == 0 && g_queue_is_empty (&self->idle)))
        {
          g_printerr ("%s has not answered for 5 s\n", self->options.server);
          return FALSE;
        }
      for (int i = 0; i < n_events; i++)
        if (!serve (self, events[i].data.ptr))
          return FALSE;

      now_ns = bench_now_ns ();
      for (; due_ns <= now_ns && !g_queue_is_empty (&self->idle); due_ns += interval_ns)
        if (!ask (self, due_ns, interval_ns))
          return FALSE;
    }

  return TRUE;
}

static gboolean
connect_all (Probe *self, const BenchAddress *address)
{
  const int on = 1;

  self->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  self->connections = g_new0 (Connection, self->options.n_connections);
  for (int i = 0; i < self->options.n_connections; i++)
    {
      Connection *connection = &self->connections[i];
      struct epoll_event event = { .events = EPOLLIN, .data = { .ptr = connection } };

      connection->fd = bench_connect (address, TRUE);
      if (connection->fd < 0 ||
          setsockopt (connection->fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0 ||
          epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, connection->fd, &event) != 0)
        {
          g_printerr ("Cannot connect to %s: %s\n", self->options.server, g_strerror (errno));
          return FALSE;
        }
      g_queue_push_tail (&self->idle, connection);
    }

  return TRUE;
}

static gboolean
load_requests (Probe *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (!g_file_get_contents (self->options.requests, &text, NULL, &error))
    {
      g_printerr ("%s\n", error->message);
      return FALSE;
    }

  self->requests = g_strsplit (g_strchomp (text), "\n", -1);
  self->n_requests = g_strv_length (self->requests);
  return self->n_requests > 0;
}

static gboolean
prepare (Probe *self, int *argc, char ***argv)
{
  Options *options = &self->options;
  BenchAddress address;
  const GOptionEntry entries[] = {
    { "server", 's', 0, G_OPTION_ARG_STRING, &options->server, "Where it listens", "ADDR:PORT" },
    { "requests", 'q', 0, G_OPTION_ARG_FILENAME, &options->requests, "One request a line", "FILE" },
    { "connections", 'c', 0, G_OPTION_ARG_INT, &options->n_connections, "Default: 20", "N" },
    { "rate", 'r', 0, G_OPTION_ARG_DOUBLE, &options->rate, "Requests a second; default: 1000",
      "N" },
    { "seconds", 't', 0, G_OPTION_ARG_DOUBLE, &options->seconds, "Default: 2", "S" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- measure latency at a pace");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return FALSE;
    }
  if (options->server == NULL || options->requests == NULL || options->n_connections < 1 ||
      options->rate <= 0 || !bench_address_parse (options->server, &address))
    {
      g_printerr ("Give --server and --requests; --help lists the rest\n");
      return FALSE;
    }

  prctl (PR_SET_TIMERSLACK, 1);
  return load_requests (self) && connect_all (self, &address);
}

int
main (int argc, char **argv)
{
  g_autofree Probe *self = g_new0 (Probe, 1);

  self->options = (Options){ .n_connections = 20, .rate = 1000, .seconds = 2 };
  gboolean done = prepare (self, &argc, &argv) && run (self);
  if (done)
    g_print ("{\"requests\": %" G_GUINT64_FORMAT ", \"late\": %" G_GUINT64_FORMAT
             ", \"errors\": %" G_GUINT64_FORMAT
             ", \"p50_us\": %.1f, \"p99_us\": %.1f, \"max_us\": %.1f}\n",
             self->latency.n_samples, self->n_late, self->n_errors,
             latency_quantile_us (&self->latency, 0.5), latency_quantile_us (&self->latency, 0.99),
             (double)self->latency.max_ns / 1e3);

  for (int i = 0; self->connections != NULL && i < self->options.n_connections; i++)
    if (self->connections[i].fd > 0)
      close (self->connections[i].fd);
  g_free (self->connections);
  g_strfreev (self->requests);
  g_queue_clear (&self->idle);
  g_free (self->options.server);
  g_free (self->options.requests);
  return done ? 0 : 1;
}
