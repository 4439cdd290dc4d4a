/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The reader of tab-separated word lists. The input is the file.
 */
#include <stdint.h>

#include "server/dictionary/formats/formats.h"
#include "tests/fuzz/fuzz-source.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes)
{
  fuzz_read (&tsv_format, fuzz_write ("list.tsv", data, n_bytes));
  return 0;
}
