/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is typed belongs to the conversation: text and the message that it answers are kept with it,
 * and come back with it.
 */
#include "client-gui/composer.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client-gui/command-list.h"
#include "client-gui/command-run.h"
#include "client-gui/command-words.h"
#include "client-gui/completion-names.h"
#include "client-gui/composer-completion.h"
#include "client-gui/composer-recall.h"
#include "client-gui/display-line.h"
#include "client-gui/focus-children.h"
#include "client-gui/plain-text.h"
#include "client-gui/text-room.h"
#include "client-gui/typing-words.h"
#include "protocol/wire/limits.h"

#define REPLY "parlance-composer-reply" /* of a conversation: the message that is answered */
#define MAX_CHARS 60                    /* of a room's name in a sentence */

struct _ParlanceComposer
{
  GtkWidget parent_instance;
  ParlanceClient *client;
  ParlanceConversation *conversation; /* (nullable) */
  gboolean is_restoring;              /* what changes is not typed */
  gboolean is_composing;              /* an input method is, at the caret */
  ParlanceCompletion *completion;     /* (nullable): Tab was the last key */
  ParlanceMessage *recalled;          /* (nullable): what the text was taken from */

  GtkLabel *typing;
  GtkWidget *reply_bar;
  GtkLabel *reply_label;
  GtkWidget *frame;
  GtkTextView *text;
  GtkTextBuffer *buffer;
  GtkLabel *placeholder;
  GtkWidget *send_button;
  GtkLabel *counter;
  GtkLabel *notice;
  GtkWidget *help;
};

G_DEFINE_FINAL_TYPE (ParlanceComposer, parlance_composer, GTK_TYPE_WIDGET)

static ParlanceRoom *
get_room (ParlanceComposer *self)
{
  return parlance_conversation_get_room (self->conversation);
}

/* Returns: (transfer full) */
static char *
get_text (ParlanceComposer *self)
{
  char *text;

  g_object_get (self->buffer, "text", &text, NULL);
  return text;
}

static void
set_text (ParlanceComposer *self, const char *text)
{
  self->is_restoring = TRUE;
  gtk_text_buffer_set_text (self->buffer, text, -1);
  self->is_restoring = FALSE;
  if (self->conversation != NULL)
    parlance_conversation_set_draft (self->conversation, text);
}

/* @notice: (nullable): %NULL: none */
static void
show_notice (ParlanceComposer *self, const char *notice, gboolean is_problem)
{
  gtk_label_set_text (self->notice, notice != NULL ? notice : "");
  gtk_widget_set_visible (GTK_WIDGET (self->notice), notice != NULL);
  if (is_problem)
    gtk_widget_add_css_class (GTK_WIDGET (self->notice), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->notice), "error");
}

/* --- how much --------------------------------------------------------------------------------- */

static gsize
get_max_text (ParlanceComposer *self)
{
  ParlanceServerInfo *info =
      parlance_chat_get_server_info (parlance_conversation_get_chat (self->conversation));

  return info != NULL ? parlance_server_info_get_max_text (info) : PARLANCE_MAX_TEXT;
}

/* What would be sent of it. White space at the end is nobody's intention. */
static gboolean
is_sendable (ParlanceComposer *self, const char *text)
{
  gsize n_max = get_max_text (self);
  gsize n = strlen (text);
  gboolean is_near = n > n_max - n_max / 8;

  gtk_widget_set_visible (GTK_WIDGET (self->counter), is_near);
  g_autofree char *words = is_near ? parlance_text_room_describe (n, n_max) : g_strdup ("");
  gtk_label_set_text (self->counter, words);
  if (n > n_max)
    gtk_widget_add_css_class (GTK_WIDGET (self->counter), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->counter), "error");
  return n > 0 && n <= n_max;
}

static char *
get_trimmed (ParlanceComposer *self)
{
  g_autofree char *text = get_text (self);

  g_strchomp (text);
  return g_strdup (text + strspn (text, "\n"));
}

static void
update (ParlanceComposer *self)
{
  g_autofree char *text = get_trimmed (self);

  gtk_widget_set_sensitive (self->send_button,
                            self->conversation != NULL && is_sendable (self, text));
  gtk_widget_set_visible (GTK_WIDGET (self->placeholder),
                          gtk_text_buffer_get_char_count (self->buffer) == 0 &&
                              !self->is_composing);
}

/* --- replies ---------------------------------------------------------------------------------- */

static gint64
get_reply (ParlanceComposer *self)
{
  const gint64 *seq = g_object_get_data (G_OBJECT (self->conversation), REPLY);

  return seq != NULL ? *seq : 0;
}

