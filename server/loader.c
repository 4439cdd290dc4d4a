/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A task is a load and the indexing behind it, on a thread of its own; there is one at a time, as
 * two would index the same dictionaries. The thread owns its sources and its result until the mail
 * is posted; of the library it keeps a reference of its own while it indexes. Its last mail says
 * that it can be joined without waiting. The main thread owns tasks that do not run. Progress goes
 * to stderr: as one line that rewrites itself on a terminal, otherwise a line for each dictionary
 * that is compiled or indexed.
 */
#include "server/loader.h"

#include "server/log.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#define LOADER_PROGRESS_US (G_USEC_PER_SEC / 5)

static const char COMPILING[] = "compiling";
static const char INDEXING[] = "indexing";

typedef struct
{
  Loader *loader;
  pthread_t thread;
  GArray *sources;
  char *cache_dir;
  Library *previous; /* (nullable) (owned): until a library is loaded */
  _Atomic gboolean cancelled;
  /* Of the progress shown, the thread's own. */
  gboolean on_terminal;
  const char *shown_task; /* a constant */
  char *shown_name;
  gint64 shown_us;
} Task;

struct Loader
{
  Mailbox *mailbox;
  LoaderListener listener;
  Task *running; /* (nullable) */
  Task *next;    /* (nullable): when @running has ended */
};

typedef struct
{
  MailboxMessage message;
  Library *library;
  GError *error;
  LoaderListener listener;
} LoaderMail;

typedef struct
{
  MailboxMessage message;
  char *name;
  guint64 done;
  guint64 total;
  LoaderListener listener;
} ProgressMail;

static void
mail_deliver (MailboxMessage *message, void *receiver)
{
  LoaderMail *mail = (LoaderMail *)message;

  mail->listener.done (mail->library, mail->error, mail->listener.data);
  g_clear_error (&mail->error);
  g_free (mail);
}

static void
mail_discard (MailboxMessage *message)
{
  LoaderMail *mail = (LoaderMail *)message;

  g_clear_pointer (&mail->library, library_unref);
  g_clear_error (&mail->error);
  g_free (mail);
}

static void
progress_discard (MailboxMessage *message)
{
  ProgressMail *mail = (ProgressMail *)message;

  g_free (mail->name);
  g_free (mail);
}

static void
progress_deliver (MailboxMessage *message, void *receiver)
{
  ProgressMail *mail = (ProgressMail *)message;

  mail->listener.progress (mail->name, mail->done, mail->total, mail->listener.data);
  progress_discard (message);
}

static void
post_progress (const Task *self, const char *name, guint64 done, guint64 total)
{
  ProgressMail *mail = g_new0 (ProgressMail, 1);

  mail->message.deliver = progress_deliver;
  mail->message.discard = progress_discard;
  mail->name = g_strdup (name);
  mail->done = done;
  mail->total = total;
  mail->listener = self->loader->listener;
  mailbox_post (self->loader->mailbox, &mail->message);
}

/* A line that rewrites itself is only in the way once something else is said. */
static void
end_progress_line (Task *self)
{
  if (self->on_terminal && self->shown_name != NULL)
    (void)fputs ("\r\033[K", stderr);
}

static void
show_report (const char *message, gpointer data)
{
  end_progress_line (data);
  log_warning ("%s", message);
}

static gboolean
show_progress (Task *self, const char *task, const char *name, guint64 done, guint64 total)
{
  gint64 now_us = g_get_monotonic_time ();
  guint percent = total > 0 ? (guint)(done * 100 / total) : 100;

  if (task != self->shown_task || g_strcmp0 (name, self->shown_name) != 0)
    {
      end_progress_line (self);
      g_free (self->shown_name);
      self->shown_name = g_strdup (name);
      self->shown_task = task;
      self->shown_us = 0;
      log_info ("%s the dictionary “%s”", task, name);
    }
  if (now_us - self->shown_us >= LOADER_PROGRESS_US)
    {
      self->shown_us = now_us;
      if (task == COMPILING)
        post_progress (self, name, done, total);
      if (self->on_terminal)
        (void)fprintf (stderr, "\r\033[Kparlanced: %s %s: %u %%", task, name, MIN (percent, 100));
    }
  return !atomic_load_explicit (&self->cancelled, memory_order_relaxed);
}

static gboolean
show_compiling (const char *name, guint64 done, guint64 total, gpointer data)
{
  return show_progress (data, COMPILING, name, done, total);
}

