/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Fuzzes the reading of compiled dictionaries. The input is a list of changes to a small one: 2
 * bytes that say where and 4 that are put there. The header's checksum is mended, or nothing would
 * get past it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tests/dictionary/damage-image.h"

#define N_WHERE 2
#define N_WHAT 4

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes);

static void
mend_checksum (const DamageImage *image)
{
  LayoutHeader header;

  memcpy (&header, image->data, sizeof header);
  header.checksum = layout_header_checksum (&header);
  memcpy (image->data, &header, sizeof header);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes)
{
  static DamageImage whole;
  DamageImage image;
  g_autoptr (Library) library = NULL;

  if (whole.data == NULL)
    whole = damage_image_make ();
  image.n_bytes = whole.n_bytes;
  image.data = malloc (image.n_bytes);
  memcpy (image.data, whole.data, image.n_bytes);

  for (; n_bytes >= N_WHERE + N_WHAT; data += N_WHERE + N_WHAT, n_bytes -= N_WHERE + N_WHAT)
    {
      size_t at = (size_t)(data[0] | data[1] << 8) % (image.n_bytes - N_WHAT);

      memcpy (image.data + at, data + N_WHERE, N_WHAT);
    }
  mend_checksum (&image);
  library = damage_image_open (&image, NULL);
  if (library)
    damage_image_ask (&image, library);
  g_clear_pointer (&library, library_unref);
  free (image.data);
  return 0;
}
