/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceDevice: a program that is logged in to one's account. Immutable.
 */
#pragma once

#include <glib-object.h>

#define PARLANCE_TYPE_DEVICE (parlance_device_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceDevice, parlance_device, PARLANCE, DEVICE, GObject)

/* What a server says of an account. Zero it first; parlance_account_answer_clear() when done. */
typedef struct
{
  gint64 created_ms; /* 0: not said */
  gboolean is_operator;
  GPtrArray *devices; /* of ParlanceDevice: this one first, then those used last */
} ParlanceAccountAnswer;

/**
 * parlance_account_answer_read:
 * @json: JSON text of a result of `account`
 * @error: %G_IO_ERROR_INVALID_DATA
 *
 * What is no device in the list is passed over. Source: docs/protocol.md, section 10.
 */
gboolean
parlance_account_answer_read (const char *json, ParlanceAccountAnswer *ret_answer, GError **error);
void parlance_account_answer_clear (ParlanceAccountAnswer *answer);

/** parlance_device_get_id: for parlance_session_logout_async() */
gint64 parlance_device_get_id (ParlanceDevice *self);

/** parlance_device_get_client: "name/version", a stranger's text; may be "" */
const char *parlance_device_get_client (ParlanceDevice *self);

/**
 * parlance_device_name:
 * @client: well-formed UTF-8, as parlance_device_get_client()
 *
 * Returns: (transfer full): what a person reads for it, on one line; never ""
 */
char *parlance_device_name (const char *client);

/** parlance_device_get_created_ms: [ms] since 1970, when it logged in; 0: not said */
gint64 parlance_device_get_created_ms (ParlanceDevice *self);

/** parlance_device_get_used_ms: [ms] since 1970; 0: not said */
gint64 parlance_device_get_used_ms (ParlanceDevice *self);
gboolean parlance_device_is_online (ParlanceDevice *self);

/** parlance_device_is_current: whether it is the one that asked */
gboolean parlance_device_is_current (ParlanceDevice *self);