static gboolean
show_indexing (const char *name, guint64 done, guint64 total, gpointer data)
{
  return show_progress (data, INDEXING, name, done, total);
}

/* Compiling and indexing take hundreds of MiB in small pieces; what was freed goes back to the
 * system. */
static void
end_work (Task *self)
{
  end_progress_line (self);
  malloc_trim (0);
}

static void
task_free (Task *self)
{
  g_array_unref (self->sources);
  g_clear_pointer (&self->previous, library_unref);
  g_free (self->cache_dir);
  g_free (self->shown_name);
  g_free (self);
}

static void post_end (Loader *self);

static void *
task_run (void *data)
{
  Task *self = data;
  const LibraryOptions options = {
    .cache_dir = self->cache_dir,
    .previous = self->previous,
    .progress = show_compiling,
    .wants_search = TRUE,
    .index_progress = show_indexing,
    .report = show_report,
    .data = self,
  };
  LoaderMail *mail = g_new0 (LoaderMail, 1);
  Library *library;

  mail->message.deliver = mail_deliver;
  mail->message.discard = mail_discard;
  mail->listener = self->loader->listener;
  mail->library = library_load ((const LibrarySource *)(const void *)self->sources->data,
                                self->sources->len, &options, &mail->error);
  /* Where the load failed the previous one is served on, and its indexing was given up for this. */
  library = mail->library != NULL ? library_ref (mail->library) : g_steal_pointer (&self->previous);
  g_clear_pointer (&self->previous, library_unref);
  end_work (self);
  mailbox_post (self->loader->mailbox, &mail->message);
  if (library != NULL)
    library_index (library, &options);
  g_clear_pointer (&library, library_unref);
  end_work (self);
  post_end (self->loader);
  return NULL;
}

static Task *
task_new (Loader *loader, const Config *config, Library *previous)
{
  Task *self = g_new0 (Task, 1);

  self->loader = loader;
  self->sources = config_sources (config);
  self->cache_dir = g_build_filename (config->data_dir, "cache", NULL);
  self->previous = previous != NULL ? library_ref (previous) : NULL;
  self->on_terminal = isatty (STDERR_FILENO) == 1;
  return self;
}

static void
task_join (Task *self)
{
  if (pthread_join (self->thread, NULL) != 0)
    g_assert_not_reached ();
  task_free (self);
}

/* @task: (transfer full) */
static gboolean
start (Loader *self, Task *task, GError **error)
{
  int code = pthread_create (&task->thread, NULL, task_run, task);

  if (code == 0)
    {
      self->running = task;
      return TRUE;
    }
  g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (code),
               "cannot start a thread to load dictionaries: %s", g_strerror (code));
  task_free (task);
  return FALSE;
}

typedef struct
{
  MailboxMessage message;
  Loader *loader;
} EndMail;

static void
end_discard (MailboxMessage *message)
{
  g_free (message);
}

static void
end_deliver (MailboxMessage *message, void *receiver)
{
  Loader *self = ((EndMail *)message)->loader;
  g_autoptr (GError) error = NULL;

  g_free (message);
  task_join (g_steal_pointer (&self->running));
  if (self->next != NULL && !start (self, g_steal_pointer (&self->next), &error))
    self->listener.done (NULL, error, self->listener.data);
}

static void
post_end (Loader *self)
{
  EndMail *mail = g_new0 (EndMail, 1);

  mail->message.deliver = end_deliver;
  mail->message.discard = end_discard;
  mail->loader = self;
  mailbox_post (self->mailbox, &mail->message);
}

Loader *
loader_new (Mailbox *mailbox, const LoaderListener *listener)
{
  Loader *self = g_new0 (Loader, 1);

  self->mailbox = mailbox;
  self->listener = *listener;
  return self;
}

gboolean
loader_load (Loader *self, const Config *config, Library *previous, GError **error)
{
  Task *task = task_new (self, config, previous);

  g_return_val_if_fail (self->next == NULL, FALSE);
  if (self->running == NULL)
    return start (self, task, error);
  atomic_store (&self->running->cancelled, TRUE);
  self->next = task;
  return TRUE;
}

void
loader_give_up (Loader *self)
{
  g_clear_pointer (&self->next, task_free);
  if (self->running != NULL)
    atomic_store (&self->running->cancelled, TRUE);
}

void
loader_free (Loader *self)
{
  if (self == NULL)
    return;
  loader_give_up (self);
  g_clear_pointer (&self->running, task_join);
  g_free (self);
}
