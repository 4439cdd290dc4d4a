/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Hashes of passwords, and how often somebody may guess.
 */
#include "server/chat/password.h"

#include "server/chat/throttle.h"

#include <string.h>

#define SECOND G_USEC_PER_SEC

static void
test_hashes (void)
{
  g_autofree char *hash = password_hash ("correct horse");
  g_autofree char *again = password_hash ("correct horse");

  g_assert_true (g_str_has_prefix (hash, "$argon2id$v=19$m=65536,t=2,p=1$"));
  g_assert_cmpstr (hash, !=, again);
  g_assert_cmpint (password_verify (hash, "correct horse"), ==, PASSWORD_RIGHT);
  g_assert_cmpint (password_verify (hash, "correct hors"), ==, PASSWORD_WRONG);
  g_assert_cmpint (password_verify (hash, ""), ==, PASSWORD_WRONG);
  g_assert_cmpint (password_verify ("$argon2id$nonsense", "x"), ==, PASSWORD_WRONG);
  g_assert_true (password_is_hash (hash));
}

/* A hash that costs more than ours would be an attack by who writes the configuration, one that
 * costs less would tell by its time. */
static void
test_takes_no_other_costs (void)
{
  static const char *const bad[] = {
    "",
    "secret",
    "$argon2id$v=19$m=1048576,t=2,p=1$YWFhYWFhYWFhYWFhYWFhYQ$"
    "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE",
    "$argon2id$v=19$m=8,t=1,p=1$YWFhYWFhYWFhYWFhYWFhYQ$"
    "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE",
    "$argon2i$v=19$m=65536,t=2,p=1$YWFhYWFhYWFhYWFhYWFhYQ$"
    "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (password_is_hash (bad[i]));
}

/* Were nobody's hash refused without being worked on, the time would tell who exists. */
static void
test_nobodys_hash_is_one_that_none_has (void)
{
  g_assert_true (password_is_hash (password_nobodys_hash ()));
  g_assert_cmpint (password_verify (password_nobodys_hash (), ""), ==, PASSWORD_WRONG);
}

static void
test_digests_and_wiping (void)
{
  guint8 a[PASSWORD_DIGEST_BYTES];
  guint8 b[PASSWORD_DIGEST_BYTES];
  char text[] = "secret";

  password_digest ("secret", a);
  password_digest ("secret", b);
  g_assert_true (password_digest_equal (a, b));
  password_digest ("secres", b);
  g_assert_false (password_digest_equal (a, b));
  password_wipe (text);
  g_assert_cmpmem (text, sizeof text, "\0\0\0\0\0\0\0", 7);
  password_wipe (NULL);
}

static void
test_throttle_earns (void)
{
  Throttle *throttle = throttle_new (3, 10000, 8);
  gint64 now_us = 1000 * SECOND;
  gint64 wait_ms;

  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (throttle_take (throttle, "anna", now_us), ==, 0);
  wait_ms = throttle_take (throttle, "anna", now_us);
  g_assert_cmpint (wait_ms, >=, 10000);
  g_assert_cmpint (wait_ms, <=, 10002);
  /* Others are not concerned; nor is anybody after that time. Waiting long earns no more than one
   * had at first. */
  g_assert_cmpint (throttle_take (throttle, "bert", now_us), ==, 0);
  now_us += 10 * SECOND;
  g_assert_cmpint (throttle_take (throttle, "anna", now_us), ==, 0);
  g_assert_cmpint (throttle_take (throttle, "anna", now_us), >, 0);
  now_us += 1000 * SECOND;
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (throttle_take (throttle, "anna", now_us), ==, 0);
  g_assert_cmpint (throttle_take (throttle, "anna", now_us), >, 0);
  throttle_free (throttle);
}

static void
test_throttle_gives_back_and_forgets (void)
{
  Throttle *throttle = throttle_new (1, 10000, 2);
  gint64 now_us = 1000 * SECOND;

  for (guint i = 0; i < 5; i++)
    {
      g_assert_cmpint (throttle_take (throttle, "anna", now_us), ==, 0);
      throttle_give_back (throttle, "anna");
    }
  throttle_give_back (throttle, "nobody");
  throttle_give_back (throttle, "anna");
  g_assert_cmpint (throttle_take (throttle, "anna", now_us), ==, 0);
  g_assert_cmpint (throttle_take (throttle, "anna", now_us), >, 0);
  /* Of two at the most something is remembered, and not forgotten before their time is over. */
  g_assert_cmpint (throttle_take (throttle, "b", now_us), ==, 0);
  g_assert_cmpint (throttle_take (throttle, "c", now_us), >, 0);
  g_assert_cmpint (throttle_take (throttle, "anna", now_us), >, 0);
  now_us += 10 * SECOND;
  g_assert_cmpint (throttle_take (throttle, "c", now_us), ==, 0);
  g_assert_cmpint (throttle_take (throttle, "anna", now_us), ==, 0);
  g_assert_cmpint (throttle_take (throttle, "b", now_us), >, 0);
  throttle_free (throttle);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_true (password_init (NULL));
  g_test_add_func ("/chat/password/hashes", test_hashes);
  g_test_add_func ("/chat/password/takes-no-other-costs", test_takes_no_other_costs);
  g_test_add_func ("/chat/password/nobodys-hash-is-one-that-none-has",
                   test_nobodys_hash_is_one_that_none_has);
  g_test_add_func ("/chat/password/digests-and-wiping", test_digests_and_wiping);
  g_test_add_func ("/chat/throttle/earns", test_throttle_earns);
  g_test_add_func ("/chat/throttle/gives-back-and-forgets", test_throttle_gives_back_and_forgets);
  return g_test_run ();
}
