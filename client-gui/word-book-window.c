/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The list shows ParlanceWordBook through a filter. Which rows are open is kept by headword, as
 * rows are recycled. What a row has above it depends on the row before, so that all rows that there
 * are have another look whenever the list changes.
 */
#include "client-gui/word-book-window.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client-gui/toast.h"
#include "client-gui/word-export.h"
#include "client-gui/word-row.h"

#define UNDO_S 10 /* [s] time to read what was removed, and to reach the button */

struct _ParlanceWordBookWindow
{
  AdwWindow parent_instance;
  ParlanceClient *client;
  ParlanceWordBook *book;
  GtkFilterListModel *shown;
  char *searched;                /* (nullable): case folded */
  GHashTable *open;              /* the headwords of rows that are open */
  GPtrArray *bound;              /* of GtkListItem: those that show a word */
  GPtrArray *removed;            /* of ParlanceSavedWord, the last one last */
  AdwToast *undo_toast;          /* (nullable) */
  GtkFileChooserNative *chooser; /* (nullable) */
  ParlanceWordExportFormat format;

  AdwToastOverlay *toasts;
  AdwWindowTitle *title;
  GtkWidget *export_button;
  GtkSearchBar *search_bar;
  GtkEditable *search_entry;
  GtkInfoBar *error_bar;
  GtkLabel *error_label;
  GtkWidget *retry_button;
  GtkStack *pages;
  GtkListView *list;
};

G_DEFINE_FINAL_TYPE (ParlanceWordBookWindow, parlance_word_book_window, ADW_TYPE_WINDOW)

/* --- what is shown ---------------------------------------------------------------------------- */

static gboolean
has (const char *text, const char *folded)
{
  if (text == NULL)
    return FALSE;
  g_autofree char *text_folded = g_utf8_casefold (text, -1);
  return strstr (text_folded, folded) != NULL;
}

static gboolean
is_shown (gpointer item, gpointer user_data)
{
  ParlanceSavedWord *word = item;
  const char *searched = PARLANCE_WORD_BOOK_WINDOW (user_data)->searched;

  return searched == NULL || has (parlance_saved_word_get_headword (word), searched) ||
         has (parlance_saved_word_get_text (word), searched) ||
         has (parlance_saved_word_get_sentence (word), searched) ||
         has (parlance_saved_word_get_room (word), searched);
}

static void
on_search_changed (GtkSearchEntry *entry, gpointer user_data)
{
  ParlanceWordBookWindow *self = user_data;
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (self->search_entry)));

  g_clear_pointer (&self->searched, g_free);
  if (*text != '\0')
    self->searched = g_utf8_casefold (text, -1);
  gtk_filter_changed (gtk_filter_list_model_get_filter (self->shown), GTK_FILTER_CHANGE_DIFFERENT);
}

/* Returns: (transfer full) (nullable) */
static char *
day_at (ParlanceWordBookWindow *self, guint position)
{
  g_autoptr (ParlanceSavedWord) word = g_list_model_get_item (G_LIST_MODEL (self->shown), position);

  return word == NULL ? NULL : parlance_word_row_dup_day (parlance_saved_word_get_saved (word));
}

static void
update_day (ParlanceWordBookWindow *self, GtkListItem *item)
{
  guint position = gtk_list_item_get_position (item);
  g_autofree char *day = day_at (self, position);
  g_autofree char *before = position > 0 ? day_at (self, position - 1) : NULL;

  parlance_word_row_set_day (PARLANCE_WORD_ROW (gtk_list_item_get_child (item)),
                             g_strcmp0 (day, before) != 0 ? day : NULL);
}

static void
update_pages (ParlanceWordBookWindow *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->book));
  const char *page = "words";
  g_autofree char *subtitle = NULL;

  if (n == 0)
    page = parlance_word_book_get_loaded (self->book) ? "empty" : "loading";
  else if (g_list_model_get_n_items (G_LIST_MODEL (self->shown)) == 0 &&
           gtk_filter_list_model_get_pending (self->shown) == 0)
    page = "nothing";
  gtk_stack_set_visible_child_name (self->pages, page);
  gtk_widget_set_sensitive (self->export_button, n > 0);
  if (n > 0)
    subtitle = g_strdup_printf (ngettext ("%u word", "%u words", n), n);
  adw_window_title_set_subtitle (self->title, subtitle != NULL ? subtitle : "");
}

static void
on_items_changed (
    GListModel *list, guint position, guint n_removed, guint n_added, gpointer user_data)
{
  ParlanceWordBookWindow *self = user_data;

  for (guint i = 0; i < self->bound->len; i++)
    update_day (self, g_ptr_array_index (self->bound, i));
  update_pages (self);
}

