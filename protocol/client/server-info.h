/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who a server says it is: the result of `hello`. Immutable and reference-counted.
 * Source: docs/protocol.md, section 5, `hello`.
 */
#pragma once

#include <glib-object.h>

typedef struct _ParlanceServerInfo ParlanceServerInfo;

#define PARLANCE_TYPE_SERVER_INFO (parlance_server_info_get_type ())
GType parlance_server_info_get_type (void);

/**
 * parlance_server_info_new_take_json:
 * @json: (transfer full): the JSON text of a result of `hello`
 * @error: %G_IO_ERROR_INVALID_DATA, naming what is wrong
 *
 * Returns: (transfer full) (nullable):
 */
ParlanceServerInfo *parlance_server_info_new_take_json (char *json, GError **error);

ParlanceServerInfo *parlance_server_info_ref (ParlanceServerInfo *self);
void parlance_server_info_unref (ParlanceServerInfo *self);

gint64 parlance_server_info_get_protocol (const ParlanceServerInfo *self);

/** parlance_server_info_get_id: the same for as long as the server keeps its data directory. */
const char *parlance_server_info_get_id (const ParlanceServerInfo *self);

/** parlance_server_info_get_name: what people call it. */
const char *parlance_server_info_get_name (const ParlanceServerInfo *self);

const char *parlance_server_info_get_version (const ParlanceServerInfo *self);

/** parlance_server_info_get_capabilities: Returns: (array zero-terminated=1): */
const char *const *parlance_server_info_get_capabilities (const ParlanceServerInfo *self);

/** parlance_server_info_get_max_text: [bytes] how long a message may be */
guint parlance_server_info_get_max_text (const ParlanceServerInfo *self);

/** parlance_server_info_get_max_rooms: how many rooms one may be in */
guint parlance_server_info_get_max_rooms (const ParlanceServerInfo *self);

/** parlance_server_info_get_nick: Returns: (nullable): the nick it gave us; %NULL: we asked for
 * none */
const char *parlance_server_info_get_nick (const ParlanceServerInfo *self);

/** parlance_server_info_get_token: Returns: (nullable): what takes the nick over, with `resume` */
const char *parlance_server_info_get_token (const ParlanceServerInfo *self);

/** parlance_server_info_get_access: who may chat: "open", "password" or "accounts" (or what a later
 * server calls it) */
const char *parlance_server_info_get_access (const ParlanceServerInfo *self);

/** parlance_server_info_is_account: whether the nick is that of an account, and nobody else's */
gboolean parlance_server_info_is_account (const ParlanceServerInfo *self);
gboolean parlance_server_info_is_operator (const ParlanceServerInfo *self);

/* A device of the account that was logged out for this one. */
typedef struct
{
  gint64 id;
  char *client; /* what it said of itself, or "" */
  gint64 used_ms;
} ParlanceDroppedDevice;

/** parlance_server_info_get_dropped: Returns: (transfer none) (nullable): %NULL: there was room */
const ParlanceDroppedDevice *parlance_server_info_get_dropped (const ParlanceServerInfo *self);

/** parlance_server_info_get_json: the result's JSON text exactly as it came. */
const char *parlance_server_info_get_json (const ParlanceServerInfo *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceServerInfo, parlance_server_info_unref)
