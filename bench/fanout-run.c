/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One thread, edge-triggered: each wake-up of a member is one receive of all that is there, one
 * scan and one clock reading. What the messages that are under way still wait for stands in a ring
 * for each sender; its slots are free again when a message is done.
 *
 * Latencies are from the send, or with a rate from the moment at which the message was due, whether
 * or not it could be sent then: a server that falls behind is not asked more gently.
 */
#include "bench/fanout-run.h"

#include "bench/chat-member.h"
#include "bench/chat-payload.h"
#include "bench/chat-scan.h"
#include "bench/fanout-ledger.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <unistd.h>

#define SCRATCH_BYTES ((gsize)256 * 1024)
#define TAIL_BYTES_MAX (SCRATCH_BYTES / 2)
#define EVENTS_MAX 256
#define ITEMS_MAX 1024
#define SLOW_RECEIVE_BYTES 4096
#define STALL_NS G_GUINT64_CONSTANT (5000000000)

typedef struct
{
  ChatMember *member; /* whose connection it sends on */
  ChatTemplate template;
} Sender;

typedef struct
{
  const FanoutOptions *options;
  FanoutReport *report;
  FanoutLedger ledger;
  ChatScan scan;
  ChatMember *members;
  ChatMember *publishers; /* redis: the senders' own connections */
  ChatMember *slow;
  Sender *senders;
  char *payload;
  char *scratch;
  GString *batch; /* to be sent at once */
  ChatItem items[ITEMS_MAX];
  int epoll_fd;
  guint64 due_ns;          /* [ns] the next message, with a rate */
  guint64 counted_ns;      /* [ns] the end of the warm-up */
  guint64 last_arrival_ns; /* [ns] */
  struct rusage own_before;
  ProcessUsage server_before;
  gboolean has_ended; /* no more is sent */
} Run;

static void
add_message (Run *self, guint sender, guint64 stamp_ns)
{
  ChatTemplate *template = &self->senders[sender].template;
  char *line = template->line->str;
  guint32 number = fanout_ledger_send (&self->ledger, sender, stamp_ns);

  chat_payload_write (line + template->payload_at, self->scan.run, (guint16)sender, number);
  if (template->key_at > 0)
    memcpy (line + template->key_at, line + template->payload_at, CHAT_PAYLOAD_HEAD);
  for (guint digit = template->id_at > 0 ? 8 : 0; digit > 0; digit--, number /= 10)
    line[template->id_at + digit] = (char)('0' + number % 10);
  g_string_append_len (self->batch, line, (gssize) template->line->len);
}

static gboolean
flush (Run *self, guint sender)
{
  gboolean done =
      bench_send_all (self->senders[sender].member->fd, self->batch->str, self->batch->len);

  if (!done)
    g_printerr ("Cannot send: %s\n", g_strerror (errno));
  g_string_truncate (self->batch, 0);
  return done;
}

static guint
allowed (const Run *self, guint n_wanted)
{
  gint64 n_max = self->options->n_messages_max;

  if (self->has_ended)
    return 0;
  return n_max == 0 ? n_wanted
                    : (guint)MIN ((guint64)n_wanted, (guint64)n_max - self->ledger.n_sent);
}

/* Sends what the window has room for. */
static gboolean
send_by_window (Run *self)
{
  for (guint sender = 0; sender < (guint)self->options->n_senders; sender++)
    {
      guint n_now = allowed (self, self->ledger.senders[sender].credit);
      guint64 now_ns = n_now > 0 ? bench_now_ns () : 0;

      self->ledger.senders[sender].credit -= n_now;
      for (guint i = 0; i < n_now; i++)
        add_message (self, sender, now_ns);
      if (n_now > 0 && !flush (self, sender))
        return FALSE;
    }

  return TRUE;
}

