/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An entry may hold megabytes: what is not seen is not laid out.
 */
#include "client-gui/definition-card.h"

#include "client-gui/message-text.h"

struct _ParlanceDefinitionCard
{
  GtkWidget parent_instance;
  ParlanceClient *client; /* (nullable) */

  GtkLabel *headword;
  ParlanceMessageText *text;
};

G_DEFINE_FINAL_TYPE (ParlanceDefinitionCard, parlance_definition_card, GTK_TYPE_WIDGET)

GtkWidget *
parlance_definition_card_new (void)
{
  return g_object_new (PARLANCE_TYPE_DEFINITION_CARD, NULL);
}

void
parlance_definition_card_set_client (ParlanceDefinitionCard *self, ParlanceClient *client)
{
  g_return_if_fail (PARLANCE_IS_DEFINITION_CARD (self));

  g_set_object (&self->client, client);
}

void
parlance_definition_card_set_entry (ParlanceDefinitionCard *self,
                                    ParlanceEntry *entry,
                                    const ParlanceWordContext *context)
{
  g_return_if_fail (PARLANCE_IS_DEFINITION_CARD (self));

  gtk_label_set_text (self->headword, entry != NULL ? parlance_entry_get_headword (entry) : "");
  parlance_message_text_set_text (self->text, entry != NULL ? parlance_entry_get_text (entry) : "");
}

static void
parlance_definition_card_dispose (GObject *object)
{
  ParlanceDefinitionCard *self = PARLANCE_DEFINITION_CARD (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (parlance_definition_card_parent_class)->dispose (object);
}

static void
parlance_definition_card_class_init (ParlanceDefinitionCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = parlance_definition_card_dispose;
  g_type_ensure (PARLANCE_TYPE_MESSAGE_TEXT);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/definition-card.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceDefinitionCard, headword);
  gtk_widget_class_bind_template_child (widget_class, ParlanceDefinitionCard, text);
}

static void
parlance_definition_card_init (ParlanceDefinitionCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
