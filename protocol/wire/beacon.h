/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The datagrams of discovery, as JSON: the query a client sends to everybody, and the answer of a
 * server. Pure. Whatever breaks a rule of the protocol is not read: the receiver drops it in
 * silence. Source: docs/protocol.md, section 8.
 */
#pragma once

#include <glib.h>

#define PARLANCE_BEACON_MIN_QUERY 512  /* [bytes] no answer is longer: nobody is amplified */
#define PARLANCE_BEACON_MAX_ANSWER 512 /* [bytes] */
#define PARLANCE_BEACON_MIN_NONCE 16   /* [hexadecimal digits] */
#define PARLANCE_BEACON_MAX_NONCE 32
#define PARLANCE_BEACON_ID_LENGTH 36 /* [bytes] of a UUID as text */
#define PARLANCE_BEACON_GROUP_IPV4 "239.255.95.2"
#define PARLANCE_BEACON_GROUP_IPV6 "ff12::9502" /* on each link its own */

typedef char ParlanceNonce[PARLANCE_BEACON_MAX_NONCE + 1];

typedef enum
{
  PARLANCE_TLS_OFF,
  PARLANCE_TLS_OPTIONAL,
  PARLANCE_TLS_REQUIRED,
} ParlanceTlsMode;

/* What a server tells of itself. Of strangers all of it is only text: it may hold control and
 * bidirectional characters, but no NUL. */
typedef struct
{
  char id[PARLANCE_BEACON_ID_LENGTH + 1];       /* UUID */
  char name[PARLANCE_BEACON_MAX_ANSWER];        /* UTF-8 */
  char version[PARLANCE_BEACON_MAX_ANSWER];     /* UTF-8 */
  char fingerprint[PARLANCE_BEACON_MAX_ANSWER]; /* "" or "sha256:" and hexadecimal digits */
  ParlanceTlsMode tls;
  guint16 port; /* TCP; never 0 */
  guint32 n_users;
  guint32 n_dictionaries;
} ParlanceBeacon;

/** parlance_tls_mode_name: Returns: (transfer none): "off", "optional" or "required" */
const char *parlance_tls_mode_name (ParlanceTlsMode mode);

/** parlance_beacon_append_query: @nonce: 16 to 32 hexadecimal digits. Appends exactly 512 bytes. */
void parlance_beacon_append_query (GString *out, const char *nonce);

/**
 * parlance_beacon_parse_query:
 * @bytes: (array length=n_bytes): a whole datagram
 * @ret_nonce: (out): as it came; untouched when there is none
 *
 * Returns: %FALSE when it is no query of this version, or shorter than 512 bytes
 */
gboolean parlance_beacon_parse_query (const char *bytes, gsize n_bytes, ParlanceNonce ret_nonce);

/**
 * parlance_beacon_append_answer:
 * @nonce: of the query
 * @beacon: a version over 32 bytes and a name that has no room are cut between code points
 *
 * Appends at most 512 bytes.
 */
void parlance_beacon_append_answer (GString *out, const char *nonce, const ParlanceBeacon *beacon);

/**
 * parlance_beacon_parse_answer:
 * @bytes: (array length=n_bytes): a whole datagram
 * @ret_nonce: (out): whose query it answers is for the caller to find out
 * @ret_beacon: (out):
 *
 * Returns: %FALSE when it is no answer of this version, or longer than 512 bytes; the results are
 *   then of no use
 */
gboolean parlance_beacon_parse_answer (const char *bytes,
                                       gsize n_bytes,
                                       ParlanceNonce ret_nonce,
                                       ParlanceBeacon *ret_beacon);
