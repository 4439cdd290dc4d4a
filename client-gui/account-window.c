/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shows the client's ParlanceAccountState, and asks before it ends what cannot be taken back.
 */
#include "client-gui/account-window.h"

#include <glib/gi18n.h>

#include "client-gui/account-problem.h"
#include "client-gui/device.h"
#include "client-gui/moment.h"
#include "client-gui/password-dialog.h"
#include "client-gui/plain-text.h"
#include "client-gui/toast.h"
#include "protocol/client/account.h"

struct _ParlanceAccountWindow
{
  AdwWindow parent_instance;
  ParlanceClient *client; /* (nullable): not any more */
  ParlanceAccountState *state;

  AdwToastOverlay *toasts;
  GtkStack *pages;
  AdwStatusPage *guest_page;
  GtkWidget *guest_plain;
  GtkWidget *register_button;
  GtkWidget *log_in_button;
  AdwPreferencesGroup *account_group;
  GtkWidget *operator_row;
  GtkWidget *others_button;
  GtkStack *device_pages;
  GtkSpinner *spinner;
  GtkLabel *device_problem;
  GtkListBox *devices;
};

G_DEFINE_FINAL_TYPE (ParlanceAccountWindow, parlance_account_window, ADW_TYPE_WINDOW)

/* --- what is shown ---------------------------------------------------------------------------- */

static void
show_guest (ParlanceAccountWindow *self)
{
  g_autofree char *nick = parlance_plain_isolate (parlance_account_state_get_nick (self->state));
  gboolean is_private = parlance_account_state_is_private (self->state);
  g_autofree char *title = g_strdup_printf (_ ("%s Is Not Registered"), nick);
  g_autofree char *escaped = g_markup_escape_text (title, -1);

  adw_status_page_set_title (self->guest_page, escaped);
  gtk_widget_set_visible (self->guest_plain, !is_private);
  gtk_widget_set_sensitive (self->register_button, is_private);
  gtk_widget_set_sensitive (self->log_in_button, is_private);
}

static void
show_account (ParlanceAccountWindow *self)
{
  gint64 created_ms = parlance_account_state_get_created_ms (self->state);
  g_autofree char *nick = parlance_plain_line (parlance_account_state_get_nick (self->state));
  g_autofree char *escaped = g_markup_escape_text (nick, -1);
  g_autofree char *day = parlance_moment_day (created_ms);
  /* Translators: %s is a day, 2026-11-28 */
  g_autofree char *since =
      g_strdup_printf (_ ("Registered since %s. Nobody else can use it."), day);

  adw_preferences_group_set_title (self->account_group, escaped);
  adw_preferences_group_set_description (
      self->account_group, created_ms > 0 ? since : _ ("Registered. Nobody else can use it."));
  gtk_widget_set_visible (self->operator_row, parlance_account_state_get_is_operator (self->state));
}

static void
show_devices (ParlanceAccountWindow *self)
{
  guint n_devices = g_list_model_get_n_items (parlance_account_state_get_devices (self->state));
  const GError *error = parlance_account_state_get_error (self->state);
  gboolean is_waiting = error == NULL && n_devices == 0;

  if (error != NULL)
    {
      g_autofree char *problem = parlance_account_problem (error);
      gtk_label_set_text (self->device_problem, problem);
    }
  gtk_spinner_set_spinning (self->spinner, is_waiting);
  gtk_widget_set_visible (self->others_button, error == NULL && n_devices > 1);
  gtk_stack_set_visible_child_name (self->device_pages, error != NULL ? "problem"
                                                        : is_waiting  ? "loading"
                                                                      : "devices");
}

static void
show (ParlanceAccountWindow *self)
{
  static const char *const pages[] = {
    [PARLANCE_ACCOUNT_OFFLINE] = "offline",
    [PARLANCE_ACCOUNT_GUEST] = "guest",
    [PARLANCE_ACCOUNT_OWN] = "account",
  };

  show_guest (self);
  show_account (self);
  show_devices (self);
  gtk_stack_set_visible_child_name (self->pages,
                                    pages[parlance_account_state_get_kind (self->state)]);
}

static void
on_kind (ParlanceAccountWindow *self)
{
  if (g_list_model_get_n_items (parlance_account_state_get_devices (self->state)) == 0)
    parlance_account_state_load (self->state);
}

static void
load (ParlanceAccountWindow *self)
{
  parlance_account_state_load (self->state);
}

/* --- logging out ------------------------------------------------------------------------------ */

/* Which device is meant while somebody is asked, and while the server is. */
typedef struct
{
  ParlanceAccountWindow *window;
  ParlanceSession *session;
  gint64 device; /* 0: not a certain one */
  gboolean others;
  gboolean is_this; /* the one that asks */
} Logout;

static void
logout_free (gpointer data, GClosure *closure)
{
  Logout *logout = data;

  g_object_unref (logout->window);
  g_object_unref (logout->session);
  g_free (logout);
}

