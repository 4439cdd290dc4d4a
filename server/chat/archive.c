/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two threads with a mailbox and a reader of the journal each. What they answer goes straight to
 * the worker that asked. What waits is taken by turns over addresses: before each request that is
 * answered the mailbox is looked into, so that one that has come meanwhile has its turn.
 *
 * Indexing is done behind everybody's back: the thread that searches has a low priority, takes in a
 * few hundred messages at a time, and looks for requests in between. A search first takes in what
 * is missing, so that it finds what was said a moment ago.
 */
#include "server/chat/archive.h"

#include "protocol/wire/json-writer.h"
#include "protocol/wire/limits.h"
#include "server/chat/journal-reader.h"
#include "server/chat/mail.h"
#include "server/chat/message.h"
#include "server/chat/turns.h"
#include "server/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/resource.h>

#define PAGE_MAX_BYTES (128 * 1024) /* of one piece of catching up */
#define PAGE_MAX_MESSAGES 1000
#define LIST_MAX_BYTES (PARLANCE_MAX_REPLY_LINE / 2)
#define INDEX_STEP 200     /* messages, some milliseconds */
#define INDEX_DELAY_MS 200 /* after something was said: more is likely to follow */
#define INDEX_MAX_DELAY_US (30 * G_USEC_PER_SEC) /* even where people never stop */
#define SEARCH_NICE 15
#define RETRY_MS 500 /* when an address that has had its share is worth another try */

typedef struct
{
  Archive *archive;
  Mailbox *mailbox;
  JournalReader *reader; /* (nullable): nothing is stored */
  Turns *turns;          /* what has come and waits */
  int poll_fd;
  int nice;
  gboolean started;
  gboolean stopping;
  gint64 noted_us; /* monotonic: since when there is something to index; 0: there is not */
  pthread_t thread;
} ArchiveThread;

struct Archive
{
  ArchiveThread pages;
  ArchiveThread search;
  _Atomic gboolean is_noted;    /* there may be something to index */
  _Atomic gboolean is_stopping; /* nobody waits for answers any more */
};

static gboolean
archive_is_stopping (const Archive *self)
{
  return atomic_load_explicit (&self->is_stopping, memory_order_relaxed);
}

/* --- lists ------------------------------------------------------------------------------------ */

/* Messages as they are found, in either order. */
typedef struct
{
  GPtrArray *objects; /* char *: of one message each */
  JournalReader *reader;
  guint32 room_id; /* what @room_name is the name of; 0: none */
  char *room_name; /* (nullable) (owned) */
  gsize n_bytes;
  gboolean is_full; /* one more did not fit */
} List;

static gboolean
list_take (const JournalMessage *stored, gpointer data)
{
  List *list = data;

  if (list->room_id != stored->room)
    {
      g_autofree char *name = journal_reader_dup_room_name (list->reader, stored->room);

      g_free (list->room_name);
      list->room_name = name != NULL ? g_steal_pointer (&name) : g_strdup ("");
      list->room_id = stored->room;
    }
  const Message message = {
    .room = list->room_name,
    .seq = stored->seq,
    .time_ms = stored->time_ms,
    .nick = stored->nick,
    .body = stored->body,
    .n_body = stored->n_body,
  };
  GString *object = g_string_new (NULL);

  message_append_object (object, &message);
  if (list->objects->len > 0 && list->n_bytes + object->len > LIST_MAX_BYTES)
    {
      g_string_free (object, TRUE);
      list->is_full = TRUE;
      return FALSE;
    }
  list->n_bytes += object->len + 1;
  g_ptr_array_add (list->objects, g_string_free (object, FALSE));
  return TRUE;
}

static void
list_clear (List *list)
{
  g_clear_pointer (&list->objects, g_ptr_array_unref);
  g_clear_pointer (&list->room_name, g_free);
}

static void
list_init (List *list, ArchiveThread *thread, const ChatRequest *request)
{
  *list = (List){
    .objects = g_ptr_array_new_with_free_func (g_free),
    .reader = thread->reader,
    .room_id = request->room_id,
    .room_name = g_strdup (request->room_name),
  };
}

static void
list_append (GString *out, const List *list, guint n_objects, gboolean reverse)
{
  PARLANCE_APPEND_LITERAL (out, "\"messages\":[");
  for (guint i = 0; i < n_objects; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      g_string_append (out, g_ptr_array_index (list->objects, reverse ? n_objects - 1 - i : i));
    }
  PARLANCE_APPEND_LITERAL (out, "],\"more\":");
}

static void
refuse_internal (ChatRequest *request, const GError *error)
{
  log_warning ("%s", error->message);
  chat_request_refuse (request, PARLANCE_REASON_INTERNAL, NULL);
}