static void
show_reply (ParlanceComposer *self)
{
  gint64 seq = get_reply (self);
  ParlanceMessage *message =
      seq > 0 ? parlance_message_list_find (parlance_room_get_messages (get_room (self)), seq, NULL)
              : NULL;

  gtk_widget_set_visible (self->reply_bar, seq > 0);
  if (seq == 0)
    return;
  if (message == NULL)
    {
      gtk_label_set_text (self->reply_label, _ ("Reply to an earlier message"));
      return;
    }
  g_autofree char *from =
      parlance_display_line_dup_isolated (parlance_message_get_from (message), PARLANCE_MAX_NICK);
  g_autofree char *said =
      parlance_plain_excerpt (parlance_message_get_text (message), PARLANCE_PLAIN_EXCERPT);
  g_autofree char *label = g_strdup_printf (_ ("Reply to %s: %s"), from, said);
  gtk_label_set_text (self->reply_label, label);
}

void
parlance_composer_reply_to (ParlanceComposer *self, gint64 seq)
{
  g_return_if_fail (PARLANCE_IS_COMPOSER (self));
  g_return_if_fail (seq >= 0);

  if (self->conversation == NULL)
    return;
  g_object_set_data_full (G_OBJECT (self->conversation), REPLY,
                          seq > 0 ? g_memdup2 (&seq, sizeof seq) : NULL, g_free);
  show_reply (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->text));
}

static void
on_reply_closed (GtkButton *button, ParlanceComposer *self)
{
  parlance_composer_reply_to (self, 0);
}

/* --- sending ---------------------------------------------------------------------------------- */

static void
say (ParlanceComposer *self, const char *text)
{
  ParlanceSendOptions options = { .reply_to = get_reply (self) };

  set_text (self, "");
  if (options.reply_to > 0)
    parlance_composer_reply_to (self, 0);
  parlance_chat_send (parlance_conversation_get_chat (self->conversation), get_room (self), text,
                      &options);
}

typedef struct
{
  ParlanceComposer *composer;
  ParlanceConversation *conversation;
  char *line;
} Command;

/* What was typed is there again, or said, where something else was typed since. */
static void
give_back (ParlanceComposer *self, const Command *command, const GError *error)
{
  g_autofree char *words = g_strdup_printf ("%s — %s", command->line, error->message);
  gboolean is_here = command->conversation == self->conversation;

  if (is_here && gtk_text_buffer_get_char_count (self->buffer) == 0)
    {
      set_text (self, command->line);
      show_notice (self, error->message, TRUE);
    }
  else if (is_here)
    show_notice (self, words, TRUE);
  else
    {
      const char *draft = parlance_conversation_get_draft (command->conversation);
      if (draft == NULL || *draft == '\0')
        parlance_conversation_set_draft (command->conversation, command->line);
      gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", words);
    }
}

static void
on_command (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Command *command = user_data;
  ParlanceComposer *self = command->composer;
  g_autoptr (GError) error = NULL;
  g_autofree char *notice = NULL;
  gboolean done = parlance_command_run_finish (GTK_WIDGET (source), result, &notice, &error);

  if (!done)
    give_back (self, command, error);
  else if (notice != NULL && command->conversation == self->conversation)
    show_notice (self, notice, FALSE);
  g_object_unref (command->composer);
  g_object_unref (command->conversation);
  g_free (command->line);
  g_free (command);
}

static void
run (ParlanceComposer *self, const ParlanceCommand *parsed, const char *line)
{
  Command *command = g_new (Command, 1);

  *command = (Command){ g_object_ref (self), g_object_ref (self->conversation), g_strdup (line) };
  set_text (self, "");
  parlance_command_run_async (GTK_WIDGET (self), self->client, self->conversation, parsed,
                              on_command, command);
}

static void
send_typed (ParlanceComposer *self)
{
  if (self->conversation == NULL)
    return;
  g_autofree char *line = get_trimmed (self);
  g_auto (ParlanceCommand) command = { 0 };
  ParlanceCommandFault fault = parlance_command_parse (line, &command);

  if (!is_sendable (self, line) ||
      (fault == PARLANCE_COMMAND_FAULT_NONE && command.kind == PARLANCE_COMMAND_NONE))
    return;
  g_clear_object (&self->recalled);
  show_notice (self, NULL, FALSE);
  if (fault != PARLANCE_COMMAND_FAULT_NONE)
    {
      g_autofree char *words = parlance_command_words_fault (fault, &command);
      show_notice (self, words, TRUE);
    }
  else if (command.kind == PARLANCE_COMMAND_SAY)
    say (self, command.argument);
  else
    run (self, &command, line);
  update (self);
}

