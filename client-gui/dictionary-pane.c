/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is typed is sought by a ParlanceDictionarySearch; a word that was chosen is looked up and
 * goes into the history. Either ends what the other was waiting for.
 */
#include "client-gui/dictionary-pane.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client-gui/definition-view.h"
#include "client-gui/dictionary-filter.h"
#include "client-gui/dictionary-hit-row.h"
#include "client-gui/dictionary-search.h"
#include "client-gui/display-line.h"
#include "client-gui/lookup-history.h"
#include "client-gui/word-button.h"
#include "client-gui/word-lookup.h"
#include "client-gui/wrap-box.h"

#define PATIENCE_MS 150 /* an answer that comes before is shown without a spinner */
#define MAX_WORD_CHARS 60
#define FIRST_RESULTS 16 /* are shown at once: what fits into a window */
#define MORE_RESULTS 6   /* follow whenever there is time for so many rows */

struct _ParlanceDictionaryPane
{
  GtkWidget parent_instance;
  ParlanceClient *client;
  ParlanceDictionarySearch *search;
  ParlanceLookupHistory *history;
  GCancellable *cancellable; /* (nullable): of the word that is being looked up */
  char *fallback;            /* (nullable): what is looked up when that is not found */
  char *settled;             /* what stands in the entry without having been typed */
  gboolean settling;         /* that is being put there */
  guint patience_id;
  GtkSliceListModel *shown; /* of the results, those that have rows */
  guint more_id;            /* 0, or makes more of them */

  GtkWidget *back;
  GtkWidget *forward;
  ParlanceDictionaryFilter *filter;
  GtkSearchEntry *entry;
  GtkToggleButton *in_entries;
  GtkStack *pages;
  GtkSpinner *spinner;
  GtkScrolledWindow *results_scroller;
  GtkListBox *results;
  GtkScrolledWindow *scroller;
  ParlanceDefinitionView *definition;
  AdwStatusPage *message;
  ParlanceWrapBox *suggestions;
};

G_DEFINE_FINAL_TYPE (ParlanceDictionaryPane, parlance_dictionary_pane, GTK_TYPE_WIDGET)

static void ask (ParlanceDictionaryPane *self, const char *text, gint64 at);

static const char *
get_typed (ParlanceDictionaryPane *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->entry));
}

/* --- pages ------------------------------------------------------------------------------------ */

static void
stop (ParlanceDictionaryPane *self)
{
  parlance_dictionary_search_cancel (self->search);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->patience_id, g_source_remove);
}

static gboolean
is_on_page (ParlanceDictionaryPane *self, const char *page)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->pages), page) == 0;
}

static void
show_page (ParlanceDictionaryPane *self, const char *page)
{
  g_clear_handle_id (&self->patience_id, g_source_remove);
  gtk_spinner_set_spinning (self->spinner, g_str_equal (page, "loading"));
  gtk_stack_set_visible_child_name (self->pages, page);
}

static gboolean
on_patience (gpointer user_data)
{
  ParlanceDictionaryPane *self = user_data;

  self->patience_id = 0;
  show_page (self, "loading");
  return G_SOURCE_REMOVE;
}

static void
be_patient (ParlanceDictionaryPane *self)
{
  g_clear_handle_id (&self->patience_id, g_source_remove);
  self->patience_id = g_timeout_add (PATIENCE_MS, on_patience, self);
}

static void
on_suggestion (ParlanceWordButton *button, gpointer user_data)
{
  g_autofree char *word = g_strdup (parlance_word_button_get_word (button));

  ask (user_data, word, -1);
}