/* One message more than wanted tells whether there is more; so does one that does not fit. */
static void
answer_list (ChatRequest *request, const List *list, gboolean reverse)
{
  guint n = MIN (request->limit, list->objects->len);
  GString *result = g_string_new ("{");

  if (request->verb == CHAT_HISTORY)
    {
      PARLANCE_APPEND_LITERAL (result, "\"room\":");
      parlance_json_append_string (result, request->room_name, strlen (request->room_name));
      g_string_append_c (result, ',');
    }
  list_append (result, list, n, reverse);
  g_string_append (result, list->objects->len > n || list->is_full ? "true}" : "false}");
  request->result = result;
}

static void
history (ArchiveThread *self, ChatRequest *request)
{
  List list;
  g_autoptr (GError) error = NULL;
  guint limit = request->limit + 1;
  gboolean ascends = request->after >= 0;
  int n = 0;

  list_init (&list, self, request);
  if (self->reader != NULL)
    n = ascends ? journal_reader_after (self->reader, request->room_id, request->after, limit,
                                        list_take, &list, &error)
                : journal_reader_before (self->reader, request->room_id,
                                         request->before >= 0 ? request->before : G_MAXINT64, limit,
                                         list_take, &list, &error);
  if (n < 0)
    refuse_internal (request, error);
  else
    answer_list (request, &list, !ascends);
  list_clear (&list);
}

static void
search (ArchiveThread *self, ChatRequest *request)
{
  List list;
  g_autoptr (GError) error = NULL;
  int n = 0;

  list_init (&list, self, request);
  while (self->reader != NULL && !archive_is_stopping (self->archive) &&
         (n = journal_reader_index (self->reader, INDEX_STEP, &error)) > 0)
    continue;
  if (self->reader != NULL && n == 0)
    n = journal_reader_search (self->reader, request->room_id, request->text, request->limit + 1,
                               list_take, &list, &error);
  if (n < 0)
    refuse_internal (request, error);
  else
    answer_list (request, &list, FALSE);
  list_clear (&list);
}

/* --- catching up ------------------------------------------------------------------------------ */

typedef struct
{
  GString *lines;
  const char *room;
  gint64 until_seq;
  gint64 last_seq;
} Page;

static gboolean
page_take (const JournalMessage *stored, gpointer data)
{
  Page *page = data;
  const Message message = {
    .room = page->room,
    .seq = stored->seq,
    .time_ms = stored->time_ms,
    .nick = stored->nick,
    .body = stored->body,
    .n_body = stored->n_body,
  };

  if (page->lines->len > PAGE_MAX_BYTES || stored->seq > page->until_seq)
    return FALSE;
  message_append_line (page->lines, &message);
  page->last_seq = stored->seq;
  return TRUE;
}

static void
catch_up (ArchiveThread *self, ChatRequest *request)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  Page page = {
    .lines = lines,
    .room = request->room_name,
    .until_seq = request->seq,
    .last_seq = request->seq, /* where nothing is found there is nothing up to there */
  };
  int n = 0;

  if (self->reader != NULL)
    n = journal_reader_after (self->reader, request->room_id, request->after, PAGE_MAX_MESSAGES,
                              page_take, &page, &error);
  if (n < 0)
    {
      refuse_internal (request, error);
      return;
    }
  request->seq = page.last_seq;
  if (lines->len > 0)
    request->frame = shared_frame_new (lines->str, lines->len);
}

/* --- the threads ------------------------------------------------------------------------------ */

static void
request_deliver (MailboxMessage *message, void *receiver)
{
  ArchiveThread *self = receiver;
  ChatRequest *request = (ChatRequest *)message;

  if (turns_add (self->turns, request))
    return;
  chat_request_refuse (request, PARLANCE_REASON_BUSY, NULL);
  request->fault.retry_after_ms = RETRY_MS;
  chat_mail_answer (request);
}

static void
answer (ArchiveThread *self, ChatRequest *request)
{
  if (archive_is_stopping (self->archive))
    chat_request_refuse (request, PARLANCE_REASON_SHUTTING_DOWN, NULL);
  else if (request->verb == CHAT_HISTORY)
    history (self, request);
  else if (request->verb == CHAT_SEARCH)
    search (self, request);
  else
    catch_up (self, request);
  chat_mail_answer (request);
}

/* Answers all that waits, and what comes meanwhile. */
static void
answer_all (ArchiveThread *self)
{
  ChatRequest *request;

  mailbox_drain (self->mailbox, self);
  while ((request = turns_take (self->turns)) != NULL)
    {
      answer (self, request);
      mailbox_drain (self->mailbox, self);
    }
}

static void
post_request (ArchiveThread *self, ChatRequest *request)
{
  request->message.deliver = request_deliver;
  mailbox_post (self->mailbox, &request->message);
}

void
archive_post (Archive *self, ChatRequest *request)
{
  post_request (request->verb == CHAT_SEARCH ? &self->search : &self->pages, request);
}

static void
nudge_discard (MailboxMessage *message)
{
  g_free (message);
}

static void
nudge_deliver (MailboxMessage *message, void *receiver)
{
  g_free (message);
}

static void
stop_deliver (MailboxMessage *message, void *receiver)
{
  g_free (message);
  ((ArchiveThread *)receiver)->stopping = TRUE;
}

