/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * json-c as the second opinion on what the JSON reader accepts; for unit tests and fuzz targets.
 */
#pragma once

#include "protocol/wire/json-reader.h"

/**
 * json_oracle_agrees:
 * @text: (array length=n_bytes): what parlance_json_parse() accepted
 * @value: what it made of it
 *
 * Whether strict json-c accepts @text too and finds equal values. Left out, because json-c knows
 * them less well: texts with an integer over 64 bits (it refuses them), and objects with a NUL in a
 * key (it cuts the key there).
 */
gboolean json_oracle_agrees (const char *text, gsize n_bytes, const ParlanceJsonValue *value);
