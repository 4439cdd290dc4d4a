/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is known of servers, by which names, and files that somebody else has had a hand in.
 */
#include "protocol/client/known-servers.h"
#include "protocol/client/trust.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define ID "6f0d3c1e-2b6a-4c0e-9d0b-0a1b2c3d4e5f"
#define OTHER_ID "0a1b2c3d-2b6a-4c0e-9d0b-6f0d3c1e4e5f"
#define THIRD_ID "3c1e0a1b-2b6a-4c0e-9d0b-6f0d3c1e4e5f"
#define DIGITS "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde"
#define ONE "sha256:" DIGITS "1"
#define TWO "sha256:" DIGITS "2"

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("parlance-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "parlance", "known_servers", NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_autofree char *inner = g_path_get_dirname (self->path);

  g_autofree char *lock = g_strconcat (self->path, ".lock", NULL);

  (void)g_unlink (lock);
  (void)g_unlink (self->path);
  (void)g_rmdir (inner);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->path);
  g_free (self->folder);
}

static ParlanceTrust *
trust_new (const Fixture *self, const char *id, const char *address)
{
  ParlanceTrust *trust = parlance_trust_new (PARLANCE_TLS_USE_AUTO);
  ParlanceTrustPlan plan;

  parlance_trust_set_path (trust, self->path);
  parlance_trust_set_id (trust, id);
  parlance_trust_set_address (trust, address);
  g_assert_true (parlance_trust_plan (trust, &plan, NULL));
  g_assert_cmpint ((int)plan, !=, (int)PARLANCE_TRUST_PLAN_PLAIN);
  return trust;
}

static gboolean
check (ParlanceTrust *trust, const char *shown, const char *certificate_id)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = parlance_trust_check (trust, shown, certificate_id, &error);

  g_assert_true (ok == (error == NULL));
  const gint code =
      shown != NULL ? (gint)PARLANCE_TRUST_ERROR_CHANGED : (gint)PARLANCE_TRUST_ERROR_PLAIN;
  if (!ok)
    g_assert_error (error, PARLANCE_TRUST_ERROR, code);
  return ok;
}

static gboolean
meets (const Fixture *self,
       const char *id,
       const char *address,
       const char *shown,
       const char *certificate_id)
{
  g_autoptr (ParlanceTrust) trust = trust_new (self, id, address);

  return check (trust, shown, certificate_id);
}

static void
test_a_known_id_does_not_change (Fixture *self, gconstpointer data)
{
  g_assert_true (meets (self, ID, NULL, ONE, NULL));
  g_assert_true (meets (self, ID, NULL, ONE, ID));
  g_assert_false (meets (self, ID, NULL, TWO, NULL));
  g_assert_false (meets (self, ID, NULL, TWO, OTHER_ID));
  g_assert_false (meets (self, ID, NULL, NULL, NULL));
  /* Nor where the id is known from the certificate alone. */
  g_assert_false (meets (self, NULL, NULL, TWO, ID));
  g_assert_true (meets (self, NULL, NULL, ONE, ID));
  g_assert_true (meets (self, OTHER_ID, NULL, TWO, OTHER_ID));
}

static void
test_a_known_address_does_not_change (Fixture *self, gconstpointer data)
{
  g_assert_true (meets (self, NULL, "school", ONE, ID));
  g_assert_true (meets (self, NULL, "school:9502", ONE, ID));
  g_assert_true (meets (self, NULL, "SCHOOL", ONE, ID));
  /* A stranger at the address, whatever it calls itself. */
  g_assert_false (meets (self, NULL, "school", TWO, OTHER_ID));
  g_assert_false (meets (self, NULL, "school", TWO, NULL));
  g_assert_false (meets (self, NULL, "school", NULL, NULL));
  /* Another address, and another port, may be another server. */
  g_assert_true (meets (self, NULL, "school:9503", TWO, OTHER_ID));
  g_assert_true (meets (self, NULL, "192.0.2.1", NULL, NULL));
  /* The server has moved: it is known again, and so is the address from then on. */
  g_assert_true (meets (self, NULL, "192.0.2.1", ONE, ID));
  g_assert_false (meets (self, NULL, "192.0.2.1", NULL, NULL));
}

