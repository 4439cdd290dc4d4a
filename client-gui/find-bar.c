/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The newest match is shown first; Return goes to earlier ones.
 */
#include "client-gui/find-bar.h"

#include <glib/gi18n.h>

#include "client-gui/send-problem.h"
#include "protocol/wire/errors.h"

#define MOST_MATCHES 200 /* that are stepped through */
#define RETRY_MS 700     /* [ms] until a server that was busy is asked again */

struct _ParlanceFindBar
{
  GtkWidget parent_instance;
  ParlanceClient *client;
  GCancellable *cancellable; /* (nullable): of the search that is under way */
  guint retry;               /* 0, or searches again */
  GPtrArray *matches;        /* (nullable) of ParlanceMessage: the newest first */
  gboolean has_more;
  guint at; /* in @matches */

  GtkSearchBar *bar;
  GtkSearchEntry *entry;
  GtkLabel *status;
  GtkWidget *steps;
};

enum
{
  SIGNAL_CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ParlanceFindBar, parlance_find_bar, GTK_TYPE_WIDGET)

/* --- searching -------------------------------------------------------------------------------- */

static void
stop (ParlanceFindBar *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->retry, g_source_remove);
  g_clear_pointer (&self->matches, g_ptr_array_unref);
  gtk_widget_set_sensitive (self->steps, FALSE);
}

static void
show_match (ParlanceFindBar *self)
{
  guint n = self->matches->len;
  ParlanceMessage *message = g_ptr_array_index (self->matches, self->at);
  /* Translators: the number of the match that is shown, and how many there are */
  g_autofree char *status =
      g_strdup_printf (self->has_more ? _ ("%u of more than %u") : _ ("%u of %u"), self->at + 1, n);

  gtk_label_set_text (self->status, status);
  gtk_widget_activate_action (GTK_WIDGET (self), "room.show-message", "x",
                              parlance_message_get_seq (message));
}

static void
step (ParlanceFindBar *self, int by)
{
  if (self->matches == NULL || self->matches->len == 0)
    return;
  guint n = self->matches->len;
  self->at = (self->at + (by > 0 ? 1 : n - 1)) % n;
  show_match (self);
}

static void search (ParlanceFindBar *self);

static gboolean
on_retry (gpointer user_data)
{
  ParlanceFindBar *self = user_data;

  self->retry = 0;
  search (self);
  return G_SOURCE_REMOVE;
}

static void
show_problem (ParlanceFindBar *self, const GError *error)
{
  if (g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_BUSY) ||
      g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_RATE_LIMITED))
    {
      self->retry = g_timeout_add (RETRY_MS, on_retry, self);
      return;
    }
  g_autofree char *words = parlance_send_problem (error);
  gtk_label_set_text (self->status, words);
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ParlanceFindBar) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean has_more = FALSE;
  g_autoptr (GPtrArray) matches =
      parlance_chat_search_messages_finish (PARLANCE_CHAT (source), result, &has_more, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->cancellable);
  if (matches == NULL)
    {
      show_problem (self, error);
      return;
    }
  self->matches = g_steal_pointer (&matches);
  self->has_more = has_more;
  self->at = 0;
  gtk_widget_set_sensitive (self->steps, self->matches->len > 1);
  if (self->matches->len == 0)
    gtk_label_set_text (self->status, _ ("Nothing found"));
  else
    show_match (self);
}

static void
search (ParlanceFindBar *self)
{
  ParlanceConversation *conversation = parlance_client_get_current (self->client);
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));

  stop (self);
  gtk_label_set_text (self->status, "");
  if (conversation == NULL || *text == '\0' || !gtk_search_bar_get_search_mode (self->bar))
    return;
  self->cancellable = g_cancellable_new ();
  gtk_label_set_text (self->status, _ ("Searching…"));
  parlance_chat_search_messages_async (
      parlance_conversation_get_chat (conversation),
      parlance_room_get_name (parlance_conversation_get_room (conversation)), text, MOST_MATCHES,
      self->cancellable, on_found, g_object_ref (self));
}

