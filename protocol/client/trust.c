/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A server goes by the id that discovery or an earlier use gives, and by the address that somebody
 * typed. Those of them that are known have to agree with what is shown; the others are remembered
 * with it. So neither a stranger at a known address nor a stranger with a known id is taken for the
 * server.
 *
 * The id in a certificate is a third name, but anybody can write any id there: it counts only where
 * no other name says who is meant, and a person who accepts a server somewhere does not mean
 * another one by it.
 *
 * What one connection has shown, the next ones have to show, whatever is known: otherwise whoever
 * interrupts a connection would have the next one without encryption.
 *
 * The file is read for each connection: another program may have written it.
 */
#include "protocol/client/trust.h"

#include <string.h>

#include "protocol/client/address.h"
#include "protocol/client/known-servers.h"

#define MAX_NAMES 2

struct _ParlanceTrust
{
  guint n_refs;
  ParlanceTlsUse use;
  char *path; /* (nullable) */
  char *id;   /* (nullable) */
  gboolean is_announced;
  ParlanceTlsMode mode; /* when it is */
  char *announced;      /* (nullable): fingerprint */
  char *address;        /* (nullable) */
  gboolean is_accepting;

  char *pinned;         /* (nullable): fingerprint of an earlier connection */
  char *shown;          /* (nullable): fingerprint */
  char *certificate_id; /* (nullable) */
  char *known;          /* (nullable): fingerprint */
  char *told;           /* (nullable): the id in a hello that was refused for it */
  gboolean is_accepted; /* what was shown last */
};

typedef struct
{
  ParlanceKnownBy by;
  const char *text;
  gboolean is_claimed; /* by the certificate */
} Name;

G_DEFINE_QUARK (parlance_trust_error, parlance_trust_error)

ParlanceTrust *
parlance_trust_new (ParlanceTlsUse use)
{
  ParlanceTrust *self = g_new0 (ParlanceTrust, 1);

  self->n_refs = 1;
  self->use = use;
  return self;
}

ParlanceTrust *
parlance_trust_ref (ParlanceTrust *self)
{
  self->n_refs++;
  return self;
}

void
parlance_trust_unref (ParlanceTrust *self)
{
  if (self == NULL || --self->n_refs > 0)
    return;
  g_free (self->path);
  g_free (self->id);
  g_free (self->announced);
  g_free (self->address);
  g_free (self->pinned);
  g_free (self->shown);
  g_free (self->certificate_id);
  g_free (self->known);
  g_free (self->told);
  g_free (self);
}

void
parlance_trust_assign (ParlanceTrust **member, ParlanceTrust *trust)
{
  ParlanceTrust *before = *member;

  *member = parlance_trust_ref (trust);
  parlance_trust_unref (before);
}

static void
replace (char **member, const char *text)
{
  char *copy = g_strdup (text);

  g_free (*member);
  *member = copy;
}

void
parlance_trust_set_path (ParlanceTrust *self, const char *path)
{
  replace (&self->path, path);
}

void
parlance_trust_set_id (ParlanceTrust *self, const char *id)
{
  if (g_strcmp0 (self->id, id) != 0)
    g_clear_pointer (&self->pinned, g_free);
  replace (&self->id, id);
  self->is_announced = FALSE;
  g_clear_pointer (&self->announced, g_free);
}

void
parlance_trust_set_announced (ParlanceTrust *self,
                              const char *id,
                              ParlanceTlsMode mode,
                              const char *fingerprint)
{
  parlance_trust_set_id (self, id);
  self->is_announced = TRUE;
  self->mode = mode;
  self->announced = parlance_fingerprint_normalize (fingerprint);
}

static gboolean
is_loopback (const char *address)
{
  g_autoptr (GInetSocketAddress) numeric = parlance_address_parse_numeric (address);

  if (numeric != NULL)
    return g_inet_address_get_is_loopback (g_inet_socket_address_get_address (numeric));
  return g_ascii_strcasecmp (address, "localhost") == 0 ||
         g_ascii_strncasecmp (address, "localhost:", strlen ("localhost:")) == 0;
}

void
parlance_trust_set_address (ParlanceTrust *self, const char *address)
{
  g_autoptr (GSocketConnectable) connectable = NULL;

  g_clear_pointer (&self->address, g_free);
  g_clear_pointer (&self->pinned, g_free);
  if (address == NULL || is_loopback (address))
    return;
  connectable = parlance_address_parse (address, NULL);
  if (connectable != NULL)
    self->address = g_socket_connectable_to_string (connectable);
}

const char *
parlance_trust_get_address (const ParlanceTrust *self)
{
  return self->address;
}

const char *
parlance_trust_get_fingerprint (const ParlanceTrust *self)
{
  return self->shown;
}

const char *
parlance_trust_get_known (const ParlanceTrust *self)
{
  return self->known;
}

void
parlance_trust_set_accepting (ParlanceTrust *self, gboolean is_accepting)
{
  self->is_accepting = is_accepting;
}