static void
test_loopback_addresses_are_nobodys (Fixture *self, gconstpointer data)
{
  static const char *const addresses[] = { "127.0.0.1", "127.3.2.1:1", "[::1]:9502",
                                           "::1",       "localhost",   "LocalHost:1" };

  for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_assert_true (meets (self, NULL, addresses[i], ONE, ID));
      g_assert_true (meets (self, NULL, addresses[i], TWO, OTHER_ID));
      g_assert_true (meets (self, NULL, addresses[i], NULL, NULL));
      /* The server is itself all the same. */
      g_assert_false (meets (self, NULL, addresses[i], TWO, ID));
    }
}

static void
test_what_was_accepted_stays (Fixture *self, gconstpointer data)
{
  g_autoptr (ParlanceTrust) trust = trust_new (self, ID, "school");

  g_assert_true (check (trust, ONE, ID));
  g_assert_false (check (trust, TWO, OTHER_ID));
  g_assert_cmpstr (parlance_trust_get_fingerprint (trust), ==, TWO);
  g_assert_cmpstr (parlance_trust_get_known (trust), ==, ONE);
  g_assert_true (parlance_trust_accept (trust, NULL));
  g_assert_true (meets (self, ID, NULL, TWO, NULL));
  g_assert_true (meets (self, NULL, "school", TWO, NULL));
  g_assert_false (meets (self, NULL, "school", ONE, NULL));
}

/* Anybody can make a certificate for any id. */
static void
test_what_a_certificate_claims_takes_no_name (Fixture *self, gconstpointer data)
{
  g_autoptr (ParlanceTrust) by_id = trust_new (self, ID, NULL);
  g_autoptr (ParlanceTrust) by_address = trust_new (self, NULL, "school");

  g_assert_true (meets (self, OTHER_ID, NULL, ONE, OTHER_ID));
  /* It is met for the first time: it is itself, and not the other one. */
  g_assert_true (check (by_id, TWO, OTHER_ID));
  g_assert_true (parlance_trust_accept (by_id, NULL));
  g_assert_false (meets (self, OTHER_ID, NULL, TWO, OTHER_ID));
  /* Nothing else says which one is meant: then the certificate has to be that one's. */
  g_assert_false (check (by_address, TWO, OTHER_ID));
  g_assert_cmpstr (parlance_trust_get_known (by_address), ==, ONE);
  g_assert_true (parlance_trust_accept (by_address, NULL));
  g_assert_true (meets (self, NULL, "school", TWO, OTHER_ID));
  g_assert_false (meets (self, OTHER_ID, NULL, TWO, OTHER_ID));
  g_assert_true (meets (self, OTHER_ID, NULL, ONE, OTHER_ID));
  /* Who is not known is not kept from being met, either. */
  g_assert_true (meets (self, ID, NULL, TWO, THIRD_ID));
  g_assert_true (meets (self, THIRD_ID, NULL, ONE, THIRD_ID));
}

/* On this machine there is no other name, and the person has seen which one it is about. */
static void
test_a_claim_alone_can_be_accepted (Fixture *self, gconstpointer data)
{
  g_autoptr (ParlanceTrust) trust = trust_new (self, NULL, "localhost");

  g_assert_true (meets (self, ID, NULL, ONE, ID));
  g_assert_false (check (trust, TWO, ID));
  g_assert_true (parlance_trust_accept (trust, NULL));
  g_assert_true (meets (self, ID, NULL, TWO, ID));
}

/* Its certificate is its own and names no id: all that is known is where somebody said it is. */
static void
test_the_id_that_it_tells_is_remembered (Fixture *self, gconstpointer data)
{
  g_autoptr (ParlanceTrust) typed = trust_new (self, NULL, "school");

  g_assert_cmpstr (parlance_trust_get_address (typed), ==, "school:9502");
  g_assert_true (check (typed, ONE, NULL));
  g_assert_true (parlance_trust_check_told (typed, ID, NULL));
  g_assert_true (parlance_trust_check_told (typed, "nonsense", NULL));
  g_assert_false (meets (self, ID, NULL, TWO, NULL));
  g_assert_false (meets (self, ID, NULL, NULL, NULL));
  g_assert_true (meets (self, ID, NULL, ONE, NULL));
  /* Who it is known to be does not change by what is said. */
  g_autoptr (ParlanceTrust) other = trust_new (self, OTHER_ID, NULL);
  g_assert_true (check (other, TWO, NULL));
  g_assert_true (parlance_trust_check_told (other, THIRD_ID, NULL));
  g_assert_true (meets (self, THIRD_ID, NULL, ONE, NULL));
}

