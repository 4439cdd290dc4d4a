/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A server that was heard of, as one line for people and as JSON for programs. Pure: appends to a
 * string.
 */
#pragma once

#include "client-cli/render.h"
#include "protocol/client/browser.h"

/** server_row_tls: Returns: (transfer none): what it announces: "no", "yes" or "only" */
const char *server_row_tls (ParlanceServer *server);

/** server_row_append_titles: the line above the rows */
void server_row_append_titles (GString *out, const RenderStyle *style);

/**
 * server_row_append:
 *
 * Appends a line with its LF. Rows come one by one, as servers are found: columns are as wide as
 * they usually are, and the name, which is as long as it likes, stands last.
 */
void server_row_append (GString *out, const RenderStyle *style, ParlanceServer *server);

/**
 * server_row_append_json:
 * @event: (nullable): what happened, as the first member
 */
void server_row_append_json (GString *json, ParlanceServer *server, const char *event);
