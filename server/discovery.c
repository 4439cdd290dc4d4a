/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Under a flood the main thread must still accept connections. Datagrams are read many at a time,
 * a bounded number each turn, and dropped by the cheapest test that does: length, interface, rate,
 * and only then the JSON. When the answers of this second are used up, nothing is read at all until
 * another may go out: the kernel then drops what its buffer has no room for, at next to no cost.
 */
#include "server/discovery.h"

#include "protocol/wire/beacon.h"
#include "server/discovery-links.h"
#include "server/discovery-rate.h"
#include "server/discovery-socket.h"
#include "server/log.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define DISCOVERY_BATCH 32
#define DISCOVERY_BATCHES_PER_TURN 4
#define DISCOVERY_MAX_DATAGRAM 65536 /* [bytes] over what UDP has; untouched pages cost nothing */
#define DISCOVERY_N_SOCKETS 2        /* IPv4, IPv6 */

typedef struct
{
  LoopSource source; /* first; fd -1: this machine lacks the family */
  Discovery *discovery;
  int family;
} DiscoverySocket;

typedef struct
{
  struct mmsghdr messages[DISCOVERY_BATCH];
  struct iovec pieces[DISCOVERY_BATCH];
  Address peers[DISCOVERY_BATCH];
  _Alignas(struct cmsghdr) char control[DISCOVERY_BATCH][DISCOVERY_CONTROL_BYTES];
  char *bytes; /* DISCOVERY_BATCH * DISCOVERY_MAX_DATAGRAM */
} Batch;

struct Discovery
{
  Loop *loop;
  DiscoverySocket sockets[DISCOVERY_N_SOCKETS];
  DiscoverySocket timer; /* runs while nothing may be answered; its family is of no use */
  guint16 port;
  DiscoveryLinks *links;
  DiscoveryOptions options;
  ParlanceBeacon beacon;
  DiscoveryRate rate;
  GString *answer;
  gboolean complained;
  Batch batch;
};

/* --- one query -------------------------------------------------------------------------------- */

/* The address that the answer leaves from. Zero: the kernel's choice for the interface.
 * Returns: whether whoever gets the answer could connect there */
static gboolean
find_source (const DiscoveryArrival *arrival,
             const DiscoveryReach *reach,
             struct in6_addr *ret_source)
{
  static const struct in6_addr none = IN6ADDR_ANY_INIT;

  if (arrival->is_unicast)
    {
      *ret_source = arrival->own;
      return reach->everywhere || IN6_ARE_ADDR_EQUAL (&arrival->own, &reach->address);
    }
  if (!reach->everywhere)
    *ret_source = reach->address;
  else
    *ret_source = IN6_IS_ADDR_MULTICAST (&arrival->own) ? none : arrival->own;
  return TRUE;
}

static void
answer_query (Discovery *self,
              const DiscoverySocket *socket,
              struct msghdr *message,
              const Address *peer,
              gsize n_bytes)
{
  int64_t now_ms = loop_now_ms (self->loop);
  DiscoveryArrival arrival;
  ParlanceNonce nonce;
  struct in6_addr source;
  DiscoveryCounts counts = { 0 };

  if (n_bytes < PARLANCE_BEACON_MIN_QUERY || !discovery_socket_read (message, peer, &arrival))
    return;
  const DiscoveryReach *reach =
      discovery_links_reach (self->links, arrival.interface, socket->family);
  if (reach == NULL || !find_source (&arrival, reach, &source) ||
      !discovery_rate_allows (&self->rate, &arrival.peer, now_ms) ||
      !parlance_beacon_parse_query (message->msg_iov->iov_base, n_bytes, nonce))
    return;

  discovery_rate_count (&self->rate, &arrival.peer, now_ms);
  self->options.count (&counts, self->options.data);
  self->beacon.port = reach->port;
  self->beacon.n_users = counts.n_users;
  self->beacon.n_dictionaries = counts.n_dictionaries;
  g_string_truncate (self->answer, 0);
  parlance_beacon_append_answer (self->answer, nonce, &self->beacon);
  /* A full queue or an address that is nowhere is the asker's to mind: it asks again. */
  if (!discovery_socket_send (socket->source.fd, peer, arrival.interface, &source, self->answer) &&
      errno == EPERM && !self->complained)
    {
      log_warning ("discovery: an answer was not let out: %s; a firewall on this machine keeps "
                   "clients from finding the server: allow UDP port %u",
                   g_strerror (errno), self->port);
      self->complained = TRUE;
    }
}

