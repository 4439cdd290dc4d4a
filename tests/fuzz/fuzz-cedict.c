/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The reader of CC-CEDICT, in the form that the input's first byte tells: JSON is an array.
 */
#include <stdint.h>

#include "server/dictionary/formats/formats.h"
#include "tests/fuzz/fuzz-source.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes)
{
  const char *name = n_bytes > 0 && data[0] == '[' ? "cedict.json" : "cedict.u8";
  fuzz_read (&cedict_format, fuzz_write (name, data, n_bytes));
  return 0;
}
