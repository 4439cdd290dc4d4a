/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How the text of an entry looks that parlance_entry_text_lay_out() laid out.
 */
#pragma once

#include <pango/pango.h>

/**
 * parlance_quiet_attributes_new:
 * @quiet: (element-type ParlanceTextRange): what steps back behind the senses
 *
 * Returns: (transfer full)
 */
PangoAttrList *parlance_quiet_attributes_new (const GArray *quiet);
