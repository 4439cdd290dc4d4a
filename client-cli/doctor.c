/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * parlance doctor: asks the network as every command does, and in addition the server that ought to
 * be there, by its address; then connects to whatever was found. What comes of it goes through
 * client-cli/diagnosis.h.
 */
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client-cli/command.h"
#include "client-cli/doctor-report.h"
#include "protocol/client/address.h"
#include "protocol/client/connector.h"
#include "protocol/client/recent.h"
#include "protocol/wire/limits.h"

#define LOOK_MS 2000
#define ASK_NAMED_MS 400 /* between one query to the server that was named and the next */
#define TCP_S 5          /* it takes the system 3 s to find out that nobody has an address */
#define MAX_SERVERS 16   /* that are connected to */
#define MAX_ADDRESSES 64 /* of the server that was named, and of all others */

typedef struct
{
  App *app;
  ParlanceBrowser *browser;
  ParlanceRecent *recent;
  gboolean is_given; /* the server was named by the user, not remembered */
  GPtrArray *named;  /* of GInetSocketAddress */
  DoctorReport report;
  DiagnosisTcp loopback_tcp;
  guint n_pending; /* attempts to connect */
  guint ask_timer;
  guint end_timer;
  GCancellable *cancellable;
} Doctor;

/* --- connecting ------------------------------------------------------------------------------- */

static void finish (Doctor *self);

typedef struct
{
  Doctor *doctor; /* it goes on until all attempts have ended */
  GCancellable *cancellable;
  guint timeout; /* source id */
  gboolean timed_out;
  DiagnosisTcp *ret_tcp;
  gint64 *ret_took_us; /* (nullable) */
  gint64 start_us;
} Connecting;

static DiagnosisTcp
tcp_of (const GError *error)
{
  if (error == NULL)
    return DIAGNOSIS_TCP_CONNECTS;
  if (error->domain != G_IO_ERROR)
    return DIAGNOSIS_TCP_FAILED;
  switch (error->code)
    {
    case G_IO_ERROR_CONNECTION_REFUSED:
      return DIAGNOSIS_TCP_REFUSED;
    case G_IO_ERROR_TIMED_OUT: /* the system's, which is longer than ours */
      return DIAGNOSIS_TCP_SILENT;
    case G_IO_ERROR_HOST_UNREACHABLE:
    case G_IO_ERROR_NETWORK_UNREACHABLE:
      return DIAGNOSIS_TCP_NO_ROUTE;
    default:
      return DIAGNOSIS_TCP_FAILED;
    }
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Connecting *data = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection = parlance_connector_connect_finish (result, &error);

  g_clear_handle_id (&data->timeout, g_source_remove);
  *data->ret_tcp = data->timed_out ? DIAGNOSIS_TCP_SILENT : tcp_of (error);
  g_object_unref (data->cancellable);
  if (data->ret_took_us != NULL)
    *data->ret_took_us = g_get_monotonic_time () - data->start_us;
  if (--data->doctor->n_pending == 0 && data->doctor->end_timer == 0)
    finish (data->doctor);
}

static gboolean
on_connect_timeout (gpointer user_data)
{
  Connecting *data = user_data;

  data->timeout = 0;
  data->timed_out = TRUE;
  g_cancellable_cancel (data->cancellable);
  return G_SOURCE_REMOVE;
}

static void
connect_to (Doctor *self, const char *address, DiagnosisTcp *ret_tcp, gint64 *ret_took_us)
{
  Connecting *data = g_new0 (Connecting, 1);

  data->doctor = self;
  data->cancellable = g_cancellable_new ();
  data->ret_tcp = ret_tcp;
  data->ret_took_us = ret_took_us;
  data->start_us = g_get_monotonic_time ();
  data->timeout = g_timeout_add_seconds (TCP_S, on_connect_timeout, data);
  self->n_pending++;
  parlance_connector_connect_async ((const char *const[]){ address, NULL }, data->cancellable,
                                    on_connected, data);
}

/* @server: (nullable): %NULL: the one that was named */
static void
attempt (Doctor *self, GInetSocketAddress *address, ParlanceServer *server)
{
  if (self->report.attempts->len >= MAX_ADDRESSES)
    return;
  DoctorAttempt *data = g_new0 (DoctorAttempt, 1);

  data->address = parlance_address_to_string (address);
  data->server = server != NULL ? g_object_ref (server) : NULL;
  g_ptr_array_add (self->report.attempts, data);
  connect_to (self, data->address, &data->tcp, &data->took_us);
}

static void
attempt_free (gpointer data)
{
  DoctorAttempt *self = data;

  g_clear_object (&self->server);
  g_free (self->address);
  g_free (self);
}

/* --- the server that ought to be there -------------------------------------------------------- */

