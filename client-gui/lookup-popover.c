/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is asked is kept in a list, the last of which is shown: words inside of a definition are
 * looked up in place, and one can go back. Everything that arrives late is for a question that has
 * been cancelled.
 */
#include "client-gui/lookup-popover.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client-gui/definition-view.h"
#include "client-gui/display-line.h"
#include "client-gui/message-text.h"
#include "client-gui/save-button.h"
#include "client-gui/share-button.h"
#include "client-gui/word-button.h"
#include "client-gui/word-context.h"
#include "client-gui/word-lookup.h"
#include "client-gui/wrap-box.h"

#define PATIENCE_MS 150 /* an answer that comes before is shown without a spinner */
#define MAX_WIDTH 380   /* [px] of a definition */
#define MIN_WIDTH 200
#define FRAME_WIDTH 60 /* of the popover around it, and a little of the window on both sides */
#define MAX_WORD_CHARS 60
#define MAX_OTHERS 8

typedef struct
{
  char *text;
  gint64 at;
  gboolean of_message; /* the context is that of @text; else it is a word of a definition */
} Question;

struct _ParlanceLookupPopover
{
  GtkPopover parent_instance;
  ParlanceClient *client;
  GPtrArray *questions;         /* of Question, the one that is shown last */
  ParlanceFound *found;         /* (nullable): what came of it */
  ParlanceWordContext *context; /* (nullable) */
  GtkWidget *source;            /* (nullable) (weak): the ParlanceMessageText of the word */
  GtkWidget *focus_before;      /* (nullable) (weak): what had the focus */
  GCancellable *cancellable;    /* (nullable): of the question under way */
  guint patience_id;
  guint popup_id;

  GtkBox *top;
  GtkButton *back;
  GtkLabel *origin;
  ParlanceWrapBox *others;
  GtkStack *pages;
  GtkSpinner *spinner;
  GtkScrolledWindow *scroller;
  AdwClamp *clamp;
  ParlanceDefinitionView *definition;
  GtkButton *open;
  ParlanceSaveButton *save;
  ParlanceShareButton *share;
  GtkLabel *message;
  GtkLabel *hint;
  ParlanceWrapBox *suggestions;
};

G_DEFINE_FINAL_TYPE (ParlanceLookupPopover, parlance_lookup_popover, GTK_TYPE_POPOVER)

static void ask (ParlanceLookupPopover *self, const char *text, gint64 at, gboolean of_message);
static void ask_again (ParlanceLookupPopover *self);

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->text);
  g_free (question);
}

static const Question *
get_question (ParlanceLookupPopover *self)
{
  return self->questions->pdata[self->questions->len - 1];
}

GtkWidget *
parlance_lookup_popover_new (ParlanceClient *client)
{
  ParlanceLookupPopover *self = g_object_new (PARLANCE_TYPE_LOOKUP_POPOVER, NULL);

  self->client = g_object_ref (client);
  parlance_definition_view_set_client (self->definition, client);
  return GTK_WIDGET (self);
}

/* --- up and down ------------------------------------------------------------------------------ */

/* A definition is as wide as the window allows. */
static void
limit_width (ParlanceLookupPopover *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  int width = root != NULL ? gtk_widget_get_width (GTK_WIDGET (root)) : 0;

  width = width > 0 ? CLAMP (width - FRAME_WIDTH, MIN_WIDTH, MAX_WIDTH) : MAX_WIDTH;
  adw_clamp_set_maximum_size (self->clamp, width);
  adw_clamp_set_tightening_threshold (self->clamp, width);
  gtk_scrolled_window_set_min_content_width (self->scroller, MIN_WIDTH);
}

static void
focus_inside (ParlanceLookupPopover *self)
{
  const char *page = gtk_stack_get_visible_child_name (self->pages);
  GtkWidget *first = gtk_widget_get_first_child (GTK_WIDGET (self->suggestions));

  if (g_str_equal (page, "found"))
    gtk_widget_grab_focus (GTK_WIDGET (self->open));
  else if (g_str_equal (page, "message") && first != NULL)
    gtk_widget_grab_focus (first);
}

static gboolean
on_popup (gpointer user_data)
{
  ParlanceLookupPopover *self = user_data;

  self->popup_id = 0;
  limit_width (self);
  /* Before: else the first text in it would have the focus, and be selected. */
  focus_inside (self);
  gtk_popover_popup (GTK_POPOVER (self));
  return G_SOURCE_REMOVE;
}

