/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Entries of the same headword that follow one another share a heading.
 */
#include "client-gui/definition-view.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client-gui/entry-view.h"
#include "client-gui/save-button.h"
#include "client-gui/share-button.h"

#define MAX_ENTRIES 40

struct _ParlanceDefinitionView
{
  GtkWidget parent_instance;
  ParlanceClient *client;
  gboolean has_actions;
};

enum
{
  SIGNAL_LOOK_UP,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ParlanceDefinitionView, parlance_definition_view, GTK_TYPE_WIDGET)

void
parlance_definition_view_set_client (ParlanceDefinitionView *self, ParlanceClient *client)
{
  g_return_if_fail (PARLANCE_IS_DEFINITION_VIEW (self));
  g_return_if_fail (self->client == NULL);

  self->client = g_object_ref (client);
}

void
parlance_definition_view_set_has_actions (ParlanceDefinitionView *self, gboolean has_actions)
{
  g_return_if_fail (PARLANCE_IS_DEFINITION_VIEW (self));

  self->has_actions = has_actions;
}

static void
on_look_up (ParlanceEntryView *view, const char *text, gint64 at, gpointer user_data)
{
  g_signal_emit (user_data, signals[SIGNAL_LOOK_UP], 0, text, at);
}

static void
add_actions (ParlanceDefinitionView *self, ParlanceEntryView *view, ParlanceEntry *entry)
{
  GtkBox *actions = parlance_entry_view_get_actions (view);
  GtkWidget *save = g_object_new (PARLANCE_TYPE_SAVE_BUTTON, "has-frame", FALSE, NULL);
  GtkWidget *share = g_object_new (PARLANCE_TYPE_SHARE_BUTTON, "has-frame", FALSE, NULL);

  parlance_save_button_set_entry (PARLANCE_SAVE_BUTTON (save), self->client, entry, NULL);
  parlance_share_button_set_entry (PARLANCE_SHARE_BUTTON (share), self->client, entry);
  gtk_box_append (actions, save);
  gtk_box_append (actions, share);
}

static void
add_entry (ParlanceDefinitionView *self, ParlanceEntry *entry, gboolean with_heading)
{
  ParlanceDictionaryChoice *choice =
      parlance_dictionary_get_choice (parlance_client_get_dictionary (self->client));
  GtkWidget *view = parlance_entry_view_new ();

  parlance_entry_view_set_entry (
      PARLANCE_ENTRY_VIEW (view), entry,
      parlance_dictionary_choice_get_title (choice, parlance_entry_get_dictionary (entry)));
  parlance_entry_view_set_heading_visible (PARLANCE_ENTRY_VIEW (view), with_heading);
  if (with_heading && self->has_actions)
    add_actions (self, PARLANCE_ENTRY_VIEW (view), entry);
  g_signal_connect_object (view, "look-up", G_CALLBACK (on_look_up), self, 0);
  gtk_widget_set_parent (view, GTK_WIDGET (self));
}

static void
remove_entries (ParlanceDefinitionView *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
}

void
parlance_definition_view_set_definition (ParlanceDefinitionView *self,
                                         ParlanceDefinition *definition)
{
  const char *headword = NULL;

  g_return_if_fail (PARLANCE_IS_DEFINITION_VIEW (self));
  g_return_if_fail (self->client != NULL);

  remove_entries (self);
  guint n_entries = definition != NULL ? parlance_definition_get_n_entries (definition) : 0;
  for (guint i = 0; i < MIN (n_entries, MAX_ENTRIES); i++)
    {
      ParlanceEntry *entry = parlance_definition_get_entry (definition, i);
      const char *next = parlance_entry_get_headword (entry);

      add_entry (self, entry, g_strcmp0 (headword, next) != 0);
      headword = next;
    }
}

/* --- the object ------------------------------------------------------------------------------- */

static void
parlance_definition_view_dispose (GObject *object)
{
  ParlanceDefinitionView *self = PARLANCE_DEFINITION_VIEW (object);

  remove_entries (self);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (parlance_definition_view_parent_class)->dispose (object);
}

static void
parlance_definition_view_class_init (ParlanceDefinitionViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = parlance_definition_view_dispose;
  signals[SIGNAL_LOOK_UP] =
      g_signal_new ("look-up", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_INT64);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
}

static void
parlance_definition_view_init (ParlanceDefinitionView *self)
{
  GtkBoxLayout *layout = GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self)));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (layout, 12);
}
