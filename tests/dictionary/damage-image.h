/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A small compiled form to damage, in a block of memory of its own so that AddressSanitizer sees
 * the first read outside of it; and asking it everything.
 */
#pragma once

#include "server/dictionary/dictionary.h"

typedef struct
{
  guint8 *data; /* from malloc() */
  gsize n_bytes;
} DamageImage;

/** damage_image_make: with something in each section, and a slot of each kind. */
DamageImage damage_image_make (void);

/**
 * damage_image_open:
 *
 * Returns: (transfer full): a library of the image alone, which reads the image's own bytes: it is
 * to be kept as long, and may be changed meanwhile
 */
Library *damage_image_open (const DamageImage *self, GError **error);

/**
 * damage_image_ask:
 *
 * Asks for many words in every way. Whatever comes back has to be bounded, and inside of the image.
 */
void damage_image_ask (const DamageImage *self, Library *library);