static void
show_message (ParlanceDictionaryPane *self,
              const char *icon_name,
              const char *title,
              const char *description,
              const char *const *suggestions)
{
  parlance_wrap_box_remove_all (self->suggestions);
  for (guint i = 0; suggestions != NULL && suggestions[i] != NULL; i++)
    {
      GtkWidget *button = parlance_word_button_new (suggestions[i]);
      g_signal_connect_object (button, "clicked", G_CALLBACK (on_suggestion), self, 0);
      parlance_wrap_box_append (self->suggestions, button);
    }
  /* Only the description is markup. */
  g_autofree char *description_markup = g_markup_escape_text (description, -1);
  adw_status_page_set_icon_name (self->message, icon_name);
  adw_status_page_set_title (self->message, title);
  adw_status_page_set_description (self->message, description_markup);
  show_page (self, "message");
}

static void
show_error (ParlanceDictionaryPane *self, const GError *error)
{
  g_autofree char *reason = parlance_dictionary_dup_reason (error);
  gboolean online = parlance_dictionary_get_online (parlance_client_get_dictionary (self->client));

  if (online)
    show_message (self, "dialog-warning-symbolic", _ ("Could not look that up"), reason, NULL);
  else
    show_message (self, "network-offline-symbolic", _ ("No connection"),
                  _ ("Words that were looked up before can be read; for others the server is "
                     "needed."),
                  NULL);
}

static void
show_not_found (ParlanceDictionaryPane *self, const char *word, const char *const *suggestions)
{
  g_autofree char *isolated = parlance_display_line_dup_isolated (word, MAX_WORD_CHARS);
  gboolean in_entries = gtk_toggle_button_get_active (self->in_entries);
  g_autofree char *title = g_strdup_printf (
      in_entries ? _ ("No entry holds “%s”") : _ ("No dictionary has “%s”"), isolated);

  show_message (self, "edit-find-symbolic", title,
                suggestions[0] != NULL ? _ ("Did you mean:") : _ ("Check the spelling."),
                suggestions);
}

/* Puts a word into the entry that was not typed there. */
static void
settle (ParlanceDictionaryPane *self, const char *word)
{
  g_free (self->settled);
  self->settled = g_strdup (word);
  if (strcmp (get_typed (self), word) == 0)
    return;
  /* It is said to have changed when the old text is gone, and again when the other one is there. */
  self->settling = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->entry), word);
  self->settling = FALSE;
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
}

/* --- typing ----------------------------------------------------------------------------------- */

static void
ask_results (ParlanceDictionaryPane *self)
{
  const char *typed = get_typed (self);

  stop (self);
  g_clear_pointer (&self->settled, g_free);
  if (typed[strspn (typed, " ")] == '\0')
    {
      show_page (self, "empty");
      return;
    }
  be_patient (self);
  g_clear_handle_id (&self->more_id, g_source_remove);
  gtk_slice_list_model_set_size (self->shown, FIRST_RESULTS);
  parlance_dictionary_search_ask (self->search, typed,
                                  gtk_toggle_button_get_active (self->in_entries));
}

static gboolean
on_more (gpointer user_data)
{
  ParlanceDictionaryPane *self = user_data;
  guint n_shown = gtk_slice_list_model_get_size (self->shown);

  if (n_shown < g_list_model_get_n_items (gtk_slice_list_model_get_model (self->shown)))
    {
      gtk_slice_list_model_set_size (self->shown, n_shown + MORE_RESULTS);
      return G_SOURCE_CONTINUE;
    }
  self->more_id = 0;
  return G_SOURCE_REMOVE;
}

static void
on_answered (ParlanceDictionarySearch *search, gpointer user_data)
{
  ParlanceDictionaryPane *self = user_data;
  const GError *error = parlance_dictionary_search_get_error (search);

  if (error != NULL)
    show_error (self, error);
  else if (g_list_model_get_n_items (parlance_dictionary_search_get_results (search)) == 0)
    show_not_found (self, get_typed (self), parlance_dictionary_search_get_suggestions (search));
  else
    {
      gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->results_scroller), 0);
      show_page (self, "results");
      if (self->more_id == 0)
        self->more_id = g_idle_add_full (G_PRIORITY_LOW, on_more, self, NULL);
    }
}

