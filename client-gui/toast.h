/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Words on what has passed. A toast's title is markup, and what these are about may be a stranger's
 * text: here they are plain.
 */
#pragma once

#include <adwaita.h>

/** parlance_toast_new: (transfer full) */
AdwToast *parlance_toast_new (const char *words);

/** parlance_toast: shows @words for a while */
void parlance_toast (AdwToastOverlay *toasts, const char *words);
