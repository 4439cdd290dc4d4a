/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each way of each round has a nonce of its own, so that an answer tells which query reached its
 * server. A few rounds later it is forgotten: an answer that was recorded cannot be played for
 * long.
 *
 * Answers are read at a low priority and a bounded number at a time: whoever floods a client must
 * not keep it from drawing its window. What is too much for the kernel's buffer is lost.
 */
#include "protocol/client/prober.h"

#include <arpa/inet.h>
#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

#include "protocol/client/address.h"
#include "protocol/client/probe-socket.h"
#include "protocol/wire/limits.h"

#define N_ROUNDS_KEPT 4
#define MAX_PROBES 1024         /* interfaces times ways that are kept count of */
#define ANSWERS_PER_DISPATCH 64 /* then others have a turn */
#define DATAGRAM_BYTES (PARLANCE_BEACON_MAX_ANSWER + 1) /* what fills it is no answer */
#define PRIORITY_HEARING G_PRIORITY_DEFAULT_IDLE

#define SETTLE_MS 50        /* how long changes of the interfaces gather */
#define SHORTEST_GAP_MS 250 /* between a round and one that is for such a change */

/* Between one round and the next: at 0, 0.25, 1 and 3 s, and from then on every 5 s. */
static const guint gaps_ms[] = { 250, 750, 2000, 5000 };

typedef struct
{
  ParlanceNonce nonce;
  guint round; /* 0: not in use */
  ParlanceWay way;
  gint64 sent_us;
} Query;

enum
{
  SOCKET_IPV4,
  SOCKET_IPV6,
  N_SOCKETS
};

struct _ParlanceProber
{
  guint16 port;
  ParlanceHeardFunc heard;
  gpointer user_data;
  gboolean loopback_only;
  const ParlanceClock *clock;

  GMainContext *context; /* (nullable): %NULL: stopped */
  int sockets[N_SOCKETS];
  GSource *hearing[N_SOCKETS];
  GSource *timer;
  GSource *watch;          /* (nullable): %NULL: changes are not heard of */
  GSource *settling;       /* (nullable): runs while changes gather */
  GPtrArray *interfaces;   /* of ParlanceInterface */
  GArray *probes;          /* of ParlanceProbe */
  ParlanceProbe uncounted; /* stands for those beyond MAX_PROBES */
  gboolean is_outdated;    /* the interfaces could not be listed when they were looked at last */
  gboolean any_failed;     /* in the last round */
  gint64 asked_ms;         /* when the last round was over */
  guint round;
  guint n_in_series; /* rounds since it began */
  Query queries[N_ROUNDS_KEPT][PARLANCE_N_WAYS];
};

/* --- queries ---------------------------------------------------------------------------------- */

static void
make_nonce (ParlanceNonce ret_nonce)
{
  static const char digits[] = "0123456789abcdef";
  guint8 bytes[PARLANCE_BEACON_MAX_NONCE / 2];

  /* Without random numbers of the system those of GLib, which it seeded, must do. */
  if (getentropy (bytes, sizeof bytes) != 0)
    for (gsize i = 0; i < sizeof bytes; i++)
      bytes[i] = (guint8)g_random_int ();
  for (gsize i = 0; i < sizeof bytes; i++)
    {
      ret_nonce[2 * i] = digits[bytes[i] >> 4];
      ret_nonce[2 * i + 1] = digits[bytes[i] & 15];
    }
  ret_nonce[2 * sizeof bytes] = '\0';
}

static Query *
query_for (ParlanceProber *self, ParlanceWay way)
{
  Query *query = &self->queries[self->round % N_ROUNDS_KEPT][way];

  if (query->round != self->round)
    {
      make_nonce (query->nonce);
      query->round = self->round;
      query->way = way;
      query->sent_us = g_get_monotonic_time ();
    }
  return query;
}

static ParlanceProbe *
probe_for (ParlanceProber *self, guint interface, ParlanceWay way)
{
  for (guint i = 0; i < self->probes->len; i++)
    {
      ParlanceProbe *probe = &g_array_index (self->probes, ParlanceProbe, i);
      if (probe->interface == interface && probe->way == way)
        return probe;
    }
  if (self->probes->len == MAX_PROBES)
    return &self->uncounted;
  const ParlanceProbe probe = { .interface = interface, .way = way };
  g_array_append_val (self->probes, probe);
  return &g_array_index (self->probes, ParlanceProbe, self->probes->len - 1);
}