static void
test_who_tells_the_id_of_another_is_refused (Fixture *self, gconstpointer data)
{
  g_autoptr (ParlanceTrust) trust = trust_new (self, NULL, "school");
  g_autoptr (GError) changed = NULL;
  g_autoptr (GError) plain = NULL;

  g_assert_true (meets (self, ID, NULL, ONE, NULL));
  g_assert_true (check (trust, NULL, NULL));
  g_assert_false (parlance_trust_check_told (trust, ID, &plain));
  g_assert_error (plain, PARLANCE_TRUST_ERROR, (gint)PARLANCE_TRUST_ERROR_PLAIN);
  g_assert_true (check (trust, TWO, NULL));
  g_assert_false (parlance_trust_check_told (trust, ID, &changed));
  g_assert_error (changed, PARLANCE_TRUST_ERROR, (gint)PARLANCE_TRUST_ERROR_CHANGED);
  g_assert_cmpstr (parlance_trust_get_known (trust), ==, ONE);
  g_assert_true (meets (self, ID, NULL, ONE, NULL));
  /* That is what the person is asked about. */
  g_assert_true (parlance_trust_accept (trust, NULL));
  g_assert_true (check (trust, TWO, NULL));
  g_assert_true (parlance_trust_check_told (trust, ID, NULL));
  g_assert_true (meets (self, ID, NULL, TWO, NULL));
}

static void
test_who_is_accepted_is_asked_about_once (Fixture *self, gconstpointer data)
{
  g_autoptr (ParlanceTrust) trust = trust_new (self, NULL, "school");

  g_assert_true (meets (self, ID, NULL, ONE, NULL));
  g_assert_true (meets (self, NULL, "school", ONE, NULL));
  g_assert_false (check (trust, NULL, NULL));
  g_assert_true (parlance_trust_accept (trust, NULL));
  g_assert_true (check (trust, NULL, NULL));
  g_assert_true (parlance_trust_check_told (trust, ID, NULL));
  /* The person did not hear of that one. */
  g_assert_false (meets (self, ID, NULL, NULL, NULL));
  /* "parlance trust" takes the server at the place, whichever it is. */
  g_autoptr (ParlanceTrust) command = trust_new (self, NULL, "school");
  parlance_trust_set_accepting (command, TRUE);
  g_assert_true (check (command, NULL, NULL));
  g_assert_true (parlance_trust_check_told (command, ID, NULL));
  g_assert_cmpstr (parlance_trust_get_known (command), ==, ONE);
  g_assert_true (meets (self, ID, NULL, NULL, NULL));
}

static void
test_a_file_that_cannot_be_written_stops_nobody_but_who_accepts (Fixture *self, gconstpointer data)
{
  g_autoptr (ParlanceTrust) trust = trust_new (self, ID, NULL);

  parlance_trust_set_path (trust, "/proc/parlance/known_servers");
  g_assert_true (check (trust, ONE, NULL));
  g_assert_false (parlance_trust_accept (trust, NULL));
  parlance_trust_set_accepting (trust, TRUE);
  g_assert_false (parlance_trust_check (trust, ONE, NULL, NULL));
}

static void
assert_no_memory (ParlanceTrust *trust)
{
  g_autoptr (GError) plan_error = NULL;
  g_autoptr (GError) error = NULL;
  ParlanceTrustPlan plan;

  g_assert_false (parlance_trust_plan (trust, &plan, &plan_error));
  g_assert_error (plan_error, PARLANCE_TRUST_ERROR, (gint)PARLANCE_TRUST_ERROR_MEMORY);
  g_assert_false (parlance_trust_check (trust, ONE, NULL, &error));
  g_assert_error (error, PARLANCE_TRUST_ERROR, (gint)PARLANCE_TRUST_ERROR_MEMORY);
  g_assert_false (parlance_trust_accept (trust, NULL));
}

