/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Back-off against guessing: whom it slows down, and whom not.
 */
#include "server/chat/guesses.h"
#include "server/chat/throttle.h"

#define SECOND_US G_USEC_PER_SEC

/* Guesses until it is slowed down. Returns: how often it could */
static guint
use_up (Guesses *guesses, const Guess *guess, gint64 now_us)
{
  guint n = 0;

  while (guesses_take (guesses, guess, now_us) == 0)
    n++;
  return n;
}

static void
test_an_attacker_keeps_nobody_else_out (void)
{
  Guesses *guesses = guesses_new ();
  const Guess attacker = { "192.0.2.1", "anna", 0 };
  const Guess owner = { "192.0.2.2", "anna", 0 };
  const Guess device = { "192.0.2.1", "anna", 7 };

  g_assert_cmpuint (use_up (guesses, &attacker, SECOND_US), ==, GUESSES_BY_NICK);
  g_assert_cmpint (guesses_take (guesses, &owner, SECOND_US), ==, 0);
  /* Not even from the same address, who is logged in; and the other way round. */
  g_assert_cmpuint (use_up (guesses, &device, SECOND_US), ==, GUESSES_BY_NICK);
  g_assert_cmpint (guesses_take (guesses, &owner, SECOND_US), ==, 0);
  guesses_give_back (guesses, &device);
  g_assert_cmpint (guesses_take (guesses, &device, SECOND_US), ==, 0);
  guesses_free (guesses);
}

static void
test_many_addresses_have_one_end (void)
{
  Guesses *guesses = guesses_new ();
  guint n = 0;

  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *address = g_strdup_printf ("192.0.2.%u", i);
      const Guess guess = { address, "anna", 0 };
      n += use_up (guesses, &guess, SECOND_US);
    }
  g_assert_cmpuint (n, ==, GUESSES_OF_NICK);
  guesses_free (guesses);
}

/* Knocking at a nick that is used up costs the address what it has. */
static void
test_a_refused_nick_is_counted_for_the_address (void)
{
  Guesses *guesses = guesses_new ();
  const Guess anna = { "192.0.2.1", "anna", 0 };
  const Guess server = { "192.0.2.1", NULL, 0 };
  guint n = 0;

  while (n < GUESSES_BY_ADDRESS)
    {
      (void)guesses_take (guesses, &anna, SECOND_US);
      n++;
    }
  g_assert_cmpint (guesses_take (guesses, &server, SECOND_US), >, 0);
  g_assert_cmpint (guesses_take (guesses, &server, 10 * SECOND_US), ==, 0);
  guesses_give_back (guesses, &server);
  guesses_free (guesses);
}

/* Somebody with many addresses does not get new attempts by having old ones forgotten. */
static void
test_what_was_used_up_is_not_forgotten (void)
{
  Throttle *throttle = throttle_new (2, 1000, 3);

  g_assert_cmpint (throttle_take (throttle, "a", SECOND_US), ==, 0);
  g_assert_cmpint (throttle_take (throttle, "a", SECOND_US), ==, 0);
  g_assert_cmpint (throttle_take (throttle, "b", SECOND_US), ==, 0);
  g_assert_cmpint (throttle_take (throttle, "c", SECOND_US), ==, 0);
  g_assert_cmpint (throttle_take (throttle, "d", SECOND_US), ==, 2001);
  g_assert_cmpint (throttle_take (throttle, "a", SECOND_US), >, 0);
  g_assert_cmpint (throttle_take (throttle, "b", SECOND_US), ==, 0);
  /* What was no guess takes no place. */
  throttle_give_back (throttle, "c");
  g_assert_cmpint (throttle_take (throttle, "d", SECOND_US), ==, 0);
  g_assert_cmpint (throttle_take (throttle, "e", SECOND_US), >, 0);
  g_assert_cmpint (throttle_take (throttle, "e", 3 * SECOND_US), ==, 0);
  throttle_free (throttle);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chat/guesses/an-attacker-keeps-nobody-else-out",
                   test_an_attacker_keeps_nobody_else_out);
  g_test_add_func ("/chat/guesses/many-addresses-have-one-end", test_many_addresses_have_one_end);
  g_test_add_func ("/chat/guesses/a-refused-nick-is-counted-for-the-address",
                   test_a_refused_nick_is_counted_for_the_address);
  g_test_add_func ("/chat/guesses/what-was-used-up-is-not-forgotten",
                   test_what_was_used_up_is_not_forgotten);
  return g_test_run ();
}
