/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The bare server: what the kernel allows. Two threads wait with epoll and answer each line that
 * ends in LF with the same ready reply of a given size, one write for all the lines of one read. It
 * parses nothing, looks nothing up and keeps nothing for a connection. The reply looks like one of
 * the DICT protocol or a line of JSON, so that the generator does the same work for it.
 *
 * Whichever thread accepts a connection, they get them in turn: where all fell to one thread by
 * chance, the other core was the generator's alone, and the rate at 50 connections was half as high
 * again. They share the listener, whose turn it is, and the ready replies, read-only.
 */
#include "bench/socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define N_THREADS 2
#define EVENTS_MAX 256
#define SCRATCH_BYTES ((gsize)64 * 1024)
#define REPLIES_READY 64 /* stand one after the other, to be sent at once */
#define BACKLOG 4096

static const char dict_banner[] = "220 bare <bare@localhost>\r\n";

typedef struct
{
  char *replies;
  gsize n_reply_bytes; /* [bytes] of one */
  const char *banner;  /* (nullable) */
} Answer;

typedef struct
{
  int epoll_fds[N_THREADS];
  _Atomic guint n_accepted;
} Deal;

typedef struct
{
  pthread_t thread;
  const Answer *answer;
  Deal *deal;
  int epoll_fd; /* one of the deal's */
  int listen_fd;
} Worker;

/* A reply of exactly @n_bytes, or a little more when that is too small for its frame. */
static char *
make_reply (gboolean is_dict, gsize n_bytes)
{
  const char *head = is_dict ? "150 1 definitions retrieved\r\n151 \"bare\" bare \"Bare\"\r\n"
                             : "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"text\":\"";
  const char *foot = is_dict ? "\r\n.\r\n250 ok\r\n" : "\"}}\n";
  const gsize n_line = 64;
  GString *reply = g_string_new (head);

  while (reply->len + strlen (foot) < n_bytes)
    {
      gboolean ends_line =
          is_dict && reply->len % n_line == 0 && reply->len + strlen (foot) + 4 < n_bytes;
      g_string_append (reply, ends_line ? "\r\n" : "x");
    }

  g_string_append (reply, foot);
  return g_string_free (reply, FALSE);
}

static void
answer_init (Answer *self, gboolean is_dict, gsize n_bytes)
{
  g_autofree char *reply = make_reply (is_dict, n_bytes);
  GString *replies = g_string_new (NULL);

  for (int i = 0; i < REPLIES_READY; i++)
    g_string_append (replies, reply);

  self->n_reply_bytes = strlen (reply);
  self->replies = g_string_free (replies, FALSE);
  self->banner = is_dict ? dict_banner : NULL;
}

static void
accept_all (Worker *self)
{
  int fd;

  while ((fd = accept4 (self->listen_fd, NULL, NULL, SOCK_CLOEXEC)) >= 0)
    {
      const int on = 1;
      struct epoll_event event = { .events = EPOLLIN, .data = { .fd = fd } };
      guint turn = atomic_fetch_add (&self->deal->n_accepted, 1) % N_THREADS;

      if (setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0 ||
          (self->answer->banner != NULL &&
           !bench_send_all (fd, self->answer->banner, strlen (self->answer->banner))) ||
          epoll_ctl (self->deal->epoll_fds[turn], EPOLL_CTL_ADD, fd, &event) != 0)
        close (fd);
    }
}

static gsize
count_lines (const char *bytes, gsize n_bytes)
{
  const char *end = bytes + n_bytes;
  gsize n_lines = 0;

  while ((bytes = memchr (bytes, '\n', (gsize)(end - bytes))) != NULL)
    {
      n_lines++;
      bytes++;
    }

  return n_lines;
}

