/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * parlance history: what was said in a room, page by page, and with --follow what is said next. A
 * time is found in the log by halving: times do not go back in a room.
 */
#include <string.h>

#include "client-cli/chat-session.h"
#include "client-cli/command.h"
#include "client-cli/message-printer.h"
#include "protocol/client/answer.h"
#include "protocol/client/backoff.h"
#include "protocol/wire/limits.h"

#define PAGE PARLANCE_MAX_HISTORY
#define MOST_TRIES 5 /* of a question to a server that is busy; less than 4 s in all */

typedef struct _History History;

/* One question to the server, which is asked again when the connection is lost before its answer,
 * and a little later when the server is busy. */
typedef struct
{
  gint64 before_seq;
  gint64 after_seq;
  guint limit;
  void (*answered) (History *self, GPtrArray *messages, gboolean more);
} Question;

struct _History
{
  App *app;
  ChatSession *session;
  const char *room_name;
  MessagePrinter *printer;
  GCancellable *cancellable;

  Question question;
  gboolean asked;          /* and not answered: @self is held by a callback */
  gboolean is_put_off;     /* until there is a connection again */
  ParlanceBackoff backoff; /* of @question, to a server that is busy */
  guint retry_timer;       /* 0: none */

  gint64 since_seq; /* the first one that is wanted; 0: none is the first */
  gint64 end_seq;   /* the first one that is not; 0: none */
  guint64 n_wanted; /* the last so many; 0: all */
  GPtrArray *pages; /* of GPtrArray of ParlanceMessage, the newest first, while going back */
  guint64 n_found;  /* messages in @pages */

  gint64 *sought; /* where the seq that is sought goes */
  gint64 sought_ms;
  gint64 low;  /* messages up to this one are earlier than @sought_ms */
  gint64 high; /* messages from this one on are not */

  ParlanceRoom *room; /* (nullable): with --follow */
  gboolean is_live;   /* what was said before has been printed */
  gint64 printed_seq; /* the last one that was */
  GPtrArray *held;    /* of ParlanceMessage: said while it was printed */
};

static void on_answer (GObject *source, GAsyncResult *result, gpointer user_data);
static void seek (History *self);

static void
history_free (gpointer data)
{
  History *self = data;

  g_clear_handle_id (&self->retry_timer, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  while (self->asked)
    g_main_context_iteration (NULL, TRUE);
  if (self->room != NULL)
    g_signal_handlers_disconnect_by_data (self->room, self);
  g_ptr_array_unref (self->pages);
  g_ptr_array_unref (self->held);
  message_printer_free (self->printer);
  chat_session_free (self->session);
  g_object_unref (self->cancellable);
  g_free (self);
}

/* --- questions --- */

static void
put (History *self)
{
  const Question *question = &self->question;

  self->is_put_off = FALSE;
  self->asked = TRUE;
  parlance_chat_history_async (chat_session_get_chat (self->session), self->room_name,
                               question->before_seq, question->after_seq, question->limit,
                               self->cancellable, on_answer, self);
}

static void
ask (History *self,
     gint64 before_seq,
     gint64 after_seq,
     guint64 limit,
     void (*answered) (History *self, GPtrArray *messages, gboolean more))
{
  self->question = (Question){
    .before_seq = before_seq,
    .after_seq = after_seq,
    .limit = (guint)MIN (limit, PAGE),
    .answered = answered,
  };
  parlance_backoff_reset (&self->backoff);
  app_wait_begin (self->app);
  put (self);
}

static gboolean
on_retry_timer (gpointer user_data)
{
  History *self = user_data;

  self->retry_timer = 0;
  app_wait_begin (self->app);
  put (self);
  return G_SOURCE_REMOVE;
}

static void
fail (History *self, const GError *error)
{
  if (g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_NO_SUCH_ROOM))
    app_fail (self->app, EXIT_NOT_FOUND, "there is no room “%s”", self->room_name);
  else
    app_fail_with (self->app, error);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  History *self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean more;
  g_autoptr (GPtrArray) messages =
      parlance_chat_history_finish (PARLANCE_CHAT (source), result, &more, &error);

  self->asked = FALSE;
  if (self->app->quitting)
    return;
  if (messages != NULL)
    {
      app_wait_end (self->app);
      self->question.answered (self, messages, more);
    }
  else if (error->domain == G_IO_ERROR && error->code != G_IO_ERROR_INVALID_DATA)
    {
      /* The connection is lost; ParlanceChat is at it. */
      self->is_put_off = TRUE;
      if (parlance_chat_get_state (PARLANCE_CHAT (source)) == PARLANCE_CHAT_ONLINE)
        put (self);
    }
  else if (parlance_error_may_pass (error) && self->backoff.n_attempts + 1 < MOST_TRIES)
    {
      guint delay_ms = parlance_backoff_next_ms (&self->backoff, g_random_double ());
      app_wait_end (self->app);
      self->retry_timer = g_timeout_add (delay_ms, on_retry_timer, self);
    }
  else
    fail (self, error);
}

