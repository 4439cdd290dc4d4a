/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Enter joins the room that is selected, which is the one whose name was typed whole, else the
 * first that was found; where none was, it makes the room. The dialog stays, with what was typed,
 * until the room has been joined.
 */
#include "client-gui/join-dialog.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client-gui/name-rules.h"
#include "client-gui/plain-text.h"
#include "client-gui/room-choice-row.h"
#include "client-gui/room-problem.h"
#include "protocol/wire/names.h"

struct _ParlanceJoinDialog
{
  AdwWindow parent_instance;
  ParlanceClient *client;
  ParlanceChat *chat; /* of whose server it is */
  GCancellable *cancellable;
  GListStore *choices;
  GtkFilter *filter;
  GtkFilterListModel *found;
  GtkSingleSelection *selection;
  char *wanted;    /* casefolded; "": every room */
  gboolean listed; /* what rooms there are is known */

  GtkEditable *entry;
  GtkLabel *problem;
  GtkWidget *make_button;
  AdwButtonContent *make_content;
  GtkWidget *join_button;
  GtkStack *pages;
  GtkListView *list;
  AdwStatusPage *nothing_page;
};

G_DEFINE_FINAL_TYPE (ParlanceJoinDialog, parlance_join_dialog, ADW_TYPE_WINDOW)

/* --- rows ------------------------------------------------------------------------------------- */

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  gtk_list_item_set_child (item, parlance_room_choice_row_new ());
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  ParlanceJoinDialog *self = user_data;
  ParlanceRoomChoice *choice = gtk_list_item_get_item (item);
  const char *name = parlance_room_info_get_name (parlance_room_choice_get_info (choice));

  parlance_room_choice_row_set (PARLANCE_ROOM_CHOICE_ROW (gtk_list_item_get_child (item)), choice,
                                parlance_chat_get_room (self->chat, name) != NULL);
}

static gboolean
is_wanted (gpointer item, gpointer user_data)
{
  ParlanceJoinDialog *self = user_data;

  return *self->wanted == '\0' || parlance_room_choice_contains (item, self->wanted);
}

/* --- joining ---------------------------------------------------------------------------------- */

static void
show_problem (ParlanceJoinDialog *self, const char *problem)
{
  gtk_label_set_text (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
}

static void
show_and_close (ParlanceJoinDialog *self, const char *name)
{
  GtkWindow *window = gtk_window_get_transient_for (GTK_WINDOW (self));

  gtk_widget_activate_action (GTK_WIDGET (window), "win.show-room", "s", name);
  gtk_window_close (GTK_WINDOW (self));
}

static void
on_joined (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ParlanceRoom) room =
      parlance_chat_join_finish (PARLANCE_CHAT (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* and @user_data may be gone */

  ParlanceJoinDialog *self = user_data;
  if (room != NULL)
    {
      show_and_close (self, parlance_room_get_name (room));
      return;
    }
  g_autofree char *problem = parlance_room_problem (error);
  show_problem (self, problem);
  gtk_widget_set_sensitive (self->join_button, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

static void
join (ParlanceJoinDialog *self, const char *name)
{
  /* Without a connection it can take as long as it likes, in the list of rooms. */
  if (parlance_chat_get_state (self->chat) != PARLANCE_CHAT_ONLINE ||
      parlance_chat_get_room (self->chat, name) != NULL)
    {
      show_and_close (self, name);
      return;
    }
  show_problem (self, NULL);
  gtk_widget_set_sensitive (self->join_button, FALSE);
  parlance_chat_join_async (self->chat, name, self->cancellable, on_joined, self);
}

/* Returns: (transfer full): what was typed, as a name */
static char *
dup_typed (ParlanceJoinDialog *self)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (self->entry)));
}

static void
make_room (ParlanceJoinDialog *self)
{
  g_autofree char *typed = dup_typed (self);

  join (self, typed);
}

static void
join_selected (ParlanceJoinDialog *self)
{
  ParlanceRoomChoice *choice = gtk_single_selection_get_selected_item (self->selection);

  if (choice != NULL)
    join (self, parlance_room_info_get_name (parlance_room_choice_get_info (choice)));
  else
    make_room (self);
}

/* --- what is typed ---------------------------------------------------------------------------- */

/* Selects the room of that name. Returns: whether there is one */
static gboolean
select_called (ParlanceJoinDialog *self, const char *typed)
{
  g_autofree char *folded = parlance_name_fold (typed, strlen (typed));
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->found));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ParlanceRoomChoice) choice = g_list_model_get_item (G_LIST_MODEL (self->found), i);

      if (!parlance_room_choice_is_called (choice, folded))
        continue;
      gtk_single_selection_set_selected (self->selection, i);
      gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", i);
      return TRUE;
    }
  if (n > 0)
    gtk_single_selection_set_selected (self->selection, 0);
  return FALSE;
}

static const char *
page_for (ParlanceJoinDialog *self, guint n_found)
{
  if (n_found > 0)
    return "list";
  if (self->listed)
    return "nothing";
  return parlance_chat_get_state (self->chat) == PARLANCE_CHAT_ONLINE ? "loading" : "offline";
}

