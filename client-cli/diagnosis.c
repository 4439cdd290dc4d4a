/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each cause has a function that knows its signs. Several may apply; what is certain stands before
 * what is only likely.
 */
#include "client-cli/diagnosis.h"

#include <string.h>

#define CAUSE_WELL "well"

static const char advice_name_it[] =
    "Name the server: --server ADDRESS, or PARLANCE_SERVER=ADDRESS. That needs no discovery.";
static const char advice_start[] =
    "On the machine that is to be the server: is parlanced running? Its READY line tells "
    "discovery_port and listen; one that listens on 127.0.0.1 is found on its own machine only.";
static const char advice_isolation[] =
    "Wi-Fi: guest networks and “client isolation” (also “AP isolation”) keep machines apart. Use "
    "the ordinary network, a cable, or have the access point's setting changed.";

const char *
diagnosis_tcp_symbol (DiagnosisTcp tcp)
{
  static const char *const symbols[] = {
    [DIAGNOSIS_TCP_UNTRIED] = "untried",   [DIAGNOSIS_TCP_CONNECTS] = "connects",
    [DIAGNOSIS_TCP_REFUSED] = "refused",   [DIAGNOSIS_TCP_SILENT] = "silent",
    [DIAGNOSIS_TCP_NO_ROUTE] = "no_route", [DIAGNOSIS_TCP_FAILED] = "failed",
  };

  return symbols[tcp];
}

static void
finding_free (gpointer data)
{
  DiagnosisFinding *finding = data;

  g_free (finding->text);
  g_strfreev (finding->advice);
  g_free (finding);
}

/* @text: (transfer full) */
static DiagnosisFinding *
add (GPtrArray *findings, const char *cause, char *text)
{
  DiagnosisFinding *finding = g_new0 (DiagnosisFinding, 1);

  finding->cause = cause;
  finding->text = text;
  finding->advice = g_new0 (char *, 1);
  g_ptr_array_add (findings, finding);
  return finding;
}

/* @text: (transfer full) */
static void
advise (DiagnosisFinding *finding, char *text)
{
  guint n_advice = g_strv_length (finding->advice);

  finding->advice = g_renew (char *, finding->advice, n_advice + 2);
  finding->advice[n_advice] = text;
  finding->advice[n_advice + 1] = NULL;
}

/* @protocol: "TCP" or "UDP" */
static char *
open_port_advice (const char *protocol, guint port)
{
  g_autofree char *small = g_ascii_strdown (protocol, -1);

  return g_strdup_printf (
      "On the server's machine allow %s port %u: “ufw allow %u/%s”, “firewall-cmd --permanent "
      "--add-port=%u/%s” and “firewall-cmd --reload”, or a rule “%s dport %u accept” of nftables.",
      protocol, port, port, small, port, small, small, port);
}

/* --- this machine ----------------------------------------------------------------------------- */

static void
look_at_this_machine (const DiagnosisFacts *facts, GPtrArray *findings)
{
  DiagnosisFinding *finding;

  if (facts->not_permitted)
    {
      finding = add (findings, "firewall",
                     g_strdup ("A firewall on this machine does not let queries out."));
      advise (finding, g_strdup_printf ("Allow outgoing UDP to port %u, and the answers to it.",
                                        facts->discovery_port));
    }
  if (facts->udp_is_held && !facts->loopback_answers)
    {
      finding = add (findings, "port_taken",
                     g_strdup_printf (
                         "UDP port %u of this machine is taken by a program that does not answer: "
                         "one that is no Parlance server, or a server that only other machines "
                         "are to find, or one that hangs.",
                         facts->discovery_port));
      advise (finding,
              g_strdup_printf ("Which it is says “ss -ulpn sport = :%u”.", facts->discovery_port));
      advise (finding,
              g_strdup ("Give the server another port with --discovery-port, and clients the same "
                        "in PARLANCE_DISCOVERY_PORT; or end that program."));
    }
  else if (!facts->loopback_answers && facts->loopback_tcp == DIAGNOSIS_TCP_CONNECTS)
    {
      finding = add (findings, "discovery_off",
                     g_strdup ("Something on this machine listens on the usual TCP port and does "
                               "not answer discovery: a server whose discovery is off or has "
                               "another port, or another program."));
      advise (finding, g_strdup ("Try “parlance status --server localhost”."));
      advise (finding, g_strdup ("If it is parlanced: start it without --discovery-port off."));
    }
  if (facts->n_networks == 0)
    {
      finding = add (findings, "no_network",
                     g_strdup ("This machine is on no network: no interface is up but loopback."));
      advise (finding, g_strdup ("Plug in the cable, or join the Wi-Fi; “ip link” lists what there "
                                 "is."));
    }
}

/* --- servers that were found ------------------------------------------------------------------ */

static void
look_at_unreachable (const DiagnosisFacts *facts, GPtrArray *findings)
{
  const DiagnosisUnreachable *server = &facts->unreachable;
  DiagnosisFinding *finding;

  if (server->name == NULL)
    return;
  if (server->tcp == DIAGNOSIS_TCP_REFUSED)
    {
      finding =
          add (findings, "not_listening",
               g_strdup_printf ("“%s” answers discovery, but refuses connections.", server->name));
      advise (finding, g_strdup ("It may just be ending: try again in a moment."));
      advise (finding, g_strdup ("A firewall that rejects looks the same."));
    }
  else
    finding = add (findings, "firewall",
                   g_strdup_printf ("“%s” answers discovery, but connections to it do not come "
                                    "about: a firewall there lets UDP in and TCP not.",
                                    server->name));
  advise (finding, open_port_advice ("TCP", server->port));
}