static const char *
way_name (ParlanceWay way)
{
  static const char *const names[] = {
    [PARLANCE_WAY_BROADCAST] = "broadcast",
    [PARLANCE_WAY_MULTICAST] = "multicast",
    [PARLANCE_WAY_IPV6] = "IPv6",
    [PARLANCE_WAY_UNICAST] = "unicast",
  };

  return names[way];
}

/* @own: (nullable): the address of IPv4 that the query leaves from. Returns: 0 or errno */
static int
send_query (ParlanceProber *self,
            const Query *query,
            const struct sockaddr_storage *to,
            guint interface,
            const struct in_addr *own)
{
  g_autoptr (GString) datagram = g_string_sized_new (PARLANCE_BEACON_MIN_QUERY);
  int fd = self->sockets[to->ss_family == AF_INET ? SOCKET_IPV4 : SOCKET_IPV6];

  if (fd < 0)
    return EAFNOSUPPORT;
  parlance_beacon_append_query (datagram, query->nonce);
  return probe_socket_send (fd, datagram, to, interface, own);
}

static void
note_sent (ParlanceProber *self, guint interface, ParlanceWay way, int error)
{
  ParlanceProbe *probe = probe_for (self, interface, way);

  if (error == 0)
    probe->n_sent++;
  else
    self->any_failed = TRUE;
  /* Said once, until it works again. */
  if (error != 0 && probe->last_error == 0)
    {
      char name[IF_NAMESIZE];
      g_info ("discovery: %s on %s failed: %s", way_name (way),
              if_indextoname (interface, name) != NULL ? name : "an interface", g_strerror (error));
    }
  probe->last_error = error;
}

static void
ask_ipv4 (ParlanceProber *self,
          const ParlanceInterface *interface,
          const struct in_addr *own,
          struct in_addr to,
          ParlanceWay way)
{
  struct sockaddr_storage address = { 0 };

  *(struct sockaddr_in *)(void *)&address =
      (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons (self->port), .sin_addr = to };
  note_sent (self, interface->index, way,
             send_query (self, query_for (self, way), &address, interface->index, own));
}

static void
ask_ipv6 (ParlanceProber *self, const ParlanceInterface *interface, const char *to, ParlanceWay way)
{
  struct sockaddr_storage address = { 0 };
  struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)(void *)&address;

  in6->sin6_family = AF_INET6;
  in6->sin6_port = htons (self->port);
  in6->sin6_scope_id = interface->is_loopback ? 0 : interface->index;
  if (inet_pton (AF_INET6, to, &in6->sin6_addr) != 1)
    g_assert_not_reached ();
  note_sent (self, interface->index, way,
             send_query (self, query_for (self, way), &address, interface->index, NULL));
}

static void
ask_interface (ParlanceProber *self, const ParlanceInterface *interface)
{
  struct in_addr group;

  if (inet_pton (AF_INET, PARLANCE_BEACON_GROUP_IPV4, &group) != 1)
    g_assert_not_reached ();
  if (interface->is_loopback)
    {
      const struct in_addr own = { .s_addr = htonl (INADDR_LOOPBACK) };

      if (interface->ipv4->len > 0)
        ask_ipv4 (self, interface, &own, (struct in_addr){ htonl (0x7FFFFFFF) },
                  PARLANCE_WAY_BROADCAST);
      if (interface->ipv6->len > 0)
        ask_ipv6 (self, interface, "::1", PARLANCE_WAY_IPV6);
      return;
    }
  for (guint i = 0; i < interface->ipv4->len; i++)
    {
      const ParlanceInterfaceIpv4 *own = &g_array_index (interface->ipv4, ParlanceInterfaceIpv4, i);

      if (own->broadcast.s_addr != INADDR_ANY)
        ask_ipv4 (self, interface, &own->address, own->broadcast, PARLANCE_WAY_BROADCAST);
      if (i == 0 && interface->has_multicast)
        ask_ipv4 (self, interface, &own->address, group, PARLANCE_WAY_MULTICAST);
    }
  if (interface->ipv6->len > 0 && interface->has_multicast)
    ask_ipv6 (self, interface, PARLANCE_BEACON_GROUP_IPV6, PARLANCE_WAY_IPV6);
}

int
parlance_prober_ask (ParlanceProber *self, GInetSocketAddress *address)
{
  struct sockaddr_storage native = { 0 };
  g_autoptr (GError) error = NULL;

  if (!g_socket_address_to_native (G_SOCKET_ADDRESS (address), &native, sizeof native, &error))
    return EAFNOSUPPORT;
  int code = send_query (self, query_for (self, PARLANCE_WAY_UNICAST), &native, 0, NULL);
  note_sent (self, 0, PARLANCE_WAY_UNICAST, code);
  return code;
}

