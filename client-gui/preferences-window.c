/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The nick is asked of the server that is visited, and is a setting when it has agreed.
 */
#include "client-gui/preferences-window.h"

#include <glib/gi18n.h>

#include "client-gui/dictionary-order-row.h"
#include "client-gui/name-rules.h"
#include "client-gui/nick-problem.h"
#include "protocol/client/nick.h"

struct _ParlancePreferencesWindow
{
  AdwPreferencesWindow parent_instance;
  ParlanceClient *client;
  GCancellable *cancellable;
  char *wanted; /* (nullable): the nick that the server was asked for */

  AdwEntryRow *nick;
  GtkLabel *nick_problem;
  GtkSwitch *notifications;
  AdwComboRow *send_key;
  AdwComboRow *color_scheme;
  GtkAdjustment *text_size;
  GtkListBox *dictionaries;
};

G_DEFINE_FINAL_TYPE (ParlancePreferencesWindow,
                     parlance_preferences_window,
                     ADW_TYPE_PREFERENCES_WINDOW)

/* --- the nick --------------------------------------------------------------------------------- */

static void
show_problem (ParlancePreferencesWindow *self, const char *problem)
{
  gtk_label_set_text (self->nick_problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->nick_problem), problem != NULL);
  if (problem != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->nick), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->nick), "error");
}

static void
on_nick_typed (ParlancePreferencesWindow *self)
{
  g_autofree char *problem =
      parlance_nick_problem (gtk_editable_get_text (GTK_EDITABLE (self->nick)));

  show_problem (self, problem);
}