/* --- input ------------------------------------------------------------------------------------ */

static void
on_search_changed (GtkSearchEntry *entry, ParlanceFindBar *self)
{
  search (self);
}

static void
on_activate (GtkSearchEntry *entry, ParlanceFindBar *self)
{
  step (self, 1);
}

static void
on_next_match (GtkSearchEntry *entry, ParlanceFindBar *self)
{
  step (self, -1);
}

static void
on_previous_match (GtkSearchEntry *entry, ParlanceFindBar *self)
{
  step (self, 1);
}

static void
on_earlier_clicked (GtkButton *button, ParlanceFindBar *self)
{
  step (self, 1);
}

static void
on_later_clicked (GtkButton *button, ParlanceFindBar *self)
{
  step (self, -1);
}

static gboolean
on_key (GtkEventControllerKey *controller,
        guint keyval,
        guint keycode,
        GdkModifierType state,
        ParlanceFindBar *self)
{
  GdkModifierType modifiers = state & gtk_accelerator_get_default_mod_mask ();

  gboolean is_enter = keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter;

  if (keyval == GDK_KEY_Up && modifiers == 0)
    step (self, 1);
  else if ((keyval == GDK_KEY_Down && modifiers == 0) || (is_enter && modifiers == GDK_SHIFT_MASK))
    step (self, -1);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static void
close_bar (ParlanceFindBar *self)
{
  if (!gtk_search_bar_get_search_mode (self->bar))
    return;
  gtk_search_bar_set_search_mode (self->bar, FALSE);
  stop (self);
  g_signal_emit (self, signals[SIGNAL_CLOSED], 0);
}

static void
on_stop (GtkSearchEntry *entry, ParlanceFindBar *self)
{
  close_bar (self);
}

static void
on_close_clicked (GtkButton *button, ParlanceFindBar *self)
{
  close_bar (self);
}

void
parlance_find_bar_open (ParlanceFindBar *self)
{
  g_return_if_fail (PARLANCE_IS_FIND_BAR (self));

  if (self->client == NULL || parlance_client_get_current (self->client) == NULL)
    return;
  gtk_search_bar_set_search_mode (self->bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  gtk_editable_select_region (GTK_EDITABLE (self->entry), 0, -1);
}

/* --- the object ------------------------------------------------------------------------------- */

static void
on_current (ParlanceClient *client, GParamSpec *property, ParlanceFindBar *self)
{
  gtk_search_bar_set_search_mode (self->bar, FALSE);
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
  stop (self);
}

void
parlance_find_bar_set_client (ParlanceFindBar *self, ParlanceClient *client)
{
  g_return_if_fail (PARLANCE_IS_FIND_BAR (self));
  g_return_if_fail (self->client == NULL);

  self->client = g_object_ref (client);
  g_signal_connect_object (client, "notify::current", G_CALLBACK (on_current), self, 0);
}

static void
parlance_find_bar_dispose (GObject *object)
{
  ParlanceFindBar *self = PARLANCE_FIND_BAR (object);
  GtkWidget *child;

  if (self->client != NULL)
    {
      stop (self);
      g_clear_object (&self->client);
    }
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (parlance_find_bar_parent_class)->dispose (object);
}

static void
parlance_find_bar_class_init (ParlanceFindBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = parlance_find_bar_dispose;
  signals[SIGNAL_CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/find-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceFindBar, bar);
  gtk_widget_class_bind_template_child (widget_class, ParlanceFindBar, entry);
  gtk_widget_class_bind_template_child (widget_class, ParlanceFindBar, status);
  gtk_widget_class_bind_template_child (widget_class, ParlanceFindBar, steps);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_next_match);
  gtk_widget_class_bind_template_callback (widget_class, on_previous_match);
  gtk_widget_class_bind_template_callback (widget_class, on_stop);
  gtk_widget_class_bind_template_callback (widget_class, on_key);
  gtk_widget_class_bind_template_callback (widget_class, on_earlier_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_later_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_close_clicked);
}

static void
parlance_find_bar_init (ParlanceFindBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
