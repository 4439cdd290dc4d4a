/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The network is asked while the page is seen. Who chooses a server stays on the page until that
 * server has let them in; what goes wrong is said where it can be mended: a nick beside the nick,
 * an address beside the address, anything else above the servers.
 */
#include "client-gui/welcome-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client-gui/ask-dialog.h"
#include "client-gui/connect-dialog.h"
#include "client-gui/connection-error.h"
#include "client-gui/focus-children.h"
#include "client-gui/nick-entry.h"
#include "client-gui/plain-text.h"
#include "client-gui/server-row.h"
#include "client-gui/trust-dialog.h"
#include "protocol/client/nick.h"

#define NOBODY_MS 2000  /* [ms] then whoever is there has answered */
#define ARRIVING_MS 300 /* [ms] what is quicker needs no page of its own */

/* Where somebody wants in. */
typedef struct
{
  char *name; /* (nullable) */
  char **addresses;
  ParlanceServer *server; /* (nullable) */
  ParlanceTrust *trust;   /* what it has to show */
  char *password;         /* (nullable) */
} Target;

struct _ParlanceWelcomePage
{
  GtkWidget parent_instance;
  ParlanceClient *client;
  ParlanceBrowser *browser;
  guint nobody_source;           /* 0: not waiting for the first server */
  Target *target;                /* (nullable): chosen last */
  guint n_alternatives;          /* to the nick, that were suggested for the target */
  GCancellable *cancellable;     /* (nullable): of the arrival under way */
  GtkWidget *focus;              /* (nullable) (not owned): what had it before an arrival */
  guint arriving_source;         /* 0: its page is shown, or need not be */
  ParlanceConnectDialog *dialog; /* (nullable): that asked for the target */
  char *address;                 /* as it was written last */

  GtkMenuButton *menu_button;
  GtkStack *pages;
  GtkWidget *choice;
  ParlanceNickEntry *nick_entry;
  GtkSpinner *looking_spinner;
  GtkLabel *problem;
  GtkListBox *servers;
  GtkLabel *nobody;
  GtkWidget *host_button;
  AdwStatusPage *arriving_page;
  GtkSpinner *arriving_spinner;
  GtkWidget *cancel_button;
};

G_DEFINE_FINAL_TYPE (ParlanceWelcomePage, parlance_welcome_page, GTK_TYPE_WIDGET)

/* @server: (transfer none) */
static Target *
target_new_found (ParlanceServer *server)
{
  Target *target = g_new0 (Target, 1);

  target->name = parlance_plain_line (parlance_server_get_name (server));
  target->addresses = parlance_server_dup_addresses (server);
  target->server = g_object_ref (server);
  target->trust = parlance_trust_new (PARLANCE_TLS_USE_AUTO);
  parlance_trust_set_announced (target->trust, parlance_server_get_id (server),
                                parlance_server_get_tls (server),
                                parlance_server_get_fingerprint (server));
  return target;
}

static Target *
target_new_address (const char *address)
{
  Target *target = g_new0 (Target, 1);

  target->addresses = g_strsplit (address, "\n", 1);
  target->trust = parlance_trust_new (PARLANCE_TLS_USE_AUTO);
  parlance_trust_set_address (target->trust, address);
  return target;
}

static void
target_free (Target *target)
{
  if (target == NULL)
    return;
  g_free (target->name);
  g_strfreev (target->addresses);
  g_clear_object (&target->server);
  parlance_trust_unref (target->trust);
  g_free (target->password);
  g_free (target);
}

/* @target: (transfer full) */
static void
set_target (ParlanceWelcomePage *self, Target *target)
{
  target_free (self->target);
  self->target = target;
  self->n_alternatives = 0;
}

static GtkWindow *
get_window (ParlanceWelcomePage *self)
{
  return GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
}

/* @words: (nullable): %NULL: nothing is wrong */
static void
say_problem (ParlanceWelcomePage *self, const char *words)
{
  gtk_label_set_text (self->problem, words != NULL ? words : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), words != NULL);
}

void
parlance_welcome_page_show_menu (ParlanceWelcomePage *self)
{
  g_return_if_fail (PARLANCE_IS_WELCOME_PAGE (self));

  gtk_menu_button_popup (self->menu_button);
}

/* --- arriving --------------------------------------------------------------------------------- */

static void arrive (ParlanceWelcomePage *self);

static gboolean
on_arriving (gpointer user_data)
{
  ParlanceWelcomePage *self = user_data;

  self->arriving_source = 0;
  gtk_stack_set_visible_child_name (self->pages, "arriving");
  gtk_spinner_start (self->arriving_spinner);
  gtk_widget_grab_focus (self->cancel_button);
  return G_SOURCE_REMOVE;
}

