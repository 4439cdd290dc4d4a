/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceBrowser: the servers on the local network, a GListModel of ParlanceServer. A server is
 * one row, by its id, however many addresses answer; rows stand in the order in which they were
 * first heard of, and one that has been silent for 16 s goes. Strangers may say what they like, but
 * not without end: there are at most 512 rows, 64 from one address; the newest are left out.
 *
 * Thread: one, whose thread-default main context the browser was started in.
 * Source: docs/protocol.md, section 8.
 */
#pragma once

#include "protocol/client/server.h"

#define PARLANCE_BROWSER_MAX_SERVERS 512
#define PARLANCE_BROWSER_MAX_PER_HOST 64

#define PARLANCE_TYPE_BROWSER (parlance_browser_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceBrowser, parlance_browser, PARLANCE, BROWSER, GObject)

/** parlance_browser_new: @port: UDP; 0: PARLANCE_DISCOVERY_PORT, else the usual one, 9502 */
ParlanceBrowser *parlance_browser_new (guint16 port);

/**
 * parlance_browser_start:
 * @error: %G_IO_ERROR: there is no socket to be had
 *
 * Asks the network, at once and again and again, until parlance_browser_stop(). New interfaces are
 * asked when they come.
 */
gboolean parlance_browser_start (ParlanceBrowser *self, GError **error);

/** parlance_browser_stop: asks no more; the rows stay as they are, and none goes. */
void parlance_browser_stop (ParlanceBrowser *self);

/** parlance_browser_refresh: asks anew at once, as at the start */
void parlance_browser_refresh (ParlanceBrowser *self);

/** parlance_browser_find: Returns: (transfer none) (nullable): the row of that id */
ParlanceServer *parlance_browser_find (ParlanceBrowser *self, const char *id);

/** parlance_browser_get_prober: (transfer none): what it hears with; for a diagnosis */
ParlanceProber *parlance_browser_get_prober (ParlanceBrowser *self);

/**
 * parlance_browser_hear:
 * @now_us: monotonic
 *
 * Takes in an answer that the browser did not hear itself; for tests.
 */
void parlance_browser_hear (ParlanceBrowser *self, const ParlanceHeard *heard, gint64 now_us);

/** parlance_browser_expire: lets go of who is silent at @now_us. Returns: when the next one is */
gint64 parlance_browser_expire (ParlanceBrowser *self, gint64 now_us);