static void
post_note (ArchiveThread *self, void (*deliver) (MailboxMessage *message, void *receiver))
{
  MailboxMessage *note = g_new0 (MailboxMessage, 1);

  note->deliver = deliver;
  note->discard = nudge_discard;
  mailbox_post (self->mailbox, note);
}

void
archive_note (Archive *self)
{
  if (self->search.reader != NULL &&
      !atomic_exchange_explicit (&self->is_noted, TRUE, memory_order_relaxed))
    post_note (&self->search, nudge_deliver);
}

/* Takes in a little, once people are silent for a moment: a message is as much work to index as to
 * store and hand out to fifty, and whoever talks needs the processor. Returns: how long to wait for
 * requests before the next time [ms] */
static int
index_step (ArchiveThread *self)
{
  g_autoptr (GError) error = NULL;
  gint64 now_us = g_get_monotonic_time ();
  gboolean was_noted =
      atomic_exchange_explicit (&self->archive->is_noted, FALSE, memory_order_relaxed);

  if (!was_noted || self->noted_us == 0)
    self->noted_us = now_us;
  if (was_noted && now_us - self->noted_us < INDEX_MAX_DELAY_US)
    return INDEX_DELAY_MS;

  int n = journal_reader_index (self->reader, INDEX_STEP, &error);
  if (n < 0)
    {
      log_warning ("%s; messages are not indexed for searching", error->message);
      return -1;
    }
  if (n == INDEX_STEP)
    return 0;
  self->noted_us = 0;
  return was_noted ? INDEX_DELAY_MS : -1;
}

static void *
archive_run (void *data)
{
  ArchiveThread *self = data;
  gboolean indexes = self == &self->archive->search && self->reader != NULL;
  int wait_ms = indexes ? 0 : -1;

  /* An unprivileged process may always lower its own priority; where it fails nothing is lost. */
  if (self->nice != 0)
    (void)setpriority (PRIO_PROCESS, 0, self->nice);
  while (!self->stopping)
    {
      struct epoll_event event;
      int n = epoll_wait (self->poll_fd, &event, 1, wait_ms);

      if (n < 0 && errno != EINTR)
        g_assert_not_reached ();
      answer_all (self);
      if (indexes && !self->stopping)
        wait_ms = n == 0 ? index_step (self) : INDEX_DELAY_MS;
    }
  return NULL;
}

static gboolean
thread_init (
    ArchiveThread *self, Archive *archive, const char *data_dir, int priority, GError **error)
{
  struct epoll_event event = { .events = EPOLLIN | EPOLLET };

  self->archive = archive;
  self->nice = priority;
  self->poll_fd = -1;
  self->turns = turns_new ();
  self->mailbox = mailbox_new (error);
  if (self->mailbox == NULL)
    return FALSE;
  if (data_dir != NULL)
    self->reader = journal_reader_open (data_dir, error);
  if (data_dir != NULL && self->reader == NULL)
    return FALSE;
  self->poll_fd = epoll_create1 (EPOLL_CLOEXEC);
  if (self->poll_fd >= 0 &&
      epoll_ctl (self->poll_fd, EPOLL_CTL_ADD, mailbox_fd (self->mailbox), &event) == 0)
    return TRUE;
  g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (errno),
               "cannot watch the archive's mailbox: %s", g_strerror (errno));
  return FALSE;
}

Archive *
archive_new (const char *data_dir, GError **error)
{
  Archive *self = g_new0 (Archive, 1);

  self->search.poll_fd = -1;
  if (thread_init (&self->pages, self, data_dir, 0, error) &&
      thread_init (&self->search, self, data_dir, SEARCH_NICE, error))
    return self;
  archive_free (self);
  return NULL;
}

static gboolean
thread_start (ArchiveThread *self, GError **error)
{
  int code = pthread_create (&self->thread, NULL, archive_run, self);

  self->started = code == 0;
  if (code != 0)
    g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (code),
                 "cannot start a thread of the archive: %s", g_strerror (code));
  return self->started;
}

gboolean
archive_start (Archive *self, GError **error)
{
  return thread_start (&self->pages, error) && thread_start (&self->search, error);
}

static void
thread_stop (ArchiveThread *self)
{
  if (!self->started)
    return;
  post_note (self, stop_deliver);
  if (pthread_join (self->thread, NULL) != 0)
    g_assert_not_reached ();
  self->started = FALSE;
}

void
archive_stop (Archive *self)
{
  if (self == NULL)
    return;
  atomic_store_explicit (&self->is_stopping, TRUE, memory_order_relaxed);
  thread_stop (&self->pages);
  thread_stop (&self->search);
}

static void
thread_clear (ArchiveThread *self)
{
  mailbox_free (self->mailbox);
  turns_free (self->turns);
  journal_reader_close (self->reader);
  if (self->poll_fd >= 0)
    close (self->poll_fd);
}

void
archive_free (Archive *self)
{
  if (self == NULL)
    return;
  archive_stop (self);
  thread_clear (&self->pages);
  thread_clear (&self->search);
  g_free (self);
}
