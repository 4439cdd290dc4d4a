/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A file mapped for reading.
 */
#include "server/dictionary/mapping.h"

#include <sys/mman.h>

typedef struct
{
  gpointer address;
  gsize n_bytes;
} Mapping;

static void
mapping_free (gpointer data)
{
  Mapping *mapping = data;

  munmap (mapping->address, mapping->n_bytes);
  g_free (mapping);
}

GBytes *
mapping_new (int fd, gsize n_bytes)
{
  Mapping mapping = { mmap (NULL, n_bytes, PROT_READ, MAP_SHARED, fd, 0), n_bytes };

  if (mapping.address == MAP_FAILED)
    return NULL;
  return g_bytes_new_with_free_func (mapping.address, n_bytes, mapping_free,
                                     g_memdup2 (&mapping, sizeof mapping));
}
