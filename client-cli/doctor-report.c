/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A table of interfaces, one of servers, and the findings in sentences.
 */
#include "client-cli/doctor-report.h"

#include <arpa/inet.h>
#include <string.h>

#include "client-cli/display-text.h"
#include "client-cli/server-row.h"
#include "client-cli/wrap.h"
#include "protocol/wire/json-writer.h"

static const struct
{
  ParlanceWay way;
  const char *name;  /* in JSON */
  const char *title; /* above a column */
} ways[] = {
  { PARLANCE_WAY_BROADCAST, "broadcast", "BROADCAST" },
  { PARLANCE_WAY_MULTICAST, "multicast", "MULTICAST" },
  { PARLANCE_WAY_IPV6, "ipv6", "IPV6" },
};

static const ParlanceProbe *
find_probe (const DoctorReport *report, guint interface, ParlanceWay way)
{
  for (guint i = 0; i < report->probes->len; i++)
    {
      const ParlanceProbe *probe = &g_array_index (report->probes, ParlanceProbe, i);
      if (probe->interface == interface && probe->way == way)
        return probe;
    }
  return NULL;
}

static char *
interface_addresses (const ParlanceInterface *interface)
{
  GString *text = g_string_new (NULL);
  char buffer[INET6_ADDRSTRLEN];

  for (guint i = 0; i < interface->ipv4->len; i++)
    {
      const ParlanceInterfaceIpv4 *own = &g_array_index (interface->ipv4, ParlanceInterfaceIpv4, i);
      if (inet_ntop (AF_INET, &own->address, buffer, sizeof buffer) != NULL)
        g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", buffer);
    }
  for (guint i = 0; i < interface->ipv6->len; i++)
    {
      const struct in6_addr *own = &g_array_index (interface->ipv6, struct in6_addr, i);
      if (inet_ntop (AF_INET6, own, buffer, sizeof buffer) != NULL)
        g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", buffer);
    }
  return g_string_free (text, FALSE);
}

/* --- for people ------------------------------------------------------------------------------- */

static char *
describe_probe (const ParlanceProbe *probe)
{
  if (probe == NULL)
    return g_strdup ("–");
  if (probe->n_sent == 0)
    return g_strdup (g_strerror (probe->last_error));
  return g_strdup_printf ("asked %u, heard %u", probe->n_sent, probe->n_heard);
}

static void
append_interfaces (GString *out, const RenderStyle *style, const DoctorReport *report)
{
  static const char *const titles[] = { "INTERFACE", "ADDRESSES", "BROADCAST", "MULTICAST",
                                        "IPV6" };
  static const RenderTable table = { .titles = titles,
                                     .n_columns = G_N_ELEMENTS (titles),
                                     .first = RENDER_STRONG };
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < report->interfaces->len; i++)
    {
      const ParlanceInterface *interface = g_ptr_array_index (report->interfaces, i);

      g_ptr_array_add (cells, g_strdup (interface->name));
      g_ptr_array_add (cells, interface_addresses (interface));
      for (guint k = 0; k < G_N_ELEMENTS (ways); k++)
        g_ptr_array_add (cells,
                         describe_probe (find_probe (report, interface->index, ways[k].way)));
    }
  render_table (out, style, &table, cells);
}

static char *
describe_attempt (const DoctorAttempt *attempt)
{
  static const char *const texts[] = {
    [DIAGNOSIS_TCP_UNTRIED] = "was not tried", [DIAGNOSIS_TCP_CONNECTS] = "connects",
    [DIAGNOSIS_TCP_REFUSED] = "is refused",    [DIAGNOSIS_TCP_SILENT] = "is not answered",
    [DIAGNOSIS_TCP_NO_ROUTE] = "has no way",   [DIAGNOSIS_TCP_FAILED] = "fails",
  };

  if (attempt->tcp == DIAGNOSIS_TCP_CONNECTS)
    return g_strdup_printf ("connects in %.1f ms", (double)attempt->took_us / 1000.0);
  return g_strdup (texts[attempt->tcp]);
}

static void
append_attempts (GString *out, const RenderStyle *style, const DoctorReport *report)
{
  static const char *const titles[] = { "SERVER", "ADDRESS", "UDP", "TCP", "TLS" };
  static const RenderTable table = { .titles = titles,
                                     .n_columns = G_N_ELEMENTS (titles),
                                     .first = RENDER_STRONG };
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < report->attempts->len; i++)
    {
      const DoctorAttempt *attempt = g_ptr_array_index (report->attempts, i);
      gboolean answers = attempt->server != NULL || report->named_answers_udp;

      g_ptr_array_add (cells, g_strdup (attempt->server != NULL
                                            ? parlance_server_get_name (attempt->server)
                                            : report->named));
      g_ptr_array_add (cells, g_strdup (attempt->address));
      g_ptr_array_add (cells, g_strdup (answers ? "answers" : "is silent"));
      g_ptr_array_add (cells, describe_attempt (attempt));
      g_ptr_array_add (cells,
                       g_strdup (attempt->server != NULL ? server_row_tls (attempt->server) : "–"));
    }
  if (cells->len == 0)
    return;
  g_string_append_c (out, '\n');
  render_table (out, style, &table, cells);
}

