/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From what was tried on the network to the likely cause in plain words. Pure: `parlance doctor`
 * gathers the facts, and tests make them up.
 */
#pragma once

#include <glib.h>

typedef enum
{
  DIAGNOSIS_TCP_UNTRIED,
  DIAGNOSIS_TCP_CONNECTS,
  DIAGNOSIS_TCP_REFUSED,  /* the machine is there, and nobody listens */
  DIAGNOSIS_TCP_SILENT,   /* no answer at all */
  DIAGNOSIS_TCP_NO_ROUTE, /* nobody has the address, or no way leads there */
  DIAGNOSIS_TCP_FAILED,   /* otherwise */
} DiagnosisTcp;

/* A server that has no address which could be connected to. */
typedef struct
{
  const char *name; /* (nullable): there is none */
  guint port;
  DiagnosisTcp tcp;
} DiagnosisUnreachable;

/* A server that ought to be found: it was named, or was used last. */
typedef struct
{
  const char *text;    /* (nullable): there is none; as it was named */
  gboolean is_known;   /* its address is */
  gboolean is_on_link; /* no router stands between */
  gboolean answers_udp;
  guint port; /* TCP */
  DiagnosisTcp tcp;
} DiagnosisNamed;

typedef struct
{
  guint discovery_port;
  guint n_networks;       /* interfaces that are up, besides loopback */
  guint n_wireless;       /* of them */
  gboolean not_permitted; /* this machine would not send */
  guint n_servers;        /* that answered to whatever */
  guint n_by_broadcast;   /* answers to broadcast and multicast, on loopback too */
  DiagnosisUnreachable unreachable;
  gboolean udp_is_held;      /* somebody on this machine has the discovery port */
  gboolean loopback_answers; /* to discovery */
  DiagnosisTcp loopback_tcp;
  DiagnosisNamed named;
} DiagnosisFacts;

typedef struct
{
  const char *cause; /* a symbol for programs: "firewall" */
  char *text;        /* a sentence */
  char **advice;     /* what to try, sentences; NULL-terminated */
} DiagnosisFinding;

/**
 * diagnosis_make:
 *
 * Returns: (transfer full) (element-type DiagnosisFinding): at least one, the likeliest first
 */
GPtrArray *diagnosis_make (const DiagnosisFacts *facts);

/** diagnosis_is_well: whether servers can be found and reached */
gboolean diagnosis_is_well (const GPtrArray *findings);

/** diagnosis_tcp_symbol: "connects", "refused", … */
const char *diagnosis_tcp_symbol (DiagnosisTcp tcp);
