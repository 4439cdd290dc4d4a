/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The server's own key and certificate are one file, so that they are always of each other.
 */
#include "server/certificate.h"

#include "server/net/transport-tls-identity.h"

#include <errno.h>
#include <sys/stat.h>

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
    g_prefix_error (error,
                    "the server's own identity cannot be used; put a copy back, or remove it: "
                    "then the next start makes another one, which every client will have "
                    "to accept: ");
  return context;
}

static TlsContext *
load_named (const Config *config, GError **error)
{
  const char *key = config->tls_key != NULL ? config->tls_key : config->tls_certificate;

  return tls_context_new (config->tls_certificate, key, error);
}

static gboolean
fail_to_look (const char *path, GError **error)
{
  int code = errno;

  g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (code),
               "cannot tell whether the server has an identity already: %s: %s", path,
               g_strerror (code));
  return FALSE;
}

/* Only where there is no such file, one may be made. The disk's errors, and a link to what is not
 * mounted, do not say that there is none. */
static gboolean
find_own (const char *path, gboolean *ret_is_there, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  struct stat status;

  *ret_is_there = FALSE;
  if (lstat (folder, &status) != 0)
    return errno == ENOENT || fail_to_look (folder, error);
  if (stat (folder, &status) != 0)
    return fail_to_look (folder, error);
  *ret_is_there = lstat (path, &status) == 0;
  return *ret_is_there || errno == ENOENT || fail_to_look (path, error);
}

gboolean
certificate_make (const Config *config, const char *id, GError **error)
{
  g_autofree char *path = own_path (config);
  gboolean is_there;

  if (config->tls_certificate != NULL)
    return TRUE;
  return find_own (path, &is_there, error) && (is_there || tls_identity_make (path, id, error));
}

TlsContext *
certificate_load (const Config *config, GError **error)
{
  g_autofree char *path = own_path (config);

  return config->tls_certificate != NULL ? load_named (config, error) : load_own (path, error);
}

gboolean
certificate_check (const Config *config, GError **error)
{
  g_autofree char *path = own_path (config);
  gboolean is_there = TRUE;

  if (config->tls == CONNECTION_TLS_OFF)
    return TRUE;
  if (config->tls_certificate == NULL && !find_own (path, &is_there, error))
    return FALSE;
  if (!is_there)
    return TRUE;
  TlsContext *context = certificate_load (config, error);
  tls_context_unref (context);
  return context != NULL;
}
