/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Search, which finds nothing so far.
 */
#include "server/chat/journal-reader.h"

int
journal_reader_index (JournalReader *self, guint max_messages, GError **error)
{
  return 0;
}

int
journal_reader_search (JournalReader *self,
                       guint32 room,
                       const char *text,
                       guint limit,
                       JournalMessageFunc func,
                       gpointer data,
                       GError **error)
{
  return 0;
}