static void
look_at_broadcast (const DiagnosisFacts *facts, GPtrArray *findings)
{
  DiagnosisFinding *finding;

  if (facts->n_servers == 0 || facts->n_by_broadcast > 0)
    return;
  finding = add (findings, "broadcast_filtered",
                 g_strdup_printf ("%s answers when it is asked alone, but not to broadcast and "
                                  "multicast: a switch or an access point keeps those back.",
                                  facts->named.text));
  advise (finding, g_strdup (advice_name_it));
  advise (finding, g_strdup (advice_isolation));
  advise (finding, g_strdup ("On a managed switch: allow broadcast and multicast between these "
                             "ports; look at IGMP and MLD snooping."));
}

/* --- the server that ought to be found -------------------------------------------------------- */

static void
look_at_silent_udp (const DiagnosisFacts *facts, GPtrArray *findings)
{
  const DiagnosisNamed *named = &facts->named;
  DiagnosisFinding *finding;

  if (!named->is_on_link)
    {
      finding = add (findings, "other_subnet",
                     g_strdup_printf ("%s is on another subnet: it can be used, but discovery does "
                                      "not cross routers.",
                                      named->text));
      advise (finding, g_strdup (advice_name_it));
      return;
    }
  finding = add (findings, "firewall",
                 g_strdup_printf ("%s takes connections, but does not answer discovery: a firewall "
                                  "there keeps UDP out, or its discovery is off or has another "
                                  "port.",
                                  named->text));
  advise (finding, open_port_advice ("UDP", facts->discovery_port));
  advise (finding, g_strdup ("The READY line of that server tells its discovery_port."));
  advise (finding, g_strdup (advice_name_it));
}

static void
look_at_named (const DiagnosisFacts *facts, GPtrArray *findings)
{
  const DiagnosisNamed *named = &facts->named;
  DiagnosisFinding *finding;

  if (named->text == NULL || named->answers_udp)
    return;
  if (!named->is_known)
    {
      finding = add (findings, "unknown_host",
                     g_strdup_printf ("There is no address for %s.", named->text));
      advise (finding, g_strdup ("Check the spelling, or use its address as “ip address” shows it "
                                 "on that machine."));
      return;
    }
  switch (named->tcp)
    {
    case DIAGNOSIS_TCP_CONNECTS:
      look_at_silent_udp (facts, findings);
      break;
    case DIAGNOSIS_TCP_REFUSED:
      finding = add (findings, "no_server",
                     g_strdup_printf ("The machine of %s is there, but no server listens at that "
                                      "port.",
                                      named->text));
      advise (finding, g_strdup (advice_start));
      break;
    case DIAGNOSIS_TCP_NO_ROUTE:
      finding = add (findings, named->is_on_link ? "client_isolation" : "no_route",
                     g_strdup_printf (named->is_on_link
                                          ? "Nobody on this network answers for %s: its machine is "
                                            "off or has another address, or the network keeps "
                                            "machines apart."
                                          : "No way leads to %s.",
                                      named->text));
      advise (finding, g_strdup ("Check that the machine is on, and what address it has: “ip "
                                 "address” on it."));
      advise (finding, g_strdup (advice_isolation));
      break;
    case DIAGNOSIS_TCP_SILENT:
    case DIAGNOSIS_TCP_FAILED:
    case DIAGNOSIS_TCP_UNTRIED:
    default:
      finding = add (findings, "firewall",
                     g_strdup_printf ("%s does not answer at all: a firewall there or on the way "
                                      "drops what is sent to it, or the address is wrong.",
                                      named->text));
      advise (finding, open_port_advice ("TCP", named->port));
      advise (finding, open_port_advice ("UDP", facts->discovery_port));
    }
}

/* --- nothing is known ------------------------------------------------------------------------- */

static void
look_at_silence (const DiagnosisFacts *facts, GPtrArray *findings)
{
  DiagnosisFinding *finding =
      add (findings, "no_server",
           g_strdup ("Nobody answers. Most likely no server runs on this network; else a firewall, "
                     "Wi-Fi that keeps machines apart, or a router stands between."));

  advise (finding, g_strdup (advice_start));
  advise (finding, open_port_advice ("UDP", facts->discovery_port));
  if (facts->n_wireless > 0)
    advise (finding, g_strdup (advice_isolation));
  advise (finding,
          g_strdup ("If its address is known, “parlance doctor --server ADDRESS” finds out "
                    "more. Discovery does not cross routers: a server on another subnet "
                    "has to be named."));
}

GPtrArray *
diagnosis_make (const DiagnosisFacts *facts)
{
  GPtrArray *findings = g_ptr_array_new_with_free_func (finding_free);

  look_at_unreachable (facts, findings);
  look_at_broadcast (facts, findings);
  look_at_named (facts, findings);
  if (facts->n_servers == 0)
    look_at_this_machine (facts, findings);
  if (findings->len > 0)
    return findings;
  if (facts->n_servers == 0)
    look_at_silence (facts, findings);
  else
    add (findings, CAUSE_WELL,
         facts->n_servers == 1
             ? g_strdup ("All is well: a server was found, and can be reached.")
             : g_strdup_printf ("All is well: %u servers were found, and can be reached.",
                                facts->n_servers));
  return findings;
}

gboolean
diagnosis_is_well (const GPtrArray *findings)
{
  const DiagnosisFinding *first = g_ptr_array_index (findings, 0);

  return strcmp (first->cause, CAUSE_WELL) == 0;
}