static void
on_book_changed (GObject *object, GParamSpec *property, gpointer user_data)
{
  ParlanceWordBookWindow *self = user_data;
  const char *error = parlance_word_book_get_error (self->book);

  if (error != NULL)
    gtk_label_set_text (self->error_label, error);
  gtk_info_bar_set_revealed (self->error_bar, error != NULL);
  gtk_widget_set_visible (self->retry_button, parlance_word_book_get_unsaved (self->book));
  update_pages (self);
}

/* --- rows ------------------------------------------------------------------------------------- */

/* Whether the message that the word comes from is one of the server that is visited. */
static gboolean
can_show (ParlanceWordBookWindow *self, ParlanceSavedWord *word)
{
  ParlanceChat *chat = parlance_client_get_chat (self->client);
  ParlanceServerInfo *info = chat != NULL ? parlance_chat_get_server_info (chat) : NULL;

  return info != NULL && parlance_saved_word_get_seq (word) != 0 &&
         g_strcmp0 (parlance_saved_word_get_server (word), parlance_server_info_get_id (info)) == 0;
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  gtk_list_item_set_child (item, parlance_word_row_new ());
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  ParlanceWordBookWindow *self = user_data;
  ParlanceSavedWord *word = gtk_list_item_get_item (item);
  ParlanceWordRow *row = PARLANCE_WORD_ROW (gtk_list_item_get_child (item));

  parlance_word_row_set_open (
      row, g_hash_table_contains (self->open, parlance_saved_word_get_headword (word)));
  parlance_word_row_set_word (row, word, can_show (self, word));
  update_day (self, item);
  g_ptr_array_add (self->bound, item);
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  g_ptr_array_remove_fast (PARLANCE_WORD_BOOK_WINDOW (user_data)->bound, item);
}

static void
on_activate (GtkListView *list, guint position, gpointer user_data)
{
  ParlanceWordBookWindow *self = user_data;
  g_autoptr (ParlanceSavedWord) word = g_list_model_get_item (G_LIST_MODEL (self->shown), position);
  const char *headword = parlance_saved_word_get_headword (word);
  const gboolean is_open = !g_hash_table_remove (self->open, headword);

  if (is_open)
    g_hash_table_add (self->open, g_strdup (headword));
  for (guint i = 0; i < self->bound->len; i++)
    {
      GtkListItem *item = g_ptr_array_index (self->bound, i);

      if (gtk_list_item_get_position (item) == position)
        parlance_word_row_set_open (PARLANCE_WORD_ROW (gtk_list_item_get_child (item)), is_open);
    }
}

/* Returns: (transfer none) (nullable): the word of the row that has the focus, or holds it */
static ParlanceSavedWord *
find_focused (ParlanceWordBookWindow *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  for (guint i = 0; focus != NULL && i < self->bound->len; i++)
    {
      GtkListItem *item = g_ptr_array_index (self->bound, i);
      GtkWidget *row = gtk_widget_get_parent (gtk_list_item_get_child (item));

      if (focus == row || gtk_widget_is_ancestor (focus, row))
        return gtk_list_item_get_item (item);
    }
  return NULL;
}

/* --- actions ---------------------------------------------------------------------------------- */

static void
look_up (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkWindow *main = gtk_window_get_transient_for (GTK_WINDOW (widget));

  gtk_widget_activate_action_variant (GTK_WIDGET (main), "win.look-up", parameter);
  gtk_window_present (main);
}

/* Returns: (transfer full) (nullable) */
static ParlanceSavedWord *
find_word (ParlanceWordBookWindow *self, const char *headword)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->book));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ParlanceSavedWord) word = g_list_model_get_item (G_LIST_MODEL (self->book), i);

      if (strcmp (parlance_saved_word_get_headword (word), headword) == 0)
        return g_steal_pointer (&word);
    }
  return NULL;
}

static void
show_message (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkWindow *main = gtk_window_get_transient_for (GTK_WINDOW (widget));
  g_autoptr (ParlanceSavedWord) word =
      find_word (PARLANCE_WORD_BOOK_WINDOW (widget), g_variant_get_string (parameter, NULL));

  if (word == NULL || !can_show (PARLANCE_WORD_BOOK_WINDOW (widget), word))
    return;
  gtk_widget_activate_action (GTK_WIDGET (main), "win.show-message", "(sx)",
                              parlance_saved_word_get_room (word),
                              parlance_saved_word_get_seq (word));
  gtk_window_present (main);
}

/* What can be undone is the last removal: the toast of the one before would say otherwise. */
static void
drop_undo_toast (ParlanceWordBookWindow *self)
{
  if (self->undo_toast != NULL)
    adw_toast_dismiss (self->undo_toast);
  g_clear_object (&self->undo_toast);
}