/* @title: what is under way */
static void
begin_arrival (ParlanceWelcomePage *self, const char *title)
{
  say_problem (self, NULL);
  self->cancellable = g_cancellable_new ();
  /* Whatever is being written in must notice that it is not any more. */
  if (self->focus == NULL)
    g_set_weak_pointer (&self->focus, gtk_window_get_focus (get_window (self)));
  gtk_window_set_focus (get_window (self), NULL);
  gtk_widget_set_sensitive (self->choice, FALSE);
  adw_status_page_set_title (self->arriving_page, title);
  if (self->dialog == NULL)
    self->arriving_source = g_timeout_add (ARRIVING_MS, on_arriving, self);
}

static void
end_arrival (ParlanceWelcomePage *self)
{
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->arriving_source, g_source_remove);
  gtk_spinner_stop (self->arriving_spinner);
  gtk_widget_set_sensitive (self->choice, TRUE);
  gtk_stack_set_visible_child_name (self->pages, "choose");
}

static void
restore_focus (ParlanceWelcomePage *self)
{
  if (self->focus != NULL)
    gtk_widget_grab_focus (self->focus);
  g_clear_weak_pointer (&self->focus);
}

static void
close_dialog (ParlanceWelcomePage *self)
{
  if (self->dialog != NULL)
    gtk_window_destroy (GTK_WINDOW (self->dialog));
}

static void
refuse_nick (ParlanceWelcomePage *self, const GError *error)
{
  const char *nick = parlance_nick_entry_get_text (self->nick_entry);
  g_autofree char *isolated = parlance_plain_isolate (nick);
  g_autofree char *suggestion =
      self->n_alternatives == 0 ? parlance_nick_alternative (nick, 1) : g_strdup (nick);
  g_autofree char *words = NULL;

  if (self->n_alternatives++ > 0)
    {
      /* “alice_” was taken too: “alice2” is next, not “alice_2”. */
      g_autofree char *stem = g_strdup (nick);
      gsize n_bytes = strlen (stem);
      while (n_bytes > 1 && (stem[n_bytes - 1] == '_' || g_ascii_isdigit (stem[n_bytes - 1])))
        stem[--n_bytes] = '\0';
      g_free (suggestion);
      suggestion = parlance_nick_alternative (stem, self->n_alternatives);
    }
  if (g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_NICK_IN_USE))
    words = g_strdup_printf (
        _ ("Somebody is called %s there already. Join under this nick, or write another one."),
        isolated);
  else
    words = parlance_connection_error_describe (error);
  parlance_nick_entry_refuse (self->nick_entry, words, suggestion);
}

static void
on_password (ParlanceAskDialog *dialog, const char *password, gpointer user_data)
{
  ParlanceWelcomePage *self = user_data;

  g_free (self->target->password);
  self->target->password = g_strdup (password);
  arrive (self);
}

static void
ask_whether_to_trust (ParlanceWelcomePage *self, const GError *error)
{
  const Target *target = self->target;
  GtkWindow *dialog =
      parlance_trust_dialog_new (get_window (self), target->trust, error,
                                 target->name != NULL ? target->name : target->addresses[0]);

  g_signal_connect_object (dialog, "trusted", G_CALLBACK (arrive), self, G_CONNECT_SWAPPED);
  gtk_window_present (dialog);
}

static void
fail (ParlanceWelcomePage *self, const GError *error)
{
  g_autofree char *words = parlance_connection_error_describe (error);

  restore_focus (self);
  if (parlance_connection_error_is_nick (error))
    {
      close_dialog (self);
      refuse_nick (self, error);
    }
  else if (parlance_connection_error_is_password (error))
    {
      close_dialog (self);
      GtkWindow *dialog = parlance_ask_dialog_new_password (get_window (self), words);
      g_signal_connect_object (dialog, "answered", G_CALLBACK (on_password), self, 0);
      gtk_window_present (dialog);
    }
  else if (parlance_connection_error_is_secret (error))
    {
      /* The nick can be changed behind the dialog. */
      close_dialog (self);
      say_problem (self, words);
    }
  else if (parlance_trust_dialog_is_about (error))
    {
      close_dialog (self);
      say_problem (self, words);
      ask_whether_to_trust (self, error);
    }
  else if (self->dialog != NULL)
    parlance_connect_dialog_set_problem (self->dialog, words);
  else
    say_problem (self, words);
}

