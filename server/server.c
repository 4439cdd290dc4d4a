/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The main thread accepts connections, which reception.h deals out to the workers, handles signals,
 * and exchanges the library. Its own mailbox gets loaded libraries.
 *
 * Start: descriptors, data directory, addresses (clients may already connect and wait),
 * dictionaries on the loader's thread while signals are heard, then workers, then READY. Stop:
 * listeners, workers (each answers what it has received), pool, authority, loader, and the rest.
 */
#include "server/server.h"

#include "server/certificate.h"
#include "server/chat/ring.h"
#include "server/data-dir.h"
#include "server/discovery.h"
#include "server/doors.h"
#include "server/front/context.h"
#include "server/loader.h"
#include "server/log.h"
#include "server/memory-limit.h"
#include "server/net/linger.h"
#include "server/notify.h"
#include "server/ready.h"
#include "server/reception.h"
#include "server/signals.h"
#include "server/watchdog.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define SERVER_POOL_QUEUE 256 /* waiting jobs of one compute thread */
#define SERVER_RING_SHARE 4   /* recent messages take one part of so many of all memory at most */
#define SERVER_LINGER_US 30   /* after a connection: others often follow */
#define SERVER_MORE_TIME "EXTEND_TIMEOUT_USEC=60000000" /* to start, with each sign of progress */

typedef struct
{
  LoopSource source; /* first */
  Server *server;
} ServerSource;

struct Server
{
  const ConfigOptions *options;
  Config *config;
  DataDir *data_dir;
  Loop *loop;
  Mailbox *mailbox;
  ServerSource mail;
  ServerSource signals;
  Linger linger;
  HandedSockets handed; /* what is not in use yet */
  Doors doors;
  Discovery *discovery; /* (nullable): off */
  TlsContext *tls;      /* (nullable): off */
  Notify *notify;       /* (nullable) */
  Watchdog *watchdog;   /* (nullable) */
  Confined confined;
  FrontServer front;
  Memory *memory;
  HandOut *hand_out;
  guint64 usual_memory; /* [bytes]: the ceiling where nobody asked for another one */
  Reception *reception;
  Worker **workers;
  ChatPort **ports;       /* of their desks */
  guint n_workers;        /* that were made */
  Library *library;       /* (nullable): what the workers were given last */
  Loader *loader;         /* (nullable): until the first load */
  gboolean loading;       /* a library is still to come */
  gboolean reload_wanted; /* SIGHUP came while it was loading */
  gboolean serving;
  gboolean stopping;
  GError *start_error;
};

/* --- connections ------------------------------------------------------------------------------ */

static void
server_accepted (int fd, const Address *peer, const Door *door, gpointer data)
{
  Server *self = data;

  linger_begin (&self->linger, SERVER_LINGER_US);
  reception_admit (self->reception, fd, peer, door);
}

/* For discovery: people, which connections that only look words up are not. */
static void
count_for_discovery (DiscoveryCounts *ret_counts, gpointer data)
{
  const Server *self = data;

  if (self->front.authority != NULL)
    ret_counts->n_users = (guint32)authority_counts (self->front.authority).n_sessions;
  if (self->library != NULL)
    ret_counts->n_dictionaries = library_n_dictionaries (self->library);
}

/* --- the library ------------------------------------------------------------------------------ */

static void server_loaded (Library *library, const GError *error, gpointer data);

static void
notify_serving (const Server *self)
{
  notify_send (self->notify, "READY=1", "Serving; dictionaries: %u%s",
               library_n_dictionaries (self->library),
               self->confined == (CONFINED_CALLS | CONFINED_FILES) ? "; confined" : "");
}

/* @name: (nullable): %NULL: nothing is being loaded */
static void
server_loading (const char *name, guint64 done, guint64 total, gpointer data)
{
  Server *self = data;

  if (name != NULL && total > 0)
    notify_send (self->notify, self->serving ? NULL : SERVER_MORE_TIME,
                 "Compiling the dictionary “%s”: %u %%", name,
                 (guint)MIN (done * 100 / total, 100));
  for (guint i = 0; self->serving && i < self->front.n_contexts; i++)
    front_context_set_loading (self->front.contexts[i], name, done, total);
}

static gboolean
server_begin_load (Server *self, GError **error)
{
  const LoaderListener listener = { server_loaded, server_loading, self };

  if (self->loader == NULL)
    self->loader = loader_new (self->mailbox, &listener);
  self->loading = loader_load (self->loader, self->config, self->library, error);
  return self->loading;
}

static void
hand_certificate_out (Server *self)
{
  for (guint i = 0; i < self->n_workers && self->tls != NULL; i++)
    worker_set_tls (self->workers[i], tls_context_ref (self->tls));
}