/* Sends what is due, the senders in turn. One that has too much under way is waited for. */
static gboolean
send_by_rate (Run *self)
{
  guint64 interval_ns = (guint64)(1e9 / self->options->rate);

  for (guint64 now_ns = bench_now_ns (); self->due_ns <= now_ns && allowed (self, 1) > 0;)
    {
      guint sender = (guint)(self->ledger.n_sent % (guint64)self->options->n_senders);

      if (self->ledger.senders[sender].n_under_way >= FANOUT_WINDOW_MAX)
        break;
      add_message (self, sender, self->due_ns);
      self->due_ns += interval_ns;
      if (!flush (self, sender))
        return FALSE;
    }

  return TRUE;
}

static gboolean
use_bytes (Run *self, ChatMember *member, gsize n_bytes)
{
  guint64 now_ns = bench_now_ns ();
  gsize n_done = 0;
  gsize n_used;
  gsize n_items;

  self->last_arrival_ns = now_ns;
  do
    {
      n_items = chat_scan_feed (&self->scan, self->scratch + n_done, n_bytes - n_done, self->items,
                                ITEMS_MAX, &n_used);
      n_done += n_used;
      fanout_ledger_use (&self->ledger, member, self->items, n_items, now_ns);
    }
  while (n_items == ITEMS_MAX);

  if (self->scan.refusal != NULL || n_bytes - n_done > TAIL_BYTES_MAX)
    {
      g_printerr ("The server does not go on: %s\n",
                  self->scan.refusal == NULL ? "a line without end" : self->scan.refusal);
      return FALSE;
    }

  chat_member_keep_tail (member, self->scratch + n_done, n_bytes - n_done);
  return TRUE;
}

/* Reads until there is no more: the next edge comes only with new bytes. */
static gboolean
serve (Run *self, ChatMember *member)
{
  for (;;)
    {
      gsize n_tail = member->n_tail;

      if (n_tail > 0)
        memcpy (self->scratch, member->tail, n_tail);
      ssize_t n_received =
          recv (member->fd, self->scratch + n_tail, SCRATCH_BYTES - n_tail, MSG_DONTWAIT);

      if (n_received < 0 && errno == EINTR)
        continue;
      if (n_received < 0 && errno == EAGAIN)
        return TRUE;
      if (n_received <= 0)
        {
          g_printerr ("Lost a connection: %s; last came: %.*s\n",
                      n_received == 0 ? "closed by the server" : g_strerror (errno),
                      (int)MIN (n_tail, 200), self->scratch);
          return FALSE;
        }

      if (self->ledger.is_counting)
        {
          self->report->n_reads++;
          self->report->n_bytes += (gsize)n_received;
        }
      if (!use_bytes (self, member, n_tail + (gsize)n_received))
        return FALSE;
      if ((gsize)n_received < SCRATCH_BYTES - n_tail)
        return TRUE;
    }
}

/* How long to wait for the server before something else is to be done. */
static struct timespec
patience (const Run *self, guint64 now_ns, guint64 until_ns)
{
  guint64 next_ns = until_ns;

  if (self->options->rate > 0 && !self->has_ended)
    next_ns = MIN (next_ns, MAX (self->due_ns, now_ns));
  /* Behind the rate, there is only the server to wait for. */
  if (next_ns <= now_ns)
    next_ns = now_ns + 1000000;

  guint64 left_ns = next_ns - now_ns;
  return (struct timespec){ .tv_sec = (time_t)(left_ns / 1000000000u),
                            .tv_nsec = (long)(left_ns % 1000000000u) };
}

static gboolean
turn (Run *self, guint64 now_ns, guint64 until_ns)
{
  struct epoll_event events[EVENTS_MAX];

  if (!(self->options->rate > 0 ? send_by_rate (self) : send_by_window (self)))
    return FALSE;

  struct timespec wait = patience (self, now_ns, until_ns);
  int n_events = epoll_pwait2 (self->epoll_fd, events, EVENTS_MAX, &wait, NULL);

  if (n_events < 0 && errno != EINTR)
    {
      g_printerr ("Cannot wait: %s\n", g_strerror (errno));
      return FALSE;
    }
  for (int i = 0; i < n_events; i++)
    if (!serve (self, events[i].data.ptr))
      return FALSE;

  return TRUE;
}

