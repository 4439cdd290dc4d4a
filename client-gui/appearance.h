/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceAppearance: has the settings "color-scheme" and "text-scale" show. The latter is the size
 * of what has the style class "content-text": messages and articles.
 */
#pragma once

#include <adwaita.h>

#define PARLANCE_TYPE_APPEARANCE (parlance_appearance_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceAppearance, parlance_appearance, PARLANCE, APPEARANCE, GObject)

/** parlance_appearance_new: there is a display; as long as the object lives */
ParlanceAppearance *parlance_appearance_new (GSettings *settings);
