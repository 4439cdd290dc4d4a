/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Everything shown is a stranger's text, and may be of any length.
 */
#include "client-gui/dictionary-hit-row.h"

#include <glib/gi18n.h>

#include "client-gui/display-line.h"

#define MAX_LINE_CHARS 120
#define MAX_SNIPPET_CHARS 300

struct _ParlanceDictionaryHitRow
{
  GtkListBoxRow parent_instance;
  ParlanceDictionaryHit *hit;

  GtkLabel *headword;
  GtkLabel *dictionaries;
  GtkLabel *snippet;
};

G_DEFINE_FINAL_TYPE (ParlanceDictionaryHitRow, parlance_dictionary_hit_row, GTK_TYPE_LIST_BOX_ROW)

GtkWidget *
parlance_dictionary_hit_row_new (ParlanceDictionaryHit *hit)
{
  ParlanceDictionaryHitRow *self = g_object_new (PARLANCE_TYPE_DICTIONARY_HIT_ROW, NULL);
  const char *snippet = parlance_dictionary_hit_get_snippet (hit);
  g_autofree char *headword =
      parlance_display_line_dup (parlance_dictionary_hit_get_headword (hit), MAX_LINE_CHARS);
  g_autofree char *dictionaries =
      parlance_display_line_dup (parlance_dictionary_hit_get_dictionaries (hit), MAX_LINE_CHARS);

  self->hit = g_object_ref (hit);
  gtk_label_set_text (self->headword, headword);
  gtk_label_set_text (self->dictionaries, dictionaries);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->dictionaries), dictionaries);
  if (snippet != NULL && snippet[0] != '\0')
    {
      g_autofree char *line = parlance_display_line_dup (snippet, MAX_SNIPPET_CHARS);
      gtk_label_set_text (self->snippet, line);
      gtk_widget_set_visible (GTK_WIDGET (self->snippet), TRUE);
    }
  /* Translators: a headword and the dictionaries that have it */
  g_autofree char *name = g_strdup_printf (_ ("%s, %s"), headword, dictionaries);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return GTK_WIDGET (self);
}

ParlanceDictionaryHit *
parlance_dictionary_hit_row_get_hit (ParlanceDictionaryHitRow *self)
{
  g_return_val_if_fail (PARLANCE_IS_DICTIONARY_HIT_ROW (self), NULL);

  return self->hit;
}

static void
parlance_dictionary_hit_row_finalize (GObject *object)
{
  g_clear_object (&PARLANCE_DICTIONARY_HIT_ROW (object)->hit);
  G_OBJECT_CLASS (parlance_dictionary_hit_row_parent_class)->finalize (object);
}

static void
parlance_dictionary_hit_row_class_init (ParlanceDictionaryHitRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = parlance_dictionary_hit_row_finalize;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/parlance/Parlance/dictionary-hit-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceDictionaryHitRow, headword);
  gtk_widget_class_bind_template_child (widget_class, ParlanceDictionaryHitRow, dictionaries);
  gtk_widget_class_bind_template_child (widget_class, ParlanceDictionaryHitRow, snippet);
}

static void
parlance_dictionary_hit_row_init (ParlanceDictionaryHitRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