/* --- printing --- */

static void
print (History *self, ParlanceMessage *message)
{
  message_printer_print (self->printer, message);
  self->printed_seq = parlance_message_get_seq (message);
}

static void
finish (History *self)
{
  if (self->room == NULL)
    {
      app_quit (self->app);
      return;
    }
  self->is_live = TRUE;
  for (guint i = 0; i < self->held->len; i++)
    if (parlance_message_get_seq (g_ptr_array_index (self->held, i)) > self->printed_seq)
      print (self, g_ptr_array_index (self->held, i));
  g_ptr_array_set_size (self->held, 0);
  (void)output_flush (self->app->output);
}

static gboolean
is_wanted (const History *self, ParlanceMessage *message)
{
  gint64 seq = parlance_message_get_seq (message);

  return seq >= self->since_seq && (self->end_seq == 0 || seq < self->end_seq);
}

static void
on_page_forward (History *self, GPtrArray *messages, gboolean more)
{
  gint64 last_seq = self->since_seq - 1;

  for (guint i = 0; i < messages->len; i++)
    {
      ParlanceMessage *message = g_ptr_array_index (messages, i);
      last_seq = parlance_message_get_seq (message);
      if (is_wanted (self, message))
        print (self, message);
    }
  output_commit (self->app->output);
  if (!more || messages->len == 0 || (self->end_seq != 0 && last_seq + 1 >= self->end_seq))
    finish (self);
  else
    ask (self, 0, last_seq, PAGE, on_page_forward);
}

static void
print_pages (History *self)
{
  guint64 n_too_many = self->n_found > self->n_wanted ? self->n_found - self->n_wanted : 0;

  for (guint page = self->pages->len; page-- > 0;)
    {
      GPtrArray *messages = g_ptr_array_index (self->pages, page);
      for (guint i = 0; i < messages->len; i++)
        if (!is_wanted (self, g_ptr_array_index (messages, i)))
          continue;
        else if (n_too_many > 0)
          n_too_many--;
        else
          print (self, g_ptr_array_index (messages, i));
    }
  g_ptr_array_set_size (self->pages, 0);
  output_commit (self->app->output);
  finish (self);
}

static void
on_page_backward (History *self, GPtrArray *messages, gboolean more)
{
  gint64 first_seq =
      messages->len > 0 ? parlance_message_get_seq (g_ptr_array_index (messages, 0)) : 0;

  for (guint i = 0; i < messages->len; i++)
    self->n_found += is_wanted (self, g_ptr_array_index (messages, i)) ? 1 : 0;
  g_ptr_array_add (self->pages, g_ptr_array_ref (messages));
  if (!more || first_seq <= MAX (self->since_seq, 1) || self->n_found >= self->n_wanted)
    print_pages (self);
  else
    ask (self, first_seq, -1, self->n_wanted - self->n_found, on_page_backward);
}

static void
begin_printing (History *self)
{
  if (self->n_wanted > 0)
    ask (self, self->end_seq, -1, self->n_wanted, on_page_backward);
  else
    ask (self, 0, self->since_seq - 1, PAGE, on_page_forward);
}

/* --- times --- */

