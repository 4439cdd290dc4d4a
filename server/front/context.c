/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Making, freeing, and giving a worker its next library, or news of it.
 */
#include "server/front/context.h"

#define FRONT_REPLY_BYTES 4096 /* what the scratch begins with */

FrontContext *
front_context_new (const FrontServer *server, Library *library)
{
  FrontContext *self = g_new0 (FrontContext, 1);

  self->server = server;
  self->library = library_ref (library);
  self->labels = front_labels_new (library);
  self->reply = g_string_sized_new (FRONT_REPLY_BYTES);
  self->body = g_string_new (NULL);
  self->names = g_malloc (PARLANCE_MAX_LINE);
  return self;
}

void
front_context_free (FrontContext *self)
{
  if (self == NULL)
    return;
  front_labels_free (self->labels, library_n_dictionaries (self->library));
  library_unref (self->library);
  g_string_free (self->reply, TRUE);
  chat_desk_free (self->desk);
  g_string_free (self->body, TRUE);
  g_free (self->names);
  g_free (self->loading);
  g_free (self);
}

typedef struct
{
  MailboxMessage message;
  Library *library;
} LibraryMail;

static void
library_mail_deliver (MailboxMessage *message, void *receiver)
{
  LibraryMail *mail = (LibraryMail *)message;
  FrontContext *self = worker_context (receiver);

  front_labels_free (self->labels, library_n_dictionaries (self->library));
  library_unref (self->library);
  self->library = mail->library;
  self->labels = front_labels_new (self->library);
  g_free (mail);
}

static void
library_mail_discard (MailboxMessage *message)
{
  LibraryMail *mail = (LibraryMail *)message;

  library_unref (mail->library);
  g_free (mail);
}

void
front_context_set_library (FrontContext *self, Library *library)
{
  LibraryMail *mail = g_new0 (LibraryMail, 1);

  mail->message.deliver = library_mail_deliver;
  mail->message.discard = library_mail_discard;
  mail->library = library_ref (library);
  worker_post (self->worker, &mail->message);
}

typedef struct
{
  MailboxMessage message;
  char *name;
  guint64 done;
  guint64 total;
} LoadingMail;

static void
loading_mail_deliver (MailboxMessage *message, void *receiver)
{
  LoadingMail *mail = (LoadingMail *)message;
  FrontContext *self = worker_context (receiver);

  g_free (self->loading);
  self->loading = mail->name;
  self->n_loaded = mail->done;
  self->n_to_load = mail->total;
  g_free (mail);
}

static void
loading_mail_discard (MailboxMessage *message)
{
  LoadingMail *mail = (LoadingMail *)message;

  g_free (mail->name);
  g_free (mail);
}

void
front_context_set_loading (FrontContext *self, const char *name, guint64 done, guint64 total)
{
  LoadingMail *mail = g_new0 (LoadingMail, 1);

  mail->message.deliver = loading_mail_deliver;
  mail->message.discard = loading_mail_discard;
  mail->name = g_strdup (name);
  mail->done = done;
  mail->total = total;
  worker_post (self->worker, &mail->message);
}
