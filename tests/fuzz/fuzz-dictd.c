/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The reader of dictd's dictionaries. The input is the index, a form feed, and the body: packed
 * when it begins as gzip does.
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
  if (cut == NULL)
    return 0;
  const uint8_t *body = cut + 1;
  size_t n_index = (size_t)(cut - data);
  size_t n_body = n_bytes - n_index - 1;
  gboolean is_packed = n_body >= 2 && body[0] == 0x1F && body[1] == 0x8B;
  fuzz_remove (is_packed ? "words.dict" : "words.dict.dz");
  (void)fuzz_write (is_packed ? "words.dict.dz" : "words.dict", body, n_body);
  fuzz_read (&dictd_format, fuzz_write ("words.index", data, n_index));
  return 0;
}
