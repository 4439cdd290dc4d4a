/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * By alpha: it follows the colour of the text, in light and in dark.
 */
#include "client-gui/quiet-attributes.h"

#include "client-gui/entry-text.h"

#define QUIET_ALPHA (G_MAXUINT16 * 6 / 10)
#define LINE_HEIGHT 1.15

PangoAttrList *
parlance_quiet_attributes_new (const GArray *quiet)
{
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_line_height_new (LINE_HEIGHT));
  for (guint i = 0; i < quiet->len; i++)
    {
      const ParlanceTextRange *range = &g_array_index (quiet, ParlanceTextRange, i);
      PangoAttribute *alpha = pango_attr_foreground_alpha_new (QUIET_ALPHA);

      alpha->start_index = range->start;
      alpha->end_index = range->end;
      pango_attr_list_insert (attributes, alpha);
    }
  return attributes;
}