static gboolean
is_plain (const char *known)
{
  return known == NULL || strcmp (known, PARLANCE_KNOWN_PLAIN) == 0;
}

/* Returns: how many */
static guint
list_names (const ParlanceTrust *self, const ParlanceKnownServers *servers, Name names[MAX_NAMES])
{
  guint n_names = 0;
  gboolean is_certain = self->id != NULL;

  if (self->id != NULL)
    names[n_names++] = (Name){ PARLANCE_KNOWN_BY_ID, self->id, FALSE };
  if (self->address != NULL)
    {
      is_certain |= !is_plain (
          parlance_known_servers_find (servers, PARLANCE_KNOWN_BY_ADDRESS, self->address));
      names[n_names++] = (Name){ PARLANCE_KNOWN_BY_ADDRESS, self->address, FALSE };
    }
  if (self->certificate_id != NULL && !is_certain)
    names[n_names++] = (Name){ PARLANCE_KNOWN_BY_ID, self->certificate_id, TRUE };
  return n_names;
}

/* Returns: (transfer full) (nullable) */
static ParlanceKnownServers *
load (const ParlanceTrust *self, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  ParlanceKnownServers *servers = parlance_known_servers_load (self->path, &local_error);

  if (servers == NULL)
    g_set_error (error, PARLANCE_TRUST_ERROR, PARLANCE_TRUST_ERROR_MEMORY,
                 "it is not known whether this is the right server: %s", local_error->message);
  return servers;
}

/* --- before the connection -------------------------------------------------------------------- */

/* Returns: (transfer full) (nullable): the fingerprint that it is known by */
static char *
dup_known (const ParlanceTrust *self, const ParlanceKnownServers *servers)
{
  Name names[MAX_NAMES];
  guint n_names = list_names (self, servers, names);

  if (self->pinned != NULL)
    return g_strdup (self->pinned);
  for (guint i = 0; i < n_names; i++)
    {
      const char *known = parlance_known_servers_find (servers, names[i].by, names[i].text);

      if (!is_plain (known))
        return g_strdup (known);
    }
  return NULL;
}

gboolean
parlance_trust_plan (ParlanceTrust *self, ParlanceTrustPlan *ret_plan, GError **error)
{
  g_autoptr (ParlanceKnownServers) servers = NULL;

  g_clear_pointer (&self->shown, g_free);
  g_clear_pointer (&self->certificate_id, g_free);
  g_clear_pointer (&self->known, g_free);
  g_clear_pointer (&self->told, g_free);
  if (self->use == PARLANCE_TLS_USE_OFF)
    {
      *ret_plan = PARLANCE_TRUST_PLAN_PLAIN;
      return TRUE;
    }
  servers = load (self, error);
  if (servers == NULL)
    return FALSE;

  g_autofree char *known = dup_known (self, servers);
  /* Anybody can announce that a server does not encrypt: that is found out by trying. */
  gboolean may_be_plain = known == NULL && (!self->is_announced || self->mode == PARLANCE_TLS_OFF);
  if (self->use == PARLANCE_TLS_USE_REQUIRE || !(may_be_plain || self->is_accepting))
    *ret_plan = PARLANCE_TRUST_PLAN_TLS;
  else
    *ret_plan = PARLANCE_TRUST_PLAN_TLS_OR_PLAIN;
  return TRUE;
}

/* --- after the handshake ---------------------------------------------------------------------- */

gboolean
parlance_trust_refuse_plain (ParlanceTrust *self, GError **error)
{
  g_autoptr (ParlanceKnownServers) servers = NULL;

  if (self->known == NULL)
    servers = parlance_known_servers_load (self->path, NULL);
  if (servers != NULL)
    self->known = dup_known (self, servers);
  g_set_error_literal (error, PARLANCE_TRUST_ERROR, PARLANCE_TRUST_ERROR_PLAIN,
                       "the server does not encrypt, although it is known, or has, to: somebody "
                       "may want to listen in");
  return FALSE;
}

static gboolean
refuse_changed (const ParlanceTrust *self, GError **error)
{
  g_set_error (error, PARLANCE_TRUST_ERROR, PARLANCE_TRUST_ERROR_CHANGED,
               "the server shows another certificate than the one it is known by: somebody may "
               "want to listen in, or it was set up anew (known: %s, shown: %s)",
               self->known, self->shown);
  return FALSE;
}

/* Whether what is known agrees with what was shown; @known is filled in where it does not. */
static gboolean
agrees (ParlanceTrust *self, const ParlanceKnownServers *servers, gboolean *ret_is_new)
{
  Name names[MAX_NAMES];
  guint n_names = list_names (self, servers, names);
  gboolean is_known = self->pinned != NULL;

  *ret_is_new = FALSE;
  if (is_known && g_strcmp0 (self->pinned, self->shown) != 0)
    {
      replace (&self->known, self->pinned);
      return FALSE;
    }
  for (guint i = 0; i < n_names; i++)
    {
      const char *known = parlance_known_servers_find (servers, names[i].by, names[i].text);

      if (is_plain (known))
        {
          *ret_is_new |= known == NULL || self->shown != NULL;
          continue;
        }
      is_known = TRUE;
      if (g_strcmp0 (known, self->shown) == 0)
        continue;
      replace (&self->known, known);
      return FALSE;
    }
  if (is_known || self->announced == NULL || self->shown == NULL ||
      strcmp (self->announced, self->shown) == 0)
    return TRUE;
  replace (&self->known, self->announced);
  return FALSE;
}

