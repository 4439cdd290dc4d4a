/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The server's own key and certificate are one file, so that they are always of each other.
 */
#include "server/certificate.h"

#include "server/net/transport-tls-identity.h"

static char *
own_path (const Config *config)
{
  return g_build_filename (config->data_dir, "tls", "identity.pem", NULL);
}

static TlsContext *
load_own (const char *path, GError **error)
{
  TlsContext *context = tls_context_new (path, path, error);

  if (context == NULL)
    g_prefix_error (error, "the server's own identity is damaged; put a copy back, or remove it: "
                           "then the server makes another one, which every client will have to "
                           "accept: ");
  return context;
}

static TlsContext *
load_named (const Config *config, GError **error)
{
  const char *key = config->tls_key != NULL ? config->tls_key : config->tls_certificate;

  return tls_context_new (config->tls_certificate, key, error);
}

TlsContext *
certificate_load (const Config *config, const char *id, GError **error)
{
  g_autofree char *path = own_path (config);

  if (config->tls_certificate != NULL)
    return load_named (config, error);
  if (!g_file_test (path, G_FILE_TEST_EXISTS) && !tls_identity_make (path, id, error))
    return NULL;
  return load_own (path, error);
}

gboolean
certificate_check (const Config *config, GError **error)
{
  g_autofree char *path = own_path (config);
  TlsContext *context = NULL;

  if (config->tls == CONNECTION_TLS_OFF)
    return TRUE;
  if (config->tls_certificate != NULL)
    context = load_named (config, error);
  else if (g_file_test (path, G_FILE_TEST_EXISTS))
    context = load_own (path, error);
  else
    return TRUE;
  tls_context_unref (context);
  return context != NULL;
}
