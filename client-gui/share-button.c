/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Without a room there is nobody to share with: then it cannot be pressed.
 */
#include "client-gui/share-button.h"

#include <glib/gi18n.h>

#include "client-gui/display-line.h"

#define MAX_CHARS 40 /* of a word or a room in a toast */

struct _ParlanceShareButton
{
  GtkButton parent_instance;
  ParlanceClient *client; /* (nullable) */
  ParlanceEntry *entry;   /* (nullable) */
};

enum
{
  SIGNAL_SHARED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ParlanceShareButton, parlance_share_button, GTK_TYPE_BUTTON)

static const char *
get_room (ParlanceShareButton *self)
{
  ParlanceConversation *current =
      self->client != NULL ? parlance_client_get_current (self->client) : NULL;

  return current != NULL ? parlance_room_get_name (parlance_conversation_get_room (current)) : NULL;
}

static void
update (ParlanceShareButton *self)
{
  const char *room = get_room (self);

  gtk_widget_set_visible (GTK_WIDGET (self), self->entry != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self), room != NULL);
  if (room == NULL)
    {
      gtk_widget_set_tooltip_text (GTK_WIDGET (self), _ ("Join a room to share in"));
      gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      _ ("Join a room to share in"), -1);
      return;
    }
  g_autofree char *name = parlance_display_line_dup_isolated (room, MAX_CHARS);
  g_autofree char *tooltip = g_strdup_printf (_ ("Share in %s"), name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, tooltip,
                                  -1);
}

static void
on_current (ParlanceClient *client, GParamSpec *property, gpointer user_data)
{
  update (user_data);
}

static void
set_client (ParlanceShareButton *self, ParlanceClient *client)
{
  if (client == self->client)
    return;
  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
  g_set_object (&self->client, client);
  if (client != NULL)
    g_signal_connect (client, "notify::current", G_CALLBACK (on_current), self);
}

void
parlance_share_button_set_entry (ParlanceShareButton *self,
                                 ParlanceClient *client,
                                 ParlanceEntry *entry)
{
  g_return_if_fail (PARLANCE_IS_SHARE_BUTTON (self));

  set_client (self, client);
  g_clear_pointer (&self->entry, parlance_entry_unref);
  if (entry != NULL)
    self->entry = parlance_entry_ref (entry);
  update (self);
}

static void
parlance_share_button_clicked (GtkButton *button)
{
  ParlanceShareButton *self = PARLANCE_SHARE_BUTTON (button);
  const char *room = get_room (self);

  if (room == NULL || self->entry == NULL)
    return;
  g_autofree char *name = parlance_display_line_dup_isolated (room, MAX_CHARS);
  g_autofree char *word =
      parlance_display_line_dup_isolated (parlance_entry_get_headword (self->entry), MAX_CHARS);
  g_autofree char *said = g_strdup_printf (_ ("Shared “%s” in %s"), word, name);

  parlance_client_share (self->client, self->entry);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", said);
  g_signal_emit (self, signals[SIGNAL_SHARED], 0);
}

static void
parlance_share_button_dispose (GObject *object)
{
  ParlanceShareButton *self = PARLANCE_SHARE_BUTTON (object);

  set_client (self, NULL);
  g_clear_pointer (&self->entry, parlance_entry_unref);
  G_OBJECT_CLASS (parlance_share_button_parent_class)->dispose (object);
}

static void
parlance_share_button_class_init (ParlanceShareButtonClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = parlance_share_button_dispose;
  GTK_BUTTON_CLASS (klass)->clicked = parlance_share_button_clicked;
  signals[SIGNAL_SHARED] = g_signal_new ("shared", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
parlance_share_button_init (ParlanceShareButton *self)
{
  gtk_button_set_icon_name (GTK_BUTTON (self), "document-send-symbolic");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Share in room"), -1);
  update (self);
}
