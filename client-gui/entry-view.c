/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A server may send megabytes as one entry; of what is laid out at once there is a bound, and of
 * what is laid out at all.
 */
#include "client-gui/entry-view.h"

#include <glib/gi18n.h>

#include "client-gui/display-line.h"
#include "client-gui/entry-tags.h"
#include "client-gui/entry-text.h"
#include "client-gui/message-text.h"
#include "client-gui/quiet-attributes.h"
#include "client-gui/wrap-box.h"

#define SHORT_BYTES (8 * 1024)
#define LONG_BYTES (64 * 1024)
#define MAX_LINE_CHARS 200
#define MAX_TAGS 16
#define MAX_FORMS 16

struct _ParlanceEntryView
{
  GtkWidget parent_instance;
  ParlanceEntry *entry; /* (nullable) */

  GtkBox *heading;
  GtkLabel *headword;
  GtkBox *actions;
  GtkLabel *phonetic;
  GtkLabel *dictionary;
  ParlanceMessageText *text;
  GtkButton *more;
  ParlanceMessageText *forms;
  ParlanceWrapBox *tags;
};

enum
{
  SIGNAL_LOOK_UP,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ParlanceEntryView, parlance_entry_view, GTK_TYPE_WIDGET)

GtkWidget *
parlance_entry_view_new (void)
{
  return g_object_new (PARLANCE_TYPE_ENTRY_VIEW, NULL);
}

GtkBox *
parlance_entry_view_get_actions (ParlanceEntryView *self)
{
  g_return_val_if_fail (PARLANCE_IS_ENTRY_VIEW (self), NULL);

  return self->actions;
}

void
parlance_entry_view_set_heading_visible (ParlanceEntryView *self, gboolean visible)
{
  g_return_if_fail (PARLANCE_IS_ENTRY_VIEW (self));

  gtk_widget_set_visible (GTK_WIDGET (self->heading), visible);
}

/* --- the entry -------------------------------------------------------------------------------- */

static void
set_line (GtkLabel *label, const char *text)
{
  g_autofree char *line = parlance_display_line_dup (text != NULL ? text : "", MAX_LINE_CHARS);

  gtk_label_set_text (label, line);
  gtk_widget_set_visible (GTK_WIDGET (label), line[0] != '\0');
}

static void
show_text (ParlanceEntryView *self, gsize max_bytes)
{
  g_autoptr (GArray) quiet = g_array_new (FALSE, FALSE, sizeof (ParlanceTextRange));
  gboolean cut;
  g_autofree char *text = parlance_entry_text_lay_out (parlance_entry_get_text (self->entry),
                                                       parlance_entry_get_headword (self->entry),
                                                       max_bytes, quiet, &cut);

  g_autoptr (PangoAttrList) attributes = parlance_quiet_attributes_new (quiet);

  parlance_message_text_set_text (self->text, text);
  parlance_message_text_set_attributes (self->text, attributes);
  gtk_widget_set_visible (GTK_WIDGET (self->text), text[0] != '\0');
  gtk_widget_set_visible (GTK_WIDGET (self->more), cut && max_bytes < LONG_BYTES);
}

static void
show_forms (ParlanceEntryView *self)
{
  g_autoptr (GString) line = g_string_new (NULL);
  guint n_forms = parlance_entry_get_n_forms (self->entry);

  for (guint i = 0; i < MIN (n_forms, MAX_FORMS); i++)
    {
      const char *kind;
      const char *form = parlance_entry_get_form (self->entry, i, &kind);
      g_autofree char *short_kind =
          parlance_display_line_dup (parlance_entry_tags_name_form (kind), 40);
      g_autofree char *short_form = parlance_display_line_dup (form, 80);

      /* Translators: a form of a word, as in “past: ran” */
      g_string_append_printf (line, _ ("%s: %s"), short_kind, short_form);
      if (i + 1 < MIN (n_forms, MAX_FORMS))
        g_string_append (line, _ (", "));
    }
  parlance_message_text_set_text (self->forms, line->str);
  gtk_widget_set_visible (GTK_WIDGET (self->forms), line->len > 0);
}

