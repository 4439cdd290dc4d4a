/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The main thread accepts connections and deals them out to the workers round robin, handles
 * signals, and exchanges the library. Its own mailbox gets loaded libraries.
 *
 * Start: descriptors, data directory, addresses (clients may already connect and wait),
 * dictionaries on the loader's thread while signals are heard, then workers, then READY. Stop:
 * listeners, workers (each answers what it has received), pool, and the rest.
 */
#include "server/server.h"

#include "server/certificate.h"
#include "server/connection-limit.h"
#include "server/data-dir.h"
#include "server/discovery.h"
#include "server/front/context.h"
#include "server/front/dict.h"
#include "server/front/jsonrpc.h"
#include "server/loader.h"
#include "server/log.h"
#include "server/net/linger.h"
#include "server/net/listener.h"
#include "server/ready.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define SERVER_POOL_QUEUE 256 /* waiting jobs of one compute thread */
#define SERVER_LINGER_US 30   /* after a connection: others often follow */

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
  GPtrArray *listeners;      /* Listener, JSON-RPC */
  GPtrArray *dict_listeners; /* Listener, DICT */
  Discovery *discovery;      /* (nullable): off */
  TlsContext *tls;           /* (nullable): off */
  FrontServer front;
  Worker **workers;
  ChatPort **ports;  /* of their desks */
  guint n_workers;   /* that were made */
  guint next_worker; /* for round robin */
  guint64 n_served;  /* connections handed to workers since the start */
  guint64 n_refused; /* connections handed to workers to be told that there are too many */
  guint max_connections;
  Library *library;       /* (nullable): what the workers were given last */
  Loader *loader;         /* (nullable): of the last load; may still be indexing */
  gboolean loading;       /* it has not mailed its library yet */
  gboolean reload_wanted; /* SIGHUP came while it was loading */
  gboolean serving;
  gboolean stopping;
  GError *start_error;
};

/* --- connections ------------------------------------------------------------------------------ */

/* How many there are. One that is being refused takes nobody's place, or whoever is refused and
 * tries again would keep a free place from being found. */
static void
count_connections (const Server *self, guint64 *ret_n_served, guint64 *ret_n_refused)
{
  *ret_n_served = self->n_served;
  *ret_n_refused = self->n_refused;
  for (guint i = 0; i < self->n_workers; i++)
    {
      const WorkerCounters *counters = worker_counters (self->workers[i]);

      *ret_n_served -= atomic_load_explicit (&counters->n_closed, memory_order_relaxed);
      *ret_n_refused -= atomic_load_explicit (&counters->n_refused_closed, memory_order_relaxed);
    }
}

