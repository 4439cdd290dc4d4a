/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The dictionary: an entry, results as one types, articles, where one has been.
 */
#include "client-gui/dictionary-pane.h"

struct _ParlanceDictionaryPane
{
  GtkWidget parent_instance;
  ParlanceClient *client;
};

G_DEFINE_FINAL_TYPE (ParlanceDictionaryPane, parlance_dictionary_pane, GTK_TYPE_WIDGET)

void
parlance_dictionary_pane_set_client (ParlanceDictionaryPane *self, ParlanceClient *client)
{
  g_return_if_fail (PARLANCE_IS_DICTIONARY_PANE (self));
  g_return_if_fail (self->client == NULL);

  self->client = g_object_ref (client);
}

void
parlance_dictionary_pane_look_up (ParlanceDictionaryPane *self, const char *word)
{
  g_return_if_fail (PARLANCE_IS_DICTIONARY_PANE (self));
}

static void
parlance_dictionary_pane_dispose (GObject *object)
{
  ParlanceDictionaryPane *self = PARLANCE_DICTIONARY_PANE (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (parlance_dictionary_pane_parent_class)->dispose (object);
}

static void
parlance_dictionary_pane_class_init (ParlanceDictionaryPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = parlance_dictionary_pane_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/dictionary-pane.ui");
}

static void
parlance_dictionary_pane_init (ParlanceDictionaryPane *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
