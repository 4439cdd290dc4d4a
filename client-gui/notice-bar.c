/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shows the "notice" of the client; there may be several bars, which come and go together.
 */
#include "client-gui/notice-bar.h"

#define MAX_HEIGHT 120 /* [px] of the words: longer ones are scrolled */

struct _ParlanceNoticeBar
{
  GtkWidget parent_instance;
  ParlanceClient *client;

  GtkRevealer *revealer;
  GtkWidget *room; /* of the words */
  GtkWidget *scroller;
  GtkLabel *words;
};

G_DEFINE_FINAL_TYPE (ParlanceNoticeBar, parlance_notice_bar, GTK_TYPE_WIDGET)

static void
update (ParlanceNoticeBar *self)
{
  const char *notice = parlance_client_get_notice (self->client);

  if (notice != NULL)
    gtk_label_set_text (self->words, notice);
  gtk_revealer_set_reveal_child (self->revealer, notice != NULL);
}

static void
dismiss (ParlanceNoticeBar *self)
{
  parlance_client_dismiss_notice (self->client);
}

void
parlance_notice_bar_set_client (ParlanceNoticeBar *self, ParlanceClient *client)
{
  g_return_if_fail (PARLANCE_IS_NOTICE_BAR (self));
  g_return_if_fail (self->client == NULL);

  self->client = g_object_ref (client);
  g_signal_connect_object (client, "notify::notice", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

/* --- how high it is --------------------------------------------------------------------------- */

static ParlanceNoticeBar *
get_bar (GtkWidget *room)
{
  return PARLANCE_NOTICE_BAR (gtk_widget_get_ancestor (room, PARLANCE_TYPE_NOTICE_BAR));
}

static GtkSizeRequestMode
get_request_mode (GtkWidget *room)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* A GtkScrolledWindow does not ask how high its child is at the width that there is. */
static void
measure (GtkWidget *room,
         GtkOrientation orientation,
         int for_size,
         int *minimum,
         int *natural,
         int *minimum_baseline,
         int *natural_baseline)
{
  ParlanceNoticeBar *self = get_bar (room);
  int least;
  int whole;

  gtk_widget_measure (self->scroller, orientation, -1, &least, natural, NULL, NULL);
  *minimum = least;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    return;
  gtk_widget_measure (GTK_WIDGET (self->words), orientation, for_size, NULL, &whole, NULL, NULL);
  *natural = MAX (least, MIN (whole, MAX_HEIGHT));
}

static void
allocate (GtkWidget *room, int width, int height, int baseline)
{
  gtk_widget_allocate (get_bar (room)->scroller, width, height, baseline, NULL);
}

/* --- the object ------------------------------------------------------------------------------- */

static void
parlance_notice_bar_dispose (GObject *object)
{
  ParlanceNoticeBar *self = PARLANCE_NOTICE_BAR (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (parlance_notice_bar_parent_class)->dispose (object);
}

static void
parlance_notice_bar_class_init (ParlanceNoticeBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = parlance_notice_bar_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/notice-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceNoticeBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, ParlanceNoticeBar, room);
  gtk_widget_class_bind_template_child (widget_class, ParlanceNoticeBar, scroller);
  gtk_widget_class_bind_template_child (widget_class, ParlanceNoticeBar, words);
  gtk_widget_class_bind_template_callback (widget_class, dismiss);
}

static void
parlance_notice_bar_init (ParlanceNoticeBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_layout_manager (self->room,
                                 gtk_custom_layout_new (get_request_mode, measure, allocate));
}