static void
remove_word (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceWordBookWindow *self = PARLANCE_WORD_BOOK_WINDOW (widget);
  const char *headword = g_variant_get_string (parameter, NULL);
  ParlanceSavedWord *word = parlance_word_book_remove (self->book, headword);

  if (word == NULL)
    return;
  g_autofree char *text =
      g_strdup_printf (_ ("“\u2068%s\u2069” removed"), parlance_saved_word_get_headword (word));
  g_hash_table_remove (self->open, headword);
  g_ptr_array_add (self->removed, word);
  gtk_widget_action_set_enabled (widget, "words.undo", TRUE);
  drop_undo_toast (self);
  self->undo_toast = g_object_ref (parlance_toast_new (text));
  adw_toast_set_button_label (self->undo_toast, _ ("Undo"));
  adw_toast_set_action_name (self->undo_toast, "words.undo");
  adw_toast_set_timeout (self->undo_toast, UNDO_S);
  adw_toast_overlay_add_toast (self->toasts, self->undo_toast);
}

static void
remove_focused (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceSavedWord *word = find_focused (PARLANCE_WORD_BOOK_WINDOW (widget));

  if (word != NULL)
    gtk_widget_activate_action (widget, "words.remove", "s",
                                parlance_saved_word_get_headword (word));
}

static void
undo (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceWordBookWindow *self = PARLANCE_WORD_BOOK_WINDOW (widget);
  guint n = self->removed->len;

  if (n == 0)
    return;
  drop_undo_toast (self);
  parlance_word_book_put_back (self->book, g_ptr_array_index (self->removed, n - 1));
  g_ptr_array_set_size (self->removed, (int)n - 1);
  gtk_widget_action_set_enabled (widget, "words.undo", n > 1);
}