static void
on_middle (History *self, GPtrArray *messages, gboolean more)
{
  gint64 middle = self->question.after_seq + 1;

  /* Old messages may be gone: the first one from the middle on speaks for those between. */
  if (messages->len == 0 ||
      parlance_message_get_time_ms (g_ptr_array_index (messages, 0)) >= self->sought_ms)
    self->high = middle;
  else
    self->low = parlance_message_get_seq (g_ptr_array_index (messages, 0));
  seek (self);
}

static void
on_newest (History *self, GPtrArray *messages, gboolean more)
{
  gint64 last_seq =
      messages->len > 0 ? parlance_message_get_seq (g_ptr_array_index (messages, 0)) : 0;

  self->low = 0;
  self->high = last_seq + 1;
  seek (self);
}

/* The next step of finding what is sought, and then the next thing to seek, and then to print. */
static void
seek (History *self)
{
  const ChatOptions *options = &self->app->options.chat;

  if (self->sought != NULL && self->high - self->low > 1)
    {
      ask (self, 0, self->low + (self->high - self->low) / 2 - 1, 1, on_middle);
      return;
    }
  if (self->sought != NULL)
    *self->sought = self->high;
  if (self->since_seq < 0)
    {
      self->sought = &self->since_seq;
      self->sought_ms = options->since.time_ms;
      ask (self, 0, -1, 1, on_newest);
    }
  else if (self->end_seq < 0)
    {
      self->sought = &self->end_seq;
      self->sought_ms = options->before.time_ms;
      ask (self, 0, -1, 1, on_newest);
    }
  else
    begin_printing (self);
}

/* --- the command --- */

static void
on_online (gboolean first, gpointer user_data)
{
  History *self = user_data;

  if (first && self->room == NULL)
    seek (self);
  else if (self->is_put_off)
    put (self);
}

static void
on_live_message (ParlanceRoom *room, ParlanceMessage *message, gpointer user_data)
{
  History *self = user_data;

  if (!self->is_live)
    {
      g_ptr_array_add (self->held, g_object_ref (message));
      return;
    }
  print (self, message);
  (void)output_flush (self->app->output);
}

/* Only what is said after the room was joined comes by itself: the rest is fetched from then on. */
static void
on_room_state (ParlanceRoom *room, GParamSpec *property, gpointer user_data)
{
  History *self = user_data;
  if (parlance_room_get_state (room) == PARLANCE_ROOM_JOINED && self->question.answered == NULL)
    seek (self);
}

static void
follow (History *self)
{
  self->room = chat_session_enter (self->session, self->room_name, -1);
  g_signal_connect (self->room, "notify::state", G_CALLBACK (on_room_state), self);
  g_signal_connect (self->room, "message", G_CALLBACK (on_live_message), self);
}

void
history_start (App *app)
{
  static const ChatSessionEvents session_events = { .online = on_online };
  const ChatOptions *options = &app->options.chat;
  gboolean has_since = (app->options.given & OPTION_SINCE) != 0;

  if (options->follow && (app->options.given & OPTION_BEFORE) != 0)
    app_fail (app, EXIT_USAGE, "--follow has no end, and --before is one: take either");
  if (app->quitting || !chat_session_check_room (app, app->options.words[0]))
    return;

  History *self = g_new0 (History, 1);
  self->app = app;
  self->room_name = app->options.words[0];
  self->printer = message_printer_new (app);
  self->cancellable = g_cancellable_new ();
  self->pages = g_ptr_array_new_with_free_func ((GDestroyNotify)g_ptr_array_unref);
  self->held = g_ptr_array_new_with_free_func (g_object_unref);
  self->since_seq = options->since.time_ms != 0 ? -1 : options->since.seq;
  self->end_seq = options->before.time_ms != 0 ? -1 : options->before.seq;
  self->n_wanted = app->options.limit > 0 ? app->options.limit
                   : has_since            ? 0
                                          : PARLANCE_DEFAULT_HISTORY;
  app->command_data = self;
  app->command_data_free = history_free;
  self->session = chat_session_new (app, &session_events, self);
  if (self->session == NULL)
    return;
  if (options->follow)
    follow (self);
  chat_session_connect (self->session);
}
