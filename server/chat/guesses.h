/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How often passwords may be guessed. Whoever guesses at somebody's nick uses up what there is for
 * that nick from their own address, and so does not keep its owner out who comes from another one;
 * nor whoever is logged in, whose device counts for itself. One thread.
 */
#pragma once

#include <glib.h>

#define GUESSES_BY_ADDRESS 20
#define GUESSES_BY_NICK 10  /* from one address; and of a device */
#define GUESSES_OF_NICK 100 /* from all addresses */

typedef struct Guesses Guesses;

/* Who guesses at what. */
typedef struct
{
  const char *address; /* network_address_to_name() */
  const char *nick;    /* (nullable): folded: whose password; %NULL: the server's */
  gint64 device;       /* 0: none; else that of an account that gives its own password */
} Guess;

Guesses *guesses_new (void);
/** guesses_free: takes %NULL */
void guesses_free (Guesses *self);

/**
 * guesses_take:
 *
 * Before the password is looked at, so that many at once gain nothing.
 *
 * Returns: 0, and it is counted; or how long to wait [ms]
 */
gint64 guesses_take (Guesses *self, const Guess *guess, gint64 now_us);

/** guesses_give_back: what was taken was no guess: the password is right, or was not looked at */
void guesses_give_back (Guesses *self, const Guess *guess);