/* --- reading ---------------------------------------------------------------------------------- */

/* @events: EPOLLIN to read, 0 to leave what comes to the kernel */
static void
set_reading (Discovery *self, uint32_t events)
{
  for (guint i = 0; i < DISCOVERY_N_SOCKETS; i++)
    {
      if (self->sockets[i].source.fd >= 0)
        loop_modify (self->loop, &self->sockets[i].source, events);
    }
}

/* Returns: whether anybody may be answered */
static gboolean
may_answer (Discovery *self)
{
  int64_t wait_ms = discovery_rate_wait_ms (&self->rate, loop_now_ms (self->loop));
  const struct itimerspec pause = { .it_value.tv_sec = wait_ms / 1000,
                                    .it_value.tv_nsec = wait_ms % 1000 * 1000000L };

  if (wait_ms == 0)
    return TRUE;
  if (timerfd_settime (self->timer.source.fd, 0, &pause, NULL) == 0)
    set_reading (self, 0);
  return FALSE;
}

static void
timer_ready (LoopSource *source, uint32_t events)
{
  Discovery *self = ((DiscoverySocket *)source)->discovery;
  uint64_t n_expirations;

  if (read (source->fd, &n_expirations, sizeof n_expirations) == (ssize_t)sizeof n_expirations)
    set_reading (self, EPOLLIN);
}

static void
batch_prepare (Batch *batch)
{
  for (guint i = 0; i < DISCOVERY_BATCH; i++)
    {
      struct msghdr *message = &batch->messages[i].msg_hdr;

      batch->pieces[i].iov_base = batch->bytes + (gsize)i * DISCOVERY_MAX_DATAGRAM;
      batch->pieces[i].iov_len = DISCOVERY_MAX_DATAGRAM;
      message->msg_name = &batch->peers[i].storage;
      message->msg_namelen = sizeof batch->peers[i].storage;
      message->msg_iov = &batch->pieces[i];
      message->msg_iovlen = 1;
      message->msg_control = batch->control[i];
      message->msg_controllen = sizeof batch->control[i];
      message->msg_flags = 0;
    }
}

static void
socket_ready (LoopSource *source, uint32_t events)
{
  const DiscoverySocket *socket = (const DiscoverySocket *)source;
  Discovery *self = socket->discovery;
  Batch *batch = &self->batch;

  for (guint i = 0; i < DISCOVERY_BATCHES_PER_TURN; i++)
    {
      batch_prepare (batch);
      int n = recvmmsg (source->fd, batch->messages, DISCOVERY_BATCH, 0, NULL);

      for (int k = 0; k < n; k++)
        {
          struct msghdr *message = &batch->messages[k].msg_hdr;

          batch->peers[k].n_bytes = message->msg_namelen;
          if (!may_answer (self))
            return;
          answer_query (self, socket, message, &batch->peers[k], batch->messages[k].msg_len);
        }
      /* An error is one of an earlier datagram; the next turn goes on. */
      if (n < DISCOVERY_BATCH)
        return;
    }
}

/* --- life ------------------------------------------------------------------------------------- */