static void
search (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceWordBookWindow *self = PARLANCE_WORD_BOOK_WINDOW (widget);

  gtk_search_bar_set_search_mode (self->search_bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

static void
retry (GtkWidget *widget, const char *name, GVariant *parameter)
{
  parlance_word_book_retry (PARLANCE_WORD_BOOK_WINDOW (widget)->book);
}

static void
dismiss (GtkWidget *widget, const char *name, GVariant *parameter)
{
  parlance_word_book_dismiss_error (PARLANCE_WORD_BOOK_WINDOW (widget)->book);
}

/* --- export ----------------------------------------------------------------------------------- */

static void
on_exported (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ParlanceWordBookWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  guint n = 0;

  if (parlance_word_export_finish (result, &n, &error))
    {
      g_autofree char *text =
          g_strdup_printf (ngettext ("%u word exported", "%u words exported", n), n);
      adw_toast_overlay_add_toast (self->toasts, parlance_toast_new (text));
      return;
    }
  GtkWidget *dialog =
      adw_message_dialog_new (GTK_WINDOW (self), _ ("Words Were Not Exported"), NULL);
  adw_message_dialog_format_body (
      ADW_MESSAGE_DIALOG (dialog),
      _ ("%s. Choose another folder or free some space, and try again."), error->message);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_chosen (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  ParlanceWordBookWindow *self = user_data;

  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
      parlance_word_export_async (G_LIST_MODEL (self->book), self->format, file, NULL, on_exported,
                                  g_object_ref (self));
    }
  g_clear_object (&self->chooser);
}

static void export(GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceWordBookWindow *self = PARLANCE_WORD_BOOK_WINDOW (widget);
  const gboolean is_csv = strcmp (g_variant_get_string (parameter, NULL), "csv") == 0;

  if (self->chooser != NULL || g_list_model_get_n_items (G_LIST_MODEL (self->book)) == 0)
    return;
  self->format = is_csv ? PARLANCE_WORD_EXPORT_CSV : PARLANCE_WORD_EXPORT_ANKI;
  self->chooser = gtk_file_chooser_native_new (
      is_csv ? _ ("Export for Spreadsheets") : _ ("Export for Anki"), GTK_WINDOW (self),
      GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Export"), _ ("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser),
                                     is_csv ? _ ("words.csv") : _ ("words.txt"));
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_chosen), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/* --- the object ------------------------------------------------------------------------------- */

static void
set_client (ParlanceWordBookWindow *self, ParlanceClient *client)
{
  self->client = g_object_ref (client);
  self->book = g_object_ref (parlance_client_get_word_book (client));
  gtk_filter_list_model_set_model (self->shown, G_LIST_MODEL (self->book));
  g_signal_connect_object (self->book, "notify", G_CALLBACK (on_book_changed), self, 0);
  on_book_changed (G_OBJECT (self->book), NULL, self);
}

/* What "destroy-with-parent" is for. But GTK 4.8 then keeps a pointer to the parent, and uses it
 * when the last reference goes later, as it does when the key that quits was pressed here. */
static void
on_main_destroyed (ParlanceWordBookWindow *self)
{
  gtk_window_set_transient_for (GTK_WINDOW (self), NULL);
  gtk_window_destroy (GTK_WINDOW (self));
}

void
parlance_word_book_window_present (GtkWindow *main, ParlanceClient *client)
{
  g_return_if_fail (GTK_IS_WINDOW (main));
  g_return_if_fail (PARLANCE_IS_CLIENT (client));

  g_autoptr (GList) toplevels = gtk_window_list_toplevels ();
  for (GList *link = toplevels; link != NULL; link = link->next)
    {
      if (PARLANCE_IS_WORD_BOOK_WINDOW (link->data) &&
          gtk_window_get_transient_for (link->data) == main)
        {
          gtk_window_present (link->data);
          return;
        }
    }
  ParlanceWordBookWindow *self =
      g_object_new (PARLANCE_TYPE_WORD_BOOK_WINDOW, "transient-for", main, "application",
                    gtk_window_get_application (main), NULL);
  g_signal_connect_object (main, "destroy", G_CALLBACK (on_main_destroyed), self,
                           G_CONNECT_SWAPPED);
  set_client (self, client);
  gtk_window_present (GTK_WINDOW (self));
}

static void
parlance_word_book_window_dispose (GObject *object)
{
  ParlanceWordBookWindow *self = PARLANCE_WORD_BOOK_WINDOW (object);

  g_clear_object (&self->chooser);
  g_clear_object (&self->undo_toast);
  /* Nothing is filtered from here on: the filter asks us. */
  if (self->shown != NULL)
    gtk_filter_list_model_set_model (self->shown, NULL);
  g_clear_object (&self->shown);
  g_clear_object (&self->book);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (parlance_word_book_window_parent_class)->dispose (object);
}

static void
parlance_word_book_window_finalize (GObject *object)
{
  ParlanceWordBookWindow *self = PARLANCE_WORD_BOOK_WINDOW (object);

  g_hash_table_unref (self->open);
  g_ptr_array_unref (self->bound);
  g_ptr_array_unref (self->removed);
  g_free (self->searched);
  G_OBJECT_CLASS (parlance_word_book_window_parent_class)->finalize (object);
}

static void
install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "words.look-up", "s", look_up);
  gtk_widget_class_install_action (widget_class, "words.show-message", "s", show_message);
  gtk_widget_class_install_action (widget_class, "words.remove", "s", remove_word);
  gtk_widget_class_install_action (widget_class, "words.remove-focused", NULL, remove_focused);
  gtk_widget_class_install_action (widget_class, "words.undo", NULL, undo);
  gtk_widget_class_install_action (widget_class, "words.search", NULL, search);
  gtk_widget_class_install_action (widget_class, "words.retry", NULL, retry);
  gtk_widget_class_install_action (widget_class, "words.dismiss", NULL, dismiss);
  gtk_widget_class_install_action (widget_class, "words.export", "s", export);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "words.remove-focused",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_z, GDK_CONTROL_MASK, "words.undo",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_f, GDK_CONTROL_MASK, "words.search",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
parlance_word_book_window_class_init (ParlanceWordBookWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = parlance_word_book_window_dispose;
  object_class->finalize = parlance_word_book_window_finalize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/word-book-window.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceWordBookWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWordBookWindow, title);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWordBookWindow, export_button);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWordBookWindow, search_bar);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWordBookWindow, search_entry);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWordBookWindow, error_bar);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWordBookWindow, error_label);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWordBookWindow, retry_button);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWordBookWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWordBookWindow, list);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_setup);
  gtk_widget_class_bind_template_callback (widget_class, on_bind);
  gtk_widget_class_bind_template_callback (widget_class, on_unbind);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  install_actions (widget_class);
}

static void
parlance_word_book_window_init (ParlanceWordBookWindow *self)
{
  GtkFilter *filter = GTK_FILTER (gtk_custom_filter_new (is_shown, self, NULL));

  self->open = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->bound = g_ptr_array_new ();
  self->removed = g_ptr_array_new_with_free_func (g_object_unref);
  self->shown = gtk_filter_list_model_new (NULL, filter);
  gtk_filter_list_model_set_incremental (self->shown, TRUE);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_bar_connect_entry (self->search_bar, self->search_entry);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "words.undo", FALSE);

  g_autoptr (GtkSelectionModel) selection =
      GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->shown))));
  gtk_list_view_set_model (self->list, selection);
  /* Behind the list's own handler, so that its rows have their places. */
  g_signal_connect_object (selection, "items-changed", G_CALLBACK (on_items_changed), self, 0);
  g_signal_connect_object (self->shown, "notify::pending", G_CALLBACK (update_pages), self,
                           G_CONNECT_SWAPPED);
}