static gboolean
ask_named (gpointer user_data)
{
  Doctor *self = user_data;
  ParlanceProber *prober = parlance_browser_get_prober (self->browser);

  for (guint i = 0; i < self->named->len; i++)
    {
      g_autoptr (GInetSocketAddress) address = parlance_address_with_port (
          g_ptr_array_index (self->named, i), self->app->options.discovery_port);
      /* What fails is in the prober's book. */
      (void)parlance_prober_ask (prober, address);
    }
  return G_SOURCE_CONTINUE;
}

static void
add_named (Doctor *self, GInetSocketAddress *address)
{
  g_ptr_array_add (self->named, g_object_ref (address));
  attempt (self, address, NULL);
}

static void
on_address (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketAddress) address = g_socket_address_enumerator_next_finish (
      G_SOCKET_ADDRESS_ENUMERATOR (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  Doctor *self = user_data;
  if (address == NULL || self->named->len == PARLANCE_SERVER_MAX_ADDRESSES)
    {
      (void)ask_named (self);
      return;
    }
  if (G_IS_INET_SOCKET_ADDRESS (address))
    add_named (self, G_INET_SOCKET_ADDRESS (address));
  g_socket_address_enumerator_next_async (G_SOCKET_ADDRESS_ENUMERATOR (source), self->cancellable,
                                          on_address, self);
}

/* The one that was named, which may have to be looked up, or the one that was used last. */
static void
begin_with_named (Doctor *self)
{
  const char *given = self->app->options.server;

  self->ask_timer = g_timeout_add (ASK_NAMED_MS, ask_named, self);
  if (given != NULL)
    {
      g_autoptr (GSocketConnectable) connectable = parlance_address_parse (given, NULL);

      self->is_given = TRUE;
      self->report.named = given;
      if (connectable == NULL)
        return;
      g_autoptr (GSocketAddressEnumerator) lookup = g_socket_connectable_enumerate (connectable);
      g_socket_address_enumerator_next_async (lookup, self->cancellable, on_address, self);
    }
  else if (parlance_recent_get_n (self->recent) > 0)
    {
      g_auto (GStrv) addresses = parlance_recent_dup_addresses (self->recent, 0);
      g_autoptr (GPtrArray) numeric = parlance_connector_order ((const char *const *)addresses);

      self->report.named = parlance_recent_get_name (self->recent, 0);
      for (guint i = 0; i < numeric->len; i++)
        add_named (self, g_ptr_array_index (numeric, i));
      (void)ask_named (self);
    }
}

/* --- what came of it -------------------------------------------------------------------------- */

static gboolean
udp_port_is_held (guint16 port)
{
  const struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons (port) };
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  if (fd < 0)
    return FALSE;
  gboolean held = bind (fd, (const struct sockaddr *)(const void *)&any, sizeof any) != 0 &&
                  errno == EADDRINUSE;
  close (fd);
  return held;
}

