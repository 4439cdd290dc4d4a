/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The file of tokens, as anybody may have written it. Whatever is in it, a token is found by who
 * shows the voucher that it was kept with, and by nobody else; what makes no sense stays as it is.
 */
#include "protocol/client/token-store.h"
#include "tests/fuzz/fuzz-file.h"

#include <stdint.h>
#include <string.h>

#define SERVER "6f0d3c1e-2b6a-4c0e-9d0b-0a1b2c3d4e5f"
#define NICK "alice"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes);

static void
assert_finds (const char *path, const char *voucher, const char *token)
{
  g_autofree char *found = parlance_token_store_find (path, SERVER, NICK, voucher);

  g_assert_cmpstr (found, ==, token);
}

static void
assert_untouched (const char *path, const uint8_t *data, size_t n_bytes)
{
  g_autofree char *text = NULL;
  gsize n_text;

  g_assert_true (g_file_get_contents (path, &text, &n_text, NULL));
  g_assert_cmpmem (text, n_text, data, n_bytes);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes)
{
  const char *path = fuzz_write ("accounts", data, n_bytes);
  g_autofree char *found = parlance_token_store_find (path, SERVER, NICK, "loopback");
  g_autoptr (GError) error = NULL;

  g_assert_true (found == NULL || parlance_token_store_has (path, NICK));
  assert_finds (path, NULL, NULL);
  if (!parlance_token_store_set (path, SERVER, NICK, "sha256:1", "secret", &error))
    {
      g_assert_nonnull (strstr (error->message, path));
      g_assert_null (found);
      assert_untouched (path, data, n_bytes);
      return 0;
    }
  g_assert_no_error (error);
  assert_finds (path, "sha256:1", "secret");
  assert_finds (path, "loopback", NULL);
  g_assert_true (parlance_token_store_has (path, NICK));
  g_assert_true (parlance_token_store_set (path, SERVER, NICK, NULL, NULL, NULL));
  assert_finds (path, "sha256:1", NULL);
  return 0;
}