static void
reload_certificate (Server *self)
{
  g_autoptr (GError) error = NULL;
  TlsContext *tls;

  if (self->tls == NULL)
    return;
  tls = certificate_load (self->config, &error);
  if (tls == NULL)
    {
      log_error ("%s; going on with the certificate as it was", error->message);
      return;
    }
  tls_context_unref (self->tls);
  self->tls = tls;
  hand_certificate_out (self);
  discovery_set_fingerprint (self->discovery, tls_context_fingerprint (tls));
}

static void
apply_limits (Server *self)
{
  const ConfigLimits *limits = &self->config->limits;

  memory_set_limit (self->memory, limits->memory_default ? self->usual_memory : limits->max_memory);
  reception_set_config (self->reception, self->config);
}

/* What is kept ready for those who come back must not be what others are turned away for. */
static ChatLimits *
chat_limits (const Server *self)
{
  ChatLimits *limits = config_chat_limits (self->config);
  guint64 limit = memory_limit (self->memory);

  if (limit > 0)
    limits->ring_bytes = (gsize)MIN (limit / SERVER_RING_SHARE, RING_BUDGET_BYTES);
  return limits;
}

static gboolean
begin_reload (Server *self, GError **error)
{
  Config *config = config_new (self->options, error);

  if (config == NULL)
    return FALSE;
  /* What a running server cannot change stays: addresses, workers, the directory. */
  g_free (config->data_dir);
  config->data_dir = g_strdup (self->config->data_dir);
  config->n_workers = self->config->n_workers;
  config->tls = self->config->tls;
  config_free (self->config);
  self->config = config;
  reload_certificate (self);
  apply_limits (self);
  authority_set_limits (self->front.authority, chat_limits (self));
  log_info ("reloading");
  return server_begin_load (self, error);
}

/* The service manager, too, is told that a reload has ended when it has come to nothing. */
static void
reload_failed (Server *self, const GError *error, const char *as_what)
{
  log_error ("%s; going on %s", error->message, as_what);
  notify_send (self->notify, "READY=1", "%s; going on %s", error->message, as_what);
}

