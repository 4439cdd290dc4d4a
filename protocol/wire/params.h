/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the parsers of parameters share; nobody outside protocol/wire includes it. Each function
 * that returns %FALSE has set the fault.
 */
#pragma once

#include "protocol/wire/chat.h"

gboolean parlance_params_refuse (ParlanceFault *ret_fault, const char *field, const char *detail);
gboolean parlance_params_refuse_length (ParlanceFault *ret_fault, const char *field, gint64 limit);

/** parlance_params_find: @ret_value has no text where there is no such member */
void parlance_params_find (const ParlanceJsonValue *params,
                           const char *field,
                           ParlanceJsonValue *ret_value);

/** parlance_params_read_text: decodes a string of 1 to @limit bytes (0 to, with @may_be_empty) into
 * @out, which has room for a NUL behind them */
gboolean parlance_params_read_text (const ParlanceJsonValue *value,
                                    const char *field,
                                    gboolean may_be_empty,
                                    guint32 limit,
                                    char *out,
                                    guint32 *ret_n_bytes,
                                    ParlanceFault *ret_fault);

gboolean parlance_params_has_nul (const char *text, guint32 n_bytes);

gboolean parlance_params_read_name (const ParlanceJsonValue *value,
                                    const char *field,
                                    gboolean (*is_valid) (const char *, gsize),
                                    ParlanceName *ret_name,
                                    ParlanceFault *ret_fault);

/** parlance_params_read_number: an optional number of at least @least; -1 where there is none */
gboolean parlance_params_read_number (const ParlanceJsonValue *params,
                                      const char *field,
                                      gint64 least,
                                      gint64 *ret_number,
                                      ParlanceFault *ret_fault);

/** parlance_params_read_client: what the program calls itself, cut to PARLANCE_MAX_CLIENT bytes; ""
 * where it says nothing */
gboolean
parlance_params_read_client (const ParlanceJsonValue *params, char *out, ParlanceFault *ret_fault);

/** parlance_params_read_password: an optional one of at most PARLANCE_MAX_PASSWORD bytes; "" where
 * there is none */
gboolean parlance_params_read_password (const ParlanceJsonValue *params,
                                        const char *field,
                                        char *out,
                                        ParlanceFault *ret_fault);
