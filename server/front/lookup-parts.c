/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From the parameters of a lookup to what the library is asked.
 *
 * Source: docs/protocol.md, section 3
 */
#include "server/front/lookup-parts.h"

#include "protocol/wire/json-writer.h"
#include "server/front/selection.h"

gboolean
lookup_fold (const ParlanceLookup *lookup, LibraryKey *ret_key, ParlanceFault *ret_fault)
{
  library_fold (lookup->word, lookup->n_word, ret_key);
  if (ret_key->n_bytes > 0)
    return TRUE;
  *ret_fault = parlance_fault_field (PARLANCE_REASON_INVALID_PARAMS, "word");
  ret_fault->detail = "nothing is left of the word after normalisation";
  return FALSE;
}

gboolean
lookup_select (Connection *connection, const ParlanceLookup *lookup, ParlanceFault *ret_fault)
{
  FrontContext *context = front_context (connection);

  return selection_from_json (context->library, &lookup->dictionaries, context->names,
                              &context->selection, ret_fault);
}

void
lookup_damaged (ParlanceFault *ret_fault)
{
  *ret_fault = (ParlanceFault){
    .reason = PARLANCE_REASON_INTERNAL,
    .detail = "a compiled dictionary is damaged: its server has to compile it again",
  };
}

void
lookup_append_word (GString *reply, const ParlanceLookup *lookup)
{
  PARLANCE_APPEND_LITERAL (reply, "{\"word\":");
  parlance_json_append_string (reply, lookup->word, lookup->n_word);
}
