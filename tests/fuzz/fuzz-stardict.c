/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The reader of StarDict's dictionaries. The input is the lines of the `.ifo` after the first, a
 * form feed; index and synonyms, each behind the count of its bytes (two, most significant
 * first); and the body. Index and body are packed when they begin as gzip does.
 */
#include <stdint.h>
#include <string.h>

#include "server/dictionary/formats/formats.h"
#include "tests/fuzz/fuzz-source.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes);

typedef struct
{
  const uint8_t *at;
  size_t n_left;
} Rest;

/* Cuts a part with its count before it off @rest. */
static size_t
cut (Rest *rest, const uint8_t **ret_part)
{
  size_t n = rest->n_left < 2 ? 0 : (size_t)rest->at[0] << 8 | rest->at[1];
  size_t n_count = MIN (rest->n_left, 2);
  rest->at += n_count;
  rest->n_left -= n_count;
  n = MIN (n, rest->n_left);
  *ret_part = rest->at;
  rest->at += n;
  rest->n_left -= n;
  return n;
}

static void
write_part (const uint8_t *part, size_t n_part, const char *plain, const char *packed)
{
  gboolean is_packed = n_part >= 2 && part[0] == 0x1F && part[1] == 0x8B;
  fuzz_remove (is_packed ? plain : packed);
  (void)fuzz_write (is_packed ? packed : plain, part, n_part);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes)
{
  static const char first_line[] = "StarDict's dict ifo file\n";
  const uint8_t *info_end = n_bytes == 0 ? NULL : memchr (data, '\f', n_bytes);
  if (info_end == NULL)
    return 0;
  size_t n_info = (size_t)(info_end - data);
  Rest rest = { info_end + 1, n_bytes - n_info - 1 };
  const uint8_t *index;
  size_t n_index = cut (&rest, &index);
  const uint8_t *synonyms;
  size_t n_synonyms = cut (&rest, &synonyms);

  GString *info = g_string_new (first_line);
  g_string_append_len (info, (const char *)data, (gssize)n_info);
  const char *path = fuzz_write ("words.ifo", info->str, info->len);
  g_string_free (info, TRUE);
  write_part (index, n_index, "words.idx", "words.idx.gz");
  write_part (rest.at, rest.n_left, "words.dict", "words.dict.dz");
  if (n_synonyms > 0)
    (void)fuzz_write ("words.syn", synonyms, n_synonyms);
  else
    fuzz_remove ("words.syn");
  fuzz_read (&stardict_format, path);
  return 0;
}
