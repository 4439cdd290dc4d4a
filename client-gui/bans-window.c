/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The server is asked when the window opens, after every change, and when a connection is back. It
 * may have thousands, so rows are recycled.
 */
#include "client-gui/bans-window.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client-gui/account-problem.h"
#include "client-gui/ban-row.h"
#include "client-gui/operate-dialog.h"
#include "client-gui/plain-text.h"
#include "client-gui/toast.h"
#include "protocol/client/account.h"

struct _ParlanceBansWindow
{
  AdwWindow parent_instance;
  ParlanceClient *client; /* (nullable): not any more */
  GListStore *bans;
  GtkFilterListModel *shown;
  char *searched;    /* (nullable): case folded */
  guint n_loads;     /* that have not been answered */
  gboolean has_more; /* than the server tells */
  GError *error;     /* (nullable): why there is no list */

  AdwToastOverlay *toasts;
  GtkWidget *add_button;
  GtkSearchBar *search_bar;
  GtkEditable *search_entry;
  GtkStack *pages;
  GtkSpinner *spinner;
  AdwStatusPage *problem_page;
  GtkWidget *more_label;
  GtkListView *list;
};

G_DEFINE_FINAL_TYPE (ParlanceBansWindow, parlance_bans_window, ADW_TYPE_WINDOW)

/* --- what is shown ---------------------------------------------------------------------------- */

static void
show (ParlanceBansWindow *self)
{
  guint n_bans = g_list_model_get_n_items (G_LIST_MODEL (self->bans));
  guint n_shown = g_list_model_get_n_items (G_LIST_MODEL (self->shown));
  gboolean is_online = parlance_client_get_session (self->client) != NULL;
  gboolean is_loading = is_online && self->n_loads > 0 && n_bans == 0;

  if (self->error != NULL)
    {
      g_autofree char *problem = parlance_account_problem (self->error);
      g_autofree char *escaped = g_markup_escape_text (problem, -1);
      adw_status_page_set_description (self->problem_page, escaped);
    }
  gtk_spinner_set_spinning (self->spinner, is_loading);
  gtk_widget_set_sensitive (self->add_button, is_online && self->error == NULL);
  gtk_widget_set_visible (self->more_label, self->has_more);
  gtk_stack_set_visible_child_name (self->pages, !is_online            ? "offline"
                                                 : self->error != NULL ? "problem"
                                                 : is_loading          ? "loading"
                                                 : n_bans == 0         ? "empty"
                                                 : n_shown == 0        ? "nothing"
                                                                       : "bans");
}

static gboolean
is_shown (gpointer item, gpointer user_data)
{
  const char *searched = PARLANCE_BANS_WINDOW (user_data)->searched;

  return searched == NULL || parlance_ban_matches (item, searched);
}

static void
on_search_changed (ParlanceBansWindow *self)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (self->search_entry)));

  g_clear_pointer (&self->searched, g_free);
  if (*text != '\0')
    self->searched = g_utf8_casefold (text, -1);
  gtk_filter_changed (gtk_filter_list_model_get_filter (self->shown), GTK_FILTER_CHANGE_DIFFERENT);
  show (self);
}

/* --- asking for it ---------------------------------------------------------------------------- */

static void
on_bans (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ParlanceBansWindow) self = user_data;
  ParlanceSession *session = PARLANCE_SESSION (source);
  g_autoptr (GError) error = NULL;
  g_autofree char *json = parlance_session_call_finish (session, result, &error);

  self->n_loads--;
  if (self->client == NULL || session != parlance_client_get_session (self->client))
    return;
  g_autoptr (GPtrArray) bans =
      json != NULL ? parlance_bans_read (json, &self->has_more, &error) : NULL;
  g_clear_error (&self->error);
  if (bans != NULL)
    g_list_store_splice (self->bans, 0, g_list_model_get_n_items (G_LIST_MODEL (self->bans)),
                         bans->pdata, bans->len);
  else
    {
      parlance_account_state_heed (parlance_client_get_account (self->client), error);
      self->error = g_steal_pointer (&error);
    }
  show (self);
}

