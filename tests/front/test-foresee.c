/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which word is guessed from a request's bytes. What is fetched for it changes no answer, so only
 * the guess can be seen.
 */
#include "server/front/dict.h"
#include "server/front/jsonrpc.h"
#include "tests/front/front-fixture.h"

#include <string.h>

typedef struct
{
  const char *bytes;
  const char *word; /* %NULL: none */
} Case;

static void
assert_foreseen (const Door *door, const Case *cases, gsize n_cases)
{
  g_autoptr (FrontFixture) fixture = front_fixture_new ();

  front_open (fixture, door);
  for (gsize i = 0; i < n_cases; i++)
    {
      gsize n_bytes = strlen (cases[i].bytes);
      /* Of its own size: a byte too many that is read is seen by AddressSanitizer. */
      g_autofree char *bytes = g_memdup2 (cases[i].bytes, n_bytes);
      guint64 foreseen = door->foresee (fixture->connection, bytes, n_bytes);
      guint64 expected = 0;
      LibraryKey key;

      if (cases[i].word != NULL)
        {
          library_fold (cases[i].word, strlen (cases[i].word), &key);
          expected = library_foresee (fixture->library, &key);
        }
      g_assert_cmpuint (foreseen, ==, expected);
      if (foreseen != 0)
        door->fetch (fixture->connection, foreseen);
    }
}

static void
test_dict (void)
{
  static const Case cases[] = {
    { "DEFINE wn run\r\n", "run" },
    { "define * Run\nDEFINE wn walk\n", "run" },
    { "DEFINE wn \"give up\"\r\n", "give up" },
    { "DEFINE wn \xe8\xb7\x91\r\n", "\xe8\xb7\x91" },
    { "DEFINE wn run", NULL },
    { "DEFINE wn \xff\r\n", NULL },
    { "DEFINE wn \r\n", NULL },
    { "DEFINE wn\r\n", NULL },
    { "DEFINE \n", NULL },
    { "MATCH wn . run\r\n", NULL },
    { "\n", NULL },
    { "D", NULL },
  };

  assert_foreseen (&dict_door, cases, G_N_ELEMENTS (cases));
}

static void
test_jsonrpc (void)
{
  static const Case cases[] = {
    { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"define\",\"params\":{\"word\":\"give up\"}}\n",
      "give up" },
    { "{\"word\":\"Run\",\"limit\":1}\n{\"word\":\"walk\"}\n", "run" },
    { "{\"word\":\"run", NULL },
    { "{\"word\":\"\"}\n", NULL },
    { "{\"word\":\"\xff\"}\n", NULL },
    { "{\"method\":\"ping\"}\n", NULL },
    { "{", NULL },
  };

  assert_foreseen (&jsonrpc_door, cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/front/foresee/dict", test_dict);
  g_test_add_func ("/front/foresee/jsonrpc", test_jsonrpc);
  return g_test_run ();
}
