/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The commonest Chinese words, which Chinese dictionaries do not tell: data/zh-frequency.txt, built
 * in.
 */
#pragma once

#include <glib.h>

/**
 * zh_frequency_rank:
 * @word: (array length=n_word): in simplified characters
 *
 * Returns: 1 for the commonest word, 0 for one that is not in the list
 * Thread: any
 */
guint32 zh_frequency_rank (const char *word, gsize n_word);