static void
show_found (ParlanceJoinDialog *self)
{
  g_autofree char *typed = dup_typed (self);
  g_autofree char *problem = parlance_room_name_problem (typed);
  gboolean there = *typed == '\0' || (problem == NULL && select_called (self, typed));
  guint n_found = g_list_model_get_n_items (G_LIST_MODEL (self->found));
  g_autofree char *isolated = parlance_plain_isolate (typed);
  g_autofree char *offer = g_strdup_printf (_ ("Make the Room “%s”"), isolated);

  adw_button_content_set_label (self->make_content, offer);
  gtk_widget_set_visible (self->make_button, !there && problem == NULL);
  gtk_widget_set_sensitive (self->join_button, n_found > 0 || (*typed != '\0' && problem == NULL));
  gtk_stack_set_visible_child_name (self->pages, page_for (self, n_found));
  adw_status_page_set_description (self->nothing_page,
                                   problem == NULL ? _ ("Press Enter to make it.") : NULL);
  show_problem (self, problem);
}

static void
on_typed (ParlanceJoinDialog *self)
{
  g_autofree char *typed = dup_typed (self);

  g_free (self->wanted);
  self->wanted = g_utf8_casefold (typed, -1);
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  show_found (self);
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) infos =
      parlance_chat_list_rooms_finish (PARLANCE_CHAT (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* and @user_data may be gone */

  ParlanceJoinDialog *self = user_data;
  g_autoptr (GPtrArray) choices = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; infos != NULL && i < infos->len; i++)
    g_ptr_array_add (choices, parlance_room_choice_new (g_ptr_array_index (infos, i)));
  self->listed = infos != NULL;
  g_list_store_splice (self->choices, 0, 0, choices->pdata, choices->len);
  g_list_store_sort (self->choices, parlance_room_choice_compare, NULL);
  show_found (self);
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED))
    {
      g_autofree char *problem = parlance_room_problem (error);
      show_problem (self, problem);
    }
}

/* --- the object ------------------------------------------------------------------------------- */

ParlanceJoinDialog *
parlance_join_dialog_new (GtkWindow *parent, ParlanceClient *client)
{
  ParlanceJoinDialog *self =
      g_object_new (PARLANCE_TYPE_JOIN_DIALOG, "transient-for", parent, NULL);

  self->client = g_object_ref (client);
  self->chat = g_object_ref (parlance_client_get_chat (client));
  gtk_stack_set_visible_child_name (self->pages, page_for (self, 0));
  parlance_chat_list_rooms_async (self->chat, self->cancellable, on_listed, self);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  return self;
}

static void
parlance_join_dialog_dispose (GObject *object)
{
  ParlanceJoinDialog *self = PARLANCE_JOIN_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  G_OBJECT_CLASS (parlance_join_dialog_parent_class)->dispose (object);
}

static void
parlance_join_dialog_finalize (GObject *object)
{
  ParlanceJoinDialog *self = PARLANCE_JOIN_DIALOG (object);

  g_object_unref (self->selection);
  g_object_unref (self->choices);
  g_object_unref (self->cancellable);
  g_clear_object (&self->chat);
  g_clear_object (&self->client);
  g_free (self->wanted);
  G_OBJECT_CLASS (parlance_join_dialog_parent_class)->finalize (object);
}

static void
parlance_join_dialog_class_init (ParlanceJoinDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = parlance_join_dialog_dispose;
  object_class->finalize = parlance_join_dialog_finalize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/join-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceJoinDialog, entry);
  gtk_widget_class_bind_template_child (widget_class, ParlanceJoinDialog, problem);
  gtk_widget_class_bind_template_child (widget_class, ParlanceJoinDialog, make_button);
  gtk_widget_class_bind_template_child (widget_class, ParlanceJoinDialog, make_content);
  gtk_widget_class_bind_template_child (widget_class, ParlanceJoinDialog, join_button);
  gtk_widget_class_bind_template_child (widget_class, ParlanceJoinDialog, pages);
  gtk_widget_class_bind_template_child (widget_class, ParlanceJoinDialog, list);
  gtk_widget_class_bind_template_child (widget_class, ParlanceJoinDialog, nothing_page);
  gtk_widget_class_bind_template_callback (widget_class, on_setup);
  gtk_widget_class_bind_template_callback (widget_class, on_bind);
  gtk_widget_class_bind_template_callback (widget_class, on_typed);
  gtk_widget_class_bind_template_callback (widget_class, make_room);
  gtk_widget_class_bind_template_callback (widget_class, join_selected);
}

static void
parlance_join_dialog_init (ParlanceJoinDialog *self)
{
  self->wanted = g_strdup ("");
  self->cancellable = g_cancellable_new ();
  self->choices = g_list_store_new (PARLANCE_TYPE_ROOM_CHOICE);
  self->filter = GTK_FILTER (gtk_custom_filter_new (is_wanted, self, NULL));
  self->found =
      gtk_filter_list_model_new (G_LIST_MODEL (g_object_ref (self->choices)), self->filter);
  self->selection = gtk_single_selection_new (G_LIST_MODEL (self->found));
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
}