static void
show_page (ParlanceLookupPopover *self, const char *page)
{
  gtk_spinner_set_spinning (self->spinner, g_str_equal (page, "loading"));
  gtk_stack_set_visible_child_name (self->pages, page);
  gtk_widget_set_visible (GTK_WIDGET (self->back), self->questions->len > 1);
  gtk_widget_set_visible (GTK_WIDGET (self->top),
                          self->questions->len > 1 ||
                              gtk_widget_get_visible (GTK_WIDGET (self->origin)));
  if (gtk_widget_get_visible (GTK_WIDGET (self)))
    {
      gtk_popover_present (GTK_POPOVER (self));
      focus_inside (self);
    }
  else if (self->popup_id == 0)
    /* Not while the press is handled that asked for it: its end would close it again. */
    self->popup_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_popup, self, NULL);
}

static void
stop (ParlanceLookupPopover *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->patience_id, g_source_remove);
  g_clear_handle_id (&self->popup_id, g_source_remove);
}

static void
on_closed (ParlanceLookupPopover *self)
{
  stop (self);
  if (self->focus_before != NULL && gtk_widget_get_mapped (self->focus_before))
    gtk_widget_grab_focus (self->focus_before);
  g_clear_weak_pointer (&self->focus_before);
}

/* --- what came of it -------------------------------------------------------------------------- */

static void
on_word_clicked (ParlanceWordButton *button, gpointer user_data)
{
  ParlanceLookupPopover *self = user_data;
  g_autofree char *word = g_strdup (parlance_word_button_get_word (button));

  ask (self, word, -1, get_question (self)->of_message);
}

static void
add_word_button (ParlanceLookupPopover *self, ParlanceWrapBox *box, const char *word)
{
  GtkWidget *button = parlance_word_button_new (word);

  g_signal_connect_object (button, "clicked", G_CALLBACK (on_word_clicked), self, 0);
  parlance_wrap_box_append (box, button);
}

/* What else stands at the place, for when the longest is not what was meant. */
static void
show_others (ParlanceLookupPopover *self)
{
  char **headwords = self->found != NULL ? self->found->headwords : NULL;

  parlance_wrap_box_remove_all (self->others);
  for (guint i = 1; headwords != NULL && headwords[0] != NULL && i <= MAX_OTHERS; i++)
    {
      if (headwords[i] == NULL)
        break;
      add_word_button (self, self->others, headwords[i]);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->others),
                          gtk_widget_get_first_child (GTK_WIDGET (self->others)) != NULL);
}

/* "ran → run" */
static void
show_origin (ParlanceLookupPopover *self, const char *headword)
{
  g_autofree char *one = g_utf8_casefold (headword != NULL ? self->found->word : "", -1);
  g_autofree char *other = g_utf8_casefold (headword != NULL ? headword : "", -1);
  gboolean differs = strcmp (one, other) != 0;

  gtk_widget_set_visible (GTK_WIDGET (self->origin), differs);
  if (!differs)
    return;
  g_autofree char *from = parlance_display_line_dup_isolated (self->found->word, MAX_WORD_CHARS);
  g_autofree char *to = parlance_display_line_dup_isolated (headword, MAX_WORD_CHARS);
  /* Translators: an inflected word and the one it is a form of */
  g_autofree char *text = g_strdup_printf (_ ("%s → %s"), from, to);
  gtk_label_set_text (self->origin, text);
}

static void
show_message (ParlanceLookupPopover *self, const char *message, const char *hint)
{
  gtk_label_set_text (self->message, message);
  gtk_label_set_text (self->hint, hint);
  gtk_widget_set_visible (GTK_WIDGET (self->hint), hint[0] != '\0');
  show_page (self, "message");
}

static void
show_not_found (ParlanceLookupPopover *self)
{
  const char *const *suggestions = parlance_definition_get_suggestions (self->found->definition);
  g_autofree char *word = parlance_display_line_dup_isolated (self->found->word, MAX_WORD_CHARS);
  g_autofree char *message = g_strdup_printf (_ ("No dictionary has “%s”"), word);

  for (guint i = 0; suggestions[i] != NULL && i < MAX_OTHERS; i++)
    add_word_button (self, self->suggestions, suggestions[i]);
  show_origin (self, NULL);
  show_message (self, message, suggestions[0] != NULL ? _ ("Did you mean:") : "");
}

static void
show_definition (ParlanceLookupPopover *self)
{
  ParlanceDefinition *definition = self->found->definition;
  ParlanceEntry *entry = parlance_definition_get_entry (definition, 0);
  const char *headword = parlance_entry_get_headword (entry);
  g_autofree char *word = parlance_display_line_dup (headword, MAX_WORD_CHARS);
  g_autofree char *name = g_strdup_printf (_ ("Definition of %s"), word);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  show_origin (self, headword);
  parlance_definition_view_set_definition (self->definition, definition);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);
  parlance_save_button_set_entry (self->save, self->client, entry,
                                  get_question (self)->of_message ? self->context : NULL);
  parlance_share_button_set_entry (self->share, self->client, entry);
  show_page (self, "found");
}

