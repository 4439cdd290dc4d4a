/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Both directions of the datagrams of discovery. Lengths are settled before anything is decoded: a
 * string that stands in 512 bytes fits a buffer of 512 bytes, its NUL in place of a quote.
 */
#include "protocol/wire/beacon.h"

#include "protocol/wire/json-reader.h"
#include "protocol/wire/json-writer.h"
#include "protocol/wire/limits.h"

#include <string.h>

#define MAX_VERSION 32 /* [bytes] that a server tells of its own */
#define SHA256_PREFIX "sha256:"
#define MAX_FINGERPRINT (sizeof SHA256_PREFIX - 1 + 95) /* 32 bytes in hexadecimal, with colons */

static const char *const tls_names[] = {
  [PARLANCE_TLS_OFF] = "off",
  [PARLANCE_TLS_OPTIONAL] = "optional",
  [PARLANCE_TLS_REQUIRED] = "required",
};

const char *
parlance_tls_mode_name (ParlanceTlsMode mode)
{
  return tls_names[mode];
}

/* --- queries ---------------------------------------------------------------------------------- */

static gboolean
is_nonce (const char *text, gsize n_bytes)
{
  if (n_bytes < PARLANCE_BEACON_MIN_NONCE || n_bytes > PARLANCE_BEACON_MAX_NONCE)
    return FALSE;
  for (gsize i = 0; i < n_bytes; i++)
    {
      if (!g_ascii_isxdigit (text[i]))
        return FALSE;
    }
  return TRUE;
}

void
parlance_beacon_append_query (GString *out, const char *nonce)
{
  static const char tail[] = "\"}";
  gsize start = out->len;

  g_return_if_fail (is_nonce (nonce, strlen (nonce)));

  g_string_append_printf (out, "{\"parlance\":%d,\"query\":\"%s\",\"pad\":\"",
                          PARLANCE_PROTOCOL_VERSION, nonce);
  while (out->len - start < PARLANCE_BEACON_MIN_QUERY - (sizeof tail - 1))
    g_string_append_c (out, '.');
  g_string_append (out, tail);
}

static gboolean
is_this_version (const ParlanceJsonValue *value)
{
  gint64 version;

  return value->text != NULL && parlance_json_get_int64 (value, &version) &&
         version == PARLANCE_PROTOCOL_VERSION;
}

/* Reads a string of at most @size - 1 bytes without NUL. */
static gboolean
read_text (const ParlanceJsonValue *value, char *out, gsize size)
{
  if (value->text == NULL || value->type != PARLANCE_JSON_STRING)
    return FALSE;

  gsize n_bytes = parlance_json_string_n_decoded (value);
  if (n_bytes >= size)
    return FALSE;
  parlance_json_string_decode (value, out);
  out[n_bytes] = '\0';
  return memchr (out, '\0', n_bytes) == NULL;
}

static gboolean
read_nonce (const ParlanceJsonValue *value, ParlanceNonce ret_nonce)
{
  ParlanceNonce nonce;

  if (!read_text (value, nonce, sizeof nonce) || !is_nonce (nonce, strlen (nonce)))
    return FALSE;
  memcpy (ret_nonce, nonce, sizeof nonce);
  return TRUE;
}

gboolean
parlance_beacon_parse_query (const char *bytes, gsize n_bytes, ParlanceNonce ret_nonce)
{
  static const ParlanceJsonName names[] = { PARLANCE_JSON_NAME ("parlance"),
                                            PARLANCE_JSON_NAME ("query") };
  ParlanceJsonValue values[G_N_ELEMENTS (names)];
  ParlanceJsonValue root;

  return n_bytes >= PARLANCE_BEACON_MIN_QUERY &&
         parlance_json_parse_members (bytes, n_bytes, PARLANCE_MAX_DEPTH, names,
                                      G_N_ELEMENTS (names), &root, values) &&
         is_this_version (&values[0]) && read_nonce (&values[1], ret_nonce);
}

/* --- answers ---------------------------------------------------------------------------------- */

/* Appends as much of @text as escapes to at most @room bytes, cut between code points. */
static void
append_cut (GString *out, const char *text, gsize room)
{
  gsize start = out->len;

  while (*text != '\0')
    {
      gsize before = out->len;
      gsize n_bytes = (gsize)g_utf8_skip[(guchar)*text];

      parlance_json_append_escaped (out, text, n_bytes);
      if (out->len - start > room)
        {
          g_string_truncate (out, before);
          return;
        }
      text += n_bytes;
    }
}

void
parlance_beacon_append_answer (GString *out, const char *nonce, const ParlanceBeacon *beacon)
{
  g_autoptr (GString) tail = g_string_sized_new (PARLANCE_BEACON_MAX_ANSWER);
  gsize start = out->len;

  g_return_if_fail (is_nonce (nonce, strlen (nonce)));
  g_return_if_fail (strlen (beacon->fingerprint) <= MAX_FINGERPRINT);

  g_string_append_printf (tail,
                          "\",\"port\":%u,\"tls\":\"%s\",\"fingerprint\":\"%s\",\"version\":\"",
                          beacon->port, parlance_tls_mode_name (beacon->tls), beacon->fingerprint);
  append_cut (tail, beacon->version, MAX_VERSION);
  g_string_append_printf (tail, "\",\"users\":%u,\"dictionaries\":%u}}", beacon->n_users,
                          beacon->n_dictionaries);

  g_string_append_printf (out,
                          "{\"parlance\":%d,\"nonce\":\"%s\",\"server\":{\"id\":\"%s\",\"name\":\"",
                          PARLANCE_PROTOCOL_VERSION, nonce, beacon->id);
  append_cut (out, beacon->name, PARLANCE_BEACON_MAX_ANSWER - (out->len - start) - tail->len);
  parlance_append (out, tail->str, tail->len);
}