/* @is_meant: a person said so. Otherwise nothing is overwritten that another program has found out
 * meanwhile. */
static gboolean
remember (const ParlanceTrust *self, gboolean is_meant, GError **error)
{
  g_autoptr (ParlanceKnownServers) servers =
      parlance_known_servers_load_to_change (self->path, error);
  Name names[MAX_NAMES];
  guint n_names;

  if (servers == NULL)
    return FALSE;
  n_names = list_names (self, servers, names);
  for (guint i = 0; i < n_names; i++)
    {
      const char *known = parlance_known_servers_find (servers, names[i].by, names[i].text);

      if (!is_plain (known) && (!is_meant || (names[i].is_claimed && n_names > 1)))
        continue;
      (void)parlance_known_servers_accept (servers, names[i].by, names[i].text, self->shown);
    }
  return n_names == 0 || parlance_known_servers_save (servers, error);
}

gboolean
parlance_trust_check (ParlanceTrust *self,
                      const char *fingerprint,
                      const char *certificate_id,
                      GError **error)
{
  g_autoptr (ParlanceKnownServers) servers = NULL;
  g_autoptr (GError) local_error = NULL;
  gboolean is_new;

  self->is_accepted = self->is_accepted && g_strcmp0 (self->pinned, fingerprint) == 0;
  replace (&self->shown, fingerprint);
  replace (&self->certificate_id, certificate_id);
  if (self->use == PARLANCE_TLS_USE_OFF)
    return TRUE;
  if (self->use == PARLANCE_TLS_USE_REQUIRE && fingerprint == NULL)
    return parlance_trust_refuse_plain (self, error);
  servers = load (self, error);
  if (servers == NULL)
    return FALSE;
  if (!agrees (self, servers, &is_new))
    {
      if (!self->is_accepting)
        return fingerprint == NULL ? parlance_trust_refuse_plain (self, error)
                                   : refuse_changed (self, error);
      is_new = TRUE;
    }
  /* What cannot be remembered is new the next time, too. */
  if (is_new && !remember (self, self->is_accepting, &local_error))
    {
      if (self->is_accepting)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      g_info ("the server is not remembered: %s", local_error->message);
    }
  replace (&self->pinned, fingerprint);
  return TRUE;
}

static gboolean
remember_told (const ParlanceTrust *self, const char *id, gboolean is_meant, GError **error)
{
  g_autoptr (ParlanceKnownServers) servers =
      parlance_known_servers_load_to_change (self->path, error);

  if (servers == NULL)
    return FALSE;
  if (!is_meant && !is_plain (parlance_known_servers_find (servers, PARLANCE_KNOWN_BY_ID, id)))
    return TRUE;
  return !parlance_known_servers_accept (servers, PARLANCE_KNOWN_BY_ID, id, self->shown) ||
         parlance_known_servers_save (servers, error);
}

/* @known: (nullable): by the id */
static gboolean
check_told (ParlanceTrust *self, const char *id, const char *known, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (is_plain (known))
    {
      /* What cannot be remembered is told anew the next time. */
      if (self->shown != NULL && !remember_told (self, id, FALSE, &local_error))
        g_info ("the server is not remembered: %s", local_error->message);
      return TRUE;
    }
  if (self->is_accepted || g_strcmp0 (known, self->shown) == 0)
    return TRUE;
  replace (&self->known, known);
  if (self->is_accepting)
    return remember_told (self, id, TRUE, error);
  replace (&self->told, id);
  return self->shown == NULL ? parlance_trust_refuse_plain (self, error)
                             : refuse_changed (self, error);
}

gboolean
parlance_trust_check_told (ParlanceTrust *self, const char *id, GError **error)
{
  g_autoptr (ParlanceKnownServers) servers = NULL;

  if (self->use == PARLANCE_TLS_USE_OFF || self->id != NULL || id == NULL ||
      !g_uuid_string_is_valid (id))
    return TRUE;
  servers = load (self, error);
  return servers != NULL &&
         check_told (self, id, parlance_known_servers_find (servers, PARLANCE_KNOWN_BY_ID, id),
                     error);
}

gboolean
parlance_trust_accept (ParlanceTrust *self, GError **error)
{
  self->is_accepted = TRUE;
  replace (&self->pinned, self->shown);
  self->is_announced = FALSE; /* a person knows better than the network */
  g_clear_pointer (&self->announced, g_free);
  return remember (self, TRUE, error) &&
         (self->told == NULL || remember_told (self, self->told, TRUE, error));
}