static void
begin_counting (Run *self, guint64 now_ns)
{
  self->ledger.is_counting = TRUE;
  self->counted_ns = now_ns;
  getrusage (RUSAGE_SELF, &self->own_before);
  process_usage_read (self->options->server_pid, &self->server_before);
}

static void
end_counting (Run *self, guint64 now_ns)
{
  FanoutReport *report = self->report;
  ProcessUsage server;

  self->ledger.is_counting = FALSE;
  self->has_ended = TRUE;
  report->seconds = (double)(now_ns - self->counted_ns) / 1e9;
  getrusage (RUSAGE_SELF, &report->own);
  process_usage_read (self->options->server_pid, &server);
  timersub (&report->own.ru_utime, &self->own_before.ru_utime, &report->own.ru_utime);
  timersub (&report->own.ru_stime, &self->own_before.ru_stime, &report->own.ru_stime);
  report->server.cpu_ns = server.cpu_ns - self->server_before.cpu_ns;
  report->server.n_switches = server.n_switches - self->server_before.n_switches;
}

static gboolean
loop (Run *self)
{
  guint64 now_ns = bench_now_ns ();
  guint64 warm_ns = now_ns + (guint64)(self->options->warm_up_s * 1e9);
  guint64 end_ns = warm_ns + (guint64)(self->options->seconds * 1e9);
  gint64 n_max = self->options->n_messages_max;

  self->due_ns = now_ns;
  self->last_arrival_ns = now_ns;
  while (now_ns < end_ns && self->report->n_lost == 0 &&
         (n_max == 0 || self->ledger.n_sent < (guint64)n_max || self->ledger.n_under_way > 0))
    {
      if (!self->ledger.is_counting && now_ns >= warm_ns)
        begin_counting (self, now_ns);
      if (!turn (self, now_ns, self->ledger.is_counting ? end_ns : warm_ns))
        return FALSE;
      now_ns = bench_now_ns ();
      if (self->ledger.n_under_way > 0 && now_ns - MIN (now_ns, self->last_arrival_ns) > STALL_NS)
        {
          g_printerr ("The server has sent nothing for 5 s, and %" G_GUINT64_FORMAT
                      " messages are under way\n",
                      self->ledger.n_under_way);
          return FALSE;
        }
    }

  if (!self->ledger.is_counting)
    begin_counting (self, now_ns);
  end_counting (self, now_ns);
  while (self->ledger.n_under_way > 0 && self->report->n_lost == 0 &&
         now_ns - MIN (now_ns, self->last_arrival_ns) < STALL_NS)
    {
      if (!turn (self, now_ns, now_ns + STALL_NS))
        return FALSE;
      now_ns = bench_now_ns ();
    }
  self->report->n_unfinished = self->ledger.n_under_way;
  return TRUE;
}

static gboolean
watch (Run *self, ChatMember *members, int n_members)
{
  for (int i = 0; i < n_members; i++)
    {
      struct epoll_event event = { .events = EPOLLIN | EPOLLET, .data = { .ptr = &members[i] } };

      if (epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, members[i].fd, &event) != 0)
        {
          g_printerr ("Cannot watch a connection: %s\n", g_strerror (errno));
          return FALSE;
        }
    }

  return TRUE;
}

static gboolean
enter (Run *self)
{
  const FanoutOptions *options = self->options;
  gboolean is_apart = options->dialect == CHAT_REDIS;
  guint n_members = (guint)options->n_members;
  ChatEntrance entrance = { .dialect = options->dialect,
                            .address = options->address,
                            .room = options->room,
                            .run = self->scan.run };

  self->members = g_new0 (ChatMember, options->n_members);
  self->slow = g_new0 (ChatMember, MAX (options->n_slow, 1));
  self->publishers = g_new0 (ChatMember, options->n_senders);
  for (int i = 0; i < options->n_senders; i++)
    self->publishers[i].fd = -1;
  for (int i = 0; i < options->n_slow; i++)
    self->slow[i].fd = -1;
  if (!chat_members_enter (&entrance, self->members, n_members, FALSE, 0, 0) ||
      !chat_members_enter (&entrance, self->slow, (gsize)options->n_slow, FALSE, SLOW_RECEIVE_BYTES,
                           n_members) ||
      (is_apart &&
       !chat_members_enter (&entrance, self->publishers, (gsize)options->n_senders, TRUE, 0, 0)))
    return FALSE;

  for (guint i = 0; i < n_members; i++)
    {
      self->members[i].wanted = g_new0 (guint32, options->n_senders);
      self->members[i].sender = (int)i < options->n_senders ? (int)i : -1;
    }
  for (int i = 0; i < options->n_senders; i++)
    self->publishers[i].sender = i;

  return watch (self, self->members, options->n_members) &&
         (!is_apart || watch (self, self->publishers, options->n_senders));
}