void
doctor_report_append (GString *out, const RenderStyle *style, const DoctorReport *report)
{
  append_interfaces (out, style, report);
  append_attempts (out, style, report);
  for (guint i = 0; i < report->findings->len; i++)
    {
      const DiagnosisFinding *finding = g_ptr_array_index (report->findings, i);
      g_autofree char *text = display_dup_line (finding->text);

      g_string_append_c (out, '\n');
      wrap_append (out, text, 0, style->columns);
      for (char **advice = finding->advice; *advice != NULL; advice++)
        {
          g_autofree char *harmless = display_dup_line (*advice);
          g_autofree char *item = g_strconcat ("- ", harmless, NULL);
          wrap_append (out, item, 2, style->columns);
        }
    }
}

/* --- for programs ----------------------------------------------------------------------------- */

static void
append_text (GString *json, const char *text)
{
  parlance_json_append_string (json, text, strlen (text));
}

static void
append_interface_json (GString *json,
                       const DoctorReport *report,
                       const ParlanceInterface *interface)
{
  g_autofree char *addresses = interface_addresses (interface);
  g_auto (GStrv) each = g_strsplit (addresses, " ", -1);

  g_string_append (json, "{\"name\":");
  append_text (json, interface->name);
  g_string_append (json, ",\"addresses\":[");
  for (guint i = 0; *addresses != '\0' && each[i] != NULL; i++)
    g_string_append_printf (json, "%s\"%s\"", i > 0 ? "," : "", each[i]);
  g_string_append_c (json, ']');
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      const ParlanceProbe *probe = find_probe (report, interface->index, ways[i].way);

      if (probe == NULL)
        continue;
      g_string_append_printf (json, ",\"%s\":{\"sent\":%u,\"heard\":%u,\"error\":", ways[i].name,
                              probe->n_sent, probe->n_heard);
      if (probe->last_error == 0)
        g_string_append (json, "null");
      else
        append_text (json, g_strerror (probe->last_error));
      g_string_append_c (json, '}');
    }
  g_string_append_c (json, '}');
}

static void
append_attempt_json (GString *json, const DoctorReport *report, const DoctorAttempt *attempt)
{
  gboolean answers = attempt->server != NULL || report->named_answers_udp;
  const char *quote = attempt->server != NULL ? "\"" : "";
  const char *tls = attempt->server != NULL
                        ? parlance_tls_mode_name (parlance_server_get_tls (attempt->server))
                        : "null";

  g_string_append (json, "{\"id\":");
  if (attempt->server != NULL)
    append_text (json, parlance_server_get_id (attempt->server));
  else
    g_string_append (json, "null");
  g_string_append (json, ",\"name\":");
  append_text (json, attempt->server != NULL ? parlance_server_get_name (attempt->server)
                                             : report->named);
  g_string_append (json, ",\"address\":");
  append_text (json, attempt->address);
  g_string_append_printf (
      json, ",\"udp\":%s,\"tls\":%s%s%s,\"tcp\":\"%s\",\"tcp_us\":", answers ? "true" : "false",
      quote, tls, quote, diagnosis_tcp_symbol (attempt->tcp));
  if (attempt->tcp == DIAGNOSIS_TCP_CONNECTS)
    parlance_json_append_int64 (json, attempt->took_us);
  else
    g_string_append (json, "null");
  g_string_append_c (json, '}');
}

static void
append_finding_json (GString *json, const DiagnosisFinding *finding)
{
  g_string_append_printf (json, "{\"cause\":\"%s\",\"text\":", finding->cause);
  append_text (json, finding->text);
  g_string_append (json, ",\"advice\":[");
  for (guint i = 0; finding->advice[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (json, ',');
      append_text (json, finding->advice[i]);
    }
  g_string_append (json, "]}");
}

void
doctor_report_append_json (GString *json, const DoctorReport *report)
{
  g_string_append_printf (json, "{\"discovery_port\":%u,\"interfaces\":[", report->discovery_port);
  for (guint i = 0; i < report->interfaces->len; i++)
    {
      g_string_append (json, i > 0 ? "," : "");
      append_interface_json (json, report, g_ptr_array_index (report->interfaces, i));
    }
  g_string_append (json, "],\"servers\":[");
  for (guint i = 0; i < report->attempts->len; i++)
    {
      g_string_append (json, i > 0 ? "," : "");
      append_attempt_json (json, report, g_ptr_array_index (report->attempts, i));
    }
  g_string_append (json, "],\"findings\":[");
  for (guint i = 0; i < report->findings->len; i++)
    {
      g_string_append (json, i > 0 ? "," : "");
      append_finding_json (json, g_ptr_array_index (report->findings, i));
    }
  g_string_append (json, "]}");
}