static void
on_nick_changed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  (void)parlance_chat_set_nick_finish (PARLANCE_CHAT (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* and @user_data may be gone */

  ParlancePreferencesWindow *self = user_data;
  g_autofree char *problem = error != NULL ? parlance_nick_refusal (error, self->wanted) : NULL;
  if (error == NULL)
    g_settings_set_string (parlance_client_get_settings (self->client), "nick", self->wanted);
  show_problem (self, problem);
}

static void
on_nick_apply (ParlancePreferencesWindow *self)
{
  ParlanceChat *chat = parlance_client_get_chat (self->client);
  const char *typed = gtk_editable_get_text (GTK_EDITABLE (self->nick));
  g_autofree char *problem = parlance_nick_problem (typed);

  if (*typed == '\0' || problem != NULL)
    return;
  g_free (self->wanted);
  self->wanted = g_strdup (typed);
  if (chat == NULL)
    g_settings_set_string (parlance_client_get_settings (self->client), "nick", typed);
  else
    parlance_chat_set_nick_async (chat, typed, self->cancellable, on_nick_changed, self);
}

static void
show_nick (ParlancePreferencesWindow *self)
{
  ParlanceChat *chat = parlance_client_get_chat (self->client);
  g_autofree char *set =
      g_settings_get_string (parlance_client_get_settings (self->client), "nick");
  g_autofree char *usual = parlance_nick_default ();

  gtk_editable_set_text (GTK_EDITABLE (self->nick), chat != NULL   ? parlance_chat_get_nick (chat)
                                                    : *set != '\0' ? set
                                                                   : usual);
}

/* --- plain settings --------------------------------------------------------------------------- */

/* An enum is chosen by its place, which is its value in the schema. */
static void
on_send_key (AdwComboRow *row, GParamSpec *property, gpointer user_data)
{
  ParlancePreferencesWindow *self = user_data;

  g_settings_set_enum (parlance_client_get_settings (self->client), "send-key",
                       (int)adw_combo_row_get_selected (row));
}

static void
on_color_scheme (AdwComboRow *row, GParamSpec *property, gpointer user_data)
{
  ParlancePreferencesWindow *self = user_data;

  g_settings_set_enum (parlance_client_get_settings (self->client), "color-scheme",
                       (int)adw_combo_row_get_selected (row));
}

static gboolean
percent_from_scale (GValue *value, GVariant *scale, gpointer user_data)
{
  g_value_set_double (value, g_variant_get_double (scale) * 100);
  return TRUE;
}

static GVariant *
scale_from_percent (const GValue *value, const GVariantType *type, gpointer user_data)
{
  return g_variant_new_double (g_value_get_double (value) / 100);
}

static void
bind_settings (ParlancePreferencesWindow *self)
{
  GSettings *settings = parlance_client_get_settings (self->client);

  g_settings_bind (settings, "notifications", self->notifications, "active",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind_with_mapping (settings, "text-scale", self->text_size, "value",
                                G_SETTINGS_BIND_DEFAULT, percent_from_scale, scale_from_percent,
                                NULL, NULL);
  adw_combo_row_set_selected (self->send_key, (guint)g_settings_get_enum (settings, "send-key"));
  adw_combo_row_set_selected (self->color_scheme,
                              (guint)g_settings_get_enum (settings, "color-scheme"));
  g_signal_connect (self->send_key, "notify::selected", G_CALLBACK (on_send_key), self);
  g_signal_connect (self->color_scheme, "notify::selected", G_CALLBACK (on_color_scheme), self);
}

/* --- dictionaries ----------------------------------------------------------------------------- */

static ParlanceDictionaryChoice *
get_choice (ParlancePreferencesWindow *self)
{
  return parlance_dictionary_get_choice (parlance_client_get_dictionary (self->client));
}

static GtkWidget *
make_row (gpointer item, gpointer user_data)
{
  return parlance_dictionary_order_row_new (get_choice (user_data), item);
}

/* --- the object ------------------------------------------------------------------------------- */

void
parlance_preferences_window_show (GtkWindow *parent, ParlanceClient *client)
{
  g_return_if_fail (PARLANCE_IS_CLIENT (client));

  ParlancePreferencesWindow *self =
      g_object_new (PARLANCE_TYPE_PREFERENCES_WINDOW, "transient-for", parent, NULL);

  self->client = g_object_ref (client);
  show_nick (self);
  bind_settings (self);
  gtk_list_box_bind_model (self->dictionaries, G_LIST_MODEL (get_choice (self)), make_row, self,
                           NULL);
  gtk_window_present (GTK_WINDOW (self));
}

static void
parlance_preferences_window_dispose (GObject *object)
{
  ParlancePreferencesWindow *self = PARLANCE_PREFERENCES_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  G_OBJECT_CLASS (parlance_preferences_window_parent_class)->dispose (object);
}

static void
parlance_preferences_window_finalize (GObject *object)
{
  ParlancePreferencesWindow *self = PARLANCE_PREFERENCES_WINDOW (object);

  g_object_unref (self->cancellable);
  g_clear_object (&self->client);
  g_free (self->wanted);
  G_OBJECT_CLASS (parlance_preferences_window_parent_class)->finalize (object);
}

static void
parlance_preferences_window_class_init (ParlancePreferencesWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = parlance_preferences_window_dispose;
  object_class->finalize = parlance_preferences_window_finalize;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/parlance/Parlance/preferences-window.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlancePreferencesWindow, nick);
  gtk_widget_class_bind_template_child (widget_class, ParlancePreferencesWindow, nick_problem);
  gtk_widget_class_bind_template_child (widget_class, ParlancePreferencesWindow, notifications);
  gtk_widget_class_bind_template_child (widget_class, ParlancePreferencesWindow, send_key);
  gtk_widget_class_bind_template_child (widget_class, ParlancePreferencesWindow, color_scheme);
  gtk_widget_class_bind_template_child (widget_class, ParlancePreferencesWindow, text_size);
  gtk_widget_class_bind_template_child (widget_class, ParlancePreferencesWindow, dictionaries);
  gtk_widget_class_bind_template_callback (widget_class, on_nick_typed);
  gtk_widget_class_bind_template_callback (widget_class, on_nick_apply);
}

static void
parlance_preferences_window_init (ParlancePreferencesWindow *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}
