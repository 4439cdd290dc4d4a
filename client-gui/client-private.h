/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a client's own files share: client.c keeps what is there, client-visits.c goes to servers.
 */
#pragma once

#include "client-gui/visit-keeper.h"

/**
 * parlance_client_take_chat:
 * @name: what to call the server until it has said its name
 * @id: (nullable): of the server, where it is known
 *
 * Leaves the server that is visited, visits that of @chat, and enters the rooms that were joined
 * there the last time, or the lobby.
 */
void parlance_client_take_chat (ParlanceClient *self,
                                ParlanceChat *chat,
                                const char *name,
                                const char *id);

ParlanceVisitKeeper *parlance_client_get_keeper (ParlanceClient *self);