static gboolean
is_wireless (const ParlanceInterface *interface)
{
  g_autofree char *path = g_strdup_printf ("/sys/class/net/%s/phy80211", interface->name);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
note_interfaces (const Doctor *self, DiagnosisFacts *facts)
{
  guint loopback = 0;

  for (guint i = 0; i < self->report.interfaces->len; i++)
    {
      const ParlanceInterface *interface = g_ptr_array_index (self->report.interfaces, i);

      if (interface->is_loopback)
        loopback = interface->index;
      else if (interface->ipv4->len + interface->ipv6->len > 0)
        {
          facts->n_networks++;
          facts->n_wireless += (guint)is_wireless (interface);
        }
    }
  for (guint i = 0; i < self->report.probes->len; i++)
    {
      const ParlanceProbe *probe = &g_array_index (self->report.probes, ParlanceProbe, i);

      facts->not_permitted |= probe->last_error == EPERM || probe->last_error == EACCES;
      if (probe->way != PARLANCE_WAY_UNICAST)
        facts->n_by_broadcast += probe->n_heard;
      facts->loopback_answers |=
          loopback != 0 && probe->interface == loopback && probe->n_heard > 0;
    }
}

/* Of a server's addresses the best counts: whether one connects, else one that at least says no. */
static DiagnosisTcp
best_tcp (const Doctor *self, ParlanceServer *server)
{
  DiagnosisTcp best = DIAGNOSIS_TCP_UNTRIED;

  for (guint i = 0; i < self->report.attempts->len; i++)
    {
      const DoctorAttempt *data = g_ptr_array_index (self->report.attempts, i);
      if (data->server == server && (best == DIAGNOSIS_TCP_UNTRIED || data->tcp < best))
        best = data->tcp;
    }
  return best;
}

static void
note_servers (const Doctor *self, DiagnosisFacts *facts)
{
  GListModel *model = G_LIST_MODEL (self->browser);

  facts->n_servers = g_list_model_get_n_items (model);
  for (guint i = 0; i < facts->n_servers; i++)
    {
      g_autoptr (ParlanceServer) server = g_list_model_get_item (model, i);
      DiagnosisTcp tcp = best_tcp (self, server);

      if (tcp > DIAGNOSIS_TCP_CONNECTS && facts->unreachable.name == NULL)
        facts->unreachable = (DiagnosisUnreachable){ parlance_server_get_name (server),
                                                     parlance_server_get_port (server), tcp };
    }
}

/* One that is only remembered may be at home while we are not: without it nothing is amiss as long
 * as others are found. */
static void
note_named (const Doctor *self, DiagnosisFacts *facts)
{
  if (self->report.named == NULL || (!self->is_given && facts->n_servers > 0))
    return;
  facts->named = (DiagnosisNamed){
    .text = self->report.named,
    .is_known = self->named->len > 0,
    .answers_udp = self->report.named_answers_udp,
    .tcp = best_tcp (self, NULL),
  };
  for (guint i = 0; i < self->named->len; i++)
    {
      GInetSocketAddress *address = g_ptr_array_index (self->named, i);

      facts->named.port = g_inet_socket_address_get_port (address);
      facts->named.is_on_link |= parlance_interfaces_reach (
          self->report.interfaces, g_inet_socket_address_get_address (address));
    }
}

static void
finish (Doctor *self)
{
  App *app = self->app;
  DiagnosisFacts facts = { .discovery_port = app->options.discovery_port,
                           .udp_is_held = udp_port_is_held (app->options.discovery_port),
                           .loopback_tcp = self->loopback_tcp };

  note_interfaces (self, &facts);
  note_servers (self, &facts);
  note_named (self, &facts);
  self->report.findings = diagnosis_make (&facts);
  if (app->options.json)
    {
      g_autoptr (GString) json = g_string_new (NULL);
      doctor_report_append_json (json, &self->report);
      output_append_json (app->output, json->str, json->len);
    }
  else
    doctor_report_append (output_get_buffer (app->output), &app->style, &self->report);
  if (!diagnosis_is_well (self->report.findings))
    app_note (app, EXIT_FAILED);
  app_quit (app);
}

/* Everybody has had time to answer: what is known by now is connected to. */
static gboolean
on_looked (gpointer user_data)
{
  Doctor *self = user_data;
  GListModel *model = G_LIST_MODEL (self->browser);
  ParlanceProber *prober = parlance_browser_get_prober (self->browser);

  self->end_timer = 0;
  parlance_browser_stop (self->browser);
  g_clear_handle_id (&self->ask_timer, g_source_remove);
  self->report.interfaces = g_ptr_array_ref (parlance_prober_get_interfaces (prober));
  self->report.probes = g_array_ref (parlance_prober_get_probes (prober));
  for (guint i = 0; i < self->report.probes->len; i++)
    {
      const ParlanceProbe *probe = &g_array_index (self->report.probes, ParlanceProbe, i);
      self->report.named_answers_udp |= probe->way == PARLANCE_WAY_UNICAST && probe->n_heard > 0;
    }
  for (guint i = 0; i < MIN (g_list_model_get_n_items (model), MAX_SERVERS); i++)
    {
      g_autoptr (ParlanceServer) server = g_list_model_get_item (model, i);
      g_auto (GStrv) addresses = parlance_server_dup_addresses (server);

      for (char **text = addresses; *text != NULL; text++)
        {
          g_autoptr (GInetSocketAddress) address = parlance_address_parse_numeric (*text);
          if (address != NULL)
            attempt (self, address, server);
        }
    }
  if (self->n_pending == 0)
    finish (self);
  return G_SOURCE_REMOVE;
}

/* --- life ------------------------------------------------------------------------------------- */

static void
doctor_free (gpointer data)
{
  Doctor *self = data;

  g_clear_handle_id (&self->ask_timer, g_source_remove);
  g_clear_handle_id (&self->end_timer, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_object_unref (self->browser);
  parlance_recent_free (self->recent);
  g_ptr_array_unref (self->named);
  g_ptr_array_unref (self->report.attempts);
  g_clear_pointer (&self->report.interfaces, g_ptr_array_unref);
  g_clear_pointer (&self->report.probes, g_array_unref);
  g_clear_pointer (&self->report.findings, g_ptr_array_unref);
  g_free (self);
}

void
doctor_start (App *app)
{
  Doctor *self = g_new0 (Doctor, 1);
  g_autoptr (GError) error = NULL;

  self->app = app;
  self->browser = parlance_browser_new (app->options.discovery_port);
  self->recent = parlance_recent_load (NULL);
  self->named = g_ptr_array_new_with_free_func (g_object_unref);
  self->cancellable = g_cancellable_new ();
  self->report.discovery_port = app->options.discovery_port;
  self->report.attempts = g_ptr_array_new_with_free_func (attempt_free);
  app->command_data = self;
  app->command_data_free = doctor_free;
  if (!parlance_browser_start (self->browser, &error))
    {
      app_fail (app, EXIT_FAILED, "%s", error->message);
      return;
    }
  begin_with_named (self);
  connect_to (self, "127.0.0.1", &self->loopback_tcp, NULL);
  self->end_timer = g_timeout_add (MIN (LOOK_MS, app->options.timeout_ms), on_looked, self);
}
