/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Facts that are made up, and the cause they point to.
 */
#include "client-cli/diagnosis.h"

#include <string.h>

static const DiagnosisFacts nobody = { .discovery_port = 9502,
                                       .n_networks = 1,
                                       .loopback_tcp = DIAGNOSIS_TCP_REFUSED };

static DiagnosisFacts
with_named (gboolean on_link, gboolean answers_udp, DiagnosisTcp tcp)
{
  DiagnosisFacts facts = nobody;

  facts.named = (DiagnosisNamed){ .text = "10.0.0.9",
                                  .is_known = TRUE,
                                  .is_on_link = on_link,
                                  .answers_udp = answers_udp,
                                  .port = 9600,
                                  .tcp = tcp };
  facts.n_servers = answers_udp;
  return facts;
}

/* @cause: the only one. Returns: all that is said, advice too */
static char *
diagnose (const DiagnosisFacts *facts, const char *cause)
{
  g_autoptr (GPtrArray) findings = diagnosis_make (facts);
  const DiagnosisFinding *finding = g_ptr_array_index (findings, 0);
  g_autofree char *advice = g_strjoinv (" ", finding->advice);

  g_assert_cmpstr (finding->cause, ==, cause);
  g_assert_cmpuint (findings->len, ==, 1);
  g_assert_cmpint (diagnosis_is_well (findings), ==, strcmp (cause, "well") == 0);
  g_assert_true (g_utf8_validate (finding->text, -1, NULL));
  if (!diagnosis_is_well (findings))
    g_assert_nonnull (finding->advice[0]);
  return g_strconcat (finding->text, " ", advice, NULL);
}

static void
assert_says (const DiagnosisFacts *facts, const char *cause, const char *part)
{
  g_autofree char *said = diagnose (facts, cause);

  if (strstr (said, part) == NULL)
    g_error ("“%s” is not in: %s", part, said);
}

static void
test_well (void)
{
  DiagnosisFacts facts = nobody;

  facts.n_servers = 1;
  facts.n_by_broadcast = 1;
  assert_says (&facts, "well", "a server");
  facts.n_servers = 3;
  assert_says (&facts, "well", "3 servers");
}

static void
test_nothing_is_known (void)
{
  DiagnosisFacts facts = nobody;

  assert_says (&facts, "no_server", "firewall");
  g_autofree char *wired = diagnose (&facts, "no_server");
  g_assert_null (strstr (wired, "isolation"));
  facts.n_wireless = 1;
  assert_says (&facts, "no_server", "client isolation");
  facts.n_networks = 0;
  assert_says (&facts, "no_network", "no interface is up");
}

static void
test_this_machine (void)
{
  DiagnosisFacts facts = nobody;

  facts.not_permitted = TRUE;
  assert_says (&facts, "firewall", "this machine");
  facts.not_permitted = FALSE;
  facts.udp_is_held = TRUE;
  assert_says (&facts, "port_taken", "UDP port 9502");
  facts.udp_is_held = FALSE;
  facts.loopback_tcp = DIAGNOSIS_TCP_CONNECTS;
  assert_says (&facts, "discovery_off", "--discovery-port off");
}

static void
test_found_but_not_reached (void)
{
  DiagnosisFacts facts = nobody;

  facts.n_servers = 1;
  facts.n_by_broadcast = 3;
  facts.unreachable = (DiagnosisUnreachable){ "Study room", 9600, DIAGNOSIS_TCP_SILENT };
  assert_says (&facts, "firewall", "“ufw allow 9600/tcp”");
  facts.unreachable.tcp = DIAGNOSIS_TCP_REFUSED;
  assert_says (&facts, "not_listening", "Study room");
}

static void
test_named (void)
{
  static const struct
  {
    gboolean on_link;
    gboolean answers_udp;
    DiagnosisTcp tcp;
    const char *cause;
    const char *part;
  } cases[] = {
    { TRUE, FALSE, DIAGNOSIS_TCP_CONNECTS, "firewall", "“ufw allow 9502/udp”" },
    { FALSE, FALSE, DIAGNOSIS_TCP_CONNECTS, "other_subnet", "does not cross routers" },
    { TRUE, FALSE, DIAGNOSIS_TCP_REFUSED, "no_server", "no server listens" },
    { TRUE, FALSE, DIAGNOSIS_TCP_NO_ROUTE, "client_isolation", "keeps machines apart" },
    { FALSE, FALSE, DIAGNOSIS_TCP_NO_ROUTE, "no_route", "No way leads" },
    { TRUE, FALSE, DIAGNOSIS_TCP_SILENT, "firewall", "“ufw allow 9600/tcp”" },
    { TRUE, TRUE, DIAGNOSIS_TCP_CONNECTS, "broadcast_filtered", "switch" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const DiagnosisFacts facts =
          with_named (cases[i].on_link, cases[i].answers_udp, cases[i].tcp);
      assert_says (&facts, cases[i].cause, cases[i].part);
    }

  DiagnosisFacts facts = with_named (TRUE, FALSE, DIAGNOSIS_TCP_UNTRIED);
  facts.named.is_known = FALSE;
  assert_says (&facts, "unknown_host", "10.0.0.9");
}

static void
test_what_is_certain_stands_first (void)
{
  DiagnosisFacts facts = with_named (TRUE, FALSE, DIAGNOSIS_TCP_CONNECTS);

  facts.udp_is_held = TRUE;
  g_autoptr (GPtrArray) findings = diagnosis_make (&facts);
  g_assert_cmpuint (findings->len, ==, 2);
  g_assert_cmpstr (((DiagnosisFinding *)g_ptr_array_index (findings, 0))->cause, ==, "firewall");
  g_assert_cmpstr (((DiagnosisFinding *)g_ptr_array_index (findings, 1))->cause, ==, "port_taken");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/diagnosis/well", test_well);
  g_test_add_func ("/cli/diagnosis/nothing-is-known", test_nothing_is_known);
  g_test_add_func ("/cli/diagnosis/this-machine", test_this_machine);
  g_test_add_func ("/cli/diagnosis/found-but-not-reached", test_found_but_not_reached);
  g_test_add_func ("/cli/diagnosis/named", test_named);
  g_test_add_func ("/cli/diagnosis/what-is-certain-stands-first",
                   test_what_is_certain_stands_first);
  return g_test_run ();
}
