/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The bare chat server: what the kernel allows. Every connection is in the one room; each line that
 * comes in goes out to all of them as it is. What one turn of the loop has read goes to each member
 * with one send. It stores nothing, numbers nothing and parses nothing but the ends of lines.
 *
 * With --threads 2 each thread owns every other connection, and hands what it has read to the other
 * under a lock; each sender's lines stay in order, those of two senders need not be the same for
 * all.
 */
#include "bench/socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define THREADS_MAX 2
#define EVENTS_MAX 256
#define SCRATCH_BYTES ((gsize)64 * 1024)
#define UNSENT_BYTES_MAX ((gsize)8 * 1024 * 1024)
#define BACKLOG 4096

static const char welcome[] = "welcome\n"; /* to whom it has taken in */

typedef struct
{
  int fd;          /* -1: gone */
  GString *tail;   /* received, the beginning of a line */
  GString *unsent; /* what the kernel did not take */
} Member;

typedef struct Worker Worker;

struct Worker
{
  pthread_t thread;
  Worker *other; /* (nullable) */
  int epoll_fd;
  int wake_fd;
  GPtrArray *members;   /* (element-type Member): this thread's only */
  GPtrArray *gone;      /* (element-type Member): to be freed when no event can name them */
  GString *said;        /* in this turn */
  pthread_mutex_t lock; /* of what follows, which others write */
  GString *heard;       /* said to the other threads' members */
  GArray *arrived;      /* descriptors that were accepted for this thread */
};

static void
member_free (gpointer data)
{
  Member *member = data;

  g_string_free (member->tail, TRUE);
  g_string_free (member->unsent, TRUE);
  g_free (member);
}

static void
drop (Worker *self, Member *member)
{
  if (member->fd < 0)
    return;
  close (member->fd);
  member->fd = -1;
  g_ptr_array_add (self->gone, member);
  g_ptr_array_remove_fast (self->members, member);
}

static void
want_write (Worker *self, Member *member, gboolean wanted)
{
  struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP | (wanted ? EPOLLOUT : 0u),
                               .data = { .ptr = member } };

  if (epoll_ctl (self->epoll_fd, EPOLL_CTL_MOD, member->fd, &event) != 0)
    drop (self, member);
}

/* One send; what the kernel does not take waits in the member's own copy. */
static void
give (Worker *self, Member *member, const char *bytes, gsize n_bytes)
{
  gsize n_sent = 0;

  if (member->unsent->len == 0)
    {
      ssize_t n_taken = send (member->fd, bytes, n_bytes, MSG_DONTWAIT | MSG_NOSIGNAL);

      if (n_taken < 0 && errno != EAGAIN && errno != EINTR)
        {
          drop (self, member);
          return;
        }
      n_sent = n_taken < 0 ? 0 : (gsize)n_taken;
    }
  if (n_sent == n_bytes)
    return;
  if (member->unsent->len + n_bytes - n_sent > UNSENT_BYTES_MAX)
    {
      drop (self, member);
      return;
    }

  gboolean was_empty = member->unsent->len == 0;
  g_string_append_len (member->unsent, bytes + n_sent, (gssize)(n_bytes - n_sent));
  if (was_empty)
    want_write (self, member, TRUE);
}

static void
give_unsent (Worker *self, Member *member)
{
  ssize_t n_taken =
      send (member->fd, member->unsent->str, member->unsent->len, MSG_DONTWAIT | MSG_NOSIGNAL);

  if (n_taken < 0 && errno != EAGAIN && errno != EINTR)
    {
      drop (self, member);
      return;
    }
  if (n_taken > 0)
    g_string_erase (member->unsent, 0, n_taken);
  if (member->unsent->len == 0)
    want_write (self, member, FALSE);
}

static void
hear (Worker *self, Member *member, char *scratch)
{
  ssize_t n_received = recv (member->fd, scratch, SCRATCH_BYTES, MSG_DONTWAIT);

  if (n_received < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (n_received <= 0)
    {
      drop (self, member);
      return;
    }

  const char *last = memrchr (scratch, '\n', (gsize)n_received);
  gsize n_whole = last == NULL ? 0 : (gsize)(last + 1 - scratch);

  if (n_whole > 0)
    {
      g_string_append_len (self->said, member->tail->str, (gssize)member->tail->len);
      g_string_append_len (self->said, scratch, (gssize)n_whole);
      g_string_truncate (member->tail, 0);
    }
  g_string_append_len (member->tail, scratch + n_whole, n_received - (gssize)n_whole);
}

static void
wake (Worker *self)
{
  const guint64 one = 1;

  if (write (self->wake_fd, &one, sizeof one) != sizeof one)
    g_printerr ("Cannot wake a thread: %s\n", g_strerror (errno));
}

static void
take_in (Worker *self, int fd)
{
  const int on = 1;
  Member *member = g_new0 (Member, 1);
  struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP, .data = { .ptr = member } };

  member->fd = fd;
  member->tail = g_string_new (NULL);
  member->unsent = g_string_new (NULL);
  g_ptr_array_add (self->members, member);
  if (setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0 ||
      epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0)
    drop (self, member);
  else
    give (self, member, welcome, strlen (welcome));
}

/* What the acceptor and the other thread have left for this one. */
static void
take_over (Worker *self)
{
  g_autoptr (GArray) arrived = NULL;
  guint64 n_wakes;

  if (read (self->wake_fd, &n_wakes, sizeof n_wakes) < 0)
    return;

  pthread_mutex_lock (&self->lock);
  arrived = g_steal_pointer (&self->arrived);
  self->arrived = g_array_new (FALSE, FALSE, sizeof (int));
  g_string_append_len (self->said, self->heard->str, (gssize)self->heard->len);
  g_string_truncate (self->heard, 0);
  pthread_mutex_unlock (&self->lock);

  for (guint i = 0; i < arrived->len; i++)
    take_in (self, g_array_index (arrived, int, i));
}

