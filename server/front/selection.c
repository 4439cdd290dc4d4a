/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A name given twice counts once; the order is the one asked for.
 */
#include "server/front/selection.h"

#include <string.h>

gboolean
selection_from_json (const Library *library,
                     const ParlanceJsonValue *names,
                     char *scratch,
                     LibrarySelection *ret_selection,
                     ParlanceFault *ret_fault)
{
  ParlanceJsonValue name;
  guint32 cursor = 0;

  ret_selection->n_indexes = 0;
  ret_selection->exact_suffices = FALSE;
  if (names->text == NULL)
    return TRUE;
  while (parlance_json_next_element (names, &cursor, &name))
    {
      gsize n_name = parlance_json_string_decode (&name, scratch);
      int index = library_find (library, scratch, n_name);

      if (index < 0)
        {
          *ret_fault = (ParlanceFault){
            .reason = PARLANCE_REASON_NO_SUCH_DICTIONARY,
            .member = "dictionary",
            .value = scratch,
            .n_value = n_name,
          };
          return FALSE;
        }
      if (memchr (ret_selection->indexes, index, ret_selection->n_indexes) == NULL)
        ret_selection->indexes[ret_selection->n_indexes++] = (guint8)index;
    }
  return TRUE;
}