static void
add_tag (ParlanceEntryView *self, const char *tag)
{
  g_autofree char *name = parlance_display_line_dup (parlance_entry_tags_name (tag), 30);
  GtkWidget *label = gtk_label_new (name);

  gtk_widget_add_css_class (label, "tag");
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_set_tooltip_text (label, parlance_entry_tags_explain (tag));
  parlance_wrap_box_append (self->tags, label);
}

static void
show_tags (ParlanceEntryView *self)
{
  const char *const *tags = parlance_entry_get_tags (self->entry);

  parlance_wrap_box_remove_all (self->tags);
  for (guint i = 0; tags[i] != NULL && i < MAX_TAGS; i++)
    if (tags[i][0] != '\0')
      add_tag (self, tags[i]);
  gtk_widget_set_visible (GTK_WIDGET (self->tags),
                          gtk_widget_get_first_child (GTK_WIDGET (self->tags)) != NULL);
}

void
parlance_entry_view_set_entry (ParlanceEntryView *self, ParlanceEntry *entry, const char *title)
{
  g_return_if_fail (PARLANCE_IS_ENTRY_VIEW (self));

  g_clear_pointer (&self->entry, parlance_entry_unref);
  if (entry == NULL)
    return;
  self->entry = parlance_entry_ref (entry);
  set_line (self->headword, parlance_entry_get_headword (entry));
  set_line (self->phonetic, parlance_entry_get_phonetic (entry));
  set_line (self->dictionary, title);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->dictionary),
                               gtk_label_get_text (self->dictionary));
  show_text (self, SHORT_BYTES);
  show_forms (self);
  show_tags (self);
}

/* --- input ------------------------------------------------------------------------------------ */

static void
on_more (GtkButton *button, ParlanceEntryView *self)
{
  show_text (self, LONG_BYTES);
}

static void
on_look_up (ParlanceMessageText *source,
            const char *text,
            gint64 at,
            const GdkRectangle *where,
            ParlanceEntryView *self)
{
  g_signal_emit (self, signals[SIGNAL_LOOK_UP], 0, text, at);
}

/* --- the object ------------------------------------------------------------------------------- */

static void
parlance_entry_view_dispose (GObject *object)
{
  ParlanceEntryView *self = PARLANCE_ENTRY_VIEW (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_pointer (&self->entry, parlance_entry_unref);
  G_OBJECT_CLASS (parlance_entry_view_parent_class)->dispose (object);
}

static void
parlance_entry_view_class_init (ParlanceEntryViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = parlance_entry_view_dispose;
  signals[SIGNAL_LOOK_UP] =
      g_signal_new ("look-up", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_INT64);

  g_type_ensure (PARLANCE_TYPE_MESSAGE_TEXT);
  g_type_ensure (PARLANCE_TYPE_WRAP_BOX);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/entry-view.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceEntryView, heading);
  gtk_widget_class_bind_template_child (widget_class, ParlanceEntryView, headword);
  gtk_widget_class_bind_template_child (widget_class, ParlanceEntryView, actions);
  gtk_widget_class_bind_template_child (widget_class, ParlanceEntryView, phonetic);
  gtk_widget_class_bind_template_child (widget_class, ParlanceEntryView, dictionary);
  gtk_widget_class_bind_template_child (widget_class, ParlanceEntryView, text);
  gtk_widget_class_bind_template_child (widget_class, ParlanceEntryView, more);
  gtk_widget_class_bind_template_child (widget_class, ParlanceEntryView, forms);
  gtk_widget_class_bind_template_child (widget_class, ParlanceEntryView, tags);
  gtk_widget_class_bind_template_callback (widget_class, on_more);
  gtk_widget_class_bind_template_callback (widget_class, on_look_up);
}

static void
parlance_entry_view_init (ParlanceEntryView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