static void
hand_over (Worker *self, const char *bytes, gsize n_bytes)
{
  pthread_mutex_lock (&self->lock);
  gboolean was_empty = self->heard->len == 0;
  g_string_append_len (self->heard, bytes, (gssize)n_bytes);
  pthread_mutex_unlock (&self->lock);
  if (was_empty)
    wake (self);
}

static void
serve (Worker *self, const struct epoll_event *event, char *scratch)
{
  Member *member = event->data.ptr;

  if (member->fd >= 0 && (event->events & EPOLLOUT) != 0)
    give_unsent (self, member);
  if (member->fd >= 0 && (event->events & ~(guint32)EPOLLOUT) != 0)
    hear (self, member, scratch);
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
      gboolean was_woken = FALSE;

      for (int i = 0; i < n_events; i++)
        if (events[i].data.ptr == self)
          was_woken = TRUE;
        else
          serve (self, &events[i], scratch);

      if (self->other != NULL && self->said->len > 0)
        hand_over (self->other, self->said->str, self->said->len);
      if (was_woken)
        take_over (self);
      if (self->said->len > 0)
        for (guint i = self->members->len; i > 0; i--) /* dropping moves the last one */
          give (self, self->members->pdata[i - 1], self->said->str, self->said->len);
      g_string_truncate (self->said, 0);
      g_ptr_array_set_size (self->gone, 0);
    }

  return NULL;
}

static int
listen_at (BenchAddress *address)
{
  const int on = 1;
  int fd = socket (address->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr *name = (struct sockaddr *)&address->storage;

  if (fd < 0 || setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      bind (fd, name, address->n_bytes) != 0 || getsockname (fd, name, &address->n_bytes) != 0 ||
      listen (fd, BACKLOG) != 0)
    return -1;

  return fd;
}

static gboolean
worker_start (Worker *self)
{
  struct epoll_event event = { .events = EPOLLIN, .data = { .ptr = self } };

  self->members = g_ptr_array_new ();
  self->gone = g_ptr_array_new_with_free_func (member_free);
  self->said = g_string_new (NULL);
  self->heard = g_string_new (NULL);
  self->arrived = g_array_new (FALSE, FALSE, sizeof (int));
  pthread_mutex_init (&self->lock, NULL);
  self->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  self->wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (self->epoll_fd < 0 || self->wake_fd < 0 ||
      epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, self->wake_fd, &event) != 0)
    return FALSE;

  errno = pthread_create (&self->thread, NULL, work, self);
  return errno == 0;
}

/* Deals connections out in turn, until a signal ends the process. */
static void
accept_all (Worker *workers, int n_threads, int listen_fd)
{
  for (int turn = 0;; turn = (turn + 1) % n_threads)
    {
      int fd = accept4 (listen_fd, NULL, NULL, SOCK_CLOEXEC);

      if (fd < 0 && errno != EINTR && errno != ECONNABORTED)
        {
          g_printerr ("Cannot accept: %s\n", g_strerror (errno));
          return;
        }
      if (fd < 0)
        continue;

      pthread_mutex_lock (&workers[turn].lock);
      g_array_append_val (workers[turn].arrived, fd);
      pthread_mutex_unlock (&workers[turn].lock);
      wake (&workers[turn]);
    }
}

static gboolean
parse_options (int *argc, char ***argv, BenchAddress *ret_address, int *ret_n_threads)
{
  g_autofree char *listen_text = NULL;
  int n_threads = 1;
  const GOptionEntry entries[] = {
    { "listen", 'l', 0, G_OPTION_ARG_STRING, &listen_text, "Default: 127.0.0.1:0", "ADDR:PORT" },
    { "threads", 0, 0, G_OPTION_ARG_INT, &n_threads, "1 (the default) or 2", "N" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- pass every line on to everybody");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return FALSE;
    }
  if (!bench_address_parse (listen_text == NULL ? "127.0.0.1:0" : listen_text, ret_address) ||
      n_threads < 1 || n_threads > THREADS_MAX)
    {
      g_printerr ("Give a numeric --listen ADDR:PORT, and --threads 1 or 2\n");
      return FALSE;
    }

  *ret_n_threads = n_threads;
  return TRUE;
}

int
main (int argc, char **argv)
{
  static Worker workers[THREADS_MAX]; /* the threads use them until the process is gone */
  BenchAddress address;
  int n_threads = 1;

  if (!parse_options (&argc, &argv, &address, &n_threads))
    return 2;

  int listen_fd = listen_at (&address);
  if (listen_fd < 0)
    {
      g_printerr ("Cannot listen: %s\n", g_strerror (errno));
      return 1;
    }
  if (n_threads == 2)
    {
      workers[0].other = &workers[1];
      workers[1].other = &workers[0];
    }
  for (int i = 0; i < n_threads; i++)
    if (!worker_start (&workers[i]))
      {
        g_printerr ("Cannot start thread %d: %s\n", i + 1, g_strerror (errno));
        return 1;
      }

  g_autofree char *listening = bench_address_to_string (&address);
  g_print ("READY {\"listen\": [\"%s\"]}\n", listening);
  if (fflush (stdout) == 0)
    accept_all (workers, n_threads, listen_fd);
  return 1;
}
