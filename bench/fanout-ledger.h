/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the fan-out generator has under way and what has arrived of it: each sender's messages stand
 * in a ring with the number of members who still have to get them, and every delivery is checked
 * for its place. The counts go into a FanoutReport.
 */
#pragma once

#include "bench/chat-member.h"
#include "bench/chat-scan.h"
#include "bench/fanout-run.h"

#include <glib.h>

#define LEDGER_RING (2 * FANOUT_WINDOW_MAX) /* a power of two */

typedef struct
{
  guint32 n_sent;
  guint32 n_acknowledged; /* redis answers in order and without a number */
  guint n_under_way;
  guint credit;                 /* messages that may be sent */
  guint missing[LEDGER_RING];   /* who still has to get it, the sender's answer included */
  guint64 sent_ns[LEDGER_RING]; /* [ns] */
} LedgerSender;

typedef struct
{
  const FanoutOptions *options;
  FanoutReport *report;
  LedgerSender *senders;
  guint n_expected;    /* deliveries and answers for each message */
  guint64 n_sent;      /* by all senders */
  guint64 n_under_way; /* of all senders */
  gboolean is_counting;
} FanoutLedger;

/** fanout_ledger_init: @options and @report are borrowed */
void fanout_ledger_init (FanoutLedger *self, const FanoutOptions *options, FanoutReport *report);
void fanout_ledger_clear (FanoutLedger *self);

/**
 * fanout_ledger_send:
 * @stamp_ns: [ns] from when its latency is counted
 *
 * Returns: the number of the message that is to be sent
 */
guint32 fanout_ledger_send (FanoutLedger *self, guint sender, guint64 stamp_ns);

/** fanout_ledger_use: what @member received at @now_ns */
void fanout_ledger_use (
    FanoutLedger *self, ChatMember *member, const ChatItem *items, gsize n_items, guint64 now_ns);