static gboolean
read_tls (const ParlanceJsonValue *value, ParlanceTlsMode *ret_mode)
{
  if (value->text == NULL || value->type != PARLANCE_JSON_STRING)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (tls_names); i++)
    {
      if (parlance_json_string_equals (value, tls_names[i]))
        {
          *ret_mode = (ParlanceTlsMode)i;
          return TRUE;
        }
    }
  return FALSE;
}

static gboolean
read_number (const ParlanceJsonValue *value, gint64 least, gint64 most, gint64 *ret_number)
{
  return value->text != NULL && parlance_json_get_int64 (value, ret_number) &&
         *ret_number >= least && *ret_number <= most;
}

static gboolean
is_fingerprint (const char *text)
{
  if (*text == '\0')
    return TRUE;
  if (!g_str_has_prefix (text, SHA256_PREFIX) || strlen (text) > MAX_FINGERPRINT)
    return FALSE;
  text += sizeof SHA256_PREFIX - 1;
  return *text != '\0' && text[strspn (text, "0123456789abcdefABCDEF:")] == '\0';
}

enum
{
  SERVER_ID,
  SERVER_NAME,
  SERVER_PORT,
  SERVER_TLS,
  SERVER_FINGERPRINT,
  SERVER_VERSION,
  SERVER_USERS,
  SERVER_DICTIONARIES,
  SERVER_N_MEMBERS
};

static gboolean
read_server (const ParlanceJsonValue *server, ParlanceBeacon *beacon)
{
  static const ParlanceJsonName names[SERVER_N_MEMBERS] = {
    [SERVER_ID] = PARLANCE_JSON_NAME ("id"),
    [SERVER_NAME] = PARLANCE_JSON_NAME ("name"),
    [SERVER_PORT] = PARLANCE_JSON_NAME ("port"),
    [SERVER_TLS] = PARLANCE_JSON_NAME ("tls"),
    [SERVER_FINGERPRINT] = PARLANCE_JSON_NAME ("fingerprint"),
    [SERVER_VERSION] = PARLANCE_JSON_NAME ("version"),
    [SERVER_USERS] = PARLANCE_JSON_NAME ("users"),
    [SERVER_DICTIONARIES] = PARLANCE_JSON_NAME ("dictionaries"),
  };
  ParlanceJsonValue values[SERVER_N_MEMBERS];
  ParlanceJsonValue root;
  gint64 port;
  gint64 n_users;
  gint64 n_dictionaries;

  if (server->text == NULL || server->type != PARLANCE_JSON_OBJECT ||
      !parlance_json_parse_members (server->text, server->n_bytes, PARLANCE_MAX_DEPTH, names,
                                    SERVER_N_MEMBERS, &root, values) ||
      !read_text (&values[SERVER_ID], beacon->id, sizeof beacon->id) ||
      !g_uuid_string_is_valid (beacon->id) ||
      !read_text (&values[SERVER_NAME], beacon->name, sizeof beacon->name) ||
      !read_text (&values[SERVER_VERSION], beacon->version, sizeof beacon->version) ||
      !read_text (&values[SERVER_FINGERPRINT], beacon->fingerprint, sizeof beacon->fingerprint) ||
      !is_fingerprint (beacon->fingerprint) || !read_tls (&values[SERVER_TLS], &beacon->tls) ||
      !read_number (&values[SERVER_PORT], 1, G_MAXUINT16, &port) ||
      !read_number (&values[SERVER_USERS], 0, G_MAXUINT32, &n_users) ||
      !read_number (&values[SERVER_DICTIONARIES], 0, G_MAXUINT32, &n_dictionaries))
    return FALSE;
  beacon->port = (guint16)port;
  beacon->n_users = (guint32)n_users;
  beacon->n_dictionaries = (guint32)n_dictionaries;
  return TRUE;
}

gboolean
parlance_beacon_parse_answer (const char *bytes,
                              gsize n_bytes,
                              ParlanceNonce ret_nonce,
                              ParlanceBeacon *ret_beacon)
{
  static const ParlanceJsonName names[] = { PARLANCE_JSON_NAME ("parlance"),
                                            PARLANCE_JSON_NAME ("nonce"),
                                            PARLANCE_JSON_NAME ("server") };
  ParlanceJsonValue values[G_N_ELEMENTS (names)];
  ParlanceJsonValue root;

  return n_bytes <= PARLANCE_BEACON_MAX_ANSWER &&
         parlance_json_parse_members (bytes, n_bytes, PARLANCE_MAX_DEPTH, names,
                                      G_N_ELEMENTS (names), &root, values) &&
         is_this_version (&values[0]) && read_nonce (&values[1], ret_nonce) &&
         read_server (&values[2], ret_beacon);
}
