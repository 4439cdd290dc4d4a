/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows the word book: the same word may be saved elsewhere.
 */
#include "client-gui/save-button.h"

#include <glib/gi18n.h>

#include "client-gui/word-context.h"

struct _ParlanceSaveButton
{
  GtkButton parent_instance;
  ParlanceWordBook *book;       /* (nullable) */
  ParlanceEntry *entry;         /* (nullable) */
  ParlanceWordContext *context; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (ParlanceSaveButton, parlance_save_button, GTK_TYPE_BUTTON)

static gboolean
is_saved (ParlanceSaveButton *self)
{
  return self->entry != NULL &&
         parlance_word_book_contains (self->book, parlance_entry_get_headword (self->entry));
}

static void
update (ParlanceSaveButton *self)
{
  gboolean saved = is_saved (self);

  gtk_widget_set_visible (GTK_WIDGET (self), self->entry != NULL);
  gtk_button_set_icon_name (GTK_BUTTON (self), saved ? "starred-symbolic" : "non-starred-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self),
                               saved ? _ ("Remove from word book") : _ ("Save word"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  saved ? _ ("Remove from word book") : _ ("Save word"), -1);
}

static void
on_changed (GListModel *book, guint position, guint n_removed, guint n_added, gpointer user_data)
{
  update (user_data);
}

static void
set_book (ParlanceSaveButton *self, ParlanceWordBook *book)
{
  if (book == self->book)
    return;
  if (self->book != NULL)
    g_signal_handlers_disconnect_by_data (self->book, self);
  g_set_object (&self->book, book);
  if (book != NULL)
    g_signal_connect (book, "items-changed", G_CALLBACK (on_changed), self);
}

void
parlance_save_button_set_entry (ParlanceSaveButton *self,
                                ParlanceClient *client,
                                ParlanceEntry *entry,
                                const ParlanceWordContext *context)
{
  g_return_if_fail (PARLANCE_IS_SAVE_BUTTON (self));

  set_book (self, client != NULL && entry != NULL ? parlance_client_get_word_book (client) : NULL);
  g_clear_pointer (&self->entry, parlance_entry_unref);
  g_clear_pointer (&self->context, parlance_word_context_free);
  if (self->book != NULL)
    {
      self->entry = parlance_entry_ref (entry);
      self->context = parlance_word_context_copy (context);
    }
  update (self);
}

static void
parlance_save_button_clicked (GtkButton *button)
{
  ParlanceSaveButton *self = PARLANCE_SAVE_BUTTON (button);

  if (is_saved (self))
    {
      g_autoptr (ParlanceSavedWord) removed =
          parlance_word_book_remove (self->book, parlance_entry_get_headword (self->entry));
    }
  else if (self->entry != NULL)
    parlance_word_book_save (self->book, self->entry, self->context);
}

static void
parlance_save_button_dispose (GObject *object)
{
  ParlanceSaveButton *self = PARLANCE_SAVE_BUTTON (object);

  set_book (self, NULL);
  g_clear_pointer (&self->entry, parlance_entry_unref);
  g_clear_pointer (&self->context, parlance_word_context_free);
  G_OBJECT_CLASS (parlance_save_button_parent_class)->dispose (object);
}

static void
parlance_save_button_class_init (ParlanceSaveButtonClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = parlance_save_button_dispose;
  GTK_BUTTON_CLASS (klass)->clicked = parlance_save_button_clicked;
}

static void
parlance_save_button_init (ParlanceSaveButton *self)
{
  update (self);
}