static void
serve (const Worker *self, int fd, char *scratch)
{
  ssize_t n_received = recv (fd, scratch, SCRATCH_BYTES, MSG_DONTWAIT);

  if (n_received < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (n_received <= 0)
    {
      close (fd);
      return;
    }

  gsize n_lines = count_lines (scratch, (gsize)n_received);
  while (n_lines > 0)
    {
      gsize n_now = MIN (n_lines, REPLIES_READY);

      if (!bench_send_all (fd, self->answer->replies, n_now * self->answer->n_reply_bytes))
        {
          close (fd);
          return;
        }
      n_lines -= n_now;
    }
}

static void *
work (void *user_data)
{
  Worker *self = user_data;
  struct epoll_event events[EVENTS_MAX];
  g_autofree char *scratch = g_malloc (SCRATCH_BYTES);

  for (;;)
    {
      int n_events = epoll_wait (self->epoll_fd, events, EVENTS_MAX, -1);

      for (int i = 0; i < n_events; i++)
        if (events[i].data.fd == self->listen_fd)
          accept_all (self);
        else
          serve (self, events[i].data.fd, scratch);
    }

  return NULL;
}

static int
listen_at (BenchAddress *address)
{
  const int on = 1;
  int fd = socket (address->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  struct sockaddr *name = (struct sockaddr *)&address->storage;

  if (fd < 0)
    return -1;
  if (setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
      bind (fd, name, address->n_bytes) == 0 && getsockname (fd, name, &address->n_bytes) == 0 &&
      listen (fd, BACKLOG) == 0)
    return fd;

  int error = errno;
  close (fd);
  errno = error;
  return -1;
}

static gboolean
worker_start (Worker *self, const Answer *answer, Deal *deal, int epoll_fd, int listen_fd)
{
  struct epoll_event event = { .events = EPOLLIN | EPOLLEXCLUSIVE, .data = { .fd = listen_fd } };

  self->answer = answer;
  self->deal = deal;
  self->listen_fd = listen_fd;
  self->epoll_fd = epoll_fd;
  if (epoll_ctl (epoll_fd, EPOLL_CTL_ADD, listen_fd, &event) != 0)
    return FALSE;

  errno = pthread_create (&self->thread, NULL, work, self);
  return errno == 0;
}

static gboolean
parse_options (int *argc, char ***argv, BenchAddress *ret_address, Answer *ret_answer)
{
  g_autofree char *listen_text = NULL;
  g_autofree char *shape = NULL;
  int n_bytes = 370;
  const GOptionEntry entries[] = {
    { "listen", 'l', 0, G_OPTION_ARG_STRING, &listen_text, "Default: 127.0.0.1:0", "ADDR:PORT" },
    { "shape", 0, 0, G_OPTION_ARG_STRING, &shape, "dict (the default) or json", "NAME" },
    { "bytes", 0, 0, G_OPTION_ARG_INT, &n_bytes, "Size of a reply; default: 370", "N" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- answer lines with ready replies");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return FALSE;
    }
  if (!bench_address_parse (listen_text == NULL ? "127.0.0.1:0" : listen_text, ret_address) ||
      n_bytes < 1 || (shape != NULL && strcmp (shape, "dict") != 0 && strcmp (shape, "json") != 0))
    {
      g_printerr ("Give a numeric --listen ADDR:PORT, --shape dict or json, positive --bytes\n");
      return FALSE;
    }

  answer_init (ret_answer, g_strcmp0 (shape, "json") != 0, (gsize)n_bytes);
  return TRUE;
}

static gboolean
start (Worker *workers, const Answer *answer, BenchAddress *address)
{
  static Deal deal; /* as long as the threads */
  int listen_fd = listen_at (address);

  if (listen_fd < 0)
    {
      g_autofree char *asked = bench_address_to_string (address);
      g_printerr ("Cannot listen at %s: %s\n", asked, g_strerror (errno));
      return FALSE;
    }
  for (int i = 0; i < N_THREADS; i++)
    deal.epoll_fds[i] = epoll_create1 (EPOLL_CLOEXEC);
  for (int i = 0; i < N_THREADS; i++)
    if (!worker_start (&workers[i], answer, &deal, deal.epoll_fds[i], listen_fd))
      {
        g_printerr ("Cannot start thread %d: %s\n", i + 1, g_strerror (errno));
        return FALSE;
      }

  return TRUE;
}

int
main (int argc, char **argv)
{
  /* Static, because the threads use them until the process is gone. */
  static Worker workers[N_THREADS];
  static Answer answer;
  BenchAddress address;
  sigset_t stop_signals;
  int stop_signal;

  if (!parse_options (&argc, &argv, &address, &answer))
    return 2;

  /* Blocked before the threads start, so that only sigwait() sees them. */
  sigemptyset (&stop_signals);
  sigaddset (&stop_signals, SIGINT);
  sigaddset (&stop_signals, SIGTERM);
  pthread_sigmask (SIG_BLOCK, &stop_signals, NULL);
  if (!start (workers, &answer, &address))
    return 1;

  g_autofree char *listening = bench_address_to_string (&address);
  g_print ("READY {\"listen\": [\"%s\"], \"bytes\": %" G_GSIZE_FORMAT "}\n", listening,
           answer.n_reply_bytes);
  sigwait (&stop_signals, &stop_signal);
  return 0;
}