static void
server_reload (Server *self)
{
  g_autoptr (GError) error = NULL;

  if (self->loading)
    {
      self->reload_wanted = TRUE;
      return;
    }
  g_autofree char *state =
      g_strdup_printf ("RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT, g_get_monotonic_time ());
  notify_send (self->notify, state, "Reloading");
  if (!begin_reload (self, &error))
    reload_failed (self, error, "as before");
}

/* --- start ------------------------------------------------------------------------------------ */

static gboolean
context_chore (void *context)
{
  return chat_desk_chore (((FrontContext *)context)->desk);
}

static gboolean
start_chat (Server *self, GError **error)
{
  static const JournalDurability durabilities[] = {
    [CONFIG_DURABILITY_FULL] = JOURNAL_DURABILITY_FULL,
    [CONFIG_DURABILITY_PROCESS] = JOURNAL_DURABILITY_PROCESS,
    [CONFIG_DURABILITY_MEMORY] = JOURNAL_DURABILITY_NONE,
  };

  self->front.authority =
      authority_new (self->config->data_dir, durabilities[self->config->durability],
                     chat_limits (self), self->ports, self->n_workers, error);
  for (guint i = 0; i < self->front.n_contexts && self->front.authority != NULL; i++)
    chat_desk_set_authority (self->front.contexts[i]->desk, self->front.authority);
  return self->front.authority != NULL && authority_start (self->front.authority, error);
}

static void
post_to_worker (gpointer target, MailboxMessage *message)
{
  worker_post (target, message);
}

static void
post_to_authority (gpointer target, MailboxMessage *message)
{
  authority_post_message (target, message);
}

static void
watch_threads (Server *self)
{
  for (guint i = 0; i < self->n_workers; i++)
    watchdog_watch (self->watchdog, g_strdup_printf ("worker %u", i + 1), post_to_worker,
                    self->workers[i]);
  watchdog_watch (self->watchdog, g_strdup ("the authority of chat"), post_to_authority,
                  self->front.authority);
}

static gboolean
start_workers (Server *self, Library *library, GError **error)
{
  guint n = self->config->n_workers;

  self->front.pool = compute_pool_new (n, SERVER_POOL_QUEUE, error);
  if (self->front.pool == NULL)
    return FALSE;
  self->front.contexts = g_new0 (FrontContext *, n);
  self->workers = g_new0 (Worker *, n);
  self->ports = g_new0 (ChatPort *, n);
  for (guint i = 0; i < n; i++)
    {
      FrontContext *context = front_context_new (&self->front, library);

      self->front.contexts[i] = context;
      self->front.n_contexts = i + 1;
      self->workers[i] = worker_new (&worker_default_timeouts, context, error);
      if (self->workers[i] == NULL)
        return FALSE;
      self->n_workers = i + 1;
      worker_set_memory (self->workers[i], self->memory);
      worker_set_hand_out (self->workers[i], self->hand_out);
      context->worker = self->workers[i];
      context->index = i;
      context->desk = chat_desk_new (self->workers[i], i);
      worker_set_chore (self->workers[i], context_chore);
      self->ports[i] = chat_desk_port (context->desk);
    }
  reception_set_workers (self->reception, self->workers, self->n_workers);
  memory_set_workers (self->memory, self->workers, self->n_workers);
  hand_certificate_out (self);
  if (!start_chat (self, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      if (!worker_start (self->workers[i], error))
        return FALSE;
    }
  watch_threads (self);
  return TRUE;
}

static void
server_begin_serving (Server *self, Library *library)
{
  if (!start_workers (self, library, &self->start_error))
    {
      self->stopping = TRUE;
      return;
    }
  doors_start (&self->doors);
  discovery_start (self->discovery);
  self->serving = TRUE;
  if (library_n_dictionaries (library) == 0)
    log_warning ("no dictionary is served: none was named, or none could be read; name one with "
                 "--dictionary, or put one into %s/dictionaries",
                 self->config->data_dir);
  ready_print (self->doors.json, self->doors.dict, self->discovery);
}

static void
server_loaded (Library *library, const GError *error, gpointer data)
{
  Server *self = data;

  self->loading = FALSE;
  server_loading (NULL, 0, 0, self);
  if (library == NULL && !self->serving)
    {
      self->start_error = g_error_copy (error);
      self->stopping = TRUE;
      return;
    }
  if (library == NULL)
    reload_failed (self, error, "with the dictionaries as they are");
  else if (!self->serving)
    server_begin_serving (self, library);
  else
    {
      for (guint i = 0; i < self->front.n_contexts; i++)
        front_context_set_library (self->front.contexts[i], library);
      log_info ("reloaded; dictionaries served: %u", library_n_dictionaries (library));
    }
  if (library != NULL)
    {
      g_clear_pointer (&self->library, library_unref);
      self->library = library;
      if (self->serving)
        notify_serving (self);
    }
  if (self->reload_wanted && !self->stopping)
    {
      self->reload_wanted = FALSE;
      server_reload (self);
    }
}

/* After the listeners: it tells others at which ports they are. */
static gboolean
begin_discovery (Server *self, GError **error)
{
  static const ParlanceTlsMode tls_modes[] = {
    [CONNECTION_TLS_OFF] = PARLANCE_TLS_OFF,
    [CONNECTION_TLS_OPTIONAL] = PARLANCE_TLS_OPTIONAL,
    [CONNECTION_TLS_REQUIRED] = PARLANCE_TLS_REQUIRED,
  };
  const DiscoverySockets handed = {
    .ipv4 = handed_sockets_steal (&self->handed.discovery_ipv4),
    .ipv6 = handed_sockets_steal (&self->handed.discovery_ipv6),
  };
  gboolean is_handed = handed.ipv4 >= 0 || handed.ipv6 >= 0;
  const DiscoveryOptions options = {
    .id = self->front.id,
    .name = self->front.name,
    .tls = tls_modes[self->config->tls],
    .fingerprint = self->tls != NULL ? tls_context_fingerprint (self->tls) : NULL,
    .handed = is_handed ? &handed : NULL,
    .count = count_for_discovery,
    .data = self,
  };

  if (self->config->discovery_port < 0 && !is_handed)
    return TRUE;
  self->discovery = discovery_new (self->loop, (guint16)MAX (self->config->discovery_port, 0),
                                   self->doors.json, &options, error);
  return self->discovery != NULL;
}

static void
signals_ready (LoopSource *source, uint32_t events)
{
  Server *self = ((ServerSource *)source)->server;
  struct signalfd_siginfo info;

  while (read (source->fd, &info, sizeof info) == (ssize_t)sizeof info)
    {
      if (info.ssi_signo != SIGHUP)
        self->stopping = TRUE;
      else if (self->serving)
        server_reload (self);
      else
        self->reload_wanted = TRUE;
    }
}

static void
mail_ready (LoopSource *source, uint32_t events)
{
  Server *self = ((ServerSource *)source)->server;

  mailbox_drain (self->mailbox, self);
}

static gboolean
watch (Server *self, LoopSource *source, uint32_t events, GError **error)
{
  if (loop_add (self->loop, source, events))
    return TRUE;
  g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (errno),
               "cannot watch for signals and mail: %s", g_strerror (errno));
  return FALSE;
}

static gboolean
watch_signals (Server *self, GError **error)
{
  self->signals.source.fd = signals_open (error);
  self->signals.source.ready = signals_ready;
  self->signals.server = self;
  return self->signals.source.fd >= 0 && watch (self, &self->signals.source, EPOLLIN, error);
}

static gboolean
watch_mailbox (Server *self, GError **error)
{
  self->mailbox = mailbox_new (error);
  if (self->mailbox == NULL)
    return FALSE;
  self->mail.source.fd = mailbox_fd (self->mailbox);
  self->mail.source.ready = mail_ready;
  self->mail.server = self;
  return watch (self, &self->mail.source, EPOLLIN | EPOLLET, error);
}

static gboolean
open_doors (Server *self, GError **error)
{
  const ListenerOptions options = { .accepted = server_accepted, .data = self };

  return doors_open (&self->doors, self->loop, self->config, &self->handed, &options, error);
}

Server *
server_new (const ConfigOptions *options, Config *config, GError **error)
{
  Server *self = g_new0 (Server, 1);

  self->options = options;
  self->config = config;
  self->signals.source.fd = -1;
  self->front.name = g_strdup (config->name);
  self->front.host = g_strdup (g_get_host_name ());
  self->front.started_us = g_get_monotonic_time ();
  self->usual_memory = memory_limit_default ("/");
  self->memory = memory_new ();
  /* One core is for who asks. */
  self->hand_out = hand_out_new (MAX (g_get_num_processors (), 2) - 1);
  self->reception = reception_new (self->memory);
  self->front.memory = self->memory;
  self->front.peers = reception_peers (self->reception);
  apply_limits (self);

  /* Before any other descriptor takes a number that should be one of theirs. */
  if (handed_sockets_take (&self->handed, error))
    self->loop = loop_new (error);
  self->notify = notify_new ();
  self->watchdog = watchdog_new (self->notify);
  if (self->loop != NULL && watch_signals (self, error) && watch_mailbox (self, error) &&
      open_doors (self, error))
    self->data_dir = data_dir_open (config->data_dir, error);
  if (self->data_dir == NULL)
    {
      server_free (self);
      return NULL;
    }
  self->front.id = g_strdup (data_dir_id (self->data_dir));
  if (config->tls != CONNECTION_TLS_OFF && certificate_make (config, self->front.id, error))
    self->tls = certificate_load (config, error);
  if ((config->tls != CONNECTION_TLS_OFF && self->tls == NULL) || !begin_discovery (self, error))
    {
      server_free (self);
      return NULL;
    }
  return self;
}

/* --- run and stop ----------------------------------------------------------------------------- */

static void
server_stop (Server *self)
{
  notify_send (self->notify, "STOPPING=1", "Stopping");
  g_clear_pointer (&self->discovery, discovery_free);
  doors_close (&self->doors);
  loader_give_up (self->loader);
  for (guint i = 0; i < self->n_workers; i++)
    worker_stop (self->workers[i]);
  for (guint i = 0; i < self->n_workers; i++)
    worker_join (self->workers[i]);
  if (self->front.pool != NULL)
    compute_pool_stop (self->front.pool);
  /* Until here the workers waited for what it had to store. */
  authority_stop (self->front.authority);
  /* Last: what it does is lost with no harm, and a slow disk may make it late. */
  g_clear_pointer (&self->loader, loader_free);
}

gboolean
server_run (Server *self, GError **error)
{
  if (!confine (self->config->confine, self->config->data_dir, &self->confined, error) ||
      !server_begin_load (self, error))
    return FALSE;
  while (!self->stopping)
    {
      int wait_ms = watchdog_turn (self->watchdog, doors_wait_ms (&self->doors, -1));

      loop_turn (self->loop, linger_goes_on (&self->linger) ? 0 : wait_ms);
    }
  server_stop (self);
  if (self->start_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&self->start_error));
      return FALSE;
    }
  return TRUE;
}

void
server_free (Server *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->loader, loader_free);
  g_clear_pointer (&self->discovery, discovery_free);
  doors_close (&self->doors);
  handed_sockets_clear (&self->handed);
  /* These first: what they still hold names connections. */
  compute_pool_free (self->front.pool);
  authority_free (self->front.authority);
  for (guint i = 0; i < self->n_workers; i++)
    worker_free (self->workers[i]);
  reception_free (self->reception);
  memory_free (self->memory);
  hand_out_free (self->hand_out);
  for (guint i = 0; i < self->front.n_contexts; i++)
    front_context_free (self->front.contexts[i]);
  watchdog_free (self->watchdog);
  notify_free (self->notify);
  g_clear_pointer (&self->library, library_unref);
  tls_context_unref (self->tls);
  g_free (self->front.contexts);
  g_free (self->workers);
  g_free (self->ports);
  mailbox_free (self->mailbox);
  if (self->signals.source.fd >= 0)
    close (self->signals.source.fd);
  loop_free (self->loop);
  data_dir_free (self->data_dir);
  g_free (self->front.id);
  g_free (self->front.name);
  g_free (self->front.host);
  config_free (self->config);
  g_clear_error (&self->start_error);
  g_free (self);
}
