/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A long word is shown in part.
 */
#include "client-gui/word-button.h"

#include "client-gui/display-line.h"

#define MAX_CHARS 60

struct _ParlanceWordButton
{
  GtkButton parent_instance;
  char *word;
};

G_DEFINE_FINAL_TYPE (ParlanceWordButton, parlance_word_button, GTK_TYPE_BUTTON)

GtkWidget *
parlance_word_button_new (const char *word)
{
  ParlanceWordButton *self = g_object_new (PARLANCE_TYPE_WORD_BUTTON, NULL);
  g_autofree char *line = parlance_display_line_dup (word, MAX_CHARS);
  GtkWidget *label = gtk_label_new (line);

  self->word = g_strdup (word);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_button_set_child (GTK_BUTTON (self), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, line, -1);
  return GTK_WIDGET (self);
}

const char *
parlance_word_button_get_word (ParlanceWordButton *self)
{
  g_return_val_if_fail (PARLANCE_IS_WORD_BUTTON (self), NULL);

  return self->word;
}

static void
parlance_word_button_finalize (GObject *object)
{
  g_free (PARLANCE_WORD_BUTTON (object)->word);
  G_OBJECT_CLASS (parlance_word_button_parent_class)->finalize (object);
}

static void
parlance_word_button_class_init (ParlanceWordButtonClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = parlance_word_button_finalize;
}

static void
parlance_word_button_init (ParlanceWordButton *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "word");
}