static void
on_arrived (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ParlanceWelcomePage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean arrived = parlance_client_arrive_finish (PARLANCE_CLIENT (source), result, &error);

  if (self->client == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  end_arrival (self);
  if (!arrived)
    {
      fail (self, error);
      return;
    }
  g_settings_set_string (parlance_client_get_settings (self->client), "nick",
                         parlance_nick_entry_get_text (self->nick_entry));
  g_clear_weak_pointer (&self->focus);
  set_target (self, NULL);
  close_dialog (self);
}

static void
arrive (ParlanceWelcomePage *self)
{
  const Target *target = self->target;
  g_autofree char *name =
      parlance_plain_isolate (target->name != NULL ? target->name : target->addresses[0]);
  /* Translators: %s is the name or the address of a server. */
  g_autofree char *title = g_strdup_printf (_ ("Joining %s…"), name);
  const ParlanceVisit visit = { .name = target->name,
                                .addresses = (const char *const *)target->addresses,
                                .nick = parlance_nick_entry_get_text (self->nick_entry),
                                .password = target->password,
                                .server = target->server,
                                .trust = target->trust };

  begin_arrival (self, title);
  parlance_client_arrive_async (self->client, &visit, self->cancellable, on_arrived,
                                g_object_ref (self));
}

static void
on_cancel (ParlanceWelcomePage *self)
{
  if (self->cancellable == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  end_arrival (self);
  restore_focus (self);
}

/* Returns: whether somebody can arrive; else the nick is to be mended */
static gboolean
check_nick (ParlanceWelcomePage *self)
{
  if (self->cancellable != NULL)
    return FALSE;
  if (parlance_nick_entry_is_valid (self->nick_entry))
    return TRUE;
  parlance_nick_entry_edit (self->nick_entry);
  return FALSE;
}

/* --- who can be chosen ------------------------------------------------------------------------ */

static void
on_join (ParlanceServerRow *row, gpointer user_data)
{
  ParlanceWelcomePage *self = user_data;
  ParlanceServer *server = parlance_server_row_get_server (row);

  if (!check_nick (self))
    return;
  set_target (self, target_new_found (server));
  arrive (self);
}

static GtkWidget *
create_row (gpointer item, gpointer user_data)
{
  GtkWidget *row = parlance_server_row_new (PARLANCE_SERVER (item));

  g_signal_connect_object (row, "join", G_CALLBACK (on_join), user_data, 0);
  return row;
}

static void
say_nobody (ParlanceWelcomePage *self, gboolean has_waited)
{
  gboolean is_empty = g_list_model_get_n_items (G_LIST_MODEL (self->browser)) == 0;

  gtk_widget_set_visible (GTK_WIDGET (self->servers), !is_empty);
  gtk_widget_set_visible (GTK_WIDGET (self->nobody), is_empty);
  gtk_widget_set_visible (self->host_button, is_empty && has_waited);
  gtk_label_set_text (self->nobody,
                      has_waited ? _ ("No server was found on this network. You can start one here "
                                      "for everybody, or connect to an address.")
                                 : _ ("Looking for servers…"));
}

static gboolean
on_nobody (gpointer user_data)
{
  ParlanceWelcomePage *self = user_data;

  self->nobody_source = 0;
  say_nobody (self, TRUE);
  return G_SOURCE_REMOVE;
}

static void
on_servers_changed (ParlanceWelcomePage *self)
{
  say_nobody (self, self->nobody_source == 0);
}

static void
on_nick_activated (ParlanceWelcomePage *self)
{
  guint n_servers = g_list_model_get_n_items (G_LIST_MODEL (self->browser));
  GtkListBoxRow *first = gtk_list_box_get_row_at_index (self->servers, 0);

  if (!check_nick (self))
    return;
  if (self->target != NULL)
    arrive (self);
  else if (n_servers == 1)
    on_join (PARLANCE_SERVER_ROW (first), self);
  else if (n_servers > 1)
    gtk_widget_grab_focus (GTK_WIDGET (first));
  else
    gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
}

/* --- where nobody is found -------------------------------------------------------------------- */

static void
on_connect (ParlanceConnectDialog *dialog, const char *address, gpointer user_data)
{
  ParlanceWelcomePage *self = user_data;

  g_free (self->address);
  self->address = g_strdup (address);
  set_target (self, target_new_address (address));
  arrive (self);
}

static void
on_dialog_destroyed (ParlanceWelcomePage *self)
{
  self->dialog = NULL;
}

static void
on_address (ParlanceWelcomePage *self)
{
  if (!check_nick (self) || self->dialog != NULL)
    return;
  self->dialog = parlance_connect_dialog_new (get_window (self), self->address);
  g_signal_connect_object (self->dialog, "connect", G_CALLBACK (on_connect), self, 0);
  g_signal_connect_object (self->dialog, "cancelled", G_CALLBACK (on_cancel), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->dialog, "destroy", G_CALLBACK (on_dialog_destroyed), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (self->dialog));
}

static void
on_hosted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ParlanceWelcomePage) self = user_data;
  g_autoptr (GError) error = NULL;
  const char *address =
      parlance_local_server_start_finish (PARLANCE_LOCAL_SERVER (source), result, &error);

  if (self->client == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  end_arrival (self);
  if (address == NULL)
    {
      restore_focus (self);
      say_problem (self, error->message);
      return;
    }
  set_target (self, target_new_address (address));
  arrive (self);
}

static void
on_host (ParlanceWelcomePage *self)
{
  if (!check_nick (self))
    return;
  begin_arrival (self, _ ("Starting a Server…"));
  parlance_local_server_start_async (parlance_client_get_local_server (self->client),
                                     self->cancellable, on_hosted, g_object_ref (self));
}

/* --- the object ------------------------------------------------------------------------------- */

static void
parlance_welcome_page_map (GtkWidget *widget)
{
  ParlanceWelcomePage *self = PARLANCE_WELCOME_PAGE (widget);
  g_autoptr (GError) error = NULL;

  GTK_WIDGET_CLASS (parlance_welcome_page_parent_class)->map (widget);
  if (!parlance_browser_start (self->browser, &error))
    {
      g_info ("no servers are looked for: %s", error->message);
      say_problem (self, _ ("This computer has no network, or does not let this app look for "
                            "servers on it."));
    }
  gtk_spinner_start (self->looking_spinner);
  self->nobody_source = g_timeout_add (NOBODY_MS, on_nobody, self);
  on_servers_changed (self);
}

static void
parlance_welcome_page_unmap (GtkWidget *widget)
{
  ParlanceWelcomePage *self = PARLANCE_WELCOME_PAGE (widget);

  parlance_browser_stop (self->browser);
  gtk_spinner_stop (self->looking_spinner);
  g_clear_handle_id (&self->nobody_source, g_source_remove);
  GTK_WIDGET_CLASS (parlance_welcome_page_parent_class)->unmap (widget);
}

static gboolean
parlance_welcome_page_grab_focus (GtkWidget *widget)
{
  parlance_nick_entry_edit (PARLANCE_WELCOME_PAGE (widget)->nick_entry);
  return TRUE;
}

void
parlance_welcome_page_set_client (ParlanceWelcomePage *self, ParlanceClient *client)
{
  g_return_if_fail (PARLANCE_IS_WELCOME_PAGE (self));
  g_return_if_fail (self->client == NULL);

  self->client = g_object_ref (client);
  g_autofree char *nick = g_settings_get_string (parlance_client_get_settings (client), "nick");
  g_autofree char *usual = parlance_nick_default ();
  parlance_nick_entry_set_text (self->nick_entry, *nick != '\0' ? nick : usual);
}

static void
parlance_welcome_page_dispose (GObject *object)
{
  ParlanceWelcomePage *self = PARLANCE_WELCOME_PAGE (object);
  GtkWidget *child;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->arriving_source, g_source_remove);
  g_clear_handle_id (&self->nobody_source, g_source_remove);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->client);
  g_clear_object (&self->browser);
  g_clear_pointer (&self->target, target_free);
  g_clear_weak_pointer (&self->focus);
  G_OBJECT_CLASS (parlance_welcome_page_parent_class)->dispose (object);
}

