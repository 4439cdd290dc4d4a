/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceVisitKeeper: keeps the memory of visits (session-store.h) in step with what a
 * ParlanceClient does, and writes it down when there is time for it; and with what the
 * command-line client knows of servers (protocol/client/recent.h). Belongs to the client.
 */
#pragma once

#include "client-gui/client.h"
#include "client-gui/session-store.h"

#define PARLANCE_TYPE_VISIT_KEEPER (parlance_visit_keeper_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceVisitKeeper, parlance_visit_keeper, PARLANCE, VISIT_KEEPER, GObject)

/** parlance_visit_keeper_new: @client: outlives it */
ParlanceVisitKeeper *parlance_visit_keeper_new (ParlanceClient *client);

/** parlance_visit_keeper_get_store: Returns: (transfer none): as of the last save, to read */
const ParlanceSessionStore *parlance_visit_keeper_get_store (ParlanceVisitKeeper *self);

/** parlance_visit_keeper_note: a server that was found on the network is being used */
void parlance_visit_keeper_note (ParlanceVisitKeeper *self, ParlanceServer *server);

/** parlance_visit_keeper_remember: takes down how the visit stands; before it ends */
void parlance_visit_keeper_remember (ParlanceVisitKeeper *self);

/** parlance_visit_keeper_leave: the visit is over and not to be returned to */
void parlance_visit_keeper_leave (ParlanceVisitKeeper *self);

/** parlance_visit_keeper_save: writes at once what has not been written, and blocks until it is;
 * before the end */
void parlance_visit_keeper_save (ParlanceVisitKeeper *self);