static void
on_send_clicked (GtkButton *button, ParlanceComposer *self)
{
  send_typed (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->text));
}

static void
show_commands (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceComposer *self = PARLANCE_COMPOSER (widget);

  if (self->help == NULL)
    {
      self->help = parlance_command_list_new ();
      gtk_widget_set_parent (self->help, self->frame);
    }
  gtk_popover_popup (GTK_POPOVER (self->help));
}

/* --- typing ----------------------------------------------------------------------------------- */

static void
on_changed (GtkTextBuffer *buffer, ParlanceComposer *self)
{
  update (self);
  if (self->is_restoring || self->conversation == NULL)
    return;
  g_autofree char *text = get_text (self);
  show_notice (self, NULL, FALSE);
  parlance_conversation_set_draft (self->conversation, text);
  if (*text != '\0' && *text != '/')
    parlance_chat_send_typing (parlance_conversation_get_chat (self->conversation),
                               get_room (self));
}

static void
on_preedit (GtkTextView *text, const char *preedit, ParlanceComposer *self)
{
  self->is_composing = *preedit != '\0';
  update (self);
}

static gboolean
recall (ParlanceComposer *self, int by)
{
  g_autofree char *text = get_text (self);
  g_autofree char *last = self->recalled != NULL ? parlance_recall_text (self->recalled) : NULL;

  if (g_strcmp0 (text, last) != 0)
    {
      g_clear_object (&self->recalled);
      if (*text != '\0' || by > 0)
        return FALSE;
    }
  ParlanceMessage *message =
      parlance_recall_step (parlance_room_get_messages (get_room (self)), self->recalled, by);
  if (message == NULL && by < 0)
    return self->recalled != NULL;
  g_set_object (&self->recalled, message);
  g_autofree char *recalled = message != NULL ? parlance_recall_text (message) : g_strdup ("");
  set_text (self, recalled);
  return TRUE;
}

static gboolean
complete (ParlanceComposer *self, int by)
{
  GtkTextIter start;
  GtkTextIter caret;

  gtk_text_buffer_get_start_iter (self->buffer, &start);
  gtk_text_buffer_get_iter_at_mark (self->buffer, &caret,
                                    gtk_text_buffer_get_insert (self->buffer));
  if (self->completion == NULL)
    {
      g_autofree char *before = gtk_text_buffer_get_text (self->buffer, &start, &caret, TRUE);
      g_autoptr (GPtrArray) nicks = parlance_completion_nicks (get_room (self));
      g_autoptr (GPtrArray) rooms = parlance_completion_rooms (self->client);
      self->completion = parlance_completion_new (before, nicks, rooms);
    }
  if (self->completion == NULL)
    return FALSE;
  g_autofree char *before = gtk_text_buffer_get_text (self->buffer, &start, &caret, TRUE);
  gsize n_before = parlance_completion_get_start (self->completion);
  gtk_text_iter_set_offset (&start, (int)g_utf8_strlen (before, (gssize)n_before));
  gtk_text_buffer_delete (self->buffer, &start, &caret);
  gtk_text_buffer_insert (self->buffer, &caret, parlance_completion_step (self->completion, by),
                          -1);
  return TRUE;
}

/* --- keys ------------------------------------------------------------------------------------- */

static gboolean
sends (ParlanceComposer *self, GdkModifierType modifiers)
{
  GSettings *settings = parlance_client_get_settings (self->client);

  return (modifiers & GDK_CONTROL_MASK) != 0 ||
         (modifiers == 0 && g_settings_get_enum (settings, "send-key") == 0);
}

static gboolean
on_enter (ParlanceComposer *self, GtkEventController *controller, GdkModifierType modifiers)
{
  if (!sends (self, modifiers))
    return GDK_EVENT_PROPAGATE;
  /* An input method that composes takes the key as the end of what it composes. */
  if (!gtk_text_view_im_context_filter_keypress (
          self->text, gtk_event_controller_get_current_event (controller)))
    send_typed (self);
  return GDK_EVENT_STOP;
}

static gboolean
on_escape (ParlanceComposer *self)
{
  if (get_reply (self) == 0)
    return GDK_EVENT_PROPAGATE;
  parlance_composer_reply_to (self, 0);
  return GDK_EVENT_STOP;
}

static gboolean
scroll (ParlanceComposer *self, int n_pages)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "room.scroll", "i", n_pages);
  return GDK_EVENT_STOP;
}

