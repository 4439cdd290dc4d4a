/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceDictionaryFilter: a button with the list of the server's dictionaries, to say which of
 * them are asked. Their order is for the preferences.
 */
#pragma once

#include <gtk/gtk.h>

#include "client-gui/client.h"

#define PARLANCE_TYPE_DICTIONARY_FILTER (parlance_dictionary_filter_get_type ())
G_DECLARE_FINAL_TYPE (
    ParlanceDictionaryFilter, parlance_dictionary_filter, PARLANCE, DICTIONARY_FILTER, GtkWidget)

/** parlance_dictionary_filter_set_client: once, before it is shown */
void parlance_dictionary_filter_set_client (ParlanceDictionaryFilter *self, ParlanceClient *client);
