/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One run of the fan-out generator: senders send, every member's deliveries are checked, and a
 * message is done when all who should have it have it and its sender was answered, where the
 * protocol answers.
 */
#pragma once

#include "bench/chat-dialect.h"
#include "bench/latency.h"
#include "bench/process-usage.h"
#include "bench/socket.h"

#include <glib.h>
#include <sys/resource.h>

#define FANOUT_WINDOW_MAX 1024
#define FANOUT_SENDERS_MAX 64

typedef struct
{
  ChatDialect dialect;
  BenchAddress address;
  const char *room;
  int n_members;
  int n_senders; /* of the members, where a member can send */
  int n_slow;    /* further members, which never read */
  int window;    /* messages of each sender that are not done; without @rate */
  double
      rate; /* [1/s] messages of all senders together, one after the other; 0: as many as can be */
  gboolean ping_pong; /* two members answer each other */
  gboolean with_keys;
  gboolean checked;
  gboolean announces; /* prints {"entered": true} when all are in the room */
  int payload_bytes;
  double warm_up_s; /* [s] */
  double seconds;
  gint64 n_messages_max; /* sends no more than these; 0: as many as it can */
  int server_pid;        /* 0: its usage is not looked at */
} FanoutOptions;

typedef struct
{
  double seconds;
  guint64 n_messages; /* done */
  guint64 n_deliveries;
  guint64 n_reads;
  guint64 n_bytes; /* [bytes] received */
  guint64 n_lost, n_doubled, n_strange, n_wrong;
  guint64 n_unfinished; /* messages that were not done some seconds after the end */
  gboolean same_order;  /* all who only listen got everything in one order */
  LatencyHistogram delivery;
  LatencyHistogram acknowledgement;
  struct rusage own;   /* in the time that counts */
  ProcessUsage server; /* the same */
} FanoutReport;

/**
 * fanout_run:
 *
 * Takes seconds: enters the room, warms up, measures, and waits until everything is done.
 *
 * Returns: whether it ran to its end; when not, it was said on stderr
 */
gboolean fanout_run (const FanoutOptions *options, FanoutReport *ret_report);