static void
show_error (ParlanceLookupPopover *self, const GError *error)
{
  g_autofree char *reason = parlance_dictionary_dup_reason (error);

  show_origin (self, NULL);
  show_message (self, _ ("Could not look that up"), reason);
}

/* Shows in the text which word was taken. The row may have another text by now. */
static void
mark_word (ParlanceLookupPopover *self)
{
  const Question *question = get_question (self);

  if (self->source != NULL && self->questions->len == 1 && self->found->start >= 0 &&
      g_strcmp0 (parlance_message_text_get_text (PARLANCE_MESSAGE_TEXT_WIDGET (self->source)),
                 question->text) == 0)
    parlance_message_text_select (PARLANCE_MESSAGE_TEXT_WIDGET (self->source), self->found->start,
                                  self->found->end);
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ParlanceLookupPopover) self = user_data;
  g_autoptr (GError) error = NULL;
  ParlanceFound *found = parlance_word_lookup_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  stop (self);
  self->found = found;
  show_others (self);
  parlance_wrap_box_remove_all (self->suggestions);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s",
                                _ ("There is no word to look up there"));
  else if (found == NULL)
    show_error (self, error);
  else
    {
      mark_word (self);
      if (parlance_definition_get_n_entries (found->definition) > 0)
        show_definition (self);
      else
        show_not_found (self);
    }
}

/* --- asking ----------------------------------------------------------------------------------- */

static gboolean
on_patience (gpointer user_data)
{
  ParlanceLookupPopover *self = user_data;

  self->patience_id = 0;
  show_others (self);
  show_origin (self, NULL);
  show_page (self, "loading");
  return G_SOURCE_REMOVE;
}

static void
ask_again (ParlanceLookupPopover *self)
{
  const Question *question = get_question (self);

  stop (self);
  g_clear_pointer (&self->found, parlance_found_free);
  self->cancellable = g_cancellable_new ();
  self->patience_id = g_timeout_add (PATIENCE_MS, on_patience, self);
  parlance_word_lookup_async (parlance_client_get_dictionary (self->client), question->text,
                              question->at, self->cancellable, on_found, g_object_ref (self));
}

static void
ask (ParlanceLookupPopover *self, const char *text, gint64 at, gboolean of_message)
{
  Question *question = g_new0 (Question, 1);

  question->text = g_strdup (text);
  question->at = at;
  question->of_message = of_message;
  g_ptr_array_add (self->questions, question);
  ask_again (self);
}

void
parlance_lookup_popover_show_at (ParlanceLookupPopover *self,
                                 GtkWidget *relative_to,
                                 const GdkRectangle *where,
                                 const char *text,
                                 gint64 at,
                                 const ParlanceWordContext *context)
{
  GtkWidget *parent;
  GtkRoot *root;
  double x;
  double y;

  g_return_if_fail (PARLANCE_IS_LOOKUP_POPOVER (self));
  g_return_if_fail (GTK_IS_WIDGET (relative_to));
  g_return_if_fail (where != NULL);
  g_return_if_fail (text != NULL);

  parent = gtk_widget_get_parent (GTK_WIDGET (self));
  root = gtk_widget_get_root (GTK_WIDGET (self));
  if (root == NULL ||
      !gtk_widget_translate_coordinates (relative_to, parent, where->x, where->y, &x, &y))
    return;
  gtk_popover_set_pointing_to (GTK_POPOVER (self),
                               &(GdkRectangle){ (int)x, (int)y, where->width, where->height });
  GtkWidget *picked =
      gtk_widget_pick (relative_to, where->x, where->y + where->height / 2.0, GTK_PICK_DEFAULT);
  g_set_weak_pointer (&self->source,
                      picked != NULL ? gtk_widget_get_ancestor (picked, PARLANCE_TYPE_MESSAGE_TEXT)
                                     : NULL);
  g_set_weak_pointer (&self->focus_before, gtk_root_get_focus (root));
  g_clear_pointer (&self->context, parlance_word_context_free);
  self->context = parlance_word_context_copy (context);
  g_ptr_array_set_size (self->questions, 0);
  ask (self, text, at, TRUE);
}

/* --- input ------------------------------------------------------------------------------------ */

static void
on_back (GtkButton *button, ParlanceLookupPopover *self)
{
  g_ptr_array_set_size (self->questions, (int)self->questions->len - 1);
  ask_again (self);
}

static void
on_look_up (ParlanceDefinitionView *definition,
            const char *text,
            gint64 at,
            ParlanceLookupPopover *self)
{
  ask (self, text, at, FALSE);
}

static void
on_open (GtkButton *button, ParlanceLookupPopover *self)
{
  g_autofree char *word = g_strdup (parlance_definition_get_word (self->found->definition));

  /* The pane takes the focus. */
  g_clear_weak_pointer (&self->focus_before);
  gtk_popover_popdown (GTK_POPOVER (self));
  gtk_widget_activate_action (GTK_WIDGET (self), "win.look-up", "s", word);
}