static void
load (ParlanceBansWindow *self)
{
  ParlanceSession *session = parlance_client_get_session (self->client);

  if (session != NULL)
    {
      g_clear_error (&self->error);
      self->n_loads++;
      parlance_session_bans_async (session, on_bans, g_object_ref (self));
    }
  show (self);
}

/* --- changing it ------------------------------------------------------------------------------ */

/* What is to be lifted, while somebody is asked, and while the server is. */
typedef struct
{
  ParlanceBansWindow *window;
  ParlanceBan *ban;
} Lifting;

static Lifting *
lifting_new (ParlanceBansWindow *window, ParlanceBan *ban)
{
  Lifting *lifting = g_new (Lifting, 1);

  *lifting = (Lifting){ g_object_ref (window), g_object_ref (ban) };
  return lifting;
}

static void
lifting_free (gpointer data, GClosure *closure)
{
  Lifting *lifting = data;

  g_object_unref (lifting->window);
  g_object_unref (lifting->ban);
  g_free (lifting);
}

static void
on_lifted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Lifting *lifting = user_data;
  ParlanceBansWindow *self = lifting->window;
  g_autoptr (GError) error = NULL;
  g_autofree char *json = parlance_session_call_finish (PARLANCE_SESSION (source), result, &error);
  /* Another operator may have been quicker, or its time has come. */
  gboolean is_gone =
      json != NULL || g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_NO_SUCH_NICK);
  g_autofree char *problem = is_gone ? NULL : parlance_account_problem (error);

  if (self->client != NULL)
    {
      parlance_toast (self->toasts, is_gone ? _ ("The ban is lifted") : problem);
      load (self);
    }
  lifting_free (lifting, NULL);
}

static void
on_response (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  const Lifting *asked = user_data;
  ParlanceBansWindow *self = asked->window;

  if (!g_str_equal (response, "lift") || self->client == NULL)
    return;
  ParlanceSession *session = parlance_client_get_session (self->client);
  if (session == NULL)
    parlance_toast (self->toasts,
                    _ ("There is no connection to the server. Try again when it is back."));
  else
    parlance_session_unban_async (session, parlance_ban_get_id (asked->ban), on_lifted,
                                  lifting_new (self, asked->ban));
}

static void
on_lift (ParlanceBanRow *row, gpointer user_data)
{
  ParlanceBansWindow *self = user_data;
  ParlanceBan *ban = parlance_ban_row_get_ban (row);
  gboolean is_mute = parlance_ban_get_kind (ban) == PARLANCE_BAN_MUTE;
  g_autofree char *target = parlance_plain_isolate (parlance_ban_get_target (ban));
  /* Translators: %s is a nick, an account or an address */
  g_autofree char *heading =
      g_strdup_printf (is_mute ? _ ("Let %s Write Again?") : _ ("Let %s In Again?"), target);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), heading,
                                              _ ("It is in force for everybody at once, and the "
                                                 "reason is forgotten."));

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "lift",
                                    is_mute ? _ ("_Unmute") : _ ("_Lift Ban"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "lift",
                                              ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_response), lifting_new (self, ban),
                         lifting_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_added (ParlanceOperateDialog *dialog, const char *words, gpointer user_data)
{
  ParlanceBansWindow *self = user_data;

  parlance_toast (self->toasts, words);
  load (self);
}