static void
on_changed (GtkEditable *entry, ParlanceDictionaryPane *self)
{
  if (!self->settling && !gtk_toggle_button_get_active (self->in_entries))
    ask_results (self);
}

/* Full text takes the server longer, and half a word is seldom of use: when one pauses. */
static void
on_search_changed (GtkSearchEntry *entry, ParlanceDictionaryPane *self)
{
  if (!self->settling && g_strcmp0 (self->settled, get_typed (self)) != 0 &&
      gtk_toggle_button_get_active (self->in_entries))
    ask_results (self);
}

static void
on_in_entries (GtkToggleButton *toggle, ParlanceDictionaryPane *self)
{
  gboolean in_entries = gtk_toggle_button_get_active (toggle);

  g_object_set (self->entry, "placeholder-text",
                in_entries ? _ ("Search all entries") : _ ("Look up a word"), NULL);
  ask_results (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

static ParlanceDictionaryHit *
get_hit (ParlanceDictionaryPane *self, guint position)
{
  return g_list_model_get_item (parlance_dictionary_search_get_results (self->search), position);
}

static void
on_activate (GtkSearchEntry *entry, ParlanceDictionaryPane *self)
{
  g_autofree char *typed = g_strstrip (g_strdup (get_typed (self)));
  g_autoptr (ParlanceDictionaryHit) first = is_on_page (self, "results") ? get_hit (self, 0) : NULL;
  const char *headword = first != NULL ? parlance_dictionary_hit_get_headword (first) : NULL;

  if (typed[0] == '\0')
    return;
  if (gtk_toggle_button_get_active (self->in_entries))
    {
      if (headword != NULL)
        ask (self, headword, -1);
      return;
    }
  ask (self, typed, -1);
  self->fallback = g_strdup (headword);
}

static void
on_row_activated (GtkListBox *results, GtkListBoxRow *row, ParlanceDictionaryPane *self)
{
  ParlanceDictionaryHit *hit =
      parlance_dictionary_hit_row_get_hit (PARLANCE_DICTIONARY_HIT_ROW (row));

  ask (self, parlance_dictionary_hit_get_headword (hit), -1);
}

static void
on_stop_search (GtkSearchEntry *entry, ParlanceDictionaryPane *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
}

static gboolean
on_entry_key (GtkEventControllerKey *controller,
              guint key,
              guint code,
              GdkModifierType state,
              ParlanceDictionaryPane *self)
{
  GtkListBoxRow *first = gtk_list_box_get_row_at_index (self->results, 0);

  if (key != GDK_KEY_Down && key != GDK_KEY_KP_Down)
    return GDK_EVENT_PROPAGATE;
  if (is_on_page (self, "results") && first != NULL)
    return gtk_widget_grab_focus (GTK_WIDGET (first));
  return is_on_page (self, "definition") &&
         gtk_widget_child_focus (GTK_WIDGET (self->definition), GTK_DIR_TAB_FORWARD);
}

/* Up from the first result is back to the entry. */
static gboolean
on_keynav_failed (GtkListBox *results, GtkDirectionType direction, ParlanceDictionaryPane *self)
{
  return direction == GTK_DIR_UP && gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

/* --- words ------------------------------------------------------------------------------------ */

static void
show_definition (ParlanceDictionaryPane *self, const ParlanceFound *found)
{
  const char *word = parlance_definition_get_word (found->definition);

  settle (self, word);
  parlance_lookup_history_visit (self->history, word);
  parlance_definition_view_set_definition (self->definition, found->definition);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);
  show_page (self, "definition");
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ParlanceDictionaryPane) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ParlanceFound) found = parlance_word_lookup_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_autofree char *fallback = g_steal_pointer (&self->fallback);
  stop (self);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return; /* nothing stands there: what is shown stays */
  if (found == NULL)
    show_error (self, error);
  else if (parlance_definition_get_n_entries (found->definition) > 0)
    show_definition (self, found);
  else if (fallback != NULL && strcmp (fallback, found->word) != 0)
    ask (self, fallback, -1);
  else
    {
      settle (self, found->word);
      show_not_found (self, found->word, parlance_definition_get_suggestions (found->definition));
    }
}