static gboolean
on_key (GtkEventControllerKey *controller,
        guint keyval,
        guint keycode,
        GdkModifierType state,
        ParlanceComposer *self)
{
  GdkModifierType modifiers = state & gtk_accelerator_get_default_mod_mask ();

  if (self->is_composing || self->conversation == NULL)
    return GDK_EVENT_PROPAGATE;
  if (keyval == GDK_KEY_Tab && modifiers == 0)
    return complete (self, 1);
  if (keyval == GDK_KEY_ISO_Left_Tab && self->completion != NULL)
    return complete (self, -1);
  if (keyval != GDK_KEY_Shift_L && keyval != GDK_KEY_Shift_R)
    g_clear_pointer (&self->completion, parlance_completion_free);

  switch (keyval)
    {
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_ISO_Enter:
      return on_enter (self, GTK_EVENT_CONTROLLER (controller), modifiers);
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      return modifiers == 0 && recall (self, -1);
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      return modifiers == 0 && recall (self, 1);
    case GDK_KEY_Page_Up:
    case GDK_KEY_KP_Page_Up:
      return modifiers == 0 && scroll (self, -1);
    case GDK_KEY_Page_Down:
    case GDK_KEY_KP_Page_Down:
      return modifiers == 0 && scroll (self, 1);
    case GDK_KEY_Escape:
      return on_escape (self);
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static void
on_leave (GtkEventControllerFocus *controller, ParlanceComposer *self)
{
  g_clear_pointer (&self->completion, parlance_completion_free);
}

/* --- conversations ---------------------------------------------------------------------------- */

static void
show_typing (ParlanceRoom *room, GParamSpec *property, ParlanceComposer *self)
{
  g_autofree char *words = parlance_typing_words (parlance_room_get_typing (room));

  gtk_label_set_text (self->typing, words);
}

static void
show_name (ParlanceRoom *room, GParamSpec *property, ParlanceComposer *self)
{
  g_autofree char *name =
      parlance_display_line_dup_isolated (parlance_room_get_name (room), MAX_CHARS);
  g_autofree char *placeholder = g_strdup_printf (_ ("Message to %s"), name);

  gtk_label_set_text (self->placeholder, placeholder);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->text), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  placeholder, -1);
}

static void
leave_conversation (ParlanceComposer *self)
{
  if (self->conversation == NULL)
    return;
  g_signal_handlers_disconnect_by_data (get_room (self), self);
  g_clear_object (&self->conversation);
  g_clear_object (&self->recalled);
  g_clear_pointer (&self->completion, parlance_completion_free);
}

static void
on_current (ParlanceClient *client, GParamSpec *property, ParlanceComposer *self)
{
  ParlanceConversation *current = parlance_client_get_current (client);

  if (current == self->conversation)
    return;
  leave_conversation (self);
  show_notice (self, NULL, FALSE);
  gtk_widget_set_sensitive (GTK_WIDGET (self), current != NULL);
  if (current == NULL)
    {
      set_text (self, "");
      return;
    }
  g_autofree char *draft = g_strdup (parlance_conversation_get_draft (current));
  self->conversation = g_object_ref (current);
  set_text (self, draft);
  g_signal_connect (get_room (self), "notify::typing", G_CALLBACK (show_typing), self);
  g_signal_connect (get_room (self), "notify::name", G_CALLBACK (show_name), self);
  show_typing (get_room (self), NULL, self);
  show_name (get_room (self), NULL, self);
  show_reply (self);
  update (self);
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

/* --- the object ------------------------------------------------------------------------------- */

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

  leave_conversation (self);
  g_clear_pointer (&self->help, gtk_widget_unparent);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (parlance_composer_parent_class)->dispose (object);
}

static void
parlance_composer_class_init (ParlanceComposerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = parlance_composer_dispose;
  widget_class->grab_focus = parlance_composer_grab_focus;
  widget_class->focus = parlance_focus_children;
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
  gtk_widget_class_bind_template_child (widget_class, ParlanceComposer, counter);
  gtk_widget_class_bind_template_child (widget_class, ParlanceComposer, notice);
  gtk_widget_class_bind_template_callback (widget_class, on_send_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_reply_closed);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_preedit);
  gtk_widget_class_bind_template_callback (widget_class, on_key);
  gtk_widget_class_bind_template_callback (widget_class, on_leave);
  gtk_widget_class_install_action (widget_class, "composer.show-commands", NULL, show_commands);
}

static void
parlance_composer_init (ParlanceComposer *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
