/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is typed belongs to the conversation: it is its draft, and comes back with it.
 */
#include "client-gui/composer.h"

#include <glib/gi18n.h>

struct _ParlanceComposer
{
  GtkWidget parent_instance;
  ParlanceClient *client;
  ParlanceConversation *conversation; /* (nullable) */
  gint64 reply_to;                    /* 0: nothing */

  GtkLabel *typing;
  GtkWidget *reply_bar;
  GtkLabel *reply_label;
  GtkWidget *frame;
  GtkTextView *text;
  GtkTextBuffer *buffer;
  GtkLabel *placeholder;
  GtkWidget *send_button;
  GtkLabel *notice;
};

G_DEFINE_FINAL_TYPE (ParlanceComposer, parlance_composer, GTK_TYPE_WIDGET)

/* Returns: (transfer full) */
static char *
get_text (ParlanceComposer *self)
{
  char *text;

  g_object_get (self->buffer, "text", &text, NULL);
  return text;
}

static void
send_message (ParlanceComposer *self)
{
  g_autofree char *text = get_text (self);

  if (self->conversation == NULL || *g_strstrip (text) == '\0')
    return;
  ParlanceSendOptions options = { .reply_to = self->reply_to };
  parlance_chat_send (parlance_client_get_chat (self->client),
                      parlance_conversation_get_room (self->conversation), text, &options);
  gtk_text_buffer_set_text (self->buffer, "", 0);
}

static void
on_send_clicked (GtkButton *button, ParlanceComposer *self)
{
  send_message (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->text));
}

static void
on_reply_closed (GtkButton *button, ParlanceComposer *self)
{
  self->reply_to = 0;
  gtk_widget_set_visible (self->reply_bar, FALSE);
}

static void
on_changed (GtkTextBuffer *buffer, ParlanceComposer *self)
{
  g_autofree char *text = get_text (self);

  gtk_widget_set_visible (GTK_WIDGET (self->placeholder), *text == '\0');
  if (self->conversation == NULL)
    return;
  parlance_conversation_set_draft (self->conversation, text);
  if (*text != '\0' && *text != '/')
    parlance_chat_send_typing (parlance_client_get_chat (self->client),
                               parlance_conversation_get_room (self->conversation));
  gtk_widget_set_sensitive (self->send_button, *g_strstrip (text) != '\0');
}

static gboolean
on_key (GtkEventControllerKey *controller,
        guint keyval,
        guint keycode,
        GdkModifierType state,
        ParlanceComposer *self)
{
  gboolean is_enter =
      keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter || keyval == GDK_KEY_ISO_Enter;

  if (!is_enter || (state & GDK_SHIFT_MASK) != 0)
    return GDK_EVENT_PROPAGATE;
  /* An input method that composes takes the key as the end of what it composes. */
  if (gtk_text_view_im_context_filter_keypress (
          self->text, gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller))))
    return GDK_EVENT_STOP;
  send_message (self);
  return GDK_EVENT_STOP;
}

static void
on_current (ParlanceClient *client, GParamSpec *property, ParlanceComposer *self)
{
  ParlanceConversation *current = parlance_client_get_current (client);

  if (!g_set_object (&self->conversation, current))
    return;
  gtk_widget_set_sensitive (GTK_WIDGET (self), current != NULL);
  if (current == NULL)
    return;
  g_autofree char *draft = g_strdup (parlance_conversation_get_draft (current));
  gtk_text_buffer_set_text (self->buffer, draft, -1);
  g_autofree char *placeholder = g_strdup_printf (
      _ ("Message to %s"), parlance_room_get_name (parlance_conversation_get_room (current)));
  gtk_label_set_text (self->placeholder, placeholder);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->text), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  placeholder, -1);
}

void
parlance_composer_set_client (ParlanceComposer *self, ParlanceClient *client)
{
  g_return_if_fail (PARLANCE_IS_COMPOSER (self));
  g_return_if_fail (self->client == NULL);

  self->client = g_object_ref (client);
  g_signal_connect_object (client, "notify::current", G_CALLBACK (on_current), self, 0);
  on_current (client, NULL, self);
}

static gboolean
parlance_composer_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (PARLANCE_COMPOSER (widget)->text));
}

static void
parlance_composer_dispose (GObject *object)
{
  ParlanceComposer *self = PARLANCE_COMPOSER (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->conversation);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (parlance_composer_parent_class)->dispose (object);
}

static void
parlance_composer_class_init (ParlanceComposerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = parlance_composer_dispose;
  widget_class->grab_focus = parlance_composer_grab_focus;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/composer.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceComposer, typing);
  gtk_widget_class_bind_template_child (widget_class, ParlanceComposer, reply_bar);
  gtk_widget_class_bind_template_child (widget_class, ParlanceComposer, reply_label);
  gtk_widget_class_bind_template_child (widget_class, ParlanceComposer, frame);
  gtk_widget_class_bind_template_child (widget_class, ParlanceComposer, text);
  gtk_widget_class_bind_template_child (widget_class, ParlanceComposer, buffer);
  gtk_widget_class_bind_template_child (widget_class, ParlanceComposer, placeholder);
  gtk_widget_class_bind_template_child (widget_class, ParlanceComposer, send_button);
  gtk_widget_class_bind_template_child (widget_class, ParlanceComposer, notice);
  gtk_widget_class_bind_template_callback (widget_class, on_send_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_reply_closed);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
}

static void
parlance_composer_init (ParlanceComposer *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (on_key), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self->text), keys);
}