static void
on_logged_out (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Logout *logout = user_data;
  ParlanceAccountWindow *self = logout->window;
  g_autoptr (GError) error = NULL;
  g_autofree char *json = parlance_session_call_finish (PARLANCE_SESSION (source), result, &error);

  /* The token is over, whether the window is still there or not. */
  if (json != NULL && logout->is_this && self->client != NULL)
    {
      parlance_account_state_forget (self->state);
      parlance_client_leave (self->client);
      gtk_window_close (GTK_WINDOW (self));
    }
  else if (json != NULL && self->client != NULL)
    {
      parlance_toast (self->toasts, logout->others ? _ ("The other devices are logged out")
                                                   : _ ("The device is logged out"));
      load (self);
    }
  else if (self->client != NULL)
    {
      g_autofree char *problem = parlance_account_problem (error);
      parlance_toast (self->toasts, problem);
    }
  logout_free (logout, NULL);
}

static void
on_response (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  const Logout *asked = user_data;

  if (!g_str_equal (response, "log-out") || asked->window->client == NULL)
    return;
  Logout *logout = g_memdup2 (asked, sizeof *asked);
  g_object_ref (logout->window);
  g_object_ref (logout->session);
  parlance_session_logout_async (logout->session, logout->device, logout->others, on_logged_out,
                                 logout);
}

static void
ask_whether_to_log_out (ParlanceAccountWindow *self,
                        ParlanceDevice *device,
                        gboolean others,
                        const char *heading,
                        const char *body)
{
  ParlanceSession *session = parlance_account_state_get_session (self->state);
  gboolean is_this = !others && (device == NULL || parlance_device_is_current (device));

  if (session == NULL)
    return;
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), heading, body);
  const Logout logout = {
    .window = g_object_ref (self),
    .session = g_object_ref (session),
    .device = device != NULL && !is_this ? parlance_device_get_id (device) : 0,
    .others = others,
    .is_this = is_this,
  };
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "log-out",
                                    _ ("_Log Out"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "log-out",
                                              ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_response),
                         g_memdup2 (&logout, sizeof logout), logout_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
ask_for_this (ParlanceAccountWindow *self)
{
  ask_whether_to_log_out (self, NULL, FALSE, _ ("Log Out Here?"),
                          _ ("You leave the server. To come back under this nick, the password is "
                             "needed."));
}

static void
ask_for_others (ParlanceAccountWindow *self)
{
  ask_whether_to_log_out (self, NULL, TRUE, _ ("Log Out All Other Devices?"),
                          _ ("They leave the server, and need the password to come back."));
}

static void
on_log_out (GtkButton *button, gpointer user_data)
{
  ParlanceAccountWindow *self = user_data;
  ParlanceDevice *device = g_object_get_data (G_OBJECT (button), "device");

  if (parlance_device_is_current (device))
    {
      ask_for_this (self);
      return;
    }
  g_autofree char *name = parlance_device_name (parlance_device_get_client (device));
  g_autofree char *client = parlance_plain_isolate (name);
  /* Translators: %s is a program, parlance/1.0 */
  g_autofree char *heading = g_strdup_printf (_ ("Log Out %s?"), client);
  ask_whether_to_log_out (self, device, FALSE, heading,
                          _ ("It leaves the server, and needs the password to come back."));
}

/* --- devices ---------------------------------------------------------------------------------- */

static char *
describe (ParlanceDevice *device)
{
  g_autofree char *since = parlance_moment (parlance_device_get_created_ms (device));
  g_autofree char *used = parlance_moment (parlance_device_get_used_ms (device));

  /* Translators: %s is a day and a time, 2026-11-28 14:03 */
  if (parlance_device_is_current (device))
    return g_strdup_printf (_ ("This device, since %s"), since);
  /* Translators: %s is a day and a time, 2026-11-28 14:03 */
  if (parlance_device_is_online (device))
    return g_strdup_printf (_ ("Online, since %s"), since);
  /* Translators: both %s are a day and a time, 2026-11-28 14:03 */
  return g_strdup_printf (_ ("Last used %s, since %s"), used, since);
}

static GtkWidget *
make_row (gpointer item, gpointer user_data)
{
  ParlanceAccountWindow *self = user_data;
  ParlanceDevice *device = item;
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_from_icon_name ("system-log-out-symbolic");
  g_autofree char *title = parlance_device_name (parlance_device_get_client (device));
  g_autofree char *details = describe (device);
  g_autofree char *label = g_strdup_printf (_ ("Log Out %s, %s"), title, details);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), details);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 1);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _ ("Log Out"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  g_object_set_data_full (G_OBJECT (button), "device", g_object_ref (device), g_object_unref);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_log_out), self, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  return row;
}

/* --- passwords -------------------------------------------------------------------------------- */

