/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The strategies of the DICT front door: those of the library, and the names that other servers
 * have for some of them.
 */
#pragma once

#include "server/dictionary/library.h"

typedef struct
{
  gboolean is_near; /* the strategy ".", which is the server's choice: RFC 2229, 3.3 */
  LibraryStrategy strategy;
} DictStrategy;

/** dict_strategy_from_word: by name, in any case of letters */
gboolean dict_strategy_from_word (const char *word, DictStrategy *ret_strategy);

/** dict_strategies_append: the lines of SHOW STRAT; returns how many */
guint dict_strategies_append (GString *lines);