static void
prepare_senders (Run *self)
{
  const FanoutOptions *options = self->options;

  self->senders = g_new0 (Sender, options->n_senders);
  for (int i = 0; i < options->n_senders; i++)
    {
      self->senders[i].member =
          options->dialect == CHAT_REDIS ? &self->publishers[i] : &self->members[i];
      chat_template_init (&self->senders[i].template, options->dialect, options->room,
                          self->payload, options->with_keys);
    }
}

/* Whether all members that send nothing have got the same in the same order. */
static gboolean
is_same_order (const Run *self)
{
  const ChatMember *first = &self->members[self->options->n_senders];

  for (int i = self->options->n_senders; i < self->options->n_members; i++)
    if (self->members[i].order != first->order)
      return FALSE;

  return TRUE;
}

static void
clear (Run *self)
{
  chat_members_clear (self->members, (gsize)self->options->n_members);
  chat_members_clear (self->publishers, (gsize)self->options->n_senders);
  chat_members_clear (self->slow, (gsize)self->options->n_slow);
  for (int i = 0; self->senders != NULL && i < self->options->n_senders; i++)
    chat_template_clear (&self->senders[i].template);
  g_free (self->senders);
  fanout_ledger_clear (&self->ledger);
  chat_scan_clear (&self->scan);
  g_string_free (self->batch, TRUE);
  g_free (self->scratch);
  g_free (self->payload);
  if (self->epoll_fd >= 0)
    close (self->epoll_fd);
}

/* Small letters and spaces behind the head, which no protocol has to escape. */
static char *
make_payload (const char *run, int n_bytes)
{
  GString *payload = g_string_new (NULL);

  g_string_set_size (payload, CHAT_PAYLOAD_HEAD);
  chat_payload_write (payload->str, run, 0, 0);
  while (payload->len < (gsize)n_bytes)
    g_string_append_c (payload, payload->len % 7 == 6 ? ' ' : (char)('a' + payload->len % 26));
  if (payload->str[payload->len - 1] == ' ')
    payload->str[payload->len - 1] = '.';
  return g_string_free (payload, FALSE);
}

gboolean
fanout_run (const FanoutOptions *options, FanoutReport *ret_report)
{
  g_autofree Run *self = g_new0 (Run, 1);
  char run[CHAT_RUN_LETTERS + 1] = "";

  /* Letters that are in no word of the protocols and in no payload behind its head. */
  for (guint i = 0; i < CHAT_RUN_LETTERS; i++)
    run[i] = (char)g_random_int_range ('Q', 'Z' + 1);

  *ret_report = (FanoutReport){ 0 };
  self->options = options;
  self->report = ret_report;
  self->batch = g_string_new (NULL);
  self->scratch = g_malloc (SCRATCH_BYTES);
  self->payload = make_payload (run, options->payload_bytes);
  fanout_ledger_init (&self->ledger, options, ret_report);
  chat_scan_init (&self->scan, options->dialect, run, options->room, self->payload);
  self->scan.checked = options->checked;
  self->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  prctl (PR_SET_TIMERSLACK, 1); /* a rate is kept to the microsecond */

  gboolean done = enter (self);
  if (done && options->announces)
    {
      g_print ("{\"entered\": true}\n");
      done = fflush (stdout) == 0;
    }
  if (done)
    {
      prepare_senders (self);
      done = loop (self);
      ret_report->n_wrong = self->scan.n_wrong;
      ret_report->same_order = is_same_order (self);
    }
  clear (self);
  return done;
}