static void
on_shared (ParlanceShareButton *share, ParlanceLookupPopover *self)
{
  gtk_popover_popdown (GTK_POPOVER (self));
}

/* Keys that scroll, wherever in the popover the focus is. */
static gboolean
scroll (GtkWidget *widget, GVariant *parameter, gpointer user_data)
{
  ParlanceLookupPopover *self = PARLANCE_LOOKUP_POPOVER (widget);
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  double page = gtk_adjustment_get_page_size (adjustment);

  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) +
                                            g_variant_get_double (parameter) * page);
  return GDK_EVENT_STOP;
}

/* What is selected below, which the popover keeps from the key. */
static gboolean
copy (GtkWidget *widget, GVariant *parameter, gpointer user_data)
{
  GtkWidget *source = PARLANCE_LOOKUP_POPOVER (widget)->source;

  if (source == NULL)
    return GDK_EVENT_PROPAGATE;
  g_autofree char *selected =
      parlance_message_text_dup_selected (PARLANCE_MESSAGE_TEXT_WIDGET (source));
  if (selected == NULL)
    return GDK_EVENT_PROPAGATE;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), selected);
  return GDK_EVENT_STOP;
}

/* --- the object ------------------------------------------------------------------------------- */

static void
parlance_lookup_popover_dispose (GObject *object)
{
  ParlanceLookupPopover *self = PARLANCE_LOOKUP_POPOVER (object);

  stop (self);
  g_clear_weak_pointer (&self->source);
  g_clear_weak_pointer (&self->focus_before);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (parlance_lookup_popover_parent_class)->dispose (object);
}

static void
parlance_lookup_popover_finalize (GObject *object)
{
  ParlanceLookupPopover *self = PARLANCE_LOOKUP_POPOVER (object);

  g_ptr_array_unref (self->questions);
  parlance_found_free (self->found);
  parlance_word_context_free (self->context);
  G_OBJECT_CLASS (parlance_lookup_popover_parent_class)->finalize (object);
}

static void
bind_children (GtkWidgetClass *klass)
{
  gtk_widget_class_bind_template_child (klass, ParlanceLookupPopover, top);
  gtk_widget_class_bind_template_child (klass, ParlanceLookupPopover, back);
  gtk_widget_class_bind_template_child (klass, ParlanceLookupPopover, origin);
  gtk_widget_class_bind_template_child (klass, ParlanceLookupPopover, others);
  gtk_widget_class_bind_template_child (klass, ParlanceLookupPopover, pages);
  gtk_widget_class_bind_template_child (klass, ParlanceLookupPopover, spinner);
  gtk_widget_class_bind_template_child (klass, ParlanceLookupPopover, scroller);
  gtk_widget_class_bind_template_child (klass, ParlanceLookupPopover, clamp);
  gtk_widget_class_bind_template_child (klass, ParlanceLookupPopover, definition);
  gtk_widget_class_bind_template_child (klass, ParlanceLookupPopover, open);
  gtk_widget_class_bind_template_child (klass, ParlanceLookupPopover, save);
  gtk_widget_class_bind_template_child (klass, ParlanceLookupPopover, share);
  gtk_widget_class_bind_template_child (klass, ParlanceLookupPopover, message);
  gtk_widget_class_bind_template_child (klass, ParlanceLookupPopover, hint);
  gtk_widget_class_bind_template_child (klass, ParlanceLookupPopover, suggestions);
}

static void
parlance_lookup_popover_class_init (ParlanceLookupPopoverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = parlance_lookup_popover_dispose;
  object_class->finalize = parlance_lookup_popover_finalize;
  g_type_ensure (PARLANCE_TYPE_DEFINITION_VIEW);
  g_type_ensure (PARLANCE_TYPE_SAVE_BUTTON);
  g_type_ensure (PARLANCE_TYPE_SHARE_BUTTON);
  g_type_ensure (PARLANCE_TYPE_WRAP_BOX);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/lookup-popover.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, on_closed);
  gtk_widget_class_bind_template_callback (widget_class, on_back);
  gtk_widget_class_bind_template_callback (widget_class, on_look_up);
  gtk_widget_class_bind_template_callback (widget_class, on_open);
  gtk_widget_class_bind_template_callback (widget_class, on_shared);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, copy, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Page_Down, 0, scroll, "d", 0.9);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Page_Up, 0, scroll, "d", -0.9);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Down, GDK_ALT_MASK, scroll, "d", 0.2);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Up, GDK_ALT_MASK, scroll, "d", -0.2);
}

static void
parlance_lookup_popover_init (ParlanceLookupPopover *self)
{
  self->questions = g_ptr_array_new_with_free_func (question_free);
  gtk_widget_init_template (GTK_WIDGET (self));
}
