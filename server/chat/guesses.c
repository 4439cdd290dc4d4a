/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Four throttles. What one of them has counted stays counted where another one refuses: asking on
 * and on at a nick that is used up costs the address, too.
 */
#include "server/chat/guesses.h"

#include "server/chat/throttle.h"

#define MAX_NAMES 8192 /* of each throttle */

/* Until one comes back. */
#define ADDRESS_PERIOD_MS 3000
#define NICK_PERIOD_MS 6000
#define ALL_PERIOD_MS 600

struct Guesses
{
  Throttle *by_address;
  Throttle *by_nick;   /* nick and address */
  Throttle *of_nick;   /* nick */
  Throttle *by_device; /* number of the device */
};

Guesses *
guesses_new (void)
{
  Guesses *self = g_new0 (Guesses, 1);

  self->by_address = throttle_new (GUESSES_BY_ADDRESS, ADDRESS_PERIOD_MS, MAX_NAMES);
  self->by_nick = throttle_new (GUESSES_BY_NICK, NICK_PERIOD_MS, MAX_NAMES);
  self->of_nick = throttle_new (GUESSES_OF_NICK, ALL_PERIOD_MS, MAX_NAMES);
  self->by_device = throttle_new (GUESSES_BY_NICK, NICK_PERIOD_MS, MAX_NAMES);
  return self;
}

void
guesses_free (Guesses *self)
{
  if (self == NULL)
    return;
  throttle_free (self->by_address);
  throttle_free (self->by_nick);
  throttle_free (self->of_nick);
  throttle_free (self->by_device);
  g_free (self);
}

/* No nick has a space. */
static char *
name_of (const Guess *guess)
{
  return guess->device != 0 ? g_strdup_printf ("%" G_GINT64_FORMAT, guess->device)
                            : g_strdup_printf ("%s %s", guess->nick, guess->address);
}

gint64
guesses_take (Guesses *self, const Guess *guess, gint64 now_us)
{
  g_autofree char *name = name_of (guess);

  if (guess->device != 0)
    return throttle_take (self->by_device, name, now_us);

  gint64 wait_ms = throttle_take (self->by_address, guess->address, now_us);
  if (wait_ms == 0 && guess->nick != NULL)
    wait_ms = throttle_take (self->by_nick, name, now_us);
  if (wait_ms == 0 && guess->nick != NULL)
    wait_ms = throttle_take (self->of_nick, guess->nick, now_us);
  return wait_ms;
}

void
guesses_give_back (Guesses *self, const Guess *guess)
{
  g_autofree char *name = name_of (guess);

  if (guess->device != 0)
    {
      throttle_give_back (self->by_device, name);
      return;
    }
  throttle_give_back (self->by_address, guess->address);
  if (guess->nick == NULL)
    return;
  throttle_give_back (self->by_nick, name);
  throttle_give_back (self->of_nick, guess->nick);
}
