/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Text views, entries and labels: GTK has no interface for all of them.
 */
#include "client-gui/selection.h"

static char *
get_of_text_view (GtkTextView *view, gint64 *ret_at, GdkRectangle *ret_where)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  GtkTextIter start;
  GtkTextIter end;
  gboolean any = gtk_text_buffer_get_selection_bounds (buffer, &start, &end);
  GtkTextIter caret = start;

  gtk_text_view_get_iter_location (view, &start, ret_where);
  gtk_text_view_buffer_to_window_coords (view, GTK_TEXT_WINDOW_WIDGET, ret_where->x, ret_where->y,
                                         &ret_where->x, &ret_where->y);
  ret_where->width = MAX (ret_where->width, 1);
  *ret_at = any ? -1 : gtk_text_iter_get_line_offset (&caret);
  if (!any)
    {
      gtk_text_iter_set_line_offset (&start, 0);
      end = caret;
      if (!gtk_text_iter_ends_line (&end))
        gtk_text_iter_forward_to_line_end (&end);
    }
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static char *
get_of_text (GtkWidget *focus, const char *text, int start, int end, gint64 *ret_at)
{
  *ret_at = end > start ? -1 : start;
  return end > start ? g_utf8_substring (text, start, end) : g_strdup (text);
}

char *
parlance_selection_get (GtkWidget *focus, gint64 *ret_at, GdkRectangle *ret_where)
{
  char *text = NULL;
  int start = 0;
  int end = 0;

  *ret_at = -1;
  if (focus == NULL)
    return NULL;
  *ret_where = (GdkRectangle){ 0, 0, gtk_widget_get_width (focus), gtk_widget_get_height (focus) };
  if (GTK_IS_TEXT_VIEW (focus))
    text = get_of_text_view (GTK_TEXT_VIEW (focus), ret_at, ret_where);
  else if (GTK_IS_EDITABLE (focus))
    {
      if (!gtk_editable_get_selection_bounds (GTK_EDITABLE (focus), &start, &end))
        start = end = gtk_editable_get_position (GTK_EDITABLE (focus));
      text = get_of_text (focus, gtk_editable_get_text (GTK_EDITABLE (focus)), start, end, ret_at);
    }
  else if (GTK_IS_LABEL (focus))
    {
      gtk_label_get_selection_bounds (GTK_LABEL (focus), &start, &end);
      text = get_of_text (focus, gtk_label_get_text (GTK_LABEL (focus)), start, end, ret_at);
    }
  else
    return NULL;

  /* A caret at the end stands behind the last word. */
  if (*ret_at > 0 && *ret_at == g_utf8_strlen (text, -1))
    --*ret_at;
  if (text[0] == '\0')
    g_clear_pointer (&text, g_free);
  return text;
}