/* It is not replaced by one that knows less. */
static void
test_a_file_that_cannot_be_read_is_not_empty (Fixture *self, gconstpointer data)
{
  g_autofree char *large = g_strnfill (2 * 1024 * 1024 + 1, '\n');
  g_autoptr (ParlanceTrust) trust = trust_new (self, ID, NULL);
  g_autofree char *text = NULL;
  gsize n_bytes;

  g_assert_true (meets (self, OTHER_ID, NULL, ONE, NULL));
  g_assert_true (g_file_set_contents (self->path, large, -1, NULL));
  assert_no_memory (trust);
  g_assert_true (g_file_get_contents (self->path, &text, &n_bytes, NULL));
  g_assert_cmpuint (n_bytes, ==, strlen (large));

  g_assert_cmpint (g_unlink (self->path), ==, 0);
  g_assert_cmpint (g_mkdir (self->path, 0700), ==, 0);
  assert_no_memory (trust);
  g_assert_cmpint (g_rmdir (self->path), ==, 0);
  g_assert_cmpint (symlink (self->path, self->path), ==, 0); /* ELOOP */
  assert_no_memory (trust);
  g_assert_cmpint (g_unlink (self->path), ==, 0);
  g_assert_true (check (trust, ONE, NULL));
}

#define N_PER_THREAD 25

static gpointer
meet_many (gpointer user_data)
{
  const Fixture *self = user_data;

  for (int i = 0; i < N_PER_THREAD; i++)
    {
      g_autofree char *id = g_uuid_string_random ();
      g_assert_true (meets (self, id, NULL, ONE, NULL));
    }
  return NULL;
}

static void
test_programs_that_write_at_once_lose_nothing (Fixture *self, gconstpointer data)
{
  GThread *threads[3];

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("meets", meet_many, self);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);

  g_autoptr (ParlanceKnownServers) servers = parlance_known_servers_load (self->path, NULL);
  g_autofree char *text = parlance_known_servers_to_text (servers);
  g_auto (GStrv) lines = g_strsplit (text, "\nid ", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 1 + G_N_ELEMENTS (threads) * N_PER_THREAD);
}

