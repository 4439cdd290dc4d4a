/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Naming and listing strategies.
 */
#include "server/front/dict-strategies.h"

#include "server/front/dict-commands.h"

#include <string.h>

/* What users of dictd's clients type; it is listed, for some clients offer only what is. */
static const struct
{
  const char *name;
  LibraryStrategy strategy;
} aliases[] = {
  { "re", LIBRARY_STRATEGY_REGEXP },
  { "lev", LIBRARY_STRATEGY_FUZZY },
};

gboolean
dict_strategy_from_word (const char *word, DictStrategy *ret_strategy)
{
  g_autofree char *name = g_ascii_strdown (word, -1);

  ret_strategy->is_near = strcmp (word, ".") == 0;
  if (ret_strategy->is_near || library_strategy_from_name (name, &ret_strategy->strategy))
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (aliases); i++)
    {
      if (strcmp (name, aliases[i].name) == 0)
        {
          ret_strategy->strategy = aliases[i].strategy;
          return TRUE;
        }
    }
  return FALSE;
}

static void
append_strategy (GString *lines, const char *name, LibraryStrategy strategy)
{
  g_string_append (lines, name);
  g_string_append_c (lines, ' ');
  dict_append_quoted_plain (lines, library_strategy_description (strategy));
  g_string_append (lines, "\r\n");
}

guint
dict_strategies_append (GString *lines)
{
  for (int i = 0; i < LIBRARY_N_STRATEGIES; i++)
    append_strategy (lines, library_strategy_name ((LibraryStrategy)i), (LibraryStrategy)i);
  for (gsize i = 0; i < G_N_ELEMENTS (aliases); i++)
    append_strategy (lines, aliases[i].name, aliases[i].strategy);
  return LIBRARY_N_STRATEGIES + G_N_ELEMENTS (aliases);
}
