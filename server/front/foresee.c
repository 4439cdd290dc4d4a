/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Only the usual form of a request is known, and only its first line is looked at. A wrong guess
 * costs a few fetches that nobody needs.
 */
#include "server/front/foresee.h"

#include "server/front/context.h"

#include <string.h>

#define FORESEE_MAX_BYTES 256 /* what begins later is not found */

/* @word may be any bytes. */
static guint64
foresee_word (Connection *connection, const char *word, const char *end)
{
  LibraryKey key;

  if (word >= end || !g_utf8_validate_len (word, (gsize)(end - word), NULL))
    return 0;
  library_fold (word, (gsize)(end - word), &key);
  return library_foresee (front_context (connection)->library, &key);
}

/* DEFINE database word, DEFINE database "some words" */
guint64
foresee_dict (Connection *connection, const char *bytes, gsize n_bytes)
{
  static const char command[] = "DEFINE ";
  const gsize n_command = sizeof command - 1;
  const char *end = memchr (bytes, '\n', MIN (n_bytes, FORESEE_MAX_BYTES));
  const char *word;

  if (end == NULL || (gsize)(end - bytes) < n_command ||
      g_ascii_strncasecmp (bytes, command, n_command) != 0)
    return 0;
  bytes += n_command;
  word = memchr (bytes, ' ', (gsize)(end - bytes));
  if (word++ == NULL)
    return 0;
  if (end > word && end[-1] == '\r')
    end--;
  if (end > word + 1 && *word == '"' && end[-1] == '"')
    {
      word++;
      end--;
    }
  return foresee_word (connection, word, end);
}

/* {…"word":"some words"…} */
guint64
foresee_jsonrpc (Connection *connection, const char *bytes, gsize n_bytes)
{
  static const char member[] = "\"word\":\"";
  const gsize n_member = sizeof member - 1;
  gsize n = MIN (n_bytes, FORESEE_MAX_BYTES);
  const char *word = memmem (bytes, n, member, n_member);

  if (word == NULL)
    return 0;
  word += n_member;
  const char *end = memchr (word, '"', (gsize)(bytes + n - word));
  return end != NULL ? foresee_word (connection, word, end) : 0;
}

void
foresee_fetch (Connection *connection, guint64 foreseen)
{
  library_fetch (front_context (connection)->library, foreseen);
}