static gboolean
watch (Discovery *self)
{
  self->timer.source.fd = timerfd_create (CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  if (self->timer.source.fd < 0 || !loop_add (self->loop, &self->timer.source, EPOLLIN))
    return FALSE;
  for (guint i = 0; i < DISCOVERY_N_SOCKETS; i++)
    {
      if (self->sockets[i].source.fd >= 0 && !loop_add (self->loop, &self->sockets[i].source, 0))
        return FALSE;
    }
  return TRUE;
}

static void
discovery_init (Discovery *self, const DiscoveryOptions *options)
{
  static const int families[DISCOVERY_N_SOCKETS] = { AF_INET, AF_INET6 };

  for (guint i = 0; i < DISCOVERY_N_SOCKETS; i++)
    self->sockets[i] = (DiscoverySocket){ .source = { .fd = -1, .ready = socket_ready },
                                          .discovery = self,
                                          .family = families[i] };
  self->timer =
      (DiscoverySocket){ .source = { .fd = -1, .ready = timer_ready }, .discovery = self };
  self->options = *options;
  g_strlcpy (self->beacon.id, options->id, sizeof self->beacon.id);
  g_strlcpy (self->beacon.name, options->name, sizeof self->beacon.name);
  g_strlcpy (self->beacon.version, PARLANCE_VERSION, sizeof self->beacon.version);
  self->beacon.tls = options->tls;
  if (options->fingerprint != NULL)
    g_strlcpy (self->beacon.fingerprint, options->fingerprint, sizeof self->beacon.fingerprint);
  self->answer = g_string_sized_new (PARLANCE_BEACON_MAX_ANSWER);
  self->batch.bytes = g_malloc ((gsize)DISCOVERY_BATCH * DISCOVERY_MAX_DATAGRAM);
}

void
discovery_set_fingerprint (Discovery *self, const char *fingerprint)
{
  if (self != NULL)
    g_strlcpy (self->beacon.fingerprint, fingerprint, sizeof self->beacon.fingerprint);
}

/* 0.0.0.0 at the port of an address of IPv6 */
static Address
everywhere_ipv4 (const Address *ipv6)
{
  Address address = { .n_bytes = sizeof (struct sockaddr_in) };

  *(struct sockaddr_in *)&address.storage = (struct sockaddr_in){
    .sin_family = AF_INET,
    .sin_port = ((const struct sockaddr_in6 *)&ipv6->storage)->sin6_port,
  };
  return address;
}

/* Returns: (element-type Address): as bound */
static GArray *
addresses_of (const GPtrArray *listeners)
{
  GArray *addresses = g_array_new (FALSE, FALSE, sizeof (Address));

  for (guint i = 0; i < listeners->len; i++)
    {
      const Listener *listener = g_ptr_array_index (listeners, i);
      Address address;

      if (!address_parse (listener_address (listener), 0, &address, NULL))
        continue;
      g_array_append_val (addresses, address);
      if (listener_takes_both (listener))
        {
          address = everywhere_ipv4 (&address);
          g_array_append_val (addresses, address);
        }
    }
  return addresses;
}

/* A family that nobody can connect by is left to other servers on this machine. */
static DiscoverySocketsOptions
sockets_for (const GArray *addresses, guint16 port)
{
  DiscoverySocketsOptions options = { .port = port, .loopback_only = TRUE };

  for (guint i = 0; i < addresses->len; i++)
    {
      const Address *address = &g_array_index (addresses, Address, i);

      options.ipv4 |= address->any.sa_family == AF_INET;
      options.ipv6 |= address->any.sa_family == AF_INET6;
      options.loopback_only &= address_is_loopback (address);
    }
  return options;
}

static gboolean
open_sockets (const DiscoveryOptions *options,
              const GArray *addresses,
              guint16 port,
              DiscoverySockets *ret_sockets)
{
  const DiscoverySocketsOptions wanted = sockets_for (addresses, port);

  if (options->handed == NULL)
    return discovery_sockets_open (&wanted, ret_sockets);
  *ret_sockets = *options->handed;
  return discovery_sockets_adopt (ret_sockets);
}

Discovery *
discovery_new (Loop *loop,
               guint16 port,
               const GPtrArray *listeners,
               const DiscoveryOptions *options,
               GError **error)
{
  g_autoptr (GArray) addresses = addresses_of (listeners);
  DiscoverySockets sockets;
  Discovery *self = g_new0 (Discovery, 1);

  self->loop = loop;
  discovery_init (self, options);
  gboolean is_open = open_sockets (options, addresses, port, &sockets);
  self->sockets[0].source.fd = sockets.ipv4;
  self->sockets[1].source.fd = sockets.ipv6;
  self->port = sockets.port;
  if (is_open && watch (self))
    self->links = discovery_links_new (loop, sockets.ipv4, sockets.ipv6, addresses, error);
  else
    {
      int code = errno;
      g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (code),
                   "cannot answer discovery on UDP port %u: %s%s",
                   options->handed != NULL ? self->port : port, g_strerror (code),
                   code == EADDRINUSE ? " (another program has it; choose another port with "
                                        "--discovery-port, or off)"
                                      : "");
    }
  if (self->links != NULL)
    return self;
  discovery_free (self);
  return NULL;
}

void
discovery_start (Discovery *self)
{
  if (self != NULL)
    set_reading (self, EPOLLIN);
}

void
discovery_free (Discovery *self)
{
  if (self == NULL)
    return;
  discovery_links_free (self->links);
  /* Closing takes them out of the loop. */
  for (guint i = 0; i < DISCOVERY_N_SOCKETS; i++)
    {
      if (self->sockets[i].source.fd >= 0)
        close (self->sockets[i].source.fd);
    }
  if (self->timer.source.fd >= 0)
    close (self->timer.source.fd);
  g_string_free (self->answer, TRUE);
  g_free (self->batch.bytes);
  g_free (self);
}

guint16
discovery_port (const Discovery *self)
{
  return self->port;
}