/* --- the series ------------------------------------------------------------------------------- */

static void schedule_round (ParlanceProber *self, guint delay_ms);

static void
look_at_interfaces (ParlanceProber *self)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *interfaces = parlance_interfaces_list (&error);

  self->is_outdated = interfaces == NULL;
  if (interfaces == NULL)
    {
      g_info ("discovery: %s", error->message);
      return;
    }
  g_ptr_array_unref (self->interfaces);
  self->interfaces = interfaces;
}

static void
ask_round (ParlanceProber *self)
{
  self->round++;
  self->n_in_series++;
  self->any_failed = FALSE;
  /* This machine first: it answers while the others are being asked. */
  for (gboolean loopback = TRUE; loopback >= FALSE; loopback--)
    {
      for (guint i = 0; i < self->interfaces->len; i++)
        {
          const ParlanceInterface *interface = g_ptr_array_index (self->interfaces, i);

          if (interface->is_loopback == loopback && (loopback || !self->loopback_only))
            ask_interface (self, interface);
        }
    }
  self->asked_ms = parlance_clock_now_ms (self->clock);
}

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static gboolean
on_round_due (gpointer user_data)
{
  ParlanceProber *self = user_data;

  if (self->watch == NULL || self->is_outdated)
    look_at_interfaces (self);
  ask_round (self);
  schedule_round (self, gaps_ms[MIN (self->n_in_series, G_N_ELEMENTS (gaps_ms)) - 1]);
  return G_SOURCE_REMOVE;
}

static void
schedule_round (ParlanceProber *self, guint delay_ms)
{
  parlance_clock_start_timer (self->clock, &self->timer, self->context, delay_ms, on_round_due,
                              self);
}

void
parlance_prober_restart (ParlanceProber *self)
{
  if (self->context == NULL)
    return;
  self->n_in_series = 0;
  (void)on_round_due (self);
}

/* --- changes of the interfaces ---------------------------------------------------------------- */

static void
restart_soon (ParlanceProber *self)
{
  gint64 left_ms = self->asked_ms + SHORTEST_GAP_MS - parlance_clock_now_ms (self->clock);

  self->n_in_series = 0;
  schedule_round (self, (guint)MAX (left_ms, 0));
}

/* An interface whose address is still being checked for duplicates cannot send; when the check is
 * over nothing changes but that it can. */
static gboolean
on_settled (gpointer user_data)
{
  ParlanceProber *self = user_data;
  g_autoptr (GPtrArray) before = g_ptr_array_ref (self->interfaces);

  parlance_clock_stop_timer (&self->settling);
  look_at_interfaces (self);
  if (self->any_failed || !parlance_interfaces_equal (before, self->interfaces))
    restart_soon (self);
  return G_SOURCE_REMOVE;
}

/* Changes that come one after another do not put off the end of the wait. */
static void
on_interfaces_changed (gpointer user_data)
{
  ParlanceProber *self = user_data;

  if (self->settling == NULL)
    parlance_clock_start_timer (self->clock, &self->settling, self->context, SETTLE_MS, on_settled,
                                self);
}

/* --- answers ---------------------------------------------------------------------------------- */

static const Query *
find_query (const ParlanceProber *self, const char *nonce)
{
  for (guint i = 0; i < N_ROUNDS_KEPT; i++)
    {
      for (guint k = 0; k < PARLANCE_N_WAYS; k++)
        {
          const Query *query = &self->queries[i][k];
          if (query->round != 0 && strcmp (query->nonce, nonce) == 0)
            return query;
        }
    }
  return NULL;
}

static void
take_answer (ParlanceProber *self, const char *bytes, const ProbeArrival *arrival)
{
  ParlanceBeacon beacon;
  ParlanceNonce nonce;

  if (!parlance_beacon_parse_answer (bytes, arrival->n_bytes, nonce, &beacon))
    return;
  const Query *query = find_query (self, nonce);
  if (query == NULL)
    return;
  g_autoptr (GInetSocketAddress) address =
      parlance_address_new_native (&arrival->from, arrival->n_from, beacon.port);
  if (address == NULL)
    return;

  const ParlanceHeard heard = {
    .beacon = &beacon,
    .address = address,
    .interface = arrival->interface,
    .is_local =
        parlance_interfaces_have (self->interfaces, g_inet_socket_address_get_address (address)),
    .way = query->way,
    .round = query->round,
    .delay_us = g_get_monotonic_time () - query->sent_us,
  };
  probe_for (self, query->way == PARLANCE_WAY_UNICAST ? 0 : heard.interface, heard.way)->n_heard++;
  self->heard (&heard, self->user_data);
}

