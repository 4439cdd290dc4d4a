/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What `parlance doctor` has found out, and how it is shown. Pure: appends to a string.
 */
#pragma once

#include "client-cli/diagnosis.h"
#include "client-cli/render.h"
#include "protocol/client/browser.h"

/* An address that was connected to. */
typedef struct
{
  char *address;          /* as parlance_address_to_string() writes it */
  ParlanceServer *server; /* (nullable): whose it is; %NULL: of the one that was named */
  DiagnosisTcp tcp;
  gint64 took_us; /* until it connected */
} DoctorAttempt;

typedef struct
{
  guint16 discovery_port;
  GPtrArray *interfaces; /* of ParlanceInterface */
  GArray *probes;        /* of ParlanceProbe */
  GPtrArray *attempts;   /* of DoctorAttempt, those of one server together */
  const char *named;     /* (nullable): as it was named */
  gboolean named_answers_udp;
  GPtrArray *findings; /* of DiagnosisFinding */
} DoctorReport;

/** doctor_report_append: for people */
void doctor_report_append (GString *out, const RenderStyle *style, const DoctorReport *report);

/** doctor_report_append_json: one object, without LF */
void doctor_report_append_json (GString *json, const DoctorReport *report);
