/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Everything is put together as server.c does it.
 */
#include "tests/front/chat-fixture.h"

#include "server/front/jsonrpc.h"

#include <glib/gstdio.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DEADLINE_MS 60000

/* --- the server's side ------------------------------------------------------------------------ */

static gboolean
context_chore (void *context)
{
  return chat_desk_chore (((FrontContext *)context)->desk);
}

static void
add_worker (ChatFixture *self, guint i)
{
  FrontContext *context = front_context_new (&self->server, self->library);
  g_autoptr (GError) error = NULL;

  self->workers[i] = worker_new (&worker_default_timeouts, context, &error);
  g_assert_no_error (error);
  context->worker = self->workers[i];
  context->index = i;
  context->desk = chat_desk_new (self->workers[i], i);
  worker_set_chore (self->workers[i], context_chore);
  self->server.contexts[i] = context;
  self->server.n_contexts = i + 1;
  self->ports[i] = chat_desk_port (context->desk);
}

ChatFixture *
chat_fixture_new (guint n_workers)
{
  ChatFixture *self = g_new0 (ChatFixture, 1);
  LibraryOptions options = { 0 };
  g_autoptr (GError) error = NULL;

  self->data_dir = g_dir_make_tmp ("parlance-chat-XXXXXX", &error);
  g_assert_no_error (error);
  g_autofree char *cache = g_build_filename (self->data_dir, "cache", NULL);
  options.cache_dir = cache;
  self->library = library_load (NULL, 0, &options, &error);
  g_assert_no_error (error);
  self->server.id = g_strdup ("12345678-1234-4234-8234-123456789012");
  self->server.name = g_strdup ("Test");
  self->server.contexts = g_new0 (FrontContext *, n_workers);
  self->n_workers = n_workers;
  self->workers = g_new0 (Worker *, n_workers);
  self->ports = g_new0 (ChatPort *, n_workers);
  for (guint i = 0; i < n_workers; i++)
    add_worker (self, i);
  self->server.authority = authority_new (self->data_dir, JOURNAL_DURABILITY_PROCESS,
                                          chat_limits_new (), self->ports, n_workers, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < n_workers; i++)
    chat_desk_set_authority (self->server.contexts[i]->desk, self->server.authority);
  return self;
}

void
chat_fixture_start (ChatFixture *self)
{
  g_assert_true (authority_start (self->server.authority, NULL));
  for (guint i = 0; i < self->n_workers; i++)
    g_assert_true (worker_start (self->workers[i], NULL));
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      remove_tree (child);
    }
  g_assert_cmpint (g_remove (path), ==, 0);
}

void
chat_fixture_free (ChatFixture *self)
{
  for (guint i = 0; i < self->n_workers; i++)
    worker_stop (self->workers[i]);
  for (guint i = 0; i < self->n_workers; i++)
    worker_join (self->workers[i]);
  authority_stop (self->server.authority);
  authority_free (self->server.authority);
  for (guint i = 0; i < self->n_workers; i++)
    worker_free (self->workers[i]);
  for (guint i = 0; i < self->n_workers; i++)
    front_context_free (self->server.contexts[i]);
  library_unref (self->library);
  g_free (self->server.id);
  g_free (self->server.name);
  g_free (self->server.contexts);
  g_free (self->workers);
  g_free (self->ports);
  remove_tree (self->data_dir);
  g_free (self->data_dir);
  g_free (self);
}

/* --- clients ---------------------------------------------------------------------------------- */

ChatClientEnd *
chat_end_new (ChatFixture *fixture, guint worker)
{
  ChatClientEnd *self = g_new0 (ChatClientEnd, 1);
  ConnectionSeed seed = { .door = &jsonrpc_door, .is_local = TRUE };
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  self->fd = fds[0];
  self->received = g_string_new (NULL);
  seed.fd = fds[1];
  worker_adopt (fixture->workers[worker], &seed);
  return self;
}

void
chat_end_free (ChatClientEnd *self)
{
  close (self->fd);
  g_string_free (self->received, TRUE);
  g_free (self);
}