static void
ask (ParlanceDictionaryPane *self, const char *text, gint64 at)
{
  stop (self);
  g_clear_pointer (&self->fallback, g_free);
  self->cancellable = g_cancellable_new ();
  be_patient (self);
  parlance_word_lookup_async (parlance_client_get_dictionary (self->client), text, at,
                              self->cancellable, on_found, g_object_ref (self));
}

static void
on_look_up (ParlanceDefinitionView *definition,
            const char *text,
            gint64 at,
            ParlanceDictionaryPane *self)
{
  ask (self, text, at);
}

void
parlance_dictionary_pane_look_up (ParlanceDictionaryPane *self, const char *word)
{
  g_return_if_fail (PARLANCE_IS_DICTIONARY_PANE (self));
  g_return_if_fail (word != NULL);

  if (word[0] != '\0')
    {
      settle (self, word);
      gtk_toggle_button_set_active (self->in_entries, FALSE);
      ask (self, word, -1);
    }
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

void
parlance_dictionary_pane_look_up_at (ParlanceDictionaryPane *self, const char *text, gint64 at)
{
  g_return_if_fail (PARLANCE_IS_DICTIONARY_PANE (self));
  g_return_if_fail (text != NULL);

  ask (self, text, at);
}

void
parlance_dictionary_pane_go_back (ParlanceDictionaryPane *self)
{
  g_return_if_fail (PARLANCE_IS_DICTIONARY_PANE (self));

  const char *word = parlance_lookup_history_go_back (self->history);
  if (word != NULL)
    ask (self, word, -1);
}

void
parlance_dictionary_pane_go_forward (ParlanceDictionaryPane *self)
{
  g_return_if_fail (PARLANCE_IS_DICTIONARY_PANE (self));

  const char *word = parlance_lookup_history_go_forward (self->history);
  if (word != NULL)
    ask (self, word, -1);
}

/* --- the client ------------------------------------------------------------------------------- */

/* Other dictionaries, or a server to ask again: what is shown is asked anew. */
static void
refresh (ParlanceDictionaryPane *self)
{
  const char *current = parlance_lookup_history_get_current (self->history);

  if (is_on_page (self, "definition") && current != NULL)
    ask (self, current, -1);
  else if (is_on_page (self, "results") || is_on_page (self, "message"))
    ask_results (self);
}

static void
on_online (ParlanceDictionary *dictionary, GParamSpec *property, ParlanceDictionaryPane *self)
{
  if (parlance_dictionary_get_online (dictionary) && is_on_page (self, "message"))
    refresh (self);
}

static void
on_chat (ParlanceClient *client, GParamSpec *property, ParlanceDictionaryPane *self)
{
  stop (self);
  parlance_lookup_history_clear (self->history);
  settle (self, "");
  show_page (self, "empty");
}

static GtkWidget *
make_row (gpointer item, gpointer user_data)
{
  return parlance_dictionary_hit_row_new (item);
}

void
parlance_dictionary_pane_set_client (ParlanceDictionaryPane *self, ParlanceClient *client)
{
  g_return_if_fail (PARLANCE_IS_DICTIONARY_PANE (self));
  g_return_if_fail (self->client == NULL);

  ParlanceDictionary *dictionary = parlance_client_get_dictionary (client);
  self->client = g_object_ref (client);
  self->search = parlance_dictionary_search_new (dictionary);
  parlance_dictionary_filter_set_client (self->filter, client);
  parlance_definition_view_set_client (self->definition, client);
  parlance_definition_view_set_has_actions (self->definition, TRUE);
  gtk_slice_list_model_set_model (self->shown,
                                  parlance_dictionary_search_get_results (self->search));
  gtk_list_box_bind_model (self->results, G_LIST_MODEL (self->shown), make_row, NULL, NULL);
  g_signal_connect_object (self->search, "answered", G_CALLBACK (on_answered), self, 0);
  g_signal_connect_object (parlance_dictionary_get_choice (dictionary), "changed",
                           G_CALLBACK (refresh), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (dictionary, "notify::online", G_CALLBACK (on_online), self, 0);
  g_signal_connect_object (client, "notify::chat", G_CALLBACK (on_chat), self, 0);
}

/* --- the object ------------------------------------------------------------------------------- */

static void
parlance_dictionary_pane_dispose (GObject *object)
{
  ParlanceDictionaryPane *self = PARLANCE_DICTIONARY_PANE (object);
  GtkWidget *child;

  g_clear_handle_id (&self->more_id, g_source_remove);
  if (self->search != NULL)
    stop (self);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->shown);
  g_clear_object (&self->search);
  g_clear_object (&self->history);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (parlance_dictionary_pane_parent_class)->dispose (object);
}

static void
parlance_dictionary_pane_finalize (GObject *object)
{
  ParlanceDictionaryPane *self = PARLANCE_DICTIONARY_PANE (object);

  g_free (self->fallback);
  g_free (self->settled);
  G_OBJECT_CLASS (parlance_dictionary_pane_parent_class)->finalize (object);
}

static void
bind_children (GtkWidgetClass *klass)
{
  gtk_widget_class_bind_template_child (klass, ParlanceDictionaryPane, back);
  gtk_widget_class_bind_template_child (klass, ParlanceDictionaryPane, forward);
  gtk_widget_class_bind_template_child (klass, ParlanceDictionaryPane, filter);
  gtk_widget_class_bind_template_child (klass, ParlanceDictionaryPane, entry);
  gtk_widget_class_bind_template_child (klass, ParlanceDictionaryPane, in_entries);
  gtk_widget_class_bind_template_child (klass, ParlanceDictionaryPane, pages);
  gtk_widget_class_bind_template_child (klass, ParlanceDictionaryPane, spinner);
  gtk_widget_class_bind_template_child (klass, ParlanceDictionaryPane, results_scroller);
  gtk_widget_class_bind_template_child (klass, ParlanceDictionaryPane, results);
  gtk_widget_class_bind_template_child (klass, ParlanceDictionaryPane, scroller);
  gtk_widget_class_bind_template_child (klass, ParlanceDictionaryPane, definition);
  gtk_widget_class_bind_template_child (klass, ParlanceDictionaryPane, message);
  gtk_widget_class_bind_template_child (klass, ParlanceDictionaryPane, suggestions);
}

static void
parlance_dictionary_pane_class_init (ParlanceDictionaryPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = parlance_dictionary_pane_dispose;
  object_class->finalize = parlance_dictionary_pane_finalize;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  g_type_ensure (PARLANCE_TYPE_DICTIONARY_FILTER);
  g_type_ensure (PARLANCE_TYPE_DEFINITION_VIEW);
  g_type_ensure (PARLANCE_TYPE_WRAP_BOX);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/dictionary-pane.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, parlance_dictionary_pane_go_back);
  gtk_widget_class_bind_template_callback (widget_class, parlance_dictionary_pane_go_forward);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_in_entries);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_stop_search);
  gtk_widget_class_bind_template_callback (widget_class, on_entry_key);
  gtk_widget_class_bind_template_callback (widget_class, on_keynav_failed);
  gtk_widget_class_bind_template_callback (widget_class, on_look_up);
}

static void
parlance_dictionary_pane_init (ParlanceDictionaryPane *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->shown = gtk_slice_list_model_new (NULL, 0, FIRST_RESULTS);
  self->history = parlance_lookup_history_new ();
  g_object_bind_property (self->history, "can-go-back", self->back, "sensitive",
                          G_BINDING_SYNC_CREATE);
  g_object_bind_property (self->history, "can-go-forward", self->forward, "sensitive",
                          G_BINDING_SYNC_CREATE);
}
