/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A message that is not loaded is loaded when it is gone to, not to be quoted.
 */
#include "client-gui/message-quote.h"

#include <glib/gi18n.h>

#include "client-gui/display-line.h"
#include "client-gui/nick-color.h"
#include "client-gui/plain-text.h"
#include "protocol/wire/limits.h"

struct _ParlanceMessageQuote
{
  GtkButton parent_instance;
  const char *color; /* (nullable): class of @from */

  GtkLabel *from;
  GtkLabel *text;
};

G_DEFINE_FINAL_TYPE (ParlanceMessageQuote, parlance_message_quote, GTK_TYPE_BUTTON)

GtkWidget *
parlance_message_quote_new (void)
{
  return g_object_new (PARLANCE_TYPE_MESSAGE_QUOTE, NULL);
}

static void
set_color (ParlanceMessageQuote *self, const char *color)
{
  if (self->color != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self->from), self->color);
  if (color != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->from), color);
  self->color = color;
}

void
parlance_message_quote_set (ParlanceMessageQuote *self, ParlanceMessageList *messages, gint64 seq)
{
  g_return_if_fail (PARLANCE_IS_MESSAGE_QUOTE (self));

  ParlanceMessage *message =
      messages != NULL ? parlance_message_list_find (messages, seq, NULL) : NULL;
  g_autofree char *from =
      message != NULL ? parlance_display_line_dup_isolated (parlance_message_get_from (message),
                                                            PARLANCE_MAX_NICK)
                      : g_strdup ("");
  g_autofree char *text =
      message != NULL
          ? parlance_plain_excerpt (parlance_message_get_text (message), PARLANCE_PLAIN_EXCERPT)
          : g_strdup (_ ("An earlier message"));
  /* Translators: who, what was said; a reply is below it */
  g_autofree char *label = message != NULL ? g_strdup_printf (_ ("Reply to %s: %s"), from, text)
                                           : g_strdup (_ ("Reply to an earlier message"));

  /* The target first: an action without the one it wants is warned of. */
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self), "x", seq);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self), "room.show-message");
  gtk_label_set_text (self->from, from);
  gtk_widget_set_visible (GTK_WIDGET (self->from), message != NULL);
  gtk_label_set_text (self->text, text);
  set_color (self, message != NULL ? parlance_nick_color_class (parlance_message_get_from (message))
                                   : NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
parlance_message_quote_class_init (ParlanceMessageQuoteClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/message-quote.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceMessageQuote, from);
  gtk_widget_class_bind_template_child (widget_class, ParlanceMessageQuote, text);
}

static void
parlance_message_quote_init (ParlanceMessageQuote *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
