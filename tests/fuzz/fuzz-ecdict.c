/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The reader of ECDICT's CSV. The input is the file; what follows a form feed is the list of
 * inflections beside it.
 */
#include <stdint.h>
#include <string.h>

#include "server/dictionary/formats/formats.h"
#include "tests/fuzz/fuzz-source.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes)
{
  const uint8_t *cut = n_bytes == 0 ? NULL : memchr (data, '\f', n_bytes);
  size_t n_csv = cut == NULL ? n_bytes : (size_t)(cut - data);
  if (cut == NULL)
    fuzz_remove ("lemma.en.txt");
  else
    (void)fuzz_write ("lemma.en.txt", cut + 1, n_bytes - n_csv - 1);
  fuzz_read (&ecdict_format, fuzz_write ("ecdict.csv", data, n_csv));
  return 0;
}