static void
on_registered (ParlanceAccountWindow *self)
{
  g_autofree char *nick = parlance_plain_isolate (parlance_account_state_get_nick (self->state));
  g_autofree char *words = g_strdup_printf (_ ("%s is yours"), nick);

  parlance_toast (self->toasts, words);
}

static void
on_logged_in (ParlanceAccountWindow *self)
{
  parlance_toast (self->toasts, _ ("You are logged in"));
}

static void
on_changed (ParlanceAccountWindow *self)
{
  parlance_toast (self->toasts, _ ("The password is changed"));
  load (self);
}

static void
ask_password (ParlanceAccountWindow *self, ParlancePasswordPurpose purpose, GCallback done)
{
  ParlancePasswordDialog *dialog =
      parlance_password_dialog_new (GTK_WINDOW (self), self->client, purpose, NULL);

  g_signal_connect_object (dialog, "done", done, self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
ask_registration (ParlanceAccountWindow *self)
{
  ask_password (self, PARLANCE_PASSWORD_REGISTER, G_CALLBACK (on_registered));
}

static void
ask_login (ParlanceAccountWindow *self)
{
  ask_password (self, PARLANCE_PASSWORD_LOG_IN, G_CALLBACK (on_logged_in));
}

static void
ask_change (ParlanceAccountWindow *self)
{
  ask_password (self, PARLANCE_PASSWORD_CHANGE, G_CALLBACK (on_changed));
}

static void
ask_deletion (ParlanceAccountWindow *self)
{
  ask_password (self, PARLANCE_PASSWORD_DELETE, G_CALLBACK (gtk_window_close));
}

/* --- the object ------------------------------------------------------------------------------- */

GtkWindow *
parlance_account_window_new (GtkWindow *parent, ParlanceClient *client)
{
  g_return_val_if_fail (PARLANCE_IS_CLIENT (client), NULL);

  ParlanceAccountWindow *self =
      g_object_new (PARLANCE_TYPE_ACCOUNT_WINDOW, "transient-for", parent, NULL);
  GListModel *devices = parlance_account_state_get_devices (parlance_client_get_account (client));

  self->client = g_object_ref (client);
  self->state = g_object_ref (parlance_client_get_account (client));
  gtk_list_box_bind_model (self->devices, devices, make_row, self, NULL);
  g_signal_connect_object (self->state, "notify", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (devices, "items-changed", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->state, "notify::kind", G_CALLBACK (on_kind), self,
                           G_CONNECT_SWAPPED);
  load (self);
  show (self);
  return GTK_WINDOW (self);
}

static void
parlance_account_window_dispose (GObject *object)
{
  ParlanceAccountWindow *self = PARLANCE_ACCOUNT_WINDOW (object);

  g_clear_object (&self->client);
  G_OBJECT_CLASS (parlance_account_window_parent_class)->dispose (object);
}

static void
parlance_account_window_finalize (GObject *object)
{
  g_clear_object (&PARLANCE_ACCOUNT_WINDOW (object)->state);
  G_OBJECT_CLASS (parlance_account_window_parent_class)->finalize (object);
}

static void
parlance_account_window_class_init (ParlanceAccountWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = parlance_account_window_dispose;
  object_class->finalize = parlance_account_window_finalize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/account-window.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceAccountWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, ParlanceAccountWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, ParlanceAccountWindow, guest_page);
  gtk_widget_class_bind_template_child (widget_class, ParlanceAccountWindow, guest_plain);
  gtk_widget_class_bind_template_child (widget_class, ParlanceAccountWindow, register_button);
  gtk_widget_class_bind_template_child (widget_class, ParlanceAccountWindow, log_in_button);
  gtk_widget_class_bind_template_child (widget_class, ParlanceAccountWindow, account_group);
  gtk_widget_class_bind_template_child (widget_class, ParlanceAccountWindow, operator_row);
  gtk_widget_class_bind_template_child (widget_class, ParlanceAccountWindow, others_button);
  gtk_widget_class_bind_template_child (widget_class, ParlanceAccountWindow, device_pages);
  gtk_widget_class_bind_template_child (widget_class, ParlanceAccountWindow, spinner);
  gtk_widget_class_bind_template_child (widget_class, ParlanceAccountWindow, device_problem);
  gtk_widget_class_bind_template_child (widget_class, ParlanceAccountWindow, devices);
  gtk_widget_class_bind_template_callback (widget_class, load);
  gtk_widget_class_bind_template_callback (widget_class, ask_registration);
  gtk_widget_class_bind_template_callback (widget_class, ask_login);
  gtk_widget_class_bind_template_callback (widget_class, ask_change);
  gtk_widget_class_bind_template_callback (widget_class, ask_deletion);
  gtk_widget_class_bind_template_callback (widget_class, ask_for_this);
  gtk_widget_class_bind_template_callback (widget_class, ask_for_others);
}

static void
parlance_account_window_init (ParlanceAccountWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
