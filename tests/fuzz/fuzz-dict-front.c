/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The bytes of one DICT connection, through the door and a real library. Every answer is whole
 * lines of well-formed UTF-8, and a line of text is never the dot that ends it unless it ends it.
 */
#include "server/front/dict.h"
#include "tests/front/front-fixture.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes);

static void
assert_answer (const GString *sent)
{
  if (sent->len == 0)
    return;
  g_assert_true (g_str_has_suffix (sent->str, "\r\n"));
  g_assert_true (g_ascii_isdigit (sent->str[0]));
  for (const char *lf = sent->str; (lf = strchr (lf, '\n')) != NULL; lf++)
    g_assert_true (lf[-1] == '\r');
  g_assert_true (g_utf8_validate (sent->str, (gssize)sent->len, NULL));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes)
{
  static FrontFixture *fixture;
  const char *bytes = (const char *)data;
  const char *end = bytes + n_bytes;

  if (fixture == NULL)
    fixture = front_fixture_new ();
  front_open (fixture, &dict_door);
  assert_answer (fixture->sent);
  while (bytes < end && !fixture->is_ended)
    {
      const char *lf = memchr (bytes, '\n', (size_t)(end - bytes));
      const char *line_end = lf != NULL ? lf + 1 : end;

      g_string_truncate (fixture->sent, 0);
      front_feed (fixture, bytes, (gsize)(line_end - bytes));
      assert_answer (fixture->sent);
      bytes = line_end;
    }
  return 0;
}
