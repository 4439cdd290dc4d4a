/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Searching the list of words that is built in.
 */
#include "server/dictionary/formats/zh-frequency.h"

#include <stdint.h>
#include <string.h>

/* Made of data/zh-frequency.txt by embed-words.py, which says what they hold. */
extern const uint8_t zh_words_text[];
extern const uint32_t zh_words_starts[];
extern const uint32_t zh_words_ranks[];
extern const uint32_t zh_words_n;

guint32
zh_frequency_rank (const char *word, gsize n_word)
{
  guint32 low = 0;
  guint32 high = zh_words_n;

  while (low < high)
    {
      guint32 middle = low + (high - low) / 2;
      gsize n_middle = zh_words_starts[middle + 1] - zh_words_starts[middle];
      int order = memcmp (zh_words_text + zh_words_starts[middle], word, MIN (n_middle, n_word));

      if (order == 0)
        order = (n_middle > n_word) - (n_middle < n_word);
      if (order == 0)
        return zh_words_ranks[middle];
      if (order < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return 0;
}