static void
parlance_welcome_page_finalize (GObject *object)
{
  g_free (PARLANCE_WELCOME_PAGE (object)->address);
  G_OBJECT_CLASS (parlance_welcome_page_parent_class)->finalize (object);
}

static void
parlance_welcome_page_class_init (ParlanceWelcomePageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = parlance_welcome_page_dispose;
  object_class->finalize = parlance_welcome_page_finalize;
  widget_class->map = parlance_welcome_page_map;
  widget_class->unmap = parlance_welcome_page_unmap;
  widget_class->grab_focus = parlance_welcome_page_grab_focus;
  widget_class->focus = parlance_focus_children;
  g_type_ensure (PARLANCE_TYPE_NICK_ENTRY);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/welcome-page.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceWelcomePage, menu_button);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWelcomePage, pages);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWelcomePage, choice);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWelcomePage, nick_entry);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWelcomePage, looking_spinner);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWelcomePage, problem);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWelcomePage, servers);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWelcomePage, nobody);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWelcomePage, host_button);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWelcomePage, arriving_page);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWelcomePage, arriving_spinner);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWelcomePage, cancel_button);
  gtk_widget_class_bind_template_callback (widget_class, on_nick_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_address);
  gtk_widget_class_bind_template_callback (widget_class, on_host);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
}

static void
parlance_welcome_page_init (ParlanceWelcomePage *self)
{
  self->address = g_strdup ("");
  self->browser = parlance_browser_new (0);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_list_box_bind_model (self->servers, G_LIST_MODEL (self->browser), create_row, self, NULL);
  g_signal_connect_object (self->browser, "items-changed", G_CALLBACK (on_servers_changed), self,
                           G_CONNECT_SWAPPED);
}
