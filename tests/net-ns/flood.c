/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sends queries of discovery from forged addresses at a fixed rate, as frames of Ethernet:
 *   flood INTERFACE MAC ADDRESS PORT RATE SECONDS
 * The forged addresses are of ADDRESS's /16. Says at the end how many went out, and in which time.
 */
#include "protocol/wire/beacon.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH 20
#define PAYLOAD PARLANCE_BEACON_MIN_QUERY

typedef struct
{
  struct ether_header ethernet;
  struct iphdr ip;
  struct udphdr udp;
  char payload[PAYLOAD];
} __attribute__ ((packed)) Frame;

static gint64
now_us (void)
{
  return g_get_monotonic_time ();
}

static guint16
ip_checksum (const Frame *frame)
{
  guint16 words[sizeof frame->ip / 2];
  guint32 sum = 0;

  memcpy (words, (const char *)frame + offsetof (Frame, ip), sizeof words);
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    sum += words[i];
  while (sum >> 16 != 0)
    sum = (sum & 0xFFFF) + (sum >> 16);
  return (guint16)~sum;
}

static gboolean
parse_mac (const char *text, guint8 *ret_mac)
{
  unsigned bytes[ETH_ALEN];
  char end;

  /* NOLINTNEXTLINE(cert-err34-c): hexadecimal digits, two each, cannot overflow */
  if (sscanf (text, "%2x:%2x:%2x:%2x:%2x:%2x%c", &bytes[0], &bytes[1], &bytes[2], &bytes[3],
              &bytes[4], &bytes[5], &end) != ETH_ALEN)
    return FALSE;
  for (guint i = 0; i < ETH_ALEN; i++)
    ret_mac[i] = (guint8)bytes[i];
  return TRUE;
}

static void
frame_init (Frame *frame, const guint8 *mac, struct in_addr to, guint16 port)
{
  g_autoptr (GString) query = g_string_new (NULL);

  *frame = (Frame){ .ethernet = { .ether_type = htons (ETHERTYPE_IP) } };
  memcpy (frame->ethernet.ether_dhost, mac, ETH_ALEN);
  frame->ethernet.ether_shost[0] = 2; /* of nobody's making */
  frame->ip.version = 4;
  frame->ip.ihl = sizeof frame->ip / 4;
  frame->ip.ttl = 64;
  frame->ip.protocol = IPPROTO_UDP;
  frame->ip.tot_len = htons (sizeof *frame - sizeof frame->ethernet);
  frame->ip.daddr = to.s_addr;
  frame->udp.dest = htons (port);
  frame->udp.len = htons (sizeof frame->udp + PAYLOAD); /* and no checksum, which IPv4 allows */
  parlance_beacon_append_query (query, "0123456789abcdef0123456789abcdef");
  memcpy (frame->payload, query->str, PAYLOAD);
}

static void
forge (Frame *frame, struct in_addr to)
{
  guint32 host = g_random_int ();

  frame->ip.saddr = htonl ((ntohl (to.s_addr) & 0xFFFF0000) | (host & 0xFFFF));
  frame->udp.source = htons ((guint16)(1024 + (host >> 16) % 60000));
  frame->ip.check = 0;
  frame->ip.check = ip_checksum (frame);
}

/* Returns: how many went out, or -1 */
static gint64
flood (int fd, Frame *frames, struct in_addr to, guint64 rate, guint64 seconds)
{
  struct iovec pieces[BATCH];
  struct mmsghdr messages[BATCH] = { 0 };
  gint64 start_us = now_us ();
  guint64 n_sent = 0;

  for (guint i = 0; i < BATCH; i++)
    {
      pieces[i] = (struct iovec){ &frames[i], sizeof frames[i] };
      messages[i].msg_hdr.msg_iov = &pieces[i];
      messages[i].msg_hdr.msg_iovlen = 1;
    }
  while (n_sent < rate * seconds)
    {
      gint64 due_us = start_us + (gint64)(n_sent * G_USEC_PER_SEC / rate);
      gint64 early_us = due_us - now_us ();

      if (early_us > 0)
        g_usleep ((gulong)early_us);
      for (guint i = 0; i < BATCH; i++)
        forge (&frames[i], to);
      int n = sendmmsg (fd, messages, BATCH, 0);
      if (n < 0 && errno != ENOBUFS && errno != EAGAIN)
        return -1;
      n_sent += n > 0 ? (guint64)n : 0;
    }
  return (gint64)n_sent;
}

int
main (int argc, char **argv)
{
  static Frame frames[BATCH];
  struct sockaddr_ll link = { .sll_family = AF_PACKET, .sll_protocol = htons (ETH_P_IP) };
  guint8 mac[ETH_ALEN];
  struct in_addr to;
  guint64 port;
  guint64 rate;
  guint64 seconds;

  if (argc != 7 || !parse_mac (argv[2], mac) || inet_pton (AF_INET, argv[3], &to) != 1 ||
      !g_ascii_string_to_unsigned (argv[4], 10, 1, G_MAXUINT16, &port, NULL) ||
      !g_ascii_string_to_unsigned (argv[5], 10, 1, 10000000, &rate, NULL) ||
      !g_ascii_string_to_unsigned (argv[6], 10, 1, 3600, &seconds, NULL))
    {
      g_printerr ("Usage: flood INTERFACE MAC ADDRESS PORT RATE SECONDS\n");
      return 2;
    }
  link.sll_ifindex = (int)if_nametoindex (argv[1]);
  int fd = socket (AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
  if (fd < 0 || bind (fd, (const struct sockaddr *)(const void *)&link, sizeof link) != 0)
    {
      g_printerr ("flood: cannot send on %s: %s\n", argv[1], g_strerror (errno));
      return 1;
    }
  for (guint i = 0; i < BATCH; i++)
    frame_init (&frames[i], mac, to, (guint16)port);

  gint64 start_us = now_us ();
  gint64 n_sent = flood (fd, frames, to, rate, seconds);
  if (n_sent < 0)
    g_printerr ("flood: cannot send on %s: %s\n", argv[1], g_strerror (errno));
  else
    g_print ("{\"sent\": %" G_GINT64_FORMAT ", \"seconds\": %.3f}\n", n_sent,
             (double)(now_us () - start_us) / G_USEC_PER_SEC);
  close (fd);
  return n_sent < 0;
}