static void
server_accepted (int fd, const Address *peer, const Door *door, gpointer data)
{
  Server *self = data;
  guint64 n_served;
  guint64 n_refused;

  linger_begin (&self->linger, SERVER_LINGER_US);
  count_connections (self, &n_served, &n_refused);
  const ConnectionSeed seed = {
    .fd = fd,
    .door = door,
    .is_local = address_is_loopback (peer),
    .is_full = n_served >= self->max_connections,
    .tls = door == &jsonrpc_door ? self->config->tls : CONNECTION_TLS_OFF,
  };

  /* Being polite takes a descriptor for two seconds: to a flood nobody is. */
  if (seed.is_full && n_refused >= CONNECTION_MAX_REFUSALS)
    {
      close (fd);
      return;
    }
  if (seed.is_full)
    self->n_refused++;
  else
    self->n_served++;
  worker_adopt (self->workers[self->next_worker], &seed);
  self->next_worker = (self->next_worker + 1) % self->n_workers;
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

/* @name: (nullable): %NULL: nothing is being loaded */
static void
server_loading (const char *name, guint64 done, guint64 total, gpointer data)
{
  Server *self = data;

  for (guint i = 0; self->serving && i < self->front.n_contexts; i++)
    front_context_set_loading (self->front.contexts[i], name, done, total);
}

static gboolean
server_begin_load (Server *self, GError **error)
{
  const LoaderListener listener = { server_loaded, server_loading, self };

  g_clear_pointer (&self->loader, loader_free);
  self->loader = loader_start (self->config, self->library, self->mailbox, &listener, error);
  self->loading = self->loader != NULL;
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
  tls = certificate_load (self->config, self->front.id, &error);
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
server_reload (Server *self)
{
  g_autoptr (GError) error = NULL;

  if (self->loading)
    {
      self->reload_wanted = TRUE;
      return;
    }
  Config *config = config_new (self->options, &error);
  if (config == NULL)
    {
      log_error ("%s; going on as before", error->message);
      return;
    }
  /* What a running server cannot change stays: addresses, workers, the directory. */
  g_free (config->data_dir);
  config->data_dir = g_strdup (self->config->data_dir);
  config->n_workers = self->config->n_workers;
  config->tls = self->config->tls;
  config_free (self->config);
  self->config = config;
  reload_certificate (self);
  self->max_connections = connection_limit (self->config);
  authority_set_limits (self->front.authority, config_chat_limits (config));
  log_info ("reloading");
  if (!server_begin_load (self, &error))
    log_error ("%s; going on with the dictionaries as they are", error->message);
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
                     config_chat_limits (self->config), self->ports, self->n_workers, error);
  for (guint i = 0; i < self->front.n_contexts && self->front.authority != NULL; i++)
    chat_desk_set_authority (self->front.contexts[i]->desk, self->front.authority);
  return self->front.authority != NULL && authority_start (self->front.authority, error);
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
      context->worker = self->workers[i];
      context->index = i;
      context->desk = chat_desk_new (self->workers[i], i);
      worker_set_chore (self->workers[i], context_chore);
      self->ports[i] = chat_desk_port (context->desk);
    }
  hand_certificate_out (self);
  if (!start_chat (self, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      if (!worker_start (self->workers[i], error))
        return FALSE;
    }
  return TRUE;
}

static void
start_listeners (GPtrArray *listeners)
{
  for (guint i = 0; i < listeners->len; i++)
    listener_start (g_ptr_array_index (listeners, i));
}

static void
server_begin_serving (Server *self, Library *library)
{
  if (!start_workers (self, library, &self->start_error))
    {
      self->stopping = TRUE;
      return;
    }
  start_listeners (self->listeners);
  start_listeners (self->dict_listeners);
  discovery_start (self->discovery);
  self->serving = TRUE;
  if (library_n_dictionaries (library) == 0)
    log_warning ("no dictionary is served: none was named, or none could be read; name one with "
                 "--dictionary, or put one into %s/dictionaries",
                 self->config->data_dir);
  ready_print (self->listeners, self->dict_listeners, self->discovery);
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
    log_error ("%s; going on with the dictionaries as they are", error->message);
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
    }
  if (self->reload_wanted && !self->stopping)
    {
      self->reload_wanted = FALSE;
      server_reload (self);
    }
}

static gboolean
bind_all (Server *self, GArray *addresses, const Door *door, GPtrArray *listeners, GError **error)
{
  const ListenerOptions options = { .accepted = server_accepted, .data = self };

  for (guint i = 0; i < addresses->len; i++)
    {
      const Address *address = &g_array_index (addresses, Address, i);
      g_autoptr (GError) local_error = NULL;
      Listener *listener = listener_new (self->loop, address, door, &options, &local_error);

      if (listener != NULL)
        g_ptr_array_add (listeners, listener);
      /* A machine without IPv6 (or without IPv4) serves what it has, when nobody asked for more. */
      else if (!self->config->listen_default || door != &jsonrpc_door ||
               !g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NXIO) ||
               (i + 1 == addresses->len && listeners->len == 0))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      else
        log_info ("%s; going on without", local_error->message);
    }
  return TRUE;
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
  const DiscoveryOptions options = {
    .id = self->front.id,
    .name = self->front.name,
    .tls = tls_modes[self->config->tls],
    .fingerprint = self->tls != NULL ? tls_context_fingerprint (self->tls) : NULL,
    .count = count_for_discovery,
    .data = self,
  };

  if (self->config->discovery_port < 0)
    return TRUE;
  self->discovery = discovery_new (self->loop, (guint16)self->config->discovery_port,
                                   self->listeners, &options, error);
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

/* Every thread started later inherits the mask: signals arrive at the main thread's descriptor
 * only. */
