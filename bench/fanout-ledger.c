/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A few nanoseconds for each delivery: the rings stay in the cache, and messages that were sent at
 * once and arrive at once are added to the histogram at once.
 */
#include "bench/fanout-ledger.h"

#define ORDER_FACTOR G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)

void
fanout_ledger_init (FanoutLedger *self, const FanoutOptions *options, FanoutReport *report)
{
  guint n_listeners = (guint)options->n_members - (options->dialect == CHAT_IRC ? 1 : 0);

  *self = (FanoutLedger){ .options = options, .report = report };
  self->n_expected = n_listeners + (chat_dialect_acknowledges (options->dialect) ? 1 : 0);
  self->senders = g_new0 (LedgerSender, options->n_senders);
  for (int i = 0; i < options->n_senders; i++)
    self->senders[i].credit = options->ping_pong ? i == 0 : (guint)options->window;
}

void
fanout_ledger_clear (FanoutLedger *self)
{
  g_clear_pointer (&self->senders, g_free);
}

guint32
fanout_ledger_send (FanoutLedger *self, guint sender, guint64 stamp_ns)
{
  LedgerSender *from = &self->senders[sender];
  guint32 number = from->n_sent++;

  from->missing[number % LEDGER_RING] = self->n_expected;
  from->sent_ns[number % LEDGER_RING] = stamp_ns;
  from->n_under_way++;
  self->n_under_way++;
  self->n_sent++;
  return number;
}

static void
one_arrived (FanoutLedger *self, LedgerSender *from, guint32 number)
{
  if (--from->missing[number % LEDGER_RING] > 0)
    return;

  from->n_under_way--;
  self->n_under_way--;
  from->credit += self->options->ping_pong ? 0 : 1;
  self->report->n_messages += self->is_counting;
}

/* Returns: whether it is one that was awaited */
static gboolean
check_delivery (FanoutLedger *self, ChatMember *member, const ChatItem *item)
{
  FanoutReport *report = self->report;

  if (item->sender >= self->options->n_senders || member->wanted == NULL ||
      item->number >= self->senders[item->sender].n_sent)
    {
      report->n_strange++;
      return FALSE;
    }

  guint32 *wanted = &member->wanted[item->sender];
  if (item->number < *wanted)
    {
      report->n_doubled++;
      return FALSE;
    }

  report->n_lost += item->number - *wanted;
  *wanted = item->number + 1;
  member->order = (member->order ^ (((guint64)item->sender << 32) | item->number)) * ORDER_FACTOR;
  return TRUE;
}

static void
use_acknowledgement (FanoutLedger *self, const ChatMember *member, guint32 number, guint64 now_ns)
{
  LedgerSender *from = member->sender < 0 ? NULL : &self->senders[member->sender];

  if (from != NULL && self->options->dialect == CHAT_REDIS)
    number = from->n_acknowledged++;
  if (from == NULL || number >= from->n_sent)
    {
      self->report->n_strange++;
      return;
    }

  if (self->is_counting)
    latency_add (&self->report->acknowledgement, now_ns - from->sent_ns[number % LEDGER_RING], 1);
  one_arrived (self, from, number);
}

void
fanout_ledger_use (
    FanoutLedger *self, ChatMember *member, const ChatItem *items, gsize n_items, guint64 now_ns)
{
  gboolean ping_pong = self->options->ping_pong;
  guint64 same_ns = 0;
  gsize n_same = 0;

  for (gsize i = 0; i < n_items; i++)
    {
      const ChatItem *item = &items[i];

      if (item->is_acknowledgement)
        {
          use_acknowledgement (self, member, item->number, now_ns);
          continue;
        }
      if (!check_delivery (self, member, item))
        continue;

      LedgerSender *from = &self->senders[item->sender];
      guint64 sent_ns = from->sent_ns[item->number % LEDGER_RING];
      gboolean is_for_partner = ping_pong && member->sender != item->sender;

      if (is_for_partner)
        self->senders[1 - item->sender].credit = 1;
      if (sent_ns != same_ns && n_same > 0 && self->is_counting)
        latency_add (&self->report->delivery, now_ns - same_ns, n_same);
      if (sent_ns != same_ns)
        n_same = 0;
      n_same += !ping_pong || is_for_partner;
      same_ns = sent_ns;
      self->report->n_deliveries += self->is_counting;
      one_arrived (self, from, item->number);
    }

  if (self->is_counting && n_same > 0)
    latency_add (&self->report->delivery, now_ns - same_ns, n_same);
}