static gboolean
on_answers (gint fd, GIOCondition condition, gpointer user_data)
{
  ParlanceProber *self = user_data;
  char bytes[DATAGRAM_BYTES];
  ProbeArrival arrival;

  for (guint i = 0; i < ANSWERS_PER_DISPATCH && self->context != NULL; i++)
    {
      if (!probe_socket_receive (fd, bytes, sizeof bytes, &arrival))
        break;
      take_answer (self, bytes, &arrival);
    }
  return G_SOURCE_CONTINUE;
}

/* --- life ------------------------------------------------------------------------------------- */

static guint16
usual_port (void)
{
  const char *variable = g_getenv ("PARLANCE_DISCOVERY_PORT");
  guint64 port;

  if (variable != NULL && g_ascii_string_to_unsigned (variable, 10, 1, G_MAXUINT16, &port, NULL))
    return (guint16)port;
  return PARLANCE_DEFAULT_PORT;
}

ParlanceProber *
parlance_prober_new (guint16 port, ParlanceHeardFunc heard, gpointer user_data)
{
  ParlanceProber *self = g_new0 (ParlanceProber, 1);

  self->port = port != 0 ? port : usual_port ();
  self->heard = heard;
  self->user_data = user_data;
  self->clock = parlance_clock_system ();
  self->sockets[SOCKET_IPV4] = -1;
  self->sockets[SOCKET_IPV6] = -1;
  self->interfaces = g_ptr_array_new ();
  self->probes = g_array_new (FALSE, FALSE, sizeof (ParlanceProbe));
  return self;
}

void
parlance_prober_free (ParlanceProber *self)
{
  if (self == NULL)
    return;
  parlance_prober_stop (self);
  g_ptr_array_unref (self->interfaces);
  g_array_unref (self->probes);
  g_free (self);
}

void
parlance_prober_set_loopback_only (ParlanceProber *self, gboolean loopback_only)
{
  self->loopback_only = loopback_only;
}

void
parlance_prober_set_clock (ParlanceProber *self, const ParlanceClock *clock)
{
  self->clock = clock;
}

gboolean
parlance_prober_start (ParlanceProber *self, GError **error)
{
  static const int families[] = { [SOCKET_IPV4] = AF_INET, [SOCKET_IPV6] = AF_INET6 };
  int code = 0;

  if (self->context != NULL)
    return TRUE;
  for (guint i = 0; i < N_SOCKETS; i++)
    {
      self->sockets[i] = probe_socket_open (families[i]);
      if (self->sockets[i] < 0)
        code = errno;
    }
  if (self->sockets[SOCKET_IPV4] < 0 && self->sockets[SOCKET_IPV6] < 0)
    {
      g_set_error (error, G_IO_ERROR, (gint)g_io_error_from_errno (code),
                   "cannot look for servers on the network: %s", g_strerror (code));
      return FALSE;
    }

  self->context = g_main_context_ref_thread_default ();
  for (guint i = 0; i < N_SOCKETS; i++)
    {
      if (self->sockets[i] < 0)
        continue;
      self->hearing[i] = g_unix_fd_source_new (self->sockets[i], G_IO_IN);
      g_source_set_priority (self->hearing[i], PRIORITY_HEARING);
      g_source_set_callback (self->hearing[i], G_SOURCE_FUNC (on_answers), self, NULL);
      g_source_attach (self->hearing[i], self->context);
    }
  g_array_set_size (self->probes, 0);
  /* What changes between the two is heard of. */
  self->watch = parlance_interfaces_watch (self->context, on_interfaces_changed, self);
  look_at_interfaces (self);
  parlance_prober_restart (self);
  return TRUE;
}

void
parlance_prober_stop (ParlanceProber *self)
{
  if (self->context == NULL)
    return;
  parlance_clock_stop_timer (&self->timer);
  parlance_clock_stop_timer (&self->settling);
  clear_source (&self->watch);
  for (guint i = 0; i < N_SOCKETS; i++)
    {
      clear_source (&self->hearing[i]);
      if (self->sockets[i] >= 0)
        close (self->sockets[i]);
      self->sockets[i] = -1;
    }
  memset (self->queries, 0, sizeof self->queries);
  g_clear_pointer (&self->context, g_main_context_unref);
}

guint
parlance_prober_get_round (const ParlanceProber *self)
{
  return self->round;
}

GPtrArray *
parlance_prober_get_interfaces (const ParlanceProber *self)
{
  return self->interfaces;
}

GArray *
parlance_prober_get_probes (const ParlanceProber *self)
{
  return self->probes;
}