static void
test_a_program_that_was_stopped_holds_nobody_up (Fixture *self, gconstpointer data)
{
  g_autoptr (ParlanceTrust) trust = trust_new (self, ID, NULL);
  g_autoptr (ParlanceKnownServers) held = parlance_known_servers_load_to_change (self->path, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (check (trust, ONE, NULL));
  g_assert_false (parlance_trust_accept (trust, &error));
  g_assert_nonnull (strstr (error->message, "known_servers.lock"));
  g_clear_pointer (&held, parlance_known_servers_free);
  g_assert_true (parlance_trust_accept (trust, NULL));
}

static void
test_damaged_lines_cost_no_others (Fixture *self, gconstpointer data)
{
  static const char text[] = "nonsense\n\n \n\xff\xfe\n"
                             "id " ID " " ONE "\n"
                             "id " ID "\n"
                             "id " ID " " ONE " more\n"
                             "id not-a-uuid " ONE "\n"
                             "id " OTHER_ID " sha256:1234\n"
                             "id " OTHER_ID " md5:" DIGITS "1\n"
                             "name " OTHER_ID " " ONE "\n"
                             "address a\tb " ONE "\n"
                             "address \xff " ONE "\n"
                             "address  " ONE "\n"
                             "address school:9502 sha256:" DIGITS "2x\n"
                             "address school:9502 " TWO "\n"
                             "address attic:9502 plain"; /* without its end */
  g_autofree char *folder = g_path_get_dirname (self->path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (self->path, text, sizeof text - 1, NULL));
  g_autoptr (ParlanceKnownServers) servers = parlance_known_servers_load (self->path, NULL);
  g_assert_cmpstr (parlance_known_servers_find (servers, PARLANCE_KNOWN_BY_ID, ID), ==, ONE);
  g_assert_null (parlance_known_servers_find (servers, PARLANCE_KNOWN_BY_ID, OTHER_ID));
  g_assert_cmpstr (parlance_known_servers_find (servers, PARLANCE_KNOWN_BY_ADDRESS, "school:9502"),
                   ==, TWO);
  g_assert_cmpstr (parlance_known_servers_find (servers, PARLANCE_KNOWN_BY_ADDRESS, "attic:9502"),
                   ==, PARLANCE_KNOWN_PLAIN);
  g_autofree char *written = parlance_known_servers_to_text (servers);
  g_assert_true (g_str_has_suffix (written, "\nid " ID " " ONE "\naddress school:9502 " TWO
                                            "\naddress attic:9502 plain\n"));
  g_assert_false (parlance_known_servers_accept (servers, PARLANCE_KNOWN_BY_ADDRESS, "a b", ONE));
  g_assert_false (parlance_known_servers_accept (servers, PARLANCE_KNOWN_BY_ADDRESS, "a\nb", ONE));
  g_assert_false (parlance_known_servers_accept (servers, PARLANCE_KNOWN_BY_ID, ID, "sha256:"));
}

static void
test_the_oldest_go (Fixture *self, gconstpointer data)
{
  g_autoptr (ParlanceKnownServers) servers =
      parlance_known_servers_load_to_change (self->path, NULL);

  for (guint i = 0; i < PARLANCE_KNOWN_SERVERS_MAX; i++)
    {
      g_autofree char *address = g_strdup_printf ("host-%u:1", i);
      g_assert_true (
          parlance_known_servers_accept (servers, PARLANCE_KNOWN_BY_ADDRESS, address, ONE));
    }
  g_assert_true (parlance_known_servers_accept (servers, PARLANCE_KNOWN_BY_ID, ID, ONE));
  g_assert_true (parlance_known_servers_save (servers, NULL));
  g_autoptr (ParlanceKnownServers) loaded = parlance_known_servers_load (self->path, NULL);
  g_assert_null (parlance_known_servers_find (loaded, PARLANCE_KNOWN_BY_ADDRESS, "host-0:1"));
  g_assert_nonnull (parlance_known_servers_find (loaded, PARLANCE_KNOWN_BY_ADDRESS, "host-1:1"));
  g_assert_nonnull (parlance_known_servers_find (loaded, PARLANCE_KNOWN_BY_ID, ID));
}

static void
test_fingerprints_are_written_in_one_way (void)
{
  g_autofree char *colons =
      parlance_fingerprint_normalize ("sha256:01:23"
                                      ":4567"
                                      "89ABCDEF"
                                      "0123456789abcdef0123456789abcdef0123456789abcde1");
  g_autofree char *none = parlance_fingerprint_normalize ("");

  g_assert_cmpstr (colons, ==, ONE);
  g_assert_null (none);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*run) (Fixture *, gconstpointer);
  } tests[] = {
    { "a-known-id-does-not-change", test_a_known_id_does_not_change },
    { "a-known-address-does-not-change", test_a_known_address_does_not_change },
    { "loopback-addresses-are-nobodys", test_loopback_addresses_are_nobodys },
    { "what-was-accepted-stays", test_what_was_accepted_stays },
    { "what-a-certificate-claims-takes-no-name", test_what_a_certificate_claims_takes_no_name },
    { "a-claim-alone-can-be-accepted", test_a_claim_alone_can_be_accepted },
    { "the-id-that-it-tells-is-remembered", test_the_id_that_it_tells_is_remembered },
    { "who-tells-the-id-of-another-is-refused", test_who_tells_the_id_of_another_is_refused },
    { "who-is-accepted-is-asked-about-once", test_who_is_accepted_is_asked_about_once },
    { "a-file-that-cannot-be-written-stops-nobody-but-who-accepts",
      test_a_file_that_cannot_be_written_stops_nobody_but_who_accepts },
    { "a-file-that-cannot-be-read-is-not-empty", test_a_file_that_cannot_be_read_is_not_empty },
    { "programs-that-write-at-once-lose-nothing", test_programs_that_write_at_once_lose_nothing },
    { "a-program-that-was-stopped-holds-nobody-up",
      test_a_program_that_was_stopped_holds_nobody_up },
    { "damaged-lines-cost-no-others", test_damaged_lines_cost_no_others },
    { "the-oldest-go", test_the_oldest_go },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/client/trust/", tests[i].name, NULL);
      g_test_add (path, Fixture, NULL, set_up, tests[i].run, tear_down);
    }
  g_test_add_func ("/client/trust/fingerprints-are-written-in-one-way",
                   test_fingerprints_are_written_in_one_way);
  return g_test_run ();
}