static gboolean
watch_signals (Server *self, GError **error)
{
  sigset_t set;

  (void)sigemptyset (&set);
  (void)sigaddset (&set, SIGTERM);
  (void)sigaddset (&set, SIGINT);
  (void)sigaddset (&set, SIGHUP);
  (void)signal (SIGPIPE, SIG_IGN);
  /* A file that reaches its limit is an error like a full disk. */
  (void)signal (SIGXFSZ, SIG_IGN);
  if (pthread_sigmask (SIG_BLOCK, &set, NULL) == 0)
    self->signals.source.fd = signalfd (-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  self->signals.source.ready = signals_ready;
  self->signals.server = self;
  if (self->signals.source.fd >= 0 && loop_add (self->loop, &self->signals.source, EPOLLIN))
    return TRUE;
  g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (errno),
               "cannot watch for signals: %s", g_strerror (errno));
  return FALSE;
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
  if (loop_add (self->loop, &self->mail.source, EPOLLIN | EPOLLET))
    return TRUE;
  g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (errno),
               "cannot watch the main thread's mailbox: %s", g_strerror (errno));
  return FALSE;
}

Server *
server_new (const ConfigOptions *options, Config *config, GError **error)
{
  Server *self = g_new0 (Server, 1);

  self->options = options;
  self->config = config;
  self->signals.source.fd = -1;
  self->listeners = g_ptr_array_new_with_free_func ((GDestroyNotify)listener_free);
  self->dict_listeners = g_ptr_array_new_with_free_func ((GDestroyNotify)listener_free);
  self->front.name = g_strdup (config->name);
  self->front.host = g_strdup (g_get_host_name ());
  self->front.started_us = g_get_monotonic_time ();
  self->max_connections = connection_limit (self->config);

  self->loop = loop_new (error);
  if (self->loop != NULL && watch_signals (self, error) && watch_mailbox (self, error) &&
      bind_all (self, config->listen, &jsonrpc_door, self->listeners, error) &&
      bind_all (self, config->dict_listen, &dict_door, self->dict_listeners, error))
    self->data_dir = data_dir_open (config->data_dir, error);
  if (self->data_dir == NULL)
    {
      server_free (self);
      return NULL;
    }
  self->front.id = g_strdup (data_dir_id (self->data_dir));
  if (config->tls != CONNECTION_TLS_OFF)
    self->tls = certificate_load (config, self->front.id, error);
  if ((config->tls != CONNECTION_TLS_OFF && self->tls == NULL) || !begin_discovery (self, error))
    {
      server_free (self);
      return NULL;
    }
  return self;
}

/* --- run and stop ----------------------------------------------------------------------------- */

static int
listeners_wait_ms (GPtrArray *listeners, int wait_ms)
{
  for (guint i = 0; i < listeners->len; i++)
    {
      int retry_ms = listener_retry_ms (g_ptr_array_index (listeners, i));
      if (retry_ms >= 0)
        wait_ms = wait_ms < 0 ? retry_ms : MIN (wait_ms, retry_ms);
    }
  return wait_ms;
}

static void
server_stop (Server *self)
{
  g_clear_pointer (&self->discovery, discovery_free);
  g_ptr_array_set_size (self->listeners, 0);
  g_ptr_array_set_size (self->dict_listeners, 0);
  g_clear_pointer (&self->loader, loader_free);
  for (guint i = 0; i < self->n_workers; i++)
    worker_stop (self->workers[i]);
  for (guint i = 0; i < self->n_workers; i++)
    worker_join (self->workers[i]);
  if (self->front.pool != NULL)
    compute_pool_stop (self->front.pool);
  /* Until here the workers waited for what it had to store. */
  authority_stop (self->front.authority);
}

gboolean
server_run (Server *self, GError **error)
{
  if (!server_begin_load (self, error))
    return FALSE;
  while (!self->stopping)
    {
      int wait_ms =
          listeners_wait_ms (self->dict_listeners, listeners_wait_ms (self->listeners, -1));

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
  g_ptr_array_unref (self->listeners);
  g_ptr_array_unref (self->dict_listeners);
  /* These first: what they still hold names connections. */
  compute_pool_free (self->front.pool);
  authority_free (self->front.authority);
  for (guint i = 0; i < self->n_workers; i++)
    worker_free (self->workers[i]);
  for (guint i = 0; i < self->front.n_contexts; i++)
    front_context_free (self->front.contexts[i]);
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
