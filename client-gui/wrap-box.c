/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lines are filled one after the other, from the side that text begins at; GtkWidget mirrors where
 * that is the right.
 */
#include "client-gui/wrap-box.h"

#define SPACING 6 /* [px] between children and between lines */

struct _ParlanceWrapBox
{
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (ParlanceWrapBox, parlance_wrap_box, GTK_TYPE_WIDGET)

void
parlance_wrap_box_append (ParlanceWrapBox *self, GtkWidget *child)
{
  g_return_if_fail (PARLANCE_IS_WRAP_BOX (self));

  gtk_widget_set_parent (child, GTK_WIDGET (self));
}

void
parlance_wrap_box_remove_all (ParlanceWrapBox *self)
{
  GtkWidget *child;

  g_return_if_fail (PARLANCE_IS_WRAP_BOX (self));

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
}

/* --- layout ----------------------------------------------------------------------------------- */

typedef struct
{
  int x;
  int y;
  int line_height;
} Cursor;

/* Where a child of that size goes; the cursor is behind it then. */
static GdkRectangle
take_place (Cursor *cursor, int width, int child_width, int child_height)
{
  if (cursor->x > 0 && cursor->x + child_width > width)
    {
      cursor->x = 0;
      cursor->y += cursor->line_height + SPACING;
      cursor->line_height = 0;
    }
  GdkRectangle place = { cursor->x, cursor->y, child_width, child_height };
  cursor->x += child_width + SPACING;
  cursor->line_height = MAX (cursor->line_height, child_height);
  return place;
}

/* Returns: the height; children are put in their places when @allocate */
static int
lay_out (GtkWidget *self, int width, gboolean allocate)
{
  Cursor cursor = { 0 };
  gboolean mirrored = gtk_widget_get_direction (self) == GTK_TEXT_DIR_RTL;

  for (GtkWidget *child = gtk_widget_get_first_child (self); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      int min;
      int natural;
      int height;

      if (!gtk_widget_should_layout (child))
        continue;
      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &min, &natural, NULL, NULL);
      int child_width = MAX (min, MIN (natural, width));
      gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, child_width, NULL, &height, NULL, NULL);
      GdkRectangle place = take_place (&cursor, width, child_width, height);
      if (mirrored)
        place.x = width - place.x - place.width;
      if (allocate)
        gtk_widget_size_allocate (child, &place, -1);
    }
  return cursor.y + cursor.line_height;
}

static GtkSizeRequestMode
parlance_wrap_box_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
measure_width (GtkWidget *self, int *ret_minimum, int *ret_natural)
{
  int minimum = 0;
  int natural = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (self); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      int child_minimum;
      int child_natural;

      if (!gtk_widget_should_layout (child))
        continue;
      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &child_minimum, &child_natural,
                          NULL, NULL);
      minimum = MAX (minimum, child_minimum);
      natural += (natural > 0 ? SPACING : 0) + child_natural;
    }
  *ret_minimum = minimum;
  *ret_natural = natural;
}

static void
parlance_wrap_box_measure (GtkWidget *widget,
                           GtkOrientation orientation,
                           int for_size,
                           int *minimum,
                           int *natural,
                           int *minimum_baseline,
                           int *natural_baseline)
{
  *minimum_baseline = *natural_baseline = -1;
  measure_width (widget, minimum, natural);
  if (orientation == GTK_ORIENTATION_VERTICAL)
    *minimum = *natural = lay_out (widget, for_size >= 0 ? for_size : *natural, FALSE);
}

static void
parlance_wrap_box_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  (void)lay_out (widget, width, TRUE);
}

/* --- the object ------------------------------------------------------------------------------- */

static void
parlance_wrap_box_dispose (GObject *object)
{
  parlance_wrap_box_remove_all (PARLANCE_WRAP_BOX (object));
  G_OBJECT_CLASS (parlance_wrap_box_parent_class)->dispose (object);
}

static void
parlance_wrap_box_class_init (ParlanceWrapBoxClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = parlance_wrap_box_dispose;
  widget_class->get_request_mode = parlance_wrap_box_get_request_mode;
  widget_class->measure = parlance_wrap_box_measure;
  widget_class->size_allocate = parlance_wrap_box_size_allocate;
}

static void
parlance_wrap_box_init (ParlanceWrapBox *self)
{
}