static void
send_all (ChatClientEnd *self, const char *bytes, gsize n_bytes)
{
  while (n_bytes > 0)
    {
      struct pollfd writable = { .fd = self->fd, .events = POLLOUT };
      g_assert_cmpint (poll (&writable, 1, DEADLINE_MS), ==, 1);
      ssize_t n = send (self->fd, bytes, n_bytes, MSG_NOSIGNAL | MSG_DONTWAIT);
      g_assert_cmpint (n, >, 0);
      bytes += n;
      n_bytes -= (gsize)n;
    }
}

static void
replace_quotes (char *text)
{
  for (; *text != '\0'; text++)
    {
      if (*text == '\'')
        *text = '"';
    }
}

void
chat_end_ask (ChatClientEnd *self, const char *method, const char *params, ...)
{
  va_list arguments;

  va_start (arguments, params);
  g_autofree char *members = g_strdup_vprintf (params, arguments);
  va_end (arguments);
  replace_quotes (members);
  g_autofree char *line = g_strdup_printf (
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":{%s}}\n", method, members);
  send_all (self, line, strlen (line));
}

void
chat_end_say (ChatClientEnd *self, const char *room, gsize n_text)
{
  g_autofree char *text = g_strnfill (n_text, 'x');

  chat_end_ask (self, "send", "'room':'%s','text':'%s'", room, text);
}

void
chat_end_half_close (ChatClientEnd *self)
{
  g_assert_cmpint (shutdown (self->fd, SHUT_WR), ==, 0);
}

/* The next line of what has been received, or NULL. */
static const char *
take_line (ChatClientEnd *self)
{
  char *begin;
  char *lf;

  begin = self->received->str + self->n_taken;
  lf = memchr (begin, '\n', self->received->len - self->n_taken);
  if (lf == NULL)
    {
      g_string_erase (self->received, 0, (gssize)self->n_taken);
      self->n_taken = 0;
      return NULL;
    }
  *lf = '\0';
  self->n_taken += (gsize)(lf + 1 - begin);
  return begin;
}

/* Returns: [bytes] that came; 0 at the end of the stream, or where nothing came in time */
static gsize
receive (ChatClientEnd *self, int timeout_ms)
{
  char bytes[65536];
  struct pollfd readable = { .fd = self->fd, .events = POLLIN };

  if (poll (&readable, 1, timeout_ms) == 0)
    return 0;
  ssize_t n = recv (self->fd, bytes, sizeof bytes, MSG_DONTWAIT);
  g_assert_cmpint (n, >=, 0);
  g_string_append_len (self->received, bytes, n);
  return (gsize)n;
}

const char *
chat_end_next (ChatClientEnd *self)
{
  gint64 begin_us = g_get_monotonic_time ();
  const char *line;

  while ((line = take_line (self)) == NULL && receive (self, DEADLINE_MS) > 0)
    continue;
  g_assert_true (line != NULL ||
                 g_get_monotonic_time () - begin_us < DEADLINE_MS * G_GINT64_CONSTANT (1000));
  return line;
}

const char *
chat_end_try_next (ChatClientEnd *self)
{
  const char *line = take_line (self);

  if (line == NULL && receive (self, 0) > 0)
    line = take_line (self);
  return line;
}

void
chat_end_expect (ChatClientEnd *self, const char *part)
{
  g_autofree char *wanted = g_strdup (part);
  const char *line = chat_end_next (self);

  replace_quotes (wanted);
  if (line == NULL || strstr (line, wanted) == NULL)
    g_error ("“%.200s” came where “%s” was expected", line != NULL ? line : "the end", wanted);
}

void
chat_end_enter (ChatClientEnd *self, const char *nick, const char *room)
{
  chat_end_ask (self, "hello", "'protocol':1,'nick':'%s'", nick);
  chat_end_ask (self, "join", "'room':'%s'", room);
  chat_end_expect (self, "'session':");
  chat_end_expect (self, "'members':");
}

gint64
chat_line_number (const char *line, const char *name)
{
  g_autofree char *member = g_strdup_printf ("\"%s\":", name);
  const char *at = strstr (line, member);

  return at != NULL ? strtoll (at + strlen (member), NULL, 10) : -1;
}
