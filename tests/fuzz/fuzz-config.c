/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The server's key file. It is taken, with everything within its bounds, or refused with the file,
 * on one line, which a person can read.
 */
#include "server/config.h"
#include "tests/fuzz/fuzz-file.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes);

static void
check_config (const Config *config)
{
  ChatLimits *limits = config_chat_limits (config);

  g_assert_cmpuint (config->n_workers, >=, 1);
  g_assert_cmpuint (config->max_connections, >=, 1);
  g_assert_cmpint (config->discovery_port, >=, -1);
  g_assert_cmpint (config->discovery_port, <=, G_MAXUINT16);
  g_assert_cmpuint (config->listen->len, >=, 1);
  g_assert_true (g_utf8_validate (config->name, -1, NULL));
  g_assert_nonnull (config->data_dir);
  g_assert_true (config->access != CHAT_ACCESS_PASSWORD || config->password_hash != NULL);
  for (guint i = 0; i < config->listen->len; i++)
    {
      g_autofree char *address = address_format (&g_array_index (config->listen, Address, i));
      g_assert_nonnull (address);
    }
  g_assert_cmpuint (g_hash_table_size (limits->operators), ==,
                    g_hash_table_size (config->operators));
  chat_limits_free (limits);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes)
{
  char *path = g_strdup (fuzz_write ("parlanced.conf", data, n_bytes));
  const ConfigOptions options = { .config = path };
  g_autoptr (GError) error = NULL;
  g_autoptr (Config) config = config_new (&options, &error);

  g_assert_true ((config == NULL) == (error != NULL));
  if (config != NULL)
    check_config (config);
  else
    {
      g_assert_nonnull (strstr (error->message, path));
      g_assert_null (strchr (error->message, '\n'));
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
  g_free (path);
  return 0;
}
