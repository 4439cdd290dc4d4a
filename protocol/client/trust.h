/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceTrust: what a server has to show before it is spoken to. It is filled in with what is
 * known of the server, given to a session, a link or a chat, and asked by them for each connection.
 * The first certificate that a server shows is remembered (protocol/client/known-servers.h);
 * another one, or none at all, ends the connection before anything is said. Thread: one.
 */
#pragma once

#include <glib.h>

#include "protocol/wire/beacon.h"

/* What to do about servers that nothing is known of. */
typedef enum
{
  PARLANCE_TLS_USE_AUTO,    /* TLS where the server speaks it */
  PARLANCE_TLS_USE_REQUIRE, /* … and no other server */
  PARLANCE_TLS_USE_OFF,     /* plain text, and nothing is remembered: for looking at what is sent */
} ParlanceTlsUse;

#define PARLANCE_TRUST_ERROR (parlance_trust_error_quark ())
GQuark parlance_trust_error_quark (void);

typedef enum
{
  PARLANCE_TRUST_ERROR_CHANGED, /* the certificate is not the one that the server is known by */
  PARLANCE_TRUST_ERROR_PLAIN,   /* it speaks plain text, although it did encrypt, or has to */
  PARLANCE_TRUST_ERROR_NO_TLS,  /* this machine cannot: GIO finds no TLS library */
  PARLANCE_TRUST_ERROR_MEMORY,  /* what is known of servers cannot be read */
  PARLANCE_TRUST_ERROR_SECRET,  /* it asks for a password, which plain text would give away */
} ParlanceTrustError;

typedef struct _ParlanceTrust ParlanceTrust;

ParlanceTrust *parlance_trust_new (ParlanceTlsUse use);
ParlanceTrust *parlance_trust_ref (ParlanceTrust *self);
/** parlance_trust_unref: @self: (nullable) */
void parlance_trust_unref (ParlanceTrust *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceTrust, parlance_trust_unref)

/** parlance_trust_assign: @member: holds a reference to @trust from now on */
void parlance_trust_assign (ParlanceTrust **member, ParlanceTrust *trust);

/** parlance_trust_set_path: @path: (nullable): of known_servers; %NULL: the usual one */
void parlance_trust_set_path (ParlanceTrust *self, const char *path);

/** parlance_trust_set_id: @id: (nullable): which server it is, as an earlier use of it says */
void parlance_trust_set_id (ParlanceTrust *self, const char *id);

/**
 * parlance_trust_set_announced:
 * @id: its UUID
 * @fingerprint: "" or "sha256:…"
 *
 * What the server says of itself when it is discovered.
 */
void parlance_trust_set_announced (ParlanceTrust *self,
                                   const char *id,
                                   ParlanceTlsMode mode,
                                   const char *fingerprint);

/**
 * parlance_trust_set_address:
 * @address: (nullable): as parlance_address_parse() reads it
 *
 * Where a person says that the server is. What answers there is expected to be the same server the
 * next time, but on this machine's loopback addresses, where no network lies between.
 */
void parlance_trust_set_address (ParlanceTrust *self, const char *address);

/**
 * parlance_trust_get_address:
 *
 * Returns: (transfer none) (nullable): "host:port", unless it is one of this machine's own
 */
const char *parlance_trust_get_address (const ParlanceTrust *self);

/**
 * parlance_trust_get_fingerprint:
 *
 * Returns: (transfer none) (nullable): of the certificate that was shown last; %NULL: plain text
 */
const char *parlance_trust_get_fingerprint (const ParlanceTrust *self);

/**
 * parlance_trust_get_known:
 *
 * Returns: (transfer none) (nullable): the fingerprint that the server was known by when it was
 *   refused last, or accepted in spite of it; %NULL: none
 */
const char *parlance_trust_get_known (const ParlanceTrust *self);

/**
 * parlance_trust_accept:
 *
 * A person decided so: the server is known by what it showed last, whatever is announced.
 *
 * Returns: FALSE: it is for the connections to come, and could not be written down
 */
gboolean parlance_trust_accept (ParlanceTrust *self, GError **error);

/** parlance_trust_set_accepting: whatever is shown is accepted and remembered */
void parlance_trust_set_accepting (ParlanceTrust *self, gboolean is_accepting);

/**
 * parlance_trust_check_told:
 * @id: (nullable): that the server on the connection has said in its hello
 * @error: %PARLANCE_TRUST_ERROR
 *
 * Whether to go on. Where nobody has said which server is meant, it has to be the one that is known
 * by that id; when none is, it is from now on, by what the connection has shown.
 */
gboolean parlance_trust_check_told (ParlanceTrust *self, const char *id, GError **error);

/* For protocol/client/secure-connector.c. */

typedef enum
{
  PARLANCE_TRUST_PLAN_PLAIN,
  PARLANCE_TRUST_PLAN_TLS,
  PARLANCE_TRUST_PLAN_TLS_OR_PLAIN,
} ParlanceTrustPlan;

/**
 * parlance_trust_plan:
 * @error: %PARLANCE_TRUST_ERROR_MEMORY
 *
 * How to connect.
 *
 * Returns: FALSE: not at all
 */
gboolean parlance_trust_plan (ParlanceTrust *self, ParlanceTrustPlan *ret_plan, GError **error);

/**
 * parlance_trust_check:
 * @fingerprint: (nullable): what the server has shown; %NULL: plain text
 * @certificate_id: (nullable): the UUID that the certificate is issued for
 * @error: %PARLANCE_TRUST_ERROR
 *
 * Whether to go on. The first time what was shown is remembered.
 */
gboolean parlance_trust_check (ParlanceTrust *self,
                               const char *fingerprint,
                               const char *certificate_id,
                               GError **error);

/** parlance_trust_refuse_plain: Returns: FALSE, with %PARLANCE_TRUST_ERROR_PLAIN: it was found to
 * speak plain text, and is not to */
gboolean parlance_trust_refuse_plain (ParlanceTrust *self, GError **error);