static void
add (ParlanceBansWindow *self)
{
  ParlanceOperateDialog *dialog =
      parlance_operate_dialog_new (GTK_WINDOW (self), self->client, PARLANCE_OPERATE_BAN_ANY, NULL);

  g_signal_connect_object (dialog, "done", G_CALLBACK (on_added), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- rows ------------------------------------------------------------------------------------- */

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  GtkWidget *row = parlance_ban_row_new ();

  g_signal_connect_object (row, "lift", G_CALLBACK (on_lift), user_data, 0);
  gtk_list_item_set_child (item, row);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  parlance_ban_row_set_ban (PARLANCE_BAN_ROW (gtk_list_item_get_child (item)),
                            gtk_list_item_get_item (item));
}

/* Enter on a row does what its button does. */
static void
on_activate (GtkListView *list, guint position, gpointer user_data)
{
  ParlanceBansWindow *self = user_data;
  g_autoptr (ParlanceBan) ban = g_list_model_get_item (G_LIST_MODEL (self->shown), position);
  g_autoptr (GtkWidget) row = g_object_ref_sink (parlance_ban_row_new ());

  if (ban == NULL)
    return;
  parlance_ban_row_set_ban (PARLANCE_BAN_ROW (row), ban);
  on_lift (PARLANCE_BAN_ROW (row), self);
}

/* --- the object ------------------------------------------------------------------------------- */

/* To who is no operator any more the server says so. */
static void
on_operator (ParlanceBansWindow *self)
{
  ParlanceAccountState *state = parlance_client_get_account (self->client);

  if (parlance_account_state_get_kind (state) == PARLANCE_ACCOUNT_OFFLINE)
    {
      g_list_store_remove_all (self->bans);
      show (self);
    }
  else
    load (self);
}

GtkWindow *
parlance_bans_window_new (GtkWindow *parent, ParlanceClient *client)
{
  g_return_val_if_fail (PARLANCE_IS_CLIENT (client), NULL);

  ParlanceBansWindow *self =
      g_object_new (PARLANCE_TYPE_BANS_WINDOW, "transient-for", parent, NULL);

  self->client = g_object_ref (client);
  gtk_search_bar_connect_entry (self->search_bar, self->search_entry);
  g_signal_connect_object (parlance_client_get_account (client), "notify::is-operator",
                           G_CALLBACK (on_operator), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (parlance_client_get_account (client), "notify::kind",
                           G_CALLBACK (on_operator), self, G_CONNECT_SWAPPED);
  load (self);
  return GTK_WINDOW (self);
}

static void
parlance_bans_window_dispose (GObject *object)
{
  ParlanceBansWindow *self = PARLANCE_BANS_WINDOW (object);

  /* Nothing is filtered from here on: the filter asks us. */
  if (self->shown != NULL)
    gtk_filter_list_model_set_model (self->shown, NULL);
  g_clear_object (&self->shown);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (parlance_bans_window_parent_class)->dispose (object);
}

static void
parlance_bans_window_finalize (GObject *object)
{
  ParlanceBansWindow *self = PARLANCE_BANS_WINDOW (object);

  g_clear_object (&self->bans);
  g_clear_error (&self->error);
  g_free (self->searched);
  G_OBJECT_CLASS (parlance_bans_window_parent_class)->finalize (object);
}

static void
parlance_bans_window_class_init (ParlanceBansWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = parlance_bans_window_dispose;
  object_class->finalize = parlance_bans_window_finalize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/bans-window.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceBansWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, ParlanceBansWindow, add_button);
  gtk_widget_class_bind_template_child (widget_class, ParlanceBansWindow, search_bar);
  gtk_widget_class_bind_template_child (widget_class, ParlanceBansWindow, search_entry);
  gtk_widget_class_bind_template_child (widget_class, ParlanceBansWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, ParlanceBansWindow, spinner);
  gtk_widget_class_bind_template_child (widget_class, ParlanceBansWindow, problem_page);
  gtk_widget_class_bind_template_child (widget_class, ParlanceBansWindow, more_label);
  gtk_widget_class_bind_template_child (widget_class, ParlanceBansWindow, list);
  gtk_widget_class_bind_template_callback (widget_class, load);
  gtk_widget_class_bind_template_callback (widget_class, add);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_setup);
  gtk_widget_class_bind_template_callback (widget_class, on_bind);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
}

static void
parlance_bans_window_init (ParlanceBansWindow *self)
{
  self->bans = g_list_store_new (PARLANCE_TYPE_BAN);
  self->shown =
      gtk_filter_list_model_new (G_LIST_MODEL (g_object_ref (self->bans)),
                                 GTK_FILTER (gtk_custom_filter_new (is_shown, self, NULL)));
  gtk_widget_init_template (GTK_WIDGET (self));
  g_autoptr (GtkSelectionModel) selection =
      GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->shown))));
  gtk_list_view_set_model (self->list, selection);
}
